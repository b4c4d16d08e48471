// The registry as a page in the cell: registered models left, one of them right.

import { setClock, tickingAges } from "./ages.js";
import { h, hideTwin, icon, swap, tabs } from "./dom.js";
import { Channel } from "./channel.js";
import { complain, done } from "./floating.js";
import { keepFocus } from "./focus.js";
import { followerOf } from "./following.js";
import { frameOf } from "./frame.js";
import { welcomeOf } from "./sheet.js";
import { stateOf, unreadable } from "./states.js";

const NARROW = 760;
/** Beside a version that is open, a page in a cell of less width would be a strip of cut words. */
const MEDIUM = 1000;

class App {
  constructor(model, el) {
    this.model = model;
    this.name = null;
    this.overview = null;
    this.page = null;
    this.note = "";
    this.asked = { query: "", order: "-version", limit: 25, tokens: [null] };
    this.picked = new Set();
    this.tab = "versions";
    this.dragged = null;
    this.floating = null;
    this.visible = false; // until the page says so, which may be after the registry did
    this.pulse = null; // the change counter that the page was read at
    this.turn = 0;
    this.drafts = new Map(); // of descriptions: reference -> what was typed and not saved
    this.channel = new Channel(model, { state: (now) => this.stands(now), event: (event) => this.following.told(event) });
    this.following = followerOf(this);
    frameOf(this);
    el.append(this.root);
    this.stands = stateOf(this.root, this.status);
    this.ages = tickingAges(this.root, () => this.visible && document.visibilityState === "visible");
    this.leave = keepFocus(this.root);
  }

  async start() {
    this.main.replaceChildren(h("div", { class: "mr-loading" }, "Opening the registry…"));
    let start;
    try {
      start = await this.call("start");
    } catch (error) {
      this.main.replaceChildren(unreadable(this, error, () => this.start()));
      return;
    }
    setClock(start.now);
    this.program = start.program;
    this.writable = start.writable;
    this.asked.limit = start.page_size;
    this.where.replaceChildren(h("bdi", null, start.location));
    this.where.title = start.location;
    this.root.classList.toggle("mr-read-only", !start.writable);
    swap(this.locked, start.writable ? null : [icon("lock"), "read-only"]);
    this.locked.hidden = start.writable;
    this.locked.title = start.locked;
    this.pulse = start.pulse;
    this.picked = new Set(start.picked);
    this.list.take(start.models);
    if (start.open) this.land(start.open);
    else this.drawWelcome();
    if (start.version !== null) await this.drawer.open(start.version);
    this.started = true;
    this.following.watch();
  }

  close() {
    clearTimeout(this.saying);
    this.ages.close();
    this.leave();
    this.following.close();
    this.closed = true;
    this.channel.close();
  }

  // -- talking to the kernel

  call(method, params, how) {
    return this.channel.call(method, params, how);
  }

  /** Do something that may be refused; a refusal is said, and the answer is null. */
  async attempt(act) {
    try {
      return await act();
    } catch (error) {
      complain(this, error);
      return null;
    }
  }

  /** Change the registry; what comes back repaints the page. A refusal is the caller's to show. */
  async act(method, params) {
    const sent = this.standpoint();
    try {
      return await this.changed(await this.call(method, { view: this.view(), ...params }), sent);
    } catch (error) {
      if (error.kind === "conflict") await this.attempt(() => this.following.refresh());
      throw error;
    }
  }

  /** Say what was done and show the page that came with it, unless the user asked for another one meanwhile. */
  async changed(answer, sent) {
    if (answer.refused) {
      swap(this.said); // it offers the undo that was tried
      complain(this, new Error([answer.said, ...answer.notes].join(" · ")));
    } else done(this, answer.said, { undo: answer.undo, notes: answer.notes });
    const here = this.name === sent.name && !this.going;
    if (here && answer.gone) {
      this.name = null;
      this.overview = null;
    } else if (here && answer.fresh && this.turn === sent.turn && this.asked === sent.asked) this.land(answer.fresh);
    else if (here && this.name !== null) await this.attempt(() => this.following.refresh());
    await this.around();
    if (this.name === null && !this.going) await this.goAnywhere();
    return answer;
  }

