// A version in a drawer over the page: what it is, what made it, and the ways to bring it back.

import { h, button, swap, tabs, when } from "./dom.js";
import { addAlias, against, aliasChip, standing, tagChips } from "./chips.js";
import { complain, dialog, done, form, keepInside, sentence } from "./floating.js";
import { chart } from "./chart.js";
import { cardEditor, loadLine } from "./overview.js";

/** Tabs in their order: name -> [title, how many things it tells, what it shows]. A tab without facts is not there. */
const TABS = {
  overview: ["Overview", () => 0, overviewTab],
  attachments: ["Attachments", (facts) => facts.attachments.length, attachmentsTab],
  curves: ["Curves", (facts) => facts.curves.length, curvesTab],
  runs: ["Runs", (facts) => facts.runs.length, runsTab],
  files: ["Files", (facts) => facts.files.length, filesTab],
};

export function drawerOf(app) {
  const body = h("div", { class: "mr-drawer-body" });
  const root = h("aside", { class: "mr-drawer", role: "dialog", "aria-label": "Version", hidden: true }, body);
  let facts = null;
  let tab = "overview";
  let from = null;
  let turn = 0;
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (event.key === "Tab") keepInside(root, event);
  });

  async function open(number, { go = true } = {}) {
    const mine = (turn += 1);
    if (root.hidden) from = app.root.getRootNode().activeElement;
    const found = await app.attempt(() => app.call("version", { ref: app.ref(number), go }));
    if (!found || mine !== turn) return;
    if (!facts || facts.uid !== found.uid) tab = "overview";
    facts = found;
    const fresh = root.hidden;
    root.hidden = false;
    app.root.classList.add("mr-has-drawer");
    draw();
    if (fresh) root.querySelector('[data-key="drawer close"]')?.focus({ preventScroll: true });
  }

  /** Draw again what stands there now; a version that is gone is closed. */
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
    app.root.classList.remove("mr-has-drawer");
    if (tell) app.attempt(() => app.call("close"));
    const again = key && app.root.querySelector(`[data-key="${CSS.escape(key)}"]`);
    (again || (from?.isConnected ? from : null))?.focus({ preventScroll: true });
  }

  function draw() {
    const shown = Object.entries(TABS).filter(([name, [, many]]) => name === "overview" || many(facts));
    if (!shown.some(([name]) => name === tab)) tab = "overview";
    const number = facts.number;
    swap(
      body,
      h(
        "div",
        { class: "mr-drawer-head" },
        h("h3", { class: "mr-title" }, facts.ref),
        h("span", { class: "mr-grow" }),
        button("Close version", () => close(), { look: "mr-bare", glyph: "close", key: "drawer close" }),
      ),
      h(
        "div",
        { class: "mr-chips" },
        facts.aliases.map((alias) => aliasChip(app, alias, number, { guarded: app.overview.protected.includes(alias), key: "drawer" })),
        addAlias(app, number, "drawer"),
        tagChips(app, facts.ref, facts.tags, "drawer"),
        h("span", { class: "mr-grow" }),
        promoter(app, facts),
      ),
      h(
        "div",
        { class: "mr-facts mr-muted" },
        h("span", { title: facts.class_name }, facts.class),
        h("span", null, facts.size),
        h("span", null, "logged ", when(facts.created), " by ", h("bdi", { class: "modelreg-who" }, facts.by)),
      ),
      loader(app, facts),
      tabs("Version", shown.map(([name, [title, many]]) => [name, title, many(facts)]), tab, (name) => {
        tab = name;
        draw();
      }),
      h("div", { class: "mr-tab-body", role: "tabpanel", "aria-label": TABS[tab][0] }, TABS[tab][2](app, facts)),
    );
  }

  return {
    root,
    open,
    close,
    number: () => (root.hidden ? null : facts?.number ?? null),
    refresh,
  };
}

/** Return the field and button that bind the live object to a variable. */
function loader(app, facts) {
  const name = h("input", { class: "mr-input mr-variable", "aria-label": "Variable", value: facts.variable, spellcheck: "false", "data-key": "variable" });
  const said = h("div", { class: "mr-said", role: "alert" });
  const go = button("Load", () => run({}), { look: "mr-primary", key: "load" });
  const run = async (more) => {
    go.disabled = true;
    try {
      const { said: text, notes } = await app.call("load", { ref: facts.ref, variable: name.value, ...more });
      swap(said);
      done(app, text, { notes });
    } catch (error) {
      const on = {
        bound: ["Overwrite", { ...more, overwrite: true }],
        untrusted: ["Trust and load once", { ...more, trust: true }],
      }[error.kind];
      swap(said, h("span", null, sentence(error)), on && button(on[0], () => run(on[1]), { look: "mr-danger" }));
    } finally {
      go.disabled = false;
    }
  };
  name.addEventListener("keydown", (event) => {
    if (event.key === "Enter") run({});
  });
  return h("div", { class: "mr-loader" }, h("label", { class: "mr-load-row" }, h("span", { class: "mr-muted" }, "Load as"), name, go), said);
}

