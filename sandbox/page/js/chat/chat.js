// The chat: fetches what the person sees, draws what changed, and keeps its place.

import { telegram } from "../api.js";
import { h, icon, oneAtATime, place } from "../dom.js";
import { listen } from "../events.js";
import { day, moment } from "../format.js";
import { announce, toast } from "../toast.js";
import { Composer } from "./composer.js";
import { acceptDrops } from "./files.js";
import { showMenu, wireGestures } from "./gestures.js";
import { Presses } from "./keyboard.js";
import { renderMessage, summary } from "./message.js";
import { Reader } from "./scroll.js";

const BOT_NAME = "Supplier Bot";
/** Messages of one person within this time stand together. */
const GROUP_SECONDS = 300;
/** A long chat shows its newest messages; the others come when they are asked for. */
const WINDOW = 200;
const TYPING_MS = 5000;

export class Chat {
  #items = [];
  #byId = new Map();
  #drawn = new Map(); // message_id → {element, signature}
  #dates = new Map();
  #people = [];
  #first = true;
  #after = 0; // messages up to this ID are not fetched

  constructor(phone, { onNews = () => {} } = {}) {
    const query = new URLSearchParams(location.search);
    this.me = query.get("as") || "ann";
    this.chatId = query.get("chat");
    this.phone = phone;
    this.refresh = oneAtATime(() => this.#fetch());
    this.presses = new Presses(phone);
    this.composer = new Composer({
      phone, target: () => this.target(), nameOf: (who) => this.nameOf(who),
      find: () => this.#items.findLast((item) => item.from === this.me && (item.text || item.caption)),
      onSent: () => { this.reader.toFoot(); this.refresh(); },
    });
    this.onNews = onNews;
    this.#build();
    wireGestures(this.list, {
      phone, me: () => this.me, find: (id) => this.#byId.get(id), reply: (item) => this.composer.reply(item),
      edit: (item) => this.composer.edit(item), write: (text) => this.composer.say(text), remove: (item) => this.#act("/delete", { message_id: item.message_id }),
    });
    // Whoever begins to type while reading means the field, as in Telegram's apps.
    document.addEventListener("keydown", (event) => {
      const reading = event.target === document.body || event.target === this.reader.scroller;
      if (reading && event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) this.composer.focus();
    });
    acceptDrops(phone, (files) => this.composer.sendFiles(files));
    listen("telegram", (event) => this.#heard(event), (up) => {
      this.phone.classList.toggle("is-offline", !up);
      if (up) this.presses.askAgain();
    });
    this.#loadPeople();
  }