  /** Go to a registered model that was just made. */
  async created(answer) {
    this.arrive(answer.fresh);
    done(this, answer.said, { undo: answer.undo, notes: answer.notes });
    await this.list.load({ keep: true });
  }

  async undo(operation) {
    const sent = this.standpoint();
    const answer = await this.attempt(() => this.call("undo", { view: this.name === null ? null : this.view(), operation }));
    if (answer) await this.changed(answer, sent);
  }

  /** What the page shows and is on its way to show: an answer that was sent for from elsewhere is none for it. */
  standpoint() {
    return { name: this.name, asked: this.asked, turn: this.turn };
  }

  /** Draw again what stands around the page. */
  async around() {
    await Promise.all([this.list.load({ keep: true }), this.drawer.refresh(), this.name === null ? null : this.pages[this.tab].load?.()]);
  }

  view() {
    const { query, order, limit, tokens } = this.asked;
    return { name: this.name, query, order, limit, token: tokens.at(-1) };
  }

  // -- where the page is

  /** Show a registered model; the promise tells whether the page got there, which it did not when the user went elsewhere. */
  go(name) {
    if (this.going?.name === name) return this.going.arrived;
    const going = { name, arrived: this.travel(name) };
    this.going = going;
    going.arrived.finally(() => {
      if (this.going === going) this.going = null;
    });
    return going.arrived;
  }

  async travel(name) {
    const mine = (this.turn += 1);
    this.floating?.();
    const limit = this.asked.limit;
    const fresh = await this.attempt(() => this.call("open", { name, limit }));
    if (!fresh || mine !== this.turn) return false;
    this.arrive(fresh);
    return true;
  }

  /** Show another registered model: nothing of the one before is ticked, asked, typed or open any more. */
  arrive(fresh) {
    this.turn += 1;
    this.drawer.close({ tell: false });
    this.asked = { query: "", order: "-version", limit: this.asked.limit, tokens: [null] };
    this.name = null;
    this.picked = new Set();
    if (this.tab === "compare") this.tab = "versions";
    this.head.reset();
    this.versions.fault(null);
    this.land(fresh);
    this.pages[this.tab].load?.();
  }

  async goAnywhere() {
    const page = await this.attempt(() => this.call("models", {}));
    if (page?.items.length) await this.go(page.items[0].name);
    else this.drawWelcome();
  }

  /** Take over a model with its page as it came from the kernel. */
  land(fresh) {
    this.pulse = Math.max(this.pulse, fresh.pulse);
    this.overview = fresh.overview;
    if (this.name !== null && this.name !== fresh.overview.name) this.renamed(fresh.overview.name);
    this.name = fresh.overview.name;
    this.note = fresh.note;
    this.page = fresh.page;
    this.draw();
    this.list.mark(this.name);
  }

  /** Go on with what is ticked under another name of the model. */
  renamed(name) {
    const begin = `${this.name}:v`;
    this.picked = new Set([...this.picked].map((ref) => (ref.startsWith(begin) ? `${name}:v${ref.slice(begin.length)}` : ref)));
  }

  /** Look at the versions otherwise: another filter, order or page. */
  async look(change) {
    const { pulse } = this;
    const asked = { ...this.asked, ...change };
    const mine = (this.turn += 1);
    this.versions.root.classList.add("mr-waiting");
    try {
      const { query, order, limit, tokens } = asked;
      const page = await this.call("versions", { name: this.name, query, order, limit, token: tokens.at(-1) });
      if (mine !== this.turn) return;
      this.asked = asked;
      this.page = page;
      if (change.query !== undefined) this.versions.fault(null);
      this.versions.draw();
      if (this.pulse > pulse) await this.following.refresh(); // these rows are older than a change that the page has shown
    } catch (error) {
      if (mine !== this.turn) return;
      if (change.query === undefined) complain(this, error);
      else this.versions.fault(error);
    } finally {
      this.versions.root.classList.remove("mr-waiting");
    }
  }

