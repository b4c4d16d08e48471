// A new registered model, and the field that names one.

import { h } from "./dom.js";
import { combo } from "./combo.js";
import { typedTags } from "./fields.js";
import { dialog, form } from "./floating.js";

/** Ask for a registered model that is to be made. */
export function askNew(app, anchor) {
  dialog(app, anchor, "New registered model", (close) => {
    const name = h("input", { class: "mr-input", "aria-label": "Name", placeholder: "Name, e.g. churn", "data-first": true });
    const text = h("textarea", { class: "mr-input", rows: "3", "aria-label": "Description", placeholder: "What it is for (Markdown, optional)" });
    const tags = h("input", { class: "mr-input", "aria-label": "Tags", placeholder: "Tags, e.g. team=growth gpu (optional)" });
    return form(app, close, {
      fields: [name, text, tags],
      verb: "Create",
      reason: false,
      send: async () => {
        const given = { name: name.value.trim(), description: text.value, tags: typedTags(tags.value) };
        await app.created(await app.call("create", given));
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
