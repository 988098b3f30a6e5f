// One-click trouble: what the marketplace does wrong until it is told to be well again.

import { market } from "../api.js";
import { h } from "../dom.js";

const KINDS = [
  { name: "well", label: "All well", says: "The marketplace answers as it should" },
  { name: "slow", label: "Slow", says: "Every answer takes 3 seconds", fault: { operation: "*", kind: "latency", seconds: 3 } },
  { name: "down", label: "Down", says: "Every call is answered with 503", fault: { operation: "*", kind: "status", status: 503, message: "Down for maintenance" } },
  { name: "throttled", label: "Throttled", says: "Every call is answered with 429, “wait 5 seconds”", fault: { operation: "*", kind: "throttle", retry_after: 5 } },
  { name: "lost", label: "Answers lost", says: "Work is done, but nobody hears of it", fault: { operation: "writes", kind: "close_after" } },
  { name: "login", label: "Logged out", says: "Every call is sent to the login page, as with a wrong key", fault: { operation: "*", kind: "login" } },
];

export class Trouble {
  #now = "well";

  constructor(act) {
    this.act = act;
    this.says = h("span", { class: "trouble-says", "aria-live": "polite" });
    this.buttons = KINDS.map((kind) => h("button", {
      type: "button", role: "radio", "aria-checked": "false", title: kind.says, data: { trouble: kind.name },
      onClick: () => this.#choose(kind), onKeydown: (event) => this.#key(event),
    }, kind.label));
    this.element = h("div", { class: "trouble", data: { testid: "trouble", now: "well" } },
      h("span", { class: "trouble-title", id: "trouble-title" }, "The marketplace is"),
      h("div", { class: "segments", role: "radiogroup", "aria-labelledby": "trouble-title" }, this.buttons), this.says);
    this.#draw();
  }

  /** Asks which trouble is on; it may have been made elsewhere. */
  async refresh() {
    const { items } = await market.get("/faults");
    const lasting = items.filter((fault) => fault.times === null || fault.times === undefined || fault.times > 0);
    const same = (fault) => (kind) => kind.fault && kind.fault.kind === fault.kind && kind.fault.operation === fault.operation;
    this.#now = lasting.length ? KINDS.find(same(lasting[0]))?.name ?? "other" : "well";
    this.#draw();
  }

  async #choose(kind) {
    await this.act(async () => {
      await market.delete("/faults");
      await market.post("/faults/release");
      if (kind.fault) await market.post("/faults", { ...kind.fault, times: null });
      await this.refresh();
    });
  }

  #key(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = this.buttons.indexOf(event.currentTarget);
    const next = this.buttons[(at + step + this.buttons.length) % this.buttons.length];
    next.focus();
    next.click();
  }

  #draw() {
    this.element.dataset.now = this.#now;
    const known = KINDS.some((kind) => kind.name === this.#now);
    KINDS.forEach((kind, index) => {
      const on = kind.name === this.#now;
      this.buttons[index].setAttribute("aria-checked", String(on));
      this.buttons[index].tabIndex = on || (!known && index === 0) ? 0 : -1;
    });
    this.says.textContent = KINDS.find((kind) => kind.name === this.#now)?.says ?? "Some other trouble was made by a script";
  }
}
