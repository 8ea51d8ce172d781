// What the browser keeps: which conversation is ours (for all tabs), and what is still to be sent (for this tab).

// How long it takes at most until every tab reads what one has written, which the browser tells them one by one.
const SEEN_MS = 300;

export class Memory {
  #prefix;
  #fallback = new Map();

  constructor(base) {
    this.#prefix = `policy-assistant ${base}`;
  }

  get conversation() {
    return this.#read(() => localStorage, "conversation");
  }

  set conversation(value) {
    this.#write(() => localStorage, "conversation", value);
  }

  /** Messages that the gateway has not acknowledged; for this tab alone and only until it has. */
  get outbox() {
    return this.#read(() => sessionStorage, "outbox") ?? [];
  }

  set outbox(value) {
    this.#write(() => sessionStorage, "outbox", value.length ? value : null);
  }

  /** Whose member it is and when, as long as the gateway does not know it yet. */
  get circumstances() {
    return this.#read(() => sessionStorage, "circumstances");
  }

  set circumstances(value) {
    this.#write(() => sessionStorage, "circumstances", value);
  }

  /** Calls back when another tab began or left a conversation. Returns how to stop. */
  onChange(callback) {
    const listener = (event) => {
      if (event.key === `${this.#prefix} conversation` || event.key === null) callback();
    };
    window.addEventListener("storage", listener);
    return () => window.removeEventListener("storage", listener);
  }

  /** The conversation; where there is none, the one that `start()` gives: of tabs that begin at once, one calls it. */
  begin(start) {
    const begun = async () => (this.conversation ??= await start());
    // Browsers offer locks to secure pages only.
    if (this.conversation || !navigator.locks) return begun();
    return new Promise((done, fail) => {
      const alone = async () => {
        if (this.conversation) return done(this.conversation);
        await begun().then(done, fail);
        // Another tab that may begin now could still read what was kept before.
        return new Promise((seen) => setTimeout(seen, SEEN_MS));
      };
      navigator.locks.request(this.#prefix, alone).catch(fail);
    });
  }

  // A browser may forbid storage; then the conversation lives as long as the page.
  #read(storage, name) {
    if (this.#fallback.has(name)) return this.#fallback.get(name);
    try {
      return JSON.parse(storage().getItem(`${this.#prefix} ${name}`));
    } catch {
      return null;
    }
  }

  #write(storage, name, value) {
    try {
      if (value === null) storage().removeItem(`${this.#prefix} ${name}`);
      else storage().setItem(`${this.#prefix} ${name}`, JSON.stringify(value));
    } catch {
      this.#fallback.set(name, value);
    }
  }
}
