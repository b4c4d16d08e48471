// The keyboard stays in a panel: where what has the focus goes away, the focus passes on to what is nearest.

const ABOVE = ".mr-bottom,.mr-layer,.mr-toasts"; // what is said and asked about the page: who is done there goes back to it
const REACHED = "button,input,select,textarea,[tabindex='0']";

/** Watch over the focus of a panel; what is returned ends that. */
export function keepFocus(root) {
  let last = null;
  let page = null; // where the focus was on the page, before it went to what floats or stands below
  const active = () => root.getRootNode().activeElement;
  const stands = (node) => node.isConnected && !node.disabled && node.getClientRects().length > 0;

  function came({ target }) {
    const above = [];
    for (let at = target.parentElement; at && at !== root; at = at.parentElement) above.push(at);
    last = { node: target, key: target.closest("[data-key]")?.dataset.key, row: target.closest("[data-number]")?.dataset.number, above };
    if (!target.closest(ABOVE)) page = last;
    else last.floats = true;
  }

  /** The user went elsewhere, unless what had the focus is there no more. */
  function went({ target }) {
    setTimeout(() => {
      if (last?.node === target && stands(target) && active() !== target) last = page = null;
    });
  }

  function pass() {
    const now = active();
    if (!last || (now && now !== document.body) || stands(last.node)) return;
    const way = last.floats ? [page, last] : [last, page];
    const next = way.filter(Boolean).flatMap(near).find(stands) ?? [...root.querySelectorAll(".mr-version,[data-key=models],button")].find(stands);
    next?.focus({ preventScroll: true });
  }

  /** Return what may take the focus in place of something, the nearest first. */
  function near({ node, key, row, above }) {
    const there = above.find((each) => each.isConnected && each.getClientRects().length > 0);
    return [
      node,
      key && root.querySelector(`[data-key="${CSS.escape(key)}"]`),
      row && root.querySelector(`tr[data-number="${CSS.escape(row)}"] .mr-version`),
      ...(there ? [...there.querySelectorAll(".mr-version"), ...there.querySelectorAll(REACHED)] : []),
    ].filter(Boolean);
  }

  const seen = new MutationObserver(pass);
  seen.observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["hidden", "disabled"] });
  root.addEventListener("focusin", came);
  root.addEventListener("focusout", went);
  return () => seen.disconnect();
}
