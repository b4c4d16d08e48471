// The frame of the browser: the list, the page, what opens over it, and the foot.

import { h, button, ownKeys } from "./dom.js";
import { compareOf } from "./compare.js";
import { drawerOf } from "./drawer.js";
import { historyOf } from "./history.js";
import { keyboardHelp, pressed } from "./keys.js";
import { lineageOf } from "./lineage.js";
import { modelList } from "./models.js";
import { overviewOf } from "./overview.js";
import { registerSheet } from "./sheet.js";
import { versionTable } from "./versions.js";

/** Make the parts of an app, and put them into its root. */
export function frameOf(app) {
  app.status = h("div", { class: "mr-state", role: "status" });
  app.toasts = h("div", { class: "mr-toasts" });
  app.said = h("div", { class: "mr-said-done" });
  app.layer = h("div", { class: "mr-layer" });
  app.list = modelList(app);
  app.head = overviewOf(app);
  app.versions = versionTable(app);
  app.history = historyOf(app);
  app.compare = compareOf(app);
  app.lineage = lineageOf(app);
  app.pages = { versions: app.versions, history: app.history, compare: app.compare, lineage: app.lineage };
  app.drawer = drawerOf(app);
  app.sheet = registerSheet(app);
  app.tabBar = h("div", { class: "mr-tab-bar" });
  app.content = h("div", { class: "mr-content" });
  app.main = h("main", { class: "mr-main" });
  app.where = h("span", { class: "mr-muted mr-where modelreg-place" });
  app.locked = h("span", { class: "mr-tag mr-locked", hidden: true });
  const foot = h("footer", { class: "mr-bottom" }, app.where, app.locked, app.status, app.said, h("span", { class: "mr-grow" }), button("Keyboard", (event) => keyboardHelp(app, event.currentTarget), { look: "mr-quiet mr-small", key: "help" }));
  app.root = h(
    "div",
    { class: "mr-browser", role: "region", "aria-label": "Model registry" },
    app.list.root,
    app.main,
    app.drawer.root,
    app.sheet.root,
    foot,
    app.layer,
    app.toasts,
  );
  new ResizeObserver(() => app.root.style.setProperty("--mr-foot", `${foot.offsetHeight}px`)).observe(foot); // a long word makes it higher
  ownKeys(app.root);
  app.root.addEventListener("keydown", (event) => pressed(app, event));
}
