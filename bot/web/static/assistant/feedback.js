// Whether a reply helped, and if not, why.

import { el } from "./dom.js";
import { icon } from "./icons.js";

const LONGEST = 900;
const RATED = ["answer", "no_policy", "not_in_policy", "member_specific", "out_of_scope"];

/** Whether a reply is of a kind that can be rated. */
export const canBeRated = ({ id, answer }) => Boolean(id && RATED.includes(answer?.kind));

let numbered = 0;

export class Feedback {
  /** `rate(feedback)` tells the gateway, and may be refused. */
  constructor(strings, rate) {
    this.strings = strings.feedback;
    this.rate = rate;
    this.yes = this.#thumb("yes", () => this.#say({ helpful: true }));
    this.no = this.#thumb("no", () => this.#say({ helpful: false }));
    this.note = el("span", { class: "note", role: "status" });
    this.form = null;
    const words = el("span", { class: "small", "aria-hidden": "true" }, this.strings.ask);
    this.element = el(
      "div",
      { class: "feedback" },
      el("div", { class: "thumbs", role: "group", "aria-label": this.strings.ask }, words, this.yes, this.no, this.note),
    );
  }

  /** Shows what is on record: true, false, or undefined for nothing. */
  show(helpful) {
    this.yes.setAttribute("aria-pressed", String(helpful === true));
    this.no.setAttribute("aria-pressed", String(helpful === false));
  }

  #thumb(name, onclick) {
    const label = this.strings[name];
    const attributes = { type: "button", class: "thumb", "aria-pressed": "false", "aria-label": label, title: label };
    return el("button", { ...attributes, onclick }, icon(name));
  }

  async #say(feedback) {
    this.#close();
    this.show(feedback.helpful);
    if (!feedback.helpful) this.#ask();
    await this.#tell(feedback, feedback.helpful ? this.strings.thanks : "");
  }

  async #tell(feedback, outcome) {
    try {
      await this.rate(feedback);
      this.note.textContent = outcome;
    } catch {
      this.note.textContent = this.strings.failed;
    }
  }

  #ask() {
    const { strings } = this;
    const number = (numbered += 1);
    const name = `wrong-${number}`;
    const reasons = strings.reasons.map((reason) =>
      el("label", { class: "option" }, el("input", { type: "radio", name, value: reason }), el("span", {}, reason)),
    );
    const more = el("textarea", { id: `more-${number}`, rows: "2", maxlength: String(LONGEST) });
    const person = el("input", { type: "checkbox" });
    this.form = el(
      "form",
      { class: "form", onsubmit: (event) => this.#send(event, name, more, person) },
      el("fieldset", {}, el("legend", {}, strings.whatWasWrong), el("div", { class: "options" }, ...reasons)),
      el("label", { for: more.id }, strings.more),
      more,
      el("label", { class: "option" }, person, el("span", {}, strings.person)),
      el(
        "div",
        { class: "choices" },
        el("button", { type: "button", class: "choice", onclick: () => this.#close(true) }, strings.skip),
        el("button", { type: "submit", class: "choice strong" }, strings.send),
      ),
    );
    this.element.append(this.form);
    this.form.scrollIntoView({ block: "nearest" });
    this.form.querySelector("input").focus({ preventScroll: true });
  }

  async #send(event, name, more, person) {
    event.preventDefault();
    const chosen = this.form.querySelector(`input[name="${name}"]:checked`)?.value;
    const reason = [chosen, more.value.trim()].filter(Boolean).join(": ");
    const asked = person.checked;
    this.#close(true);
    const feedback = { helpful: false, ...(reason && { reason }), ...(asked && { person: true }) };
    await this.#tell(feedback, this.strings.thanks);
  }

  #close(back = false) {
    this.form?.remove();
    this.form = null;
    this.note.textContent = "";
    if (back) this.no.focus();
  }
}
