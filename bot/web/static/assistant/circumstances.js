// Whose member it is and the date of service: asked once, answered or not.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { readable } from "./strings.js";

export class Circumstances {
  /** `save({ member_kind, date_of_service })` keeps what was said. */
  constructor(strings, save) {
    this.all = strings;
    this.strings = strings.circumstances;
    this.save = save;
    this.words = el("span", {});
    this.toggle = el(
      "button",
      { type: "button", class: "quiet", "aria-expanded": "false", "aria-controls": "circumstances", onclick: () => this.#open(this.form.hidden) },
      icon("member"),
      this.words,
    );
    const { kinds, unsaid } = this.strings;
    this.kind = el(
      "select",
      { id: "member-kind" },
      el("option", { value: "" }, unsaid),
      ...Object.entries(kinds).map(([value, words]) => el("option", { value }, words)),
    );
    this.date = el("input", { id: "date-of-service", type: "date", min: "1990-01-01", max: "2099-12-31" });
    const field = (input, words) => el("div", { class: "field" }, el("label", { for: input.id }, words), input);
    this.form = el(
      "form",
      { class: "circumstances", id: "circumstances", hidden: true, "aria-label": this.strings.title, onsubmit: (event) => this.#submit(event) },
      el("p", { class: "small" }, this.strings.note),
      el("div", { class: "fields" }, field(this.kind, this.strings.memberKind), field(this.date, this.strings.date)),
      el(
        "div",
        { class: "choices" },
        el("button", { type: "button", class: "choice", onclick: () => this.#open(false) }, this.strings.cancel),
        el("button", { type: "submit", class: "choice strong" }, this.strings.save),
      ),
    );
    this.form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.#open(false);
    });
    this.show({});
  }

  show(circumstances) {
    this.known = circumstances;
    const { member_kind: kind, date_of_service: date } = circumstances;
    const said = [this.strings.kinds[kind], date && readable(date, this.all.language)].filter(Boolean).join(" · ");
    if (this.said === said) return;
    this.said = said;
    const offer = [this.strings.open, el("span", { class: "wide" }, ` ${this.strings.optional}`)];
    this.words.replaceChildren(...(said ? [said] : offer));
    if (said) this.toggle.setAttribute("aria-label", `${said}. ${this.strings.change}`);
    else this.toggle.removeAttribute("aria-label");
  }

  #open(open) {
    this.form.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
    this.kind.value = this.known.member_kind ?? "";
    this.date.value = this.known.date_of_service ?? "";
    if (open) this.kind.focus();
    else this.toggle.focus();
  }

  #submit(event) {
    event.preventDefault();
    const said = { member_kind: this.kind.value || null, date_of_service: this.date.value || null };
    this.#open(false);
    this.save(said);
  }
}
