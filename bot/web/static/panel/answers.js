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
// About what can be said in one breath, in characters.
const BREATH = 340;
const CRITERIA_FOLLOW = /\s+when ((all|any one) of these|this) must be met:$/;

export const strings = stringsFor("en");
const policies = new PolicyDialog(new Api(new URL("/", location.href)), strings);
document.body.append(policies.element);

/** A reply in parts: `aloud` can be said in one breath, `rest` is what is read for oneself. */
function parted(message) {
  const { text, answer } = message;
  const beside = hasCard(answer) ? besideCard(text, answer) : text;
  const [first = text, ...rest] = beside.split(/\n\s*\n/).filter((part) => part.trim());
  const lines = first.split("\n");
  const list = lines.findIndex((line) => /^\s*- /.test(line));
  if (list < 1) return { aloud: first.trim(), items: [], rest, beside };
  const items = lines.filter((line) => line.startsWith("- ")).map((line) => line.slice(2));
  return { aloud: lines.slice(0, list).join("\n").trim(), items, rest: [lines.slice(list).join("\n"), ...rest], beside };
}

/** A reply in a sentence or a few, as it is said and noted; criteria are left to the answer in full. */
export function sentenceOf(message) {
  const { aloud, items } = parted(message);
  const told = items.map((item, index) =>
    (index ? item.replace(/^It /, "it ") : item).replace(CRITERIA_FOLLOW, " when criteria are met").replace(/[.:]$/, ""),
  );
  return told.length ? `${aloud} ${told.join("; ")}.` : aloud;
}

/** The elements of a reply. */
export function replyElements(message) {
  const { aloud, items, rest, beside } = parted(message);
  const sentence = sentenceOf(message);
  // What takes longer than a breath is named, and read from the list.
  const short = items.length > 0 && sentence.length <= BREATH;
  const [list, ...others] = items.length ? rest : [null, ...rest];
  return [
    el("div", { class: "say-aloud" }, ...prose(items.length && short ? sentence : aloud)),
    list ? el("details", { class: "in-full", open: !short }, el("summary", {}, "In full"), el("div", { class: "beside" }, ...prose(list))) : null,
    others.length ? el("div", { class: "beside" }, ...prose(others.join("\n\n"))) : null,
    hasCard(message.answer) ? cardOf(message, beside) : null,
    spelling(message.answer),
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
