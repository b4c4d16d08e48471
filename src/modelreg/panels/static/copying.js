// The button that copies a text.

import { button, copy } from "./dom.js";
import { complain, done } from "./floating.js";

/** Return a button that copies what `text()` returns; one without words where `bare`. */
export function copyButton(app, label, text, { bare = false, key = label, said = "Copied." } = {}) {
  const act = async () => {
    if (await copy(text(), app.root)) done(app, said);
    else complain(app, new Error("the page may not copy; select the text instead"));
  };
  return button(label, act, { look: bare ? "mr-bare" : "mr-quiet", glyph: "copy", key });
}
