// Lines over versions or steps, drawn as SVG: no library, no request.

import { h, svg, swap } from "./dom.js";

const HEIGHT = 190;
const PAD = { left: 56, right: 16, top: 12, bottom: 26 };
const TICKS = 4;
const HUES = ["mr-hue-0", "mr-hue-1", "mr-hue-2", "mr-hue-3", "mr-hue-4", "mr-hue-5", "mr-hue-6", "mr-hue-7"];

/**
 * Return a chart of series `{ name, points: [[x, y, text, note]] }`; points without a y are gaps. Moving the mouse, or the
 * arrow keys once the chart has the focus, tells the point; a click calls `choose(x)`.
 */
export function chart({ label, series, x: xName, choose = null, marks = [] }) {
  const box = h("div", { class: "mr-chart", tabindex: "0", role: "img", "aria-label": label });
  const told = h("div", { class: "mr-chart-told", "aria-live": "polite" });
  const root = h("div", { class: "mr-chart-box" }, box, told, series.length > 1 ? legend(series) : null);
  let at = -1;
  const draw = () => {
    const width = Math.max(240, box.clientWidth || 600);
    swap(box, picture(series, width, xName, marks));
  };
  const points = series.flatMap((each, hue) => each.points.filter(([, y]) => y !== null).map((point) => ({ hue, name: each.name, point })));
  points.sort((a, b) => a.point[0] - b.point[0]);
  const tell = (index) => {
    at = index;
    const found = points[index];
    for (const dot of box.querySelectorAll(".mr-dot-at")) dot.classList.remove("mr-dot-at");
    if (!found) {
      swap(told);
      return;
    }
    box.querySelector(`[data-point="${found.hue} ${found.point[0]}"]`)?.classList.add("mr-dot-at");
    const [x, , text, note] = found.point;
    swap(told, h("span", { class: "mr-strong" }, `${xName}${x}`), ` ${series.length > 1 ? `${found.name} ` : ""}${text}`, note?.length ? h("span", { class: "mr-muted" }, ` ${note.join(", ")}`) : null);
  };
  box.addEventListener("pointermove", (event) => {
    const rect = box.getBoundingClientRect();
    let best = -1;
    let near = 30 * 30;
    points.forEach(({ hue, point }, index) => {
      const dot = box.querySelector(`[data-point="${hue} ${point[0]}"]`);
      if (!dot) return;
      const far = (dot.cx.baseVal.value - (event.clientX - rect.left)) ** 2 + (dot.cy.baseVal.value - (event.clientY - rect.top)) ** 2;
      if (far < near) [near, best] = [far, index];
    });
    if (best !== at) tell(best);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      event.preventDefault();
      tell(Math.max(0, Math.min(points.length - 1, at + (event.key === "ArrowRight" ? 1 : -1))));
    } else if (event.key === "Enter" && choose && points[at]) choose(points[at].point[0]);
  });
  if (choose) {
    box.addEventListener("click", () => points[at] && choose(points[at].point[0]));
    box.classList.add("mr-clickable");
  }
  const watch = new ResizeObserver(draw);
  watch.observe(box);
  draw();
  return root;
}

function legend(series) {
  return h(
    "div",
    { class: "mr-legend" },
    series.map((each, hue) => h("span", null, h("span", { class: `mr-swatch ${HUES[hue % HUES.length]}` }), each.name)),
  );
}

function picture(series, width, xName, marks) {
  const all = series.flatMap((each) => each.points).filter(([, y]) => y !== null);
  if (!all.length) return h("div", { class: "mr-empty" }, "No number to draw.");
  const xs = all.map(([x]) => x);
  const ys = all.map(([, y]) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const steps = ticks(Math.min(...ys), Math.max(...ys));
  const [low, high] = [steps[0], steps.at(-1)];
  const toX = (x) => PAD.left + ((x - left) / (right - left || 1)) * (width - PAD.left - PAD.right);
  const toY = (y) => HEIGHT - PAD.bottom - ((y - low) / (high - low || 1)) * (HEIGHT - PAD.top - PAD.bottom);
  const single = left === right ? (width - PAD.left - PAD.right) / 2 : 0;
  const place = (x) => toX(x) + single;
  return svg(
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
      each.points
        .filter(([, y]) => y !== null)
        .map(([x, y]) => svg("circle", { class: `mr-dot ${HUES[hue % HUES.length]}`, cx: place(x), cy: toY(y), r: each.points.length > 60 ? 2 : 3.5, "data-point": `${hue} ${x}` })),
    ]),
  );
}

function path(points, toX, toY) {
  let pen = "M";
  return points
    .map(([x, y]) => {
      if (y === null) {
        pen = "M";
        return "";
      }
      const step = `${pen}${toX(x).toFixed(1)} ${toY(y).toFixed(1)}`;
      pen = "L";
      return step;
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

function labels(left, right, width) {
  const many = Math.max(2, Math.min(8, Math.floor(width / 90)));
  if (right - left + 1 <= many) return Array.from({ length: right - left + 1 }, (_, index) => left + index);
  const size = Math.ceil((right - left) / (many - 1));
  return Array.from({ length: Math.floor((right - left) / size) + 1 }, (_, index) => left + index * size);
}

function short(value, steps) {
  const size = Math.abs(steps[1] - steps[0]);
  if (Math.abs(value) >= 1e6 || (size < 1e-5 && value !== 0)) return value.toExponential(1);
  return value.toFixed(Math.max(0, Math.min(6, -Math.floor(Math.log10(size)))));
}
