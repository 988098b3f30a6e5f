// The second person's phone beside the first: this page once more in a frame, the chat alone.

import { h } from "./dom.js";

const NAMES = { ann: "Ann", ben: "Ben" };

/** Who stands beside a person: Ben beside Ann, Ann beside everybody else. */
const beside = (me) => (me === "ann" ? "ben" : "ann");

export class SecondPhone {
  /** `section` holds it; `me()` says who has the first phone. */
  constructor(section, me) {
    this.section = section;
    this.me = me;
    this.button = h("button", { class: "side-switch second-switch", type: "button", "aria-pressed": "false", data: { testid: "second-switch" }, onClick: () => this.toggle() });
    const asked = new URLSearchParams(location.search).get("with");
    this.#say(beside(me()));
    if (asked) this.#open(asked);
  }

  toggle() {
    if (this.section.hidden) this.#open(beside(this.me()));
    else this.#close();
  }

  #open(name) {
    const label = NAMES[name] ?? name;
    this.section.replaceChildren(
      h("div", { class: "side-title" }, h("b", {}, label), h("span", {}, "on another phone")),
      h("iframe", { src: `/?${new URLSearchParams({ as: name, only: "chat", hints: "off" })}`, title: `${label}’s phone` }));
    this.section.setAttribute("aria-label", `${label}’s chat with the bot`);
    this.section.hidden = false;
    this.#say(name);
    this.#remember(name);
  }

  #close() {
    this.section.hidden = true;
    this.section.replaceChildren();
    this.#say(beside(this.me()));
    this.#remember(null);
  }

  #say(name) {
    this.button.textContent = `${NAMES[name] ?? name}, too`;
    this.button.setAttribute("aria-pressed", String(!this.section.hidden));
  }

  /** The address tells who is here, so that it can be opened again. */
  #remember(name) {
    const query = new URLSearchParams(location.search);
    if (name) query.set("with", name);
    else query.delete("with");
    history.replaceState(null, "", `?${query}${location.hash}`);
  }
}
