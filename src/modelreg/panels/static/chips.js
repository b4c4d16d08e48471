// Aliases and tags as chips: added, moved by mouse or by keyboard, removed, guarded.

import { h, button, icon } from "./dom.js";
import { aliasField } from "./aliasing.js";
import { dialog, form } from "./floating.js";

const DRAGGED = "application/x-modelreg-alias";

/** Return an alias as a chip that can be opened, dragged to another version and removed. */
export function aliasChip(app, alias, number, { guarded = false, removable = true, numbered = false, key = "" } = {}) {
  if (!app.writable) return plainChip(alias, numbered ? number : null, guarded);
  const name = h(
    "button",
    {
      type: "button",
      class: "mr-chip-name",
      "data-key": `chip ${key} ${alias}`,
      "aria-label": `alias ${alias}${guarded ? ", protected" : ""}: move, protect, roll back`,
      title: guarded ? `${alias} is protected` : `alias ${alias}: drag to another version, or click`,
      on: { click: (event) => openAlias(app, event.currentTarget, alias, number, guarded) },
    },
    guarded && icon("lock"),
    h("span", { class: "mr-chip-text" }, alias),
    numbered && h("span", { class: "mr-chip-number" }, `v${number}`),
  );
  const chip = h("span", { class: `mr-chip${guarded ? " mr-guarded" : ""}`, draggable: "true" }, name);
  chip.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData(DRAGGED, JSON.stringify({ panel: app.channel.prefix, alias, number }));
    event.dataTransfer.effectAllowed = "move";
    app.dragged = { alias, number };
  });
  chip.addEventListener("dragend", () => {
    app.dragged = null;
  });
  if (removable) {
    const remove = button(`Remove ${alias} from v${number}`, (event) => askRemove(app, event.currentTarget, alias, number), {
      look: "mr-bare mr-chip-x",
      glyph: "close",
      key: `unchip ${key} ${alias}`,
    });
    chip.append(remove);
  }
  return chip;
}

/** Return an alias that only says where it stands. */
export function plainChip(alias, number, guarded) {
  return h(
    "span",
    { class: `mr-chip${guarded ? " mr-guarded" : ""}`, title: guarded ? `${alias} is protected` : `alias ${alias}` },
    guarded && icon("lock"),
    h("span", { class: "mr-chip-text" }, alias),
    number === null ? null : h("span", { class: "mr-chip-number" }, `v${number}`),
  );
}

/** Return the virtual alias of the newest version. */
export function latestChip() {
  return h("span", { class: "mr-chip mr-virtual", title: "the newest version; it cannot be set" }, "latest");
}

/** Let aliases be dropped on an element that stands for a version. */
export function takesAliases(app, node, number) {
  const over = (event) => {
    if (!app.dragged || app.dragged.number === number) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    node.classList.add("mr-over");
  };
  node.addEventListener("dragenter", over);
  node.addEventListener("dragover", over);
  node.addEventListener("dragleave", () => node.classList.remove("mr-over"));
  node.addEventListener("drop", (event) => {
    node.classList.remove("mr-over");
    const held = event.dataTransfer.getData(DRAGGED);
    if (!held) return;
    event.preventDefault();
    const { panel, alias } = JSON.parse(held);
    if (panel === app.channel.prefix) askMove(app, node, alias, number);
  });
}

/** Return the button that adds an alias to a version. */
export function addAlias(app, number, key) {
  return button(`Add alias to v${number}`, (event) => askAdd(app, event.currentTarget, number), {
    look: "mr-bare mr-add",
    glyph: "plus",
    key: `add ${key}`,
  });
}

/** Return where an alias stands in the model that is shown; null when it is not set. */
export function standing(app, alias) {
  return standings(app).get(alias) ?? null;
}

function guardedNow(app, alias) {
  return app.overview.protected.includes(alias);
}

function askAdd(app, anchor, number) {
  dialog(app, anchor, `Alias for v${number}`, (close) => {
    const known = () => [...new Set([...standings(app).keys(), ...app.overview.stages])];
    const { nodes, field, look, told } = aliasField(app, number, { known, stands: (alias) => standing(app, alias) });
    const add = against(() => new Map([...told, ...standings(app)]), async (shown, alias, why, force) => {
      try {
        await setAlias(app, alias, number, new Map([...told, ...shown]), why, force);
      } catch (error) {
        if (error.kind === "conflict") await look();
        throw error;
      }
    });
    return form(app, close, { fields: nodes, verb: "Add", send: (why, force) => add(field.value.trim(), why, force) });
  });
}

function askMove(app, anchor, alias, number) {
  const from = standing(app, alias);
  dialog(app, anchor, `Move ${alias} from v${from} to v${number}`, (close) =>
    form(app, close, {
      verb: "Move",
      warning: guardedNow(app, alias) ? `${alias} is protected` : null,
      send: against(() => standings(app), (shown, why, force) => setAlias(app, alias, number, shown, why, force)),
    }),
  );
}

