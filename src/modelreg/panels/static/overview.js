// The head of the page: name, tags, what the model is for, and how to load it.

import { h, button, count, icon, swap, when } from "./dom.js";
import { aliasChip, tagChips } from "./chips.js";
import { dialog, form, sentence } from "./floating.js";
import { copyButton } from "./copying.js";
import { nameOf } from "./renaming.js";

const CHIPS = 10;

export function overviewOf(app) {
  const root = h("header", { class: "mr-overview" });
  const name = nameOf(app);
  const beside = h("span", { class: "mr-apart" });
  const below = h("div", { class: "mr-apart" });
  const row = h("div", { class: "mr-title-row" }, name.root, beside); // never moved: what is typed there keeps the focus
  let editing = false;
  let whole = false;
  let every = false; // of many aliases and tags, those that are left out at first are shown too

  function draw() {
    const model = app.overview;
    if (!model) {
      swap(root);
      return;
    }
    if (!root.contains(row)) root.append(row, below);
    name.draw();
    swap(
      beside,
      tagChips(app, model.name, every ? model.tags : model.tags.slice(0, CHIPS), "model", left(model.tags, model.more.tags)),
      model.registered ? button("More actions", (event) => openMenu(event.currentTarget), { look: "mr-bare mr-menu-button", glyph: "more", key: "model menu" }) : null,
    );
    swap(
      below,
      app.note ? h("div", { class: "mr-warning" }, app.note) : null,
      h(
        "div",
        { class: "mr-facts mr-muted" },
        h("span", null, count(model.versions, "version")),
        h("span", null, "created ", when(model.created), " by ", h("bdi", { class: "modelreg-who" }, model.by)),
        h("span", null, "updated ", when(model.updated)),
        model.registered ? h("span", null, "stages ", model.stages.join(" → ")) : null,
        directions(model),
      ),
      standings(model),
      editing ? editor(model) : card(model),
      model.load ? loadLine(app, model.load) : null,
    );
  }

  /** Return where the aliases stand; a protected one that is set nowhere is told too. */
  function standings(model) {
    const unset = model.protected.filter((alias) => !model.aliases.some(([name]) => name === alias));
    if (!model.aliases.length && !unset.length) return null;
    return h(
      "div",
      { class: "mr-chips" },
      (every ? model.aliases : model.aliases.slice(0, CHIPS)).map(([alias, number, guarded]) => aliasChip(app, alias, number, { guarded, removable: false, numbered: true, key: "head" })),
      unset.map((alias) => h("span", { class: "mr-chip mr-guarded", title: `${alias} is protected and set nowhere` }, icon("lock"), h("span", { class: "mr-chip-text" }, alias), h("span", { class: "mr-chip-number" }, "not set"))),
      left(model.aliases, model.more.aliases),
    );
  }

  /** Return how many more there are than are shown, and the way to see them. */
  function left(held, untold = 0) {
    const hidden = every ? 0 : Math.max(0, held.length - CHIPS);
    const toggle = held.length > CHIPS && button(every ? "Show fewer" : `and ${(hidden + untold).toLocaleString("en")} more`, () => {
      every = !every;
      draw();
    }, { look: "mr-quiet mr-small mr-rest", key: `rest ${held === app.overview.tags ? "tags" : "aliases"}` });
    return [every && untold ? h("span", { class: "mr-muted mr-small" }, `and ${untold.toLocaleString("en")} more`) : null, toggle];
  }

  function directions(model) {
    const known = Object.entries(model.directions);
    if (!known.length) return null;
    return h("span", null, known.map(([name, way]) => `${name} ${way === "higher" ? "↑" : "↓"}`).join(", "));
  }

  function card(model) {
    if (!model.card) {
      return h(
        "div",
        { class: "mr-card-empty" },
        button("Describe what it is for", edit, { look: "mr-quiet", glyph: "edit", key: "describe" }),
      );
    }
    const body = h("div", { class: "mr-card-body" });
    body.innerHTML = model.card; // sanitized in Python
    const box = h("div", { class: `mr-card${whole ? "" : " mr-cut"}` }, body);
    const toggle = button(whole ? "Show less" : "Show all", () => {
      whole = !whole;
      draw();
    }, { look: "mr-bare", glyph: whole ? "up" : "down", key: "whole card" });
    toggle.hidden = !whole;
    requestAnimationFrame(() => {
      toggle.hidden = !whole && box.scrollHeight <= box.clientHeight + 1;
    });
    return h(
      "div",
      { class: "mr-card-row" },
      box,
      h(
        "div",
        { class: "mr-card-tools" },
        button("Edit description", edit, { look: "mr-bare", glyph: "edit", key: "describe" }),
        toggle,
      ),
    );
  }

  function edit() {
    editing = true;
    draw();
    const text = root.querySelector("textarea");
    text?.focus();
    text?.setSelectionRange(0, 0);
    if (text) text.scrollTop = 0;
  }

  function editor(model) {
    const ref = model.name; // whatever the page shows when this is saved
    const stop = () => {
      editing = false;
      draw();
      root.querySelector('[data-key="describe"]')?.focus();
    };
    return cardEditor(app, model.description, {
      of: ref,
      stop,
      save: (text, expect, message) => app.act("describe", { ref, text, expect, message }),
      now: () => app.overview.description,
    });
  }

  function openMenu(anchor) {
    dialog(app, anchor, app.overview.name, () => [
      h(
        "div",
        { class: "mr-menu" },
        button("Which way is a metric better?", () => askDirection(anchor), { look: "mr-quiet" }),
        button("Delete registered model", () => askDelete(anchor), { look: "mr-quiet" }),
      ),
    ]);
  }

  function askDirection(anchor) {
    dialog(app, anchor, "Which way is better?", (close) => {
      const known = [...new Set([...app.page.known.metrics, ...Object.keys(app.overview.directions)])];
      const metric = h("select", { class: "mr-select", "aria-label": "Metric", "data-first": true }, known.map((name) => h("option", { value: name }, name)));
      const way = h("select", { class: "mr-select", "aria-label": "Direction" }, h("option", { value: "higher" }, "higher is better"), h("option", { value: "lower" }, "lower is better"), h("option", { value: "" }, "not said"));
      const declared = () => (way.value = app.overview.directions[metric.value] ?? "");
      metric.addEventListener("change", declared);
      declared();
      return form(app, close, {
        fields: known.length ? [metric, way] : [h("div", { class: "mr-muted" }, "No version here has a metric yet.")],
        verb: "Set",
        reason: false,
        disabled: !known.length,
        send: () => app.act("metric", { name: app.name, metric: metric.value, direction: way.value || null }),
      });
    });
  }

  function askDelete(anchor) {
    const { name, versions, aliases } = app.overview;
    dialog(app, anchor, `Delete ${name}`, (close) =>
      form(app, close, {
        verb: "Delete",
        danger: true,
        warning: `Ends ${count(versions, "link")}${aliases.length ? ` and takes the alias${aliases.length === 1 ? "" : "es"} ${aliases.map(([alias]) => alias).join(", ")}` : ""}; the versions stay in their artifacts.`,
        send: (message, force) => app.act("delete_model", { name, message, force }),
      }),
    );
  }

  return {
    root,
    draw,
    rename: name.open,
    reset() {
      name.reset();
      editing = false;
      whole = every = false;
    },
    editing: () => editing,
  };
}