  async choose(columns) {
    const { asked, name } = this;
    const page = await this.call("choose", { ...this.view(), ...columns });
    if (name !== this.name) return;
    if (asked !== this.asked) {
      await this.following.refresh(); // sorted, filtered or paged meanwhile, perhaps before these columns were chosen
      return;
    }
    this.page = page;
    this.versions.draw();
  }

  show(tab) {
    this.tab = tab;
    this.draw();
    this.pages[tab].load?.();
  }

  open(number) {
    return this.drawer.open(number);
  }

  /** Show what was done to one version; null: to all of the model. */
  showHistory(number) {
    this.history.of(number);
    this.show("history");
  }

  /** Show what a version came from and led to. */
  showLineage(number) {
    this.lineage.of(number);
    this.show("lineage");
  }

  /** Open a version in the drawer, of whichever registered model. */
  async openRef(ref) {
    const at = ref.lastIndexOf(":v");
    const name = ref.slice(0, at);
    const here = name === this.name && !this.going;
    if (here || (await this.go(name))) await this.drawer.open(Number(ref.slice(at + 2)));
  }

  ref(number) {
    return `${this.name}:v${number}`;
  }

  pick(refs, on) {
    for (const ref of refs) {
      if (on) this.picked.add(ref);
      else this.picked.delete(ref);
    }
    this.versions.draw();
    this.drawTabs();
    this.attempt(() => this.call("pick", { refs: this.pickedInOrder() }));
  }

  pickedInOrder() {
    const number = (ref) => Number(ref.slice(ref.lastIndexOf(":v") + 2));
    return [...this.picked].sort((a, b) => number(a) - number(b));
  }

  takePicked(refs) {
    this.picked = new Set(refs);
    this.versions.draw();
    this.drawTabs();
  }

  // -- drawing

  draw() {
    if (!this.overview) return;
    if (!this.main.contains(this.head.root)) this.main.replaceChildren(this.head.root, this.tabBar, this.content);
    if (!this.head.editing()) this.head.draw();
    this.drawTabs();
    const shown = this.pages[this.tab];
    if (this.content.firstChild !== shown.root) this.content.replaceChildren(shown.root);
    this.versions.draw();
  }

  drawTabs() {
    if (!this.overview) return;
    const all = [
      ["versions", "Versions", this.overview.versions],
      ["history", "History"],
      ["compare", "Compare", this.picked.size > 1 ? this.picked.size : 0],
      ["lineage", "Lineage"],
    ];
    swap(this.tabBar, tabs("Model", all, this.tab, (name) => this.show(name), this.content));
  }

  drawWelcome() {
    this.overview = null;
    this.main.replaceChildren(
      h(
        "div",
        { class: "mr-welcome" },
        h("h2", { class: "mr-title" }, "No registered models yet"),
        welcomeOf(this),
      ),
    );
    this.list.draw();
  }
}

function render({ model, el }) {
  const app = new App(model, el);
  const seen = new IntersectionObserver((entries) => {
    app.visible = entries.at(-1).isIntersecting;
    app.ages.tick();
    if (app.started) app.following.watch();
  });
  const turned = () => {
    app.ages.tick();
    if (app.started) app.following.watch();
  };
  document.addEventListener("visibilitychange", turned);
  seen.observe(app.root);
  const wide = new ResizeObserver(() => {
    app.root.classList.toggle("mr-narrow", app.root.clientWidth < NARROW);
    app.root.classList.toggle("mr-medium", app.root.clientWidth < MEDIUM);
  });
  wide.observe(app.root);
  const showTwin = hideTwin(model);
  app.start();
  return () => {
    showTwin();
    seen.disconnect();
    document.removeEventListener("visibilitychange", turned);
    wide.disconnect();
    app.close();
  };
}

export default { render };
