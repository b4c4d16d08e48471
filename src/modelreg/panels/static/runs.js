// The runs that made or used a version.

import { h, when } from "./dom.js";
import { partOf } from "./part.js";

export function runsOf() {
  return partOf((facts) => facts.runs, (runs) => runs.map(run), { look: "mr-runs" });
}

function run(each) {
  return h(
    "div",
    { class: "mr-run" },
    h("div", null, h("span", { class: "mr-strong" }, each.kind), each.variable ? [" ", h("code", { class: "mr-code" }, each.variable)] : null),
    h(
      "div",
      { class: "mr-muted mr-facts" },
      when(each.at),
      h("bdi", { class: "modelreg-who" }, each.by),
      each.where ? h("span", { class: "modelreg-place" }, each.where) : null,
      each.took ? h("span", null, `took ${each.took}`) : null,
    ),
    each.message ? h("div", { class: "mr-reason" }, each.message) : null,
    each.inputs.length ? h("div", { class: "mr-muted" }, `used ${each.inputs.join(", ")}`) : null,
  );
}
