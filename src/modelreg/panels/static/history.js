// What was done to a model: who, when, what and why; and what an alias meant at a time.

import { h, button, swap, when } from "./dom.js";
import { against, plainChip, setAlias, standing, standings } from "./chips.js";
import { dialog, form, sentence } from "./floating.js";

const KINDS = {
  all: ["Everything", []],
  aliases: ["Aliases", ["alias-added", "alias-removed", "alias-moved-here", "alias-moved-away", "alias-protected", "alias-unprotected"]],
  versions: ["Versions", ["logged", "linked", "unlinked", "run-added", "deleted", "undeleted", "metric-changed", "replayed", "concurrent", "purged"]],
  edits: ["Edits", ["created", "described", "tagged", "untagged", "renamed", "stages-set", "metric-directed"]],
};

export function historyOf(app) {
  const list = h("ol", { class: "mr-timeline" });
  const foot = h("div", { class: "mr-foot" });
  const then = h("div", { class: "mr-then" });
  const held = { kind: "all", number: null, items: [], next: null, asked: 0 };
  const PAGE = 30;
  const MOST = 500;
  const kind = h(
    "select",
    { class: "mr-select", "aria-label": "Show", "data-key": "history kind" },
    Object.entries(KINDS).map(([name, [text]]) => h("option", { value: name }, text)),
  );
  kind.addEventListener("change", () => {
    held.kind = kind.value;
    load();
  });
  const version = h("input", { class: "mr-input mr-of-version", "aria-label": "Of version", placeholder: "of all versions", title: "Only what was done to one version, e.g. v3", "data-key": "history version" });
  const clear = button("Of all versions", () => {
    of(null);
    load();
    version.focus();
  }, { look: "mr-bare", glyph: "close", key: "history of all" });
  const wanted = () => /^v?(\d{1,9})$/i.exec(version.value.trim());
  version.addEventListener("change", () => {
    if (version.value.trim() && !wanted()) {
      swap(list, h("li", { class: "mr-empty", role: "alert" }, `A version is written like v3, not ${version.value.trim()}.`));
      swap(foot);
      return;
    }
    of(wanted() ? Number(wanted()[1]) : null);
    load();
  });
  version.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !version.value) return;
    event.stopPropagation();
    of(null);
    load();
  });
  const time = h("input", { class: "mr-input mr-time", "aria-label": "What was it at", placeholder: "yesterday, 2026-10-01", "data-key": "history time" });
  const ask = async () => {
    if (!time.value.trim()) {
      swap(then);
      return;
    }
    try {
      drawThen(await app.call("moment", { name: app.name, at: time.value.trim() }));
    } catch (error) {
      swap(then, h("div", { class: "mr-said", role: "alert" }, sentence(error)));
    }
  };
  time.addEventListener("keydown", (event) => {
    if (event.key === "Enter") ask();
    else if (event.key === "Escape" && time.value) {
      event.stopPropagation();
      time.value = "";
      ask();
    }
  });

  /** Show what was done to one version, null: to all; `load` then reads it. */
  function of(number) {
    held.number = number;
    held.model = app.overview?.uid;
    version.value = number === null ? "" : `v${number}`;
    clear.hidden = number === null;
  }

  /** Read the list again: as much of it as is shown, so that nothing moves that somebody reads. */
  async function load() {
    const { uid } = app.overview;
    if (held.model !== uid) of(null);
    if (held.of !== uid) {
      held.of = uid;
      time.value = "";
      swap(then);
    }
    const mine = (held.asked += 1);
    const about = `${uid} ${held.number} ${held.kind}`;
    const limit = about === held.about ? Math.min(MOST, Math.max(PAGE, held.items.length)) : PAGE;
    const page = await app.attempt(() => app.call("history", { name: app.name, number: held.number, kinds: KINDS[held.kind][1], limit }));
    if (!page || mine !== held.asked) return;
    Object.assign(held, page, { about });
    draw();
  }

  async function more() {
    const mine = (held.asked += 1); // what is on its way is of the list before
    const page = await app.attempt(() => app.call("history", { name: app.name, number: held.number, kinds: KINDS[held.kind][1], token: held.next }));
    if (!page || mine !== held.asked) return;
    held.items.push(...page.items);
    held.next = page.next;
    draw();
  }

  function draw() {
    const arrived = new Set(held.items.filter((each) => each.kind === "alias-moved-here").map((each) => `${each.operation} ${each.alias}`));
    const shown = held.items.filter((each) => each.kind !== "alias-moved-away" || !arrived.has(`${each.operation} ${each.alias}`));
    swap(list, shown.map(entry));
    if (!shown.length) swap(list, h("li", { class: "mr-empty" }, "Nothing of this kind was done yet."));
    swap(foot, held.next ? button("Show more", more, { look: "mr-quiet", key: "history more" }) : null);
  }

  function entry(each) {
    const moved = each.kind.startsWith("alias-") && each.alias && each.sentence.startsWith(each.alias);
    const guarded = app.overview.protected.includes(each.alias);
    return h(
      "li",
      { class: "mr-entry" },
      h("div", { class: "mr-entry-when mr-muted" }, when(each.at)),
      h(
        "div",
        { class: "mr-entry-what" },
        h("div", null, moved ? [plainChip(each.alias, null, guarded), " ", each.sentence.slice(each.alias.length).trim()] : each.sentence),
        each.reason ? h("div", { class: "mr-reason" }, each.reason) : null,
        h("div", { class: "mr-muted" }, h("bdi", { class: "modelreg-who" }, each.by)),
      ),
      back(each, guarded),
    );
  }

  /** Return the way back to where an alias stood before an entry, where it has left that place. */
  function back(each, guarded) {
    if (!["alias-moved-here", "alias-removed"].includes(each.kind) || each.before === null) return null;
    if (standing(app, each.alias) === each.before) return null;
    return button(`Back to v${each.before}`, (event) => askBack(event.currentTarget, each, guarded), {
      look: "mr-quiet",
      glyph: "back",
      key: `back ${each.sequence}`,
      title: `Point ${each.alias} at v${each.before} again`,
    });
  }

  function askBack(anchor, each, guarded) {
    dialog(app, anchor, `Point ${each.alias} at v${each.before} again`, (close) =>
      form(app, close, {
        verb: "Roll back",
        warning: guarded ? `${each.alias} is protected` : null,
        send: against(() => standings(app), (shown, why, force) => setAlias(app, each.alias, each.before, shown, why, force)),
      }),
    );
  }

  function drawThen(moment) {
    swap(
      then,
      h("div", { class: "mr-heading" }, `At ${moment.at.exact}`),
      moment.aliases.length
        ? h(
            "ul",
            { class: "mr-then-list" },
            moment.aliases.map((each) =>
              h(
                "li",
                null,
                plainChip(each.alias, each.number, app.overview.protected.includes(each.alias)),
                h("span", { class: "mr-muted" }, ` since ${each.since.exact}${each.until ? ` until ${each.until.exact}` : ", still"} · ${each.by}${each.reason ? ` · ${each.reason}` : ""}`),
              ),
            ),
            moment.more.aliases ? h("li", { class: "mr-muted" }, `and ${moment.more.aliases.toLocaleString("en")} more`) : null,
          )
        : h("div", { class: "mr-muted" }, "No alias was set then."),
      moment.latest === null ? null : h("div", { class: "mr-muted" }, `The newest version was v${moment.latest}.`),
    );
  }

  of(null);
  return {
    load,
    of,
    root: h(
      "section",
      { "aria-label": "History" },
      h(
        "div",
        { class: "mr-toolbar" },
        kind,
        version,
        clear,
        h("span", { class: "mr-grow" }),
        h("div", { class: "mr-asked" }, h("label", { class: "mr-asked" }, h("span", { class: "mr-muted mr-nowrap" }, "What was production on"), time), button("Ask", ask, { look: "mr-quiet", key: "ask time" })),
      ),
      then,
      list,
      foot,
    ),
  };
}
