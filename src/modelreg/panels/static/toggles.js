// Aliases to be given with a version: the stages and the known ones to be pressed, others to be typed.

import { h, icon, swap } from "./dom.js";

/** Return the choice of aliases; `take(standing)` tells where they stand in the registered model that is named. */
export function aliasToggles(changed) {
  const toggles = h("div", { class: "mr-chips", role: "group", "aria-label": "Known aliases" });
  const others = h("input", { class: "mr-input", "aria-label": "Other aliases", placeholder: "Other aliases, e.g. best", spellcheck: "false" });
  const moves = h("div", { class: "mr-hint", role: "status" });
  let standing = [];
  const stands = (alias) => standing.find(([each]) => each === alias)?.[1] ?? null;
  const pressed = () => [...toggles.querySelectorAll('[aria-pressed="true"]')].map((each) => each.dataset.alias);
  const chosen = () => [...new Set([...pressed(), ...others.value.normalize("NFC").split(/[\s,]+/).filter(Boolean)])];

  function take(found) {
    const on = new Set(pressed());
    standing = found?.aliases ?? [];
    const stages = found?.stages ?? ["staging", "production"];
    const all = [...new Set([...stages, ...standing.map(([alias]) => alias), ...on])];
    swap(toggles, all.map((alias) => toggle(alias, on.has(alias))));
    say();
  }

  function toggle(alias, on) {
    const [, number = null, guarded = false] = standing.find(([each]) => each === alias) ?? [];
    const press = (event) => {
      const pressedNow = event.currentTarget.getAttribute("aria-pressed") === "true";
      event.currentTarget.setAttribute("aria-pressed", pressedNow ? "false" : "true");
      changed();
      say();
    };
    return h(
      "button",
      {
        type: "button",
        class: `mr-chip mr-toggle${guarded ? " mr-guarded" : ""}`,
        "aria-pressed": on ? "true" : "false",
        "aria-label": `alias ${alias}${guarded ? ", protected" : ""}${number === null ? "" : `, now v${number}`}`,
        title: guarded ? `${alias} is protected` : null,
        "data-alias": alias,
        "data-key": `toggle ${alias}`,
        on: { click: press },
      },
      guarded && icon("lock"),
      h("span", { class: "mr-chip-text" }, alias),
      number === null ? null : h("span", { class: "mr-chip-number" }, `v${number}`),
    );
  }

  /** Say which of the chosen ones stand elsewhere now. */
  function say() {
    const moved = moving();
    swap(moves, moved ? h("span", { class: "mr-muted" }, moved) : null);
  }

  function moving() {
    const moved = chosen().filter((alias) => stands(alias) !== null);
    return moved.map((alias) => `${alias} moves from v${stands(alias)}`).join(", ");
  }

  others.addEventListener("input", () => {
    changed();
    say();
  });
  return {
    nodes: [toggles, others, moves],
    others,
    take,
    stands,
    chosen,
    moving,
    reset() {
      toggles.replaceChildren();
      others.value = "";
    },
    draft: () => (pressed().length || others.value ? { pressed: pressed(), others: others.value } : null),
    restore(before) {
      swap(toggles, before.pressed.map((alias) => toggle(alias, true)));
      others.value = before.others;
    },
  };
}
