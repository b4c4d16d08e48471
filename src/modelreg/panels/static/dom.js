// Elements without markup: what a user wrote only ever becomes a text node.

import { ageOf } from "./ages.js";

const SVG = "http://www.w3.org/2000/svg";

/** Return an element; `on` holds listeners, true is an attribute without a value, null and false are left out. */
export function h(name, props, ...children) {
  return fill(document.createElement(name), props, children);
}

/** Return an element of a drawing. */
export function svg(name, props, ...children) {
  return fill(document.createElementNS(SVG, name), props, children);
}

function fill(node, props, children) {
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "on") {
      for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    } else if (key === "value") node.value = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  const absent = (child) => child === null || child === undefined || child === false || child === "";
  node.append(...children.flat(Infinity).filter((child) => !absent(child)));
  return node;
}

// 16 × 16, drawn as strokes
const ICONS = {
  search: "M7 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM10.7 10.7 14 14",
  plus: "M8 3v10M3 8h10",
  close: "M4 4l8 8M12 4l-8 8",
  lock: "M4.5 7V5a3.5 3.5 0 0 1 7 0v2M3.5 7h9v6.5h-9z",
  edit: "M3 13l.6-2.8L10.8 3l2.2 2.2-7.2 7.2z",
  copy: "M6 6h7v7H6zM10 6V3H3v7h3",
  up: "M4 10l4-4 4 4",
  down: "M4 6l4 4 4-4",
  left: "M10 4L6 8l4 4",
  right: "M6 4l4 4-4 4",
  columns: "M2.5 3.5h11v9h-11zM6.2 3.5v9M9.8 3.5v9",
  check: "M3 8.5l3.2 3.2L13 5",
  more: "M3 8h.4M7.8 8h.4M12.6 8h.4",
  back: "M6 4L3 7l3 3M3 7h6.5a3.5 3.5 0 0 1 0 7H8",
};

/** Return an icon, hidden from screen readers: what holds it says what it is. */
export function icon(name) {
  return svg("svg", { class: "mr-icon", viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));
}

/** Return a button; one that shows an icon only has a label. While what it does is on its way, it is not done again. */
export function button(label, act, { look = "", glyph = null, key = null, disabled = false, title = null } = {}) {
  const bare = look.includes("mr-bare");
  let busy = false;
  const click = async (event) => {
    if (busy) return;
    busy = true;
    try {
      await act(event);
    } finally {
      busy = false;
    }
  };
  return h(
    "button",
    {
      type: "button",
      class: `mr-button ${look}`,
      "aria-label": bare ? label : null,
      title: title ?? (bare ? label : null),
      "data-key": key,
      disabled,
      on: act && { click },
    },
    glyph && icon(glyph),
    bare ? null : h("span", null, label),
  );
}

/** Return an age with its exact time on hover; it goes on while the page stands open. */
export function when(moment) {
  return h("time", { title: moment.exact, class: "mr-nowrap", "data-at": moment.at }, ageOf(moment.at));
}

/** Put nodes in place of what a holder holds; the focus stays where it was, by the key of the element. */
export function swap(holder, ...nodes) {
  const active = holder.getRootNode().activeElement;
  const key = active && holder.contains(active) ? active.closest("[data-key]")?.dataset.key : undefined;
  const range = key !== undefined && active.tagName === "INPUT" ? [active.selectionStart, active.selectionEnd] : null;
  holder.replaceChildren(...nodes.flat(Infinity).filter((node) => node !== null && node !== undefined && node !== false));
  if (key === undefined) return;
  const again = holder.querySelector(`[data-key="${CSS.escape(key)}"]`);
  again?.focus({ preventScroll: true });
  if (range && range[0] !== null) again?.setSelectionRange?.(...range);
}

/** As `swap`, where what had the focus may go for good: it passes on to another element then. */
export function swapTo(next, holder, ...nodes) {
  const there = holder.contains(holder.getRootNode().activeElement);
  swap(holder, ...nodes);
  if (there && !holder.contains(holder.getRootNode().activeElement)) next.focus({ preventScroll: true });
}

