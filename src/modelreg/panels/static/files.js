// What the contents of a version consist of, the arrays in them, and what loading them imports.

import { h } from "./dom.js";
import { pairs, partOf, rest, section } from "./part.js";

export function filesOf() {
  return partOf(
    ({ files, arrays, imports, more }) => ({ files, arrays, imports, more }),
    ({ files, arrays, imports, more }) => [
      pairs(files, true),
      rest(more.files),
      arrays.length ? section("Arrays", pairs(arrays), rest(more.arrays)) : null,
      imports.length ? section("Imports at load", h("pre", { class: "mr-pre" }, imports.join("\n")), rest(more.imports)) : null,
    ],
  );
}
