// First visit: three hints that show what to do. Each goes when its thing was done, or by its cross.

import { h, icon } from "./dom.js";

const KEPT_AS = "practice-shop-hints";
const STEPS = ["start", "buy", "deliver"];
/** Where the bot wrote before anybody pressed Start: owners are told what waits at once. */
const GREETED = "You are the seller: the bot writes to you here. Press one of its buttons.";
const WORDS = {
  start: { chat: "You are the seller. Press Start." },
  buy: { market: "Now be the buyer: press “Order & pay”.", chat: "Now be the buyer: open Marketplace below." },
  deliver: { chat: "Deliver it: reply to the order’s card with anything, say user:pass.", market: "Go back to Chat and deliver it." },
};

export class Hints {
  /** `slots` are the elements that show a hint on either side: {chat, market}. */
  constructor(slots) {
    this.slots = slots;
    this.words = WORDS;
    this.step = new URLSearchParams(location.search).get("hints") === "off" ? STEPS.length : recall();
    this.#draw();
  }

  /** Says that a step was done; those before it need no hint any more. */
  done(name) {
    const index = STEPS.indexOf(name);
    if (index < this.step) return;
    this.step = index + 1;
    remember(this.step);
    this.#draw();
  }

  /** Says that the bot wrote first: there is no Start to be pressed. */
  greeted() {
    if (this.words.start.chat === GREETED) return;
    this.words = { ...WORDS, start: { chat: GREETED } };
    this.#draw();
  }

  #draw() {
    const name = STEPS[this.step];
    let left = null; // what held the focus, by a cross that is gone now
    for (const [side, slot] of Object.entries(this.slots)) {
      const words = this.words[name]?.[side];
      const focused = slot.contains(document.activeElement);
      slot.hidden = !words;
      slot.replaceChildren();
      if (focused) left = slot;
      if (!words) continue;
      // On a wide page both sides are in view: there, only the side where it is done says so.
      slot.classList.toggle("hint-elsewhere", side !== Object.keys(this.words[name])[0]);
      slot.append(h("span", { class: "hint-step" }, `${this.step + 1} of ${STEPS.length}`), h("span", { class: "hint-words" }, words),
        h("button", { class: "hint-close", type: "button", "aria-label": "Hide this hint", onClick: () => this.done(name) }, icon("close")));
    }
    // Whoever closed it by key goes on from its place.
    const near = [...(left?.parentElement.querySelectorAll("button, textarea") ?? [])];
    near.find((each) => each.offsetParent !== null)?.focus({ preventScroll: true });
  }
}

/** An empty place for a hint. */
export const hintSlot = () => h("div", { class: "hint", role: "note", hidden: true, data: { testid: "hint" } });

function recall() {
  try {
    return Number(localStorage.getItem(KEPT_AS)) || 0;
  } catch {
    return 0; // a browser that keeps nothing shows them again
  }
}

function remember(step) {
  try {
    localStorage.setItem(KEPT_AS, String(step));
  } catch {
    // Nothing is lost but the memory of having seen them.
  }
}
