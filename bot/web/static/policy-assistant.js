// <policy-assistant>: answers about a health plan's medical policies, in any page, by one script tag.
//
//   <script type="module" src="https://bot.example/static/policy-assistant.js"></script>
//   <policy-assistant></policy-assistant>
//
// Attributes: layout="inline" fills its container (otherwise it docks at the corner of the page, and `open`
// opens it); examples="A question? | Another?" offers first questions; lang chooses the table of texts.
// Colors and shape follow the custom properties --policy-assistant-*, see assistant/theme.css.

import { Api, Refused } from "./assistant/api.js";
import { Composer } from "./assistant/composer.js";
import { el, icon } from "./assistant/dom.js";
import { Memory } from "./assistant/memory.js";
import { failure, providerMessage, replyMessage, typing } from "./assistant/message.js";
import { PolicyDialog } from "./assistant/policy-dialog.js";
import { fill, stringsFor } from "./assistant/strings.js";

const GATEWAY = new URL("../", import.meta.url);
const STYLES = new URL("assistant/widget.css", import.meta.url);
const STARTING_PATIENCE = 10 * 60 * 1000;

const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

class PolicyAssistant extends HTMLElement {
  // The ids of the replies in the log; what the provider said stands between them.
  #shown = [];
  #stopListening = null;

  connectedCallback() {
    if (!this.shadowRoot) this.#build();
    this.#listen();
    this.#wake();
  }

  disconnectedCallback() {
    this.#stopListening();
  }

