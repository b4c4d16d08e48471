// The name over the page, and the field that it becomes while it is changed.

import { h, button, swap } from "./dom.js";
import { against } from "./chips.js";
import { sentence } from "./floating.js";

/** Return the name of the registered model that is shown; what is typed in its place stays while the page is drawn again. */
export function nameOf(app) {
  const root = h("span", { class: "mr-name" });
  let typing = false;

  function draw() {
    if (typing) return;
    const { name, registered } = app.overview;
    swap(
      root,
      h("h2", { class: "mr-title", title: name }, name),
      registered ? button("Rename", open, { look: "mr-bare", glyph: "edit", key: "rename", title: "Rename (F2)" }) : null,
    );
  }

  function open() {
    if (typing || !app.writable || !app.overview?.registered) return;
    typing = true;
    const field = h("input", { class: "mr-input", "aria-label": "Name", value: app.name, spellcheck: "false", "data-key": "name" });
    const said = h("span", { class: "mr-said", role: "alert" });
    const rename = against(() => app.name, (name) => app.act("rename", { name, new: field.value.trim() }));
    const save = async (event) => {
      event.preventDefault();
      try {
        if (field.value.trim() !== app.name) await rename();
        close();
      } catch (error) {
        swap(said, sentence(error));
        field.focus();
      }
    };
    const keep = button("Save name", null, { look: "mr-bare", glyph: "check" });
    keep.type = "submit";
    const keys = (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close();
    };
    swap(
      root,
      h(
        "form",
        { class: "mr-rename", on: { submit: save, keydown: keys } },
        field,
        keep,
        button("Leave the name", close, { look: "mr-bare", glyph: "close" }),
        h("span", { class: "mr-muted mr-small" }, "The old name goes on answering."),
        said,
      ),
    );
    field.focus({ preventScroll: true });
    field.select();
  }

  function close() {
    reset();
    draw();
    root.querySelector('[data-key="rename"]')?.focus({ preventScroll: true });
  }

  function reset() {
    typing = false;
  }

  return { root, draw, open, reset };
}
