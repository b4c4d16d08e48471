// How far the kernel is with long work.

import { h } from "./dom.js";

const LATE = 250;
const LAST = "storing"; // what is left then is one transaction

/** Return a bar that shows once work has lasted a moment. */
export function progressBar() {
  const fill = h("div", { class: "mr-progress-fill" });
  const bar = h("div", { class: "mr-progress", role: "progressbar", "aria-label": "Registering", "aria-valuemin": "0", "aria-valuemax": "100" }, fill);
  const text = h("span", { class: "mr-muted mr-small mr-nowrap" });
  const root = h("div", { class: "mr-progress-row", hidden: true }, bar, text);
  let timer = 0;
  const named = (label) => label.charAt(0).toUpperCase() + label.slice(1);

  function say(words, part) {
    text.textContent = words;
    bar.classList.toggle("mr-unknown", part === null);
    if (part === null) bar.removeAttribute("aria-valuenow");
    else bar.setAttribute("aria-valuenow", String(part));
    bar.setAttribute("aria-valuetext", words);
    fill.style.width = part === null ? "" : `${part}%`;
  }

  return {
    root,
    /** Show the bar once it takes a moment; until the kernel tells of it, it has other work. */
    start() {
      say("Waiting for the kernel…", null);
      timer = setTimeout(() => {
        root.hidden = false;
      }, LATE);
    },
    tell({ label, done: many, total, text: told, over }) {
      if (over && label === LAST) say("Writing it down…", null);
      else if (total > 1 && !over) say(`${named(label)} ${told}`, Math.min(100, Math.round((100 * many) / total)));
      else say(`${named(label)}…`, null);
    },
    stop() {
      clearTimeout(timer);
      root.hidden = true;
    },
  };
}
