// The field and the button that bind the live object of a version to a variable of the notebook.

import { h, button, swap, swapTo, working } from "./dom.js";
import { done, sentence } from "./floating.js";

/** Return the loader; it is made anew for another version only, so that a name that is typed and an offer stay. */
export function loaderOf(app) {
  const root = h("div", { class: "mr-loader" });
  let facts = null;

  function build() {
    const name = h("input", { class: "mr-input mr-variable", "aria-label": "Variable", value: facts.variable, spellcheck: "false", "data-key": "variable" });
    const said = h("div", { class: "mr-said", role: "alert" });
    const go = button("Load", () => run({}), { look: "mr-primary", key: "load" });
    let busy = false;
    const run = async (more) => {
      if (busy) return;
      busy = true;
      working(go, true);
      try {
        const { said: text, notes } = await app.call("load", { ref: facts.ref, variable: name.value, ...more });
        swapTo(go, said);
        done(app, text, { notes });
      } catch (error) {
        const which = error.kind === "untrusted" && h("code", { class: "mr-muted" }, facts.content); // what is trusted
        swapTo(go, said, h("span", null, sentence(error)), which, offer(error, more));
      } finally {
        busy = false;
        working(go, false);
      }
    };
    /** Return the button that overrules a refusal; what is trusted is what the drawer shows now, and nothing else. */
    const offer = (error, more) => {
      const { content } = facts;
      if (error.kind === "bound") return button("Overwrite", () => run({ ...more, overwrite: true }), { look: "mr-danger" });
      if (error.kind === "untrusted") return button("Trust and load once", () => run({ ...more, expect: content }), { look: "mr-danger" });
      return null;
    };
    name.addEventListener("keydown", (event) => {
      if (event.key === "Enter") run({});
    });
    name.addEventListener("input", () => swap(said)); // what was refused was another name
    swap(root, h("label", { class: "mr-load-row" }, h("span", { class: "mr-muted" }, "Load as"), name, go), said);
  }

  return {
    root,
    take(found) {
      const other = facts?.uid !== found.uid;
      facts = found;
      if (other) build();
    },
  };
}
