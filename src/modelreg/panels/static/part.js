// Parts of a version that are drawn when what they show is another, and only then: what is typed, opened or scrolled stays.

import { foldable, h, swap } from "./dom.js";
import { sentence } from "./floating.js";

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

/**
 * Return a part of a version whose content is asked for: when it is first looked at, and when `pick(facts)` is another. What
 * stands there stays until the answer comes; a refusal is told in its place, and the next look asks again.
 */
export function askedPart(pick, ask, build, { look = "mr-part" } = {}) {
  const root = h("div", { class: look });
  let shown = null;
  return {
    root,
    async take(facts) {
      const now = JSON.stringify(pick(facts));
      if (now === shown) return;
      shown = now;
      if (!root.firstChild) swap(root, h("div", { class: "mr-muted mr-small mr-asking" }, "Asking the kernel…"));
      try {
        const answer = await ask(facts);
        if (now === shown) swap(root, build(answer, facts));
      } catch (error) {
        if (now !== shown) return;
        shown = null;
        swap(root, h("div", { class: "mr-said", role: "alert" }, sentence(error)));
      }
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

/** Return names with what they are, and where that comes from. */
export function pairs(all, numbers = false) {
  return h(
    "table",
    { class: `mr-pairs${numbers ? " mr-pairs-numbers" : ""}` },
    h("tbody", null, all.map(([name, value, source]) => h("tr", null, h("th", { scope: "row" }, foldable(name)), h("td", null, value), source ? h("td", { class: "mr-from" }, source) : null))),
  );
}
