// What every page of the panel does: pictures beside words, the live feed, and asking the server for changes.

import { icon } from "../assistant/icons.js";
import { followLinks, go, refresh } from "./places.js";

const AGAIN_MS = 5_000;
const TOLD_MS = 6_000;

const csrf = document.querySelector('meta[name="csrf-token"]').content;
const told = document.getElementById("told");
const listeners = new Set();

/** The id of this open page, under which the staff's presence is told. */
export const panel = uuid();

/** Asks the server; gives its JSON, or throws an Error whose message can be shown. */
export async function call(path, body) {
  let response;
  try {
    response = await fetch(`/panel/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        Accept: "application/json",
        ...(body === undefined ? {} : { "X-CSRF-Token": csrf }),
        ...(body === undefined || body instanceof FormData ? {} : { "Content-Type": "application/json" }),
      },
      body: body === undefined || body instanceof FormData ? body : JSON.stringify(body),
    });
  } catch {
    throw new Error("No connection to the server. Check the network and try again.");
  }
  if (response.status === 401) {
    document.dispatchEvent(new Event("signed-out"));
    location.reload();
  }
  const value = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(value.detail || `The server answered ${response.status}.`);
  return value;
}

/** Shows a sentence for a while, and has it read out. */
export function tell(sentence, trouble = false) {
  told.textContent = sentence;
  told.classList.toggle("trouble", trouble);
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => {
    told.textContent = "";
  }, TOLD_MS);
}

/** Does something that may be refused, and says why where it was. */
export async function attempt(deed) {
  try {
    return await deed();
  } catch (refused) {
    tell(refused.message, true);
    return undefined;
  }
}

/** Calls back with `{ conversations, people, viewing }` whenever something happened. */
export function onChange(listener) {
  listeners.add(listener);
}

/** Puts a text into the clipboard. */
export async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    tell(done);
  } catch {
    tell("Copying is not allowed here.", true);
  }
}

/** Draws the pictures that templates name. */
export function drawIcons(root = document) {
  for (const place of root.querySelectorAll("[data-icon]")) {
    place.replaceWith(icon(place.dataset.icon));
  }
}

function uuid() {
  const digits = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function follow() {
  const source = new EventSource(`/panel/events?panel=${panel}`);
  source.addEventListener("change", (event) => {
    const change = JSON.parse(event.data);
    for (const listener of listeners) listener(change);
  });
  // The browser connects again by itself, but not after a refusal: the session may have ended.
  source.addEventListener("error", () => {
    if (source.readyState !== EventSource.CLOSED) return;
    call("viewing", { panel, conversation: null }).catch(() => {});
    setTimeout(follow, AGAIN_MS);
  });
}

async function countWaiting() {
  const chats = document.querySelector('nav a[data-place="chats"]');
  if (!chats) return;
  const overview = await call("chats.json").catch(() => null);
  if (!overview) return;
  const waiting = overview.chats.filter((chat) => chat.state === "waiting").length;
  let badge = chats.querySelector(".badge-count");
  if (!badge) {
    badge = document.createElement("span");
    badge.className = "badge-count";
    chats.append(badge);
  }
  badge.textContent = waiting || "";
  badge.setAttribute("aria-label", waiting ? `${waiting} waiting` : "");
}

function wire(root) {
  for (const button of root.querySelectorAll("button[data-post]")) {
    button.addEventListener("click", () =>
      attempt(async () => {
        if (button.dataset.sure && !confirm(button.dataset.sure)) return;
        went(await call(button.dataset.post, {}));
      }),
    );
  }
  for (const form of root.querySelectorAll("form[data-post]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      attempt(async () => {
        const fields = new FormData(form);
        const multipart = form.enctype === "multipart/form-data";
        went(await call(form.dataset.post, multipart ? fields : Object.fromEntries(fields)));
      });
    });
  }
  drawIcons(root);
}

const went = (made) => (made.go ? go(made.go) : refresh());

wire(document);
followLinks(wire);
onChange(countWaiting);
follow();
