// Every word that the widget shows. To add a language, add a table of the same keys; `{name}` is filled in.

const en = {
  title: "Policy assistant",
  subtitle: "Answers from medical policies",
  open: "Ask about a medical policy",
  close: "Close the policy assistant",
  newConversation: "New conversation",
  newConversationDone: "A new conversation was started.",
  confirmNew: "Start a new conversation?",
  confirmNewNote: "What was said so far will no longer be shown here.",
  confirmKeep: "Keep this one",

  welcomeTitle: "What would you like to know?",
  welcome:
    "Ask in your own words about a service, a procedure or diagnosis code, or a policy number. Each answer shows the policy’s own words.",
  privacy: "Please leave out member details. They are not needed, and numbers that identify a member are removed.",
  examplesLabel: "Example questions",

  logLabel: "Conversation",
  inputLabel: "Your question",
  inputPlaceholder: "Ask your question",
  send: "Send",
  hint: "Enter sends, Shift + Enter starts a new line.",
  tooLong: "{count} of {limit} characters: please shorten your question.",
  you: "You",
  bot: "Policy assistant",
  agent: "Plan representative",
  typing: "The policy assistant is writing",

  starting: "The assistant is not ready yet and is asked again. After a start this can take a minute.",
  retry: "Try again",
  unsent: "Not sent.",
  errors: {
    offline: "No connection to the assistant. Check the network and try again.",
    busy: "Too many questions at once. Please try again in {seconds} seconds.",
    notReady: "The assistant is not ready yet. Please try again shortly.",
    refused: "The assistant could not take this message.",
    server: "Something went wrong on our side. Your question is kept here; please try again.",
    lost: "The earlier conversation is no longer on file; a new one starts with your next question.",
  },

  position: "Policy position",
  positions: {
    medically_necessary: "Medically necessary",
    not_medically_necessary: "Not medically necessary",
    investigational: "Investigational",
    conditional: "Depends on criteria",
    not_covered: "The policy’s words: “not covered”",
    no_determination: "No position stated",
  },
  wording: "In the policy’s words",
  reasoning: "Why",
  criteria: "Criteria",
  criteriaAll: "All of these must be met:",
  criteriaOne: "This must be met:",
  criteriaAny: "Any one of these must be met:",
  codes: "Codes in the policy",
  codeSystem: "System",
  code: "Code",
  codeMeaning: "What the policy says",
  codeStatus: {
    listed: "Listed",
    none_listed: "No code listed",
    all_diagnoses: "All diagnoses",
    not_applicable: "Not applicable",
  },
  codeSystems: {
    "ICD-9-DX": "ICD-9 diagnosis",
    "ICD-9-PROC": "ICD-9 procedure",
  },
  noCode: "–",
  copyCodes: "Copy the codes",
  proof: "Source",
  moreQuotes: "Show {count} more",
  section: "{number}, section “{section}”",
  openQuote: "Open in the policy",
  sources: {
    prior_auth_list: "Prior-authorization list",
    vocabulary: "Plan vocabulary",
    payer: "Plan directory",
    approved_answer: "Approved answer",
    code_set: "Code set",
  },
  caveats: "Please note",
  nextSteps: "What to do next",
  reference: "Reference number",
  copyReference: "Copy the reference number",
  copy: "Copy",
  copied: "Copied",
  copyFailed: "Copying is not allowed here",
  lastReviewed: "Last reviewed {date}",
  policyLine: "Policy {number}",
  suggestions: "You can also ask",
  choices: "Please choose",

  dialogTitle: "{number} · {title}",
  dialogLoading: "Loading the policy text",
  dialogFailed: "The policy text could not be loaded.",
  dialogClose: "Close the policy text",
  dialogNote: "Text of the policy as on file. The quoted words are highlighted.",
};

const tables = { en };

/** The table for a language tag such as "en-US"; English where there is none. */
export function stringsFor(language) {
  return tables[(language || "en").toLowerCase().split("-")[0]] ?? en;
}

/** The template with each `{name}` replaced by the value of that name. */
export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
