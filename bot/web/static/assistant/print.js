// An answer on paper: its card, with the question, in a document of its own that the browser prints or saves as PDF.

import { el } from "./dom.js";
import { moment } from "./strings.js";

const STYLES = new URL("print.css", import.meta.url);
const FORGET_MS = 60_000;

/** Prints the reply in `element`; `asked` is the message before it, if there is one. */
export function print({ at, answer }, asked, element, strings) {
  document.querySelectorAll("iframe.policy-assistant-print").forEach((old) => old.remove());
  const frame = document.createElement("iframe");
  frame.className = "policy-assistant-print";
  frame.title = strings.print;
  frame.setAttribute("aria-hidden", "true");
  frame.tabIndex = -1;
  Object.assign(frame.style, { position: "fixed", width: "0", height: "0", border: "0", insetBlockEnd: "0" });
  document.body.append(frame);
  const page = frame.contentDocument;
  page.documentElement.lang = strings.language;
  // The name under which a browser saves the file.
  page.title = [answer.policy?.number, answer.decision_id].filter(Boolean).join(" ");
  const styles = el("link", { rel: "stylesheet", href: STYLES.href });
  const ready = () => {
    frame.contentWindow.focus();
    frame.contentWindow.print();
    setTimeout(() => frame.remove(), FORGET_MS);
  };
  styles.addEventListener("load", ready);
  styles.addEventListener("error", ready);
  page.body.append(...sheet(at, asked, element, strings));
  page.head.append(styles);
}

function sheet(at, asked, element, strings) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll("button, .feedback, .buttons, .copier, .unseen, .small").forEach((part) => part.remove());
  copy.querySelectorAll("details").forEach((part) => part.replaceWith(...part.querySelectorAll(".quotes")));
  copy.querySelectorAll(".late").forEach((row) => row.classList.remove("late"));
  copy.querySelectorAll("[tabindex]").forEach((part) => part.removeAttribute("tabindex"));
  const line = (name, value) => [el("dt", {}, name), el("dd", {}, value)];
  return [
    el("header", { class: "head" }, el("h1", {}, strings.title), el("p", {}, strings.subtitle)),
    el(
      "dl",
      {},
      ...(asked?.sender === "provider" ? line(strings.printQuestion, asked.text) : []),
      ...line(strings.printGiven, moment(at, strings.language)),
    ),
    copy,
  ];
}
