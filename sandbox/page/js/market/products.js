// The catalogue, where one orders.

import { market } from "../api.js";
import { h, place } from "../dom.js";
import { hue, money, plain } from "../format.js";

/** One row of a desktop, and no more of a phone than lets the orders be seen. */
const SHOWN_AT_FIRST = 3;

/** The fewest units one may order. */
const leastOf = (product) => Math.max(1, Number(product.min_quantity) || 1);

/** Why a product cannot be bought now: the word of its status; empty when it can. */
const withheld = ({ status, approval_status: approval }) =>
  (status && status !== "active" ? plain(status) : approval && approval !== "approved" ? plain(approval) : "");
const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

export class Products {
  #cards = new Map();
  #all = false;

  constructor(act, onOrdered) {
    this.act = act;
    this.onOrdered = onOrdered;
    this.grid = h("div", { class: "product-grid" });
    this.more = h("button", { class: "button button-quiet", type: "button", onClick: () => { this.#all = !this.#all; this.#draw(); } });
    this.element = h("section", { class: "block", "aria-labelledby": "catalogue-title" },
      h("div", { class: "block-head" }, h("h2", { id: "catalogue-title" }, "Buy something"), this.more), this.grid);
  }

  show(state) {
    this.products = state.products;
    this.pools = state.pools ?? {};
    this.#draw();
  }

  #draw() {
    // What is delivered by hand shows best what the bot is for, so both kinds take turns.
    const pooled = (product) => this.pools[product.product_id] !== undefined && this.pools[product.product_id] !== null;
    const sold = this.products.filter((product) => !withheld(product));
    const byHand = sold.filter((product) => !pooled(product));
    const byPool = sold.filter(pooled);
    const mixed = [];
    while (byHand.length || byPool.length) mixed.push(...byHand.splice(0, 2), ...byPool.splice(0, 1));
    mixed.push(...this.products.filter(withheld)); // nobody can buy them, but they are there
    const shown = this.#all ? mixed : mixed.slice(0, SHOWN_AT_FIRST);
    this.more.hidden = mixed.length <= SHOWN_AT_FIRST;
    this.more.textContent = this.#all ? "Show fewer" : `All ${mixed.length}`;
    place(this.grid, shown.map((product) => this.#card(product, pooled(product) ? this.pools[product.product_id] : null)));
  }

  #card(product, pool) {
    let card = this.#cards.get(product.product_id);
    if (!card) this.#cards.set(product.product_id, (card = this.#make(product)));
    card.title.textContent = product.title;
    card.title.title = product.title;
    card.price.textContent = money(product.price);
    const reason = withheld(product);
    for (const button of card.element.querySelectorAll(".product-buttons button")) button.disabled = Boolean(reason);
    card.how.textContent = reason ? capital(reason) : pool === null ? "By hand" : pool ? `Pool: ${pool}` : "Pool empty";
    card.how.className = `how ${reason ? "how-empty" : pool === null ? "how-hand" : pool ? "how-pool" : "how-empty"}`;
    return card.element;
  }

  #make(product) {
    const card = { title: h("h3", { class: "product-title" }), price: h("b", { class: "amount" }), how: h("span", {}) };
    const toggle = h("button", { class: "button", type: "button", data: { testid: "order-open" }, "aria-expanded": "false", onClick: () => open(form.hidden) }, "Order…");
    const least = leastOf(product);
    const quantity = h("input", { class: "field", type: "number", min: least, max: Math.max(50, least), value: least, "aria-label": "Quantity", data: { testid: "order-quantity" } });
    const paid = h("input", { type: "checkbox", data: { testid: "order-paid" } });
    const form = h("form", {
      class: "order-form", hidden: true,
      onSubmit: async (event) => {
        event.preventDefault();
        if (await this.#order(product, Number(quantity.value), paid.checked)) open(false);
      },
      onKeydown: (event) => { if (event.key === "Escape") open(false); },
    }, h("label", { class: "quantity" }, "Units", quantity), h("label", { class: "check" }, paid, "Paid"),
    h("button", { class: "button button-primary", data: { testid: "order-place" } }, "Place order"));
    const open = (yes) => {
      form.hidden = !yes;
      toggle.setAttribute("aria-expanded", String(yes));
      (yes ? quantity : toggle).focus();
    };
    card.element = h("article", { class: "product", "aria-label": product.title, data: { testid: "product", productId: product.product_id } },
      h("div", { class: "product-head" },
        h("span", { class: `tile tile-${hue(product.title, 6)}`, "aria-hidden": "true" }, product.title.trim().slice(0, 1).toUpperCase()),
        h("div", { class: "product-words" }, card.title, h("p", { class: "product-facts" }, card.price, card.how))),
      h("div", { class: "product-buttons" },
        h("button", { class: "button button-primary", type: "button", data: { testid: "order-pay" }, "aria-label": `Order & pay ${product.title}`, onClick: (event) => this.#quick(event.currentTarget, product) }, "Order & pay"),
        toggle),
      form);
    return card;
  }

  async #quick(button, product) {
    // Not disabled: a disabled button loses the focus, and with it the place of who uses keys.
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    await this.#order(product, leastOf(product), true);
    button.ariaBusy = "false";
  }

  async #order(product, quantity, paid) {
    const order = await this.act(() => market.post("/orders", { product_id: product.product_id, quantity, paid }));
    if (order) this.onOrdered();
    return order;
  }
}
