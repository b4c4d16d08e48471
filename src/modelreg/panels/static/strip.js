// A row that may be wider than its place: it scrolls then, fades where it goes on, and has a button there that leads on.

import { h, icon } from "./dom.js";

/** Pixels at the ends of the row that the fading takes: what is chosen does not stand there. */
const END = 36;
/** So much of what is in sight a button moves the row by. */
const STEP = 0.7;

/** Return the place of a row; `take(chosen)` is told which element of it is chosen, so that it stands in sight. */
export function stripOf(row) {
  const back = endOf(row, "left", -1);
  const on = endOf(row, "right", 1);
  const root = h("div", { class: "mr-strip" }, row, back, on);
  let chosen = null;
  const look = () => {
    back.hidden = row.scrollLeft <= 1;
    on.hidden = row.scrollLeft + row.clientWidth >= row.scrollWidth - 1;
  };
  const reveal = () => {
    const node = chosen && row.querySelector(`[data-key="${CSS.escape(chosen)}"]`);
    if (!node) return;
    const right = node.offsetLeft + node.offsetWidth + END - row.clientWidth;
    const left = Math.min(Math.max(row.scrollLeft, right), node.offsetLeft - END);
    row.scrollTo({ left, behavior: "instant" });
  };
  row.classList.add("mr-strip-row");
  row.addEventListener("scroll", look);
  new ResizeObserver(() => {
    reveal();
    look();
  }).observe(row);
  return {
    root,
    /** Bring what is chosen into sight when that is another one; else the row stays where the user moved it. */
    take(key) {
      if (key !== chosen) {
        chosen = key;
        reveal();
      }
      look();
    },
  };
}

/** Return the button at an end, for the mouse: the keyboard has its arrows, which lead to every element. */
function endOf(row, side, way) {
  return h(
    "button",
    {
      type: "button",
      class: `mr-strip-end mr-strip-${side}`,
      tabindex: "-1",
      "aria-hidden": "true",
      hidden: true,
      on: { pointerdown: (event) => event.preventDefault(), click: () => row.scrollBy({ left: way * STEP * row.clientWidth }) },
    },
    icon(side),
  );
}
