// The box in which the provider writes.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { fill } from "./strings.js";

const LIMIT = 4000;
const WARN_FROM = 3600;

export class Composer {
  #send;

  /** `send(text)` sends it; `above` are the elements that stand over the box. */
  constructor(strings, send, ...above) {
    this.strings = strings;
    this.#send = send;
    this.input = el("textarea", {
      id: "question",
      rows: "1",
      placeholder: strings.inputPlaceholder,
      "aria-describedby": "hint",
      autocomplete: "off",
      oninput: () => this.#changed(),
      onkeydown: (event) => this.#key(event),
    });
    this.count = el("p", { class: "count", role: "status" });
    this.button = el(
      "button",
      { type: "submit", class: "send", "aria-label": strings.send, "aria-disabled": "true" },
      icon("send"),
    );
    this.form = el(
      "form",
      { onsubmit: (event) => this.#submit(event) },
      el("label", { for: "question", class: "unseen" }, strings.inputLabel),
      el("div", { class: "box" }, this.input, this.button),
      this.count,
      el("p", { class: "hint", id: "hint" }, strings.hint),
    );
    this.element = el("div", { class: "composer" }, ...above, this.form);
    this.#changed();
  }

  /** The name of the person who reads it, or null where the bot does. */
  set reader(person) {
    const { inputToPerson, inputPlaceholder } = this.strings;
    this.input.placeholder = person ? fill(inputToPerson, { person }) : inputPlaceholder;
  }

  get text() {
    return this.input.value;
  }

  set text(value) {
    this.input.value = value;
    this.#changed();
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }

  #changed() {
    const length = Array.from(this.text).length;
    this.ready = Boolean(this.text.trim()) && length <= LIMIT;
    this.button.setAttribute("aria-disabled", String(!this.ready));
    const note = length > WARN_FROM ? fill(this.strings.tooLong, { count: length, limit: LIMIT }) : "";
    if (this.count.textContent !== note) this.count.textContent = note;
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
  }

  #key(event) {
    // While an input method composes a character, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    if (!this.ready) return;
    const text = this.text;
    this.text = "";
    this.#send(text);
  }
}