/** Return a line to type with a button that copies it. */
export function loadLine(app, line, label = "") {
  return h("div", { class: "mr-line" }, label && h("span", { class: "mr-muted mr-line-label" }, label), h("code", { class: "mr-code" }, line), copyButton(app, "Copy line", () => line, { bare: true, key: `copy ${line}` }));
}

/**
 * Return the editor of a description, with its preview. `save(text, expect, reason)` may be refused, which is said and loses
 * nothing; where somebody wrote another description meanwhile, that is shown (`now()` returns it) and `expect` is that from
 * then on. `stop` closes the editor. What was typed about `of` is a draft until it is saved or cancelled, also when the editor
 * was closed otherwise.
 */
export function cardEditor(app, description, { of, save, stop, now }) {
  let read = description;
  const text = h("textarea", { class: "mr-input", rows: "7", "aria-label": "Description (Markdown)", "data-key": "card text" });
  text.value = app.drafts.get(of) ?? description;
  text.addEventListener("input", () => app.drafts.set(of, text.value));
  const shown = h("div", { class: "mr-card mr-preview", hidden: true });
  const said = h("div", { class: "mr-said", role: "alert" });
  const why = h("input", { class: "mr-input", placeholder: "Reason (optional)", "aria-label": "Reason (optional)" });
  const keep = async () => {
    try {
      await save(text.value, read, why.value);
      app.drafts.delete(of);
      stop();
    } catch (error) {
      if (error.kind === "conflict") read = await now();
      swap(said, sentence(error), error.kind === "conflict" ? theirs(read) : null);
    }
  };
  const look = button("Preview", async () => {
    if (shown.hidden) {
      const found = await app.attempt(() => app.call("preview", { text: text.value }));
      if (!found) return;
      shown.innerHTML = found.card; // sanitized in Python
      if (!found.card) shown.replaceChildren(h("span", { class: "mr-muted" }, "Nothing to show."));
    }
    shown.hidden = !shown.hidden;
    text.hidden = !shown.hidden;
    look.lastChild.textContent = shown.hidden ? "Preview" : "Write";
  }, { look: "mr-quiet" });
  const drop = () => {
    app.drafts.delete(of);
    stop();
  };
  if (text.value !== description) swap(said, h("span", { class: "mr-muted" }, "This is your draft; Cancel drops it."));
  text.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      stop();
    } else if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) keep();
  });
  return h(
    "div",
    { class: "mr-form mr-card-editor" },
    text,
    shown,
    h("div", { class: "mr-actions" }, why, look, button("Save", keep, { look: "mr-primary" }), button("Cancel", drop, { look: "mr-quiet" })),
    said,
  );
}

/** Return what somebody else wrote meanwhile: to take over from, before one's own is saved over it. */
function theirs(text) {
  return h("div", null, h("div", { class: "mr-muted" }, "There now, until you save again:"), h("pre", { class: "mr-pre mr-theirs" }, text || "nothing"));
}
