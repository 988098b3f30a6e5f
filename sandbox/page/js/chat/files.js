// Files: the question before they are sent, and dropping them on the chat.

import { h, icon, openOver } from "../dom.js";
import { size } from "../format.js";

/** Shows the files with a field for a caption; {caption, asPhoto}, or null when it was cancelled. */
export function askAboutFiles(phone, files, caption) {
  const pictures = files.every((file) => file.type.startsWith("image/"));
  const words = h("textarea", { rows: 1, placeholder: "Add a caption", "aria-label": "Caption", value: caption, data: { testid: "caption" }, autofocus: true });
  const asPhoto = h("input", { type: "checkbox" });
  asPhoto.checked = pictures;
  const form = h("form", { method: "dialog" },
    h("h2", {}, files.length === 1 ? "Send 1 file" : `Send ${files.length} files`),
    h("ul", { class: "file-list" }, files.map((file) => h("li", {}, thumbnail(file),
      h("span", { class: "document-words" }, h("b", {}, file.name), h("small", {}, size(file.size)))))),
    words,
    pictures ? h("label", { class: "check" }, asPhoto, "As a photo") : null,
    h("div", { class: "dialog-buttons" },
      h("button", { class: "button", value: "cancel", type: "button", onClick: () => dialog.close("cancel") }, "Cancel"),
      h("button", { class: "button button-primary", value: "send", data: { testid: "send-files" } }, "Send")));
  const dialog = h("dialog", { class: "files-dialog", "aria-label": "Send files" }, form);
  words.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      dialog.close("send");
    }
  });
  openOver(dialog, phone);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "send" ? { caption: words.value.trim(), asPhoto: pictures && asPhoto.checked } : null);
    });
  });
}

function thumbnail(file) {
  if (!file.type.startsWith("image/")) return h("span", { class: "document-sign" }, icon("file"));
  const address = URL.createObjectURL(file);
  const picture = h("img", { class: "thumbnail", src: address, alt: "" });
  picture.addEventListener("load", () => URL.revokeObjectURL(address));
  return picture;
}

/** Lets files be dropped anywhere on the chat. */
export function acceptDrops(phone, take) {
  const veil = h("div", { class: "drop-veil", hidden: true }, h("span", {}, icon("file"), "Drop files here to send them"));
  phone.append(veil);
  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  let depth = 0; // dragenter and dragleave come for every child that is crossed
  phone.addEventListener("dragenter", (event) => {
    if (!carriesFiles(event)) return;
    depth += 1;
    veil.hidden = false;
  });
  phone.addEventListener("dragleave", (event) => {
    if (!carriesFiles(event)) return;
    depth -= 1;
    veil.hidden = depth <= 0;
  });
  phone.addEventListener("dragover", (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  phone.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    veil.hidden = true;
    take([...event.dataTransfer.files]);
  });
}
