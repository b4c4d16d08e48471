// Code and differences of code, as words and lines that are coloured; each is a text node.

import { h } from "./dom.js";

const MARKS = { "+": "mr-came", "-": "mr-went", "@": "mr-muted", "=": "mr-diff-file" };

/** Return code: cells one below the other, each made of words with the kind that they are of, under what is said of it. */
export function sourceOf(cells, label, heads = []) {
  return h(
    "div",
    { class: "mr-source", role: "region", "aria-label": label, tabindex: "0" },
    cells.map((words, at) => [
      heads[at] ? h("div", { class: `mr-cell-head${heads[at].includes("failed") ? " mr-bad" : ""}` }, heads[at]) : null,
      h("pre", { class: "mr-cell-source" }, words.map(([kind, text]) => (kind ? h("span", { class: `mr-word-${kind}` }, text) : text))),
    ]),
  );
}

/** Return the text of code, as it is copied. */
export function textOf(cells) {
  return cells.map((words) => words.map(([, text]) => text).join("")).join("\n\n");
}

/** Return a difference: lines that came, went or stayed, and how many more there are. */
export function linesOf({ lines, left }, label) {
  return [
    h(
      "div",
      { class: "mr-source mr-difference", role: "region", "aria-label": label, tabindex: "0" },
      h(
        "pre",
        { class: "mr-cell-source" },
        lines.map(([mark, text]) => h("div", { class: `mr-changed-line ${MARKS[mark] ?? ""}` }, h("span", { class: "mr-mark" }, mark === "@" || mark === "=" ? " " : mark), text || (mark === "@" ? "⋯" : " "))),
      ),
    ),
    left ? h("div", { class: "mr-muted mr-small" }, `and ${left.toLocaleString("en")} more ${left === 1 ? "line" : "lines"}`) : null,
  ];
}
