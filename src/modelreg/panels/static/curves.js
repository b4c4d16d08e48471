// Metrics over their steps: a chart each, the versions overlaid; of many the first, the others when they are asked for.

import { h, button, debounce, swap } from "./dom.js";
import { chart } from "./chart.js";
import { complain } from "./floating.js";

/** How many charts come at a time; as many as the kernel sends by itself. */
const CHARTS = 12;

/** Return the curves of some versions; `take(refs, curves)` shows what the kernel told of them. */
export function curvesOf(app) {
  const field = h("input", { class: "mr-input mr-curve-filter", type: "search", placeholder: "Filter curves", "aria-label": "Filter curves", spellcheck: "false", "data-key": "filter curves" });
  const counted = h("span", { class: "mr-muted mr-small", role: "status" });
  const bar = h("div", { class: "mr-toolbar" }, field, counted);
  const room = h("div", { class: "mr-curves" });
  const more = button("Show more curves", () => {
    many += CHARTS;
    return draw();
  }, { look: "mr-quiet", key: "more curves" });
  const root = h("div", { class: "mr-part" }, bar, room, h("div", null, more));
  const drawn = new Map(); // metric -> its chart
  let refs = [];
  let names = [];
  let total = 0; // the names of the first of them are told
  let many = CHARTS;
  let shown = "";
  let turn = 0;

  field.addEventListener("input", debounce(120, () => {
    many = CHARTS;
    draw();
  }));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !field.value) return;
    event.stopPropagation();
    field.value = "";
    many = CHARTS;
    draw();
  });

  const found = () => names.filter((name) => name.toLowerCase().includes(field.value.trim().toLowerCase()));

  /** Show the charts that are wanted; those that are not here yet are asked for, a few at a time. */
  async function draw() {
    const mine = (turn += 1);
    const wanted = found().slice(0, many);
    try {
      for (;;) {
        place(wanted);
        const missing = wanted.filter((name) => !drawn.has(name)).slice(0, CHARTS);
        if (!missing.length) return;
        const asked = refs;
        const { charts } = await app.call("curves", { refs: asked, names: missing });
        if (mine !== turn || asked !== refs) return;
        keep(charts);
        for (const name of missing) if (!drawn.has(name)) drawn.set(name, null); // it is gone by now
      }
    } catch (error) {
      if (mine === turn) complain(app, error);
    }
  }

  function keep(charts) {
    for (const each of charts) drawn.set(each.name, curve(each));
  }

  function place(wanted) {
    const all = found();
    bar.hidden = total <= CHARTS;
    more.hidden = all.length <= many;
    const few = Math.min(many, all.length);
    const first = total > names.length ? `; only the first ${names.length.toLocaleString("en")} are looked through` : "";
    counted.textContent = (all.length === names.length ? `${few} of ${total.toLocaleString("en")} curves` : `${few} of ${all.length.toLocaleString("en")} that match`) + first;
    const nodes = wanted.map((name) => drawn.get(name)).filter(Boolean);
    if (nodes.length !== room.children.length || nodes.some((node, index) => node !== room.children[index])) swap(room, nodes);
  }

  return {
    root,
    take(versions, told) {
      const now = JSON.stringify([versions, told]);
      if (now === shown) return;
      shown = now;
      [refs, names, total] = [versions, told.names, told.total];
      drawn.clear();
      keep(told.charts);
      root.hidden = !names.length;
      draw();
    },
  };
}

/** Return the tab of a version with its curves. */
export function curvesTabOf(app) {
  const all = curvesOf(app);
  return { root: all.root, take: (facts) => all.take([facts.ref], facts.curves) };
}

/** Return the chart of a metric over its steps, a line for each version. */
function curve({ name, series }) {
  const lines = series.map((each) => ({ name: each.name, points: each.steps.map((step, index) => [step, number(each.texts[index]), each.texts[index]]) }));
  return h("div", { class: "mr-curve-box" }, h("div", { class: "mr-strong mr-curve-name", title: name }, name), chart({ label: `${name} over the steps`, series: lines, x: "step " }));
}

/** Return the number that a text writes; null for one that no chart has a place for. */
function number(text) {
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
