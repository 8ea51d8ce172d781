// The plain text of a message as paragraphs and lists.

import { el } from "./dom.js";

const ITEM = /^(\s*)- (.*)$/;
const CODE_LINE = /^- (CPT|HCPCS|ICD-)/;

// A line that goes on in the middle of a sentence was only as wide as its page; "a." begins an item.
const WRAPPED = /(?<=[\p{Ll},])\n(?=\p{Ll}(?![.)]))/gu;

/** The words of a document, in lines as wide as the screen. */
export const unwrapped = (quote) => quote.trim().replace(WRAPPED, " ");

const plain = (text) => text.replace(/\s+/g, " ").trim();

/** The elements of a text: blank lines part paragraphs, lines that begin with "- " are items of a list. */
export function prose(text) {
  return text.split(/\n\s*\n/).flatMap((part) => (part.trim() ? blocks(part.split("\n")) : []));
}

function blocks(lines) {
  const made = [];
  for (const line of lines) {
    const item = ITEM.exec(line);
    const last = made.at(-1);
    if (!item) {
      if (last?.tagName === "P") last.append(`\n${line}`);
      else made.push(el("p", {}, line));
      continue;
    }
    if (last?.tagName !== "UL") made.push(el("ul"));
    listAt(made.at(-1), item[1].length).append(el("li", {}, item[2]));
  }
  return made;
}

// Two spaces further in is one level deeper, below the item before.
function listAt(list, indent) {
  for (let depth = 0; depth < Math.floor(indent / 2) && list.lastElementChild; depth += 1) {
    const item = list.lastElementChild;
    if (item.lastElementChild?.tagName !== "UL") item.append(el("ul"));
    list = item.lastElementChild;
  }
  return list;
}

/**
 * What of a text is said beside its card: not the reason, caveats, next steps, source line, criteria and codes
 * that the card shows anyway.
 */
export function besideCard(text, answer) {
  const shown = new Set([...(answer.caveats ?? []), ...(answer.next_steps ?? [])].map(plain));
  const source = answer.policy && `Source: ${answer.policy.number}`;
  return text
    .split(/\n\s*\n/)
    .filter((part) => !shown.has(plain(part)) && !(source && part.startsWith(source)))
    .map((part) => withoutReason(withoutItems(part.split("\n"), answer).join("\n"), answer.reasoning))
    .join("\n\n");
}

function withoutItems(lines, { criteria, codes }) {
  const met = new Set(leaves(criteria).map(plain));
  const isCode = (line) => Boolean(codes?.length) && CODE_LINE.test(line);
  const isMet = (line) => ITEM.test(line) && met.has(plain(line.replace(ITEM, "$2").replace(/ \([^()]*\)$/, "")));
  // Among other items, such as the several positions of a policy, criteria stay with their own.
  const among = lines.some((line) => ITEM.test(line) && !isMet(line));
  const isCriterion = (line) => !among && isMet(line);
  const kept = [];
  lines.forEach((line, index) => {
    if (isCode(line) || isCriterion(line)) return;
    const next = lines[index + 1] ?? "";
    // What announced a list that is gone.
    if (isCode(next)) return;
    kept.push(isCriterion(next) ? line.replace(/:$/, ".") : line);
  });
  return kept;
}

// The sentence that quotes the reason, unless it is all that is said.
function withoutReason(part, reasoning) {
  const quoted = reasoning && `“${plain(reasoning)}”.`;
  const at = quoted ? part.indexOf(quoted) : -1;
  const start = part.lastIndexOf(". ", at) + 1;
  return at < 0 || start === 0 ? part : part.slice(0, start) + part.slice(at + quoted.length);
}

/** Whether a text holds the words of a quotation, however they are broken into lines. */
export const holds = (text, quote) => plain(text).includes(plain(quote));

function leaves(criteria) {
  return (criteria?.items ?? []).flatMap((item) => (typeof item === "string" ? [item] : [item.text, ...leaves(item.criteria)]));
}
