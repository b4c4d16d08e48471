// Versions side by side: what differs, which is better, by how much; and how a metric went over the versions.

import { h, swap } from "./dom.js";
import { plainChip } from "./chips.js";
import { chart } from "./chart.js";
import { attachment } from "./attachments.js";
import { curvesOf } from "./curves.js";
import { complain, sentence } from "./floating.js";
import { partOf, section } from "./part.js";
import { linesOf } from "./source.js";

const SECTIONS = { metrics: "Metrics", params: "Params", tags: "Tags", version: "Version", contents: "Contents", data: "Data", code: "Code", environment: "Environment", git: "Git", attachments: "Attachments" };

export function compareOf(app) {
  const table = h("div", { class: "mr-compare-body" });
  const kept = partOf(({ versions, attachments }) => ({ refs: versions.map((each) => each.ref), attachments }), pictures, { look: "" });
  const code = partOf((all) => all.code, codeDiffs, { look: "mr-code-diffs" });
  const overlaid = curvesOf(app);
  const body = h("div", null, table, code.root, kept.root, h("h4", { class: "mr-heading mr-curves-head", hidden: true }, "Curves"), overlaid.root);
  const trend = h("div", { class: "mr-trend" });
  let found = null;
  let every = false;
  let metric = null;
  let turn = 0;

  async function load() {
    const mine = (turn += 1);
    const refs = app.pickedInOrder();
    const asked = refs.length > 1 ? refs : [app.name];
    try {
      const answer = await app.call("compare", { refs: asked });
      if (mine !== turn) return;
      found = answer;
    } catch (error) {
      if (mine !== turn) return;
      found = null;
      swap(table, h("div", { class: "mr-empty" }, h("div", null, sentence(error)), h("div", { class: "mr-muted" }, "Tick two or more versions to compare them.")));
      show(false);
      swap(trend);
      return;
    }
    draw();
    show(true);
    code.take(found);
    kept.take(found);
    overlaid.take(found.versions.map((each) => each.ref), found.curves);
    await drawTrend();
  }

  /** Show or hide what stands below the table. */
  function show(on) {
    code.root.hidden = !on;
    kept.root.hidden = !on;
    body.querySelector(".mr-curves-head").hidden = !on || !found.curves.names.length;
    if (!on) overlaid.root.hidden = true;
  }

  function draw() {
    const { versions, rows, note } = found;
    const two = versions.length === 2;
    const shown = rows.filter((row) => every || row.differs);
    const all = h("input", { type: "checkbox", "data-key": "compare all", on: { change: (event) => ((every = event.currentTarget.checked), draw()) } });
    all.checked = every;
    const left = table.querySelector(".mr-scroll")?.scrollLeft ?? 0;
    const equal = Object.values(found.sections).reduce((sum, each) => sum + each.equal, 0);
    swap(
      table,
      h(
        "div",
        { class: "mr-toolbar" },
        h("span", { class: "mr-muted" }, note),
        h("span", { class: "mr-grow" }),
        h("label", { class: "mr-column mr-nowrap" }, all, h("span", null, `Show equal facts too (${equal.toLocaleString("en")})`)),
      ),
      h(
        "div",
        { class: "mr-scroll" },
        h(
          "table",
          { class: "mr-table mr-compare" },
          h(
            "thead",
            null,
            h(
              "tr",
              null,
              h("th", null),
              versions.map((each) =>
                h(
                  "th",
                  { scope: "col", class: "mr-number" },
                  h("button", { type: "button", class: "mr-version", "data-key": `compared ${each.ref}`, on: { click: () => app.openRef(each.ref) } }, each.ref),
                  h("div", { class: "mr-compare-chips" }, each.aliases.map((alias) => plainChip(alias, null, app.overview.protected.includes(alias)))),
                ),
              ),
              two ? h("th", { scope: "col", class: "mr-number" }, "Change") : null,
            ),
          ),
          sections(shown).map(([section, lines]) =>
            h(
              "tbody",
              null,
              h("tr", { class: "mr-group" }, h("th", { colspan: versions.length + 1 + two, scope: "colgroup" }, SECTIONS[section] ?? section)),
              lines.map((row) => line(row, two)),
              unseen(section, lines, versions.length + 1 + two),
            ),
          ),
        ),
      ),
      shown.length ? null : h("div", { class: "mr-empty" }, "Nothing differs."),
    );
    table.querySelector(".mr-scroll").scrollLeft = left; // of a wide table, what is read stays in sight
  }

  /** Return how many facts of a section there are besides those that are shown, and the line that shows all. */
  function unseen(section, lines, width) {
    const { differ, equal } = found.sections[section];
    const left = differ + (every ? equal : 0) - lines.length;
    if (left <= 0) return null;
    const refs = found.versions.map((each) => each.ref).join(" ");
    return h("tr", null, h("td", { colspan: width, class: "mr-muted mr-unseen-rows" }, `and ${left.toLocaleString("en")} more: `, h("code", { class: "mr-code" }, `${app.program} compare ${refs}`)));
  }

  function line(row, two) {
    const arrow = { higher: " ↑", lower: " ↓" }[row.direction] ?? "";
    const better = row.better === null ? "" : row.better ? " mr-good" : " mr-bad";
    return h(
      "tr",
      { class: row.differs ? null : "mr-equal" },
      h("th", { scope: "row", title: row.name }, h("span", { class: "mr-cell" }, row.name), arrow ? h("span", { class: "mr-muted", title: `${row.direction} is better` }, arrow) : null),
      row.values.map((text, index) =>
        h(
          "td",
          { class: `mr-number${row.best.includes(index) ? " mr-best" : ""}${row.missing[index] ? " mr-muted" : ""}` },
          h("span", { class: "mr-cell", title: text }, text),
          row.best.includes(index) ? h("span", { class: "mr-unseen" }, " best") : null,
        ),
      ),
      two ? h("td", { class: `mr-number${better}` }, row.delta) : null,
    );
  }

  async function drawTrend() {
    const mine = turn;
    const names = found.rows.filter((row) => row.section === "metrics").map((row) => row.name);
    if (!names.length) {
      swap(trend);
      return;
    }
    if (!names.includes(metric)) metric = names[0];
    const answer = await app.call("trend", { name: app.name, metric }).catch((error) => complain(app, error));
    if (!answer || mine !== turn || answer.metric !== metric) return;
    const { points, note } = answer;
    const choice = h(
      "select",
      { class: "mr-select", "aria-label": "Metric of the trend", "data-key": "trend metric", on: { change: (event) => ((metric = event.currentTarget.value), drawTrend()) } },
      names.map((name) => h("option", { value: name }, name)),
    );
    choice.value = metric;
    const compared = new Set(found.versions.map((each) => each.number));
    swap(
      trend,
      h("div", { class: "mr-toolbar" }, h("span", { class: "mr-heading" }, "Over the versions"), choice, note ? h("span", null, note) : null, h("span", { class: "mr-muted" }, "click a point to open its version")),
      chart({
        label: `${metric} over the versions of ${app.name}`,
        series: [{ name: metric, points }],
        x: "v",
        choose: (number) => app.open(number),
        marks: points.filter(([number]) => compared.has(number)).map(([number]) => ({ x: number, text: `v${number}` })),
      }),
    );
  }

  /** Return the attachments of the versions side by side, a line per name. */
  function pictures({ refs, attachments }) {
    if (!attachments.length) return null;
    return h(
      "section",
      { class: "mr-part" },
      h("h4", { class: "mr-heading" }, "Attachments"),
      attachments.map(({ name, held }) =>
        h(
          "div",
          { class: "mr-beside", style: `grid-template-columns:repeat(${refs.length},minmax(160px,1fr))` },
          held.map((each, index) => (each ? attachment(app, { ...each, name: `${refs[index]} ${each.name}` }) : h("div", { class: "mr-muted mr-absent" }, `${refs[index]} has no ${name}`))),
        ),
      ),
    );
  }

  return {
    load,
    root: h("section", { class: "mr-compare-tab", "aria-label": "Compare" }, body, trend),
  };
}

/** Return how the code of each version differs from that of the one before. */
function codeDiffs(all) {
  if (!all.length) return null;
  return section(
    "Code",
    all.map((each) =>
      h(
        "div",
        { class: "mr-part" },
        h("div", { class: "mr-small" }, `${each.before} → ${each.after} `, each.fault ? h("span", { class: "mr-warning" }, each.fault) : [h("span", { class: "mr-good" }, `+${each.added}`), " ", h("span", { class: "mr-bad" }, `−${each.removed}`)]),
        each.lines.length ? linesOf(each, `Code of ${each.before} and ${each.after}`) : null,
      ),
    ),
  );
}

function sections(rows) {
  const found = new Map();
  for (const row of rows) found.set(row.section, [...(found.get(row.section) ?? []), row]);
  return [...found];
}
