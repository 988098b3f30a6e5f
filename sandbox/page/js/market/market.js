// The marketplace's side: fetches how everything truly is and hands it to the parts.

import { market } from "../api.js";
import { h, oneAtATime } from "../dom.js";
import { listen } from "../events.js";
import { money } from "../format.js";
import { toast } from "../toast.js";
import { hintSlot } from "../hints.js";
import { Buyers } from "./buyers.js";
import { CallLog } from "./log.js";
import { Orders } from "./orders.js";
import { Products } from "./products.js";
import { Tickets } from "./tickets.js";
import { Trouble } from "./trouble.js";

/** How many orders and tickets are fetched at most: the page is for people, not for thousands. */
const NEWEST = 200;

export class Market {
  constructor(body, { onOrdered = () => {} } = {}) {
    this.hint = hintSlot();
    this.side = body.parentElement;
    this.refresh = oneAtATime(() => this.#fetch());
    const act = (work) => this.act(work);
    this.products = new Products(act, onOrdered);
    this.orders = new Orders(act);
    this.tickets = new Tickets(act);
    this.buyers = new Buyers(act, onOrdered);
    this.trouble = new Trouble(act);
    this.log = new CallLog();
    this.balance = h("b", { class: "amount", data: { testid: "balance" } }, "–");
    this.life = h("button", { class: "switch", type: "button", role: "switch", "aria-checked": "false", data: { testid: "life" }, onClick: () => this.#toggleLife() },
      h("span", { class: "switch-knob", "aria-hidden": "true" }), "Other buyers");
    body.className = "market";
    body.append(
      h("div", { class: "market-top" },
        h("div", { class: "market-line" },
          h("p", { class: "stat" }, h("span", {}, "Seller’s balance"), this.balance),
          this.life),
        this.buyers.element,
        this.trouble.element),
      h("div", { class: "market-scroll" }, this.hint,
        this.products.element,
        h("div", { class: "market-columns" }, this.orders.element, this.tickets.element)),
      this.log.element);
    listen("market", this.refresh);
    this.refresh();
  }

  /** Does something on the marketplace, says what was refused, and shows the new state. */
  async act(work) {
    try {
      const answer = await work();
      this.refresh();
      return answer ?? true;
    } catch (error) {
      toast(error.message, this.side, "error");
      return null;
    }
  }

  async #fetch() {
    try {
      const [state, options] = await Promise.all([market.get("/state", { limit: NEWEST }), market.get("/options")]);
      this.balance.textContent = money(state.balance.supplier_balance ?? state.balance.balance);
      this.life.setAttribute("aria-checked", String(Boolean(options.life)));
      this.buyers.show(state);
      this.products.show(state);
      this.orders.show(state);
      this.tickets.show(state);
      await this.trouble.refresh();
    } catch (error) {
      if (error.status !== 0) toast(error.message, this.side, "error");
    }
  }

  #toggleLife() {
    const on = this.life.getAttribute("aria-checked") !== "true";
    this.act(() => market.post("/life", { on }));
  }
}
