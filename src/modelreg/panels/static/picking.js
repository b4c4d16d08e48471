// What is done to the versions that are ticked.

import { h, button, count } from "./dom.js";
import { askTag } from "./chips.js";
import { dialog, form } from "./floating.js";
import { modelField } from "./creating.js";

/** Return the bar that stands under the table while versions are ticked. */
export function pickedBar(app) {
  const many = app.picked.size;
  return h(
    "div",
    { class: "mr-picked-bar", role: "toolbar", "aria-label": "Selected versions" },
    h("span", { class: "mr-strong mr-nowrap" }, `${many} selected`),
    button("Compare", () => app.show("compare"), { look: "mr-quiet", disabled: many < 2 || many > 8, key: "bar compare", title: many > 8 ? "at most eight versions are compared" : null }),
    button("Link to…", (event) => askLink(app, event.currentTarget), { look: "mr-quiet", key: "bar link" }),
    button("Tag…", (event) => askTag(app, event.currentTarget, app.pickedInOrder(), { title: `Tag ${count(many, "version")}` }), { look: "mr-quiet", key: "bar tag" }),
    app.overview.registered ? button("Unlink", (event) => askGone(app, event.currentTarget, "unlink"), { look: "mr-quiet", key: "bar unlink" }) : null,
    button("Delete", (event) => askGone(app, event.currentTarget, "delete"), { look: "mr-quiet", key: "bar delete" }),
    button("Clear selection", () => app.pick([...app.picked], false), { look: "mr-bare", glyph: "close", key: "bar clear" }),
  );
}

function askLink(app, anchor) {
  const refs = app.pickedInOrder();
  dialog(app, anchor, `Link ${refs.length === 1 ? refs[0] : count(refs.length, "version")} to`, (close) => {
    const { node, field } = modelField(app, "Registered model");
    return form(app, close, {
      fields: [node, h("div", { class: "mr-muted mr-small" }, "No bytes are copied; a name that does not exist is made.")],
      verb: "Link",
      send: (message) => app.act("link", { refs, name: field.value.trim(), message }),
    });
  });
}

function askGone(app, anchor, method) {
  const refs = app.pickedInOrder();
  const what = refs.length === 1 ? refs[0] : count(refs.length, "version");
  const words = {
    unlink: [`Unlink ${what}`, "Unlink", "The versions stay in their artifacts; their numbers here are not used again."],
    delete: [`Delete ${what}`, "Delete", "Linked or aliased versions are refused, and the refusal says what holds them."],
  }[method];
  dialog(app, anchor, words[0], (close) =>
    form(app, close, {
      fields: [h("div", { class: "mr-muted mr-small" }, words[2])],
      verb: words[1],
      danger: true,
      send: async (message, force) => {
        await app.act(method, { refs, message, force });
        app.pick(refs, false);
      },
    }),
  );
}
