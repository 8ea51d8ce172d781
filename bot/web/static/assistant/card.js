// The card of an answer: the policy's position, why, the proof, and what to do next.

import { codeTable } from "./codes.js";
import { checklist } from "./criteria.js";
import { copyButton, el } from "./dom.js";
import { icon } from "./icons.js";
import { proof } from "./proof.js";
import { fill, readable } from "./strings.js";

const POSITION_ICONS = {
  medically_necessary: "check",
  not_medically_necessary: "minus",
  investigational: "flask",
  conditional: "list",
  not_covered: "quote",
  no_determination: "question",
};

/** Whether an answer speaks from records; all else is said in words alone. */
export function hasCard(answer) {
  return Boolean(answer && (answer.policy || answer.determination || answer.citations?.length));
}

/** The card beside a text; `openQuote(answer, citation)` shows a citation in its policy, `print()` prints the answer. */
export function card(answer, text, strings, { openQuote, print }) {
  const status = answer.determination?.status;
  return el(
    "article",
    { class: "card", "data-status": status, "aria-label": name(answer, strings) },
    status ? position(answer, strings) : null,
    policyLine(answer, strings),
    answer.reasoning ? part(strings.reasoning, el("p", {}, `“${answer.reasoning}”`)) : null,
    answer.criteria ? part(strings.criteria, ...checklist(answer.criteria, strings)) : null,
    answer.codes?.length ? part(strings.codes, ...codeTable(answer.codes, strings)) : null,
    answer.citations?.length ? part(strings.proof, ...proof(answer, text, strings, openQuote)) : null,
    answer.caveats?.length ? part(strings.caveats, bullets(answer.caveats)) : null,
    answer.next_steps?.length ? part(strings.nextSteps, bullets(answer.next_steps)) : null,
    answer.decision_id ? reference(answer.decision_id, strings, print) : null,
  );
}

function name({ determination, policy }, strings) {
  if (determination) return `${strings.position}: ${strings.positions[determination.status]}`;
  return policy ? fill(strings.policyLine, policy) : strings.proof;
}

function position({ determination: { status, wording } }, strings) {
  return el(
    "header",
    { class: "position" },
    el("span", { class: "badge" }, icon(POSITION_ICONS[status])),
    el(
      "div",
      {},
      el("p", { class: "label" }, strings.position),
      el("p", { class: "verdict" }, strings.positions[status]),
      wording ? el("p", { class: "wording" }, `${strings.wording}: “${wording}”`) : null,
    ),
  );
}

function policyLine({ policy, applies_to: applies }, strings) {
  if (!policy) return null;
  const { language } = strings;
  const parts = [fill(strings.policyLine, policy), policy.title];
  if (policy.last_reviewed) parts.push(fill(strings.lastReviewed, { date: readable(policy.last_reviewed, language) }));
  const limits = [];
  if (applies?.date_of_service) limits.push(fill(strings.appliesOn, { date: readable(applies.date_of_service, language) }));
  if (applies?.line_of_business) limits.push(fill(strings.appliesTo, { line: applies.line_of_business }));
  return el(
    "div",
    { class: "policy-line" },
    icon("page"),
    el("div", {}, el("p", {}, parts.join(" · ")), limits.length ? el("p", {}, limits.join(" · ")) : null),
  );
}

function part(title, ...content) {
  return el("section", { class: "part" }, el("h3", {}, title), ...content);
}

function bullets(lines) {
  return el("ul", {}, ...lines.map((line) => el("li", {}, line)));
}

function reference(id, strings, print) {
  return el(
    "footer",
    { class: "reference" },
    el("span", {}, strings.reference, " ", el("code", {}, id)),
    el(
      "span",
      { class: "tools" },
      copyButton(strings.copyReference, strings, () => id),
      el("button", { type: "button", class: "quiet", onclick: print }, icon("print"), el("span", {}, strings.print)),
    ),
  );
}
