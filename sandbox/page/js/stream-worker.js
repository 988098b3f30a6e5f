// Holds the event stream for all windows of the page: a browser gives a host six connections in all.

import { openStream } from "./stream.js";

const ports = new Set();
let online = false;

self.onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    if (data === "bye") ports.delete(port);
    else {
      ports.add(port);
      port.postMessage({ online });
    }
  };
};

openStream("/events", (event) => {
  if ("online" in event) online = event.online;
  for (const port of ports) port.postMessage(event);
});
