// What was said in a chat, as staff reads it, and what the bot would say now.

import { el } from "../assistant/dom.js";
import { hasCard } from "../assistant/card.js";
import { besideCard, prose } from "../assistant/prose.js";
import { cardOf } from "./answers.js";

const WHO = { provider: "Provider", bot: "Assistant" };

/** One message as an element. */
export function chatMessage(message) {
  const { sender, text, answer, at, name, id } = message;
  const withCard = hasCard(answer);
  const words = withCard ? besideCard(text, answer) : text;
  const time = new Date(at).toLocaleTimeString("en-US", { timeStyle: "short" });
  return el(
    "div",
    { class: `message ${sender} line`, "data-message": id },
    el("p", { class: "by small" }, `${name ?? WHO[sender] ?? "Plan"} · ${time}`),
    words.trim() ? el("div", { class: "bubble" }, ...prose(words)) : null,
    withCard ? el("details", { class: "folded" }, el("summary", {}, title(answer)), cardOf(message, words)) : null,
  );
}

function title({ policy, determination, decision_id: id }) {
  return [policy && `Policy ${policy.number}`, determination && determination.status.replaceAll("_", " "), id].filter(Boolean).join(" · ") || "Source";
}

/** What the bot would say: to be sent, edited or discarded. */
export class Suggestion {
  #discarded = new Set();
  #shown = null;

  constructor(place, { send, edit }) {
    this.place = place;
    this.send = send;
    this.edit = edit;
  }

  clear() {
    this.#shown = null;
    this.place.hidden = true;
    this.place.replaceChildren();
  }

  show(replies) {
    const key = JSON.stringify(replies);
    if (!replies.length || this.#discarded.has(key)) return this.clear();
    if (key === this.#shown) return undefined;
    this.#shown = key;
    const text = replies.map((reply) => reply.text).join("\n\n");
    const button = (name, does, strong) => el("button", { type: "button", class: strong ? "choice strong" : "choice", onclick: does }, name);
    this.place.replaceChildren(
      el(
        "div",
        { class: "suggestion-head" },
        el("h2", {}, "Suggested reply"),
        button("Send it", () => this.send(text), true),
        button("Edit", () => {
          this.#discard(key);
          this.edit(text);
        }),
        button("Discard", () => this.#discard(key)),
      ),
      el("div", { class: "bubble" }, ...prose(text)),
      ...replies.filter((reply) => hasCard(reply.answer)).map((reply) => el("details", { class: "folded" }, el("summary", {}, `Proof: ${title(reply.answer)}`), cardOf(reply))),
    );
    this.place.hidden = false;
    return undefined;
  }

  #discard(key) {
    this.#discarded.add(key);
    this.clear();
  }
}
