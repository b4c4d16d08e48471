// A panel without a kernel: what needs one is there to be read, but cannot be pressed, dragged or typed into.

const CONTROLS = "button,input,select,textarea,[tabindex],[draggable=true]";
const WORKS = '[data-key^="copy "],[data-key="toast close"],[data-key="dismiss"]';
const TYPED = "textarea,input:not([type=checkbox]):not([type=radio])"; // what is typed there can still be selected and copied
const HELD = ["click", "keydown", "dragstart", "submit", "pointerdown"];
const MARK = "data-mr-off";

/** Return what freezes a panel and thaws it; `status` says why and takes the focus from what cannot have it any more. */
export function freezer(root, status) {
  let on = false;

  /** Keep from the page what would ask the kernel; keys that lead on or copy go through. */
  function hold(event) {
    if (!on || event.target.closest?.(WORKS)) return;
    if (event.type === "keydown" && (event.key === "Tab" || event.ctrlKey || event.metaKey)) return;
    event.stopPropagation();
    if (event.type !== "pointerdown") event.preventDefault(); // text is selected by it
  }

  function off(each) {
    if (each.matches(WORKS) || each.hasAttribute(MARK) || each === status || each.disabled) return;
    each.setAttribute(MARK, JSON.stringify([each.getAttribute("aria-disabled"), each.getAttribute("draggable")]));
    each.setAttribute("aria-disabled", "true");
    if (each.matches(TYPED)) each.readOnly = true;
    else if ("disabled" in each) each.disabled = true;
    if (each.draggable) each.setAttribute("draggable", "false");
  }

  function back(each) {
    const [said, dragged] = JSON.parse(each.getAttribute(MARK));
    each.removeAttribute(MARK);
    if (said === null) each.removeAttribute("aria-disabled");
    else each.setAttribute("aria-disabled", said);
    if (dragged !== null) each.setAttribute("draggable", dragged);
    if (each.matches(TYPED)) each.readOnly = false;
    else if ("disabled" in each) each.disabled = false;
  }

  const all = () => root.querySelectorAll(CONTROLS).forEach(off);
  const grown = new MutationObserver(all);
  for (const kind of HELD) root.addEventListener(kind, hold, true);
  return (now) => {
    if (now === on) return;
    on = now;
    root.classList.toggle("mr-gone", on);
    if (on) {
      const had = root.contains(root.getRootNode().activeElement);
      all();
      grown.observe(root, { childList: true, subtree: true });
      status.tabIndex = -1;
      if (had) status.focus({ preventScroll: true });
    } else {
      grown.disconnect();
      root.querySelectorAll(`[${MARK}]`).forEach(back);
    }
  };
}
