// What floats over the panel: small dialogs beside what they are about, and the line that says what was done.

import { h, button, icon, swap, swapTo, working } from "./dom.js";

const STAYS = 60000;

/**
 * Open a small dialog beside an element. `build(close)` returns its content; Escape and a click elsewhere close it, and the
 * focus goes back to where it came from.
 */
export function dialog(app, anchor, label, build) {
  app.floating?.();
  const from = app.root.getRootNode().activeElement;
  const box = h("div", { role: "dialog", "aria-modal": "true", "aria-label": label, class: "mr-dialog" });
  const outside = (event) => {
    if (!event.composedPath().includes(box)) close();
  };
  const close = () => {
    if (app.floating !== close) return;
    app.floating = null;
    app.root.removeEventListener("pointerdown", outside, true);
    grown.disconnect();
    box.remove();
    const keyed = (key) => key && app.root.querySelector(`[data-key="${CSS.escape(key)}"]`);
    const again = anchor.isConnected && anchor.matches("button,input") ? anchor : keyed(anchor.closest?.("[data-key]")?.dataset.key);
    const next = again || keyed(app.follow) || (from?.isConnected ? from : app.root.querySelector(".mr-version,[data-key=models]"));
    app.follow = null;
    next?.focus({ preventScroll: true });
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (event.key === "Tab") keepInside(box, event);
  });
  box.append(h("div", { class: "mr-dialog-title" }, label), ...[build(close)].flat(Infinity).filter(Boolean));
  app.layer.append(box);
  place(app.root, anchor, box);
  const grown = new ResizeObserver(() => inside(app.root, box)); // a refusal makes it longer
  grown.observe(box);
  app.floating = close;
  app.root.addEventListener("pointerdown", outside, true);
  (box.querySelector("[data-first]") ?? box.querySelector("input,textarea,select,button"))?.focus({ preventScroll: true });
  return close;
}

/** Keep Tab inside a dialog. */
export function keepInside(box, event) {
  const all = [...box.querySelectorAll("button,input,textarea,select,a[href],[tabindex='0']")].filter(
    (each) => !each.disabled && each.offsetParent !== null && each.tabIndex >= 0,
  );
  if (!all.length) return;
  const last = all.at(-1);
  const active = box.getRootNode().activeElement;
  if (event.shiftKey && active === all[0]) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && active === last) {
    event.preventDefault();
    all[0].focus();
  }
}

function place(root, anchor, box) {
  const outer = root.getBoundingClientRect();
  const inner = anchor.getBoundingClientRect();
  const size = box.getBoundingClientRect();
  const left = Math.max(8, Math.min(inner.left - outer.left, outer.width - size.width - 8));
  const below = inner.bottom - outer.top + 4;
  const above = inner.top - outer.top - size.height - 4;
  box.style.left = `${left}px`;
  if (below + size.height <= outer.height - 8 || above < 8) box.style.top = `${below}px`;
  else box.style.bottom = `${root.clientHeight - (inner.top - outer.top) + 4}px`; // it grows upwards, away from its anchor
  inside(root, box);
}

/** Move a dialog as far as it does not fit. */
function inside(root, box) {
  if (box.style.bottom) {
    if (box.offsetTop >= 8) return;
    box.style.bottom = "";
    box.style.top = "8px";
  }
  const most = root.clientHeight - box.offsetHeight - 8;
  box.style.top = `${Math.max(8, Math.min(box.offsetTop, most))}px`;
}

/**
 * Return a form for one change: fields, an optional reason, and a button that does it. What the registry refuses is said in
 * the form, so that nothing typed is lost; a refusal that may be overruled offers that. `others(does)` returns buttons that
 * do something else with the same reason: `does(act)` is what a click does.
 */
export function form(app, close, { fields = [], verb, send, reason = true, danger = false, warning = null, disabled = false, others = null }) {
  const why = h("input", { class: "mr-input", placeholder: "Reason (optional)", "aria-label": "Reason (optional)", maxlength: "500" });
  const said = h("div", { class: "mr-said", role: "alert" });
  const go = button(verb, null, { look: danger ? "mr-danger" : "mr-primary" });
  go.type = "submit";
  go.disabled = disabled;
  let busy = false;
  const run = async (act, force) => {
    if (busy) return; // clicked twice
    busy = true;
    working(go, true);
    try {
      await act(why.value, force);
      close();
    } catch (error) {
      const again = error.kind === "refused" && button("Do it anyway", () => run(act, true), { look: "mr-danger" });
      swapTo(go, said, h("span", null, sentence(error)), again);
    } finally {
      busy = false;
      working(go, false);
    }
  };
  return h(
    "form",
    {
      class: "mr-form",
      on: {
        submit: (event) => {
          event.preventDefault();
          run(send, false);
        },
      },
    },
    warning && h("div", { class: "mr-warning" }, warning),
    fields,
    reason && why,
    said,
    h("div", { class: "mr-actions" }, go, button("Cancel", close, { look: "mr-quiet" })),
    others && h("div", { class: "mr-menu" }, others((act) => () => run(act, false))),
  );
}

/** Return an error as a sentence; a reference that it begins with stays as it is written. */
export function sentence(error) {
  const [first] = error.message.split(" ", 1);
  return /^[a-z]+[,;]?$/.test(first) ? first.charAt(0).toUpperCase() + error.message.slice(1) : error.message;
}

/** Say in the foot of the panel what was done, with the way back; it covers nothing. */
export function done(app, text, { undo = null, notes = [] } = {}) {
  clearTimeout(app.saying);
  swap(app.toasts);
  const whole = [text, ...notes].join(" · ");
  const box = h(
    "div",
    { class: "mr-done" },
    icon("check"),
    h("span", { class: "mr-done-text", role: "status", title: whole }, whole),
    undo && button("Undo", () => app.undo(undo), { glyph: "back", look: "mr-quiet", key: "undo" }),
    button("Dismiss", () => swap(app.said), { look: "mr-bare", glyph: "close", key: "dismiss" }),
  );
  swap(app.said, box);
  const hide = () => {
    if (box.matches(":hover") || box.contains(app.root.getRootNode().activeElement)) app.saying = setTimeout(hide, 3000);
    else if (box.isConnected) swap(app.said);
  };
  app.saying = setTimeout(hide, STAYS);
}

/** Say over the panel what went wrong, with the lines that lead on; it stays until it is read. */
export function complain(app, error) {
  const lines = error.tries ?? [];
  swap(
    app.toasts,
    h(
      "div",
      { class: "mr-toast" },
      h(
        "div",
        { class: "mr-toast-text", role: "alert" },
        h("span", null, sentence(error)),
        lines.length ? h("div", { class: "mr-note" }, "Try ", lines.map((line) => h("code", { class: "mr-code" }, `${app.program} ${line}`))) : null,
        error.trace ? h("details", null, h("summary", null, "Traceback"), h("pre", null, error.trace)) : null,
      ),
      button("Dismiss", () => swap(app.toasts), { look: "mr-bare", glyph: "close", key: "toast close" }),
    ),
  );
}
