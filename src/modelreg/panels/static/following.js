// Keeps a page true to the registry while others change it, and follows what user code asks of the panel.

import { complain } from "./floating.js";

const POLL = 1000;
const RENEW = 60000;
const RETRY = 5000;

/**
 * Return what follows the registry for a page: `told(event)` hears the kernel, `watch()` lets it know whether the page can
 * be seen, `refresh()` reads the page again, `close()` ends it.
 */
export function followerOf(app) {
  let watching = null; // the timer of the next look
  let heard = null; // the newest change counter
  let beating = false;
  let fault = null;
  let moving = Promise.resolve(); // what the kernel says is done in its order

  const HEARD = {
    pulse: ({ pulse }) => app.visible && beat(pulse).catch(unread),
    go: ({ model, version }) => behind(() => goTo(model, version)),
    gone: ({ refs }) => refs.forEach((ref) => app.picked.delete(ref)), // the page that comes next is drawn without them
    picked: ({ refs }) => behind(() => app.takePicked(refs)),
  };

  function told(event) {
    if (Object.hasOwn(HEARD, event.event)) HEARD[event.event](event);
    else app.sheet.told(event);
  }

  function behind(act) {
    moving = moving.then(act).catch((error) => complain(app, error));
  }

  async function goTo(name, version) {
    if (name === null) return;
    if ((name !== app.name || app.going) && !(await app.go(name))) return; // it is not there, which was said
    if (version === null) app.drawer.close({ tell: false });
    else await app.drawer.open(version, { go: false });
  }

  /** Let the kernel know whether somebody can see this view: it tells when the registry changed. */
  async function watch() {
    clearTimeout(watching);
    if (app.closed) return;
    const on = app.visible && document.visibilityState === "visible";
    try {
      const { pulse, watching: told } = await app.call("seen", { view: app.channel.prefix, on });
      await beat(pulse);
      if (on) later(told ? RENEW : POLL);
    } catch (error) {
      unread(error);
    }
  }

  function later(wait) {
    clearTimeout(watching);
    if (!app.closed) watching = setTimeout(watch, wait);
  }

  /** Say once that the registry cannot be read, and try again. */
  function unread(error) {
    if (app.closed) return;
    if (fault !== error.message) complain(app, error);
    fault = error.message;
    if (app.visible) later(RETRY);
  }

  /** Read the page again while the registry is another one than the page shows. */
  async function beat(pulse) {
    heard = pulse;
    if (beating) return;
    beating = true;
    try {
      while (heard > app.pulse) {
        const now = heard;
        await refresh();
        app.pulse = Math.max(app.pulse, now); // what could not be read is not seen: the next look tries again
      }
      fault = null;
    } finally {
      beating = false;
    }
  }

  async function refresh() {
    if (app.name === null) {
      await app.list.load({ keep: true });
      if (!app.list.empty()) await app.goAnywhere();
      return;
    }
    const { name, asked, turn } = app;
    try {
      const fresh = await app.call("open", { ...app.view(), go: false });
      if (name !== app.name) return; // the user went elsewhere, which read all anew
      if (asked !== app.asked || turn !== app.turn) {
        await refresh(); // sorted, filtered or paged meanwhile: these rows are not what was asked for
        return;
      }
      app.land(fresh);
    } catch (error) {
      if (name !== app.name) return;
      if (error.kind === "not-found") await gone();
      else throw error;
    }
    await app.around();
  }

  /** Show another model in place of one that somebody deleted. */
  async function gone() {
    complain(app, new Error(`'${app.name}' is no longer there`));
    app.drawer.close();
    app.name = null;
    await app.goAnywhere();
  }

  return { told, watch, refresh, close: () => clearTimeout(watching) };
}
