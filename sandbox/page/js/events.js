// What changed on either side: one event stream, shared by all windows of this browser.

import { openStream } from "./stream.js";

const listeners = []; // {side, changed, online}

function heard(event) {
  for (const { side, changed, online } of listeners) {
    if ("online" in event) {
      online(event.online);
      if (event.online) changed(null);
    } else if (event.side === side) changed(event);
  }
}

let begun = false;

function begin() {
  if (begun) return;
  begun = true;
  // Some browsers of phones have no shared workers; there, few windows are open at once.
  if (typeof SharedWorker === "undefined") {
    openStream("/events", heard);
    return;
  }
  const { port } = new SharedWorker("/static/js/stream-worker.js", { type: "module", name: "events" });
  port.onmessage = ({ data }) => heard(data);
  port.postMessage("hello");
  addEventListener("pagehide", () => port.postMessage("bye"));
  addEventListener("pageshow", ({ persisted }) => { if (persisted) port.postMessage("hello"); });
}

/** Calls `changed` at each event of a side, and with null whenever some may have been missed. */
export function listen(side, changed, online = () => {}) {
  listeners.push({ side, changed, online });
  begin();
}
