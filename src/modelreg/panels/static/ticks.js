// What was found in the kernel, to be ticked, and what the user adds beside it.

import { h, button, swap } from "./dom.js";

/**
 * Return a group of things that may be kept: `take(rows)` shows what was found, `chosen()` returns name and expression of
 * what is ticked or was typed, `reset()` forgets both. A row has `name`, `source` and `value`; a `note` says where it comes from
 * in place of its source, and `doubt` what is to be known before it is ticked.
 */
export function tickGroup({ title, noun, none, name, value }) {
  const ticked = new Set();
  const found = h("div", null);
  const own = h("div", { class: "mr-own" });
  const said = h("div", { class: "mr-said", role: "alert" });
  let rows = [];

  const key = (each) => each.source;

  function draw() {
    swap(
      found,
      rows.length ? h("div", { class: "mr-rows" }, rows.map(row)) : none && h("div", { class: "mr-muted mr-small" }, none),
    );
  }

  function row(each) {
    const from = each.note ?? (each.source === each.name ? "" : each.source);
    const doubt = each.doubt ? h("span", { class: "mr-warning" }, each.doubt) : null;
    const box = h("input", {
      type: "checkbox",
      checked: ticked.has(key(each)),
      "aria-label": [`${noun} ${each.name}`, each.value, from && `from ${from}`, each.doubt].filter(Boolean).join(", "),
      "data-key": `tick ${title} ${key(each)}`,
      on: { change: () => tick(each, box.checked) },
    });
    return h(
      "label",
      { class: "mr-tick-row" },
      box,
      h("span", { class: "mr-tick-name", title: each.name }, each.name),
      h("span", { class: "mr-tick-value", title: each.value }, each.value, doubt && [" · ", doubt]),
      h(each.note ? "span" : "code", { class: "mr-tick-from", title: from || null }, from),
    );
  }

  /** Tick one; of two with the same name only one can be kept. */
  function tick(each, on) {
    swap(said);
    if (!on) {
      ticked.delete(key(each));
      return;
    }
    for (const other of rows) if (other.name === each.name) ticked.delete(key(other));
    ticked.add(key(each));
    draw();
  }

  /** Add a line for what the user writes; return its first field. */
  function write(called = "", text = "") {
    const field = (label, look, value) => h("input", { class: `mr-input ${look}`, placeholder: label, "aria-label": `${noun}: ${label}`, value, spellcheck: "false", on: { input: () => swap(said) } });
    const first = field(name, "mr-own-name", called);
    const line = h(
      "div",
      { class: "mr-own-row" },
      first,
      field(value, "mr-own-value", text),
      button(`Remove this ${noun}`, () => {
        line.remove();
        adder.focus({ preventScroll: true });
      }, { look: "mr-bare", glyph: "close" }),
    );
    own.append(line);
    return first;
  }

  const written = () => [...own.children].map((line) => [...line.querySelectorAll("input")].map((each) => each.value.trim()));
  const adder = button(`Add ${noun}`, () => write().focus({ preventScroll: true }), { look: "mr-quiet mr-adder", glyph: "plus", key: `add ${title}` });
  const root = h(
    "div",
    { class: "mr-field", role: "group", "aria-label": title },
    h("div", { class: "mr-group-head" }, h("span", { class: "mr-heading" }, title), h("span", { class: "mr-grow" }), adder),
    found,
    own,
    said,
  );
  return {
    root,
    said,
    input: null,
    focus() {
      const typed = own.querySelector(".mr-own-row:last-child .mr-own-value");
      (typed ?? found.querySelector("input:checked") ?? adder).focus({ preventScroll: true });
    },
    take(all) {
      rows = all;
      for (const each of [...ticked]) if (!rows.some((other) => key(other) === each)) ticked.delete(each);
      draw();
    },
    chosen() {
      return [...rows.filter((each) => ticked.has(key(each))).map((each) => [each.name, each.source]), ...written().filter(([called, text]) => called || text)];
    },
    draft: () => (ticked.size || own.children.length ? { ticked: [...ticked], own: written() } : null),
    restore(before) {
      for (const source of before.ticked) if (rows.some((each) => key(each) === source)) ticked.add(source);
      before.own.forEach(([called, text]) => write(called, text));
      draw();
    },
    reset() {
      ticked.clear();
      own.replaceChildren();
    },
  };
}
