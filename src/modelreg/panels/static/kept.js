// What is kept with a model: one group of ticks for each kind, from one table.

import { h } from "./dom.js";
import { tickGroup } from "./ticks.js";

const KEPT = {
  metrics: {
    title: "Metrics",
    noun: "metric",
    none: () => "No number in this kernel is called like a metric.",
    name: "Name (optional)",
    value: "Expression, or a dict of metrics",
  },
  attachments: {
    title: "Attachments",
    noun: "attachment",
    none: () => "No figure and no table in this kernel.",
    name: "Name (optional)",
    value: "Figure, table or file, e.g. notes.md",
  },
  data: {
    title: "Data",
    noun: "dataset",
    none: (app) => ["No logged dataset in this kernel. This logs one: ", h("code", { class: "mr-code" }, `${app.program} log X data/X --kind dataset`)],
    name: "Role, e.g. train",
    value: "Dataset, e.g. X_train or data/train:v0",
  },
  params: { title: "Params", noun: "param", none: () => null, name: "Name", value: 'Value, e.g. clf.C or "adam"', folded: true },
};

/** Return the groups: `groups` by kind, `open` and `folded` are their nodes; a new kind is one line above. */
export function keptGroups(app) {
  const groups = Object.fromEntries(Object.entries(KEPT).map(([kind, told]) => [kind, tickGroup({ ...told, none: told.none(app) })]));
  const nodes = (folded) => Object.keys(KEPT).filter((kind) => Boolean(KEPT[kind].folded) === folded).map((kind) => groups[kind].root);
  return {
    groups,
    open: nodes(false),
    folded: nodes(true),
    take: (found) => Object.entries(groups).forEach(([kind, group]) => group.take(found[kind])),
    chosen: () => Object.fromEntries(Object.entries(groups).map(([kind, group]) => [kind, group.chosen()])),
    reset: () => Object.values(groups).forEach((group) => group.reset()),
    draft() {
      const held = Object.entries(groups).map(([kind, group]) => [kind, group.draft()]).filter(([, each]) => each !== null);
      return held.length ? Object.fromEntries(held) : null;
    },
    restore: (before) => Object.entries(before).forEach(([kind, held]) => groups[kind]?.restore(held)),
  };
}
