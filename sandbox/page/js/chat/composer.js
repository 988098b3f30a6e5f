// The foot of the chat: what is being written, answered or edited, files, and the command menu.

import { telegram } from "../api.js";
import { h, icon } from "../dom.js";
import { toast } from "../toast.js";
import { summary } from "./message.js";
import { askAboutFiles } from "./files.js";

const MAX_HEIGHT = 168;

export class Composer {
  #target;
  #nameOf;
  #find;
  #onSent;
  #onReplied;
  #placeholder = "Message";
  #context = null; // {kind: "reply" | "edit", item}
  #commands = [];
  #chosen = -1;

  constructor({ phone, target, nameOf, find, onSent, onReplied }) {
    this.#target = target;
    this.#nameOf = nameOf;
    this.#find = find;
    this.#onSent = onSent;
    this.#onReplied = onReplied;
    this.phone = phone;
    this.bar = h("div", { class: "context-bar", data: { testid: "reply-bar" }, hidden: true });
    this.list = h("div", { class: "command-list", id: "commands", role: "listbox", "aria-label": "Commands", data: { testid: "commands-list" }, hidden: true });
    this.menu = h("button", {
      class: "menu-button", type: "button", data: { testid: "commands-menu" }, "aria-expanded": "false", "aria-controls": "commands",
      hidden: true, onClick: () => this.#toggleMenu(),
    }, icon("menu"), h("span", {}, "Menu"));
    this.input = h("textarea", {
      rows: 1, placeholder: "Message", "aria-label": "Message", "aria-controls": "commands", autocomplete: "off", data: { testid: "composer" },
      onInput: () => this.#typed(), onKeydown: (event) => this.#key(event), onPaste: (event) => this.#pasted(event),
    });
    this.picker = h("input", { type: "file", multiple: true, hidden: true, data: { testid: "file-input" }, onChange: () => this.#picked() });
    this.attach = h("button", { class: "round-button", type: "button", "aria-label": "Attach a file", title: "Attach a file", onClick: () => this.picker.click() }, icon("attach"));
    this.sendButton = h("button", { class: "round-button send-button", type: "button", "aria-label": "Send", data: { testid: "send" }, onClick: () => this.send() }, icon("send", true));
    this.element = h("div", { class: "composer" }, this.list, this.bar,
      h("div", { class: "composer-row" }, this.menu, this.attach, this.picker, h("div", { class: "composer-field" }, this.input), this.sendButton));
    this.startButton = h("button", { class: "start-button", type: "button", data: { testid: "start" }, onClick: () => this.say("/start") }, "Start");
    this.#drawCommands();
    // Heights are known once the composer is shown, and change with its width.
    new ResizeObserver(() => this.#grow()).observe(this.input);
  }

  /** The commands of this person's menu, as the bot has set them. */
  setCommands(commands) {
    if (JSON.stringify(commands) === JSON.stringify(this.#commands)) return;
    this.#commands = commands;
    this.menu.hidden = !commands.length;
    this.#drawCommands();
  }

  /** What stands in the empty field, as long as no question asks for something else. */
  setPlaceholder(text) {
    this.#placeholder = text || "Message";
    if (!this.#context) this.input.placeholder = this.#placeholder;
  }

  reply(item) {
    if (this.#context?.kind === "edit") this.input.value = "";
    this.#setContext({ kind: "reply", item });
  }

  edit(item) {
    this.#setContext({ kind: "edit", item });
    this.input.value = item.text || item.caption || "";
    this.#typed();
  }

  /** Ends a reply or an edit, and forgets what was typed. */
  clear() {
    this.input.value = "";
    this.#setContext(null);
    this.#typed();
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }

  /** Sends a text at once, whatever is being written. */
  async say(text, replyTo = null) {
    try {
      await telegram.post("/send", { ...this.#target(), text, ...(replyTo ? { reply_to: replyTo } : {}) });
      this.#onSent();
      return true;
    } catch (error) {
      toast(error.message, this.phone, "error");
      return false;
    }
  }

  async send() {
    const text = this.input.value.replace(/\s+$/, "");
    if (!text.trim()) return;
    const context = this.#context;
    this.clear();
    this.focus();
    if (context?.kind === "edit") {
      try {
        await telegram.post("/edit", { ...this.#target(), message_id: context.item.message_id, text });
      } catch (error) {
        toast(error.message, this.phone, "error");
      }
      return;
    }
    if (await this.say(text, context?.item.message_id)) {
      if (context) this.#onReplied();
      return;
    }
    this.input.value = text;
    this.#typed();
  }

  /** Asks how to send the files, then sends them; two or more go as one album. */
  async sendFiles(files) {
    const answer = await askAboutFiles(this.phone, files, this.input.value);
    if (!answer) return;
    const replyTo = this.#context?.kind === "reply" ? this.#context.item.message_id : null;
    this.clear();
    if (replyTo) this.#onReplied();
    const group = files.length > 1 ? `album-${crypto.randomUUID()}` : null;
    for (const [index, file] of files.entries()) {
      try {
        await telegram.post("/file", {
          ...this.#target(), name: file.name, content_base64: await base64(file),
          kind: answer.asPhoto && file.type.startsWith("image/") ? "photo" : "document",
          ...(index === 0 && answer.caption ? { caption: answer.caption } : {}),
          ...(index === 0 && replyTo ? { reply_to: replyTo } : {}),
          ...(group ? { media_group: group } : {}),
        });
        this.#onSent();
      } catch (error) {
        toast(error.message, this.phone, "error");
      }
    }
  }

  #picked() {
    const files = [...this.picker.files];
    this.picker.value = "";
    if (files.length) this.sendFiles(files);
  }

  #pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.sendFiles(files);
  }

  #setContext(context) {
    this.#context = context;
    this.input.placeholder = (context?.kind === "reply" && context.item.placeholder) || this.#placeholder;
    this.bar.hidden = !context;
    this.bar.replaceChildren();
    if (!context) return;
    const title = context.kind === "edit" ? "Edit message" : `Reply to ${this.#nameOf(context.item.from)}`;
    this.bar.append(
      icon(context.kind === "edit" ? "edit" : "reply"),
      h("div", { class: "context-words" }, h("b", {}, title), h("span", {}, summary(context.item))),
      h("button", { class: "round-button", type: "button", "aria-label": "Cancel", title: "Cancel", onClick: () => (context.kind === "edit" ? this.clear() : this.#setContext(null)) }, icon("close")));
    this.focus();
  }

  #grow() {
    if (!this.input.offsetParent) return;
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, MAX_HEIGHT)}px`;
    this.input.classList.toggle("is-tall", this.input.scrollHeight > MAX_HEIGHT);
  }

  #typed() {
    this.sendButton.classList.toggle("is-ready", Boolean(this.input.value.trim()));
    this.menu.classList.toggle("is-narrow", Boolean(this.input.value));
    this.#grow();
    const typing = /^\/\w*$/.test(this.input.value);
    if (typing || !this.list.hidden) this.#showMenu(typing);
    this.#drawCommands();
  }

  #key(event) {
    if (event.isComposing) return;
    const open = !this.list.hidden && this.list.children.length;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const count = this.list.children.length;
      this.#chosen = (this.#chosen + (event.key === "ArrowDown" ? 1 : -1) + count) % count;
      this.#markChosen();
    } else if (open && (event.key === "Tab" || (event.key === "Enter" && this.#chosen >= 0))) {
      this.list.children[Math.max(0, this.#chosen)].click();
    } else if (event.key === "Escape") {
      if (!this.list.hidden) this.#showMenu(false);
      else if (this.#context?.kind === "edit") this.clear();
      else this.#setContext(null);
    } else if (event.key === "Enter" && !event.shiftKey) this.send();
    else if (event.key === "ArrowUp" && !this.input.value) {
      const mine = this.#find();
      if (!mine) return;
      this.edit(mine);
    } else return;
    event.preventDefault();
  }

  #toggleMenu() {
    this.#showMenu(this.list.hidden);
    this.#drawCommands();
    this.focus();
  }

  #showMenu(open) {
    this.list.hidden = !open;
    this.menu.setAttribute("aria-expanded", String(open));
    this.menu.classList.toggle("is-open", open);
  }

  #drawCommands() {
    const begun = /^\/(\w+)$/.exec(this.input.value)?.[1] ?? "";
    const fitting = this.#commands.filter((each) => each.command.startsWith(begun));
    this.#chosen = -1; // Enter sends what is typed until a line is chosen with the arrows
    this.list.replaceChildren(...fitting.map((each) =>
      h("button", {
        class: "command-item", type: "button", role: "option", id: `command-${each.command}`, data: { command: each.command },
        onClick: () => {
          this.clear();
          this.#showMenu(false);
          this.say(`/${each.command}`);
        },
      }, h("b", {}, `/${each.command}`), h("span", {}, each.description))));
    if (!fitting.length) this.#showMenu(false);
    this.#markChosen();
  }

  #markChosen() {
    [...this.list.children].forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === this.#chosen));
      if (index === this.#chosen) option.scrollIntoView({ block: "nearest" });
    });
    const chosen = this.list.children[this.#chosen];
    if (chosen) this.input.setAttribute("aria-activedescendant", chosen.id);
    else this.input.removeAttribute("aria-activedescendant");
  }
}

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (let start = 0; start < bytes.length; start += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(binary);
}
