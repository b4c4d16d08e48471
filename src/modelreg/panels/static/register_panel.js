// The register form in a cell of its own.

import { h, hideTwin, ownKeys, swap } from "./dom.js";
import { Channel } from "./channel.js";
import { keepFocus } from "./focus.js";
import { registerForm } from "./register.js";
import { stateOf, unreadable } from "./states.js";

function render({ model, el }) {
  const status = h("div", { class: "mr-state", role: "status" });
  const layer = h("div", { class: "mr-layer" });
  const place = h("div", null);
  const root = h(
    "div",
    { class: "mr-browser mr-register-panel", role: "region", "aria-label": "Register a model" },
    h("div", { class: "mr-register-head" }, h("h2", { class: "mr-title" }, "Register a model"), h("span", { class: "mr-grow" }), status),
    place,
    layer,
  );
  const app = { root, layer, program: "%modelreg" };
  let form = null;
  const channel = new Channel(model, {
    state: stateOf(root, status),
    event: (event) => form?.told(event),
  });
  app.call = (...asked) => channel.call(...asked);
  ownKeys(root);
  const leave = keepFocus(root);
  el.append(root);
  const opens = async (answer, shown) => {
    if (shown.firstChild) {
      swap(shown);
      return;
    }
    const { html } = await app.call("look", { ref: answer.ref });
    const page = h("div", { class: "mr-register-page" });
    page.innerHTML = html; // escaped in Python, as the static view of the version
    swap(shown, page);
  };
  const start = async () => {
    swap(place, h("div", { class: "mr-loading" }, "Opening the registry…"));
    try {
      Object.assign(app, await app.call("start"));
    } catch (error) {
      swap(place, unreadable(app, error, start));
      return;
    }
    form = registerForm(app, { opens });
    swap(place, form.root);
    await form.load();
  };
  start();
  const showTwin = hideTwin(model);
  return () => {
    showTwin();
    leave();
    channel.close();
  };
}

export default { render };
