// In the chat: the queue, the open chat, and what is beside it; all read anew whenever something happened.

import { el } from "../assistant/dom.js";
import { icon } from "../assistant/icons.js";
import { attempt, call, drawIcons, onChange, panel, tell } from "./panel.js";
import { pageAt } from "./places.js";
import { Identity } from "./identity.js";
import { chatMessage, Suggestion } from "./chat-log.js";

// Not the document's: what happens in the chats is told here while another place is shown.
const main = document.getElementById("main");
const $ = (id) => main.querySelector(`#${id}`);
const REASONS = {
  asked: "asked for a person",
  complaint: "complaint or dispute",
  not_understood: "not understood twice",
  feedback: "said an answer did not help",
  call_back: "wants a call back",
};
const TICK_MS = 15_000;

let opened = null;
let chat = null;
let overview = { chats: [], people: [], now: new Date().toISOString() };
let ahead = 0;
let reading = null;
let again = false;

const identity = new Identity($("identity-part"), $("identity"));
const suggestion = new Suggestion($("suggestion"), {
  send: (text) => deed("say", { text }),
  edit: (text) => {
    $("words").value = text;
    $("words").focus();
  },
});

// The list

function row(each) {
  const waiting = each.state === "waiting";
  const looking = each.viewing.filter((name) => name !== myName());
  const facts = [
    waiting || each.mine ? (REASONS[each.reason] ?? "taken over") : `with ${each.name}`,
    looking.length ? `${looking.join(", ")} looking` : null,
  ].filter(Boolean);
  return el(
    "li",
    {},
    el(
      "button",
      {
        type: "button",
        class: "row",
        "data-id": each.id,
        "data-reason": waiting ? each.reason : null,
        "aria-current": each.id === opened ? "true" : null,
        onclick: () => open(each.id),
      },
      el(
        "span",
        { class: "row-head" },
        el("strong", {}, facts[0]),
        each.unanswered && !waiting ? el("span", { class: "new" }, "new") : null,
        waiting && each.since ? el("time", { datetime: each.since }, waited(each.since)) : null,
      ),
      el("span", { class: "row-said" }, each.said || "Nothing was said yet."),
      each.call_back ? el("span", { class: "small" }, `Call back: ${each.call_back}`) : null,
      facts.length > 1 ? el("span", { class: "small" }, facts.slice(1).join(" · ")) : null,
    ),
  );
}

