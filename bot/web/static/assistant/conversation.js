// The conversation as this tab knows it: what was said, how it stands, and what is still to be sent. It keeps itself
// up to date, and fires "change" whenever there is something new to show.

import { Refused } from "./api.js";
import { Feed } from "./feed.js";
import { Outbox } from "./outbox.js";

const GONE = [401, 404];
const WITH_PEOPLE = ["waiting", "with_person"];
const UNTOUCHED = { state: "bot", circumstances: {}, feedback: {} };

export class Conversation extends EventTarget {
  #api;
  #memory;
  #feed;
  #stopListening = null;
  #bySeq = new Map();
  #lastEvent = 0;
  #caughtUp = false;

  constructor(api, memory) {
    super();
    this.#api = api;
    this.#memory = memory;
    this.outbox = new Outbox(memory, { send: (entry) => this.#send(entry), changed: () => this.#changed() });
    this.#feed = new Feed({
      stream: (signal) => this.#stream(signal),
      poll: (signal) => this.#catchUp(signal),
      take: (event) => this.#take(event),
      line: (up) => this.#line(up),
      gone: ({ status }) => this.#lose(status),
    });
    this.#reset();
  }

  /** Begins to follow the conversation, and sends again what was on its way when the page was left. */
  open() {
    const stop = new AbortController();
    const { signal } = stop;
    const forget = this.#memory.onChange(() => this.#follow());
    const wake = () => this.#wake();
    window.addEventListener("online", wake, { signal });
    window.addEventListener("pageshow", wake, { signal });
    window.addEventListener("offline", () => this.#feed.lose(), { signal });
    document.addEventListener("visibilitychange", wake, { signal });
    this.#stopListening = () => {
      stop.abort();
      forget();
    };
    this.#follow();
    this.outbox.deliver();
  }

  close() {
    this.#stopListening();
    this.#feed.stop();
  }

  /** The messages in their order. */
  get said() {
    return [...this.#bySeq.values()].sort((one, other) => one.seq - other.seq);
  }

  get begun() {
    return Boolean(this.#bySeq.size || this.outbox.entries.length);
  }

  /** Whether a reply of the bot is on its way. */
  get awaited() {
    const { trouble, entries } = this.outbox;
    return this.status.state !== "with_person" && !trouble && entries.some((entry) => !entry.refused);
  }

  get circumstances() {
    return this.#memory.circumstances ?? this.status.circumstances;
  }

  /** Sends `message`, a text or a payload, which the provider sees as `words`. Returns its client id. */
  say(message, words) {
    this.lost = false;
    return this.outbox.add(message, words, this.id);
  }

  retry(entry) {
    this.lost = false;
    this.outbox.retry(entry, this.id);
  }

  /** Parts from it; the next message begins another. */
  leave() {
    if (this.id && WITH_PEOPLE.includes(this.status.state)) this.leavePerson().catch(() => {});
    this.#memory.conversation = null;
    this.#memory.circumstances = null;
    this.outbox.clear();
    this.#follow();
  }

  /** Learns how it stands just now. Raises `Refused`, as the following do. */
  async refresh() {
    await this.#begin();
    await this.#catchUp();
  }

  async askForPerson(wish) {
    this.#stands(await this.#api.askForPerson(await this.#begin(), wish));
  }

  async leavePerson() {
    this.#stands(await this.#api.leavePerson(await this.#begin()));
  }

  async rate(message, feedback) {
    this.#stands(await this.#api.rate(await this.#begin(), { message_id: message.id, ...feedback }));
  }

  /** What a conversation that has not begun is about is told when it begins. */
  async setCircumstances(circumstances) {
    this.#memory.circumstances = circumstances;
    this.#changed();
    if (this.id) await this.#tellCircumstances();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }

  #reset() {
    this.#bySeq.clear();
    this.#lastEvent = 0;
    this.#caughtUp = false;
    this.status = UNTOUCHED;
    this.connected = true;
    this.lost = false;
  }

  // What is kept in this browser is ours; another tab may have begun it or left it.
  #follow() {
    const id = this.#memory.conversation?.id;
    if (this.id !== id) {
      this.id = id;
      this.#feed.stop();
      this.#reset();
    }
    this.outbox.part(id);
    this.#attend();
    this.#changed();
  }

  // A hidden tab listens only when a person may write: browsers have few connections to give.
  #attend() {
    const wanted = this.id && (!document.hidden || WITH_PEOPLE.includes(this.status.state));
    if (wanted) this.#feed.start();
    else this.#feed.stop();
  }

  #wake() {
    this.#attend();
    this.#feed.wake();
    this.outbox.wake();
  }

  async #stream(signal) {
    if (!this.#caughtUp) await this.#catchUp(signal);
    return this.#api.stream(this.#memory.conversation, { after: this.#lastEvent, signal });
  }

  async #catchUp(signal) {
    const { id } = this;
    let after = 0;
    while (this.#bySeq.has(after + 1)) after += 1;
    const read = await this.#api.messages(this.#memory.conversation, { after, signal });
    if (id !== this.id) return;
    read.messages.forEach((message) => this.#put(message));
    this.#lastEvent = Math.max(this.#lastEvent, read.last_event);
    this.#caughtUp = true;
    this.#stands(read);
  }

  #take({ type, data, id }) {
    if (id) this.#lastEvent = Number(id);
    const value = JSON.parse(data);
    if (type === "message") this.#put(value);
    else if (type === "state") this.status = value;
    this.#changed();
    this.#attend();
  }

  #put(message) {
    this.#bySeq.set(message.seq, { ...this.#bySeq.get(message.seq), ...message });
    if (message.sender === "provider" && message.client_id) this.outbox.acknowledge(message.client_id);
  }

  #stands({ status }) {
    this.status = status;
    this.#changed();
    this.#attend();
  }

  #line(up) {
    if (this.connected === up) return;
    this.connected = up;
    this.#changed();
    if (up) this.outbox.wake();
  }

  #lose(status) {
    if (GONE.includes(status)) this.#memory.conversation = null;
    this.#follow();
    this.lost = true;
    this.#changed();
  }

  /** The conversation's id and token; two tabs that begin at once begin one. */
  async #begin() {
    const conversation = await this.#memory.begin(async () => {
      const { conversation_id: id, token } = await this.#api.start();
      return { id, token };
    });
    if (!this.id) {
      this.id = conversation.id;
      this.#attend();
    }
    await this.#tellCircumstances();
    return conversation;
  }

  async #tellCircumstances() {
    const told = this.#memory.circumstances;
    if (!told) return;
    try {
      this.#stands(await this.#api.setCircumstances(this.#memory.conversation, told));
    } catch (refused) {
      if (![400, 422].includes(refused.status)) throw refused;
    }
    this.#memory.circumstances = null;
    this.#changed();
  }

  async #send(entry) {
    try {
      const conversation = await this.#begin();
      this.outbox.bind(entry, conversation.id);
      const { messages, received, status } = await this.#api.say(conversation, entry.message);
      if (conversation.id !== this.id) return;
      if (messages.length) this.#putTurn(entry, received, messages);
      else await this.#catchUp().catch(() => {});
      this.outbox.acknowledge(entry.message.client_id);
      this.#stands({ status });
    } catch (refused) {
      if (refused instanceof Refused && GONE.includes(refused.status)) this.#lose(refused.status);
      throw refused;
    }
  }

  #putTurn({ message: { client_id } }, received, replies) {
    const { seq, at } = replies[0];
    this.#put({ seq: seq - 1, sender: "provider", text: received, client_id, at });
    replies.forEach((reply) => this.#put(reply));
  }
}