function overviewTab(app, facts) {
  const links = facts.links.filter(([, artifact]) => !artifact);
  const inputs = [...new Set(facts.runs.flatMap((run) => run.inputs))];
  return [
    describing(app, facts),
    facts.metrics.length ? part("Metrics", pairs(facts.metrics, true)) : null,
    facts.params.length ? part("Params", pairs(facts.params)) : null,
    part(
      "Facts",
      pairs(
        [
          ["class", facts.class_name],
          ["flavor", facts.flavor],
          ["source", facts.source],
          ["linked to", links.map(([ref]) => button(ref, () => app.openRef(ref), { look: "mr-link" }))],
          ["made from", inputs.join(", ")],
          ["led to", facts.derived.join(", ")],
          ["content", facts.content],
          ["trust", TRUST[facts.trusted] ?? "does not load here until it is approved"],
        ].filter(([, value]) => value.length),
      ),
    ),
    part("Bring it back", h("div", { class: "mr-lines" }, facts.lines.map(([label, line]) => loadLine(app, line, label)))),
  ];
}

/** Return the description of a version with the way to edit it. */
function describing(app, facts) {
  const root = h("div", { class: "mr-part" });
  const stop = () => {
    const card = h("div", { class: "mr-card" });
    card.innerHTML = facts.card; // sanitized in Python
    const edit = facts.card
      ? button("Edit description of the version", write, { look: "mr-bare", glyph: "edit", key: "describe version" })
      : button("Describe this version", write, { look: "mr-quiet", glyph: "edit", key: "describe version" });
    swap(root, h("div", { class: facts.card ? "mr-card-row" : "mr-card-empty" }, facts.card ? card : null, edit));
  };
  const write = () => {
    swap(root, cardEditor(app, facts.text, { stop, save: (text, expect, message) => app.act("describe", { ref: facts.ref, text, expect, message }), now: async () => (await app.call("version", { ref: facts.ref, go: false })).text }));
    root.querySelector("textarea").focus();
  };
  stop();
  return root;
}

/** Return the button that gives a version its next stage; null where it has the last one. */
function promoter(app, facts) {
  const { stages } = app.overview;
  const at = Math.max(-1, ...facts.aliases.map((alias) => stages.indexOf(alias)));
  const next = stages[at + 1];
  if (!next) return null;
  return button(`Promote to ${next}`, (event) => {
    const from = standing(app, next);
    dialog(app, event.currentTarget, `Promote v${facts.number} to ${next}`, (close) =>
      form(app, close, {
        fields: from === null ? [] : [h("div", { class: "mr-muted mr-small" }, `${next} stands at v${from} now.`)],
        verb: "Promote",
        send: against(() => standing(app, next), (expect, message, force) => app.act("promote", { ref: facts.ref, stage: next, expect, message, force })),
      }),
    );
  }, { look: "mr-quiet", glyph: "up", key: "promote" });
}

const TRUST = {
  registered: "registered by you: loads without a question",
  approved: "approved by you: loads without a question",
  "code-free": "loading runs no code",
};

function attachmentsTab(app, facts) {
  return facts.attachments.map((each) => attachment(app, each));
}

function curvesTab(app, facts) {
  return h("div", { class: "mr-curves mr-part" }, facts.curves.map((each) => curve(each)));
}

/** Return a metric over its steps, a line per version. */
export function curve({ name, series }) {
  return h("div", null, h("div", { class: "mr-strong" }, name), chart({ label: `${name} over the steps`, series, x: "step " }));
}

/** Return a picture, table or file that is kept with a run. */
export function attachment(app, each) {
  return h(
    "figure",
    { class: "mr-attachment" },
    h("figcaption", null, h("span", { class: "mr-strong" }, each.name), " ", h("span", { class: "mr-muted" }, each.size)),
    each.picture ? h("img", { src: each.picture, alt: each.name, class: "mr-picture" }) : null,
    each.table ? grid(each.table) : null,
    each.note ? h("div", { class: "mr-warning" }, each.note) : null,
    each.line ? loadLine(app, each.line) : null,
  );
}

function grid([head, ...lines]) {
  return h(
    "div",
    { class: "mr-scroll" },
    h(
      "table",
      { class: "mr-table" },
      h("thead", null, h("tr", null, head.map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", null, lines.map((line) => h("tr", null, line.map((text) => h("td", null, text))))),
    ),
  );
}

function runsTab(app, facts) {
  return facts.runs.map((run) =>
    h(
      "div",
      { class: "mr-run" },
      h("div", null, h("span", { class: "mr-strong" }, run.kind), run.variable ? [" ", h("code", { class: "mr-code" }, run.variable)] : null),
      h("div", { class: "mr-muted mr-facts" }, when(run.at), h("bdi", { class: "modelreg-who" }, run.by), run.where ? h("span", { class: "modelreg-place" }, run.where) : null, run.took ? h("span", null, `took ${run.took}`) : null),
      run.message ? h("div", { class: "mr-reason" }, run.message) : null,
      run.inputs.length ? h("div", { class: "mr-muted" }, `used ${run.inputs.join(", ")}`) : null,
    ),
  );
}

function filesTab(app, facts) {
  return [
    pairs(facts.files, true),
    facts.imports.length ? part("Imports at load", h("pre", { class: "mr-pre" }, facts.imports.join("\n"))) : null,
  ];
}

function part(title, ...content) {
  return h("section", { class: "mr-part" }, h("h4", { class: "mr-heading" }, title), content);
}

function pairs(all, numbers = false) {
  return h(
    "table",
    { class: `mr-pairs${numbers ? " mr-pairs-numbers" : ""}` },
    h("tbody", null, all.map(([name, value]) => h("tr", null, h("th", { scope: "row" }, name), h("td", null, value)))),
  );
}
