// Where an answer comes from: the policy's own words, and the way to them.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { holds, unwrapped } from "./prose.js";
import { fill } from "./strings.js";

const QUOTES_SHOWN = 2;

/** The citations; those that can be opened call `openQuote(answer, citation)`. */
export function proof(answer, text, strings, openQuote) {
  const { citations } = answer;
  // What the text quotes already can wait; but one is always there to be opened.
  const unsaid = citations.filter((citation) => !holds(text, citation.quote)).slice(0, QUOTES_SHOWN);
  const first = unsaid.length ? unsaid : citations.slice(0, 1);
  const rest = citations.filter((citation) => !first.includes(citation));
  const list = (some) =>
    el("ul", { class: "quotes" }, ...some.map((citation) => quote(answer, citation, strings, openQuote)));
  if (!rest.length) return [list(first)];
  const more = fill(strings.moreQuotes, { count: rest.length });
  return [list(first), el("details", {}, el("summary", {}, more), list(rest))];
}

function quote(answer, citation, strings, openQuote) {
  const opens = citation.source === "policy" && answer.policy && citation.start !== undefined;
  return el(
    "li",
    {},
    el("blockquote", {}, unwrapped(citation.quote)),
    el(
      "div",
      { class: "quote-foot" },
      el("cite", {}, where(answer, citation, strings)),
      opens
        ? el(
            "button",
            { type: "button", class: "quiet", onclick: () => openQuote(answer, citation) },
            icon("page"),
            el("span", {}, strings.openQuote),
          )
        : null,
    ),
  );
}

function where({ policy }, { source, section }, strings) {
  if (source !== "policy") return [strings.sources[source], section].filter(Boolean).join(", ");
  return section ? fill(strings.section, { number: policy.number, section }) : fill(strings.policyLine, policy);
}
