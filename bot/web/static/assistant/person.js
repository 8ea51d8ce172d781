// Talking to a person: how that stands, and the dialog that asks for one.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { fill } from "./strings.js";

const LONGEST_REASON = 500;
const NUMBER = /^(?=(?:\D*\d){7})[\d\s()+./x#-]{7,40}(?:ext\.?[\s\d]*)?$/i;

/** The line above the conversation while a person was asked for or is there. */
export class Standing {
  /** `leave()` gives up waiting or ends the chat; `callBack()` asks for a call instead. */
  constructor(strings, { leave, callBack }) {
    this.strings = strings.person;
    this.title = el("p", { class: "what" });
    this.note = el("p", { class: "more" });
    this.picture = el("span", { class: "picture" });
    this.call = el("button", { type: "button", class: "quiet", onclick: callBack }, this.strings.callBack);
    this.end = el("button", { type: "button", class: "quiet", onclick: leave });
    this.element = el(
      "div",
      { class: "standing", hidden: true },
      this.picture,
      el("div", { class: "words", role: "status" }, this.title, this.note),
      el("div", { class: "actions" }, this.call, this.end),
    );
  }

  show(status) {
    const [name, title, note, end] = this.#said(status);
    this.element.hidden = !title;
    this.element.dataset.state = status.state;
    if (!title) return;
    setText(this.title, title);
    setText(this.note, note);
    setText(this.end, end);
    this.end.hidden = !end;
    this.call.hidden = status.state !== "waiting" || status.call_back;
    if (this.picture.dataset.name === name) return;
    this.picture.dataset.name = name;
    this.picture.replaceChildren(icon(name));
  }

  #said({ state, place, person, call_back: call, outcome }) {
    const { strings } = this;
    if (state === "waiting" && call) return ["phone", strings.waitingCall, strings.waitingCallNote, strings.cancelCall];
    if (state === "waiting") {
      const where = place === 1 ? strings.next : place ? fill(strings.place, { place }) : "";
      return ["clock", strings.waiting, [where, strings.waitingNote].filter(Boolean).join(" "), strings.leave];
    }
    if (state === "with_person") {
      const name = person || strings.someone;
      return ["person", fill(strings.withPerson, { name }), strings.withPersonNote, strings.end];
    }
    if (state === "closed") {
      return ["check", strings.closed, [strings.closedHow[outcome], strings.closedAgain].filter(Boolean).join(" "), ""];
    }
    return [];
  }
}

export class PersonDialog {
  /** `ask(wish)` tells the gateway; `sentence(refused)` says why it would not. */
  constructor(strings, ask, sentence) {
    this.strings = strings.person;
    this.ask = ask;
    this.sentence = sentence;
    this.body = el("form", { onsubmit: (event) => this.#submit(event), novalidate: true });
    this.element = el("dialog", { class: "confirm person", "aria-labelledby": "person-title" }, this.body);
  }

  /** With `call`, or when nobody is there, it asks where to call back. */
  open({ open, hours, phone }, { call = false } = {}) {
    const { strings } = this;
    const closed = open === false;
    this.call = call || closed;
    const title = closed ? strings.closedTitle : this.call ? strings.callBackTitle : strings.title;
    const note = closed ? strings.closedNote : this.call ? strings.callBackNote : strings.note;
    this.wrong = el("p", { class: "wrong", id: "person-wrong", role: "alert" });
    this.field = this.call ? this.#number() : this.#reason();
    this.body.replaceChildren(
      el("h3", { id: "person-title" }, title),
      el("p", {}, note),
      ...this.#directory(closed || this.call ? hours : null, phone),
      ...this.field,
      this.wrong,
      el(
        "div",
        { class: "choices" },
        el("button", { type: "button", class: "choice", onclick: () => this.element.close() }, strings.cancel),
        el("button", { type: "submit", class: "choice strong" }, this.call ? strings.confirmCall : strings.confirm),
      ),
    );
    if (!this.element.open) this.element.showModal();
    this.input.focus();
  }

  #directory(hours, phone) {
    const lines = [];
    if (hours) lines.push(el("p", {}, icon("clock"), el("span", {}, fill(this.strings.hours, { hours }))));
    if (phone) {
      const digits = phone.replace(/[^\d+]/g, "");
      const number = el("a", { href: `tel:${digits}` }, phone);
      lines.push(el("p", {}, icon("phone"), el("span", {}, `${this.strings.phone} `, number)));
    }
    return lines.length ? [el("div", { class: "directory" }, ...lines)] : [];
  }

  #reason() {
    this.input = el("textarea", { id: "person-about", rows: "3", maxlength: String(LONGEST_REASON) });
    return [el("label", { for: "person-about" }, this.strings.about), this.input];
  }

  #number() {
    const described = "person-hint person-wrong";
    this.input = el("input", { id: "person-number", type: "tel", autocomplete: "tel", maxlength: "40", "aria-describedby": described });
    return [
      el("label", { for: "person-number" }, this.strings.number),
      this.input,
      el("p", { class: "small", id: "person-hint" }, this.strings.numberHint),
    ];
  }

  async #submit(event) {
    event.preventDefault();
    const said = this.input.value.trim();
    if (this.call && !NUMBER.test(said)) {
      this.#complain(this.strings.numberWrong);
      return;
    }
    try {
      await this.ask(this.call ? { call_back: said } : said ? { reason: said } : {});
    } catch (refused) {
      this.#complain(this.sentence(refused));
    }
  }

  #complain(sentence) {
    this.wrong.textContent = sentence;
    this.input.setAttribute("aria-invalid", "true");
    this.input.focus();
  }
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
