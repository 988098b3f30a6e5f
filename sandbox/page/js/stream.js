// The one event stream, kept open for as long as somebody listens.

const RETRY_MS = 1000;

/** Opens the stream and tells `heard` what comes: {online: true | false}, or an event of a side. */
export function openStream(url, heard) {
  const open = () => {
    const source = new EventSource(url);
    source.onopen = () => heard({ online: true });
    source.onmessage = (message) => heard(JSON.parse(message.data));
    source.onerror = () => {
      heard({ online: false });
      // A refused stream is not tried again by the browser itself, a cut one is: both go through here.
      source.close();
      setTimeout(open, RETRY_MS);
    };
  };
  open();
}
