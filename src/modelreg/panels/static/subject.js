// What is registered: one of the models of the kernel, or a file or folder in their place.

import { h, button, debounce, swap } from "./dom.js";
import { combo } from "./combo.js";
import { labelled } from "./fields.js";

/**
 * Return the field. `chosen()` is called when the user takes another model, or turns to files and back; `faulted(error)` says
 * what is wrong with a path, `mended()` that it may be right now.
 */
export function subjectField(app, { chosen, faulted, mended }) {
  const held = { models: [], variable: "", file: false, own: false };
  const list = h("div", { class: "mr-rows", role: "radiogroup", "aria-label": "Model" });
  const path = combo({
    label: "File or folder",
    placeholder: "Path, e.g. model.onnx",
    offer: async (text) => (await app.call("paths", { text })).paths.filter((each) => each !== text).map((each) => ({ text: each, note: "" })),
  });
  const lies = h("div", { class: "mr-hint mr-muted", role: "status" });
  const files = h("div", { class: "mr-file", hidden: true }, path.node, lies);
  const turn = button("", () => toFiles(!held.file), { look: "mr-quiet mr-adder", key: "file or model" });
  const place = labelled("Model", [list, files], null, turn);

  function draw() {
    place.input = held.file ? path.field : null;
    list.hidden = held.file;
    files.hidden = !held.file;
    turn.firstChild.textContent = held.file ? "Model of the kernel instead" : "File or folder instead";
    swap(list, held.models.map(row));
  }

  function row(each) {
    return h(
      "label",
      { class: "mr-candidate", title: each.class_name },
      h("input", {
        type: "radio",
        name: "model",
        checked: each.variable === held.variable,
        "data-key": `model ${each.variable}`,
        "aria-label": `${each.variable}, ${each.class}, ${each.text}`,
        on: { change: () => choose(each.variable) },
      }),
      h("code", { class: "mr-candidate-name" }, each.variable),
      h("span", { class: "mr-muted mr-candidate-class" }, each.class),
      h("span", { class: `mr-candidate-state mr-is-${each.fitted ? each.state : "unfitted"}`, title: each.why || null }, each.text),
    );
  }

  function choose(variable) {
    Object.assign(held, { variable, own: true });
    mended();
    draw();
    chosen();
  }

  /** Turn from the models to files, or back. */
  function toFiles(on) {
    Object.assign(held, { file: on, own: true });
    mended();
    draw();
    place.focus();
    chosen();
  }

  /** Say what lies at the path. */
  async function look() {
    later.cancel();
    const asked = path.field.value;
    if (!asked.trim()) {
      swap(lies);
      return;
    }
    try {
      const { text } = await app.call("file", { path: asked });
      if (asked !== path.field.value) return;
      mended();
      swap(lies, text);
    } catch (error) {
      if (asked !== path.field.value) return;
      swap(lies);
      faulted(error);
    }
  }

  const later = debounce(400, look);
  path.field.addEventListener("input", () => {
    mended();
    later();
  });
  path.field.addEventListener("taken", look);
  place.focus = () => (held.file ? path.field : list.querySelector("input:checked"))?.focus({ preventScroll: true });
  return {
    place,
    toFiles,
    several: () => held.file || held.models.length > 1,
    any: () => held.file || held.models.length > 0,
    file: () => held.file,
    /** Take the models of the kernel; the one that was chosen stays so where it is still there. */
    take(models, variable = held.variable) {
      held.models = models;
      if (variable !== held.variable) held.file = false;
      held.variable = models.some((each) => each.variable === variable) ? variable : (models[0]?.variable ?? "");
      draw();
    },
    variable: () => (held.file ? "" : held.variable),
    given: () => (held.file ? { path: path.field.value.trim() || " " } : { variable: held.variable }),
    reset() {
      Object.assign(held, { models: [], variable: "", file: false, own: false });
      path.field.value = "";
      swap(lies);
    },
    draft: () => (held.own ? { variable: held.variable, file: held.file, path: path.field.value } : null),
    restore(before) {
      Object.assign(held, { file: before.file, own: true });
      path.field.value = before.path;
      draw();
      look();
    },
  };
}