function askRemove(app, anchor, alias, number) {
  dialog(app, anchor, `Remove ${alias} from v${number}`, (close) =>
    form(app, close, {
      verb: "Remove",
      warning: guardedNow(app, alias) ? `${alias} is protected` : null,
      send: against(() => standing(app, alias), async (expect, message, force) => {
        await app.act("unalias", { name: app.name, alias, expect, message, force });
        app.follow = `add ${app.ref(number)}`;
      }),
    }),
  );
}

function openAlias(app, anchor, alias, number, guarded) {
  dialog(app, anchor, `${alias} on v${number}`, (close) => {
    const to = h("input", { class: "mr-input", "aria-label": "Move to version", placeholder: "Move to version, e.g. v3", "data-first": true });
    const move = against(() => standings(app), (shown, wanted, why, force) => setAlias(app, alias, wanted, shown, why, force));
    const back = against(() => standing(app, alias), (expect, message, force) => app.act("rollback", { name: app.name, alias, expect, message, force }));
    return form(app, close, {
      fields: [to],
      verb: "Move",
      send: (why, force) => {
        const wanted = /^v?(\d+)$/i.exec(to.value.trim());
        if (!wanted) throw new Error(`a version is written like v3, not ${to.value.trim() || "nothing"}`);
        return move(Number(wanted[1]), why, force);
      },
      others: (does) => [
        button(guarded ? "Unprotect" : "Protect", does((message) => app.act("protect", { name: app.name, alias, on: !guarded, message })), { look: "mr-quiet", glyph: "lock" }),
        button("Roll back", does(back), { look: "mr-quiet", glyph: "back" }),
        button("Remove", () => askRemove(app, anchor, alias, number), { look: "mr-quiet", glyph: "close" }),
      ],
    });
  });
}

/** Return where every alias that is shown stands now: what a dialog shows its user, and what must still hold when it is sent. */
export function standings(app) {
  const rows = app.page.rows.flatMap((row) => row.aliases.map((name) => [name, row.number]));
  return new Map([...rows, ...app.overview.aliases.map(([name, number]) => [name, number])]);
}

/**
 * Return what sends a change against what its dialog showed when it opened (`look`). Where somebody was faster, that is said,
 * the page is read anew, and sending it again goes against what the page shows since.
 */
export function against(look, send) {
  let shown = look();
  return async (...given) => {
    try {
      return await send(shown, ...given);
    } catch (error) {
      if (error.kind === "conflict") shown = look();
      throw error;
    }
  };
}

/** Point an alias at a version, unless somebody moved it since the view was drawn. */
export async function setAlias(app, alias, number, shown, message, force = false) {
  await app.act("alias", { ref: app.ref(number), alias, expect: shown.get(alias) ?? null, message, force });
  app.follow = `chip ${app.ref(number)} ${alias}`; // where the focus goes on: the chip is drawn anew there
}

/** Return tags as chips with a way to add and remove them; `ref` is what they are on, `rest` what tells of more. */
export function tagChips(app, ref, held, key, rest = null) {
  return h(
    "span",
    { class: "mr-tags" },
    held.map(([name, value]) =>
      h(
        "span",
        { class: "mr-tag", title: value ? `${name}=${value}` : name },
        h("span", { class: "mr-chip-text" }, value ? `${name}=${value}` : name),
        button(`Remove tag ${name}`, () => app.attempt(() => app.act("untag", { ref, key: name, expect: value })), {
          look: "mr-bare mr-chip-x",
          glyph: "close",
          key: `untag ${key} ${name}`,
        }),
      ),
    ),
    rest,
    button("Add tag", (event) => askTag(app, event.currentTarget, [ref], { held: () => tagsOf(app, ref) ?? held }), { look: "mr-bare mr-add", glyph: "plus", key: `tag ${key}`, title: "Add a tag: key or key=value" }),
    held.length ? null : h("span", { class: "mr-muted mr-tag-hint" }, "tag"),
  );
}

/** Return the tags that the page or the drawer shows of a model or version; null where neither shows it. */
function tagsOf(app, ref) {
  return ref === app.name ? app.overview.tags : app.page.rows.find((row) => row.ref === ref)?.tags ?? app.drawer.tags(ref);
}

/** Ask for a tag and put it on all of what `refs` are, in one go; `held()` returns the tags that the page shows of one. */
export function askTag(app, anchor, refs, { title = "Add tag", held = null } = {}) {
  const add = against(() => held && Object.fromEntries(held()), (shown, tag) => app.act("tag", { refs, tag, shown }));
  dialog(app, anchor, title, (close) => {
    const field = h("input", { class: "mr-input", "aria-label": "Tag", placeholder: "team=growth", "data-first": true });
    return form(app, close, { fields: [field], verb: "Add", reason: false, send: () => add(field.value.trim()) });
  });
}
