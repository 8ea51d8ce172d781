// What the browser keeps: which conversation is ours (for all tabs), and what is still to be sent (for this tab).

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

  /** Runs `work` while no other tab runs it. */
  alone(work) {
    // Browsers offer locks to secure pages only.
    return navigator.locks ? navigator.locks.request(this.#prefix, work) : work();
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
