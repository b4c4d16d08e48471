// The field that names an alias: those that are known, where one stands now, and a word on a new one that is like another.

import { h, button, debounce, swap } from "./dom.js";
import { combo } from "./combo.js";

const FIRST_WORD = "One that is set elsewhere moves here.";

/** Return the field of an alias for a version; `stands(alias)` tells where the page shows one, null for nowhere. */
export function aliasField(app, number, { known, stands }) {
  const told = new Map(); // where those stand that were typed, which the page may not show
  const { node, field } = combo({
    label: "Alias",
    placeholder: "staging",
    first: true,
    wait: 0,
    offer: (text) =>
      known()
        .filter((name) => name.startsWith(text) && stands(name) !== number)
        .map((name) => ({ text: name, note: stands(name) === null ? "" : `moves from v${stands(name)}` })),
  });
  const hint = h("div", { class: "mr-hint mr-muted", role: "status" }, FIRST_WORD);

  async function look() {
    later.cancel();
    const text = field.value.trim();
    let found = null;
    try {
      found = text ? await app.call("aliased", { name: app.name, alias: text }) : null;
    } catch {
      // what cannot be an alias is said when it is sent
    }
    if (text !== field.value.trim()) return;
    if (found) told.set(found.alias, found.number);
    swap(hint, found ? meaning(found) : FIRST_WORD);
  }

  function meaning(found) {
    if (found.number === number) return `It is on v${number} already.`;
    if (found.number !== null) return `It moves here from v${found.number}.`;
    const { near: meant } = found;
    if (!meant) return "A new alias.";
    const near = button(meant, () => write(meant), { look: "mr-near", key: `near ${meant}` });
    return ["A new alias. ", h("span", { class: "mr-warning" }, "Did you mean ", near, "?")];
  }

  function write(text) {
    field.value = text;
    field.focus();
    return look();
  }

  const later = debounce(150, look);
  field.addEventListener("input", later);
  field.addEventListener("taken", look);
  return { nodes: [node, hint], field, look, told };
}
