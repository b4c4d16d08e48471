// The register form inside the browser: in a sheet over the page, and what a registry without models says.

import { h, button, swap } from "./dom.js";
import { complain, done, keepInside } from "./floating.js";
import { nothing, registerForm } from "./register.js";

const NAMED = 8;

/** Return the sheet over the browser that holds the form. */
export function registerSheet(app) {
  let form = null;
  let from = null;
  const body = h("div", { class: "mr-drawer-body" });
  const root = h("aside", { class: "mr-sheet", role: "dialog", "aria-label": "Register a model", hidden: true }, body);
  root.addEventListener("keydown", (event) => {
    event.stopPropagation(); // the page behind has keys of its own
    if (event.key === "Escape") close();
    else if (event.key === "Tab") keepInside(root, event);
  });

  async function open(variable) {
    if (root.hidden) from = app.root.getRootNode().activeElement;
    if (!form) {
      form = registerForm(app, { onDone, onFault, opens, onCancel: () => close() });
      const head = h("div", { class: "mr-drawer-head" }, h("h3", { class: "mr-title" }, "Register a model"), h("span", { class: "mr-grow" }), button("Close form", () => close(), { look: "mr-bare", glyph: "close", key: "sheet close" }));
      body.append(head, form.root);
    } else if (form.finished()) form.reset();
    root.hidden = false;
    root.querySelector('[data-key="sheet close"]').focus({ preventScroll: true });
    await form.load(variable);
    if (root.contains(root.getRootNode().activeElement)) form.focus(); // not when it was closed, or the user went on
  }

  function close() {
    if (root.hidden) return;
    root.hidden = true;
    const again = from?.isConnected ? from : app.root.querySelector('[data-key="register open"]');
    again?.focus({ preventScroll: true });
  }

  /** Let the page behind the sheet show the new version. */
  async function onDone(answer) {
    await app.list.load({ keep: true });
    await app.go(answer.name);
    done(app, answer.lines[0], { undo: answer.undo, notes: answer.lines.slice(1) });
  }

  /** Say a refusal where the user is: over the page when the sheet was closed meanwhile; what was typed is still in it. */
  function onFault(error) {
    if (root.hidden) complain(app, error);
  }

  async function opens(answer) {
    close();
    await app.openRef(answer.ref);
  }

  return { root, open, close, told: (event) => form?.told(event) };
}

/** Return the button that opens the sheet. */
export function registerButton(app, look = "") {
  return button("Register…", () => app.sheet.open(), { look, title: "Register a model of this kernel", key: "register open" });
}

/** Return what a registry without models says: those of the kernel, and how to register one. */
export function welcomeOf(app) {
  const place = h("div", { class: "mr-welcome-models" });
  app.attempt(async () => {
    const found = await app.call("present");
    if (!found.models.length) {
      swap(place, nothing(app, found));
      return;
    }
    swap(
      place,
      h("p", { class: "mr-muted" }, found.models.length === 1 ? "This model is in the kernel:" : "These models are in the kernel:"),
      h(
        "div",
        { class: "mr-welcome-list" },
        found.models.slice(0, NAMED).map((each) => button(`${each.variable} (${each.class})`, () => app.sheet.open(each.variable), { key: `welcome ${each.variable}`, title: `Register ${each.variable}` })),
      ),
      found.models.length > NAMED && h("p", { class: "mr-muted" }, `and ${found.models.length - NAMED} more`),
      registerButton(app, "mr-primary"),
      h("p", { class: "mr-muted" }, "or type ", h("code", { class: "mr-code" }, `${found.next} ${found.models[0].variable} my-model`)),
    );
  });
  return place;
}
