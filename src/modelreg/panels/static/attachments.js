// Pictures, tables and files that are kept with a version.

import { h } from "./dom.js";
import { loadLine } from "./overview.js";
import { partOf } from "./part.js";

export function attachmentsOf(app) {
  return partOf((facts) => facts.attachments, (all) => all.map((each) => attachment(app, each)));
}

/** Return a picture, the beginning of a table, or the line that opens what is not shown. */
export function attachment(app, each) {
  return h(
    "figure",
    { class: "mr-attachment" },
    h("figcaption", null, h("span", { class: "mr-strong" }, each.name), " ", h("span", { class: "mr-muted" }, each.size)),
    each.picture ? h("img", { src: each.picture, alt: each.name, class: "mr-picture" }) : null,
    each.table ? grid(each.table, each.numbers) : null,
    each.note ? h("div", { class: "mr-warning" }, each.note) : null,
    each.part ? h("div", { class: "mr-muted mr-small" }, each.part) : null,
    each.line ? loadLine(app, each.line) : null,
  );
}

function grid([head, ...lines], numbers) {
  const look = (column) => (numbers[column] ? "mr-number" : null);
  return h(
    "div",
    { class: "mr-scroll" },
    h(
      "table",
      { class: "mr-table mr-kept" },
      h("thead", null, h("tr", null, head.map((text, column) => h("th", { scope: "col", class: look(column) }, text)))),
      h("tbody", null, lines.map((line) => h("tr", null, line.map((text, column) => h("td", { class: look(column) }, text))))),
    ),
  );
}
