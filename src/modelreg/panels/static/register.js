// The register form: which model, under which name, and what explains it. Nothing that was only found is kept unticked.

import { h, button, swap, working } from "./dom.js";
import { draftOf, typedIn } from "./draft.js";
import { labelled, refusalPlace, refusals, textField, typedTags } from "./fields.js";
import { keptGroups } from "./kept.js";
import { nameField } from "./naming.js";
import { progressBar } from "./progress.js";
import { registered } from "./registered.js";
import { unreadable } from "./states.js";
import { subjectField } from "./subject.js";
import { aliasToggles } from "./toggles.js";

/**
 * Return a form that works on any `app` with `call`, `root`, `program` and `writable`: `root`, `load(variable)` which looks at
 * the kernel anew, `told(event)` for what the kernel says meanwhile, and `focus`. `onDone(answer)` is told of a new version,
 * `onFault(error)` of a refusal, `opens(answer, place)` shows the version.
 */
export function registerForm(app, { onDone = () => {}, onFault = () => {}, opens, onCancel = null }) {
  const held = { asked: 0, call: "", busy: false, done: false, look: null };
  const subject = subjectField(app, {
    chosen: () => (subject.any() ? choose().catch(said.show) : load()),
    faulted: (error) => said.mark({ ...plainly(error), field: "model" }),
    mended: () => said.clear("model"),
  });
  const name = nameField(app, {
    stood: (standing) => aliases.take(standing),
    faulted: (error) => said.mark({ ...plainly(error), field: "name" }),
    mended: () => said.clear("name"),
  });
  const aliases = aliasToggles(() => said.clear("aliases"));
  const reason = textField("Reason", "Why this version (optional)");
  const tags = textField("Tags", "reviewed, team=growth");
  const project = textField("Project", "Project of its artifact; default the notebook");
  const anew = h("input", { type: "checkbox" });
  const kept = keptGroups(app);
  const foot = refusalPlace();
  const progress = progressBar();
  const go = button("Register", null, { look: "mr-primary", key: "register", disabled: app.writable === false });
  go.type = "submit";
  const fields = {
    model: subject.place,
    name: labelled("Registered model", name.nodes, name.field),
    aliases: labelled("Aliases", aliases.nodes, aliases.others),
    message: labelled("Reason", reason, reason),
    tags: labelled("Tags", tags, tags),
    project: labelled("Project", project, project),
    ...kept.groups,
  };
  fields.name.focus = name.focus;
  const said = refusals(app, fields, foot);
  const form = h("form", { class: "mr-register", novalidate: true, hidden: true, on: { submit } }, columns(), foot, footer());
  const rest = h("div", { class: "mr-register-rest" });
  const parts = {
    subject, name, aliases, message: typedIn(reason), tags: typedIn(tags), project: typedIn(project), kept,
    anew: { draft: () => anew.checked || null, restore: (on) => (anew.checked = on) },
  };
  const draft = draftOf(app, form, parts, { idle: () => !held.busy && !held.done });
  const root = h("div", { class: "mr-register-box" }, app.writable === false && readOnly(app), form, rest);

  function columns() {
    const more = h(
      "details",
      { class: "mr-more" },
      h("summary", null, "More"),
      h("div", { class: "mr-register-column" }, kept.folded, fields.project.root, h("label", { class: "mr-column mr-nowrap" }, anew, "A new version even of identical contents")),
    );
    return h(
      "div",
      { class: "mr-register-columns" },
      h("div", { class: "mr-register-column" }, fields.model.root, fields.name.root, fields.aliases.root, h("div", { class: "mr-beside-fields" }, fields.message.root, fields.tags.root), more),
      h("div", { class: "mr-register-column" }, kept.open),
    );
  }

  function footer() {
    const again = button("Look again", () => load(), { look: "mr-quiet", title: "Look at the variables of the kernel again", key: "look again" });
    const clear = button("Clear form", () => anewFrom(), { look: "mr-quiet", title: "Forget what was typed and ticked", key: "clear form" });
    return h("div", { class: "mr-register-foot" }, go, onCancel && button("Cancel", onCancel, { look: "mr-quiet" }), progress.root, h("span", { class: "mr-grow" }), clear, again);
  }

  async function load(variable = undefined) {
    if (held.busy) return;
    const mine = (held.asked += 1);
    if (form.hidden) swap(rest, h("div", { class: "mr-loading" }, "Looking at the kernel…"));
    try {
      const found = await app.call("candidates");
      if (mine !== held.asked) return; // registered or asked again meanwhile
      draft.take(found.draft);
      subject.take(found.models, variable ?? draft.held("subject")?.variable);
      if (variable === undefined) draft.restore("subject");
      draft.restore("name", "aliases", "message", "tags", "project", "anew");
      if (!subject.any()) {
        form.hidden = true;
        swap(rest, nothing(app, found, () => load(), fromFile));
        return;
      }
      show();
      await choose();
    } catch (error) {
      if (held.busy || held.done) return;
      if (form.hidden) swap(rest, unreadable(app, error, () => load(), "Look again"));
      else said.show(error);
    }
  }

  function show() {
    held.done = false;
    swap(rest);
    form.hidden = false;
  }

  function fromFile() {
    show();
    subject.toFiles(true);
  }

  /** Take what the user chose, with what may belong to it. */
  function choose() {
    return (held.look = look());
  }

  async function look() {
    const mine = (held.asked += 1);
    const found = await app.call("found", { variable: subject.variable() });
    if (mine !== held.asked) return;
    kept.take(found);
    draft.restore("kept");
    draft.restored();
    await name.take(found.home);
  }

  function submit(event) {
    event.preventDefault();
    if (!held.busy && app.writable !== false) send();
  }

  async function send() {
    sending(true);
    try {
      if (!name.value().trim()) await held.look; // which name it goes to by default is on its way
      held.asked += 1; // what else is being looked at comes too late
      said.clearAll();
      name.hide();
      name.still();
      if (!(await seen())) return;
      held.call = Math.random().toString(36).slice(2);
      progress.start();
      const answer = await app.call("register", { ...given(), call: held.call }, { long: true });
      draft.forget();
      finished(answer);
      await onDone(answer);
    } catch (error) {
      if (error.kind === "conflict") await name.stand();
      said.show(error);
      onFault(error);
    } finally {
      progress.stop();
      sending(false);
      draft.later(); // of what was refused, all stands there still
    }
  }

  /** Whether the user saw what is about to be moved: of a name that was typed just now nothing was shown yet. */
  async function seen() {
    if (name.shown()) return true;
    if (!(await name.stand())) {
      if (!name.value().trim()) said.mark({ field: "name", message: "which registered model? Give it a name, for example churn" });
      fields.name.focus();
      return false;
    }
    const moved = aliases.moving();
    if (moved) said.show({ field: "aliases", message: `${moved}; press Register again to go on` });
    return !moved;
  }

  function given() {
    const all = aliases.chosen();
    return {
      ...subject.given(),
      name: name.value(),
      aliases: all,
      expect: Object.fromEntries(all.map((alias) => [alias, aliases.stands(alias)])),
      message: reason.value,
      tags: typedTags(tags.value),
      project: project.value.trim(),
      new_version: anew.checked,
      ...kept.chosen(),
    };
  }

  function sending(on) {
    held.busy = on;
    working(go, on);
  }

  /** Show what came of it in place of the form. */
  function finished(answer) {
    held.done = true;
    form.hidden = true;
    swap(rest, registered(app, answer, { opens, again }));
    focus();
  }

  /** Go on with the next model: what belonged to the last one goes. */
  async function again() {
    reset();
    await load();
    focus();
  }

  /** Begin again with nothing typed. */
  async function anewFrom() {
    if (held.busy) return;
    reset();
    draft.restored();
    draft.later();
    await load();
    focus();
  }

  function reset() {
    held.done = false;
    for (const each of [reason, tags, project]) each.value = "";
    anew.checked = false;
    for (const each of [subject, name, aliases, kept]) each.reset();
    said.clearAll();
    swap(rest);
  }

  function focus() {
    if (form.hidden) (rest.querySelector('[data-key="open version"]') ?? rest.querySelector("button"))?.focus({ preventScroll: true });
    else fields[subject.several() ? "model" : "name"].focus();
  }

  return {
    root,
    load,
    focus,
    reset,
    finished: () => held.done,
    busy: () => held.busy,
    told(event) {
      if (event.event === "progress" && event.call === held.call && held.busy) progress.tell(event);
    },
  };
}

/** Return what stands where there is no model, with the line that makes one. */
export function nothing(app, found, again = null, fromFile = null) {
  return h(
    "div",
    { class: "mr-empty" },
    h("span", null, "No model in this kernel yet. Fit one, for example:"),
    h("code", { class: "mr-code mr-example" }, found.line),
    again && h("div", { class: "mr-actions" }, button("Look again", again, { key: "look again" }), button("Register a file or folder", fromFile, { look: "mr-quiet", key: "from file" })),
  );
}

/** Return what is said over a form that can register nothing. */
function readOnly(app) {
  return h(
    "div",
    { class: "mr-read-only-note", role: "note" },
    "This registry is read-only: nothing can be registered here. Use another one, then run this cell again: ",
    h("code", { class: "mr-code" }, `${app.program} connect PATH`),
  );
}

function plainly(error) {
  return { message: error.message, kind: error.kind, tries: error.tries, trace: error.trace };
}
