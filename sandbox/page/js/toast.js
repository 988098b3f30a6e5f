// Short notices and alerts, and the polite voice for screen readers.

import { h, openOver } from "./dom.js";

/** Shows a short notice at the foot of `host` for a few seconds. */
export function toast(text, host = document.body, kind = "plain") {
  let tray = host.querySelector(":scope > .toasts");
  if (!tray) {
    tray = h("div", { class: "toasts", role: "status", "aria-live": "polite" });
    host.append(tray);
  }
  const note = h("div", { class: `toast toast-${kind}`, data: { testid: "toast" } }, text);
  tray.append(note);
  while (tray.children.length > 3) tray.firstElementChild.remove();
  setTimeout(() => note.classList.add("is-leaving"), 3500);
  setTimeout(() => note.remove(), 3800);
}

/** A modal that stays until OK is pressed, as Telegram shows `show_alert`. */
export function alertBox(text, host = document.body) {
  const dialog = h("dialog", { class: "alert", data: { testid: "alert" }, "aria-label": "Message from the bot" },
    h("p", {}, text),
    h("form", { method: "dialog" }, h("button", { class: "button button-primary", autofocus: true }, "OK")));
  dialog.addEventListener("close", () => dialog.remove());
  openOver(dialog, host);
}

/** Says something to screen readers without showing it. */
export function announce(text) {
  document.getElementById("announcer").textContent = text;
}
