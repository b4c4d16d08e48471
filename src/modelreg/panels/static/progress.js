// How far the kernel is with long work.

import { h } from "./dom.js";

const LATE = 250;

/** Return a bar that shows once work has lasted a moment. */
export function progressBar() {
  const fill = h("div", { class: "mr-progress-fill" });
  const bar = h("div", { class: "mr-progress", role: "progressbar", "aria-label": "Registering", "aria-valuemin": "0", "aria-valuemax": "100" }, fill);
  const text = h("span", { class: "mr-muted mr-small mr-nowrap" });
  const root = h("div", { class: "mr-progress-row", hidden: true }, bar, text);
  let timer = 0;
  return {
    root,
    start(label) {
      text.textContent = label;
      bar.removeAttribute("aria-valuenow");
      bar.classList.add("mr-unknown");
      fill.style.width = "";
      timer = setTimeout(() => {
        root.hidden = false;
      }, LATE);
    },
    tell({ label, done: many, total, text: told, over }) {
      const part = total ? Math.min(100, Math.round((100 * many) / total)) : 100;
      bar.classList.toggle("mr-unknown", over);
      bar.setAttribute("aria-valuenow", String(part));
      fill.style.width = over ? "" : `${part}%`;
      text.textContent = over ? "Writing it down…" : `${label} ${told}`;
    },
    stop() {
      clearTimeout(timer);
      root.hidden = true;
    },
  };
}
