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
import { Network } from "./network.js";
import { ReplyKeys } from "./replykeys.js";
import { renderMessage, summary } from "./message.js";
import { Reader } from "./scroll.js";
import { hintSlot } from "../hints.js";

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
  #wanted = null; // the ID of a message to jump to once it is drawn
  #botName = "";

  constructor(phone, { onNews = () => {}, onGreeted = () => {}, onBegun = () => {}, onReplied = () => {}, onNetwork = () => {} } = {}) {
    const query = new URLSearchParams(location.search);
    this.me = query.get("as") || "ann";
    this.chatId = query.get("chat");
    this.phone = phone;
    this.refresh = oneAtATime(() => this.#fetch());
    this.presses = new Presses(phone, onBegun);
    this.composer = new Composer({
      phone, target: () => this.target(), nameOf: (who) => this.nameOf(who),
      find: () => this.#items.findLast((item) => item.from === this.me && (item.text || item.caption)),
      onSent: () => { this.reader.toFoot(); this.refresh(); }, onReplied,
    });
    this.replyKeys = new ReplyKeys((text) => this.composer.say(text));
    this.network = new Network();
    this.hint = hintSlot();
    this.onNews = onNews;
    this.onGreeted = onGreeted;
    this.onBegun = onBegun;
    this.onNetwork = onNetwork;
    this.#build();
    wireGestures(this.list, {
      phone, me: () => this.me, find: (id) => this.#byId.get(id), reply: (item) => this.composer.reply(item),
      edit: (item) => this.composer.edit(item), write: (text) => this.composer.say(text), remove: (item) => this.#act("/delete", { message_id: item.message_id }),
      react: (item, emoji) => this.#react(item, emoji),
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
    if (!event?.chat_id) this.#lookAtNetwork();
    this.refresh();
  }

  async #lookAtNetwork() {
    try {
      await this.network.refresh();
      this.#drawState();
    } catch {
      // Whoever is not reached is shown as such by the event stream.
    }
  }

  async toggleNetwork() {
    try {
      await this.network.toggle();
      this.#drawState();
    } catch (error) {
      toast(error.message, this.phone, "error");
    }
  }

  #react(item, emoji) {
    const own = item.reacted?.[this.me] ?? [];
    this.#act("/react", { message_id: item.message_id, emoji: own.includes(emoji) ? "" : emoji });
  }

  target() {
    return { as: this.me, ...(this.chatId ? { chat: Number(this.chatId) } : {}) };
  }

  nameOf(who) {
    if (who === "bot") return this.#botName;
    return this.#people.find((person) => person.name.toLowerCase() === String(who).toLowerCase())?.label ?? capital(who);
  }

  #build() {
    this.state = h("span", { class: "chat-state" }, "bot");
    this.people = h("select", { class: "person", "aria-label": "You are", data: { testid: "person" }, onChange: () => this.#become(this.people.value) });
    this.title = h("h2", {});
    this.blocked = false;
    const more = h("button", {
      class: "round-button", type: "button", "aria-label": "More", title: "More", "aria-haspopup": "menu",
      onClick: (event) => {
        const box = event.currentTarget.getBoundingClientRect();
        const others = this.#people.filter((person) => person.name !== this.me).slice(0, 3);
        showMenu(this.phone, box.left, box.bottom, [
          ["slow", this.network.slow ? "Fast network" : "Slow network", () => this.toggleNetwork()],
          ...others.map((person) => ["people", `Open as ${person.label}`, () => open(`?as=${encodeURIComponent(person.name)}`, "_blank", "noopener")]),
          this.blocked ? ["block", "Unblock the bot", () => this.#block(false)] : ["block", "Block the bot", () => this.#block(true)],
        ]);
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
      h("h2", {}, "Your shop counter"), this.description = h("p", {}));
    this.earlier = h("button", { class: "earlier", type: "button", hidden: true, data: { testid: "earlier" }, onClick: () => { this.all = true; this.#after = 0; this.refresh(); } }, "Earlier messages");
    this.all = false;
    const scroller = h("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "Conversation" }, this.empty, this.earlier, this.list);
    this.reader = new Reader(scroller, this.list);
    this.unblock = h("button", { class: "start-button", type: "button", hidden: true, data: { testid: "unblock" }, onClick: () => this.#block(false) }, "Unblock the bot");
    this.foot = h("footer", { class: "chat-foot" }, this.hint, this.unblock, this.composer.startButton, this.composer.element, this.replyKeys.element);
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
    this.#wanted = null;
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
    const older = chat.replied ?? []; // what is replied to above what is shown
    if (this.#after === 0 && !this.all && chat.items.length > 2 * WINDOW) {
      this.#after = chat.items.at(-WINDOW - 1).message_id;
      older.push(...chat.items.slice(0, -WINDOW));
      chat.items = chat.items.slice(-WINDOW);
    }
    const newest = this.#items.at(-1)?.message_id ?? 0; // earlier ones that were asked for are no news
    const news = this.#first ? [] : chat.items.filter((item) => item.message_id > newest && item.from !== this.me && item.kind !== "service");
    this.#items = chat.items;
    this.#byId = new Map([...older, ...chat.items].map((item) => [item.message_id, item]));
    this.#botName = chat.bot.name;
    this.reader.around(() => this.#draw(chat));
    this.reader.count(news.length);
    if (news.length) this.onNews(news.length);
    if (news.length) announce(news.map((item) => `${this.nameOf(item.from)}: ${summary(item)}`).join(". "));
    const asks = news.findLast((item) => item.from === "bot" && item.force_reply);
    if (asks) this.composer.reply(asks);
    this.#first = false;
    if (this.#wanted !== null) this.#arrive(this.#wanted);
  }

  #draw(chat) {
    const group = chat.type !== "private";
    const begun = chat.items.length > 0 || this.#after > 0;
    this.earlier.hidden = this.#after === 0;
    this.blocked = Boolean(chat.blocked);
    this.title.textContent = group && chat.title ? chat.title : this.#botName;
    document.title = `${this.#botName} · practice shop`;
    this.description.textContent = chat.bot.description || "New orders and tickets arrive here. Deliver by replying, refund with two taps, answer a buyer by just writing back.";
    this.empty.hidden = begun;
    const acted = this.#after > 0 || chat.items.some((item) => item.from !== "bot");
    if (begun) (acted ? this.onBegun : this.onGreeted)();
    this.unblock.hidden = !this.blocked;
    this.composer.startButton.hidden = begun || this.blocked;
    this.composer.element.hidden = !begun || this.blocked;
    this.composer.setCommands(chat.commands ?? []);
    this.replyKeys.show(this.composer.element.hidden ? null : chat.reply_keyboard);
    this.composer.setPlaceholder(chat.reply_keyboard?.placeholder);
    this.typing = Boolean(chat.typing);
    this.#drawState();
    clearTimeout(this.typingEnds); // nobody says when typing ends
    if (chat.typing) this.typingEnds = setTimeout(this.refresh, TYPING_MS);
    this.#drawPinned(chat.pinned_item);
    const focused = focusIn(this.list);
    const nodes = [];
    const days = [];
    const albums = intoAlbums(chat.items);
    albums.forEach((album, index) => {
      const name = day(album[0].date);
      if (name !== days.at(-1)) nodes.push(this.#date(name, days.push(name)));
      nodes.push(this.#message(album, albums[index - 1]?.at(-1), albums[index + 1]?.[0], group));
    });
    for (const id of this.#drawn.keys()) if (!this.#byId.has(id)) this.#drawn.delete(id);
    place(this.list, nodes);
    restoreFocus(this.list, focused);
  }

  #drawState() {
    this.state.textContent = this.typing ? "typing…" : this.network.slow ? "slow network" : "bot";
    this.state.classList.toggle("is-typing", this.typing);
    this.state.classList.toggle("is-slow", this.network.slow && !this.typing);
    this.onNetwork(this.network.slow);
  }

  #message(album, before, after, group) {
    const [item] = album;
    const together = (a, b) => a && b && a.kind !== "service" && b.kind !== "service" && a.from === b.from && Math.abs(moment(a.date) - moment(b.date)) < GROUP_SECONDS * 1000 && day(a.date) === day(b.date);
    const first = !together(before, item);
    const last = !together(item, after);
    const answered = item.reply_to ? this.#byId.get(item.reply_to) : null;
    const signature = JSON.stringify([album, this.me, this.#botName, first, last, group, answered ? summary(answered) : null]);
    const known = this.#drawn.get(item.message_id);
    if (known?.signature === signature) return known.element;
    const element = renderMessage(item, {
      me: this.me, byId: this.#byId, album, first, last, group, phone: this.phone, presses: this.presses,
      nameOf: (who) => this.nameOf(who), target: () => this.target(), jump: (id) => this.jump(id),
      reply: (message) => this.composer.reply(message), edit: (message) => this.composer.edit(message),
      react: (message, emoji) => this.#react(message, emoji), fileAddress: (id) => this.#fileAddress(id),
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

  #drawPinned(item) {
    this.pinned.hidden = !item;
    if (!item) return;
    this.pinned.replaceChildren(h("span", { class: "pinned-words" }, h("b", {}, "Pinned message"), h("span", {}, summary(item))), icon("pin"));
    this.pinned.onclick = () => this.jump(item.message_id);
  }

  /** Scrolls to a message and lets it glow for a moment; an older one is fetched first. */
  jump(id) {
    if (this.#arrive(id) || this.#after === 0) return;
    this.#wanted = id;
    this.all = true;
    this.#after = 0;
    this.refresh();
  }

  #arrive(id) {
    const element = this.list.querySelector(`[data-message-id="${id}"]`)?.closest(".row, .service");
    if (!element) return false;
    this.#wanted = null;
    this.reader.show(element);
    element.classList.remove("is-glowing");
    void element.offsetWidth; // restarts the animation when the same one is asked for twice
    element.classList.add("is-glowing");
    return true;
  }
}

const capital = (name) => String(name).charAt(0).toUpperCase() + String(name).slice(1);

/** Messages in a row of which those of one album stand together. */
function intoAlbums(items) {
  const albums = [];
  for (const item of items) {
    const last = albums.at(-1)?.[0];
    const same = item.media_group && last?.media_group === item.media_group && last.from === item.from;
    if (same) albums.at(-1).push(item);
    else albums.push([item]);
  }
  return albums;
}

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
