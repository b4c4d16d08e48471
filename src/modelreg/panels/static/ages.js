// How long ago something was, in the words that Python has for it, and said anew while a page stands open.

const STEPS = [["d", 86400], ["h", 3600], ["min", 60], ["s", 5]];
const DAYS = 30; // from here on the date says more
const EVERY = 5000;
const CLOSE = 60; // seconds that something may lie ahead: two clocks never agree
let ahead = 0; // milliseconds that the clock of the kernel is ahead of the page's

/** Take what the kernel's clock says now. */
export function setClock(now) {
  ahead = now - Date.now();
}

/** Return how long ago an instant was, both in milliseconds. */
export function ageOf(at, now = Date.now() + ahead) {
  const seconds = Math.floor((now - at) / 1000);
  if (seconds < -CLOSE) return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  if (seconds >= DAYS * 86400) return new Date(at).toISOString().slice(0, 10);
  const [unit, least] = STEPS.find(([, length]) => seconds >= length) ?? [];
  return unit ? `${Math.floor(seconds / (unit === "s" ? 1 : least))} ${unit} ago` : "just now";
}

/** Say every age below an element anew from time to time while `seen()`; what is returned does so at once, or ends it. */
export function tickingAges(root, seen) {
  const tick = () => {
    if (!seen()) return;
    for (const each of root.querySelectorAll("time[data-at]")) {
      const age = ageOf(Number(each.dataset.at));
      if (each.textContent !== age) each.textContent = age;
    }
  };
  const timer = setInterval(tick, EVERY);
  return { tick, close: () => clearInterval(timer) };
}