/** Let a button look busy; it stays where the keyboard is, while one that is disabled loses the focus. */
export function working(go, on) {
  go.setAttribute("aria-disabled", on ? "true" : "false");
}

/** Return a function that acts once its caller has been quiet for some milliseconds. */
export function debounce(wait, act) {
  let timer = 0;
  const later = (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = 0;
      act(...given);
    }, wait);
  };
  later.cancel = () => {
    clearTimeout(timer);
    timer = 0;
  };
  later.pending = () => timer !== 0;
  return later;
}

/** Copy text; where the page may not use the clipboard, through a field that nobody sees. */
export async function copy(text, near) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = h("textarea", { class: "mr-unseen", "aria-hidden": "true", value: text });
    near.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

/**
 * Hide the static twin of a panel while its view is on the page, also one that comes later. Where the front end has output
 * areas, the twin's own style sheet does so with all of the room that it takes.
 */
export function hideTwin(model) {
  const sheet = h("style", null, `.${CSS.escape(model.get("twin_name"))}{display:none}`);
  document.head.append(sheet);
  return () => sheet.remove();
}

/** Keep the keys that are pressed in an element from the notebook, which has commands on single keys. */
export function ownKeys(root) {
  const mark = "data-lm-suppress-shortcuts"; // the notebook looks for it at the element that has the focus, then above
  root.setAttribute(mark, "true");
  root.addEventListener("focusin", (event) => event.target.setAttribute(mark, "true"));
  for (const kind of ["keydown", "keyup", "keypress"]) root.addEventListener(kind, (event) => event.stopPropagation());
}

/** Return a name that goes on in the next line where it is put together, not in the midst of a word. */
export function foldable(name) {
  return name.split(/(?<=[/._-])(?=.)/s).map((part, at) => [at ? h("wbr") : null, part]);
}

/** Return `1 version`, `7 versions`. */
export function count(many, noun) {
  return `${many.toLocaleString("en")} ${noun}${many === 1 ? "" : "s"}`;
}

/** Return a moving through a row of elements by arrow keys: the index that a key leads to, or null. */
export function step(key, at, many, { back = "ArrowUp", on = "ArrowDown" } = {}) {
  if (!many) return null;
  if (key === on) return Math.min(many - 1, at + 1);
  if (key === back) return Math.max(0, at - 1);
  if (key === "Home") return 0;
  if (key === "End") return many - 1;
  return null;
}

let ids = 0;
const OWN = Math.random().toString(36).slice(2, 8); // there may be several panels in a page

/** Return an id that nothing in the page has. */
export function newId() {
  ids += 1;
  return `mr-${OWN}-${ids}`;
}

/** Return tabs: a row of buttons of which one is chosen; arrow keys lead from one to the next. `panel` is what they show. */
export function tabs(label, all, chosen, choose, panel = null) {
  if (panel) {
    panel.id ||= newId();
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", `${panel.id}-${chosen}`);
  }
  return h(
    "div",
    {
      role: "tablist",
      "aria-label": label,
      class: "mr-tabs",
      on: {
        keydown: (event) => {
          const names = all.map(([name]) => name);
          const next = step(event.key, names.indexOf(chosen), names.length, { back: "ArrowLeft", on: "ArrowRight" });
          if (next === null) return;
          event.preventDefault();
          const holder = event.currentTarget.parentNode;
          choose(names[next]);
          holder.querySelector(`[role="tablist"][aria-label="${label}"] [aria-selected="true"]`)?.focus({ preventScroll: true });
        },
      },
    },
    all.map(([name, text, many]) =>
      h(
        "button",
        {
          type: "button",
          role: "tab",
          id: panel && `${panel.id}-${name}`,
          "aria-controls": panel?.id,
          class: "mr-tab",
          "aria-selected": name === chosen ? "true" : "false",
          tabindex: name === chosen ? "0" : "-1",
          "data-key": `tab ${label} ${name}`,
          on: { click: () => choose(name) },
        },
        text,
        many ? h("span", { class: "mr-badge" }, many.toLocaleString("en")) : null,
      ),
    ),
  );
}