  #heard(event) {
    if (event?.callback) this.presses.answered(event.callback);
    this.refresh();
  }

  target() {
    return { as: this.me, ...(this.chatId ? { chat: Number(this.chatId) } : {}) };
  }

  nameOf(who) {
    if (who === "bot") return BOT_NAME;
    return this.#people.find((person) => person.name.toLowerCase() === String(who).toLowerCase())?.label ?? capital(who);
  }

  #build() {
    this.state = h("span", { class: "chat-state" }, "bot");
    this.people = h("select", { class: "person", "aria-label": "You are", data: { testid: "person" }, onChange: () => this.#become(this.people.value) });
    this.title = h("h1", {}, BOT_NAME);
    this.blocked = false;
    const more = h("button", {
      class: "round-button", type: "button", "aria-label": "More", title: "More", "aria-haspopup": "menu",
      onClick: (event) => {
        const box = event.currentTarget.getBoundingClientRect();
        showMenu(this.phone, box.left, box.bottom, [this.blocked ? ["block", "Unblock the bot", () => this.#block(false)] : ["block", "Block the bot", () => this.#block(true)]]);
      },
    }, icon("more"));
    const header = h("header", { class: "chat-header" },
      h("span", { class: "avatar", "aria-hidden": "true" }, icon("store")),
      h("div", { class: "chat-title" }, this.title, this.state),
      this.people, more);
    this.pinned = h("button", { class: "pinned", type: "button", hidden: true, data: { testid: "pinned" } });
    this.list = h("div", { class: "messages", role: "log", "aria-label": "Messages", "aria-live": "off" });
    this.empty = h("div", { class: "empty-chat", hidden: true },
      h("span", { class: "avatar avatar-large", "aria-hidden": "true" }, icon("store")),
      h("h2", {}, "Your shop counter"),
      h("p", {}, "New orders and tickets arrive here. Deliver by replying, refund with two taps, answer a buyer by just writing back."));
    this.earlier = h("button", { class: "earlier", type: "button", hidden: true, data: { testid: "earlier" }, onClick: () => { this.all = true; this.#after = 0; this.refresh(); } }, "Earlier messages");
    this.all = false;
    const scroller = h("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "Conversation" }, this.empty, this.earlier, this.list);
    this.reader = new Reader(scroller);
    this.unblock = h("button", { class: "start-button", type: "button", hidden: true, data: { testid: "unblock" }, onClick: () => this.#block(false) }, "Unblock the bot");
    this.foot = h("footer", { class: "chat-foot" }, this.unblock, this.composer.startButton, this.composer.element);
    this.phone.append(header, this.pinned, h("div", { class: "stage" }, scroller, this.reader.button), this.foot);
    this.#showPeople();
  }

  async #act(path, body) {
    try {
      await telegram.post(path, { ...this.target(), ...body });
      this.refresh();
    } catch (error) {
      toast(error.message, this.phone, "error");
    }
  }

  async #block(yes) {
    try {
      await telegram.post(yes ? "/block" : "/unblock", { as: this.me });
      this.refresh();
    } catch (error) {
      toast(error.message, this.phone, "error");
    }
  }

  async #loadPeople() {
    try {
      const { items } = await telegram.get("/people");
      const me = items.find((person) => [person.name.toLowerCase(), String(person.id)].includes(this.me.toLowerCase()));
    if (me && me.name !== this.me) {
      this.me = me.name;
      this.refresh();
    }
    this.#people = items.map((person) => ({ name: person.name, label: person.first_name ?? capital(person.name) }));
    } catch {
      return; // the name in the address works without
    }
    this.#showPeople();
  }

  #showPeople() {
    const known = this.#people.some((person) => person.name === this.me) ? this.#people : [...this.#people, { name: this.me, label: capital(this.me) }];
    this.people.replaceChildren(...known.map((person) => h("option", { value: person.name }, person.label)));
    this.people.value = this.me;
  }

  #become(name) {
    this.me = name;
    this.chatId = null;
    const query = new URLSearchParams(location.search);
    query.set("as", name);
    query.delete("chat");
    history.replaceState(null, "", `?${query}`);
    this.#items = [];
    this.#byId.clear();
    this.#drawn.clear();
    this.#first = true;
    this.#after = 0;
    this.all = false;
    this.list.replaceChildren();
    this.composer.clear();
    this.reader.toFoot();
    this.refresh();
  }

  async #fetch() {
    const asked = this.me;
    let chat;
    try {
      chat = await telegram.get("/chat", { ...this.target(), after: this.#after });
    } catch (error) {
      if (error.status !== 0) toast(error.message, this.phone, "error");
      return;
    }
    if (asked !== this.me) return;
    if (this.#after === 0 && !this.all && chat.items.length > 2 * WINDOW) {
      this.#after = chat.items.at(-WINDOW - 1).message_id;
      chat.items = chat.items.slice(-WINDOW);
    }
    const news = this.#first ? [] : chat.items.filter((item) => !this.#byId.has(item.message_id) && item.from !== this.me);
    this.#items = chat.items;
    this.#byId = new Map(chat.items.map((item) => [item.message_id, item]));
    this.reader.around(() => this.#draw(chat));
    this.reader.count(news.length);
    if (news.length) this.onNews(news.length);
    if (news.length) announce(news.map((item) => `${this.nameOf(item.from)}: ${summary(item)}`).join(". "));
    const asks = news.findLast((item) => item.from === "bot" && item.force_reply);
    if (asks) this.composer.reply(asks);
    this.#first = false;
  }

  #draw(chat) {
    const group = chat.type !== "private";
    const begun = chat.items.length > 0 || this.#after > 0;
    this.earlier.hidden = this.#after === 0;
    this.blocked = Boolean(chat.blocked);
    this.title.textContent = group && chat.title ? chat.title : BOT_NAME;
    this.empty.hidden = begun;
    this.unblock.hidden = !this.blocked;
    this.composer.startButton.hidden = begun || this.blocked;
    this.composer.element.hidden = !begun || this.blocked;
    this.composer.setCommands(chat.commands ?? []);
    this.state.textContent = chat.typing ? "typing…" : "bot";
    this.state.classList.toggle("is-typing", Boolean(chat.typing));
    clearTimeout(this.typingEnds); // nobody says when typing ends
    if (chat.typing) this.typingEnds = setTimeout(this.refresh, TYPING_MS);
    this.#drawPinned(chat.pinned);
    const focused = focusIn(this.list);
    const nodes = [];
    const days = [];
    chat.items.forEach((item, index) => {
      const name = day(item.date);
      if (name !== days.at(-1)) nodes.push(this.#date(name, days.push(name)));
      nodes.push(this.#message(item, chat.items[index - 1], chat.items[index + 1], group));
    });
    for (const id of this.#drawn.keys()) if (!this.#byId.has(id)) this.#drawn.delete(id);
    place(this.list, nodes);
    restoreFocus(this.list, focused);
  }

  #message(item, before, after, group) {
    const together = (a, b) => a && b && a.from === b.from && Math.abs(moment(a.date) - moment(b.date)) < GROUP_SECONDS * 1000 && day(a.date) === day(b.date);
    const first = !together(before, item);
    const last = !together(item, after);
    const answered = item.reply_to ? this.#byId.get(item.reply_to) : null;
    const signature = JSON.stringify([item, this.me, first, last, group, answered ? summary(answered) : null]);
    const known = this.#drawn.get(item.message_id);
    if (known?.signature === signature) return known.element;
    const element = renderMessage(item, {
      me: this.me, byId: this.#byId, first, last, group, phone: this.phone, presses: this.presses,
      nameOf: (who) => this.nameOf(who), target: () => this.target(), jump: (id) => this.jump(id),
      reply: (message) => this.composer.reply(message), edit: (message) => this.composer.edit(message),
      fileAddress: (id) => this.#fileAddress(id), settled: () => { if (this.reader.following) this.reader.toFoot(); },
    });
    if (!known && !this.#first) element.classList.add("is-new");
    this.#drawn.set(item.message_id, { element, signature });
    return element;
  }

  #fileAddress(fileId) {
    return `${telegram.prefix}/files/${encodeURIComponent(fileId)}`;
  }

  #date(name, place) {
    const key = `${place} ${name}`;
    if (!this.#dates.has(key)) this.#dates.set(key, h("div", { class: "date" }, h("span", {}, name)));
    return this.#dates.get(key);
  }

  #drawPinned(id) {
    const item = id ? this.#byId.get(id) : null;
    this.pinned.hidden = !item;
    if (!item) return;
    this.pinned.replaceChildren(h("span", { class: "pinned-words" }, h("b", {}, "Pinned message"), h("span", {}, summary(item))), icon("pin"));
    this.pinned.onclick = () => this.jump(id);
  }

  /** Scrolls to a message and lets it glow for a moment. */
  jump(id) {
    const element = this.#drawn.get(id)?.element;
    if (!element) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ block: "center", behavior: calm ? "instant" : "smooth" });
    element.classList.remove("is-glowing");
    void element.offsetWidth; // restarts the animation when the same one is asked for twice
    element.classList.add("is-glowing");
  }
}

const capital = (name) => String(name).charAt(0).toUpperCase() + String(name).slice(1);

/** What has the focus inside the messages, so that it can be found again after they were drawn anew. */
function focusIn(list) {
  const element = document.activeElement;
  const row = element?.closest?.("[data-message-id]");
  if (!row || !list.contains(row)) return null;
  return { id: row.dataset.messageId, press: element.dataset.press, testid: element.dataset.testid, element };
}

function restoreFocus(list, focused) {
  if (!focused || document.activeElement === focused.element) return;
  const row = list.querySelector(`[data-message-id="${focused.id}"]`);
  const buttons = [...(row?.querySelectorAll("button, a") ?? [])];
  const again = buttons.find((each) => focused.press && each.dataset.press === focused.press) ?? buttons.find((each) => each.dataset.testid === focused.testid);
  again?.focus({ preventScroll: true });
}
