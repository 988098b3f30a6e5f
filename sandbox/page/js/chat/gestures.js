// What a tap, a double click, a long press or a key does inside the messages.

import { h, icon } from "../dom.js";
import { copyText } from "./keyboard.js";
import { showPicture } from "./lightbox.js";

const LONG_PRESS_MS = 450;
const SPOILERS = ".spoiler";
/** What Telegram's apps offer first. */
const REACTIONS = ["👍", "❤", "🔥", "👀", "🎉", "😢"];

/** Wires the list of messages; `find(id)` gives the message, `reply`, `edit` and `write` act. */
export function wireGestures(list, { phone, me, find, reply, edit, remove, write, react }) {
  const messageOf = (target) => find(Number(target.closest("[data-message-id]")?.dataset.messageId));

  list.addEventListener("click", (event) => {
    const target = event.target;
    const hidden = target.closest(SPOILERS);
    if (hidden && !hidden.classList.contains("is-open")) {
      reveal(hidden);
      event.preventDefault();
      return;
    }
    const photo = target.closest("a.photo-link");
    if (photo && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      showPicture(photo, phone);
      return;
    }
    const command = target.closest("[data-command], .bot-command, .bot_command");
    if (command) {
      event.preventDefault();
      write(command.dataset.command || command.textContent.trim());
      return;
    }
    const quote = target.closest("blockquote.expandable");
    if (quote && !String(getSelection())) {
      const open = quote.classList.toggle("is-open");
      quote.querySelector(".quote-toggle")?.setAttribute("aria-expanded", String(open));
      return;
    }
    const code = target.closest("code, pre");
    if (code && !String(getSelection())) copyText((code.closest("pre") ?? code).textContent, phone);
  });

  list.addEventListener("keydown", (event) => {
    const acts = event.target.closest('[role="button"]');
    if (acts && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      acts.click();
    }
  });

  list.addEventListener("dblclick", (event) => {
    if (event.target.closest("button, a, code, pre, blockquote")) return;
    const message = messageOf(event.target);
    if (!message) return;
    getSelection()?.removeAllRanges();
    reply(message);
  });

  list.addEventListener("contextmenu", (event) => {
    const message = messageOf(event.target);
    if (!message || event.target.closest("a")) return;
    event.preventDefault();
    openMenu(event.clientX, event.clientY, message);
  });

  let timer = null;
  list.addEventListener("touchstart", (event) => {
    const message = messageOf(event.target);
    const { clientX, clientY } = event.touches[0];
    clearTimeout(timer);
    if (message) timer = setTimeout(() => openMenu(clientX, clientY, message), LONG_PRESS_MS);
  }, { passive: true });
  for (const name of ["touchend", "touchmove", "touchcancel"]) {
    list.addEventListener(name, () => clearTimeout(timer), { passive: true });
  }

  function openMenu(x, y, message) {
    const items = [["reply", "Reply", () => reply(message)]];
    if (!message.protected) items.push(["copy", "Copy text", () => copyText(message.text || message.caption || "", phone)]);
    if (message.from === me() && (message.text || message.caption)) items.push(["edit", "Edit", () => edit(message)]);
    items.push(["bin", "Delete", () => remove(message)]);
    const own = message.reacted?.[me()] ?? [];
    const offered = REACTIONS.map((emoji) => ({ emoji, own: own.includes(emoji), act: () => react(message, emoji) }));
    showMenu(phone, x, y, items, message.kind === "service" ? [] : offered);
  }
}

function reveal(hidden) {
  hidden.classList.add("is-open");
  hidden.removeAttribute("role");
  hidden.removeAttribute("tabindex");
  hidden.removeAttribute("aria-label");
}

/** Shows a menu at a point of the page; `items` are [icon, label, what to do], `reactions` a row above. */
export function showMenu(phone, x, y, items, reactions = []) {
  const before = document.activeElement;
  const menu = h("div", { class: "popup", role: "menu" });
  const close = () => {
    menu.remove();
    document.removeEventListener("pointerdown", outside, true);
    before?.focus?.({ preventScroll: true });
  };
  const outside = (event) => {
    if (!menu.contains(event.target)) close();
  };
  if (reactions.length) {
    menu.append(h("div", { class: "popup-reactions", role: "group", "aria-label": "Reactions" }, reactions.map(({ emoji, own, act }) =>
      h("button", { type: "button", role: "menuitemcheckbox", "aria-checked": String(own), "aria-label": `React with ${emoji}`, onClick: () => { close(); act(); } }, emoji))));
  }
  for (const [name, label, act] of items) {
    menu.append(h("button", { type: "button", role: "menuitem", onClick: () => { close(); act(); } }, icon(name), label));
  }
  menu.addEventListener("keydown", (event) => {
    const buttons = [...menu.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown" || event.key === "ArrowRight") buttons[(at + 1) % buttons.length].focus();
    else if (event.key === "ArrowUp" || event.key === "ArrowLeft") buttons[(at + buttons.length - 1) % buttons.length].focus();
    else return;
    event.preventDefault();
  });
  phone.append(menu);
  const box = phone.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(x - box.left, box.width - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y - box.top, box.height - menu.offsetHeight - 8))}px`;
  menu.querySelector('[role="menuitem"]').focus();
  document.addEventListener("pointerdown", outside, true);
}
