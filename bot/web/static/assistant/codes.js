// The codes of a policy as a table that can be copied.

import { copyButton, el } from "./dom.js";
import { fill } from "./strings.js";

const ROWS_SHOWN = 8;
// A list that is hardly longer is shown whole.
const ROWS_SPARED = 3;

/** The table, and the button that copies all of it as lines with tabs. */
export function codeTable(codes, strings) {
  const cells = codes.map((row) => [
    strings.codeSystems[row.system] ?? row.system,
    row.code ? (row.code_end ? `${row.code}–${row.code_end}` : row.code) : strings.noCode,
    meaning(row, strings),
  ]);
  const head = [strings.codeSystem, strings.code, strings.codeMeaning];
  const rows = cells.map(([system, ...rest]) =>
    el("tr", {}, el("th", { scope: "row" }, system), ...rest.map((cell) => el("td", {}, cell))),
  );
  const table = el(
    "table",
    {},
    el("thead", {}, el("tr", {}, ...head.map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, ...rows),
  );
  const tabbed = () => [head, ...cells].map((line) => line.map((cell) => cell.replace(/\s+/g, " ")).join("\t")).join("\n");
  return [
    el("div", { class: "table", tabindex: "0", role: "group", "aria-label": strings.codes }, table),
    el("div", { class: "foot" }, shorten(rows, strings), copyButton(strings.copyCodes, strings, tabbed)),
  ];
}

/** Hides the rows after the first, and gives the button that shows them; null where there are few. */
function shorten(rows, strings) {
  if (rows.length <= ROWS_SHOWN + ROWS_SPARED) return null;
  const late = rows.slice(ROWS_SHOWN);
  late.forEach((row) => row.classList.add("late"));
  const words = fill(strings.allCodes, { count: rows.length });
  const more = el("button", { type: "button", class: "quiet", onclick: () => show() }, words);
  const show = () => {
    late.forEach((row) => row.classList.remove("late"));
    more.closest(".part").querySelector(".table").focus({ preventScroll: true });
    more.remove();
  };
  return more;
}

function meaning({ status, description, determination }, strings) {
  const said = description || (status === "listed" && determination ? "" : strings.codeStatus[status]);
  const position = strings.positions[determination] ?? "";
  return said.toLowerCase().includes(position.toLowerCase()) ? said : [said, position].filter(Boolean).join(": ");
}
