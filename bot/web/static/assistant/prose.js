// The plain text of a message as paragraphs and lists.

import { el } from "./dom.js";

const ITEM = /^(\s*)- (.*)$/;
const CODE_LINE = /^- (CPT|HCPCS|ICD-)/;

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
 * What of a text is said beside its card: not the caveats, next steps, source line, criteria and codes that
 * the card shows anyway.
 */
export function besideCard(text, answer) {
  const shown = new Set([...(answer.caveats ?? []), ...(answer.next_steps ?? []), ...leaves(answer.criteria)].map(plain));
  const source = answer.policy && `Source: ${answer.policy.number}`;
  const onCard = (line) =>
    shown.has(plain(line.replace(ITEM, "$2").replace(/ \([^()]*\)$/, ""))) || (answer.codes?.length && CODE_LINE.test(line));
  return text
    .split(/\n\s*\n/)
    .filter((part) => !shown.has(plain(part)) && !(source && part.startsWith(source)))
    .map((part) => part.split("\n").filter((line) => !onCard(line)).join("\n"))
    .join("\n\n");
}

function leaves(criteria) {
  return (criteria?.items ?? []).flatMap((item) => (typeof item === "string" ? [item] : [item.text, ...leaves(item.criteria)]));
}
