// The inline keyboard under a message, and a press from the tap until the bot has answered it.

import { telegram } from "../api.js";
import { h, icon } from "../dom.js";
import { alertBox, toast } from "../toast.js";

/** How long a button spins at most: Telegram's apps give up in about that time, too. */
const PATIENCE_MS = 30_000;
/** Answers that came before their press was known by its ID; more than anyone presses at once. */
const ANSWERS_KEPT = 50;

/** Presses that wait for their answer; shared by all keyboards of the chat. */
export class Presses {
  #waiting = new Map(); // key of the button → true
  #asked = new Map(); // callback ID → resolves its wait
  #answers = new Map(); // callback ID → answer, as the event stream told it
  #phone;

  /** `onPressed` is called for each press. */
  constructor(phone, onPressed = () => {}) {
    this.#phone = phone;
    this.onPressed = onPressed;
  }

  static #key = (messageId, button) => `${messageId} ${button.data} ${button.text}`;

  waits(messageId, button) {
    return this.#waiting.has(Presses.#key(messageId, button));
  }

  /** Presses the button as `target` (person and chat); shows what the bot answers. */
  async press(target, messageId, button) {
    const key = Presses.#key(messageId, button);
    if (this.#waiting.has(key)) return;
    this.#mark(key, messageId, true);
    this.onPressed();
    try {
      const press = await telegram.post("/press", { ...target, message_id: messageId, data: button.data, label: button.text });
      const answer = await this.#answer(press.callback_id);
      if (answer?.text) {
        if (answer.alert) alertBox(answer.text, this.#phone);
        else toast(answer.text, this.#phone);
      }
    } catch (error) {
      toast(error.message, this.#phone, "error");
    } finally {
      this.#mark(key, messageId, false);
    }
  }

  /** Takes an answer from the event stream: no connection has to wait for it. */
  answered(answer) {
    this.#answers.set(answer.id, answer);
    if (this.#answers.size > ANSWERS_KEPT) this.#answers.delete(this.#answers.keys().next().value);
    this.#asked.get(answer.id)?.(answer);
  }

  /** Asks for answers that may have been missed while the event stream was away. */
  async askAgain() {
    for (const id of [...this.#asked.keys()]) {
      try {
        const state = await telegram.get(`/callbacks/${id}`);
        if (state.answered) this.answered({ ...state, id });
      } catch {
        this.#asked.get(id)?.(null); // the press is forgotten: so is its answer
      }
    }
  }

  #answer(callbackId) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => end(null), PATIENCE_MS);
      const end = (answer) => {
        clearTimeout(timer);
        this.#asked.delete(callbackId);
        resolve(answer);
      };
      this.#asked.set(callbackId, end);
      if (this.#answers.has(callbackId)) end(this.#answers.get(callbackId));
    });
  }

  // The message may have been drawn anew since the press: the button is looked up, not kept.
  #mark(key, messageId, waiting) {
    if (waiting) this.#waiting.set(key, true);
    else this.#waiting.delete(key);
    for (const button of this.#phone.querySelectorAll(`[data-message-id="${messageId}"] [data-press]`)) {
      if (button.dataset.press === key) setWaiting(button, waiting);
    }
  }

  keyOf = (messageId, button) => Presses.#key(messageId, button);
}

function setWaiting(element, waiting) {
  element.classList.toggle("is-waiting", waiting);
  if (waiting) element.setAttribute("aria-busy", "true");
  else element.removeAttribute("aria-busy");
}

/** The rows of buttons of a message; null when it has none. */
export function renderKeyboard(item, { presses, target, phone }) {
  const rows = (item.keyboard ?? []).filter((row) => row.length);
  if (!rows.length) return null;
  return h("div", { class: "keyboard", role: "group", "aria-label": "Buttons of this message" },
    rows.map((row) => h("div", { class: "keyboard-row" }, row.map((button) => renderButton(item, button)))));

  function renderButton(message, button) {
    const props = { class: `key ${button.style ? `key-${button.style}` : ""}`, data: { testid: "keyboard-button" } };
    const label = h("span", { class: "key-label" }, button.text);
    if (button.url) {
      return h("a", { ...props, href: /^(https?|tg):/.test(button.url) ? button.url : "#", target: "_blank", rel: "noopener noreferrer" },
        label, icon("link"));
    }
    if (button.copy) {
      return h("button", { ...props, type: "button", onClick: () => copyText(button.copy, phone) }, label, icon("copy"));
    }
    const key = presses.keyOf(message.message_id, button);
    const element = h("button", {
      ...props, type: "button", data: { testid: "keyboard-button", press: key },
      onClick: () => presses.press(target(), message.message_id, button),
    }, label, h("span", { class: "spinner", "aria-hidden": "true" }));
    setWaiting(element, presses.waits(message.message_id, button));
    return element;
  }
}

/** Copies a text and says so. */
export async function copyText(text, host) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied", host);
  } catch {
    toast("This browser does not allow copying here", host, "error");
  }
}
