// One message as an element. What people wrote goes in as text; only `html`, which the server
// made (and escaped) from text and entities, goes in as HTML.

import { h, icon } from "../dom.js";
import { clock, hue } from "../format.js";
import { renderKeyboard } from "./keyboard.js";
import { renderAlbum, renderMedia } from "./media.js";

/** A message in one line, for quotes, the pinned line and screen readers. */
export function summary(item) {
  const words = item.text || item.caption;
  if (words) return words.replace(/\s+/g, " ").slice(0, 160);
  if (item.file?.name && item.kind !== "photo") return item.file.name;
  return { photo: "Photo", document: "File", sticker: "Sticker", voice: "Voice message" }[item.kind] ?? "Message";
}

/**
 * Draws a message, or the album that begins with it (`view.album`); `view` says who looks, who
 * wrote what, and how it stands in its group.
 */
export function renderMessage(item, view) {
  if (item.kind === "service") return renderService(item, view);
  const mine = item.from === view.me;
  const album = view.album.length > 1 ? view.album : null;
  const row = h("article", {
    class: ["row", mine ? "row-out" : "row-in", view.last ? "is-last" : "", view.first ? "is-first" : ""].join(" "),
    data: { testid: "message", messageId: item.message_id, from: item.from },
    "aria-label": `${mine ? "You" : view.nameOf(item.from)} at ${clock(item.date)}`,
  });
  const worded = albumCaption(item, album);
  const bubble = h("div", { class: `bubble ${shapeOf(item, album, worded)}` });
  if (view.group && !mine && view.first) {
    bubble.append(h("span", { class: `author hue-${hue(item.from)}` }, view.nameOf(item.from)));
  }
  if (item.forwarded) bubble.append(h("span", { class: "forwarded" }, "Forwarded from ", h("b", {}, item.forwarded_from ?? "somebody")));
  if (item.reply_to) bubble.append(renderQuote(item, view));
  const media = album ? renderAlbum(album, view, renderWords) : renderMedia(item, view);
  const text = renderText(worded, mine, view);
  bubble.append(...(item.above && media ? [text.body, media, text.foot] : [media, text.body, text.foot]).filter(Boolean));
  const keyboard = renderKeyboard(item, view);
  row.append(h("div", { class: `stack${keyboard ? " has-keyboard" : ""}` }, bubble, keyboard), renderActions(item, mine, view));
  return row;
}

/** The message whose words stand below an album: of pictures the only one with a caption. */
function albumCaption(item, album) {
  if (!album) return item;
  const plain = { ...item, text: "", caption: "", html: "" };
  const captioned = album.filter((piece) => piece.caption);
  const photos = album.every((piece) => piece.kind === "photo");
  return photos && captioned.length === 1 ? { ...captioned[0], reactions: item.reactions } : plain;
}

function shapeOf(item, album, worded) {
  if (item.kind === "sticker") return "bubble-bare";
  if (!item.file) return "";
  const photo = (album ?? [item]).every((piece) => piece.kind === "photo");
  const bare = !worded.caption && !worded.reactions?.length;
  if (photo) return bare ? "bubble-photo is-bare" : "bubble-photo";
  return bare && !album ? "bubble-file" : "";
}

function renderService(item, view) {
  const words = item.text || "The chat was changed";
  const inside = item.reply_to
    ? h("button", { type: "button", onClick: () => view.jump(item.reply_to) }, words)
    : h("span", {}, words);
  return h("div", { class: "date service", data: { messageId: item.message_id, testid: "service" } }, inside);
}

function renderWords(item) {
  const body = h("div", { class: "text" });
  if (!item.html) {
    body.textContent = item.text || item.caption || "";
    return body;
  }
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
  for (const hidden of body.querySelectorAll(".spoiler")) asButton(hidden, "Hidden text, press to show");
  for (const code of body.querySelectorAll("code, pre")) {
    if (!code.closest(".spoiler") && !code.parentElement.closest("pre")) asButton(code, `Copy ${code.textContent.slice(0, 80)}`);
  }
  for (const command of body.querySelectorAll("[data-command]")) asButton(command, `Send ${command.textContent}`);
  for (const quote of body.querySelectorAll("blockquote.expandable")) {
    quote.append(h("button", { class: "quote-toggle", type: "button", "aria-expanded": "false", "aria-label": "Show the whole quote" }, icon("down")));
    requestAnimationFrame(() => quote.classList.toggle("is-short", quote.scrollHeight <= quote.clientHeight + 1));
  }
  return body;
}

/** Makes something that is no button reachable and pressable by key, and says what it does. */
function asButton(element, label) {
  element.setAttribute("role", "button");
  element.setAttribute("tabindex", "0");
  element.setAttribute("aria-label", label);
}

function renderText(item, mine, view) {
  const body = renderWords(item);
  if (!item.reactions?.length) {
    body.append(renderMeta(item, mine));
    return { body, foot: null };
  }
  const foot = h("div", { class: "bubble-foot" }, renderReactions(item, view), renderMeta(item, mine));
  return { body: body.textContent ? body : null, foot };
}

function renderReactions(item, view) {
  const counts = new Map();
  for (const emoji of item.reactions) counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
  const own = item.reacted?.[view.me] ?? [];
  return h("span", { class: "reactions" }, [...counts].map(([emoji, count]) =>
    h("button", {
      class: "reaction", type: "button", "aria-pressed": String(own.includes(emoji)), "aria-label": `Reaction ${emoji}, ${count}`,
      onClick: () => view.react(item, emoji),
    }, emoji, count > 1 ? h("span", { class: "reaction-count" }, String(count)) : null)));
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
  }, h("b", {}, who), h("span", {}, answered ? summary(answered) : "Deleted message"));
}

function renderActions(item, mine, view) {
  const words = summary(item).slice(0, 40);
  return h("div", { class: "actions" },
    h("button", { type: "button", data: { testid: "reply" }, title: "Reply", "aria-label": `Reply to: ${words}`, onClick: () => view.reply(item) }, icon("reply")),
    mine && (item.text || item.caption)
      ? h("button", { type: "button", data: { testid: "edit" }, title: "Edit", "aria-label": `Edit: ${words}`, onClick: () => view.edit(item) }, icon("edit"))
      : null);
}
