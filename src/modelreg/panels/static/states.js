// What a panel says of its kernel, and of a registry that cannot be read.

import { h, button, swap } from "./dom.js";
import { sentence } from "./floating.js";
import { freezer } from "./frozen.js";

const SAYS = {
  fine: "",
  busy: "The kernel is busy; this goes on when it answers.",
  gone: "The kernel is gone. Start it and run the cell again.",
  lost: "This panel has no kernel any more. Run the cell again.",
};

/** Return what says at a place how the kernel answers; a panel without one is frozen. */
export function stateOf(root, place) {
  const freeze = freezer(root, place);
  return (now) => {
    swap(place, SAYS[now] ? h("span", { class: `mr-state-${now}` }, SAYS[now]) : null);
    freeze(now === "gone" || now === "lost");
  };
}

/** Return what stands in place of what could not be read: why, the lines that lead on, and another try. */
export function unreadable(app, error, again, label = "Try again") {
  return h(
    "div",
    { class: "mr-empty" },
    h("span", { class: "mr-bad", role: "alert" }, sentence(error)),
    (error.tries ?? []).map((line) => h("code", { class: "mr-code" }, `${app.program ?? "%modelreg"} ${line}`)),
    button(label, again, { key: label.toLowerCase() }),
  );
}
