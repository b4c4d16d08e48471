// What is typed in a register form and not sent yet: the kernel keeps it, so that it is there when the page is loaded again.

import { debounce } from "./dom.js";

const PAUSE = 400;

/**
 * Return the draft of a form below `root`. Each of `parts` has `draft()`, which returns what the user put there or null, and
 * `restore(held)`; `idle()` tells whether there is something to keep.
 */
export function draftOf(app, root, parts, { idle }) {
  let before = null; // what was kept of an earlier page
  let told = "{}";
  let waiting = true;
  const tell = () => {
    if (!idle() || waiting) return;
    const form = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.draft()]).filter(([, held]) => held !== null));
    const now = JSON.stringify(form);
    if (now === told) return;
    told = now;
    app.call("draft", { form }).catch(() => {}); // it is sent with the next word that is typed
  };
  const later = debounce(PAUSE, tell);
  for (const kind of ["input", "change", "click", "taken"]) root.addEventListener(kind, later);
  return {
    /** Take what the kernel kept, the first time that it is told. */
    take(kept) {
      if (before) return;
      before = kept;
      told = JSON.stringify(kept);
    },
    /** What was kept of a part and was not put there yet. */
    held: (name) => (waiting ? before[name] : undefined),
    /** Put what was kept into some of the parts. */
    restore(...names) {
      for (const name of names) if (waiting && before[name] !== undefined) parts[name].restore(before[name]);
    },
    /** All is where it was: from now on what stands there is kept. */
    restored() {
      waiting = false;
    },
    later,
    /** Keep nothing: what stands there was registered, or is given up. */
    forget() {
      later.cancel();
      waiting = false;
      told = "{}";
    },
  };
}

/** Return a field as a part of a draft. */
export function typedIn(field) {
  return {
    draft: () => field.value || null,
    restore: (text) => {
      field.value = text;
    },
  };
}
