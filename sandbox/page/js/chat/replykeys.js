// The buttons in place of the letters (a reply keyboard): a press sends its words as a message.

import { h } from "../dom.js";

export class ReplyKeys {
  #send;
  #used = 0; // the message whose one-time keyboard was used

  constructor(send) {
    this.#send = send;
    this.element = h("div", { class: "reply-keys", role: "group", "aria-label": "Suggested answers", hidden: true, data: { testid: "reply-keyboard" } });
  }

  show(keyboard) {
    const used = keyboard?.one_time && keyboard.message_id === this.#used;
    this.element.hidden = !keyboard || used;
    const signature = JSON.stringify(keyboard ?? null);
    if (this.signature === signature) return;
    this.signature = signature;
    this.element.replaceChildren(...(keyboard?.rows ?? []).map((row) =>
      h("div", { class: "reply-keys-row" }, row.map((text) =>
        h("button", { class: "reply-key", type: "button", onClick: () => this.#press(text, keyboard) }, text)))));
  }

  #press(text, keyboard) {
    if (keyboard.one_time) {
      this.#used = keyboard.message_id;
      this.element.hidden = true;
    }
    this.#send(text);
  }
}