  #build() {
    this.language = this.lang || document.documentElement.lang || navigator.language;
    this.strings = stringsFor(this.language);
    this.api = new Api(GATEWAY);
    this.memory = new Memory(GATEWAY.href);
    this.docked = this.getAttribute("layout") !== "inline";
    this.policyDialog = new PolicyDialog(this.api, this.strings);
    this.composer = new Composer(this.strings, (text) => this.#say({ text }, text));
    this.log = el("div", { class: "log", role: "log", "aria-label": this.strings.logLabel, tabindex: "0" });
    this.status = el("p", { class: "status", role: "status" });
    this.panel = el(
      "section",
      { class: "panel", part: "panel", "aria-label": this.strings.title, hidden: true },
      this.#header(),
      this.log,
      this.status,
      this.composer.element,
    );
    this.launcher = el(
      "button",
      { type: "button", class: "launcher", "aria-expanded": "false", hidden: true, onclick: () => this.#open(true) },
      icon("chat"),
      el("span", {}, this.strings.open),
    );
    this.confirm = this.#confirmation();
    const styles = el("link", { rel: "stylesheet", href: STYLES.href });
    // Nothing is shown before it can be shown as it should be.
    const ready = () => this.#open(!this.docked || this.hasAttribute("open"), { focus: false });
    styles.addEventListener("load", ready);
    styles.addEventListener("error", ready);
    const root = this.attachShadow({ mode: "open" });
    root.append(styles, this.launcher, this.panel, this.policyDialog.element, this.confirm);
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.docked) this.#open(false);
    });
    this.#welcome();
  }

  #header() {
    const button = (label, name, onclick) =>
      el("button", { type: "button", class: "square", "aria-label": label, title: label, onclick }, icon(name));
    return el(
      "header",
      { class: "top" },
      el("span", { class: "emblem" }, icon("shield")),
      el("div", { class: "titles" }, el("h2", {}, this.strings.title), el("p", {}, this.strings.subtitle)),
      button(this.strings.newConversation, "compose", () => this.#askForNew()),
      this.docked ? button(this.strings.close, "close", () => this.#open(false)) : null,
    );
  }

  #confirmation() {
    const dialog = el(
      "dialog",
      { class: "confirm", "aria-labelledby": "confirm-title" },
      el("h3", { id: "confirm-title" }, this.strings.confirmNew),
      el("p", {}, this.strings.confirmNewNote),
      el(
        "div",
        { class: "choices" },
        el("button", { type: "button", class: "choice", onclick: () => dialog.close() }, this.strings.confirmKeep),
        el(
          "button",
          {
            type: "button",
            class: "choice strong",
            onclick: () => {
              dialog.close();
              this.#startNew();
            },
          },
          this.strings.newConversation,
        ),
      ),
    );
    return dialog;
  }

  #open(open, { focus = true } = {}) {
    this.panel.hidden = !open;
    this.launcher.hidden = open || !this.docked;
    this.launcher.setAttribute("aria-expanded", String(open));
    if (!focus) return;
    if (open) this.composer.focus();
    else this.launcher.focus();
  }

  #listen() {
    const stop = new AbortController();
    const { signal } = stop;
    const forget = this.memory.onChange(() => this.#sync());
    window.addEventListener("online", () => this.failed && this.#deliver(), { signal });
    document.addEventListener("visibilitychange", () => !document.hidden && this.#sync(), { signal });
    this.#stopListening = () => {
      stop.abort();
      forget();
    };
  }

  /** Shows what was said so far, and sends again what was on its way when the page was left. */
  async #wake() {
    const { pending, conversation } = this.memory;
    await this.#sync();
    if (pending && (!pending.conversation || pending.conversation === conversation?.id)) this.#resume(pending);
    else this.memory.pending = null;
  }

  /** Brings the log up to what the gateway has on file; another tab may have gone on. */
  async #sync() {
    const { conversation } = this.memory;
    if (!conversation) {
      if (this.#shown.length) this.#clear();
      return;
    }
    if (this.composer.busy) {
      this.missed = true;
      return;
    }
    try {
      const { messages } = await this.#whenReady(() => this.api.messages(conversation));
      if (!this.composer.busy) this.#show(messages);
    } catch (refused) {
      if ([401, 404].includes(refused.status)) {
        this.memory.conversation = null;
        this.#clear();
        this.#tell(this.strings.errors.lost);
      } else this.#tell(this.#sentence(refused));
    }
  }

  #show(messages) {
    const replies = messages.filter((message) => message.sender !== "provider");
    const known = this.#shown.every((id, index) => replies[index]?.id === id);
    if (known && replies.length === this.#shown.length) return;
    this.log.setAttribute("aria-busy", "true");
    if (!known || !this.#shown.length) this.#empty();
    const fresh = messages.slice(messages.findIndex((message) => message.id === this.#shown.at(-1)) + 1);
    const lastAsked = messages.map((message) => message.sender).lastIndexOf("provider");
    this.#dropButtons();
    fresh.forEach((message) => {
      const open = messages.indexOf(message) > lastAsked;
      this.#append(open ? message : { ...message, buttons: [] });
    });
    this.log.scrollTop = this.log.scrollHeight;
    this.log.setAttribute("aria-busy", "false");
  }

  #append(message) {
    const element =
      message.sender === "provider"
        ? providerMessage(message.text, this.strings)
        : replyMessage(message, this.strings, this.language, {
            openQuote: (answer, citation) => this.policyDialog.open(answer, citation),
            press: (button) => this.#say({ payload: button.payload }, button.title, { pressed: true }),
          });
    if (message.sender !== "provider") this.#shown.push(message.id);
    this.log.append(element);
    return element;
  }

  #say(message, text, { pressed = false } = {}) {
    if (this.composer.busy) return;
    this.failed?.remove();
    this.failed = null;
    this.#tell("");
    this.#dropButtons();
    const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0"));
    const pending = { message: { ...message, client_id: id.join("") }, text, conversation: this.memory.conversation?.id };
    this.#resume(pending, pressed);
  }

  #resume(pending, pressed = false) {
    this.memory.pending = pending;
    this.pressed = pressed;
    this.log.querySelector(".welcome")?.remove();
    this.echo = providerMessage(pending.text, this.strings);
    this.log.append(this.echo);
    this.#deliver();
  }

  /** Sends the pending message; the same one, with the same id, however often. */
  async #deliver() {
    const pending = this.memory.pending;
    this.failed?.remove();
    this.failed = null;
    this.composer.busy = true;
    const sign = typing(this.strings);
    this.log.append(sign);
    this.log.scrollTop = this.log.scrollHeight;
    try {
      const { received, messages } = await this.#whenReady(() => this.#send(pending));
      this.memory.pending = null;
      sign.remove();
      if (messages.some((message) => this.#shown.includes(message.id))) {
        // The turn was taken before the page was left, and the history has shown it.
        this.echo.remove();
        return;
      }
      this.echo.replaceWith(providerMessage(received, this.strings));
      const replies = messages.map((message) => this.#append(message));
      this.memory.announce();
      this.#reveal(replies[0]);
    } catch (refused) {
      sign.remove();
      this.#fail(refused, pending);
    } finally {
      this.composer.busy = false;
      if (this.missed) this.#sync();
      this.missed = false;
    }
  }

  async #send(pending) {
    if (!this.memory.conversation) {
      const { conversation_id: id, token } = await this.api.start();
      this.memory.conversation = { id, token };
      this.memory.pending = { ...pending, conversation: id };
    }
    return this.api.send(this.memory.conversation, pending.message);
  }

  #fail(refused, pending) {
    if (!(refused instanceof Refused)) throw refused;
    if ([401, 404].includes(refused.status)) this.memory.conversation = null;
    const hopeless = [400, 413, 415, 422].includes(refused.status);
    this.failed = failure(this.#sentence(refused), this.strings, hopeless ? null : () => this.#deliver());
    this.echo.append(this.failed);
    this.log.scrollTop = this.log.scrollHeight;
    if (!hopeless) return;
    this.memory.pending = null;
    if (pending.message.text && !this.composer.text) this.composer.text = pending.message.text;
  }

  #sentence({ status, detail, retryAfter }) {
    const { errors } = this.strings;
    if (status === 0) return errors.offline;
    if ([401, 404].includes(status)) return errors.lost;
    if (status === 429) return fill(errors.busy, { seconds: retryAfter || 5 });
    if (status === 503) return errors.notReady;
    return status >= 500 ? errors.server : detail || errors.refused;
  }

  /** Waits as long as the gateway says that it is still starting. */
  async #whenReady(call) {
    const until = Date.now() + STARTING_PATIENCE;
    for (;;) {
      try {
        const result = await call();
        if (this.waitedForStart) this.#tell("");
        this.waitedForStart = false;
        return result;
      } catch (refused) {
        if (refused.status !== 503 || Date.now() > until) throw refused;
        this.#tell(this.strings.starting);
        this.waitedForStart = true;
        await pause(refused.retryAfter || 3);
      }
    }
  }

  /** Shows a reply from its beginning, with the question if it is short. After a pressed button, which is gone, the focus goes to the reply. */
  #reveal(reply) {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const asked = reply.previousElementSibling;
    const first = asked.offsetHeight < this.log.clientHeight / 4 ? asked : reply;
    const top = first.offsetTop - this.log.offsetTop - 16;
    this.log.scrollTo({ top, behavior: calm ? "auto" : "smooth" });
    if (this.pressed) reply.focus({ preventScroll: true });
  }

  #dropButtons() {
    this.log.querySelectorAll(".buttons").forEach((group) => group.remove());
  }

  #tell(sentence) {
    this.status.textContent = sentence;
  }

  #askForNew() {
    if (this.#shown.length || this.failed) this.confirm.showModal();
    else this.composer.focus();
  }

  #startNew() {
    this.memory.conversation = null;
    this.memory.pending = null;
    this.#clear();
    this.#tell(this.strings.newConversationDone);
    this.composer.focus();
  }

  #clear() {
    this.failed = null;
    this.#empty();
    this.#welcome();
  }

  #empty() {
    this.#shown = [];
    this.log.replaceChildren();
  }

  #welcome() {
    const examples = (this.getAttribute("examples") ?? "").split("|").map((text) => text.trim());
    this.log.replaceChildren(
      el(
        "div",
        { class: "welcome" },
        el("h3", {}, this.strings.welcomeTitle),
        el("p", {}, this.strings.welcome),
        el(
          "div",
          { class: "buttons", role: "group", "aria-label": this.strings.examplesLabel },
          ...examples
            .filter(Boolean)
            .map((text) =>
              el("button", { type: "button", class: "choice", onclick: () => this.#say({ text }, text, { pressed: true }) }, text),
            ),
        ),
        el("p", { class: "note" }, icon("shield"), el("span", {}, this.strings.privacy)),
      ),
    );
  }
}

customElements.define("policy-assistant", PolicyAssistant);
