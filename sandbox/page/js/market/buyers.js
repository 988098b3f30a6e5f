// What buyers do, one click each: what needs a form elsewhere. Paying and the like is one click at its order.

import { market } from "../api.js";
import { h } from "../dom.js";

const COMPLAINTS = [
  ["Wrong password", "Hello, it says that the password is wrong."],
  ["Does not start", "It worked yesterday. Today it asks me to verify a phone number."],
  ["When does it come?", "Good evening, I paid a while ago. When do I get it?"],
];
const MORE = ["Are you there?", "I tried again, it is still the same.", "Thank you, I will try that."];
const OPEN = new Set(["open", "in_progress"]);
/** More at once than the bot tells one by one. */
const BURST = 12;

const newest = (items) => [...items].sort((a, b) => String(b.created_at).localeCompare(String(a.created_at)))[0];

export class Buyers {
  #said = 0;
  #state = { orders: [], tickets: [] };

  constructor(act, onOrdered) {
    this.act = act;
    this.onOrdered = onOrdered;
    // [label, what it does to what it finds, what it needs]
    this.deeds = [
      ["orders two", () => market.post("/orders", { quantity: 2 })],
      ["orders, pays later", () => market.post("/orders", { paid: false })],
      ["complains", (order) => this.#complain(order), () => this.#quiet()],
      ["writes again", (ticket) => market.post(`/tickets/${encodeURIComponent(ticket.ticket_id)}/write`, { text: MORE[this.#said++ % MORE.length] }), () => this.#ticket()],
      [`and ${BURST - 1} others order`, () => market.post("/orders/bulk", { count: BURST, step: 0 })],
    ].map(([label, work, needs]) => {
      const button = h("button", { type: "button", class: "buyer-deed", onClick: () => this.#do(work, needs, button) }, label);
      return { button, needs };
    });
    this.element = h("div", { class: "buyers", data: { testid: "buyers" } },
      h("span", { class: "trouble-title", id: "buyers-title" }, "A buyer"),
      h("div", { class: "buyer-deeds", role: "group", "aria-labelledby": "buyers-title" }, this.deeds.map(({ button }) => button)));
  }

  show(state) {
    this.#state = state;
    // `aria-disabled` keeps the focus where it is when the last one of a kind was answered.
    for (const { button, needs } of this.deeds) button.setAttribute("aria-disabled", String(Boolean(needs) && !needs()));
  }

  async #do(work, needs, button) {
    const what = needs?.();
    if ((needs && !what) || button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    const done = await this.act(() => work(what));
    button.removeAttribute("aria-busy");
    if (done && !needs) this.onOrdered();
  }

  #ticket() {
    return newest(this.#state.tickets.filter((each) => OPEN.has(each.status)));
  }

  /** The newest order that nobody complained about, rather one that was delivered. */
  #quiet() {
    const ticketed = new Set(this.#state.tickets.map((each) => each.order_id));
    const free = this.#state.orders.filter((each) => !ticketed.has(each.order_id) && each.payment_status === "completed_payment" && each.status !== "refunded_order");
    return newest(free.filter((each) => Number(each.delivered_units) > 0)) ?? newest(free);
  }

  #complain(order) {
    const delivered = Number(order.delivered_units) > 0;
    const [title, text] = delivered ? COMPLAINTS[this.#said++ % 2] : COMPLAINTS[2];
    return market.post("/tickets", { order_id: order.order_id, title, text });
  }
}
