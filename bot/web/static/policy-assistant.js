// <policy-assistant>: answers about a health plan's medical policies, in any page, by one script tag.
//
//   <script type="module" src="https://bot.example/static/policy-assistant.js"></script>
//   <policy-assistant site-key="..."></policy-assistant>
//
// Attributes: site-key names the site, where the gateway asks for one; layout="inline" fills its container (otherwise
// it docks at the corner of the page, and `open` opens it); examples="A question? | Another?" offers first questions;
// lang chooses the table of texts; theme="light" keeps it light where the reader prefers dark. Colors and shape
// follow the custom properties --policy-assistant-*, see assistant/theme.css.

import { Api } from "./assistant/api.js";
import { Circumstances } from "./assistant/circumstances.js";
import { Composer } from "./assistant/composer.js";
import { Conversation } from "./assistant/conversation.js";
import { confirmation, welcome } from "./assistant/dialogs.js";
import { el } from "./assistant/dom.js";
import { icon } from "./assistant/icons.js";
import { Log } from "./assistant/log.js";
import { Memory } from "./assistant/memory.js";
import { PersonDialog, Standing } from "./assistant/person.js";
import { PolicyDialog } from "./assistant/policy-dialog.js";
import { print } from "./assistant/print.js";
import { refusal, troubleOf } from "./assistant/sentences.js";
import { fill, stringsFor } from "./assistant/strings.js";

const GATEWAY = new URL("../", import.meta.url);
const STYLES = new URL("assistant/widget.css", import.meta.url);
const TOLD_MS = 4_000;
const PATIENCE_MS = 2_000;

class PolicyAssistant extends HTMLElement {
  connectedCallback() {
    if (!this.shadowRoot) this.#build();
    this.conversation.open();
  }

  disconnectedCallback() {
    this.conversation.close();
  }

