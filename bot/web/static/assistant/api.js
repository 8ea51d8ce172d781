// The gateway's HTTP interface.

// A turn takes a second at most; but many may wait for theirs.
const PATIENCE_MS = 60_000;

/** Why a call failed: `status` is 0 without a connection; `detail` is the gateway's own sentence. */
export class Refused extends Error {
  constructor(status, detail, retryAfter) {
    super(detail || String(status));
    this.status = status;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }
}

export class Api {
  constructor(base, siteKey) {
    this.base = base;
    this.siteKey = siteKey;
  }

  start() {
    return this.#call("POST", "conversations", { body: {} });
  }

  say(conversation, message) {
    return this.#of(conversation, "POST", "messages", { body: message });
  }

  /** What was said after the message of that number, and how the conversation stands. */
  messages(conversation, { after, signal }) {
    return this.#of(conversation, "GET", `messages?after=${after}`, { signal });
  }

  /** The open stream of events after the one of that number. */
  stream(conversation, { after, signal }) {
    return this.#of(conversation, "GET", `events?after=${after}`, { signal, stream: true });
  }

  askForPerson(conversation, wish) {
    return this.#of(conversation, "POST", "person", { body: wish });
  }

  leavePerson(conversation) {
    return this.#of(conversation, "DELETE", "person");
  }

  rate(conversation, feedback) {
    return this.#of(conversation, "POST", "feedback", { body: feedback });
  }

  setCircumstances(conversation, circumstances) {
    return this.#of(conversation, "PUT", "circumstances", { body: circumstances });
  }

  policy(version) {
    return this.#call("GET", `policies/${encodeURIComponent(version)}`, { cache: "default" });
  }

  #of({ id, token }, method, what, rest = {}) {
    return this.#call(method, `conversations/${encodeURIComponent(id)}/${what}`, { token, ...rest });
  }

  async #call(method, path, { token, body, signal, stream = false, cache = "no-store" } = {}) {
    const headers = { Accept: stream ? "text/event-stream" : "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    else if (this.siteKey) headers["X-Site-Key"] = this.siteKey;
    if (body) headers["Content-Type"] = "application/json";
    let response, value;
    try {
      response = await fetch(new URL(`api/v1/${path}`, this.base), {
        method,
        headers,
        cache,
        signal: signal ?? AbortSignal.timeout(PATIENCE_MS),
        credentials: "omit",
        body: body && JSON.stringify(body),
      });
      if (stream && response.ok) return response;
      value = await response.json();
    } catch {
      throw new Refused(response && !response.ok ? response.status : 0);
    }
    if (!response.ok) throw new Refused(response.status, value.detail, Number(response.headers.get("Retry-After")) || 0);
    return value;
  }
}
