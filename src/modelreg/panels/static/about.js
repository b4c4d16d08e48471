// The first tab of a version: what it is for, its metrics and params, where it comes from, and the lines that bring it back.

import { h, button, swap } from "./dom.js";
import { cardEditor, loadLine } from "./overview.js";
import { pairs, partOf, partsOf, rest, section } from "./part.js";

const TRUST = {
  registered: "registered by you: loads without a question",
  approved: "approved by you: loads without a question",
  "code-free": "loading runs no code",
};

export function aboutOf(app) {
  return partsOf([
    describingOf(app),
    pairsOf("Metrics", "metrics", true),
    pairsOf("Params", "params"),
    partOf(factsOfVersion, (all) => section("Facts", pairs(all.map(([name, value, more]) => [name, name === "linked to" ? [value.map((ref) => button(ref, () => app.openRef(ref), { look: "mr-link" })), andMore(more)] : value]))), { look: "" }),
    partOf(
      ({ lines, elsewhere }) => ({ lines, elsewhere }),
      ({ lines, elsewhere }) =>
        section(
          "Bring it back",
          elsewhere ? h("div", { class: "mr-warning" }, "This kernel is connected to another registry by now. First ", h("code", { class: "mr-code" }, elsewhere)) : null,
          h("div", { class: "mr-lines" }, lines.map(([label, line]) => loadLine(app, line, label))),
        ),
      { look: "" },
    ),
  ]);
}

/** Return the first metrics or params, and how many more there are. */
function pairsOf(title, kind, numbers = false) {
  return partOf(
    (facts) => [facts[kind], facts.more[kind], (numbers && facts.captured?.sources) || {}],
    ([all, more, sources]) => (all.length ? section(title, pairs(all.map(([name, value]) => [name, value, sources[name]]), numbers), rest(more)) : null),
    { look: "" },
  );
}

/** Return what is known of a version besides metrics and params, as pairs. */
function factsOfVersion(facts) {
  return [
    ["class", facts.class_name],
    ["flavor", facts.flavor],
    ["source", facts.source],
    ["linked to", facts.links.filter(([, artifact]) => !artifact).map(([ref]) => ref), facts.more.links],
    ["made from", [...new Set(facts.runs.flatMap((run) => run.inputs))].join(", ")],
    ["led to", facts.derived.join(", ") + andMore(facts.more.derived)],
    ["content", facts.content],
    ["capture", facts.captured?.state ?? ""],
    ["trust", TRUST[facts.trusted] ?? "does not load here until it is approved"],
  ].filter(([, value]) => value.length);
}

/** Return the end of a list that is longer than what is told of it. */
function andMore(many = 0) {
  return many ? ` and ${many.toLocaleString("en")} more` : "";
}

/** Return the description of a version with the way to edit it; while it is written, nothing takes its place. */
function describingOf(app) {
  let facts = null;
  let editing = false;
  const part = partOf(({ card, text }) => ({ card, text }), show, { held: () => editing });

  function show({ card }) {
    if (!card) return h("div", { class: "mr-card-empty" }, button("Describe this version", write, { look: "mr-quiet", glyph: "edit", key: "describe version" }));
    const body = h("div", { class: "mr-card" });
    body.innerHTML = card; // sanitized in Python
    return h("div", { class: "mr-card-row" }, body, button("Edit description of the version", write, { look: "mr-bare", glyph: "edit", key: "describe version" }));
  }

  function write() {
    editing = true;
    const { ref } = facts; // whatever the drawer shows when this is saved
    const stop = () => {
      editing = false;
      part.again();
      part.root.querySelector('[data-key="describe version"]')?.focus({ preventScroll: true });
    };
    swap(
      part.root,
      cardEditor(app, facts.text, {
        of: ref,
        stop,
        save: (text, expect, message) => app.act("describe", { ref, text, expect, message }),
        now: () => facts.text,
      }),
    );
    part.root.querySelector("textarea").focus();
  }

  return {
    root: part.root,
    take(found) {
      facts = found;
      part.take(found);
    },
  };
}
