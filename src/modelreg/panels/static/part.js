// Parts of a version that are drawn when what they show is another, and only then: what is typed, opened or scrolled stays.

import { h, swap } from "./dom.js";

/**
 * Return a part of what is told of a version. `take(facts)` draws it by `build(picked)`, where `picked` is all that it shows;
 * while `held()` is true it is left alone, and drawn by the next `take`, or by `again()`.
 */
export function partOf(pick, build, { look = "mr-part", held = () => false } = {}) {
  const root = h("div", { class: look });
  let facts = null;
  let shown = null;
  const draw = () => {
    const picked = pick(facts);
    const now = JSON.stringify(picked);
    if (now === shown || held()) return;
    shown = now;
    swap(root, build(picked));
  };
  return {
    root,
    take(found) {
      facts = found;
      draw();
    },
    again() {
      shown = null;
      draw();
    },
  };
}

/** Return one part that is made of several. */
export function partsOf(parts, look = "mr-parts") {
  return { root: h("div", { class: look }, parts.map((each) => each.root)), take: (facts) => parts.forEach((each) => each.take(facts)) };
}

/** Return content under a heading. */
export function section(title, ...content) {
  return h("section", { class: "mr-part" }, h("h4", { class: "mr-heading" }, title), content);
}

/** Return how many more there are than are shown. */
export function rest(many = 0) {
  return many ? h("div", { class: "mr-muted" }, `and ${many.toLocaleString("en")} more`) : null;
}

/** Return names with what they are. */
export function pairs(all, numbers = false) {
  return h(
    "table",
    { class: `mr-pairs${numbers ? " mr-pairs-numbers" : ""}` },
    h("tbody", null, all.map(([name, value]) => h("tr", null, h("th", { scope: "row" }, name), h("td", null, value)))),
  );
}
