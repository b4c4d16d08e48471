// The keys of the page, and the help that lists them.

import { h, button } from "./dom.js";
import { dialog } from "./floating.js";

const KEYS = [
  ["/", "search registered models"],
  ["↑ ↓ Enter", "in a list: move, open"],
  ["Space", "tick the version that has the focus"],
  ["← →", "in tabs: the next one"],
  ["Escape", "close what is open, clear a field"],
  ["F2", "rename the registered model"],
  ["Ctrl + Enter", "save a description"],
  ["?", "this help"],
];

const DOES = {
  "/": (app) => app.list.search(),
  "?": (app) => keyboardHelp(app, app.root.querySelector('[data-key="help"]')),
  F2: (app) => app.head.rename(),
  Escape: (app) => app.drawer.close(),
};

/** Do what a key means on the page, unless somebody types. */
export function pressed(app, event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!Object.hasOwn(DOES, event.key) || event.target.closest("input,textarea,select")) return;
  event.preventDefault();
  DOES[event.key](app);
}

/** Show which keys there are. */
export function keyboardHelp(app, anchor) {
  dialog(app, anchor, "Keyboard", (close) => [
    h("div", { class: "mr-keys" }, KEYS.map(([key, does]) => [h("span", null, h("kbd", null, key)), h("span", null, does)])),
    h("div", { class: "mr-actions" }, button("Close", close, { look: "mr-primary" })),
  ]);
}
