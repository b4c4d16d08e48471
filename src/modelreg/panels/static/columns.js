// The columns of the versions table: those that every version has, and which ones are shown.

import { h, button, swap, when } from "./dom.js";
import { dialog } from "./floating.js";

/** Column -> the field it is sorted by (null: none), its heading, and its cell. */
export const DETAILS = {
  class: ["class_name", "Class", (row) => h("span", { title: row.class_name }, row.class)],
  size: ["size", "Size", (row) => row.size],
  source: ["source", "Source", (row) => row.source],
  linked: ["linked", "Linked", (row) => when(row.linked)],
  created: ["created", "Created", (row) => when(row.created)],
  by: ["user", "By", (row) => h("bdi", { class: "modelreg-who" }, row.by)],
  tags: [null, "Tags", (row) => row.tags.map(([key, value]) => h("span", { class: "mr-tag" }, value ? `${key}=${value}` : key))],
  description: [null, "Description", (row) => row.description],
};

/** So many columns are looked through without a search. */
const MANY = 24;

/** Let the user choose columns; they are kept for the registered model. */
export function chooseColumns(app, anchor) {
  const page = app.page;
  const chosen = { metrics: [...page.metrics], params: [...page.params], details: [...page.details] };
  const known = { ...page.known, details: Object.keys(DETAILS) };
  const search = h("input", { class: "mr-input", type: "search", placeholder: "Find a column", "aria-label": "Find a column", spellcheck: "false", "data-first": true });
  const found = (kind) => known[kind].filter((name) => name.toLowerCase().includes(search.value.trim().toLowerCase()));
  const group = (kind, title) =>
    found(kind).length
      ? h(
          "fieldset",
          { class: "mr-columns" },
          h("legend", null, title),
          known.cut.includes(kind) ? h("div", { class: "mr-muted" }, `of the first ${known[kind].length}`) : null,
          found(kind).map((name) => {
            const box = h("input", { type: "checkbox", on: { change: (event) => toggle(kind, name, event.currentTarget.checked) } });
            box.checked = chosen[kind].includes(name);
            return h("label", { class: "mr-column" }, box, h("span", { class: "mr-chip-text", title: name }, kind === "details" ? DETAILS[name][1] : name));
          }),
        )
      : null;
  const toggle = (kind, name, on) => {
    const now = known[kind].filter((each) => (each === name ? on : chosen[kind].includes(each)));
    chosen[kind] = now;
    app.attempt(() => app.choose(chosen));
  };
  const all = h("div", { class: "mr-columns-all" });
  const draw = () => {
    const groups = [group("metrics", "Metrics"), group("params", "Params"), group("details", "Details")].filter(Boolean);
    swap(all, groups.length ? groups : h("div", { class: "mr-muted" }, "No column is called so."));
  };
  search.addEventListener("input", draw);
  draw();
  const many = Object.values(known).flat().length > MANY;
  dialog(app, anchor, "Columns", (close) => [many && search, all, h("div", { class: "mr-actions" }, button("Done", close, { look: "mr-primary" }))]);
}
