// What a tap, a double click, a long press or a key does inside the messages.

import { h, icon } from "../dom.js";
import { copyText } from "./keyboard.js";

const LONG_PRESS_MS = 450;
const SPOILERS = ".spoiler, .tg-spoiler, tg-spoiler";

/** Wires the list of messages; `find(id)` gives the message, `reply`, `edit` and `write` act. */
export function wireGestures(list, { phone, me, find, reply, edit, remove, write }) {
  const messageOf = (target) => find(Number(target.closest("[data-message-id]")?.dataset.messageId));

  list.addEventListener("click", (event) => {
    const target = event.target;
    const hidden = target.closest(SPOILERS);
    if (hidden && !hidden.classList.contains("is-open")) {
      reveal(hidden);
      event.preventDefault();
      return;
    }
    const command = target.closest("[data-command], .bot-command, .bot_command");
    if (command) {
      event.preventDefault();
      write(command.dataset.command || command.textContent.trim());
      return;
    }
    const quote = target.closest("blockquote");
    if (quote && isExpandable(quote) && !String(getSelection())) {
      quote.classList.toggle("is-open");
      return;
    }
    const code = target.closest("code, pre");
    if (code && !String(getSelection())) copyText((code.closest("pre") ?? code).textContent, phone);
  });

  list.addEventListener("keydown", (event) => {
    const hidden = event.target.closest(SPOILERS);
    if (hidden && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      reveal(hidden);
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
    showMenu(phone, x, y, items);
  }
}

function reveal(hidden) {
  hidden.classList.add("is-open");
  hidden.removeAttribute("role");
  hidden.removeAttribute("tabindex");
  hidden.removeAttribute("aria-label");
}

const isExpandable = (quote) =>
  quote.hasAttribute("expandable") || quote.classList.contains("expandable") || quote.hasAttribute("data-expandable");

/** Shows a menu at a point of the page; `items` are [icon, label, what to do]. */
export function showMenu(phone, x, y, items) {
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
  for (const [name, label, act] of items) {
    menu.append(h("button", { type: "button", role: "menuitem", onClick: () => { close(); act(); } }, icon(name), label));
  }
  menu.addEventListener("keydown", (event) => {
    const buttons = [...menu.children];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") buttons[(at + 1) % buttons.length].focus();
    else if (event.key === "ArrowUp") buttons[(at + buttons.length - 1) % buttons.length].focus();
    else return;
    event.preventDefault();
  });
  phone.append(menu);
  const box = phone.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(x - box.left, box.width - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y - box.top, box.height - menu.offsetHeight - 8))}px`;
  menu.firstElementChild.focus();
  document.addEventListener("pointerdown", outside, true);
}
