// The tickets with everything that was said in them.

import { market } from "../api.js";
import { h, place, redraw } from "../dom.js";
import { plain, when } from "../format.js";
import { toast } from "../toast.js";

const STEP = 5;
const WHO = { buyer: "You, the buyer", supplier: "Seller", admin: "Moderator" };

export class Tickets {
  #rows = new Map();
  #limit = STEP;

  constructor(act) {
    this.act = act;
    this.count = h("span", { class: "count" });
    this.list = h("div", { class: "rows" });
    this.more = h("button", { class: "button button-quiet more", type: "button", onClick: () => { this.#limit += 20; this.#draw(); } }, "Show older tickets");
    this.element = h("section", { class: "block", "aria-labelledby": "tickets-title" },
      h("div", { class: "block-head" }, h("h2", { id: "tickets-title" }, "Tickets"), this.count), this.list, this.more);
  }

  show(state) {
    const orders = new Map(state.orders.map((order) => [order.order_id, order]));
    this.tickets = state.tickets.map((ticket) => ({ ...ticket, order: orders.get(ticket.order_id) }))
      .sort((a, b) => String(b.created_at).localeCompare(String(a.created_at)) || String(b.ticket_no).localeCompare(String(a.ticket_no)));
    this.#draw();
  }

  #draw() {
    this.count.textContent = String(this.tickets.length);
    this.more.hidden = this.tickets.length <= this.#limit;
    const shown = this.tickets.slice(0, this.#limit);
    this.nothing ??= h("p", { class: "nothing" }, "No tickets. Open one at an order.");
    place(this.list, shown.length ? shown.map((ticket) => this.#row(ticket)) : [this.nothing]);
  }

  #row(ticket) {
    let row = this.#rows.get(ticket.ticket_id);
    if (!row) this.#rows.set(ticket.ticket_id, (row = this.#make(ticket)));
    const { order, ...own } = ticket;
    const signature = JSON.stringify([own, order?.order_no, order?.product?.title]);
    if (row.signature !== signature) {
      redraw(row.body, this.#body(ticket));
      if (row.signature) {
        row.element.classList.remove("is-changed");
        void row.element.offsetWidth;
        row.element.classList.add("is-changed");
      }
      row.signature = signature;
    }
    return row.element;
  }

  #make(ticket) {
    const text = h("input", { class: "field", placeholder: "Write to the seller", "aria-label": `Write in ${ticket.ticket_no}`, data: { testid: "ticket-write" } });
    const form = h("form", {
      class: "write-form",
      onSubmit: async (event) => {
        event.preventDefault();
        const words = text.value.trim();
        if (words && (await this.#post(ticket, "write", { text: words }))) text.value = "";
      },
    }, text, h("button", { class: "button", data: { testid: "ticket-write-send" } }, "Write"));
    const row = { body: h("div", {}) };
    row.element = h("article", { class: "item", "aria-label": `Ticket ${ticket.ticket_no}`, data: { testid: "ticket-row", ticketId: ticket.ticket_id } }, row.body, form);
    return row;
  }

  #post(ticket, what, body = {}) {
    return this.act(() => market.post(`/tickets/${encodeURIComponent(ticket.ticket_id)}/${what}`, body));
  }

  #body(ticket) {
    const over = ["closed", "resolved"].includes(ticket.status);
    const buttons = [];
    if (!ticket.admin_invited) {
      buttons.push(h("button", {
        class: "button button-quiet", type: "button", data: { testid: "invite-admin" },
        onClick: async () => { if (await this.#post(ticket, "invite-admin")) toast("A moderator has joined", this.element.closest(".side-market")); },
      }, "Call a moderator"));
    }
    if (!over) buttons.push(h("button", { class: "button button-quiet", type: "button", onClick: () => this.#post(ticket, "close") }, "Close"));
    return [
      h("div", { class: "item-head" }, h("b", { class: "item-title" }, ticket.title),
        h("span", { class: `chip chip-${over ? "plain" : "warn"}` }, plain(ticket.status)),
        ticket.admin_invited ? h("span", { class: "chip chip-bad" }, "moderator") : null),
      h("div", { class: "item-facts" }, h("span", { class: "number" }, ticket.ticket_no), ticket.order ? h("span", { class: "about" }, ticket.order.product?.title) : null),
      h("div", { class: "thread", tabindex: 0, role: "group", "aria-label": `What was written in ${ticket.ticket_no}` }, (ticket.thread ?? []).map((said) =>
        h("div", { class: `said said-${said.author}` }, h("small", {}, WHO[said.author] ?? said.author, " · ", when(said.at)), h("p", {}, said.text)))),
      h("div", { class: "item-buttons" }, buttons),
    ];
  }
}
