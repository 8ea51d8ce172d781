// What greets a provider, and what asks before a conversation is left.

import { el } from "./dom.js";
import { icon } from "./icons.js";

/** The greeting; `examples` are first questions, parted by "|", and `ask(text)` asks one. */
export function welcome(strings, examples, ask) {
  const questions = (examples ?? "").split("|").map((text) => text.trim());
  return el(
    "div",
    { class: "welcome" },
    el("h3", {}, strings.welcomeTitle),
    el("p", {}, strings.welcome),
    el(
      "div",
      { class: "buttons examples", role: "group", "aria-label": strings.examplesLabel },
      ...questions
        .filter(Boolean)
        .map((text) => el("button", { type: "button", class: "choice", onclick: () => ask(text) }, text)),
    ),
    el("p", { class: "note" }, icon("shield"), el("span", {}, strings.privacy)),
  );
}

/** The dialog that asks whether to leave the conversation; `leave()` does. */
export function confirmation(strings, leave) {
  const answered = () => {
    dialog.close();
    leave();
  };
  const dialog = el(
    "dialog",
    { class: "confirm", "aria-labelledby": "confirm-title" },
    el("h3", { id: "confirm-title" }, strings.confirmNew),
    el("p", {}, strings.confirmNewNote),
    el(
      "div",
      { class: "choices" },
      el("button", { type: "button", class: "choice", onclick: () => dialog.close() }, strings.confirmKeep),
      el("button", { type: "button", class: "choice strong", onclick: answered }, strings.newConversation),
    ),
  );
  return dialog;
}
