// Calls to the two control APIs.

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
  prefix,
});

export const telegram = side("/telegram/control");
export const market = side("/market/control");
