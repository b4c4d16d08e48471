// The data that flowed into the training of a version.

import { h } from "./dom.js";
import { copyButton } from "./copying.js";
import { askedPart, rest } from "./part.js";

const COLUMN_HEADS = ["Column", "Type", "Nulls", "Min", "Max", "Mean"];
const FIRST_NUMBER = 2; // columns from this one on stand to the right

export function dataOf(app) {
  return askedPart(
    ({ captured, ref }) => [captured.mark, ref],
    ({ ref }) => app.call("data", { ref }),
    ({ sets, left }) => [sets.map((each) => datasetOf(app, each)), rest(left)],
  );
}

/** Return one dataset: what it was for, how large it is, where it came from, and its columns. */
function datasetOf(app, each) {
  return h(
    "section",
    { class: "mr-part mr-dataset", "aria-label": `${each.role} ${each.name}` },
    h("div", { class: "mr-dataset-head" }, h("span", { class: "mr-flag" }, each.role), h("code", { class: "mr-strong mr-dataset-name" }, each.name), h("span", { class: "mr-muted" }, each.size), each.doubt ? h("span", { class: `mr-flag${each.state === "changed" ? " mr-flag-warning" : ""}` }, each.doubt) : null),
    h(
      "div",
      { class: "mr-facts mr-muted" },
      each.digest ? h("span", { class: "mr-digest" }, h("code", { class: "mr-code", title: each.digest }, each.short), copyButton(app, `Copy the digest of ${each.name}`, () => each.digest, { bare: true })) : null,
      each.partial ? h("span", null, "of some rows only") : null,
      each.origin ? h("span", { class: "mr-origin" }, each.origin) : null,
    ),
    each.fault ? h("div", { class: "mr-warning" }, each.fault) : null,
    each.columns.length ? columnTable(each) : null,
    rest(each.left),
  );
}

function columnTable({ columns, name }) {
  const used = COLUMN_HEADS.map((_, at) => at < FIRST_NUMBER || columns.some((column) => column[at]));
  const look = (at) => (at >= FIRST_NUMBER ? "mr-number" : null);
  const row = (cells, write) => h("tr", null, cells.map((text, at) => (used[at] ? write(text, at) : null)));
  return h(
    "div",
    { class: "mr-scroll", role: "region", "aria-label": `Columns of ${name}`, tabindex: "0" },
    h(
      "table",
      { class: "mr-table mr-kept" },
      h("thead", null, row(COLUMN_HEADS, (text, at) => h("th", { scope: "col", class: look(at) }, text))),
      h("tbody", null, columns.map((column) => row(column, (text, at) => (at ? h("td", { class: look(at) }, h("span", { class: "mr-cell" }, text)) : h("th", { scope: "row" }, h("span", { class: "mr-cell", title: text }, text)))))),
    ),
  );
}
