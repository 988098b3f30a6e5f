// One message as an element. What people wrote goes in as text; only `html`, which the server
// made (and escaped) from text and entities, goes in as HTML.

import { h, icon } from "../dom.js";
import { clock, hue, size } from "../format.js";
import { renderKeyboard } from "./keyboard.js";

/** A message in one line, for quotes, the pinned line and screen readers. */
export function summary(item) {
  const words = item.text || item.caption;
  if (words) return words.replace(/\s+/g, " ").slice(0, 160);
  if (item.file?.name) return item.file.name;
  return { photo: "Photo", document: "File", sticker: "Sticker", voice: "Voice message" }[item.kind] ?? "Message";
}

/** Draws a message; `view` says who looks, who wrote what, and how it stands in its group. */
export function renderMessage(item, view) {
  const mine = item.from === view.me;
  if (item.kind === "service") {
    return h("div", { class: "date", data: { messageId: item.message_id } }, h("span", {}, item.text || "The chat was changed"));
  }
  const row = h("article", {
    class: ["row", mine ? "row-out" : "row-in", view.last ? "is-last" : "", view.first ? "is-first" : ""].join(" "),
    data: { testid: "message", messageId: item.message_id, from: item.from },
    "aria-label": `${mine ? "You" : view.nameOf(item.from)} at ${clock(item.date)}`,
  });
  const shape = item.kind === "sticker" ? "bubble-bare" : item.file && !item.caption && !item.reactions?.length ? "bubble-file" : "";
  const bubble = h("div", { class: `bubble ${shape}` });
  if (view.group && !mine && view.first) {
    bubble.append(h("span", { class: `author hue-${hue(item.from)}` }, view.nameOf(item.from)));
  }
  if (item.reply_to) bubble.append(renderQuote(item, view));
  const media = renderMedia(item, view);
  if (media) bubble.append(media);
  bubble.append(...[renderText(item, mine)].flat());
  const keyboard = renderKeyboard(item, view);
  row.append(h("div", { class: `stack${keyboard ? " has-keyboard" : ""}` }, bubble, keyboard), renderActions(item, mine, view));
  return row;
}

function renderText(item, mine) {
  const body = h("div", { class: "text" });
  if (item.html) {
    body.innerHTML = item.html;
    // A block begins and ends its line by itself: the line break after it would show as an empty line.
    for (const block of body.querySelectorAll("blockquote, pre")) {
      const next = block.nextSibling;
      if (next?.nodeType === Node.TEXT_NODE) next.data = next.data.replace(/^\n/, "");
    }
    for (const anchor of body.querySelectorAll("a[href]")) {
      if (/^https?:/.test(anchor.getAttribute("href"))) {
        anchor.target = "_blank";
        anchor.rel = "noopener noreferrer";
      }
    }
    for (const hidden of body.querySelectorAll(".spoiler, .tg-spoiler, tg-spoiler")) {
      hidden.setAttribute("role", "button");
      hidden.setAttribute("tabindex", "0");
      hidden.setAttribute("aria-label", "Hidden text, press to show");
    }
  } else {
    body.textContent = item.text || item.caption || "";
  }
  if (!item.reactions?.length) {
    body.append(renderMeta(item, mine));
    return body;
  }
  return [body, h("div", { class: "bubble-foot" },
    h("span", { class: "reactions" }, item.reactions.map((reaction) => h("span", { class: "reaction", "aria-label": `Reaction ${reaction}` }, reaction))),
    renderMeta(item, mine))];
}

function renderMeta(item, mine) {
  return h("span", { class: "meta" },
    item.pinned ? icon("pin") : null,
    item.silent ? icon("quiet") : null,
    item.edited ? h("span", { class: "edited" }, "edited") : null,
    h("time", {}, clock(item.date)),
    mine ? icon("check") : null);
}

function renderQuote(item, view) {
  const answered = view.byId.get(item.reply_to);
  const who = answered ? (answered.from === view.me ? "You" : view.nameOf(answered.from)) : "Message";
  return h("button", {
    class: "quoted", type: "button", "aria-label": `In reply to ${who}: ${answered ? summary(answered) : ""}`,
    onClick: () => view.jump(item.reply_to),
  }, h("b", {}, who), h("span", {}, answered ? summary(answered) : "Earlier, or deleted"));
}

function renderMedia(item, view) {
  if (!item.file && !["photo", "sticker", "voice"].includes(item.kind)) return null;
  const address = item.file?.file_id ? view.fileAddress(item.file.file_id) : null;
  if (item.kind === "photo" && address) {
    const picture = h("img", { class: "photo", src: address, alt: item.caption || "Photo", loading: "lazy" });
    picture.addEventListener("load", view.settled);
    picture.addEventListener("error", () => picture.replaceWith(h("span", { class: "photo-missing" }, "Photo")));
    return h("a", { class: "photo-link", href: address, target: "_blank", rel: "noopener" }, picture);
  }
  if (item.kind === "sticker") return h("span", { class: "sticker", role: "img", "aria-label": "Sticker" }, item.file?.emoji ?? "🙂");
  if (item.kind === "voice") return h("span", { class: "document" }, h("span", { class: "document-sign" }, icon("voice")), h("b", {}, "Voice message"));
  return h("a", {
    class: "document", href: address ?? "#", download: item.file?.name ?? "file", "aria-label": `Download ${item.file?.name ?? "file"}`,
  }, h("span", { class: "document-sign" }, icon("file")),
  h("span", { class: "document-words" }, h("b", {}, item.file?.name ?? "file"), h("small", {}, size(item.file?.size))));
}

function renderActions(item, mine, view) {
  const words = summary(item).slice(0, 40);
  return h("div", { class: "actions" },
    h("button", { type: "button", data: { testid: "reply" }, title: "Reply", "aria-label": `Reply to: ${words}`, onClick: () => view.reply(item) }, icon("reply")),
    mine && (item.text || item.caption)
      ? h("button", { type: "button", data: { testid: "edit" }, title: "Edit", "aria-label": `Edit: ${words}`, onClick: () => view.edit(item) }, icon("edit"))
      : null);
}
