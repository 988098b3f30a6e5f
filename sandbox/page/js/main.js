// Puts the two sides of the page together.

import { Chat } from "./chat/chat.js";
import { h, icon } from "./dom.js";
import { Hints } from "./hints.js";
import { Market } from "./market/market.js";
import { SecondPhone } from "./second.js";

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

/** Whether this is a phone inside another page: the chat alone. */
const only = new URLSearchParams(location.search).get("only") === "chat";

let hints = null;
const slow = h("button", { class: "side-switch is-trouble", type: "button", "aria-pressed": "false", data: { testid: "slow-switch" }, onClick: () => chat.toggleNetwork() }, icon("slow"), "Slow network");
const chat = new Chat(document.getElementById("phone"), {
  // Only a narrow page hides a side; offsetParent tells whether this one is shown.
  onNews: (count) => { if (document.getElementById("phone").offsetParent === null) badge("chat", (missed += count)); },
  onGreeted: () => hints?.greeted(),
  onBegun: () => hints?.done("start"),
  onReplied: () => hints?.done("deliver"),
  onNetwork: (isSlow) => slow.setAttribute("aria-pressed", String(isSlow)),
});
if (only) document.body.dataset.only = "chat";
else {
  const second = new SecondPhone(document.getElementById("second"), () => chat.me);
  document.getElementById("chat-title").append(h("span", { class: "side-switches" }, second.button, slow));
  const market = new Market(document.getElementById("market-body"), { onOrdered: () => hints?.done("buy") });
  hints = new Hints({ chat: chat.hint, market: market.hint });
}
show(!only && location.hash === "#market" ? "market" : "chat");
chat.refresh();
