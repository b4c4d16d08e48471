// The table of versions: sorted, filtered and paged in the kernel.

import { h, button, debounce, icon, step, swap } from "./dom.js";
import { addAlias, aliasChip, latestChip, takesAliases } from "./chips.js";
import { DETAILS, chooseColumns } from "./columns.js";
import { combo } from "./combo.js";
import { sentence } from "./floating.js";
import { pickedBar } from "./picking.js";

const SIZES = [10, 25, 50, 100];
/** Pixels under which the columns that nobody chose make room for metrics. */
const TIGHT = 660;
const NUMBERS = ["size"];
/** Aliases in the row of a version, so that rows stay low; the version itself shows more. */
const CHIPS_OF_ROW = 5;

export function versionTable(app) {
  const table = h("table", { class: "mr-table" });
  const said = h("div", { class: "mr-said mr-filter-said", role: "alert" });
  const foot = h("div", { class: "mr-foot" });
  const told = h("div", { class: "mr-unseen", role: "status" });
  let refused = false; // what is typed in the filter is no query: it stays until it is one
  let looking = 0; // filters that are on their way
  let model = null; // which one the filter is of
  const empty = h("div", { class: "mr-empty", hidden: true });
  const filter = combo({
    label: "Filter versions",
    placeholder: 'Filter: metrics.auc > 0.9 and "production" in aliases',
    key: "filter",
    offer: async (text, at) => {
      const { word, words } = await app.call("complete", { name: app.name, text: text.slice(0, at) });
      return words.map(([full, note]) => ({ text: full, note, word }));
    },
    pick: (field, item) => {
      const at = field.selectionStart ?? field.value.length;
      const before = field.value.slice(0, at - item.word.length) + item.text;
      field.value = before + field.value.slice(at);
      field.setSelectionRange(before.length, before.length);
    },
  });
  const look = async () => {
    narrow.cancel();
    if (app.going) return; // what was typed is about the model that is left
    looking += 1;
    try {
      await app.look({ query: filter.field.value.trim(), tokens: [null] });
    } finally {
      looking -= 1;
    }
  };
  const unfilter = () => {
    filter.field.value = "";
    look();
  };
  const narrow = debounce(250, look);
  for (const event of ["input", "taken"]) filter.field.addEventListener(event, narrow);
  filter.field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") look();
    else if (event.key === "Escape" && filter.field.value) {
      event.stopPropagation();
      unfilter();
    }
  });
  const clear = button("Clear filter", () => {
    unfilter();
    filter.field.focus();
  }, { look: "mr-bare mr-filter-clear", glyph: "close" });

  function draw() {
    const page = app.page;
    if (!page) return;
    const typing = refused || looking || narrow.pending() || filter.field.getRootNode().activeElement === filter.field;
    const other = app.overview.uid !== model;
    if (other) narrow.cancel(); // what is typed is about the one before
    if ((other || !typing) && filter.field.value.trim() !== app.asked.query) filter.field.value = app.asked.query;
    model = app.overview.uid;
    say(page);
    clear.hidden = !app.asked.query;
    swap(table, head(page), h("tbody", { on: { keydown: walk } }, page.rows.map((row) => line(page, row))));
    table.hidden = !page.rows.length;
    table.classList.toggle("mr-default-columns", !page.chosen);
    empty.hidden = page.rows.length > 0;
    if (!page.rows.length) swap(empty, ...nothing());
    drawFoot(page);
  }

  /** Tell those who see no table how many rows it has. */
  function say(page) {
    const many = page.total === null ? `${page.rows.length}${page.next ? " or more" : ""}` : page.total.toLocaleString("en");
    const text = app.asked.query ? `${many} ${many === "1" ? "version matches" : "versions match"}` : `${many} ${many === "1" ? "version" : "versions"}`;
    if (told.textContent !== text) told.textContent = text;
  }

  function nothing() {
    if (app.asked.query) {
      return [
        h("div", null, "No version matches."),
        app.page.note ? h("div", { class: "mr-warning" }, sentence(new Error(app.page.note))) : null,
        button("Clear filter", unfilter, { look: "mr-quiet" }),
      ];
    }
    const line = app.overview.registered ? `${app.program} register clf ${quoted(app.name)}` : "";
    return [h("div", null, "No versions yet."), line && h("div", { class: "mr-muted" }, "Fit a model, then keep it: ", h("code", { class: "mr-code" }, line))];
  }

  function head(page) {
    const every = page.rows.length > 0 && page.rows.every((row) => app.picked.has(row.ref));
    const all = h("input", {
      type: "checkbox",
      "aria-label": "Select all on this page",
      "data-key": "pick all",
      on: { change: (event) => app.pick(page.rows.map((row) => row.ref), event.currentTarget.checked) },
    });
    all.checked = every;
    const arrow = (metric) => ({ higher: " ↑", lower: " ↓" })[app.overview.directions[metric]] ?? "";
    return h(
      "thead",
      null,
      h(
        "tr",
        null,
        h("th", { class: "mr-tick" }, all),
        heading("Version", "version"),
        heading("Aliases", null),
        page.metrics.map((name, index) => heading(name + arrow(name), page.asked.metrics[index], true)),
        page.params.map((name, index) => heading(name, page.asked.params[index], true)),
        page.details.map((name) => heading(DETAILS[name][1], DETAILS[name][0], NUMBERS.includes(name), "mr-detail-head")),
      ),
    );
  }

  function heading(text, field, number = false, look = "") {
    const { order } = app.asked;
    const down = order === `-${field}`;
    const up = order === field;
    const label = h("span", { class: "mr-th-text", title: text }, text);
    return h(
      "th",
      { scope: "col", class: number ? `mr-number ${look}` : look || null, "aria-sort": down ? "descending" : up ? "ascending" : null },
      field === null
        ? label
        : h(
            "button",
            {
              type: "button",
              class: "mr-sorter",
              "data-key": `sort ${field}`,
              on: { click: () => app.look({ order: down ? field : `-${field}`, tokens: [null] }) },
            },
            label,
            h("span", { class: `mr-arrow${down || up ? "" : " mr-idle"}` }, icon(up ? "up" : "down")),
          ),
    );
  }

  function line(page, row) {
    const tick = h("input", {
      type: "checkbox",
      "aria-label": `Select v${row.number}`,
      tabindex: "-1",
      "data-key": `pick ${row.ref}`,
      on: { change: (event) => app.pick([row.ref], event.currentTarget.checked) },
    });
    tick.checked = app.picked.has(row.ref);
    const open = h(
      "button",
      { type: "button", class: "mr-version", "data-key": `version ${row.ref}`, title: `Open v${row.number}`, on: { click: () => app.open(row.number) } },
      `v${row.number}`,
    );
    const shown = row.aliases.slice(0, row.aliases.length > CHIPS_OF_ROW + 1 ? CHIPS_OF_ROW : undefined);
    const left = row.aliases.length - shown.length + row.more.aliases;
    const node = h(
      "tr",
      { class: app.picked.has(row.ref) ? "mr-picked" : null, "aria-selected": app.picked.has(row.ref) ? "true" : "false", "data-number": row.number },
      h("td", { class: "mr-tick" }, tick),
      h("td", null, open),
      h(
        "td",
        { class: "mr-aliases" },
        h(
          "div",
          { class: "mr-chips" },
          shown.map((alias) => aliasChip(app, alias, row.number, { guarded: app.overview.protected.includes(alias), key: row.ref })),
          left > 0 ? button(`+${left.toLocaleString("en")}`, () => app.open(row.number), { look: "mr-quiet mr-rest", key: `rest ${row.ref}`, title: `Open v${row.number} with all its aliases` }) : null,
          row.number === app.overview.latest ? latestChip() : null,
          addAlias(app, row.number, row.ref),
        ),
      ),
      page.metrics.map((name) => h("td", { class: "mr-number" }, row.metrics?.[name] ?? dash())),
      page.params.map((name) => h("td", { class: "mr-number" }, cell(row.params?.[name]))),
      page.details.map((name) => h("td", { class: NUMBERS.includes(name) ? "mr-number mr-detail" : "mr-detail" }, DETAILS[name][2](row))),
    );
    node.addEventListener("click", (event) => {
      if (!event.target.closest("button,input,.mr-chip")) app.open(row.number);
    });
    takesAliases(app, node, row.number);
    return node;
  }

  /** Arrow keys lead from row to row, Space ticks the row. */
  function walk(event) {
    const buttons = [...table.querySelectorAll(".mr-version")];
    const at = buttons.indexOf(event.target);
    if (at < 0) return;
    const next = step(event.key, at, buttons.length);
    if (next !== null) {
      event.preventDefault();
      buttons[next].focus();
    } else if (event.key === " ") {
      event.preventDefault();
      const { ref } = app.page.rows[at];
      app.pick([ref], !app.picked.has(ref));
    }
  }

  function drawFoot(page) {
    const { tokens, limit } = app.asked;
    const first = (tokens.length - 1) * limit + 1;
    const last = first + page.rows.length - 1;
    const range = page.rows.length ? `${first.toLocaleString("en")}–${last.toLocaleString("en")}${page.total === null ? "" : ` of ${page.total.toLocaleString("en")}`}` : "";
    const sizes = h(
      "select",
      { class: "mr-select mr-quiet-select", "aria-label": "Versions on a page", "data-key": "page size", on: { change: (event) => app.look({ limit: Number(event.currentTarget.value), tokens: [null] }) } },
      [...new Set([...SIZES, limit])].sort((a, b) => a - b).map((size) => h("option", { value: size }, `${size} a page`)),
    );
    sizes.value = String(limit);
    swap(
      foot,
      app.picked.size
        ? pickedBar(app)
        : h("span", { class: "mr-muted" }, page.rows.length ? "Tick two or more to compare" : ""),
      h("span", { class: "mr-grow" }),
      h("span", { class: "mr-muted mr-nowrap" }, range),
      button("Previous page", () => app.look({ tokens: tokens.slice(0, -1) }), { look: "mr-bare", glyph: "left", disabled: tokens.length < 2, key: "previous page" }),
      button("Next page", () => app.look({ tokens: [...tokens, page.next] }), { look: "mr-bare", glyph: "right", disabled: !page.next, key: "next page" }),
      sizes,
    );
  }

  const root = h(
    "section",
    { class: "mr-versions", "aria-label": "Versions" },
    h(
      "div",
      { class: "mr-toolbar" },
      h("div", { class: "mr-filter" }, icon("search"), filter.node, clear),
      button("Columns", (event) => chooseColumns(app, event.currentTarget), { look: "mr-quiet", glyph: "columns", key: "columns" }),
    ),
    said,
    told,
    h("div", { class: "mr-scroll" }, table),
    empty,
    foot,
  );
  new ResizeObserver(() => root.classList.toggle("mr-tight", root.clientWidth < TIGHT)).observe(root);

  return {
    draw,
    /** Say under the filter what is wrong with it; null: nothing is. */
    fault(error) {
      const wrong = error !== null;
      refused = wrong;
      filter.field.setAttribute("aria-invalid", wrong ? "true" : "false");
      swap(said, wrong ? sentence(error) : null);
    },
    root,
  };
}

function cell(text) {
  return text === null || text === undefined ? dash() : h("span", { class: "mr-cell", title: text }, text);
}

function dash() {
  return h("span", { class: "mr-muted" }, "–");
}

/** Return a name as it must be typed on a line. */
function quoted(name) {
  return /^[\w.:/@+-]+$/u.test(name) ? name : `"${name.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