  #build() {
    const strings = stringsFor(this.lang || document.documentElement.lang || navigator.language);
    const api = new Api(GATEWAY, this.getAttribute("site-key"));
    this.strings = strings;
    this.docked = this.getAttribute("layout") !== "inline";
    this.conversation = new Conversation(api, new Memory(GATEWAY.href));
    this.#parts(api);
    this.panel = el(
      "section",
      { class: "panel", part: "panel", lang: strings.language, "aria-label": strings.title, hidden: true },
      this.#header(),
      this.standing.element,
      this.log.element,
      this.status,
      this.composer.element,
    );
    this.news = el("span", { class: "news", hidden: true });
    this.launcher = el(
      "button",
      { type: "button", class: "launcher", "aria-expanded": "false", hidden: true, onclick: () => this.#open(true) },
      icon("chat"),
      el("span", {}, strings.open),
      this.news,
    );
    const styles = el("link", { rel: "stylesheet", href: STYLES.href });
    // Nothing is shown before it can be shown as it should be.
    const ready = () => this.#open(!this.docked || this.hasAttribute("open"), { focus: false });
    styles.addEventListener("load", ready);
    styles.addEventListener("error", ready);
    const root = this.attachShadow({ mode: "open" });
    root.append(styles, this.launcher, this.panel, this.policyDialog.element, this.personDialog.element, this.confirm);
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.docked) this.#open(false);
    });
    this.conversation.addEventListener("change", () => this.#show());
    this.#show();
  }

  #parts(api) {
    const { strings, conversation } = this;
    const sentence = (refused) => refusal(refused, strings);
    const callBack = () => this.#offerPerson({ call: true });
    this.policyDialog = new PolicyDialog(api, strings);
    this.personDialog = new PersonDialog(strings, (wish) => this.#askForPerson(wish), sentence);
    this.standing = new Standing(strings, { leave: () => this.#leavePerson(), callBack });
    this.circumstances = new Circumstances(strings, (said) => this.#setCircumstances(said));
    this.person = el(
      "button",
      { type: "button", class: "quiet", onclick: () => this.#offerPerson() },
      icon("person"),
      el("span", {}, strings.person.ask),
    );
    this.status = el("p", { class: "status", role: "status" });
    const tools = el("div", { class: "tools" }, this.circumstances.toggle, this.person);
    this.composer = new Composer(strings, (text) => conversation.say({ text }, text), this.circumstances.form, tools);
    this.confirm = confirmation(strings, () => this.#leave());
    const does = {
      openQuote: (answer, citation) => this.policyDialog.open(answer, citation),
      press: ({ payload, title }) => conversation.say({ payload }, title),
      rate: (message, feedback) => conversation.rate(message, feedback),
      retry: (entry) => conversation.retry(entry),
      print: (message, asked, element) => print(message, asked, element, strings),
      callBack,
    };
    this.log = new Log(strings, does, () => welcome(strings, this.getAttribute("examples"), (text) => this.#example(text)));
  }

  #header() {
    const { strings } = this;
    const button = (label, name, onclick) =>
      el("button", { type: "button", class: "square", "aria-label": label, title: label, onclick }, icon(name));
    return el(
      "header",
      { class: "top" },
      el("span", { class: "emblem" }, icon("shield")),
      el("div", { class: "titles" }, el("h2", {}, strings.title), el("p", {}, strings.subtitle)),
      button(strings.newConversation, "compose", () => this.#askForNew()),
      this.docked ? button(strings.close, "close", () => this.#open(false)) : null,
    );
  }

  #show() {
    const { conversation, strings } = this;
    const { status } = conversation;
    this.#giveBack();
    this.log.show(conversation, (refused) => refusal(refused, strings));
    this.standing.show(status);
    this.circumstances.show(conversation.circumstances);
    this.person.hidden = ["waiting", "with_person"].includes(status.state);
    this.composer.reader = status.state === "with_person" ? status.person || strings.person.someone : null;
    this.#tellTrouble();
    this.#tellNews();
  }

  // What can never be taken is written again, differently.
  #giveBack() {
    const { outbox } = this.conversation;
    const entry = outbox.entries.find(({ refused, given }) => refused?.hopeless && !given);
    if (!entry) return;
    entry.given = true;
    if (entry.message.text && !this.composer.text) this.composer.text = entry.message.text;
  }

  #tellTrouble() {
    const sentence = troubleOf(this.conversation, this.strings);
    if (sentence) this.#tell(sentence);
    else if (this.troubled) this.#tell(this.conversation.lost ? "" : this.strings.connectedAgain, TOLD_MS);
    this.troubled = Boolean(sentence);
    this.status.classList.toggle("trouble", this.troubled);
  }

  // A docked widget that is closed says that a person wrote.
  #tellNews() {
    const seen = this.conversation.said.filter(({ sender }) => sender === "agent").length;
    if (!this.panel.hidden) this.seen = seen;
    const count = seen - (this.seen ?? seen);
    this.seen ??= seen;
    this.news.hidden = !count;
    this.news.textContent = count ? fill(this.strings.news, { count }) : "";
  }

  #open(open, { focus = true } = {}) {
    this.panel.hidden = !open;
    this.launcher.hidden = open || !this.docked;
    this.launcher.setAttribute("aria-expanded", String(open));
    this.#tellNews();
    if (!focus) return;
    if (open) this.composer.focus();
    else this.launcher.focus();
  }

  #tell(sentence, milliseconds) {
    if (this.status.textContent !== sentence) this.status.textContent = sentence;
    clearTimeout(this.toldUntil);
    if (milliseconds) this.toldUntil = setTimeout(() => this.#tell(""), milliseconds);
  }

  #example(text) {
    this.log.focusNext();
    this.conversation.say({ text }, text);
  }

  async #offerPerson(how) {
    const known = this.conversation.refresh().catch(() => {});
    await Promise.race([known, new Promise((done) => setTimeout(done, PATIENCE_MS))]);
    this.personDialog.open(this.conversation.status, how);
  }

  async #askForPerson(wish) {
    await this.conversation.askForPerson(wish);
    this.personDialog.element.close();
    const { status } = this.conversation;
    // Nobody is there after all.
    if (status.state === "bot" && status.open === false) this.personDialog.open(status);
    else this.composer.focus();
  }

  async #leavePerson() {
    try {
      await this.conversation.leavePerson();
      this.composer.focus();
    } catch (refused) {
      this.#tell(refusal(refused, this.strings), TOLD_MS);
    }
  }

  async #setCircumstances(said) {
    try {
      await this.conversation.setCircumstances(said);
      this.#tell(this.strings.circumstances.kept, TOLD_MS);
    } catch {
      // It is told to the gateway with the next message.
    }
  }

  #askForNew() {
    if (this.conversation.begun) this.confirm.showModal();
    else this.composer.focus();
  }

  #leave() {
    this.conversation.leave();
    this.#tell(this.strings.newConversationDone, TOLD_MS);
    this.composer.focus();
  }
}

customElements.define("policy-assistant", PolicyAssistant);
