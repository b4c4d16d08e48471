// Lines over versions or steps, drawn as SVG: no library, no request.

import { h, step, svg, swap } from "./dom.js";

const HEIGHT = 190;
const PAD = { left: 56, right: 16, top: 12, bottom: 26 };
const TICKS = 4;
const NEAR = 40; // pixels
const DOTTED = 25; // points of a line that are drawn as dots, too
const HUES = ["mr-hue-0", "mr-hue-1", "mr-hue-2", "mr-hue-3", "mr-hue-4", "mr-hue-5", "mr-hue-6", "mr-hue-7"];

/**
 * Return a chart of series `{ name, points: [[x, y, text, note]] }`; points without a y are gaps. Moving the mouse, or the
 * arrow keys once the chart has the focus, tells the point; a click calls `choose(x)`.
 */
export function chart({ label, series, x: xName, choose = null, marks = [] }) {
  const box = h("div", { class: "mr-chart", tabindex: "0", role: "img", "aria-label": label });
  const told = h("div", { class: "mr-chart-told", "aria-live": "polite" });
  const root = h("div", { class: "mr-chart-box" }, box, told, series.length > 1 ? legend(series) : null);
  const lines = series.map((each, hue) => each.points.filter(([, y]) => y !== null).map((point) => ({ hue, name: each.name, point })).sort(byX));
  const walk = lines.flat().sort(byX);
  walk.forEach((each, place) => Object.assign(each, { place }));
  const spot = svg("circle", { r: 4.5 });
  let plot = null;
  let at = -1;
  const draw = () => {
    const width = Math.max(240, box.clientWidth || 600);
    if (plot?.width === width) return;
    plot = { width, ...picture(series, width, xName, marks) };
    plot.node.append(spot);
    swap(box, plot.node);
    mark();
  };
  /** Put the one mark that moves where the point is that is told. */
  const mark = () => {
    const found = walk[at];
    spot.setAttribute("class", found ? `mr-spot ${HUES[found.hue % HUES.length]}` : "mr-spot mr-nowhere");
    if (!found || !plot.toX) return;
    spot.setAttribute("cx", plot.toX(found.point[0]));
    spot.setAttribute("cy", plot.toY(found.point[1]));
  };
  const tell = (index) => {
    if (index === at) return;
    at = index;
    mark();
    const found = walk[at];
    if (!found) {
      swap(told);
      return;
    }
    const [x, , text, note] = found.point;
    swap(told, h("span", { class: "mr-strong" }, `${xName}${x}`), ` ${series.length > 1 ? `${found.name} ` : ""}${text}`, note?.length ? h("span", { class: "mr-muted" }, ` ${note.join(", ")}`) : null);
  };
  box.addEventListener("pointermove", (event) => {
    if (!plot?.toX) return;
    const rect = box.getBoundingClientRect();
    tell(nearest(lines, plot, event.clientX - rect.left, event.clientY - rect.top));
  });
  box.addEventListener("keydown", (event) => {
    const next = step(event.key, at, walk.length, { back: "ArrowLeft", on: "ArrowRight" });
    if (next !== null) {
      event.preventDefault();
      tell(next);
    } else if (event.key === "Enter" && choose && walk[at]) choose(walk[at].point[0]);
  });
  if (choose) {
    box.addEventListener("click", () => walk[at] && choose(walk[at].point[0]));
    box.classList.add("mr-clickable");
  }
  const watch = new ResizeObserver(draw);
  watch.observe(box);
  draw();
  return root;
}

function byX(one, other) {
  return one.point[0] - other.point[0];
}

/** Return the place of the point that is nearest to a spot, -1 where none is near: of each line only two are looked at. */
function nearest(lines, { toX, toY }, left, top) {
  let best = -1;
  let near = NEAR * NEAR;
  for (const points of lines) {
    const next = after(points, left, toX);
    for (const each of points.slice(Math.max(0, next - 1), next + 1)) {
      const across = (toX(each.point[0]) - left) ** 2;
      const far = across + (toY(each.point[1]) - top) ** 2 * (lines.length > 1 ? 1 : 0.01); // of one line: by its step
      if (far < near) [near, best] = [far, each.place];
    }
  }
  return best;
}

/** Return the index of the first point of a line that is not left of a place. */
function after(points, left, toX) {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (toX(points[middle].point[0]) < left) low = middle + 1;
    else high = middle;
  }
  return low;
}

