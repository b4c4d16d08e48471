// The fields of the register form, and what is said at them when something is refused.

import { h, swap } from "./dom.js";
import { sentence } from "./floating.js";

/** Return a field with its label: what it holds, the input that a refusal marks, and the place where one is said. */
export function labelled(label, nodes, input = null, beside = null) {
  const place = refusalPlace();
  const head = h("div", { class: "mr-group-head" }, h("span", { class: "mr-heading" }, label), beside && [h("span", { class: "mr-grow" }), beside]);
  const root = h("div", { class: "mr-field" }, head, nodes, place);
  return { root, input, said: place, focus: () => input?.focus({ preventScroll: true }) };
}

/** Return where a refusal is said; empty it takes no room. */
export function refusalPlace() {
  return h("div", { class: "mr-said", role: "alert" });
}

export function textField(label, placeholder) {
  return h("input", { class: "mr-input", "aria-label": label, placeholder, maxlength: "500", spellcheck: "false" });
}

/** Return tags as they are typed: commas stand between them, or blanks where there is no comma. */
export function typedTags(text) {
  return text.split(text.includes(",") ? "," : /\s+/).map((each) => each.trim()).filter(Boolean);
}

/** Return what says refusals at the fields of a form, by the name of the field; what is about none stands in the foot. */
export function refusals(app, fields, foot) {
  function mark(error) {
    const place = fields[error.field];
    place?.input?.setAttribute("aria-invalid", "true");
    const lines = error.tries ?? [];
    swap(
      place?.said ?? foot,
      h("span", null, sentence(error)),
      lines.length ? h("span", { class: "mr-note" }, "Try ", lines.map((line) => h("code", { class: "mr-code" }, `${app.program} ${line}`))) : null,
      error.trace ? h("details", null, h("summary", null, "Traceback"), h("pre", { class: "mr-pre" }, error.trace)) : null,
    );
  }

  function clear(name) {
    swap(fields[name].said);
    fields[name].input?.removeAttribute("aria-invalid");
  }

  return {
    mark,
    clear,
    /** Say a refusal and bring the user to its field, which may lie in what is folded. */
    show(error) {
      mark(error);
      const place = fields[error.field];
      const folded = place?.root.closest("details");
      if (folded) folded.open = true;
      place?.focus();
      (place?.said ?? foot).scrollIntoView?.({ block: "nearest" });
    },
    clearAll() {
      swap(foot);
      for (const name of Object.keys(fields)) clear(name);
    },
  };
}
