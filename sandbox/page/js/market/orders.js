// The orders as they truly are, and what their buyer can do.

import { market } from "../api.js";
import { h, place, redraw } from "../dom.js";
import { money, plain, short, when } from "../format.js";

const STEP = 8;
const TONES = {
  pending_order: "warn", running_order: "info", completed_order: "good", receipt_confirmed_order: "good", refunded_order: "bad",
  pending_payment: "warn", completed_payment: "good",
};

/** A status as a small coloured word. */
export const chip = (status, text = plain(status)) => h("span", { class: `chip chip-${TONES[status] ?? "plain"}` }, text);

export class Orders {
  #rows = new Map();
  #limit = STEP;

  constructor(act) {
    this.act = act;
    this.count = h("span", { class: "count" });
    this.list = h("div", { class: "rows" });
    this.more = h("button", { class: "button button-quiet more", type: "button", onClick: () => { this.#limit += 20; this.#draw(); } }, "Show older orders");
    this.element = h("section", { class: "block", "aria-labelledby": "orders-title" },
      h("div", { class: "block-head" }, h("h2", { id: "orders-title" }, "Orders"), this.count), this.list, this.more);
  }

  show(state) {
    const known = this.orders ? new Set(this.orders.map((order) => order.order_id)) : null;
    this.orders = [...state.orders].sort((a, b) => (a.created_at === b.created_at ? String(b.order_no).localeCompare(String(a.order_no)) : String(b.created_at).localeCompare(String(a.created_at))));
    this.ticketed = new Set(state.tickets.map((ticket) => ticket.order_id));
    this.fresh = known ? new Set(this.orders.filter((order) => !known.has(order.order_id)).map((order) => order.order_id)) : new Set();
    this.#draw();
  }

  #draw() {
    this.count.textContent = String(this.orders.length);
    this.more.hidden = this.orders.length <= this.#limit;
    const shown = this.orders.slice(0, this.#limit);
    place(this.list, shown.length ? shown.map((order) => this.#row(order)) : [this.#empty()]);
  }

  #empty() {
    this.nothing ??= h("p", { class: "nothing" }, "No orders yet. Buy something above.");
    return this.nothing;
  }

  #row(order) {
    let row = this.#rows.get(order.order_id);
    if (!row) this.#rows.set(order.order_id, (row = this.#make(order)));
    const signature = JSON.stringify([order, this.ticketed.has(order.order_id)]);
    if (row.signature !== signature) {
      redraw(row.body, this.#body(order, row));
      if (row.signature || this.fresh.has(order.order_id)) {
        row.element.classList.remove("is-changed");
        void row.element.offsetWidth;
        row.element.classList.add("is-changed");
      }
      row.signature = signature;
    }
    return row.element;
  }

  #make(order) {
    const title = h("input", { class: "field", "aria-label": "What is it about?", placeholder: "What is it about?", value: "Does not work", data: { testid: "ticket-title" } });
    const text = h("textarea", { class: "field", rows: 2, "aria-label": "Your complaint", placeholder: "Tell the seller", required: true, data: { testid: "ticket-text" } });
    const form = h("form", {
      class: "ticket-form", hidden: true,
      onSubmit: async (event) => {
        event.preventDefault();
        const made = await this.act(() => market.post("/tickets", { order_id: order.order_id, title: title.value.trim() || "Question", text: text.value.trim() }));
        if (!made) return;
        text.value = "";
        close();
      },
      onKeydown: (event) => { if (event.key === "Escape") close(); },
    }, title, text, h("div", { class: "form-buttons" },
      h("button", { class: "button", type: "button", onClick: () => close() }, "Cancel"),
      h("button", { class: "button button-primary", data: { testid: "ticket-send" } }, "Open ticket")));
    const row = { form, text, body: h("div", {}) };
    // Whoever uses keys is back where they came from.
    const close = () => {
      form.hidden = true;
      row.body.querySelector('[data-testid="open-ticket"]')?.focus();
    };
    row.element = h("article", { class: "item", "aria-label": `Order ${order.order_no}`, data: { testid: "order-row", orderId: order.order_id } }, row.body, form);
    return row;
  }

  #body(order, row) {
    const quantity = Number(order.quantity);
    const units = Number(order.delivered_units);
    const closed = ["refunded_order"].includes(order.status);
    const post = (what) => this.act(() => market.post(`/orders/${encodeURIComponent(order.order_id)}/${what}`));
    const buttons = [];
    if (order.payment_status === "pending_payment" && !closed) {
      buttons.push(h("button", { class: "button button-primary", type: "button", data: { testid: "pay" }, onClick: () => post("pay") }, `Pay ${money(order.total_amount)}`));
    }
    if (order.status === "completed_order") {
      buttons.push(h("button", { class: "button", type: "button", data: { testid: "confirm-receipt" }, onClick: () => post("confirm-receipt") }, "Confirm receipt"));
    }
    buttons.push(h("button", {
      class: "button", type: "button", data: { testid: "open-ticket" },
      onClick: () => { row.form.hidden = !row.form.hidden; if (!row.form.hidden) row.text.focus(); },
    }, this.ticketed.has(order.order_id) ? "Another ticket…" : "Open a ticket…"));
    const rows = order.delivered_rows ?? [];
    return [
      h("div", { class: "item-head" }, h("b", { class: "item-title" }, order.product?.title ?? order.product_id), h("span", { class: "times" }, `× ${quantity}`), h("b", { class: "amount" }, money(order.total_amount))),
      h("div", { class: "item-facts" }, h("span", { class: "number" }, order.order_no), h("time", {}, when(order.created_at)), h("span", { class: "about-buyer", title: `Buyer ${order.buyer_id}` }, [`by ${short(order.buyer_id)}`, order.coupon_code].filter(Boolean).join(" · ")),
        h("span", { class: "delivered", data: { testid: "delivered" } },
          h("progress", { max: Math.max(1, quantity), value: Math.min(units, quantity), "aria-label": "Delivered" }), `${units} of ${quantity} delivered`)),
      rows.length ? h("div", { class: "goods", "aria-label": "What you received", role: "list", tabindex: rows.length > 5 ? 0 : null }, rows.map((line) => h("code", { role: "listitem" }, line))) : null,
      h("div", { class: "item-foot" }, h("div", { class: "chips" },
        chip(order.payment_status, order.payment_status === "completed_payment" ? "paid" : order.payment_status === "pending_payment" ? "not paid" : plain(order.payment_status)),
        chip(order.status, order.status === "receipt_confirmed_order" ? "receipt confirmed" : plain(order.status))),
      h("div", { class: "item-buttons" }, buttons)),
    ].filter(Boolean);
  }
}
