// Building elements. Text is only ever set as text, so nothing that a message or a policy says can become markup.

/** An element with attributes and children; `onclick` and the like in `attributes` are listeners. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

// Paths of our own drawing, on a grid of 24 by 24, stroked in the color of the text.
const SHAPES = {
  chat: ["M4 5h16v11H10l-5 4v-4H4z", "M8 9h8", "M8 12h5"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  compose: ["M12 5H5v14h14v-7", "M10 14l1-3 8-8 2 2-8 8z"],
  send: ["M4 12l16-8-6 17-3-7z", "M11 14l9-10"],
  copy: ["M9 9h11v11H9z", "M5 15H4V4h11v1"],
  check: ["M5 12.5l4.5 4.5L19 7.5"],
  minus: ["M6 12h12"],
  flask: ["M10 4v6L5 19h14l-5-9V4", "M8.5 4h7", "M8 15h8"],
  list: ["M4 7l1.5 1.5L8 6", "M11 7h9", "M4 16l1.5 1.5L8 15", "M11 16h9"],
  quote: ["M5 7h5v5c0 3-2 5-4 5", "M14 7h5v5c0 3-2 5-4 5"],
  question: ["M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2", "M12 17.5v.5"],
  page: ["M6 3h8l4 4v14H6z", "M14 3v4h4", "M9 12h6", "M9 16h6"],
  shield: ["M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6z"],
  warning: ["M12 4L2.5 20h19z", "M12 10v4", "M12 17v.5"],
};

/** A picture beside words that say the same; screen readers pass it over. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({
    viewBox: "0 0 24 24",
    class: "icon",
    "aria-hidden": "true",
    focusable: "false",
  }))
    svg.setAttribute(key, value);
  for (const d of SHAPES[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

const COPIED_MS = 2500;

/** A button, called `name`, that copies what `content` gives and says for a moment whether it could. */
export function copyButton(name, strings, content) {
  const words = el("span", { role: "status" }, strings.copy);
  const copy = async () => {
    let outcome = strings.copied;
    try {
      await navigator.clipboard.writeText(content());
    } catch {
      outcome = strings.copyFailed;
    }
    words.textContent = outcome;
    setTimeout(() => (words.textContent = strings.copy), COPIED_MS);
  };
  return el("button", { type: "button", class: "quiet", "aria-label": name, onclick: copy }, icon("copy"), words);
}
