// Where the reader is: stays there when messages come or change, follows when at the foot.

import { h, icon } from "../dom.js";

const NEAR_PX = 80;

export class Reader {
  #unread = 0;

  constructor(scroller) {
    this.scroller = scroller;
    this.badge = h("span", { class: "badge", hidden: true });
    this.button = h("button", { class: "to-foot", type: "button", "aria-label": "Scroll to the newest message", hidden: true, data: { testid: "to-foot" }, onClick: () => this.toFoot(true) },
      icon("down"), this.badge);
    scroller.addEventListener("scroll", () => this.#moved(), { passive: true });
    // The keyboard of a phone, the composer or a late picture may change the room there is.
    this.following = true;
    new ResizeObserver(() => { if (this.following) this.toFoot(); }).observe(scroller);
  }

  get atFoot() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_PX;
  }

  toFoot(smooth = false) {
    this.following = true;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
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

  #moved() {
    this.following = this.atFoot;
    this.button.hidden = this.following;
    if (this.following) this.#setUnread(0);
  }

  #setUnread(count) {
    this.#unread = count;
    this.badge.hidden = !count;
    this.badge.textContent = String(count);
  }
}
