// What has to be met, as a nested checklist for the reader's own ticks.

import { el } from "./dom.js";

/** The criteria with a box for each; the boxes belong to whoever reads, and nothing is made of them. */
export function checklist(criteria, strings) {
  return [list(criteria, strings), el("p", { class: "small" }, strings.criteriaNote)];
}

function list({ logic, items }, strings) {
  return el(
    "div",
    { class: "criteria" },
    el("p", { class: "logic" }, announced(logic, items.length, strings)),
    el("ul", {}, ...items.map((item) => el("li", {}, ...entry(item, strings)))),
  );
}

function entry(item, strings) {
  const text = typeof item === "string" ? item : item.text;
  const box = el("label", {}, el("input", { type: "checkbox" }), el("span", {}, text));
  return typeof item === "string" ? [box] : [box, list(item.criteria, strings)];
}

function announced(logic, count, strings) {
  if (count === 1) return strings.criteriaOne;
  return logic === "any" ? strings.criteriaAny : strings.criteriaAll;
}
