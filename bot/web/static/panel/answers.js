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
const BREATH = 400;
// What announces a list of criteria, as the assistant words it.
const CRITERIA = /\s+when (?:(all|any one) of these|this) must be met[:.]?$/;
// An item that names a position, and quotes the sentence behind it.
const POSITION = /^(It .*?):\s+“.*”\.?$/s;

export const strings = stringsFor("en");
const policies = new PolicyDialog(new Api(new URL("/", location.href)), strings);
document.body.append(policies.element);

/** A reply in parts: `lead` and `items` can be said, `rest` is what is read for oneself. */
function parted({ text, answer }) {
  const beside = hasCard(answer) ? besideCard(text, answer) : text;
  const [first = text, ...rest] = beside.split(/\n\s*\n/).filter((part) => part.trim());
  const lines = first.split("\n");
  const list = lines.findIndex((line) => /^\s*- /.test(line));
  if (list < 1) return { lead: sayable(first.trim()), items: [], rest, beside };
  const items = lines.filter((line) => line.startsWith("- ")).map((line) => sayable(line.slice(2).replace(POSITION, "$1")).replace(/[.:]$/, ""));
  return { lead: lines.slice(0, list).join("\n").trim(), items, rest: [lines.slice(list).join("\n"), ...rest], beside };
}

/** Without the announcement of a list that is not read. */
function sayable(words) {
  const met = (_, logic) => ` when ${{ all: "all of its criteria are", "any one": "one of its criteria is" }[logic] ?? "its criterion is"} met`;
  return words.replace(CRITERIA, met).replace(/([^.?!:”])$/, "$1.");
}

/** As many of the items as can be said in a breath behind the lead, the first in any case. */
function aloud(lead, items, longest) {
  if (!items.length) return lead;
  const said = items.map((item) => item.replace(/^It /, "it "));
  const whole = (number) => `${lead} ${said.slice(0, number).join("; ")}`;
  let number = said.length;
  while (number > 1 && whole(number).length > longest) number -= 1;
  const left = said.length - number;
  return left ? `${whole(number)}; and ${left} more, below.` : `${whole(number)}.`;
}

/** A reply in a sentence or a few, as it is noted; criteria are left to the answer in full. */
export function sentenceOf(message) {
  const { lead, items } = parted(message);
  return aloud(lead, items, Infinity);
}

/** The elements of a reply. */
export function replyElements(message) {
  const { lead, items, rest, beside } = parted(message);
  const said = aloud(lead, items, BREATH);
  const [list, ...others] = items.length ? rest : [null, ...rest];
  return [
    el("div", { class: "say-aloud" }, ...prose(said)),
    list ? el("details", { class: "in-full", open: said !== aloud(lead, items, Infinity) }, el("summary", {}, "In full"), el("div", { class: "beside" }, ...prose(list))) : null,
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
