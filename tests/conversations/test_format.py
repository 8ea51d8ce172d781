"""Files of conversations: what is read from them, and how a mistake is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.answer.needs import TOPICS
from bot.answer.thread import Thread
from bot.conversations import questions
from bot.conversations.case import Change, Expected, Turn
from bot.conversations.format import SCHEMAS, load, parse, schema
from bot.errors import BadCase


def test_a_conversation() -> None:
    (case,) = parse(
        """
- name: one
  why: it matters
  tags: [a, b]
  store: demo
  turns:
    - say: no
    - press: Why?
      kind: [answer, not_in_policy]
      topics: [coverage or diagnoses, codes]
      codes: {present: 0042T}
      text: {contains: "5", absent: [x y, z]}
      decision: true
    - say: 97545
      topics: []
      messages:
        - kind: answer
        - determination: none
""",
        "one.yml",
    )
    assert (case.name, case.why, case.tags, case.store) == ("one", "it matters", ("a", "b"), "demo")
    assert (case.source, case.line) == ("one.yml", 2)
    assert case.turns == (
        Turn("no"),
        Turn(
            "Why?",
            pressed=True,
            whole=Expected(
                kind=("answer", "not_in_policy"),
                topics=(("coverage", "diagnoses"), ("codes",)),
                codes_present=("0042T",),
                text_contains=("5",),
                text_absent=("x y", "z"),
                decision=True,
            ),
        ),
        Turn(
            "97545",
            whole=Expected(no_topics=True),
            messages=(Expected(kind=("answer",)), Expected(determination=("none",))),
        ),
    )


def test_what_happens_around_a_turn(tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text("X 1", encoding="utf-8")
    (case,) = parse(
        """
- name: one
  date: 2025-01-31
  secret: [Ada Lovelace, "0042"]
  turns:
    - say: [hi, is it covered]
      provider: b
      intent: [coverage, reason]
      slots: {policy: CAM 80306, pending: none}
      events: [action_reply, bot]
      handed_over: false
      any: [{kind: answer, determination: investigational}, {kind: handoff}]
    - say: and now?
      import: new.txt
      retire: [A 1, A 2]
      date: 2025-03-01
