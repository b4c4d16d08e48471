// Where a version came from and what became of it: boxes in layers from left to right, each of them a button.

import { h, button, newId, svg, swap, when } from "./dom.js";
import { dialog, sentence } from "./floating.js";

const SMALLEST = 0.85; // a drawing that does not fit is made so much smaller at most; then it scrolls
const BEFORE = 0.7; // so much of the room is for what a version came from
const MARGIN = 10; // pixels beside the first layer that is in sight
const NODES = { dataset: "Data", data: "Data, not logged", run: "Run", model: "Version", link: "Registered model" };

export function lineageOf(app) {
  const tip = newId();
  // `of` was asked for; `last` is what was shown, and `beside` the version that was open in the drawer then
  const held = { of: "", last: "", beside: null, model: null, found: null, at: null, turn: 0, asking: null, written: "" };
  const field = h("input", { class: "mr-input mr-lineage-of", "aria-label": "Lineage of version", placeholder: "v3, production", spellcheck: "false", "data-key": "lineage of" });
  const said = h("div", { class: "mr-said", role: "alert" });
  const place = h("div", { class: "mr-scroll mr-lineage-place" });
  const foot = h("div", { class: "mr-foot mr-muted" });
  const key = h(
    "div",
    { class: "mr-lineage-key mr-muted", "aria-hidden": "true" },
    Object.entries(NODES).map(([kind, text]) => h("span", null, h("span", { class: `mr-swatch mr-is-${kind}` }), text)),
  );
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") ask();
  });

  /** Show what is typed. */
  function ask() {
    held.written = field.value;
    held.asking = load(field.value.trim());
    return held.asking;
  }

  /** Say which version is shown, unless another one is being typed. */
  function write(text) {
    const typing = field.getRootNode().activeElement === field && field.value !== held.written;
    if (!typing) field.value = held.written = text;
  }

  /** Begin with another model: nothing stays of the one before. */
  function turnTo() {
    if (held.model === app.overview.uid) return;
    Object.assign(held, { model: app.overview.uid, of: "", last: "", beside: null, found: null, at: null, shown: null });
    field.value = held.written = "";
    swap(said);
    swap(foot);
  }

  /** Return the version to show where none is named: one that was asked for, one that was opened since, else the last one. */
  function wantedNow() {
    const open = app.drawer.number();
    if (held.of) return held.of;
    return open === null || open === held.beside ? held.last : `v${open}`;
  }

  /** Show the lineage of a version, by its number or alias; of the one that a user of the model wants where none is named. */
  async function load(of = null) {
    turnTo();
    const wanted = of ?? wantedNow();
    if (of !== null) held.turn += 1;
    const { model, turn } = held;
    if (!app.overview.versions) {
      write("");
      swap(said);
      swap(foot);
      swap(place, h("div", { class: "mr-empty" }, "No versions yet, so nothing came from anything."));
      return;
    }
    held.beside = app.drawer.number();
    const still = () => model === app.overview?.uid && turn === held.turn;
    try {
      const found = await app.call("lineage", { name: app.name, of: wanted });
      if (!still()) return;
      Object.assign(held, { of: of ?? held.of, last: wanted, found });
      write(`v${found.number}`);
      swap(said);
      draw();
    } catch (error) {
      if (still()) swap(said, sentence(error));
    }
  }

  function draw() {
    const { found } = held;
    const [width, height] = found.box;
    const lines = found.lines.map((line) =>
      svg("path", { class: "mr-lineage-line", d: line.path, "data-tail": line.tail, "data-head": line.head, "marker-end": `url(#${tip})` }, line.role ? svg("title", null, line.role) : null),
    );
    const boxes = found.boxes.map((box) => boxOf(box, width, height));
    const left = place.scrollLeft;
    const scale = Math.max(SMALLEST, Math.min(1, place.clientWidth / found.width));
    swap(
      place,
      svg(
        "svg",
        { class: "mr-lineage-svg", width: found.width * scale, height: found.height * scale, viewBox: `0 0 ${found.width} ${found.height}`, role: "group", "aria-label": `Lineage of ${found.ref}`, on: { keydown: walk } },
        svg("defs", null, svg("marker", { id: tip, markerUnits: "userSpaceOnUse", markerWidth: 9, markerHeight: 9, viewBox: "0 0 7 7", refX: 6, refY: 3.5, orient: "auto" }, svg("path", { d: "M0 .5L6 3.5L0 6.5z", class: "mr-lineage-tip" }))),
        lines,
        boxes,
      ),
    );
    place.scrollLeft = left;
    if (!held.at || !found.boxes.some((box) => box.key === held.at)) held.at = found.focus;
    rove(held.at, false);
    if (held.shown !== found.ref) place.scrollLeft = beginning(found, scale);
    held.shown = found.ref;
    swap(foot, found.note ? h("span", null, `${found.note.charAt(0).toUpperCase()}${found.note.slice(1)}.`) : null);
  }

  /** Return where the picture begins at first: with a whole layer, and so that the version itself is in sight. */
  function beginning({ boxes, box: [width] }, scale) {
    const own = boxes.find((box) => box.focus).x * scale;
    const most = own - (place.clientWidth - width * scale) * BEFORE;
    const layers = [...new Set(boxes.map((box) => box.x * scale - MARGIN))].sort((one, other) => one - other);
    const cut = own + width * scale + MARGIN - place.clientWidth; // further left the version would not be there as a whole
    return layers.filter((at) => at <= most && at >= cut).at(-1) ?? layers.find((at) => at >= cut) ?? own;
  }

  function boxOf(box, width, height) {
    const middle = width / 2;
    return svg(
      "g",
      {
        class: `mr-node mr-is-${box.kind}${box.focus ? " mr-node-own" : ""}${box.many ? " mr-node-group" : ""}${box.deleted ? " mr-node-deleted" : ""}`,
        transform: `translate(${box.x} ${box.y})`,
        role: "button",
        tabindex: "-1",
        "aria-label": `${NODES[box.kind]} ${box.label}, ${box.note}`,
        "data-key": `node ${box.key}`,
        on: {
          click: (event) => choose(box, event.currentTarget),
          pointerenter: () => light(box.key),
          pointerleave: () => light(null),
          focus: () => light(box.key),
          blur: () => light(null),
        },
      },
      svg("title", null, box.label),
      svg("rect", { width, height, rx: box.kind === "run" ? height / 2 : 6 }),
      svg("text", { class: "mr-node-title", x: middle, y: 19 }, box.title),
      svg("text", { class: "mr-node-note", x: middle, y: 34 }, box.note),
    );
  }

  /** Step back all but the lines at a node. */
  function light(node) {
    for (const line of place.querySelectorAll(".mr-lineage-line")) {
      line.classList.toggle("mr-lit", node !== null && [line.dataset.tail, line.dataset.head].includes(node));
    }
  }

  function choose(box, at) {
    rove(box.key, false);
    if (box.many) askMembers(box, at);
    else if (box.ref) open(box.ref);
    else tell(box, at);
  }

  /** Open a version beside the picture, which goes on showing what it shows. */
  async function open(ref) {
    await app.openRef(ref);
    held.beside = app.drawer.number();
  }

  /** Say what there is to know of a node that opens nothing. */
  function tell(box, at) {
    dialog(app, at, `${NODES[box.kind]} ${box.label}`, (close) => [
      h("table", { class: "mr-pairs" }, h("tbody", null, [...box.facts, ...(box.deleted ? [["state", "deleted"]] : [])].map(([name, text]) => h("tr", null, h("th", { scope: "row" }, name), h("td", null, text))), box.when ? h("tr", null, h("th", { scope: "row" }, "when"), h("td", null, when(box.when))) : null)),
      h("div", { class: "mr-actions" }, button("Close", close, { look: "mr-primary" })),
    ]);
  }

  /** List the siblings that stand as one node, with a field that searches them. */
  function askMembers(box, at) {
    dialog(app, at, box.label, (close) => {
      const search = h("input", { class: "mr-input", type: "search", "aria-label": `Search ${box.label}`, placeholder: "Search", "data-first": true });
      const list = h("div", { class: "mr-member-list" });
      const fill = () => {
        const words = search.value.trim().toLowerCase();
        const shown = box.members.filter((each) => `${each.label} ${each.facts.flat().join(" ")}`.toLowerCase().includes(words));
        swap(
          list,
          shown.map((each) =>
            h(
              "div",
              { class: "mr-member" },
              each.ref ? button(each.label, () => (close(), open(each.ref)), { look: "mr-link" }) : h("span", { class: "mr-strong" }, each.label),
              h("span", { class: "mr-muted" }, each.facts.map(([, text]) => text).join(" · ")),
              each.when ? h("span", { class: "mr-muted" }, when(each.when)) : null,
            ),
          ),
          shown.length ? null : h("div", { class: "mr-muted" }, "Nothing matches."),
          box.many > box.members.length ? h("div", { class: "mr-muted" }, `The newest ${box.members.length} of ${box.many}.`) : null,
        );
      };
      search.addEventListener("input", fill);
      fill();
      return [search, list];
    });
  }

  // -- keys: left and right along the lines, up and down within a layer

  const WALKS = {
    ArrowRight: (own, boxes, lines) => closestBox(own, boxes.filter((box) => lines.some((line) => line.tail === own.key && line.head === box.key))),
    ArrowLeft: (own, boxes, lines) => closestBox(own, boxes.filter((box) => lines.some((line) => line.head === own.key && line.tail === box.key))),
    ArrowDown: (own, boxes) => closestBox(own, boxes.filter((box) => box.x === own.x && box.y > own.y)),
    ArrowUp: (own, boxes) => closestBox(own, boxes.filter((box) => box.x === own.x && box.y < own.y)),
    Home: (own, boxes) => boxes[0],
    End: (own, boxes) => boxes.at(-1),
  };

  function walk(event) {
    const { boxes, lines } = held.found;
    const own = boxes.find((box) => box.key === held.at);
    if (Object.hasOwn(WALKS, event.key)) {
      event.preventDefault();
      const next = WALKS[event.key](own, boxes, lines);
      if (next) rove(next.key, true);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(own, event.target);
    }
  }

  /** Make a node the one that Tab leads to. */
  function rove(node, focus) {
    held.at = node;
    for (const each of place.querySelectorAll(".mr-node")) {
      const own = each.dataset.key === `node ${node}`;
      each.setAttribute("tabindex", own ? "0" : "-1");
      if (own && focus) each.focus();
    }
  }

  return {
    /** Show what is to be shown now, behind what is being asked for. */
    async load() {
      await held.asking;
      if (app.overview) await load(); // the model may be gone by now
    },
    /** Go on showing the lineage of a certain version, by its number. */
    of(number) {
      turnTo();
      held.turn += 1;
      held.of = `v${number}`;
    },
    root: h(
      "section",
      { class: "mr-lineage", "aria-label": "Lineage" },
      h("div", { class: "mr-toolbar" }, h("label", { class: "mr-asked" }, h("span", { class: "mr-muted mr-nowrap" }, "Lineage of"), field), button("Show", ask, { look: "mr-quiet", key: "lineage show" }), h("span", { class: "mr-grow" }), key),
      said,
      place,
      foot,
    ),
  };
}

/** Return the box whose middle is nearest. */
function closestBox(own, boxes) {
  const far = (box) => Math.abs(box.x - own.x) + Math.abs(box.y - own.y);
  return boxes.reduce((best, box) => (best && far(best) <= far(box) ? best : box), null);
}
