// The table of codes that were pasted together; each row opens its answer below.

import { el } from "../assistant/dom.js";
import { icon } from "../assistant/icons.js";
import { readable } from "../assistant/strings.js";
import { replyElements, strings } from "./answers.js";

const REQUIREMENTS = { required: "Required", not_required: "Listed as not required", conditional: "Depends" };

/** The elements of a table, with the place in which a row's answer is opened, with what can be asked on. */
export function answerTable(rows, followUps) {
  const opened = el("div", { class: "opened", "aria-live": "polite" });
  const open = (row, button) => {
    const pressed = button.getAttribute("aria-expanded") === "true";
    button.closest("tbody").querySelectorAll("button").forEach((each) => each.setAttribute("aria-expanded", "false"));
    button.setAttribute("aria-expanded", String(!pressed));
    opened.replaceChildren(...(pressed ? [] : [...row.messages.flatMap(replyElements), followUps(row.messages)]));
  };
  return [
    listed(rows[0].prior_auth),
    el(
      "div",
      { class: "table", tabindex: "0", role: "region", "aria-label": "Codes" },
      el(
        "table",
        { class: "codes" },
        el("thead", {}, el("tr", {}, ...["Code", "Policy", "Policy position", "Prior auth", "Date"].map((name) => el("th", { scope: "col" }, name)))),
        el("tbody", {}, ...rows.flatMap((row) => lines(row, open))),
      ),
    ),
    opened,
  ];
}

function lines(row, open) {
  const speaking = row.messages.filter((message) => message.answer?.policy);
  const shown = speaking.length ? speaking : row.messages.slice(0, 1);
  const button = el(
    "button",
    { type: "button", class: "quiet code-button", "aria-expanded": "false", onclick: () => open(row, button) },
    row.code,
    icon("down"),
  );
  return shown.map((message, index) => line(row, message, index ? null : button, shown.length));
}

function line(row, { answer }, button, height) {
  const { policy, determination } = answer ?? {};
  const status = determination?.status;
  return el(
    "tr",
    {},
    button ? el("th", { scope: "row", rowspan: height }, button, el("span", { class: "small" }, row.system), row.billable === false ? el("span", { class: "small warn" }, "not billable") : null) : null,
    el("td", {}, policy ? policy.number : none(answer)),
    el("td", { class: "card tone", "data-status": status }, status ? strings.positions[status] : "–"),
    el("td", {}, ...authorization(row.prior_auth)),
    el("td", {}, policy?.last_reviewed ? monthOf(policy.last_reviewed) : "–"),
  );
}

function none(answer) {
  if (answer?.kind === "clarification") return "Needs a question";
  return answer?.kind === "no_policy" ? "None on file" : "–";
}

function listed({ list }) {
  const told = list ? `Prior-authorization list of ${readable(list, "en")}` : "No prior-authorization list is on file";
  return el("p", { class: "small" }, `${told}. The date is that of the policy’s last review.`);
}

function authorization({ list, rows }) {
  if (!list) return ["No list"];
  if (!rows.length) return ["Not listed"];
  return rows.flatMap((row, index) => [
    index ? el("br") : "",
    [REQUIREMENTS[row.requirement], row.line_of_business, row.condition].filter(Boolean).join(" · "),
  ]);
}

function monthOf(date) {
  const options = { timeZone: "UTC", year: "numeric", ...(date.length > 4 ? { month: "short" } : {}) };
  return new Intl.DateTimeFormat("en-US", options).format(new Date(date));
}
