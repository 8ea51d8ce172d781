// On the phone: a box, the answers under it, and the note of the call.

import { el } from "../assistant/dom.js";
import { answerTable } from "./code-table.js";
import { openProof, replyElements, sentenceOf } from "./answers.js";
import { call, copy, drawIcons, tell } from "./panel.js";

const form = document.getElementById("ask");
const box = document.getElementById("question");
const answers = document.getElementById("answers");
const empty = document.getElementById("empty");
const reference = document.getElementById("reference");
const copyNote = document.getElementById("copy-note");

let current = null;
let begun = null;
let said = [];
let asking = Promise.resolve();

function beginCall() {
  // At the first question, so that nobody leaves empty calls behind; two questions at once are one call.
  begun ??= call("calls", {}).then((made) => {
    current = made;
    reference.textContent = made.reference;
    return made;
  });
  begun.catch(() => {
    begun = null;
  });
  return begun;
}

function ask(what, shown) {
  const place = el("article", { class: "answer pending", tabindex: "-1", "aria-label": shown }, heading(shown), el("p", { class: "small" }, "Asking …"));
  answers.prepend(place);
  empty.hidden = true;
  // One after the other: each question knows what was asked before it.
  asking = asking.then(() => answered(place, what, shown));
  return asking;
}

async function answered(place, what, shown) {
  try {
    const { conversation } = await beginCall();
    const result = await call(`calls/${conversation}/ask`, what);
    show(place, result);
  } catch (refused) {
    place.replaceChildren(
      heading(shown),
      el("p", { class: "trouble", role: "alert" }, refused.message),
      el("button", { type: "button", class: "choice", onclick: () => (place.remove(), ask(what, shown)) }, "Try again"),
    );
  }
  place.classList.remove("pending");
}

function show(place, { received, messages, table }) {
  place.setAttribute("aria-label", received);
  if (table) {
    place.replaceChildren(heading(received), ...answerTable(table, followUps));
    said.push({ asked: received, rows: table });
  } else {
    place.replaceChildren(heading(received), ...messages.flatMap(replyElements), followUps(messages));
    said.push({ asked: received, messages });
  }
  drawIcons(place);
  copyNote.disabled = false;
}

function heading(words) {
  return el("h2", { class: "asked" }, words);
}

function followUps(messages) {
  const offered = messages.flatMap((message) => message.buttons);
  return el(
    "div",
    { class: "buttons", role: "group", "aria-label": "Ask on" },
    ...offered.map((button, index) =>
      el(
        "button",
        { type: "button", class: "choice follow", onclick: () => press(button) },
        index < 9 ? el("kbd", { "aria-hidden": "true" }, String(index + 1)) : null,
        el("span", {}, button.title),
      ),
    ),
  );
}

function press({ title, payload }) {
  ask({ payload }, title);
  box.focus();
}

function note() {
  const lines = [`Call ${current.reference} · ${day(current.at)}`];
  for (const { asked, messages, rows } of said) {
    lines.push("", `Asked: ${asked.replace(/\s+/g, " ")}`);
    for (const { code, messages: replies } of rows ?? [{ messages }]) {
      for (const message of replies) {
        const id = message.answer?.decision_id;
        lines.push(`${code ?? "Answered"}: ${sentenceOf(message)}${id ? ` (reference ${id})` : ""}`);
      }
    }
  }
  return lines.join("\n");
}

const day = (at) => new Date(at).toLocaleString("en-US", { dateStyle: "long", timeStyle: "short" });

function newCall() {
  current = begun = null;
  said = [];
  asking = Promise.resolve();
  answers.replaceChildren();
  empty.hidden = false;
  reference.textContent = "new";
  copyNote.disabled = true;
  box.value = "";
  box.focus();
  tell("A new call.");
}

const cards = () => [...answers.children];

function walk(step) {
  const all = cards();
  const at = all.indexOf(document.activeElement?.closest(".answer"));
  const next = at + step;
  if (next < 0) box.focus();
  else all[Math.min(next, all.length - 1)]?.focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = box.value.trim();
  if (!text) return;
  box.value = "";
  box.rows = 1;
  ask({ text }, text);
  box.focus();
});
copyNote.addEventListener("click", () => copy(note(), "The note is copied."));
document.getElementById("new-call").addEventListener("click", newCall);

document.addEventListener("keydown", (event) => {
  if (!form.isConnected || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const inBox = document.activeElement === box;
  const answer = document.activeElement?.classList.contains("answer") ? document.activeElement : null;
  const deed = {
    F2: () => copyNote.disabled || copyNote.click(),
    F4: newCall,
    Escape: () => box.focus(),
  }[event.key];
  if (deed) {
    event.preventDefault();
    deed();
  } else if (inBox && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === "ArrowDown" && (answer || (inBox && !box.value.includes("\n")))) {
    event.preventDefault();
    walk(1);
  } else if (event.key === "ArrowUp" && answer) {
    event.preventDefault();
    walk(-1);
  } else if (answer && event.key === "Enter") {
    // Or the key would go on to press what the dialog focuses.
    event.preventDefault();
    if (!openProof(answer)) tell("This answer cites no policy.");
  } else if (answer && /^[1-9]$/.test(event.key)) {
    event.preventDefault();
    answer.querySelectorAll(".follow")[Number(event.key) - 1]?.click();
  } else if (answer && event.key.length === 1 && !/\s/.test(event.key)) {
    // Whoever begins to type asks the next question.
    box.focus();
  }
});

box.addEventListener("input", () => {
  box.rows = Math.min(6, box.value.split("\n").length);
});
document.getElementById("main").addEventListener("shown", () => box.focus());
box.focus();
