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
  privacy: "Please leave out member details. They are not needed: names and numbers that identify a member are removed.",
  examplesLabel: "Example questions",

  logLabel: "Conversation",
  inputLabel: "Your question",
  inputPlaceholder: "Ask your question",
  inputToPerson: "Write to {person}",
  send: "Send",
  hint: "Enter sends, Shift + Enter starts a new line.",
  tooLong: "{count} of {limit} characters: please shorten your question.",
  you: "You",
  bot: "Policy assistant",
  agent: "Plan representative",
  typing: "The policy assistant is writing",

  news: "{count} new",
  newMessages: "New message below",
  reconnecting: "Reconnecting…",
  reconnectingUnsent: "Reconnecting… Your message is kept and will be sent.",
  connectedAgain: "Connected again.",
  starting: "The assistant is not ready yet and is asked again. After a start this can take a minute.",
  busy: "Too many questions at once. Your message will be sent in {seconds} seconds.",
  retry: "Try again",
  unsent: "Not sent.",
  errors: {
    offline: "No connection to the assistant. Check the network and try again.",
    busy: "Too many questions at once. Please try again in {seconds} seconds.",
    notReady: "The assistant is not ready yet. Please try again shortly.",
    notAllowed: "The assistant is not set up for this page.",
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
  criteriaNote: "The boxes are for your own notes. Nothing is sent or kept.",
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
  allCodes: "Show all {count} codes",
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
  print: "Print or save as PDF",
  printQuestion: "Question",
  printGiven: "Answer given",
  lastReviewed: "Last reviewed {date}",
  policyLine: "Policy {number}",
  appliesOn: "For date of service {date}",
  appliesTo: "Line of business: {line}",
  suggestions: "You can also ask",
  choices: "Please choose",

  feedback: {
    ask: "Did this help?",
    yes: "Yes, this helped",
    no: "No, this did not help",
    thanks: "Thank you.",
    whatWasWrong: "What was wrong?",
    reasons: ["It is not what I asked", "Something is wrong", "Something is missing", "It is hard to understand"],
    more: "Tell us more (optional)",
    person: "Have a person look at it",
    send: "Send",
    skip: "Skip",
    failed: "This could not be sent. Please try again.",
  },

  person: {
    ask: "Talk to a person",
    title: "Talk to a person",
    note: "Someone from the plan joins this chat and can read what was said here. Until then the assistant goes on answering.",
    about: "What is it about? (optional)",
    confirm: "Ask for a person",
    cancel: "Cancel",
    closedTitle: "Nobody is here right now",
    closedNote: "Leave a number and someone from the plan calls you back.",
    hours: "Hours: {hours}",
    phone: "Phone:",
    callBack: "Call me back instead",
    callBackTitle: "Ask to be called back",
    callBackNote: "Someone from the plan calls you. The number is used for this call only.",
    number: "Phone number",
    numberHint: "With area code, and the extension if there is one.",
    numberWrong: "Please enter a phone number with area code.",
    confirmCall: "Ask for a call",
    waiting: "Waiting for a person",
    place: "You are number {place} in the queue.",
    next: "You are next.",
    waitingNote: "You can go on asking the assistant.",
    waitingCall: "You will be called back",
    waitingCallNote: "The number was passed on. You can go on asking the assistant.",
    withPerson: "You are talking with {name}",
    withPersonNote: "The assistant does not answer until they leave.",
    someone: "a plan representative",
    leave: "Leave the queue",
    cancelCall: "Cancel the call",
    end: "End the chat",
    closed: "The chat with a person has ended",
    closedHow: {
      answered: "Your question was marked as answered.",
      call_back: "A call was agreed on.",
      referred: "It was passed on to another desk.",
    },
    closedAgain: "The assistant answers your next question.",
    joined: "{name} joined",
    left: "{name} left. The assistant answers again.",
  },

  circumstances: {
    open: "Member and date",
    optional: "(optional)",
    title: "Whose member, and when?",
    note: "What is given here is not asked again.",
    memberKind: "The member belongs to",
    kinds: {
      ours: "This plan",
      other_blue_plan: "Another Blue plan",
      federal_program: "Federal Employee Program",
      medicare_advantage: "Medicare Advantage",
      not_sure: "Not sure",
    },
    unsaid: "Not said",
    date: "Date of service",
    save: "Use these",
    cancel: "Cancel",
    kept: "Member and date were noted.",
    change: "Change member and date of service",
  },

  dialogTitle: "{number} · {title}",
  dialogLoading: "Loading the policy text",
  dialogFailed: "The policy text could not be loaded.",
  dialogClose: "Close the policy text",
  dialogNote: "Text of the policy as on file. The quoted words are highlighted.",
};

const tables = { en };

/** The table for a language tag such as "en-US", and the tag as `language`; English where there is none. */
export function stringsFor(tag) {
  const language = tag || "en";
  const table = tables[language.toLowerCase().split("-")[0]];
  return table ? { ...en, ...table, language } : { ...en, language: "en" };
}

/** The template with each `{name}` replaced by the value of that name. */
export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** An ISO date in the reader's language, in the precision that it has. */
export function readable(date, language) {
  const precision = date.split("-").length;
  const options = { timeZone: "UTC", year: "numeric" };
  if (precision > 1) options.month = "long";
  if (precision > 2) options.day = "numeric";
  return new Intl.DateTimeFormat(language, options).format(new Date(date));
}

/** The moment of an ISO time, where the reader is. */
export function moment(time, language) {
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" }).format(new Date(time));
}
