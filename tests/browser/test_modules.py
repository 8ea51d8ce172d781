"""The widget's modules by themselves, in the browser that they run in."""

from __future__ import annotations

from typing import Any

import pytest

STREAM = (
    "retry: 2000\n\n"
    'id: 7\nevent: state\ndata: {"state":"bot"}\n\n'
    ": still here\n\n"
    "id: 8\r\nevent: message\r\ndata: caf\u00e9 \U0001d50a\r\n\r\n"
    "data: two\ndata: lines\n\n"
    "id: 9\nevent: state\ndata: not ended"
)
EVENTS = [
    {"type": "state", "data": '{"state":"bot"}', "id": "7"},
    {},
    {"type": "message", "data": "caf\u00e9 \U0001d50a", "id": "8"},
    {"type": "message", "data": "two\nlines"},
]
READ = """async ([text, size]) => {
  const { eventsOf } = await import("/static/assistant/event-stream.js");
  const bytes = new TextEncoder().encode(text);
  const body = new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
  const events = [];
  for await (const event of eventsOf(body)) events.push(event);
  return events;
}"""


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 4096])
def test_a_stream_is_read_however_it_is_cut(scene: Any, size: int) -> None:
    assert scene.page.evaluate(READ, [STREAM, size]) == EVENTS


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("is considered medically\nnecessary", "is considered medically necessary"),
        ("of these:\na. pain\nb. weakness", "of these:\na. pain\nb. weakness"),
        ("for adults, and\n1. pain\n2. loss", "for adults, and\n1. pain\n2. loss"),
        ("\nNot for children.\nSee below.", "Not for children.\nSee below."),
    ],
)
def test_a_quote_is_as_wide_as_the_screen(scene: Any, quote: str, shown: str) -> None:
    read = 'async (quote) => (await import("/static/assistant/prose.js")).unwrapped(quote)'
    assert scene.page.evaluate(read, quote) == shown


P, B, D, R = ("provider", None), ("bot", None), ("agent", "Dana"), ("agent", "Robin")


@pytest.mark.parametrize(
    ("said", "came_and_went"),
    [
        ([P, B, P, B], []),
        ([P, B, D, P, D], [("joined", "Dana", 3)]),
        ([D], [("joined", "Dana", 1)]),
        ([P, B, D, P, B, P, B], [("joined", "Dana", 3), ("left", "Dana", 4)]),
        ([P, D, R, P, R], [("joined", "Dana", 2), ("joined", "Robin", 3)]),
        ([D, B, D], [("joined", "Dana", 1), ("left", "Dana", 2), ("joined", "Dana", 3)]),
    ],
)
def test_who_came_and_went_is_read_from_who_wrote(
    scene: Any, said: list[tuple[str, str | None]], came_and_went: list[tuple[str, str, int]]
) -> None:
    messages = [
        {"seq": number, "sender": sender, "name": name}
        for number, (sender, name) in enumerate(said, 1)
    ]
    found = scene.page.evaluate(
        "async (said) => (await import('/static/assistant/notices.js')).notices(said)", messages
    )
    assert [(each["kind"], each["name"], each["before"]) for each in found] == came_and_went


# In each round both tabs begin at the same moment.
BEGIN = """([first, rounds, apart]) => {
  const wait = (until) => new Promise((over) => setTimeout(over, until - Date.now()));
  const begin = async () => {
    const { Memory } = await import("/static/assistant/memory.js");
    let started = 0;
    const begun = [];
    for (let round = 0; round < rounds; round += 1) {
      const memory = new Memory(`round ${round}`);
      await wait(first + round * apart);
      begun.push(memory.begin(async () => ({ id: started++ })));
    }
    await Promise.all(begun);
    return started;
  };
  window.started = begin();
}"""


def test_of_two_tabs_that_begin_at_once_one_does(scene: Any) -> None:
    other = scene.page.context.new_page()
    other.goto("/")
    rounds = 100
    beginning = scene.page.evaluate("Date.now()") + 1000
    for page in (scene.page, other):
        page.evaluate(BEGIN, [beginning, rounds, 20])
    started = [page.evaluate("window.started") for page in (scene.page, other)]
    assert sum(started) == rounds
