// The code of a version: the statements that made it, the whole session, the saved notebook; and what git knows of it.

import { h, count, swap } from "./dom.js";
import { copyButton } from "./copying.js";
import { loadLine } from "./overview.js";
import { askedPart, pairs, partOf, rest, section } from "./part.js";
import { linesOf, sourceOf, textOf } from "./source.js";

export function codeOf(app) {
  let facts = null;
  let kind = "slice";
  const choice = partOf(({ captured }) => [captured.kinds, kind], chooser, { look: "mr-choice" });
  const doubts = partOf(({ captured }) => doubtsOf(captured, kind), (all) => all.map((text) => h("div", { class: "mr-warning" }, text)), { look: "mr-doubts" });
  const code = askedPart(
    ({ captured, ref }) => [captured.mark, ref, kind, captured.kinds],
    ({ captured, ref }) => (captured.kinds.length ? app.call("code", { ref, what: kind }) : null),
    (told) => told && shown(told),
    { look: "mr-part mr-code-part" },
  );
  const git = gitPart(app);

  function chooser([kinds]) {
    if (!kinds.some(([name]) => name === kind)) kind = kinds[0]?.[0] ?? "slice";
    const { cells } = facts.captured;
    return [
      h(
        "div",
        { class: "mr-segments", role: "group", "aria-label": "Which code" },
        kinds.map(([name, title]) =>
          h("button", { type: "button", class: "mr-segment", "aria-pressed": name === kind ? "true" : "false", "data-key": `code ${name}`, on: { click: () => choose(name) } }, title),
        ),
      ),
      cells && kind === "slice" ? h("span", { class: "mr-muted mr-small", title: "Only the statements that the object depends on" }, cells) : null,
    ];
  }

  function choose(name) {
    kind = name;
    all.take(facts);
  }

  function shown({ cells, heads, whole, left, line }) {
    const title = facts.captured.kinds.find(([name]) => name === kind)?.[1] ?? "Code";
    return [
      h("div", { class: "mr-code-tools" }, copyButton(app, whole ? "Copy" : "Copy what is shown", () => textOf(cells), { key: "copy code" })),
      sourceOf(cells, title, heads),
      whole ? null : h("div", { class: "mr-muted mr-small" }, left ? `and ${count(left, "more cell")}` : "It goes on; this line saves the whole."),
      whole ? null : loadLine(app, line),
    ];
  }

  const all = {
    root: h("div", { class: "mr-parts" }, choice.root, doubts.root, code.root, git.root),
    take(found) {
      facts = found;
      for (const each of [choice, doubts, code, git]) each.take(found);
    },
  };
  return all;
}

/** Return what a person should know who counts on some code. */
function doubtsOf({ doubts, unsaved }, kind) {
  if (kind === "slice") return doubts;
  return kind === "notebook" && unsaved ? ["Some cells had run otherwise than they stand here: the notebook was not saved since."] : [];
}

/** Return commit, branch and remote, what is not in them, and the uncommitted changes when they are asked for. */
function gitPart(app) {
  return partOf(
    ({ captured, ref }) => ({ git: captured.git, ref, mark: captured.mark }),
    ({ git, ref }) => {
      if (!git) return null;
      const facts = [
        ["commit", git.commit ? [h("code", { class: "mr-code", title: git.commit }, git.commit.slice(0, 10)), copyButton(app, "Copy commit", () => git.commit, { bare: true })] : ""],
        ["branch", git.branch],
        ["remote", git.remote],
        ["modules", git.modules.length ? h("div", null, git.modules.map(([path, size]) => h("div", null, path, h("span", { class: "mr-muted" }, ` ${size}`))), rest(git.more.modules)) : ""],
      ].filter(([, value]) => value);
      return section(
        "Git",
        git.apart.length ? h("div", { class: "mr-chips" }, git.apart.map((text) => h("span", { class: "mr-flag" }, text))) : null,
        git.warnings.map((text) => h("div", { class: "mr-warning" }, text)),
        facts.length ? pairs(facts) : null,
        git.patch ? patchOf(app, git, ref) : git.changed.length ? changedFiles(git) : null,
      );
    },
    { look: "" },
  );
}

function changedFiles(git) {
  return h("div", null, git.changed.map(([letter, path]) => h("div", { class: "mr-small" }, h("code", { class: "mr-letter" }, letter), path)), rest(git.more.changed));
}

/** Return the uncommitted changes, which are asked for when they are opened. */
function patchOf(app, git, ref) {
  const room = h("div", { class: "mr-part" });
  const part = askedPart(
    (open) => open,
    () => app.call("code", { ref, what: "patch" }),
    (told) => [linesOf(told, "Uncommitted changes"), told.left ? loadLine(app, told.line) : null],
  );
  const open = (event) => {
    if (!event.currentTarget.open) return;
    swap(room, part.root);
    part.take(true);
  };
  return h("details", { class: "mr-details", on: { toggle: open } }, h("summary", null, "Uncommitted changes"), changedFiles(git), room);
}
