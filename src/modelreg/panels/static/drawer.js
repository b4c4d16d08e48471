// A version in a drawer over the page: what it is, what made it, and the ways to bring it back.

import { h, button, tabs, when } from "./dom.js";
import { addAlias, against, aliasChip, standing, tagChips } from "./chips.js";
import { complain, dialog, form, keepInside } from "./floating.js";
import { FACETS } from "./facets.js";
import { loaderOf } from "./loader.js";
import { partOf, rest } from "./part.js";
import { stripOf } from "./strip.js";

const FIRST = "overview";

export function drawerOf(app) {
  /** Return the button that shows something of the version on the page, which the drawer leaves free for it. */
  const elsewhere = (name, show) =>
    button(name, () => {
      const { number } = facts;
      close();
      show(number);
    }, { look: "mr-quiet", title: `${name} of this version`, key: `drawer ${name.toLowerCase()}` });
  const title = h("h3", { class: "mr-title" });
  const head = h(
    "div",
    { class: "mr-drawer-head" },
    title,
    h("span", { class: "mr-grow" }),
    elsewhere("History", (number) => app.showHistory(number)),
    elsewhere("Lineage", (number) => app.showLineage(number)),
    button("Close version", () => close(), { look: "mr-bare", glyph: "close", key: "drawer close" }),
  );
  const content = h("div", { class: "mr-tab-body" });
  const row = partOf(counted, bar, { look: "mr-drawer-tabs" });
  const strip = stripOf(row.root);
  const above = [chipsOf(app), factsOf(), loaderOf(app)];
  const body = h("div", { class: "mr-drawer-body" }, head, above.map((each) => each.root), strip.root, content);
  const root = h("aside", { class: "mr-drawer", role: "dialog", "aria-label": "Version", hidden: true }, body);
  const made = new Map(); // tabs of this version that were looked at
  let facts = null;
  let tab = FIRST;
  let from = null;
  let turn = 0;
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (event.key === "Tab" && covers()) keepInside(root, event);
  });

  /** Whether nothing of the page can be seen beside the drawer; else it goes on behind it, and Tab leads there. */
  const covers = () => app.root.classList.contains("mr-narrow");

  async function open(number, { go = true } = {}) {
    const mine = (turn += 1);
    if (root.hidden) from = app.root.getRootNode().activeElement;
    const found = await app.attempt(() => app.call("version", { ref: app.ref(number), go }));
    if (!found || mine !== turn) return;
    if (facts?.uid !== found.uid) {
      tab = FIRST;
      made.clear();
      root.scrollTop = 0;
    }
    facts = found;
    const fresh = root.hidden;
    root.hidden = false;
    draw();
    if (fresh) root.querySelector('[data-key="drawer close"]')?.focus({ preventScroll: true });
  }

  /** Take what stands there now into each part that shows something else; a version that is gone is closed. */
  async function refresh() {
    if (root.hidden || !facts) return;
    const mine = turn;
    try {
      const found = await app.call("version", { ref: app.ref(facts.number), go: false });
      if (mine !== turn) return;
      facts = found;
      draw();
    } catch (error) {
      if (mine === turn && error.kind === "not-found") close();
      else if (mine === turn) complain(app, error);
    }
  }

  function close({ tell = true } = {}) {
    turn += 1;
    if (root.hidden) return;
    const key = facts && `version ${facts.ref}`;
    root.hidden = true;
    facts = null;
    if (tell) app.attempt(() => app.call("close"));
    const again = key && app.root.querySelector(`[data-key="${CSS.escape(key)}"]`);
    (again || (from?.isConnected ? from : null))?.focus({ preventScroll: true });
  }

  /** Return the tabs that tell something, with how many things, and which one is open. */
  function counted(told) {
    const shown = Object.entries(FACETS).map(([name, [text, many]]) => [name, text, many(told)]);
    const there = shown.filter(([name, , many]) => name === FIRST || many);
    if (!there.some(([name]) => name === tab)) tab = FIRST;
    return { there, tab };
  }

  function bar({ there }) {
    return tabs("Version", there, tab, (name) => {
      tab = name;
      draw();
    }, content);
  }

  function draw() {
    root.setAttribute("aria-modal", String(covers()));
    title.textContent = facts.ref;
    for (const each of [...above, row]) each.take(facts);
    strip.take(`tab Version ${tab}`);
    if (!made.has(tab)) made.set(tab, FACETS[tab][2](app));
    const facet = made.get(tab);
    if (content.firstChild !== facet.root) content.replaceChildren(facet.root);
    facet.take(facts);
  }

  return {
    root,
    open,
    close,
    number: () => (root.hidden ? null : facts?.number ?? null),
    /** Return the tags of the version that is open; null for another one. */
    tags: (ref) => (facts?.ref === ref ? facts.tags : null),
    refresh,
  };
}

/** Return aliases and tags, and the way to the next stage. */
function chipsOf(app) {
  return partOf(
    ({ ref, number, aliases, tags, more }) => ({ ref, number, aliases, tags, more: more.aliases, guarded: app.overview.protected, next: nextStage(app, aliases) }),
    ({ ref, number, aliases, tags, more, guarded, next }) => [
      aliases.map((alias) => aliasChip(app, alias, number, { guarded: guarded.includes(alias), key: "drawer" })),
      rest(more),
      addAlias(app, number, "drawer"),
      tagChips(app, ref, tags, "drawer"),
      h("span", { class: "mr-grow" }),
      next ? promoter(app, ref, number, next) : null,
    ],
    { look: "mr-chips" },
  );
}

/** Return the stage after the last one that a version has; undefined where there is none. */
function nextStage(app, aliases) {
  const { stages } = app.overview;
  return stages[Math.max(-1, ...aliases.map((alias) => stages.indexOf(alias))) + 1];
}

/** Return the button that gives a version its next stage, unless that stands elsewhere by then. */
function promoter(app, ref, number, next) {
  const ask = (event) => {
    const at = standing(app, next);
    dialog(app, event.currentTarget, `Promote v${number} to ${next}`, (close) =>
      form(app, close, {
        fields: at === null ? [] : [h("div", { class: "mr-muted mr-small" }, `${next} stands at v${at} now.`)],
        verb: "Promote",
        send: against(() => standing(app, next), (expect, message, force) => app.act("promote", { ref, stage: next, expect, message, force })),
      }),
    );
  };
  return button(`Promote to ${next}`, ask, { look: "mr-quiet", glyph: "up", key: "promote" });
}

function factsOf() {
  return partOf(
    (facts) => ({ name: facts.class_name, kind: facts.class, size: facts.size, created: facts.created, by: facts.by, mark: facts.mark }),
    ({ name, kind, size, created, by, mark }) => [
      h("span", { title: name }, kind),
      h("span", null, size),
      h("span", null, "logged ", when(created), " by ", h("bdi", { class: "modelreg-who" }, by)),
      mark ? marked(mark) : null,
    ],
    { look: "mr-facts mr-muted" },
  );
}

/** Return what came of running the code of a version again, on a line of its own. */
function marked({ outcome, label, text, at, by }) {
  const badge = h("span", { class: outcome === "reproduced" ? "mr-good" : "mr-warning", "data-key": "mark" }, label);
  return h("span", { class: "mr-mark" }, badge, " · ", text, " · ", when(at), " by ", h("bdi", { class: "modelreg-who" }, by));
}
