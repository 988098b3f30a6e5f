// How numbers, times and states are written on this page.

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const SECONDS = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });
const DAY_YEAR = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });

/** A Date of Unix seconds or of an ISO 8601 text. */
export const moment = (value) => new Date(typeof value === "number" ? value * 1000 : value);
export const clock = (value) => CLOCK.format(moment(value));
export const clockSeconds = (value) => SECONDS.format(moment(value));

/** "Today", "Yesterday", or the day's name. */
export function day(value, now = new Date()) {
  const date = moment(value);
  const midnight = (at) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
  const days = Math.round((midnight(now) - midnight(date)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return (date.getFullYear() === now.getFullYear() ? DAY : DAY_YEAR).format(date);
}

/** The clock today, the day and the clock otherwise. */
export function when(value, now = new Date()) {
  const name = day(value, now);
  return name === "Today" ? clock(value) : `${name}, ${clock(value)}`;
}

/** A decimal text with thousands and two places; amounts stay text, so that nothing is rounded. */
export function money(amount) {
  const [whole, part = ""] = String(amount ?? "0").split(".");
  return `$${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${part.padEnd(2, "0")}`;
}

export function size(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** "pending_order" → "pending"; unknown statuses are shown as they are, without underscores. */
export const plain = (status) => String(status ?? "").replace(/_(order|payment)$/, "").replaceAll("_", " ");

/** A long ID, shortened to its ends. */
export const short = (id) => (String(id).length > 12 ? `${String(id).slice(0, 4)}…${String(id).slice(-4)}` : String(id));

/** One of `count` hues for a text, always the same for the same text. */
export function hue(text, count = 7) {
  let sum = 0;
  for (const letter of String(text)) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  return sum % count;
}
