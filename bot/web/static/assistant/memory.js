// What the browser keeps: which conversation is ours (for all tabs), and a message on its way (for this tab).

export class Memory {
  #key;
  #fallback = new Map();

  constructor(base) {
    this.#key = `policy-assistant ${base}`;
  }

  get conversation() {
    return this.#read(() => localStorage, "conversation");
  }

  set conversation(value) {
    this.#write(() => localStorage, "conversation", value);
  }

  /** The message whose reply has not arrived; kept for this tab alone and only until it has. */
  get pending() {
    return this.#read(() => sessionStorage, "pending");
  }

  set pending(value) {
    this.#write(() => sessionStorage, "pending", value);
  }

  /** Tells the other tabs that there is something new. */
  announce() {
    this.#write(() => localStorage, "turn", Date.now());
  }

  /** Calls back when another tab took a turn or changed the conversation. Returns how to stop. */
  onChange(callback) {
    const listener = (event) => {
      if (event.key?.startsWith(this.#key)) callback();
    };
    window.addEventListener("storage", listener);
    return () => window.removeEventListener("storage", listener);
  }

  // A browser may forbid storage; then the conversation lives as long as the page.
  #read(storage, name) {
    try {
      return JSON.parse(storage().getItem(`${this.#key} ${name}`));
    } catch {
      return this.#fallback.get(name) ?? null;
    }
  }

  #write(storage, name, value) {
    this.#fallback.set(name, value);
    try {
      if (value === null) storage().removeItem(`${this.#key} ${name}`);
      else storage().setItem(`${this.#key} ${name}`, JSON.stringify(value));
    } catch {
      // The fallback has it.
    }
  }
}
