// The conversation on screen.

import { el } from "./dom.js";
import { canBeRated, Feedback } from "./feedback.js";
import { icon } from "./icons.js";
import { notices } from "./notices.js";
import { botMessage, buttons, failure, noticeLine, personMessage, providerMessage, typing } from "./message.js";

// So near to the end, a reader goes on with what comes.
const NEAR = 96;

export class Log {
  #elements = new Map();
  #ratings = new Map();
  #failed = false;

  /** `does` has what can be done from here: openQuote, press, rate, print, retry and callBack. */
  constructor(strings, does, welcome) {
    this.strings = strings;
    this.does = does;
    this.welcome = welcome;
    this.scroller = el("div", { class: "log", role: "log", "aria-label": strings.logLabel, tabindex: "0" });
    this.below = el(
      "button",
      { type: "button", class: "below", hidden: true, onclick: () => this.#toEnd() },
      icon("down"),
      el("span", {}, strings.newMessages),
    );
    this.scroller.addEventListener("scroll", () => this.#nearEnd && (this.below.hidden = true));
    this.element = el("div", { class: "middle" }, this.scroller, this.below);
  }

  /** Shows a conversation as it is now. `sentence(refused)` says why a message was not sent. */
  show(conversation, sentence) {
    const { outbox } = conversation;
    const atEnd = this.#nearEnd;
    const known = new Set(this.#elements.keys());
    const places = [
      ...(conversation.begun ? [] : [["welcome", () => this.welcome()]]),
      ...this.#places(conversation),
      ...outbox.entries.map((entry) => [
        entry.message.client_id,
        () => providerMessage(entry.words, this.strings),
        (element) => this.#mark(element, entry, outbox.trouble, sentence),
      ]),
      ...(conversation.awaited ? [["typing", () => typing(this.strings)]] : []),
    ];
    this.#arrange(places);
    this.#offer(conversation);
    for (const [id, rating] of this.#ratings) rating.show(conversation.status.feedback[id]);
    const fresh = [...this.#elements].filter(([key]) => !known.has(key)).map(([, element]) => element);
    const first = ![...known].some((key) => key !== "welcome" && this.#elements.has(key));
    if (fresh.length) this.#follow(fresh, atEnd, first);
    else if (this.#failed) this.#toEnd();
    this.#failed = false;
  }

  /** After a pressed button, which is gone, the focus goes to the reply. */
  focusNext() {
    this.focusing = true;
  }

  #places({ said }) {
    const between = notices(said);
    return said.flatMap((message, index) => {
      const came = between.filter(({ before }) => before === message.seq);
      const make = () => this.#message(message, said[index - 1]);
      const mend = (element) => message.sender === "provider" && settle(element, message.text, this.strings);
      return [
        ...came.map((notice) => [`${notice.kind} ${message.seq}`, () => noticeLine(notice, this.strings)]),
        [message.client_id ?? message.seq, make, mend],
      ];
    });
  }

  #message(message, before) {
    if (message.sender === "provider") return providerMessage(message.text, this.strings);
    if (message.sender === "agent") return personMessage(message, this.strings);
    const print = () => this.does.print(message, before, element);
    const element = botMessage(message, this.strings, { openQuote: this.does.openQuote, print });
    if (canBeRated(message)) {
      const rating = new Feedback(this.strings, (feedback) => this.does.rate(message, feedback));
      this.#ratings.set(message.id, rating);
      element.append(rating.element);
    }
    return element;
  }

  // Puts each element in its place, and moves none that is there.
  #arrange(places) {
    const keys = new Set(places.map(([key]) => key));
    for (const [key, element] of this.#elements) {
      if (keys.has(key)) continue;
      element.remove();
      this.#elements.delete(key);
    }
    let last = null;
    for (const [key, make, mend] of places) {
      let element = this.#elements.get(key);
      if (!element) {
        element = make();
        this.#elements.set(key, element);
      }
      mend?.(element);
      if (last ? last.nextElementSibling !== element : this.scroller.firstElementChild !== element) {
        if (last) last.after(element);
        else this.scroller.prepend(element);
      }
      last = element;
    }
  }

  // Only the last replies offer what can be pressed next.
  #offer({ said, outbox, status }) {
    const lastAsked = said.map(({ sender }) => sender).lastIndexOf("provider");
    const open = outbox.entries.some((entry) => !entry.refused) ? [] : said.slice(lastAsked + 1);
    const offered = new Set(open.map((message) => this.#elements.get(message.seq)));
    for (const group of this.scroller.querySelectorAll(".buttons:not(.examples)"))
      if (!offered.has(group.parentElement)) group.remove();
    for (const message of open) {
      const element = this.#elements.get(message.seq);
      const all = this.#choices(message, status);
      if (all.length && !element.querySelector(":scope > .buttons"))
        element.append(buttons({ ...message, buttons: all }, this.strings, (button) => this.#press(button)));
    }
  }

  #choices({ buttons: offered = [], answer }, { state, open }) {
    const call = answer?.kind === "handoff" && state === "bot" && open === false;
    return call ? [...offered, { title: this.strings.person.callBackTitle, call }] : offered;
  }

  #press(button) {
    if (button.call) return this.does.callBack();
    this.focusNext();
    return this.does.press(button);
  }

  #mark(element, entry, trouble, sentence) {
    element.classList.toggle("pending", Boolean(trouble || entry.refused));
    const shown = element.querySelector(".failure");
    const { refused } = entry;
    if (!refused) shown?.remove();
    else if (!shown) {
      const retry = refused.hopeless ? null : () => this.does.retry(entry);
      this.#failed = true;
      element.append(failure(sentence(refused), this.strings, retry));
    }
  }

  #follow(fresh, atEnd, first) {
    const reply = fresh.find((element) => element.matches(".bot:not(.typing)"));
    const own = fresh.some((element) => element.matches(".provider, .welcome"));
    if (first || (own && !reply)) this.#toEnd();
    else if (reply && (atEnd || this.focusing)) this.#reveal(reply);
    else if (atEnd) this.#toEnd();
    else if (fresh.some((element) => element.matches(".bot, .agent"))) this.below.hidden = false;
    if (!reply || !this.focusing) return;
    this.focusing = false;
    reply.focus({ preventScroll: true });
  }

  get #nearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  #toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.below.hidden = true;
  }

  /** Shows a reply from its beginning, with the question if it is short. */
  #reveal(reply) {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const asked = reply.previousElementSibling;
    const first = asked && asked.offsetHeight < this.scroller.clientHeight / 4 ? asked : reply;
    const top = first.offsetTop - this.scroller.offsetTop - 16;
    this.scroller.scrollTo({ top, behavior: calm ? "auto" : "smooth" });
  }
}

// What was typed gives way to what was kept of it.
function settle(element, text, strings) {
  element.classList.remove("pending");
  const kept = providerMessage(text, strings);
  const [old, now] = [element, kept].map((each) => each.querySelector(".bubble"));
  if (old.textContent !== now.textContent) old.replaceWith(now);
}
