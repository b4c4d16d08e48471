// The register form in a cell of its own.

import { h, hideTwin, swap } from "./dom.js";
import { Channel } from "./channel.js";
import { registerForm } from "./register.js";

const SAYS = {
  fine: "",
  busy: "The kernel is busy; this goes on when it answers.",
  gone: "The kernel is gone. Start it and run the cell again.",
  lost: "This form has no kernel any more. Run the cell again.",
};

function render({ model, el }) {
  const status = h("div", { class: "mr-state", role: "status" });
  const layer = h("div", { class: "mr-layer" });
  const place = h("div", null);
  const root = h(
    "div",
    { class: "mr-browser mr-register-panel", "data-lm-suppress-shortcuts": "true", role: "region", "aria-label": "Register a model" },
    h("div", { class: "mr-register-head" }, h("h2", { class: "mr-title" }, "Register a model"), h("span", { class: "mr-grow" }), status),
    place,
    layer,
  );
  const app = { root, layer, program: "%modelreg" };
  let form = null;
  const channel = new Channel(model, {
    state: (now) => {
      swap(status, SAYS[now] ? h("span", { class: `mr-state-${now}` }, SAYS[now]) : null);
      root.classList.toggle("mr-gone", now === "gone" || now === "lost");
    },
    event: (event) => form?.told(event),
  });
  app.call = (method, params) => channel.call(method, params);
  for (const kind of ["keydown", "keyup", "keypress"]) root.addEventListener(kind, (event) => event.stopPropagation());
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
  (async () => {
    app.program = (await app.call("start")).program;
    form = registerForm(app, { opens });
    place.append(form.root);
    await form.load();
  })();
  const showTwin = hideTwin(model);
  return () => {
    showTwin();
    channel.close();
  };
}

export default { render };
