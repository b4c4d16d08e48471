// The list on the left: registered models, searched and sorted in the kernel; only the rows in sight are elements.

import { h, button, count, debounce, icon, step } from "./dom.js";
import { plainChip } from "./chips.js";
import { combo, dialog, form } from "./floating.js";
import { registerButton } from "./sheet.js";

const ROW = 54;
const AROUND = 6;
const SHOWN_CHIPS = 2;
const ORDERS = [
  ["-updated", "Last update"],
  ["name", "Name"],
  ["-versions", "Versions"],
];

export function modelList(app) {
  const held = { items: [], next: null, total: 0, search: "", order: "-updated", at: 0, asked: 0, loading: false };
  const id = `mr-${app.channel.prefix}`;
  const room = h("div", { class: "mr-room" });
  const list = h("div", { class: "mr-list", role: "listbox", tabindex: "0", "aria-label": "Registered models", "data-key": "models" }, room);
  const total = h("span", { class: "mr-badge" });
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

  async function load({ keep = false } = {}) {
    const mine = (held.asked += 1);
    const asked = { search: held.search, order: held.order };
    const page = await app.attempt(() => app.call("models", asked));
    if (!page || mine !== held.asked) return;
    if (!keep) list.scrollTop = 0;
    take(page);
  }

  /** Show the first registered models of a search. */
  function take(page) {
    Object.assign(held, { items: page.items, next: page.next, total: page.total, loading: false });
    draw();
    more();
  }

  /** Ask for what is in sight and not here yet. */
  async function more() {
    while (held.next && !held.loading && (list.scrollTop + list.clientHeight) / ROW + AROUND > held.items.length) {
      held.loading = true;
      const mine = held.asked;
      const page = await app.attempt(() => app.call("models", { search: held.search, order: held.order, token: held.next }));
      if (mine !== held.asked) return;
      held.loading = false;
      if (!page) return;
      held.items.push(...page.items);
      held.next = page.next;
      held.total = page.total;
      draw();
    }
  }

  function draw() {
    total.textContent = held.total.toLocaleString("en");
    room.style.height = `${Math.max(held.total, held.items.length) * ROW}px`;
    if (!held.items.length) {
      room.replaceChildren(h("div", { class: "mr-empty mr-small" }, held.search ? "Nothing matches." : "No registered models yet."));
      room.style.height = "auto";
      list.removeAttribute("aria-activedescendant");
      return;
    }
    const first = Math.max(0, Math.floor(list.scrollTop / ROW) - AROUND);
    const last = Math.min(held.items.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + AROUND);
    const rows = [];
    for (let index = first; index < last; index += 1) rows.push(row(held.items[index], index));
    room.replaceChildren(...rows);
    list.setAttribute("aria-activedescendant", `${id}-${held.at}`);
  }

  function row(model, index) {
    const chosen = model.name === app.name;
    const chips = model.aliases.slice(0, SHOWN_CHIPS);
    const left = model.aliases.length - chips.length;
    return h(
      "div",
      {
        id: `${id}-${index}`,
        role: "option",
        class: `mr-item${index === held.at ? " mr-at" : ""}`,
        style: `top:${index * ROW}px`,
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
        chips.length ? null : h("span", { class: "mr-muted", title: model.updated.exact }, `updated ${model.updated.age}`),
      ),
    );
  }

  function choose(index) {
    held.at = index;
    draw();
    app.go(held.items[index].name);
  }

  function show(index) {
    const top = index * ROW;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
  }

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
    held.at = 0;
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
      if (index >= 0) held.at = index;
      if (index >= 0 && name !== held.marked) show(index); // once: whoever scrolls away stays there
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
      list,
    ),
  };
}

function askNew(app, anchor) {
  dialog(app, anchor, "New registered model", (close) => {
    const name = h("input", { class: "mr-input", "aria-label": "Name", placeholder: "Name, e.g. churn", "data-first": true });
    const text = h("textarea", { class: "mr-input", rows: "3", "aria-label": "Description", placeholder: "What it is for (Markdown, optional)" });
    const tags = h("input", { class: "mr-input", "aria-label": "Tags", placeholder: "Tags, e.g. team=growth gpu (optional)" });
    return form(app, close, {
      fields: [name, text, tags],
      verb: "Create",
      reason: false,
      send: async () => {
        const given = { name: name.value.trim(), description: text.value, tags: tags.value.split(/\s+/).filter(Boolean) };
        await app.changed(await app.call("create", given));
      },
    });
  });
}

/** Ask for the name of a registered model, with completion. */
export function modelField(app, label) {
  return combo({
    label,
    placeholder: "Registered model",
    first: true,
    offer: async (text) => (await app.call("named", { text })).names.filter((name) => name !== app.name).map((name) => ({ text: name, note: "" })),
  });
}
