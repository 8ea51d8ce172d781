// What is still to be sent, in order. A message keeps its client id until the gateway has acknowledged it, so that
// it has one turn however often it is sent.

import { Refused } from "./api.js";

const PASSING = [0, 429, 502, 503, 504];
// What the gateway will never take as it is.
const HOPELESS = [400, 413, 415, 422];
const RESTS_S = [1, 2, 4, 8, 15];

export class Outbox {
  #memory;
  #send;
  #changed;
  #delivering = false;
  #endRest = () => {};

  /** `send(entry)` sends one, and raises `Refused`; `changed()` is called when there is something new to show. */
  constructor(memory, { send, changed }) {
    this.#memory = memory;
    this.#send = send;
    this.#changed = changed;
    this.entries = memory.outbox;
    /** Why the first entry waits for another try. */
    this.trouble = null;
  }

  /** Gives the entry's client id. A message that could not be sent gives way to a new one. */
  add(message, words, conversation) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const client_id = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const entry = { message: { ...message, client_id }, words, conversation };
    this.#keep([...this.entries.filter((other) => !other.refused), entry]);
    this.deliver();
    return client_id;
  }

  /** Tries a refused one again. In another conversation a button was not offered: there its words are said. */
  retry(entry, conversation) {
    const { client_id } = entry.message;
    const message = entry.conversation === conversation ? entry.message : { text: entry.words, client_id };
    this.#replace(entry, { message, words: entry.words, conversation });
    this.deliver();
  }

  /** From now on it is part of that conversation. */
  bind(entry, conversation) {
    entry.conversation = conversation;
    this.#memory.outbox = this.entries;
  }

  drop(entry) {
    this.#keep(this.entries.filter((other) => other !== entry));
  }

  clear() {
    this.#keep([]);
  }

  /** The gateway has it on record. */
  acknowledge(client_id) {
    const left = this.entries.filter((entry) => entry.message.client_id !== client_id);
    if (left.length < this.entries.length) this.#keep(left);
  }

  /** Keeps back what belongs to a conversation that is not ours any more. */
  part(conversation) {
    const others = this.entries.filter((entry) => entry.conversation && entry.conversation !== conversation);
    others.forEach((entry) => this.#replace(entry, { ...entry, refused: { status: 404 } }));
  }

  /** Sends all that waits; again and again where the trouble may pass. */
  async deliver() {
    this.#endRest();
    if (this.#delivering) return;
    this.#delivering = true;
    let failures = 0;
    for (let entry = this.#first; entry; entry = this.#first) {
      try {
        await this.#send(entry);
        failures = 0;
        this.trouble = null;
      } catch (refused) {
        if (!(refused instanceof Refused)) throw refused;
        // Its reply was lost, but it came another way.
        if (entry !== this.#first) continue;
        if (PASSING.includes(refused.status)) {
          failures += 1;
          this.trouble = refused;
          this.#changed();
          await this.#rest(refused.retryAfter || RESTS_S[Math.min(failures, RESTS_S.length) - 1]);
        } else {
          const { status, detail } = refused;
          this.#replace(entry, { ...entry, refused: { status, detail, hopeless: HOPELESS.includes(status) } });
        }
      }
    }
    this.trouble = null;
    this.#delivering = false;
    this.#changed();
  }

  /** Does not wait for the time of the next try. */
  wake() {
    this.#endRest();
  }

  get #first() {
    return this.entries.find((entry) => !entry.refused);
  }

  #replace(entry, other) {
    this.#keep(this.entries.map((some) => (some === entry ? other : some)));
  }

  #keep(entries) {
    this.entries = entries;
    this.#memory.outbox = entries;
    this.#changed();
  }

  #rest(seconds) {
    return new Promise((done) => {
      const timer = setTimeout(done, seconds * 1000);
      this.#endRest = () => {
        clearTimeout(timer);
        done();
      };
    });
  }
}
