// Calls to the two control APIs, and their event streams.

/** What a control endpoint answered with a 4xx or 5xx, or that it was not reached (status 0). */
export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError("The practice shop does not answer", 0);
  }
  let answer = null;
  try {
    answer = await response.json();
  } catch {
    // An answer that is not JSON says nothing more than its status does.
  }
  if (!response.ok) throw new ApiError(answer?.error ?? `Refused (${response.status})`, response.status);
  return answer;
}

const side = (prefix) => ({
  get: (path, query = {}) => {
    const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== null && value !== undefined));
    return call("GET", `${prefix}${path}${search.size ? `?${search}` : ""}`);
  },
  post: (path, body = {}) => call("POST", `${prefix}${path}`, body),
  delete: (path) => call("DELETE", `${prefix}${path}`),
  events: `${prefix}/events`,
  prefix,
});

export const telegram = side("/telegram/control");
export const market = side("/market/control");

/**
 * Calls `changed` at each event of a stream, when it is (re)connected and when the tab is shown again.
 * A hidden tab holds no connection: a browser gives one host six, and streams of forgotten tabs would use them up.
 */
export function listen(url, changed, online = () => {}) {
  let source = null;
  let retry = null;
  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource(url);
    source.onopen = () => {
      online(true);
      changed();
    };
    source.onmessage = () => changed();
    source.onerror = () => {
      online(false);
      // A refused stream is not tried again by the browser itself, a cut one is: both go through here.
      source?.close();
      source = null;
      clearTimeout(retry);
      retry = setTimeout(open, 1000);
    };
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      source?.close();
      source = null;
    } else open();
  });
  open();
}
