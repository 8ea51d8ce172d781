// What is new in a conversation, as it happens: a stream that is resumed where it broke; where streams do not get
// through, asking again and again.

import { eventsOf } from "./event-stream.js";

// The gateway gives a sign of life each 15 s, and says how things stand as soon as a stream is open.
const SILENCE_MS = 40_000;
const STALE_MS = 20_000;
const FIRST_WORD_MS = 8_000;
const POLL_MS = 3_000;
const POLLS_BEFORE_STREAM = 20;
const RESTS_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];
const GONE = [401, 403, 404];

export class Feed {
  #running = null;
  #attempt = null;
  #aliveAt = 0;
  #pollsLeft = 0;
  #endRest = () => {};

  /**
   * `stream(signal)` opens the stream and gives its response; `poll(signal)` takes in what is new without one;
   * `take(event)` gets each event of the stream. `line(up)` is told whether there is a connection, and
   * `gone(refused)` that there is nothing to listen to.
   */
  constructor({ stream, poll, take, line, gone }) {
    Object.assign(this, { stream, poll, take, line, gone });
  }

  start() {
    if (this.#running) return;
    this.#running = new AbortController();
    this.#run(this.#running.signal);
  }

  stop() {
    this.#running?.abort();
    this.#running = null;
    this.#attempt?.abort();
    this.#endRest();
  }

  /** After sleep, and when the network is there again: tries now, and trusts no connection that fell silent. */
  wake() {
    if (Date.now() - this.#aliveAt > STALE_MS) this.#attempt?.abort();
    this.#endRest();
  }

  /** The network is known to be gone. */
  lose() {
    this.#attempt?.abort();
  }

  async #run(stopped) {
    let failures = 0;
    while (!stopped.aborted) {
      const polls = this.#pollsLeft > 0;
      let refused = null;
      this.heard = false;
      this.#aliveAt = Date.now();
      this.#attempt = new AbortController();
      try {
        await (polls ? this.#ask() : this.#listen());
      } catch (error) {
        refused = error;
      }
      if (stopped.aborted) return;
      if (GONE.includes(refused?.status)) {
        this.stop();
        this.gone(refused);
        return;
      }
      failures = this.heard ? 0 : failures + 1;
      if (failures) {
        this.line(false);
        await this.#rest(RESTS_MS[Math.min(failures, RESTS_MS.length) - 1]);
      } else if (polls) await this.#rest(POLL_MS);
    }
  }

  async #listen() {
    let silence = setTimeout(() => this.#attempt.abort(), FIRST_WORD_MS);
    let opened = false;
    try {
      const { body } = await this.stream(this.#attempt.signal);
      opened = true;
      for await (const event of eventsOf(body)) {
        clearTimeout(silence);
        silence = setTimeout(() => this.#attempt.abort(), SILENCE_MS);
        this.#hear();
        if (event.type) this.take(event);
      }
    } catch (error) {
      if (this.heard || GONE.includes(error.status)) throw error;
      // Something between holds streams back, or there are too many of them.
      if (opened || [429, 503].includes(error.status)) await this.#fallBack();
      else throw error;
    } finally {
      clearTimeout(silence);
    }
  }

  async #fallBack() {
    this.#attempt = new AbortController();
    await this.#ask();
    this.#pollsLeft = POLLS_BEFORE_STREAM;
  }

  async #ask() {
    const silence = setTimeout(() => this.#attempt.abort(), FIRST_WORD_MS);
    try {
      await this.poll(this.#attempt.signal);
    } finally {
      clearTimeout(silence);
    }
    this.#pollsLeft -= 1;
    this.#hear();
  }

  #hear() {
    this.heard = true;
    this.#aliveAt = Date.now();
    this.line(true);
  }

  #rest(milliseconds) {
    return new Promise((done) => {
      const timer = setTimeout(done, milliseconds);
      this.#endRest = () => {
        clearTimeout(timer);
        done();
      };
    });
  }
}
