// A slow network: every call between the bot and Telegram takes its time until this is switched off.

import { telegram } from "../api.js";

const SLOW = { method: "*", kind: "latency", seconds: 2, times: null };

export class Network {
  #fault = null;

  get slow() {
    return this.#fault !== null;
  }

  /** Asks whether it is slow; it may have been made so in another window. */
  async refresh() {
    const { items } = await telegram.get("/faults");
    this.#fault = items.find((fault) => fault.kind === SLOW.kind && fault.method === SLOW.method && fault.times === null) ?? null;
  }

  async toggle() {
    await this.refresh();
    if (this.#fault) await telegram.delete(`/faults/${this.#fault.id}`);
    else await telegram.post("/faults", SLOW);
    await this.refresh();
  }
}
