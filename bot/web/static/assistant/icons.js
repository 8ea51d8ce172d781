// Pictures beside words that say the same.

const SVG = "http://www.w3.org/2000/svg";

// Paths of our own drawing, on a grid of 24 by 24, stroked in the color of the text.
const SHAPES = {
  chat: ["M4 5h16v11H10l-5 4v-4H4z", "M8 9h8", "M8 12h5"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  back: ["M19 12H5", "M11 6l-6 6 6 6"],
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
  person: ["M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z", "M4.5 20c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5"],
  clock: ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z", "M12 7v5l3.5 2"],
  phone: ["M6 3.5h3.5l1.5 4.5-2 1.5c1 2.5 3 4.5 5.5 5.5l1.5-2 4.5 1.5V18c0 1.5-1 2.5-2.5 2.5C10 20 4 14 3.5 6 3.5 4.5 4.5 3.5 6 3.5z"],
  yes: ["M7 11v9H3.5v-9z", "M7 11l4-7.5c1.5 0 2.5 1 2.5 2.5L13 9.5h6c1 0 1.8 1 1.5 2l-1.8 7c-.2.9-1 1.5-1.9 1.5H7"],
  no: ["M7 13V4H3.5v9z", "M7 13l4 7.5c1.5 0 2.5-1 2.5-2.5l-.5-3.5h6c1 0 1.8-1 1.5-2l-1.8-7c-.2-.9-1-1.5-1.9-1.5H7"],
  print: ["M7 9V4h10v5", "M7 17H4v-8h16v8h-3", "M7 14h10v6H7z"],
  member: ["M3.5 5.5h17v13h-17z", "M9 12.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4z", "M6 16c.5-1.5 1.5-2 3-2s2.5.5 3 2", "M14.5 10h3.5", "M14.5 13.5h3.5"],
  down: ["M12 5v14", "M6 13l6 6 6-6"],
  reconnect: ["M20 12a8 8 0 1 1-2.5-5.8", "M20 3.5V8h-4.5"],
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
