// One message of the conversation as an element.

import { card, hasCard } from "./card.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { besideCard, prose } from "./prose.js";
import { fill } from "./strings.js";

/** What the provider said: as it was kept, or as it was typed while it is on its way. */
export function providerMessage(text, strings) {
  return el(
    "div",
    { class: "message provider" },
    el("span", { class: "unseen" }, `${strings.you}:`),
    el("div", { class: "bubble" }, ...prose(text)),
  );
}

/** A reply of the bot: its words, without those that its card says. `does` is what its card can do. */
export function botMessage(message, strings, does) {
  const withCard = hasCard(message.answer);
  const text = withCard ? besideCard(message.text, message.answer) : message.text;
  const lead = prose(text);
  return el(
    "div",
    { class: "message bot", tabindex: "-1" },
    el("span", { class: "unseen" }, `${strings.bot}:`),
    lead.length ? el("div", { class: "bubble" }, ...lead) : null,
    withCard ? card(message.answer, text, strings, does) : null,
  );
}

/** What a person wrote. */
export function personMessage({ text, name }, strings) {
  return el(
    "div",
    { class: "message agent", tabindex: "-1" },
    el("p", { class: "name" }, icon("person"), `${name || strings.agent}`, el("span", { class: "unseen" }, ":")),
    el("div", { class: "bubble" }, ...prose(text)),
  );
}

/** That somebody came or went. */
export function noticeLine({ kind, name }, strings) {
  const sentence = fill(strings.person[kind], { name: name || strings.agent });
  return el("p", { class: "notice" }, el("span", {}, sentence));
}

/** What can be pressed next; `press(button)` says it. */
export function buttons({ buttons: offered, answer }, strings, press) {
  const label = answer?.kind === "clarification" ? strings.choices : strings.suggestions;
  return el(
    "div",
    { class: "buttons", role: "group", "aria-label": label },
    ...offered.map((button) => el("button", { type: "button", class: "choice", onclick: () => press(button) }, button.title)),
  );
}

/** The sign that a reply is being written. */
export function typing(strings) {
  return el(
    "div",
    { class: "message bot typing" },
    el("span", { class: "unseen" }, strings.typing),
    el("div", { class: "bubble", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
  );
}

/** Why a message did not go through; with `retry`, a button that sends the same one again. */
export function failure(sentence, strings, retry) {
  return el(
    "div",
    { class: "failure", role: "alert" },
    icon("warning"),
    el("p", {}, el("strong", {}, strings.unsent), ` ${sentence}`),
    retry ? el("button", { type: "button", class: "choice", onclick: retry }, strings.retry) : null,
  );
}
