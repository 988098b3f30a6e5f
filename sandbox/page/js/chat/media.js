// Pictures and files of a message, alone or as an album.

import { h, icon } from "../dom.js";
import { size } from "../format.js";

/** A picture alone is at most this large, and never smaller than a thumb needs. */
const MOST = { width: 300, height: 320 };
const LEAST = 72;

/** Draws what a message carries; null when it carries only text. */
export function renderMedia(item, view) {
  if (item.preview && !item.file) return renderPreview(item.preview);
  if (!item.file && !["photo", "sticker", "voice"].includes(item.kind)) return null;
  const address = item.file?.file_id ? view.fileAddress(item.file.file_id) : null;
  if (item.kind === "photo" && address) return renderPhoto(item, address, shown(item.file));
  if (item.kind === "sticker") return h("span", { class: "sticker", role: "img", "aria-label": "Sticker" }, item.file?.emoji ?? "🙂");
  if (item.kind === "voice") return h("span", { class: "document" }, h("span", { class: "document-sign" }, icon("voice")), h("b", {}, "Voice message"));
  return h("a", {
    class: "document", href: address ?? "#", download: item.file?.name ?? "file", "aria-label": `Download ${item.file?.name ?? "file"}`,
  }, h("span", { class: "document-sign" }, icon("file")),
  h("span", { class: "document-words" }, h("b", {}, item.file?.name ?? "file"), h("small", {}, size(item.file?.size))));
}

/** Draws the pieces of an album; each can be replied to by itself. */
export function renderAlbum(items, view, renderText) {
  const photos = items.every((item) => item.kind === "photo");
  if (!photos) {
    return h("div", { class: "album-files" }, items.map((item) =>
      h("div", { data: { messageId: item.message_id } }, renderMedia(item, view), item.caption ? renderText(item) : null)));
  }
  return h("div", { class: `album album-${Math.min(items.length, 4)}` }, items.map((item) => {
    const photo = renderPhoto(item, view.fileAddress(item.file.file_id), null);
    photo.dataset.messageId = item.message_id;
    return photo;
  }));
}

// The room is known before the picture is there: nothing moves when it comes.
function renderPhoto(item, address, room) {
  const picture = h("img", { class: "photo", src: address, alt: item.caption || "Photo", ...(room ?? {}) });
  picture.addEventListener("error", () => picture.replaceWith(h("span", { class: "photo-missing" }, "Photo")));
  return h("a", { class: "photo-link", href: address, target: "_blank", rel: "noopener" }, picture);
}

// A picture that is linked to, as Telegram shows one above a text; without it nothing is missing.
function renderPreview(address) {
  const picture = h("img", { class: "photo", src: address, alt: "Picture", data: { testid: "preview" } });
  const link = h("a", { class: "photo-link", href: address, target: "_blank", rel: "noopener" }, picture);
  picture.addEventListener("error", () => link.remove());
  return link;
}

function shown({ width, height }) {
  if (!width || !height) return null;
  const share = Math.min(MOST.width / width, MOST.height / height, Math.max(1, LEAST / Math.min(width, height)));
  return { width: Math.max(LEAST, Math.round(width * share)), height: Math.max(LEAST, Math.round(height * share)) };
}
