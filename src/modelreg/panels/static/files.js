// What the contents of a version consist of, and what loading them imports.

import { h } from "./dom.js";
import { pairs, partOf, rest, section } from "./part.js";

export function filesOf() {
  return partOf(
    ({ files, imports, more }) => ({ files, imports, more }),
    ({ files, imports, more }) => [
      pairs(files, true),
      rest(more.files),
      imports.length ? section("Imports at load", h("pre", { class: "mr-pre" }, imports.join("\n")), rest(more.imports)) : null,
    ],
  );
}
