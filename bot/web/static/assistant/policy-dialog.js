// The text of a policy as on file, with the quoted words highlighted.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { fill } from "./strings.js";

export class PolicyDialog {
  #loaded = new Map();

  constructor(api, strings) {
    this.api = api;
    this.strings = strings;
    this.title = el("h3", { id: "policy-title" });
    this.text = el("div", { class: "paper", tabindex: "0", role: "region", "aria-labelledby": "policy-title" });
    this.element = el(
      "dialog",
      { class: "policy", "aria-labelledby": "policy-title" },
      el(
        "header",
        {},
        this.title,
        el(
          "button",
          { type: "button", class: "square", "aria-label": strings.dialogClose, onclick: () => this.element.close() },
          icon("close"),
        ),
      ),
      el("p", { class: "note" }, strings.dialogNote),
      this.text,
    );
    // A click on the backdrop has the dialog itself as its target.
    this.element.addEventListener("click", (event) => {
      if (event.target === this.element) this.element.close();
    });
  }

  async open({ policy }, { start, end }) {
    this.title.textContent = fill(this.strings.dialogTitle, policy);
    this.text.replaceChildren(el("p", { role: "status" }, this.strings.dialogLoading));
    this.element.showModal();
    try {
      if (!this.#loaded.has(policy.version)) this.#loaded.set(policy.version, await this.api.policy(policy.version));
    } catch (refused) {
      this.text.replaceChildren(el("p", { role: "alert" }, refused.detail || this.strings.dialogFailed));
      return;
    }
    const { text, sections } = this.#loaded.get(policy.version);
    const mark = this.#show(text, sections, start, end);
    mark.scrollIntoView({ block: "center" });
    mark.focus({ preventScroll: true });
  }

  #show(text, sections, start, end) {
    // Offsets count code points; a string of JavaScript counts UTF-16 units.
    const points = Array.from(text);
    const at = (offset) => (points.length === text.length ? offset : points.slice(0, offset).join("").length);
    const from = at(start);
    const to = at(end);
    const mark = el("mark", { tabindex: "-1" }, text.slice(from, to));
    const spans = [{ from, to, element: mark }];
    for (const section of sections) {
      const below = at(section.start);
      const heading = text.lastIndexOf(section.name, below);
      const ends = heading + section.name.length + (text[heading + section.name.length] === ":" ? 1 : 0);
      if (heading < 0 || below - ends > 40 || (heading < to && from < ends)) continue;
      spans.push({ from: heading, to: ends, element: el("strong", {}, text.slice(heading, ends)) });
    }
    spans.sort((one, other) => one.from - other.from);
    let done = 0;
    this.text.replaceChildren();
    for (const span of spans) {
      this.text.append(text.slice(done, span.from), span.element);
      done = span.to;
    }
    this.text.append(text.slice(done));
    return mark;
  }
}
