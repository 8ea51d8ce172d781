// Who came and went in a conversation, read from who wrote.

/** For each coming or going `{ kind, name, before }`: "joined" or "left", and the number of the message after it. */
export function notices(said) {
  const found = [];
  let person = null;
  said.forEach((message, index) => {
    if (message.sender === "agent" && message.name !== person) {
      person = message.name;
      found.push({ kind: "joined", name: person, before: message.seq });
    } else if (message.sender === "bot" && person !== null) {
      // The question that the bot answers again was put after the person had left.
      const asked = said[index - 1];
      const { seq } = asked.sender === "provider" ? asked : message;
      found.push({ kind: "left", name: person, before: seq });
      person = null;
    }
  });
  return found;
}
