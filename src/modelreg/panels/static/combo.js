// A field that offers what its text may become.

import { h, newId } from "./dom.js";

/** Milliseconds that what was offered stands while the kernel looks for what is right. */
const STALE = 500;

/** Return a field that offers completions: arrows and Enter choose, Escape closes the list first. */
export function combo({ label, placeholder = "", value = "", offer, pick = null, key = null, first = false, wait = 120 }) {
  const id = newId();
  const list = h("div", { id, role: "listbox", class: "mr-options", "aria-label": `Suggestions for ${label.toLowerCase()}` });
  const field = h("input", {
    class: "mr-input",
    role: "combobox",
    "aria-label": label,
    "aria-controls": id,
    "aria-expanded": "false",
    "aria-autocomplete": "list",
    autocomplete: "off",
    spellcheck: "false",
    placeholder,
    value,
    "data-key": key,
    "data-first": first,
  });
  let shown = [];
  let at = -1;
  let asked = 0;
  let timer = 0;
  let late = 0;
  let about = 0; // where the caret stood in the text that is offered for
  let old = false; // what is shown was offered for another text; it stays in its place until what is right comes
  const hide = () => {
    clearTimeout(timer);
    clearTimeout(late);
    asked += 1;
    shown = [];
    at = -1;
    old = false;
    draw();
  };
  const take = (item) => {
    if (old) return;
    field.setSelectionRange(about, about);
    if (pick) pick(field, item);
    else field.value = item.text;
    hide();
    field.focus();
    field.dispatchEvent(new Event("taken", { bubbles: true }));
  };
  const draw = () => {
    list.replaceChildren(
      ...shown.map((item, index) =>
        h(
          "div",
          {
            id: `${id}-${index}`,
            role: "option",
            class: "mr-option",
            "aria-selected": index === at ? "true" : "false",
            on: {
              pointerdown: (event) => {
                event.preventDefault();
                take(item);
              },
            },
          },
          h("span", { class: "mr-option-text" }, item.text),
          item.note ? h("span", { class: "mr-muted mr-option-note" }, item.note) : null,
        ),
      ),
    );
    list.children[at]?.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-expanded", shown.length ? "true" : "false");
    if (at >= 0) field.setAttribute("aria-activedescendant", `${id}-${at}`);
    else field.removeAttribute("aria-activedescendant");
  };
  const ask = async () => {
    const mine = (asked += 1);
    const caret = field.selectionStart ?? field.value.length;
    let found = [];
    try {
      found = await offer(field.value, caret);
    } catch {
      // nothing to offer: what is wrong is said when the field is used
    }
    if (mine !== asked) return;
    clearTimeout(late);
    const same = JSON.stringify(found) === JSON.stringify(shown);
    shown = found;
    about = caret;
    at = -1;
    old = false;
    if (!same || list.querySelector('[aria-selected="true"]')) draw();
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, wait);
  };
  field.addEventListener("input", () => {
    if (shown.length) {
      old = true; // for another text: it can be seen for a moment yet, but not taken
      asked += 1;
      at = -1;
      draw();
      clearTimeout(late);
      late = setTimeout(() => old && hide(), wait + STALE);
    }
    soon();
  });
  field.addEventListener("focus", soon);
  field.addEventListener("click", () => shown.length || soon()); // it may have the focus, and nothing offered
  field.addEventListener("blur", hide);
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!shown.length || old) soon();
      else {
        at = (at + (event.key === "ArrowDown" ? 1 : shown.length - 1 + (at < 0 ? 1 : 0)) + shown.length) % shown.length;
        draw();
      }
      event.preventDefault();
    } else if ((event.key === "Enter" || event.key === "Tab") && at >= 0) {
      event.preventDefault();
      event.stopPropagation();
      take(shown[at]);
    } else if (event.key === "Escape" && shown.length) {
      event.preventDefault();
      event.stopPropagation();
      hide();
    } else if (event.key === "Enter") hide();
  });
  return { node: h("div", { class: "mr-combo" }, field, list), field, hide };
}
