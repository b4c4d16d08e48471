// What came of registering, in place of the form: the answer, the line that leads on, and the new version.

import { h, button, copy, icon, swap } from "./dom.js";
import { sentence } from "./floating.js";

/** Return what stands there; `opens(answer, place)` shows the version, `again` brings the form back. */
export function registered(app, answer, { opens, again }) {
  const place = h("div", { class: "mr-register-shown" });
  const [first, ...notes] = answer.lines;
  const line = answer.next;
  const copier = line && button("Copy line", async () => (await copy(line, app.root)) && (copier.title = "Copied"), { look: "mr-bare", glyph: "copy" });
  const open = async () => {
    try {
      await opens(answer, place);
    } catch (error) {
      swap(place, h("span", { class: "mr-bad", role: "alert" }, sentence(error)));
    }
  };
  return h(
    "div",
    { class: "mr-register-done" },
    h("div", { class: "mr-register-answer", role: "status" }, icon("check"), h("div", null, h("div", null, first), notes.map((each) => h("div", { class: "mr-muted" }, each)))),
    line ? h("div", { class: "mr-line" }, h("span", { class: "mr-muted" }, "next"), h("code", { class: "mr-code" }, line), copier) : null,
    h("div", { class: "mr-actions" }, button(`Open ${answer.ref}`, open, { look: "mr-primary", key: "open version" }), button("Register another", again, { look: "mr-quiet" })),
    place,
  );
}
