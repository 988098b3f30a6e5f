// The last calls to the marketplace's API: what the bot does, as it does it.

import { market } from "../api.js";
import { h } from "../dom.js";
import { clockSeconds } from "../format.js";

const EVERY_MS = 1000;
const KEPT = 60;
const READS = /^(list|get)_/;

export class CallLog {
  #since = 0;

  constructor() {
    this.lines = h("ol", { class: "log-lines", tabindex: 0, "aria-label": "Calls, newest first" });
    this.summary = h("span", { class: "log-count" }, "nothing yet");
    this.element = h("details", { class: "log", open: innerHeight >= 900 && innerWidth >= 900, data: { testid: "call-log" } },
      h("summary", {}, h("b", {}, "What the bot asks"), this.summary), this.lines);
    this.#loop();
  }

  async #loop() {
    for (;;) {
      if (!document.hidden) {
        try {
          await this.#fetch();
        } catch {
          // The log is no news by itself: the next turn tries again.
        }
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }

  async #fetch() {
    // The last known call is asked for again: when it is gone, the marketplace was set back.
    const { items } = await market.get("/calls", { since: Math.max(0, this.#since - 1) });
    if (!items.length) {
      this.lines.replaceChildren();
      this.#since = 0;
      return;
    }
    const newest = items.at(-1).n;
    for (const item of items.filter((each) => each.n > this.#since).slice(-KEPT)) this.lines.prepend(line(item));
    this.#since = newest;
    while (this.lines.children.length > KEPT) this.lines.lastElementChild.remove();
    this.summary.textContent = `${newest} calls`;
  }
}

function line(item) {
  const status = item.status ?? 0;
  const bad = !status || status >= 400 || (status >= 300 && status < 400);
  const name = item.operation ?? `${item.method} ${item.path}`;
  return h("li", { class: READS.test(name) ? "" : "is-write" },
    h("time", {}, clockSeconds(item.at)),
    h("span", { class: "operation" }, name),
    item.fault ? h("span", { class: "chip chip-bad" }, typeof item.fault === "string" ? item.fault.replaceAll("_", " ") : "fault") : null,
    h("span", { class: `status ${bad ? "status-bad" : ""}` }, status || "cut"),
    h("span", { class: "took" }, item.duration === null || item.duration === undefined ? "" : `${Math.round(item.duration * 1000)} ms`));
}
