// The name of the registered model, and what it means: one that is there, with its aliases, or a new one.

import { h, button, count, debounce, swap } from "./dom.js";
import { combo } from "./combo.js";

/**
 * Return the field of the name. `stood(standing)` is told what the name means whenever that is looked up, null for nothing;
 * `faulted(error)` that it cannot be one, `mended()` that it may be one now.
 */
export function nameField(app, { stood, faulted, mended }) {
  let standing = null; // what is shown, with the text that was asked for
  let own = false; // the user wrote it: another model leaves it as it is
  const { node, field, hide } = combo({
    label: "Registered model",
    placeholder: "Name, e.g. churn",
    offer: async (text) => (await app.call("named", { text })).names.filter((each) => each !== text).map((each) => ({ text: each, note: "" })),
  });
  const hint = h("div", { class: "mr-hint", role: "status" });
  const written = () => field.value.trim();

  function show(found) {
    standing = found;
    swap(hint);
    if (found) drawHint(found);
    stood(found);
  }

  /** Ask what the name means and show it; the promise tells whether that is shown now. */
  async function stand() {
    later.cancel();
    const text = written();
    if (!text) {
      show(null);
      return false;
    }
    try {
      const found = await app.call("standing", { name: text });
      if (written() !== text) return false;
      mended();
      show({ ...found, asked: text });
      return true;
    } catch (error) {
      if (written() !== text) return false;
      show(null);
      faulted(error);
      return false;
    }
  }

  function drawHint(found) {
    if (!found.new) {
      const renamed = found.name === found.asked ? "" : `${found.asked} is now called ${found.name}; `;
      swap(hint, h("span", { class: "mr-muted" }, `${renamed}${count(found.versions, "version")}${found.latest === null ? "" : `, the newest is v${found.latest}`}`));
      return;
    }
    const near = found.near.map((each) => button(each, () => write(each), { look: "mr-near" }));
    swap(hint, h("span", { class: "mr-muted" }, "A new registered model."), near.length ? h("span", { class: "mr-warning" }, " Did you mean ", near, "?") : null);
  }

  function write(text) {
    own = true;
    field.value = text;
    field.focus();
    return stand();
  }

  const later = debounce(200, stand);
  field.addEventListener("input", () => {
    own = written() !== "";
    mended();
    later();
  });
  field.addEventListener("taken", () => write(field.value));
  return {
    nodes: [node, hint],
    field,
    hide,
    /** Lead the keyboard here with nothing offered: that would lie over what is said below. */
    focus() {
      field.focus({ preventScroll: true });
      hide();
    },
    stand,
    value: () => field.value,
    /** Whether what the name means is shown: nothing is moved from where nobody saw it stand. */
    shown: () => standing !== null && standing.asked === written(),
    /** Take the name that a model goes to by default, unless the user wrote one. */
    take(home) {
      if (!own) field.value = home;
      return stand();
    },
    still: () => later.cancel(),
    reset() {
      own = false;
      field.value = "";
    },
    draft: () => (own ? field.value : null),
    restore(text) {
      own = true;
      field.value = text;
    },
  };
}
