// The card of an answer: the policy's position, why, the proof, and what to do next.

import { copyButton, el, icon } from "./dom.js";
import { holds } from "./prose.js";
import { fill } from "./strings.js";

const POSITION_ICONS = {
  medically_necessary: "check",
  not_medically_necessary: "minus",
  investigational: "flask",
  conditional: "list",
  not_covered: "quote",
  no_determination: "question",
};

const QUOTES_SHOWN = 2;

/** Whether an answer speaks from records; all else is said in words alone. */
export function hasCard(answer) {
  return Boolean(answer && (answer.policy || answer.determination || answer.citations?.length));
}

/** The card beside a text; `openQuote(answer, citation)` shows a citation in the text of its policy. */
export function card(answer, text, strings, language, openQuote) {
  const status = answer.determination?.status;
  return el(
    "article",
    { class: "card", "data-status": status, "aria-label": name(answer, strings) },
    status ? position(answer, strings) : null,
    policyLine(answer, strings, language),
    answer.reasoning ? part(strings.reasoning, el("p", {}, `“${answer.reasoning}”`)) : null,
    answer.criteria ? part(strings.criteria, criteria(answer.criteria, strings)) : null,
    answer.codes?.length ? part(strings.codes, ...codes(answer.codes, strings)) : null,
    answer.citations?.length ? part(strings.proof, ...proof(answer, text, strings, openQuote)) : null,
    answer.caveats?.length ? part(strings.caveats, bullets(answer.caveats)) : null,
    answer.next_steps?.length ? part(strings.nextSteps, bullets(answer.next_steps)) : null,
    answer.decision_id ? reference(answer.decision_id, strings) : null,
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

function policyLine({ policy }, strings, language) {
  if (!policy) return null;
  const parts = [fill(strings.policyLine, policy), policy.title];
  if (policy.last_reviewed) parts.push(fill(strings.lastReviewed, { date: readable(policy.last_reviewed, language) }));
  return el("p", { class: "policy-line" }, icon("page"), el("span", {}, parts.join(" · ")));
}

/** An ISO date in the reader's language, in the precision that it has. */
export function readable(date, language) {
  const precision = date.split("-").length;
  const options = { timeZone: "UTC", year: "numeric" };
  if (precision > 1) options.month = "long";
  if (precision > 2) options.day = "numeric";
  return new Intl.DateTimeFormat(language, options).format(new Date(date));
}

function part(title, ...content) {
  return el("section", { class: "part" }, el("h3", {}, title), ...content);
}

function bullets(lines) {
  return el("ul", {}, ...lines.map((line) => el("li", {}, line)));
}

function criteria({ logic, items }, strings) {
  return el(
    "div",
    { class: "criteria" },
    el("p", { class: "logic" }, announced(logic, items.length, strings)),
    el(
      "ul",
      {},
      ...items.map((item) =>
        typeof item === "string"
          ? el("li", {}, item)
          : el("li", {}, item.text, criteria(item.criteria, strings)),
      ),
    ),
  );
}

function announced(logic, count, strings) {
  if (count === 1) return strings.criteriaOne;
  return logic === "any" ? strings.criteriaAny : strings.criteriaAll;
}

function codes(rows, strings) {
  const cells = rows.map((row) => [
    strings.codeSystems[row.system] ?? row.system,
    row.code ? (row.code_end ? `${row.code}–${row.code_end}` : row.code) : strings.noCode,
    meaning(row, strings),
  ]);
  const head = [strings.codeSystem, strings.code, strings.codeMeaning];
  const table = el(
    "table",
    {},
    el("thead", {}, el("tr", {}, ...head.map((name) => el("th", { scope: "col" }, name)))),
    el(
      "tbody",
      {},
      ...cells.map(([system, ...rest]) =>
        el("tr", {}, el("th", { scope: "row" }, system), ...rest.map((cell) => el("td", {}, cell))),
      ),
    ),
  );
  const tabbed = () => [head, ...cells].map((line) => line.join("\t")).join("\n");
  return [
    el("div", { class: "table", tabindex: "0", role: "group", "aria-label": strings.codes }, table),
    copyButton(strings.copyCodes, strings, tabbed),
  ];
}

function meaning({ status, description, determination }, strings) {
  const said = description || (status === "listed" && determination ? "" : strings.codeStatus[status]);
  const position = strings.positions[determination] ?? "";
  return said.toLowerCase().includes(position.toLowerCase()) ? said : [said, position].filter(Boolean).join(": ");
}

function proof(answer, text, strings, openQuote) {
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
    el("blockquote", {}, citation.quote.trim()),
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

function reference(id, strings) {
  return el(
    "footer",
    { class: "reference" },
    el("span", {}, strings.reference, " ", el("code", {}, id)),
    copyButton(strings.copyReference, strings, () => id),
  );
}
