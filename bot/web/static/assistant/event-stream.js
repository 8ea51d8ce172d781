// Reading an event stream (text/event-stream) that `fetch` opened: EventSource cannot send the token.

/** Yields `{ type, data, id }` for each event, and `{}` for each comment: a sign of life. */
export async function* eventsOf(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let event = {};
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      // A carriage return at the very end may be half of a line's end.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop();
      for (const line of lines) {
        if (line.startsWith(":")) yield {};
        else if (line) take(line, event);
        else {
          if (event.data !== undefined) yield { type: "message", ...event };
          event = {};
        }
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function take(line, event) {
  const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
  if (field === "event") event.type = value;
  else if (field === "id") event.id = value;
  else if (field === "data") event.data = event.data === undefined ? value : `${event.data}\n${value}`;
}
