// A picture in full; the arrows lead through the others of its album.

import { h, icon } from "../dom.js";

/** Shows the picture of a link (`a.photo-link`) until it is closed. */
export function showPicture(link, host) {
  const links = [...(link.closest(".album")?.querySelectorAll("a.photo-link") ?? [link])];
  let at = links.indexOf(link);
  const picture = h("img", { data: { testid: "picture" } });
  const place = h("span", { class: "lightbox-place" });
  const show = (index) => {
    at = (index + links.length) % links.length;
    picture.src = links[at].href;
    picture.alt = links[at].querySelector("img")?.alt ?? "Photo";
    place.textContent = links.length > 1 ? `${at + 1} of ${links.length}` : "";
  };
  const step = (by, name, label) => h("button", { class: "lightbox-button", type: "button", "aria-label": label, onClick: () => show(at + by) }, icon(name));
  const dialog = h("dialog", {
    class: "lightbox", "aria-label": "Photo",
    onClick: (event) => { if (!event.target.closest("button")) dialog.close(); },
    onKeydown: (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (by) show(at + by);
    },
  }, picture, h("div", { class: "lightbox-bar" },
    links.length > 1 ? step(-1, "before", "The picture before") : null, place, links.length > 1 ? step(1, "next", "The next picture") : null,
    h("button", { class: "lightbox-button", type: "button", "aria-label": "Close", autofocus: true, onClick: () => dialog.close() }, icon("close"))));
  dialog.addEventListener("close", () => { dialog.remove(); link.focus({ preventScroll: true }); });
  show(at);
  host.append(dialog);
  dialog.showModal();
}
