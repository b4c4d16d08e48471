// What the contents of a version consist of, and what loading them imports.

import { h } from "./dom.js";
import { pairs, partOf, section } from "./part.js";

export function filesOf() {
  return partOf(
    ({ files, imports }) => ({ files, imports }),
    ({ files, imports }) => [pairs(files, true), imports.length ? section("Imports at load", h("pre", { class: "mr-pre" }, imports.join("\n"))) : null],
  );
}
