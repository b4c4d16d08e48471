// The register form: which model, under which name, and what explains it. Nothing that was only found is kept unticked.

import { h, button, copy, count, debounce, icon, swap } from "./dom.js";
import { combo } from "./combo.js";
import { sentence } from "./floating.js";
import { progressBar } from "./progress.js";
import { tickGroup } from "./ticks.js";
import { aliasToggles } from "./toggles.js";

/**
 * Return a form that works on any `app` with `call`, `root` and `program`: `root`, `load(variable)` which looks at the kernel
 * anew, `told(event)` for what the kernel says meanwhile, and `focus`. `onDone(answer)` is told of a new version,
 * `opens(answer, place)` shows it.
 */
export function registerForm(app, { onDone = () => {}, opens, onCancel = null }) {
  const held = { models: [], variable: null, standing: null, named: false, asked: 0, call: "", busy: false };
  const models = h("div", { class: "mr-rows", role: "radiogroup", "aria-label": "Model" });
  const name = combo({
    label: "Registered model",
    placeholder: "Name, e.g. churn",
    offer: async (text) => (await app.call("named", { text })).names.filter((each) => each !== text).map((each) => ({ text: each, note: "" })),
  });
  const hint = h("div", { class: "mr-hint", role: "status" });
  const aliases = aliasToggles(() => clear(fields.aliases));
  const reason = input("Reason", "Why this version (optional)");
  const tags = input("Tags", "reviewed, team=growth");
  const project = input("Project", "Project of its artifact; default the notebook");
  const anew = h("input", { type: "checkbox" });
  const metrics = tickGroup({ title: "Metrics", noun: "metric", none: "No number in this kernel is called like a metric.", name: "Name", value: "Expression, e.g. clf.score(X, y)" });
  const attachments = tickGroup({ title: "Attachments", noun: "attachment", none: "No figure and no table in this kernel.", name: "Name (optional)", value: "Figure, table or file, e.g. notes.md" });
  const data = tickGroup({ title: "Data", noun: "dataset", none: ["No logged dataset in this kernel. This logs one: ", h("code", { class: "mr-code" }, `${app.program} log X data/X --kind dataset`)], name: "Role, e.g. train", value: "Dataset, e.g. X_train or data/train:v0" });
  const foot = said();
  const progress = progressBar();
  const go = button("Register", null, { look: "mr-primary", key: "register" });
  go.type = "submit";
  const fields = {
    model: field("Model", [models]),
    name: field("Registered model", [name.node, hint], name.field),
    aliases: field("Aliases", aliases.nodes, aliases.others),
    message: field("Reason", [reason], reason),
    tags: field("Tags", [tags], tags),
    metrics,
    attachments,
    data,
  };
  const more = h(
    "details",
    { class: "mr-more" },
    h("summary", null, "More"),
    h("label", { class: "mr-column mr-nowrap" }, anew, "A new version even of identical contents"),
    project,
  );
  const form = h(
    "form",
    {
      class: "mr-register",
      novalidate: true,
      on: {
        submit: (event) => {
          event.preventDefault();
          send();
        },
      },
    },
    h(
      "div",
      { class: "mr-register-columns" },
      h("div", { class: "mr-register-column" }, fields.model.root, fields.name.root, fields.aliases.root, h("div", { class: "mr-beside-fields" }, fields.message.root, fields.tags.root), more),
      h("div", { class: "mr-register-column" }, metrics.root, attachments.root, data.root),
    ),
    foot,
    h(
      "div",
      { class: "mr-register-foot" },
      go,
      onCancel && button("Cancel", onCancel, { look: "mr-quiet" }),
      progress.root,
      h("span", { class: "mr-grow" }),
      button("Look again", () => load(), { look: "mr-quiet", title: "Look at the variables of the kernel again", key: "look again" }),
    ),
  );
  const rest = h("div", { class: "mr-register-rest" });
  const root = h("div", { class: "mr-register-box" }, form, rest);
  form.hidden = true;

  async function load(variable = held.variable) {
    swap(rest, held.models.length ? null : h("div", { class: "mr-loading" }, "Looking at the kernel…"));
    try {
      const found = await app.call("candidates");
      held.models = found.models;
      if (!held.models.length) {
        form.hidden = true;
        swap(rest, nothing(app, found, () => load()));
        return;
      }
      swap(rest);
      form.hidden = false;
      const known = held.models.some((each) => each.variable === variable);
      await choose(known ? variable : held.models[0].variable);
    } catch (error) {
      form.hidden = !held.models.length;
      swap(rest);
      if (form.hidden) swap(rest, h("div", { class: "mr-empty" }, h("span", { role: "alert", class: "mr-bad" }, sentence(error)), button("Look again", () => load())));
      else fault(error);
    }
  }

  /** Take a model of the kernel, with what may belong to it. */
  async function choose(variable) {
    const mine = (held.asked += 1);
    held.variable = variable;
    drawModels();
    const found = await app.call("found", { variable });
    if (mine !== held.asked) return;
    metrics.take(found.metrics);
    attachments.take(found.attachments);
    data.take(found.data);
    if (!held.named) name.field.value = found.home;
    await stand();
  }

  function drawModels() {
    swap(
      models,
      held.models.map((each) =>
        h(
          "label",
          { class: "mr-candidate", title: each.class_name },
          h("input", {
            type: "radio",
            name: "model",
            checked: each.variable === held.variable,
            "data-key": `model ${each.variable}`,
            "aria-label": `${each.variable}, ${each.class}, ${each.text}`,
            on: { change: () => choose(each.variable).catch(fault) },
          }),
          h("code", { class: "mr-candidate-name" }, each.variable),
          h("span", { class: "mr-muted mr-candidate-class" }, each.class),
          h("span", { class: `mr-candidate-state mr-is-${each.state}`, title: each.why || null }, each.text),
        ),
      ),
    );
  }

  /** Ask what the name means: a registered model that is there, with its aliases, or a new one. */
  async function stand() {
    later.cancel();
    const text = name.field.value.trim();
    if (!text) {
      held.standing = null;
      swap(hint);
      aliases.take(held.standing);
      return;
    }
    try {
      const found = await app.call("standing", { name: text });
      if (name.field.value.trim() !== text) return;
      held.standing = found;
      clear(fields.name);
      drawHint(text, found);
      aliases.take(held.standing);
    } catch (error) {
      if (name.field.value.trim() !== text) return;
      held.standing = null;
      swap(hint);
      mark({ ...plainly(error), field: "name" });
    }
  }

  function drawHint(text, found) {
    if (!found.new) {
      const renamed = found.name === text ? "" : `${text} is now called ${found.name}; `;
      swap(hint, h("span", { class: "mr-muted" }, `${renamed}${count(found.versions, "version")}${found.latest === null ? "" : `, the newest is v${found.latest}`}`));
      return;
    }
    swap(
      hint,
      h("span", { class: "mr-muted" }, "A new registered model."),
      found.near.length
        ? h("span", { class: "mr-warning" }, " Did you mean ", found.near.map((near) => button(near, () => takeName(near), { look: "mr-near" })), "?")
        : null,
    );
  }

  function takeName(text) {
    held.named = true;
    name.field.value = text;
    name.field.focus();
    stand();
  }

  async function send() {
    if (held.busy) return;
    held.busy = true;
    go.disabled = true;
    clearAll();
    name.hide();
    try {
      await stand();
      if (fields.name.said.firstChild) return;
      held.call = Math.random().toString(36).slice(2);
      progress.start(`Reading ${held.variable}…`);
      const all = aliases.chosen();
      const answer = await app.call("register", {
        variable: held.variable,
        name: name.field.value,
        aliases: all,
        message: reason.value,
        tags: tags.value.split(",").map((each) => each.trim()).filter(Boolean),
        metrics: metrics.chosen(),
        attachments: attachments.chosen(),
        data: data.chosen(),
        project: project.value.trim(),
        new_version: anew.checked,
        expect: Object.fromEntries(all.map((alias) => [alias, aliases.stands(alias)])),
        call: held.call,
      });
      finished(answer);
      await onDone(answer);
    } catch (error) {
      if (error.kind === "conflict") await stand();
      fault(error);
    } finally {
      progress.stop();
      held.busy = false;
      go.disabled = false;
    }
  }

  /** Show what came of it in place of the form. */
  function finished(answer) {
    form.hidden = true;
    const place = h("div", { class: "mr-register-shown" });
    const [first, ...notes] = answer.lines;
    const line = answer.next;
    const copier = line && button("Copy line", async () => (await copy(line, app.root)) && (copier.title = "Copied"), { look: "mr-bare", glyph: "copy" });
    swap(
      rest,
      h(
        "div",
        { class: "mr-register-done" },
        h("div", { class: "mr-register-answer", role: "status" }, icon("check"), h("div", null, h("div", null, first), notes.map((each) => h("div", { class: "mr-muted" }, each)))),
        line ? h("div", { class: "mr-line" }, h("span", { class: "mr-muted" }, "next"), h("code", { class: "mr-code" }, line), copier) : null,
        h(
          "div",
          { class: "mr-actions" },
          button(`Open ${answer.ref}`, () => opens(answer, place), { look: "mr-primary", key: "open version" }),
          button("Register another", again, { look: "mr-quiet" }),
        ),
        place,
      ),
    );
    rest.querySelector('[data-key="open version"]').focus({ preventScroll: true });
  }

  /** Go on with the next model: the name stays, what belonged to the last one goes. */
  async function again() {
    reset();
    await load();
    focus();
  }

  function reset() {
    held.named = false;
    for (const each of [reason, tags, project]) each.value = "";
    anew.checked = false;
    for (const each of [aliases, metrics, attachments, data]) each.reset();
    clearAll();
    held.models = [];
    held.variable = null;
    swap(rest);
  }

  function focus() {
    const at = models.querySelector("input:checked");
    (held.models.length > 1 ? at : form.hidden ? rest.querySelector("button") : name.field)?.focus({ preventScroll: true });
  }

  // -- refusals

  function fault(error) {
    mark(error);
    const place = fields[error.field];
    (place?.input ?? (place ? null : foot))?.focus?.({ preventScroll: true });
    (place?.said ?? foot).scrollIntoView?.({ block: "nearest" });
  }

  function mark(error) {
    const place = fields[error.field];
    place?.input?.setAttribute("aria-invalid", "true");
    const lines = error.tries ?? [];
    swap(
      place?.said ?? foot,
      h("span", null, error.kind === "unpicklable" ? error.message : sentence(error)), // that one begins with a variable
      lines.length ? h("span", { class: "mr-note" }, "Try ", lines.map((line) => h("code", { class: "mr-code" }, `${app.program} ${line}`))) : null,
      error.trace ? h("details", null, h("summary", null, "Traceback"), h("pre", { class: "mr-pre" }, error.trace)) : null,
    );
  }

  function clear(place) {
    swap(place.said);
    place.input?.removeAttribute("aria-invalid");
  }

  function clearAll() {
    swap(foot);
    for (const place of Object.values(fields)) clear(place);
  }

  const later = debounce(200, () => stand());
  name.field.addEventListener("input", () => {
    held.named = name.field.value.trim() !== "";
    clear(fields.name);
    later();
  });
  name.field.addEventListener("taken", () => {
    held.named = true;
    stand();
  });

  return {
    root,
    load,
    focus,
    reset,
    finished: () => form.hidden && held.models.length > 0,
    told(event) {
      if (event.event === "progress" && event.call === held.call && held.busy) progress.tell(event);
    },
  };
}

/** Return what stands where there is no model, with the line that makes one. */
export function nothing(app, found, again = null) {
  return h(
    "div",
    { class: "mr-empty" },
    h("span", null, "No model in this kernel yet. Fit one, for example:"),
    h("code", { class: "mr-code mr-example" }, found.line),
    again && button("Look again", again, { key: "look again" }),
  );
}

function field(label, nodes, first = null) {
  const place = said();
  const root = h("div", { class: "mr-field" }, h("div", { class: "mr-group-head mr-heading" }, label), nodes, place);
  return { root, input: first, said: place };
}

function said() {
  return h("div", { class: "mr-said", role: "alert" });
}

function input(label, placeholder) {
  return h("input", { class: "mr-input", "aria-label": label, placeholder, maxlength: "500", spellcheck: "false" });
}

function plainly(error) {
  return { message: error.message, kind: error.kind, tries: error.tries, trace: error.trace };
}
