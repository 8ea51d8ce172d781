// One message of the conversation as an element.

import { card, hasCard } from "./card.js";
import { el, icon } from "./dom.js";
import { besideCard, prose } from "./prose.js";

/** What the provider said: as it was kept, or as it was typed while it is on its way. */
export function providerMessage(text, strings) {
  return el(
    "div",
    { class: "message provider" },
    el("span", { class: "unseen" }, `${strings.you}:`),
    el("div", { class: "bubble" }, ...prose(text)),
  );
}

/** A reply: its words, without those that its card says; and what can be pressed next. */
export function replyMessage(message, strings, language, { openQuote, press }) {
  const withCard = hasCard(message.answer);
  const text = withCard ? besideCard(message.text, message.answer) : message.text;
  const lead = prose(text);
  const isPerson = message.sender === "agent";
  return el(
    "div",
    { class: `message ${isPerson ? "agent" : "bot"}`, tabindex: "-1" },
    el("span", { class: isPerson ? "name" : "unseen" }, `${isPerson ? strings.agent : strings.bot}:`),
    lead.length ? el("div", { class: "bubble" }, ...lead) : null,
    withCard ? card(message.answer, text, strings, language, openQuote) : null,
    message.buttons?.length ? buttons(message, strings, press) : null,
  );
}

function buttons({ buttons: offered, answer }, strings, press) {
  const label = answer?.kind === "clarification" ? strings.choices : strings.suggestions;
  return el(
    "div",
    { class: "buttons", role: "group", "aria-label": label },
    ...offered.map((button) =>
      el("button", { type: "button", class: "choice", onclick: () => press(button) }, button.title),
    ),
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
