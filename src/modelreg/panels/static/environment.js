// The environment of a version: what it needs, and how this kernel differs.

import { h, button, count } from "./dom.js";
import { copyButton } from "./copying.js";
import { askedPart, pairs, rest, section } from "./part.js";

const LOOKS = { error: "mr-bad", warning: "mr-drift-warning", note: "mr-muted" };

export function environmentOf(app) {
  return askedPart(
    ({ captured, ref }) => [captured.mark, ref],
    ({ ref }) => app.call("environment", { ref }),
    (told) => [
      h("div", { class: "mr-environment-head" }, h("span", { class: "mr-strong" }, told.python), h("span", { class: "mr-grow" }), copyButton(app, "Copy requirements.txt", () => told.requirements, { key: "copy requirements" })),
      told.same ? h("div", { class: "mr-good mr-small" }, "✓ This kernel has the same.") : findingsOf(told),
      told.warnings.map((text) => h("div", { class: "mr-warning" }, text)),
      packageTable(told),
      told.modules.length ? section("Modules that are in no package", pairs(told.modules), rest(told.more.modules)) : null,
      told.variables.length ? section("Environment variables", pairs(told.variables), rest(told.more.variables)) : null,
    ],
  );
}

/** Return what a person should know who loads it here, the worst first. */
function findingsOf(told) {
  return h("ul", { class: "mr-findings", "aria-label": "How this kernel differs" }, told.findings.map(([severity, text]) => h("li", { class: `mr-finding ${LOOKS[severity] ?? ""}` }, h("span", { class: "mr-severity" }, severity), h("span", null, text))), rest(told.more.findings));
}

/** Return the packages that the model needs itself, and on demand those that they need. */
function packageTable({ direct, others, more }) {
  const body = h("tbody", null, direct.map(packageRow));
  const many = direct.length + others.length + (more.direct ?? 0) + (more.others ?? 0);
  const table = h("table", { class: "mr-table mr-kept" }, h("thead", null, h("tr", null, ["Package", "Then", "Here"].map((name) => h("th", { scope: "col" }, name)))), body);
  if (!direct.length && !others.length) return null;
  const all = button(`Show all ${count(many, "package")}`, () => {
    body.append(...others.map(packageRow));
    all.replaceWith(rest((more.direct ?? 0) + (more.others ?? 0)) ?? "");
    body.closest(".mr-scroll").focus({ preventScroll: true });
  }, { look: "mr-quiet", key: "all packages" });
  return h("div", null, h("div", { class: "mr-scroll", tabindex: "-1" }, table), others.length ? all : rest(more.direct));
}

function packageRow([name, then, here, severity, origin]) {
  return h(
    "tr",
    null,
    h("th", { scope: "row", title: origin || null }, h("span", { class: "mr-cell" }, name)),
    h("td", null, then),
    h("td", { class: here === then ? "mr-muted" : severity === "note" ? null : LOOKS[severity], title: severity || null }, here || "not installed", severity && severity !== "note" ? h("span", { class: "mr-unseen" }, ` ${severity}`) : null),
  );
}
