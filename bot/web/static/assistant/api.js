// The gateway's HTTP interface.

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
  constructor(base) {
    this.base = base;
  }

  start() {
    return this.#call("POST", "conversations", { body: {} });
  }

  send({ id, token }, message) {
    return this.#call("POST", `conversations/${encodeURIComponent(id)}/messages`, { token, body: message });
  }

  messages({ id, token }) {
    return this.#call("GET", `conversations/${encodeURIComponent(id)}/messages`, { token });
  }

  policy(version) {
    return this.#call("GET", `policies/${encodeURIComponent(version)}`, { cache: "default" });
  }

  async #call(method, path, { token, body, cache = "no-store" } = {}) {
    const headers = {};
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body) headers["Content-Type"] = "application/json";
    let response, value;
    try {
      response = await fetch(new URL(`api/v1/${path}`, this.base), {
        method,
        headers,
        cache,
        credentials: "omit",
        body: body && JSON.stringify(body),
      });
      value = await response.json();
    } catch {
      throw new Refused(response && !response.ok ? response.status : 0);
    }
    if (!response.ok) throw new Refused(response.status, value.detail, Number(response.headers.get("Retry-After")) || 0);
    return value;
  }
}
