// What the assistant said, for somebody who says it on: a sentence to read aloud, the card, codes to spell.

import { Api } from "../assistant/api.js";
import { card, hasCard } from "../assistant/card.js";
import { el } from "../assistant/dom.js";
import { PolicyDialog } from "../assistant/policy-dialog.js";
import { print } from "../assistant/print.js";
import { besideCard, prose } from "../assistant/prose.js";
import { stringsFor } from "../assistant/strings.js";
import { codesOf, spelled } from "./spelling.js";

const SPELLED = 12;

export const strings = stringsFor("en");
const policies = new PolicyDialog(new Api(new URL("/", location.href)), strings);
document.body.append(policies.element);

/** What of a reply is read aloud: its first paragraph. */
export function sentenceOf({ text, answer }) {
  const beside = hasCard(answer) ? besideCard(text, answer) : text;
  return (beside.split(/\n\s*\n/).find((part) => part.trim()) ?? text).trim();
}

/** The elements of a reply. */
export function replyElements(message) {
  const { answer } = message;
  const beside = hasCard(answer) ? besideCard(message.text, answer) : message.text;
  const [first, ...rest] = beside.split(/\n\s*\n/).filter((part) => part.trim());
  const shown = hasCard(answer) ? cardOf(message, beside) : null;
  return [
    first ? el("div", { class: "say-aloud" }, ...prose(first)) : null,
    rest.length ? el("div", { class: "beside" }, ...prose(rest.join("\n\n"))) : null,
    shown,
    spelling(answer),
  ].filter(Boolean);
}

/** The card of a reply, its proof a click away. */
export function cardOf(message, beside = besideCard(message.text, message.answer)) {
  const made = card(message.answer, beside, strings, {
    openQuote: (answer, citation) => policies.open(answer, citation),
    print: () => print(message, null, made, strings),
  });
  return made;
}

/** Opens the first proof in an element; whether there is one. */
export function openProof(element) {
  const button = element.querySelector(".quotes .quiet");
  button?.click();
  return Boolean(button);
}

function spelling(answer) {
  const codes = codesOf(answer);
  if (!codes.length) return null;
  return el(
    "details",
    { class: "spelling" },
    el("summary", {}, codes.length === 1 ? `Spell ${codes[0]}` : `Spell the ${codes.length} codes`),
    el(
      "dl",
      {},
      ...codes.slice(0, SPELLED).map((code) => el("div", {}, el("dt", {}, code), el("dd", {}, spelled(code)))),
    ),
    codes.length > SPELLED ? el("p", { class: "small" }, `And ${codes.length - SPELLED} more in the card.`) : null,
  );
}