function legend(series) {
  return h(
    "div",
    { class: "mr-legend" },
    series.map((each, hue) => h("span", null, h("span", { class: `mr-key ${HUES[hue % HUES.length]}` }), each.name)),
  );
}

function picture(series, width, xName, marks) {
  const all = series.flatMap((each) => each.points).filter(([, y]) => y !== null);
  if (!all.length) return { node: h("div", { class: "mr-empty" }, "No number to draw.") };
  const xs = all.map(([x]) => x);
  const ys = all.map(([, y]) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const steps = ticks(Math.min(...ys), Math.max(...ys));
  const [low, high] = [steps[0], steps.at(-1)];
  const toX = (x) => PAD.left + ((x - left) / (right - left || 1)) * (width - PAD.left - PAD.right);
  const toY = (y) => HEIGHT - PAD.bottom - ((y - low) / (high - low || 1)) * (HEIGHT - PAD.top - PAD.bottom);
  const single = left === right ? (width - PAD.left - PAD.right) / 2 : 0;
  const place = (x) => toX(x) + single;
  const node = svg(
    "svg",
    { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, class: "mr-svg", "aria-hidden": "true" },
    steps.map((y) => [
      svg("line", { class: "mr-grid-line", x1: PAD.left, x2: width - PAD.right, y1: toY(y), y2: toY(y) }),
      svg("text", { class: "mr-axis", x: PAD.left - 8, y: toY(y) + 4, "text-anchor": "end" }, short(y, steps)),
    ]),
    labels(left, right, width).map((x) => svg("text", { class: "mr-axis", x: place(x), y: HEIGHT - 8, "text-anchor": "middle" }, `${xName}${x}`)),
    marks.filter(({ x }) => x >= left && x <= right).map(({ x, text }) => [
      svg("line", { class: "mr-mark-line", x1: place(x), x2: place(x), y1: PAD.top, y2: HEIGHT - PAD.bottom }),
      svg("text", { class: "mr-mark-text", x: place(x), y: PAD.top - 2, "text-anchor": place(x) > width - 80 ? "end" : place(x) < 120 ? "start" : "middle" }, text),
    ]),
    series.map((each, hue) => [
      svg("path", { class: `mr-curve ${HUES[hue % HUES.length]}`, d: path(each.points, place, toY) }),
      each.points.length > DOTTED
        ? null
        : each.points
            .filter(([, y]) => y !== null)
            .map(([x, y]) => svg("circle", { class: `mr-dot ${HUES[hue % HUES.length]}`, cx: place(x), cy: toY(y), r: 3.5 })),
    ]),
  );
  return { node, toX: place, toY };
}

/** Return the line through points; h0 makes a dot of one that stands alone. */
function path(points, toX, toY) {
  let pen = "M";
  return points
    .map(([x, y]) => {
      if (y === null) {
        pen = "M";
        return "";
      }
      const stroke = `${pen}${toX(x).toFixed(1)} ${toY(y).toFixed(1)}${pen === "M" ? "h0" : ""}`;
      pen = "L";
      return stroke;
    })
    .join("");
}

/** Return round numbers that span a range; numbers that differ by less than can be drawn are one. */
function ticks(low, high) {
  const large = Math.max(Math.abs(low), Math.abs(high));
  const apart = high - low;
  const span = Number.isFinite(apart) && apart > 1e-9 * large ? apart : large || 1;
  const rough = span / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const size = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  const first = Math.floor(low / size);
  const many = Math.min(3 * TICKS, Math.max(1, Math.ceil(high / size) - first));
  return Array.from({ length: many + 1 }, (_, index) => Number(((first + index) * size).toPrecision(12)));
}

/** Return whole numbers that stand below a chart: all of few, else round ones. */
function labels(left, right, width) {
  const many = Math.max(2, Math.min(8, Math.floor(width / 90)));
  const rough = Math.max(1, (right - left) / many);
  const power = 10 ** Math.floor(Math.log10(rough));
  const size = Math.max(1, [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough);
  const first = Math.ceil(left / size) * size;
  return Array.from({ length: Math.floor((right - first) / size) + 1 }, (_, index) => first + index * size);
}

function short(value, steps) {
  const size = Math.abs(steps[1] - steps[0]);
  if (Math.abs(value) >= 1e6 || (size < 1e-5 && value !== 0)) return value.toExponential(1);
  return value.toFixed(Math.max(0, Math.min(6, -Math.floor(Math.log10(size)))));
}
