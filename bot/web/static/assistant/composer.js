// The box in which the provider writes.

import { el, icon } from "./dom.js";
import { fill } from "./strings.js";

const LIMIT = 4000;
const WARN_FROM = 3600;

export class Composer {
  #send;

  constructor(strings, send) {
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
    this.element = el(
      "form",
      { class: "composer", onsubmit: (event) => this.#submit(event) },
      el("label", { for: "question", class: "unseen" }, strings.inputLabel),
      el("div", { class: "box" }, this.input, this.button),
      this.count,
      el("p", { class: "hint", id: "hint" }, strings.hint),
    );
    this.busy = false;
  }

  get busy() {
    return this.waiting;
  }

  /** While a reply is on its way the next question can be written, but not sent. */
  set busy(value) {
    this.waiting = value;
    this.#changed();
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
    this.ready = !this.waiting && Boolean(this.text.trim()) && length <= LIMIT;
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