""",
        str(tmp_path / "one.yml"),
    )
    assert (case.date, case.secret, case.staged) == ("2025-01-31", ("Ada Lovelace", "0042"), True)
    first, second = case.turns
    assert first == Turn(
        "is it covered",
        whole=Expected(
            intent=("coverage", "reason"),
            slots=(("policy", ("CAM 80306",)), ("pending", ("none",))),
            events=("action_reply", "bot"),
            handed_over=False,
            any_of=(
                Expected(kind=("answer",), determination=("investigational",)),
                Expected(kind=("handoff",)),
            ),
        ),
        before=("hi",),
        provider="b",
    )
    assert second.changes == (
        Change("date", "2025-03-01"),
        Change("retire", "A 1"),
        Change("retire", "A 2"),
        Change("import", str(tmp_path / "new.txt")),
    )


TURN = "- name: a\n  turns:\n    - say: x\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "f.yml: holds no conversation"),
        ("- name: [", "f.yml:1:10: this is not YAML"),
        ("- nme: x", "f.yml:1:3: 'n"),
        (
            TURN + "      knd: answer",
            "f.yml:4:7: 'knd' is no key here; known are say, press, provider",
        ),
        (TURN + "      text: {holds: x}", "f.yml:4:14: 'holds' is no key here; known are contains"),
        (TURN + "      kind: anwser", "f.yml:4:13: 'anwser' is none of answer, clarification"),
        (TURN + "      kind: [answer, no]", "f.yml:4:22: 'no' is none of answer"),
        (TURN + "      topics: coverge", "f.yml:4:15: 'coverge' is no topic"),
        (TURN + "      decision: yes", "f.yml:4:17: 'yes' is not of type 'boolean'"),
        (TURN + "      press: y", "f.yml:3:7: a turn has either say or press"),
        (TURN + "      say: y", "f.yml:4:7: 'say' stands here twice"),
        (TURN + "      text: {matches: (}", "f.yml:1: '(' is no regular expression"),
        (TURN + "      date: 31.1.2025", "f.yml:4:13: '31.1.2025' is no day (2026-01-31)"),
        (TURN + "      date: 2025-02-30", "f.yml:4:13: the calendar has no 2025-02-30"),
        (TURN + "      import: no.txt", "f.yml:4:15: there is no document no.txt"),
        (TURN + "      slots: {polcy: x}", "f.yml:4:15: 'polcy' is no key here; known are policy"),
        (TURN + "      any: [{kind: answer}]", "f.yml:4:12: "),
        (TURN + "      any: [{}, {text: {matches: (}}]", "f.yml:4:13: "),
        ("- name: a\n  turns:\n    - kind: answer", "f.yml:3:7: a turn has either say or press"),
        ("- name: a\n  turns: []", "f.yml:2:10:"),
        (TURN + TURN, "f.yml:4: a second conversation is called 'a'"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, complaint: str) -> None:
    with pytest.raises(BadCase) as refusal:
        parse(text, "f.yml")
    assert str(refusal.value).startswith(complaint)


# Of each key that a turn may have, a value; the reader must not pass over one that the schema allows.
VALUES = {
    "say": "again",
    "press": "Why",
    "provider": "b",
    "date": "2025-01-31",
    "import": "new.txt",
    "retire": "A 1",
    "kind": "answer",
    "topics": "codes",
    "policy": "A 1",
    "determination": "none",
    "codes": "{present: '1'}",
    "about": "M54.5",
    "citation": "Policy",
    "criteria": "some",
    "text": "{contains: a}",
    "buttons": "some",
    "decision": "true",
    "handed_over": "true",
    "intent": "codes",
    "slots": "{policy: A 1}",
    "events": "action_reply",
    "any": "[{kind: answer}, {kind: handoff}]",
    "messages": "[{kind: answer}]",
}


@pytest.mark.parametrize("key", [*schema()["$defs"]["turn"]["properties"]])
def test_the_reader_takes_up_each_key_of_a_turn(key: str, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text("X 1", encoding="utf-8")
    said = "" if key in ("say", "press") else "say: x, "
    text = f"- name: a\n  turns:\n    - {{{said}{key}: {VALUES[key]}}}"
    ((turn,),) = [case.turns for case in parse(text, str(tmp_path / "f.yml"))]
    assert turn != Turn("x")


@pytest.mark.parametrize("key", [*schema()["$defs"]["message"]["properties"]])
def test_the_reader_takes_up_each_key_of_a_message(key: str) -> None:
    text = f"- name: a\n  turns:\n    - {{say: x, messages: [{{{key}: {VALUES[key]}}}]}}"
    ((turn,),) = [case.turns for case in parse(text, "f.yml")]
    assert turn.messages != (Expected(),)


@pytest.mark.parametrize("key", [*schema()["$defs"]["case"]["properties"]])
def test_the_reader_takes_up_each_key_of_a_conversation(key: str) -> None:
    values = {"why": "so", "tags": "a", "store": "demo", "date": "2025-01-31", "secret": "Ada"}
    bare = {"name": "a", "turns": "[{say: x}]"}

    def read(keys: dict[str, str]) -> object:
        return parse("- " + "\n  ".join(f"{k}: {v}" for k, v in keys.items()), "f.yml")

    assert read(bare | {key: values.get(key, "b" if key == "name" else "[{say: y}]")}) != read(bare)


def test_the_slots_are_those_that_the_thread_keeps() -> None:
    assert set(schema()["$defs"]["slots"]["properties"]) == set(Thread.__slots__)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "f.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadCase, match="cannot be read as UTF-8"):
        load(tmp_path / "f.yml")


def test_the_schema_knows_the_topics_kinds_and_positions_of_an_answer() -> None:
    defs = schema()["$defs"]
    answer = json.loads((SCHEMAS / "answer.schema.json").read_text(encoding="utf-8"))["properties"]
    assert defs["kind"]["enum"] == answer["kind"]["enum"]
    assert defs["topic"]["pattern"].split("(")[1].split(")")[0].split("|") == list(TOPICS)
    statuses = answer["determination"]["properties"]["status"]["enum"]
    assert defs["determination"]["enum"] == ["none", *statuses]


def rows(folder: Path, *lines: str, name: str = "q.tsv") -> Path:
    path = folder / name
    path.write_text("\n".join(["# a comment", "\t".join(questions.COLUMNS), *lines]))
    return path


def test_a_question_is_a_thread_of_which_the_last_reply_is_judged(tmp_path: Path) -> None:
    line = "a-1\tis x covered? / why\tanswer|handoff\tcoverage|codes,reason\tCAM 1\tinvestigational?\tso"
    (case,) = questions.load(rows(tmp_path, line, name="demo.tsv"))
    assert (case.name, case.why, case.line, case.store) == ("a-1", "so", 3, "demo")
    assert case.turns == (
        Turn("is x covered?"),
        Turn(
            "why",
            whole=Expected(
                kind=("answer", "handoff"),
                topics=(("coverage", "codes"), ("reason",)),
                policy=("CAM 1",),
                determination=("investigational", "none"),
            ),
        ),
    )


def test_a_message_of_each_kind(tmp_path: Path) -> None:
    (case,) = questions.load(rows(tmp_path, "a-1\tx\tanswer+no_policy\t-\t-\tnone\t"))
    assert case.turns[0].whole == Expected(determination=("none",))
    assert case.turns[0].messages == (Expected(kind=("answer",)), Expected(kind=("no_policy",)))


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (["a\tx\tanswer"], "q.tsv:3: 3 columns, not 7"),
        (["a\tx\tanser\t-\t-\t-\t"], "'anser' is no kind"),
        (["a\tx\tanswer\tcoverge\t-\t-\t"], "'coverge' is no topic"),
        (["a\tx\tanswer\t-\t-\tdenied\t"], "'denied' is no determination"),
        (["a\tx\tanswer\t-\t-\t-\t", "a\ty\tanswer\t-\t-\t-\t"], "q.tsv:4: the id 'a' stands"),
    ],
)
def test_a_mistake_in_a_row(tmp_path: Path, lines: list[str], complaint: str) -> None:
    with pytest.raises(BadCase) as refusal:
        questions.load(rows(tmp_path, *lines))
    assert complaint in str(refusal.value)
