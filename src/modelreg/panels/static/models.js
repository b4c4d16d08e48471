// The list on the left: registered models, searched and sorted in the kernel; only the rows in sight are elements.

import { h, button, count, debounce, icon, newId, step, when } from "./dom.js";
import { plainChip } from "./chips.js";
import { askNew } from "./creating.js";
import { registerButton } from "./sheet.js";

const ROW = 54;
/** In a narrow cell, where the list stands above the page, a model takes one line. */
const LINE = 32;
const AROUND = 6;
const SHOWN_CHIPS = 2;
/** Registered models that are asked for at a time, and at most where somebody scrolled far. */
const PAGE = 100;
const LARGEST = 500;
const ORDERS = [
  ["-updated", "Last update"],
  ["name", "Name"],
  ["-versions", "Versions"],
];

export function modelList(app) {
  const held = { items: [], next: null, total: 0, search: "", order: "-updated", at: 0, asked: 0, loading: false };
  const tall = () => (list.closest(".mr-narrow") ? LINE : ROW);
  const id = newId();
  const room = h("div", { class: "mr-room" });
  const list = h("div", { class: "mr-list", role: "listbox", tabindex: "0", "aria-label": "Registered models", "data-key": "models" }, room);
  const total = h("span", { class: "mr-badge" });
  const told = h("div", { class: "mr-unseen", role: "status" });
  const field = h("input", {
    class: "mr-input mr-search-input",
    type: "search",
    "aria-label": "Search registered models",
    placeholder: "Search name, tag, alias",
    spellcheck: "false",
    "data-key": "search",
  });
  const order = h(
    "select",
    { class: "mr-select mr-quiet-select", "aria-label": "Sort registered models", "data-key": "model order" },
    ORDERS.map(([value, text]) => h("option", { value }, text)),
  );

  /** Read the list again; with `keep` what is in sight is read before anything is drawn, so that nothing goes blank. */
  async function load({ keep = false } = {}) {
    const mine = (held.asked += 1);
    held.loading = true;
    const page = await read({ items: [], next: null }, mine, keep);
    if (mine !== held.asked) return;
    held.loading = false;
    if (!page) return;
    if (!keep) {
      list.scrollTop = 0;
      held.at = -1;
    }
    take(page);
  }

  /** Show registered models; the one that the keys stand at stays that, wherever it is now. */
  function take(page) {
    const at = held.items[held.at]?.name;
    Object.assign(held, page);
    const again = held.items.findIndex((item) => item.name === at);
    held.at = again >= 0 ? again : Math.max(0, Math.min(held.at, held.items.length - 1));
    draw();
    more();
  }

  /** Ask for what is in sight and not here yet. */
  async function more() {
    if (held.loading || !held.next || wanted() <= held.items.length) return;
    held.loading = true;
    const mine = held.asked;
    const page = await read(held, mine, true);
    if (mine !== held.asked) return;
    held.loading = false;
    if (page) take(page);
  }

  /** Return a list that goes on behind another one: by one page, or until it holds what is in sight; null where it cannot be read. */
  async function read(before, mine, whole) {
    const { search, order } = held;
    const items = [...before.items];
    let { next, total } = before;
    do {
      const limit = whole ? Math.min(LARGEST, Math.max(PAGE, wanted() - items.length)) : PAGE;
      const page = await app.attempt(() => app.call("models", { search, order, limit, token: next }));
      if (!page || mine !== held.asked) return null;
      items.push(...page.items);
      ({ next, total } = page);
    } while (whole && next && wanted() > items.length);
    return { items, next, total };
  }

  /** Return how many registered models must be here for the rows in sight. */
  function wanted() {
    return Math.min(held.total || PAGE, Math.ceil((list.scrollTop + list.clientHeight) / tall()) + AROUND);
  }

  function draw() {
    total.textContent = held.total.toLocaleString("en");
    say(held.search ? `${count(held.total, "registered model")} found` : "");
    room.style.height = `${Math.max(held.total, held.items.length) * tall()}px`;
    if (!held.items.length) {
      room.replaceChildren(h("div", { class: "mr-empty mr-small" }, held.search ? "Nothing matches." : "No registered models yet."));
      room.style.height = "auto";
      list.removeAttribute("aria-activedescendant");
      return;
    }
    const first = Math.max(0, Math.floor(list.scrollTop / tall()) - AROUND);
    const last = Math.min(Math.max(held.total, held.items.length), Math.ceil((list.scrollTop + list.clientHeight) / tall()) + AROUND);
    const rows = [];
    for (let index = first; index < last; index += 1) rows.push(index < held.items.length ? row(held.items[index], index) : coming(index));
    room.replaceChildren(...rows);
    if (first <= held.at && held.at < last) list.setAttribute("aria-activedescendant", `${id}-${held.at}`);
    else list.removeAttribute("aria-activedescendant");
  }

  /** Tell those who see no list how much it holds. */
  function say(text) {
    if (told.textContent !== text) told.textContent = text;
  }

  /** Return what stands in the place of a row that is on its way. */
  function coming(index) {
    return h("div", { class: "mr-item mr-muted", style: `top:${index * tall()}px`, "aria-hidden": "true" }, "…");
  }

  function row(model, index) {
    const chosen = model.name === app.name;
    const chips = model.aliases.slice(0, SHOWN_CHIPS);
    const left = model.aliases.length - chips.length + model.more.aliases;
    return h(
      "div",
      {
        id: `${id}-${index}`,
        role: "option",
        class: `mr-item${index === held.at ? " mr-at" : ""}`,
        style: `top:${index * tall()}px`,
        "aria-selected": chosen ? "true" : "false",
        "aria-setsize": held.total,
        "aria-posinset": index + 1,
        on: { click: () => choose(index) },
      },
      h(
        "div",
        { class: "mr-item-top" },
        h("span", { class: "mr-item-name", title: model.name }, model.name),
        h("span", { class: "mr-muted mr-nowrap" }, count(model.versions, "version")),
      ),
      h(
        "div",
        { class: "mr-item-chips" },
        chips.map(([name, number, guarded]) => plainChip(name, number, guarded)),
        left > 0 ? h("span", { class: "mr-muted", title: model.aliases.slice(SHOWN_CHIPS).map(([name, number]) => `${name} v${number}`).join(", ") }, `+${left}`) : null,
        chips.length ? null : h("span", { class: "mr-muted" }, "updated ", when(model.updated)),
      ),
    );
  }

  function choose(index) {
    held.at = index;
    draw();
    app.go(held.items[index].name);
  }

  function show(index) {
    const top = index * tall();
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + tall() > list.scrollTop + list.clientHeight) list.scrollTop = top + tall() - list.clientHeight;
  }

  let drawn = 0; // how tall the rows are that are there
  new ResizeObserver(() => {
    if (drawn === tall() || !held.items.length) return;
    drawn = tall();
    requestAnimationFrame(() => {
      show(held.at);
      draw();
      more();
    });
  }).observe(list);
  list.addEventListener("scroll", () => requestAnimationFrame(() => (draw(), more())), { passive: true });
  list.addEventListener("keydown", (event) => {
    const next = step(event.key, held.at, held.items.length);
    if (next !== null) {
      event.preventDefault();
      held.at = next;
      show(next);
      draw();
      more();
    } else if ((event.key === "Enter" || event.key === " ") && held.items.length) {
      event.preventDefault();
      choose(held.at);
    }
  });
  const search = debounce(150, () => {
    held.search = field.value.trim();
    load();
  });
  field.addEventListener("input", search);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && field.value) {
      event.stopPropagation();
      field.value = "";
      search();
    } else if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      list.focus();
      if (event.key === "Enter" && held.items.length) choose(held.at);
    }
  });
  order.addEventListener("change", () => {
    held.order = order.value;
    load();
  });

  return {
    load,
    take,
    draw,
    search: () => field.focus(),
    focus: () => list.focus(),
    /** Mark the model that is shown, wherever it was chosen. */
    mark(name) {
      const index = held.items.findIndex((item) => item.name === name);
      if (index >= 0 && name !== held.marked) {
        held.at = index; // once: whoever goes or scrolls away stays there
        show(index);
      }
      held.marked = name;
      draw();
    },
    empty: () => !held.search && held.total === 0,
    root: h(
      "nav",
      { class: "mr-side", "aria-label": "Models" },
      h(
        "div",
        { class: "mr-side-head" },
        h("span", { class: "mr-heading" }, "Registered models"),
        total,
        button("New registered model", (event) => askNew(app, event.currentTarget), { look: "mr-bare", glyph: "plus", key: "new model" }),
      ),
      h("div", { class: "mr-search" }, icon("search"), field),
      h("div", { class: "mr-side-tools" }, h("label", { class: "mr-sort mr-muted" }, "Sort by ", order), registerButton(app)),
      told,
      list,
    ),
  };
}
