// Small helpers to make elements. Text always goes in as text: nothing here parses HTML.

/** Makes an element: `h("button", {class: "x", onClick: f, data: {id: 1}}, "text", child)`. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2).toLowerCase(), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const PATHS = {
  send: "M3.5 20.5 21.5 12 3.5 3.500v6.600L15 12 3.5 13.900z",
  attach: "m20.5 11.3-8.4 8.300a5 5 0 0 1-7.1-7.100l8.6-8.500a3.4 3.4 0 0 1 4.8 4.800l-8.5 8.400a1.7 1.7 0 0 1-2.4-2.400l7.7-7.6",
  reply: "M9.5 5 3.5 11l6 6M4 11h9.500a7 7 0 0 1 7 7v1",
  edit: "M4 20h4.200L19.7 8.500a2.1 2.1 0 0 0 0-3l-1.2-1.200a2.1 2.1 0 0 0-3 0L4 15.800z",
  copy: "M9 9V5.500A1.5 1.5 0 0 1 10.5 4h8A1.5 1.5 0 0 1 20 5.500v8a1.5 1.5 0 0 1-1.5 1.500H15M5.5 9h8a1.5 1.5 0 0 1 1.5 1.500v8a1.5 1.5 0 0 1-1.5 1.500h-8A1.5 1.5 0 0 1 4 18.500v-8A1.5 1.5 0 0 1 5.5 9z",
  close: "M6 6l12 12M18 6 6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  down: "m6 9 6 6 6-6",
  next: "m9 6 6 6-6 6",
  before: "m15 6-6 6 6 6",
  pin: "M14.5 3.5 20.5 9.500M9.5 13.5 4 20M16 5l-4.5 4.5-4-.5L6 10.5 13.5 18l1.5-1.5-.5-4L19 8z",
  check: "m3 12.5 4.5 4.500L17 7M12.5 16.5 13 17l9.5-10",
  file: "M13.5 3H7a1.5 1.5 0 0 0-1.5 1.500v15A1.5 1.5 0 0 0 7 21h10a1.5 1.5 0 0 0 1.5-1.500V8zM13.5 3v5h5",
  bin: "M5 7h14M10 7V4.5h4V7M6.5 7l.8 12a1.5 1.5 0 0 0 1.5 1.5h6.400a1.5 1.5 0 0 0 1.5-1.5L17.5 7M10.5 11v5.5M13.5 11v5.5",
  slow: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 7.500V12l3 2",
  people: "M9 5a3.2 3.2 0 1 0 0 6.400A3.2 3.2 0 0 0 9 5M3.5 19c0-3.2 2.4-5 5.5-5s5.5 1.8 5.5 5M16 5.300a3.2 3.2 0 0 1 0 5.900M17.5 14.300c2 .6 3.2 2.2 3.2 4.700",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  block: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M6 6l12 12",
  link: "M8 16 16.5 7.500M9.5 7h7.500v7.5",
  quiet: "M6 9.500a6 6 0 0 1 9.3-5M18 9.500c0 5 1.5 6 2 7H9M10 20a2.3 2.3 0 0 0 4 0M4 4l16 16",
  voice: "M5 10v4M9 6.500v11M13 9v6M17 5v14M21 10v4",
  store: "M4.5 9 6 4.500h12L19.5 9M5.5 11v7.500A1.5 1.5 0 0 0 7 20h10a1.5 1.5 0 0 0 1.5-1.500V11M4.5 9a2.5 2.5 0 0 0 5 0 2.5 2.5 0 0 0 5 0 2.5 2.5 0 0 0 5 0",
};

/** A line icon of the page's own set, hidden from screen readers. */
export function icon(name, filled = false) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", filled ? "icon icon-filled" : "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(ns, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** Makes `parent` hold exactly `nodes`, in order, moving only what is out of place. */
export function place(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  let cursor = parent.firstElementChild;
  for (const node of nodes) {
    if (node === cursor) cursor = cursor.nextElementSibling;
    else parent.insertBefore(node, cursor);
  }
}

/** Draws the inside of an element anew and leaves the focus on what it was on. */
export function redraw(parent, nodes) {
  const active = parent.contains(document.activeElement) ? document.activeElement : null;
  const testid = active?.dataset.testid;
  parent.replaceChildren(...nodes);
  if (!active) return;
  const again = (testid && parent.querySelector(`[data-testid="${testid}"]`)) ?? parent.querySelector("button");
  again?.focus({ preventScroll: true });
}

/** Opens a dialog as a modal in the middle of `host`, however much stands beside that. */
export function openOver(dialog, host) {
  host.append(dialog);
  const { left, width } = host.getBoundingClientRect();
  dialog.classList.toggle("is-over", width < innerWidth);
  dialog.style.setProperty("--over", `${left + width / 2}px`);
  dialog.showModal();
}

/** Between two runs of the same work: a burst of events is not a burst of fetches. */
const PAUSE_MS = 40;

/** Runs `work` again and again, never twice at once; a call while it runs means once more after. */
export function oneAtATime(work) {
  let running = false;
  let again = false;
  return async function run() {
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      do {
        again = false;
        await work();
        if (again) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      } while (again);
    } finally {
      running = false;
    }
  };
}
