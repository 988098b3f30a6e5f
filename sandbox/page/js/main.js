// Puts the two sides of the page together.

import { Chat } from "./chat/chat.js";
import { Hints } from "./hints.js";
import { Market } from "./market/market.js";

const tabs = [...document.querySelectorAll("[data-tab-of]")];

let missed = 0;

function show(name) {
  document.body.dataset.tab = name;
  for (const tab of tabs) tab.setAttribute("aria-selected", String(tab.dataset.tabOf === name));
  if (name !== "chat") return;
  missed = 0;
  badge("chat", 0);
}

function badge(name, count) {
  const element = document.querySelector(`[data-tab-of="${name}"] .badge`);
  element.hidden = !count;
  element.textContent = String(count);
}

for (const [index, tab] of tabs.entries()) {
  tab.addEventListener("click", () => show(tab.dataset.tabOf));
  tab.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = tabs[(index + 1) % tabs.length];
    other.focus();
    other.click();
  });
}

let hints = null;
const chat = new Chat(document.getElementById("phone"), {
  // Only a narrow page hides a side; offsetParent tells whether this one is shown.
  onNews: (count) => { if (document.getElementById("phone").offsetParent === null) badge("chat", (missed += count)); },
  onBegun: () => hints?.done("start"),
  onReplied: () => hints?.done("deliver"),
});
const market = new Market(document.getElementById("market-body"), { onOrdered: () => hints?.done("buy") });
hints = new Hints({ chat: chat.hint, market: market.hint });
show(location.hash === "#market" ? "market" : "chat");
chat.refresh();
