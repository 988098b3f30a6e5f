// Where the reader is: stays there when messages come or change, follows when at the foot.

import { h, icon } from "../dom.js";

const NEAR_PX = 80;
/** So long after wheel, finger or key a scroll is the reader's own; a swipe rolls on for a while. */
const OWN_MS = 700;
/** Nobody wants to watch hundreds of messages fly past. */
const FAR_SCREENS = 4;

export class Reader {
  #unread = 0;
  #ownUntil = 0;
  #leavingUntil = 0;

  constructor(scroller, content) {
    this.scroller = scroller;
    this.badge = h("span", { class: "badge", hidden: true });
    this.button = h("button", { class: "to-foot", type: "button", "aria-label": "Scroll to the newest message", hidden: true, data: { testid: "to-foot" }, onClick: () => this.toFoot(true) },
      icon("down"), this.badge);
    this.following = true;
    scroller.addEventListener("scroll", () => this.#moved(), { passive: true });
    for (const name of ["wheel", "touchmove"]) scroller.addEventListener(name, () => this.#own(), { passive: true });
    scroller.addEventListener("pointerdown", (event) => { if (event.target === scroller) this.#own(); }); // its bar
    scroller.addEventListener("pointermove", (event) => { if (event.buttons) this.#own(); }, { passive: true });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Tab" || scroller.contains(event.target)) this.#own();
    });
    // The keyboard of a phone, the composer or a late picture may change the room there is.
    const grown = new ResizeObserver(() => { if (this.following) this.toFoot(); });
    grown.observe(scroller);
    grown.observe(content);
  }

  get atFoot() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_PX;
  }

  toFoot(smooth = false) {
    this.#leavingUntil = 0;
    this.#follow(true);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
  }

  /** Shows an element in the middle: the reader asked to leave the foot. */
  show(element) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const { top } = element.getBoundingClientRect();
    const far = Math.abs(top) > FAR_SCREENS * this.scroller.clientHeight;
    this.#own();
    this.#leavingUntil = performance.now() + OWN_MS;
    this.#follow(false);
    element.scrollIntoView({ block: "center", behavior: calm || far ? "instant" : "smooth" });
  }

  /** Runs `change` (which draws the messages) and keeps what is being read where it is. */
  around(change) {
    const follow = this.following;
    const top = this.scroller.getBoundingClientRect().top;
    const anchor = follow ? null : [...this.scroller.querySelectorAll("[data-message-id]")].find((row) => row.getBoundingClientRect().bottom > top);
    const anchorId = anchor?.dataset.messageId;
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (follow) {
      this.toFoot();
      return;
    }
    const after = anchorId && this.scroller.querySelector(`[data-message-id="${anchorId}"]`);
    if (after) this.scroller.scrollTop += after.getBoundingClientRect().top - before;
  }

  /** Counts messages that came while the reader was above. */
  count(arrived) {
    if (!arrived || this.following) return;
    this.#setUnread(this.#unread + arrived);
  }

  #own() {
    this.#ownUntil = performance.now() + OWN_MS;
  }

  // What grows or shrinks moves the place, too; only the reader's own hand ends the following.
  #moved() {
    const own = performance.now() < this.#ownUntil;
    if (own) this.#own();
    if (this.atFoot) {
      // The first steps away from the foot are still near it.
      if (performance.now() > this.#leavingUntil) this.#follow(true);
    } else if (own) this.#follow(false);
  }

  #follow(yes) {
    this.following = yes;
    this.button.hidden = yes;
    if (yes) this.#setUnread(0);
  }

  #setUnread(count) {
    this.#unread = count;
    this.badge.hidden = !count;
    this.badge.textContent = String(count);
  }
}
