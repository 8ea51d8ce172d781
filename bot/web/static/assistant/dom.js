// Building elements. Text is only ever set as text, so nothing that a message or a policy says can become markup.

import { icon } from "./icons.js";

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

const COPIED_MS = 2500;

/** A button, called `name`, that copies what `content` gives and says for a moment whether it could. */
export function copyButton(name, strings, content) {
  const words = el("span", {}, strings.copy);
  const announced = el("span", { class: "unseen", role: "status" });
  const copy = async () => {
    let outcome = strings.copied;
    try {
      await navigator.clipboard.writeText(content());
    } catch {
      outcome = strings.copyFailed;
    }
    words.textContent = announced.textContent = outcome;
    setTimeout(() => {
      words.textContent = strings.copy;
      announced.textContent = "";
    }, COPIED_MS);
  };
  const button = el("button", { type: "button", class: "quiet", "aria-label": name, onclick: copy }, icon("copy"), words);
  return el("span", { class: "copier" }, button, announced);
}
