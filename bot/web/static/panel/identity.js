// Who the member is, for the one person who has the chat: in this page's memory alone. Other places of the panel are
// shown without leaving the page; a reload would lose it, and asks first.

const DIGITS = 4;

export class Identity {
  #known = new Map();
  #shown = null;

  constructor(part, field) {
    this.part = part;
    this.field = field;
    field.addEventListener("input", () => this.#shown && this.#known.set(this.#shown, field.value));
    document.addEventListener("signed-out", () => this.keepOnly([]));
    addEventListener("beforeunload", (event) => {
      if ([...this.#known.values()].some((value) => value.trim())) event.preventDefault();
    });
  }

  /** Shows what is known for a chat; null hides the field. */
  show(chat) {
    this.part.hidden = chat === null;
    if (chat === this.#shown) return;
    this.#shown = chat;
    this.field.value = (chat && this.#known.get(chat)) || "";
  }

  /** Forgets what is known for all chats but these. */
  keepOnly(chats) {
    for (const chat of this.#known.keys()) if (!chats.includes(chat)) this.#known.delete(chat);
    if (this.#shown && !chats.includes(this.#shown)) this.show(null);
  }

  /** Whether a text holds a piece of it that could identify somebody. */
  isIn(text) {
    const said = text.toLowerCase();
    return this.field.value
      .toLowerCase()
      .split(/[\s,;]+/)
      .some((piece) => piece.length >= DIGITS && /\d/.test(piece) && said.includes(piece));
  }
}