function waited(since) {
  const minutes = Math.max(0, Math.floor((Date.now() + ahead - new Date(since)) / 60_000));
  return minutes < 1 ? "just now" : minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const rows = new Map();

/** The row as it stands where nothing changed: a press that began on it must end on it. */
function rowOf(each) {
  const said = JSON.stringify([each, each.id === opened, each.since && waited(each.since)]);
  if (rows.get(each.id)?.said !== said) rows.set(each.id, { said, element: row(each) });
  return rows.get(each.id).element;
}

function fill(list, elements) {
  const same = list.children.length === elements.length && elements.every((each, index) => each === list.children[index]);
  if (!same) list.replaceChildren(...elements);
}

function showList() {
  const focused = document.activeElement?.dataset?.id;
  const by = (test) => overview.chats.filter(test).map(rowOf);
  const waiting = by((each) => each.state === "waiting");
  const mine = by((each) => each.mine);
  const others = by((each) => each.state === "with_person" && !each.mine);
  fill($("waiting"), waiting);
  $("waiting-count").textContent = waiting.length;
  $("none-waiting").hidden = waiting.length > 0;
  fill($("mine"), mine);
  $("none-mine").hidden = mine.length > 0;
  fill($("others"), others);
  $("others-part").hidden = others.length === 0;
  $("people").textContent = overview.people.length ? `Here: ${overview.people.map((each) => each.name).join(", ")}` : "";
  if (focused) main.querySelector(`[data-id="${focused}"]`)?.focus();
  const there = new Set(overview.chats.map((each) => each.id));
  for (const id of rows.keys()) if (!there.has(id)) rows.delete(id);
  identity.keepOnly(overview.chats.filter((each) => each.mine).map((each) => each.id));
}

// The chat

async function open(id) {
  opened = id;
  suggestion.clear();
  $("words").value = "";
  await call("viewing", { panel, conversation: id }).catch(() => {});
  await read();
  if (id) $(chat?.mine ? "words" : "log").focus();
}

function showChat() {
  const there = Boolean(chat);
  if (main.isConnected) document.body.classList.toggle("in-chat", there);
  for (const id of ["chat", "side"]) $(id).hidden = !there;
  $("no-chat").hidden = there;
  if (!there) return;
  $("chat-state").textContent = stateOf(chat);
  const looking = chat.viewing.filter((name) => name !== myName());
  const wish = chat.state !== "waiting" && chat.wish ? `“${chat.wish}”` : "";
  $("viewers").textContent = [wish, looking.length ? `Also looking: ${looking.join(", ")}` : ""].filter(Boolean).join(" · ");
  $("deeds").replaceChildren(...deeds(chat));
  const log = $("log");
  const atEnd = log.dataset.id !== chat.id || log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  showLog(log);
  $("say").hidden = !chat.mine;
  suggestion.show(chat.suggested);
  // Only now: what stands below takes of its height.
  if (atEnd) log.scrollTop = log.scrollHeight;
  identity.show(chat.mine ? chat.id : null);
  $("notes").replaceChildren(
    ...chat.notes.map((note) => el("li", {}, el("p", {}, note.text), el("p", { class: "small" }, `${note.name}, ${time(note.at)}`))),
  );
}

function stateOf({ state, mine, name, reason, since, wish, outcome }) {
  if (state === "waiting") return `Waiting ${since ? waited(since) : ""}: ${REASONS[reason]}${wish ? ` – “${wish}”` : ""}`;
  if (mine) return "You have this chat";
  if (state === "with_person") return `${name} has this chat`;
  return state === "closed" ? `Closed${outcome ? `: ${outcome.replace("_", " ")}` : ""}` : "With the bot";
}

function deeds({ mine, state }) {
  const button = (name, picture, does, strong = false) =>
    el("button", { type: "button", class: strong ? "choice strong" : "choice", onclick: does }, picture ? icon(picture) : null, name);
  if (!mine) return state === "with_person" ? [] : [button("Take over", "person", () => deed("take"), true)];
  return [
    button("To the bot", null, () => deed("return")),
    button("Transfer", null, () => choose($("transfer-dialog"))),
    button("Close", null, () => choose($("close-dialog"))),
  ];
}

function showLog(log) {
  if (log.dataset.id !== chat.id) log.replaceChildren();
  log.dataset.id = chat.id;
  const known = new Set([...log.children].map((each) => each.dataset.message));
  for (const message of chat.messages) if (!known.has(message.id)) log.append(chatMessage(message));
}

const time = (at) => new Date(at).toLocaleTimeString("en-US", { timeStyle: "short" });

// What is done

async function deed(what, body = {}) {
  const id = opened;
  const done = await attempt(() => call(`chats/${id}/${what}`, body));
  await read();
  if (done?.kept && done.kept !== body.text) tell("Kept without what identifies somebody.");
  if (done && what === "take") $("words").focus();
  return Boolean(done);
}

function choose(dialog) {
  if (dialog.id === "transfer-dialog") {
    const others = overview.people.filter((each) => each.name !== myName());
    if (!others.length) return tell("Nobody else has the panel open.", true);
    $("to").replaceChildren(...others.map((each) => el("option", { value: each.id }, each.name)));
  }
  dialog.returnValue = "";
  dialog.showModal();
}

$("close-dialog").addEventListener("close", (event) => {
  if (event.target.returnValue !== "close") return;
  deed("close", { outcome: event.target.querySelector("input:checked").value });
});
$("transfer-dialog").addEventListener("close", (event) => {
  if (event.target.returnValue !== "transfer") return;
  const text = $("transfer-note").value.trim();
  $("transfer-note").value = "";
  deed("transfer", { to: $("to").value, ...(text ? { text } : {}) });
});

$("say").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("words").value.trim();
  if (!text) return;
  if (identity.isIn(text)) return tell("This holds the member’s identity. It is not sent.", true);
  if (await deed("say", { text })) $("words").value = "";
});
$("words").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("say").requestSubmit();
});
$("canned").addEventListener("change", () => {
  const answers = chat.messages.map((message) => message.answer).filter(Boolean);
  const last = (find) => answers.map(find).filter(Boolean).at(-1);
  const values = {
    name: myName(),
    policy: last((answer) => answer.policy?.number) ?? "{policy}",
    reference: last((answer) => answer.decision_id) ?? "{reference}",
    date: new Date().toLocaleDateString("en-US", { dateStyle: "long" }),
  };
  $("words").value = $("canned").value.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
  $("canned").value = "";
  $("words").focus();
});
$("note").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("note-text").value.trim();
  if (!text) return;
  if (identity.isIn(text)) return tell("This holds the member’s identity. It is not kept.", true);
  if (await deed("note", { text })) $("note-text").value = "";
});
$("back").addEventListener("click", () => open(null));
$("ready").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    await call("replies", { title: $("keep-title").value, text: $("keep-text").value });
    await readReplies();
  });
});
$("ready").addEventListener("click", (event) => {
  const button = event.target.closest(".forget");
  if (!button) return;
  attempt(async () => {
    await call(`replies/${button.closest("[data-reply]").dataset.reply}/forget`, {});
    await readReplies();
  });
});

async function readReplies() {
  const page = await pageAt("/panel/chats");
  if (!page) return;
  for (const id of ["ready", "canned"]) $(id).replaceChildren(...page.getElementById(id).children);
  drawIcons($("ready"));
}

const myName = () => document.querySelector(".menu strong").textContent;

// Reading: one at a time, and once more where something happened meanwhile.

async function read() {
  if (reading) {
    again = true;
    return reading;
  }
  reading = (async () => {
    do {
      again = false;
      const id = opened;
      const [all, one] = await Promise.all([
        call("chats.json"),
        id ? call(`chats/${id}.json`).catch(() => null) : null,
      ]).catch((refused) => {
        tell(refused.message, true);
        return [overview, chat];
      });
      overview = all;
      ahead = new Date(overview.now) - Date.now();
      if (id === opened) chat = one;
      else again = true;
    } while (again);
    reading = null;
    showList();
    showChat();
  })();
  return reading;
}

onChange(read);
setInterval(showList, TICK_MS);
main.addEventListener("left", () => {
  if (opened) call("viewing", { panel, conversation: null }).catch(() => {});
});
main.addEventListener("shown", () => {
  if (opened) call("viewing", { panel, conversation: opened }).catch(() => {});
  read();
});
read();
