// Calls to the kernel and their answers, and whether the kernel answers at all.

const SLOW = 600;
const SILENT = 5000;
const ENDED = ["dead", "terminating"];
const UNKNOWN = "the kernel went away before it answered; look at the versions before you do it again";
const AGAIN = ["restarting", "autorestarting"];

/** What the kernel refused: `kind`, `tries` (lines to type), `column` (of a query) and `field` (of a form) come with the message. */
class Refusal extends Error {
  constructor({ kind, text, tries = [], column = null, field = "", trace = "" }) {
    super(text);
    Object.assign(this, { kind, tries, column, field, trace });
  }
}

/** One view's line to its panel. Every view of a panel hears every answer, so calls carry a prefix of their own. */
export class Channel {
  constructor(model, { state, event }) {
    this.model = model;
    this.tell = state;
    this.event = event;
    this.prefix = Math.random().toString(36).slice(2, 10);
    this.calls = 0;
    this.waiting = new Map();
    this.state = "fine";
    this.hear = (message) => this.receive(message);
    model.on("msg:custom", this.hear);
    this.watch = setInterval(() => this.look(), 200);
    // JupyterLab's and Notebook's widget managers know the kernel; others tell nothing, and only silence is seen there
    this.kernel = model.widget_manager?.kernel ?? null;
    this.restarted = false;
    this.heed = (_, status) => {
      if (AGAIN.includes(status)) this.restarted = true;
      this.look();
    };
    this.kernel?.statusChanged?.connect(this.heed);
  }

  close() {
    clearInterval(this.watch);
    this.kernel?.statusChanged?.disconnect(this.heed);
    this.model.off("msg:custom", this.hear);
    this.waiting.clear();
    if (this.state === "gone" || this.state === "lost") return;
    try {
      this.model.send({ id: `${this.prefix}-0`, method: "left", params: { view: this.prefix } }); // nobody waits for an answer
    } catch {
      // the line to the kernel is closed already
    }
  }

  /**
   * Ask the panel; the promise fails with a Refusal. What is `long` says itself how far it is: the kernel is not called busy
   * for it, and it fails when the kernel goes away meanwhile.
   */
  call(method, params = {}, { long = false } = {}) {
    const id = `${this.prefix}-${(this.calls += 1)}`;
    const answer = new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject, long, at: long ? Infinity : performance.now() }));
    try {
      this.model.send({ id, method, params });
    } catch {
      this.look(); // the line to the kernel is closed, as when a notebook is closed while something is to be asked soon
    }
    if (this.state === "gone" || this.state === "lost") this.giveUp();
    return answer;
  }

  receive(message) {
    if (message.event) {
      this.event(message);
      return;
    }
    const call = this.waiting.get(message.id);
    if (!call) return;
    this.waiting.delete(message.id);
    this.look();
    if (message.err) call.reject(new Refusal(message.err));
    else call.resolve(message.ok);
  }

  /** Tell whether the kernel is busy or gone, by how long the oldest call has waited. */
  look() {
    let oldest = Infinity;
    for (const { at } of this.waiting.values()) oldest = Math.min(oldest, at);
    const age = performance.now() - oldest;
    let now = "fine";
    if (this.ended()) now = "gone";
    else if (this.restarted || (age > SILENT && this.kernel?.status === "idle")) now = "lost";
    else if (age > SLOW) now = "busy";
    if (now === this.state) return;
    this.state = now;
    if (now === "gone" || now === "lost") this.giveUp();
    this.tell(now);
  }

  giveUp() {
    for (const [id, { long, reject }] of [...this.waiting]) {
      if (!long) continue;
      this.waiting.delete(id);
      reject(new Refusal({ kind: "gone", text: UNKNOWN }));
    }
  }

  /** Whether the kernel that the panel came from is no more. */
  ended() {
    if (!this.kernel) return false;
    const now = this.model.widget_manager?.kernel ?? null;
    return now !== this.kernel || this.kernel.isDisposed || ENDED.includes(this.kernel.status);
  }
}
