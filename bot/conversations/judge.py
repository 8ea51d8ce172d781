"""Holds a reply to what was expected of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.conversations.assistant import Message, Reply
from bot.conversations.case import NONE, Expected, Turn

# Only these kinds speak for a policy. Where several kinds are right and none of these came, what they
# would have said of the policy may be absent; it may never be something else.
_SPEAKING: Final = {"answer", "not_in_policy"}
_TOPICAL: Final = {*_SPEAKING, "no_policy"}
_SYSTEM: Final = re.compile(r"(CPT|HCPCS|ICD-10-CM|ICD-10-PCS|ICD-9-DX|ICD-9-PROC)\s+(.+)")
_ABOUT: Final = re.compile(r"(\S+)(?:\s+(not\s+)?(valid|billable))?")


@dataclass(frozen=True, slots=True)
class Fault:
    """`what` names the expectation."""

    what: str
    expected: str
    came: str


def judge(turn: Turn, reply: Reply) -> tuple[Fault, ...]:
    """What does not hold of the reply to this turn; empty when all does."""
    return (*_of(turn.whole, reply), *_each(turn.messages, reply))


def _each(wanted: Sequence[Expected], reply: Reply) -> Iterator[Fault]:
    """Each expectation takes the first message left that meets it."""
    left = [replace(reply, messages=(message,)) for message in reply.messages]
    for number, expected in enumerate(wanted, 1):
        met = next((one for one in left if not list(_of(expected, one))), None)
        if met is not None:
            left.remove(met)
            continue
        nearest = min((list(_of(expected, one)) for one in left), key=len, default=None)
        if nearest is None:
            yield Fault(f"message {number}", "one more message", f"{len(reply.messages)} messages")
        else:
            for fault in nearest:
                yield Fault(f"message {number}, {fault.what}", fault.expected, fault.came)


def _of(expected: Expected, reply: Reply) -> Iterator[Fault]:
    yield from _of_messages(expected, reply.messages)
    yield from _of_memory(expected, reply)
    alternatives = [list(_of(one, reply)) for one in expected.any_of]
    if alternatives and all(alternatives):
        for fault in min(alternatives, key=len):
            yield Fault(f"any of {len(alternatives)}, {fault.what}", fault.expected, fault.came)


def _of_memory(expected: Expected, reply: Reply) -> Iterator[Fault]:
    """What the dialog model made of the words, and what is kept: judged where they can be seen."""
    intent = (reply.understood.get("intent") or {}).get("name")
    if expected.intent and intent and intent not in expected.intent:
        yield Fault("intent", _any(expected.intent), intent)
    took_place = iter(reply.events)
    if reply.events and not all(event in took_place for event in expected.events):
        yield Fault("events", _list(expected.events), _list(reply.events))
    for name, wanted in expected.slots if reply.thread is not None else ():
        kept = _leaves((reply.thread or {}).get(name))
        yield from _all_there(f"slot {name}", wanted, kept)


def _leaves(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [str(value["asks"])]
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in _leaves(item)]
    return [] if value is None else [str(value)]


def _of_messages(expected: Expected, messages: Sequence[Message]) -> Iterator[Fault]:
    answers = [message.answer for message in messages if message.answer]
    kinds = [str(answer.get("kind")) for answer in answers]
    if expected.kind and not set(kinds) & set(expected.kind):
        yield Fault("kind", _any(expected.kind), _list(kinds))
        return
    several = len(expected.kind) > 1
    speaks = not several or bool(set(kinds) & _SPEAKING)
    topical = not several or bool(set(kinds) & _TOPICAL)

    topics = {topic for answer in answers for topic in answer.get("topics", ())}
    if expected.no_topics and topics:
        yield Fault("topics", "none", _list(sorted(topics)))
    for alternatives in expected.topics:
        if topical and not topics & set(alternatives):
            yield Fault("topics", _any(alternatives), _list(sorted(topics)))

    yield from _one_of("policy", expected.policy, _found(answers, "policy", "number"), speaks)
    yield from _one_of(
        "determination", expected.determination, _found(answers, "determination", "status"), speaks
    )
    if speaks:
        yield from _facts(expected, answers)
    handed_over = "handoff" in kinds or len(answers) < len(messages)
    if expected.handed_over is not None and expected.handed_over != handed_over:
        yield Fault("handed over", str(expected.handed_over).lower(), str(handed_over).lower())
    yield from _words(expected, messages)


def _facts(expected: Expected, answers: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    rows = [row for answer in answers for row in answer.get("codes") or ()]
    shown = _list(_shown(row) for row in rows)
    for wanted in expected.codes_present:
        if not any(_is_code(wanted, row) for row in rows):
            yield Fault("codes", wanted, shown)
    for unwanted in expected.codes_absent:
        if any(_is_code(unwanted, row) for row in rows):
            yield Fault("codes", f"no {unwanted}", shown)

    about = [code for answer in answers for code in (answer.get("about") or {}).get("codes") or ()]
    for wanted in expected.about_codes:
        if not any(_is_about(wanted, code) for code in about):
            yield Fault("about", wanted, _list(_about(code) for code in about))

    cited = [citation for answer in answers for citation in answer.get("citations") or ()]
    places = [str(c.get(key)) for c in cited for key in ("section", "source") if c.get(key)]
    if expected.citation and not _fold(places) & _fold(expected.citation):
        yield Fault("citation", _any(expected.citation), _list(places))

    criteria = [text for answer in answers for text in _criteria(answer.get("criteria"))]
    yield from _all_there("criteria", expected.criteria, criteria)

    decided = any(answer.get("decision_id") for answer in answers)
    if expected.decision is not None and expected.decision != decided:
        yield Fault("decision", str(expected.decision).lower(), str(decided).lower())


def _words(expected: Expected, messages: Sequence[Message]) -> Iterator[Fault]:
    text = "\n".join(message.text for message in messages)
    for phrase in expected.text_contains:
        if _plain(phrase) not in _plain(text):
            yield Fault("text contains", phrase, text)
    for phrase in expected.text_absent:
        if _plain(phrase) in _plain(text):
            yield Fault("text absent", phrase, text)
    for pattern in expected.text_matches:
        if not re.search(pattern, text, re.IGNORECASE):
            yield Fault("text matches", pattern, text)
    titles = [button.title for message in messages for button in message.buttons]
    yield from _all_there("buttons", expected.buttons, titles)


def _one_of(
    what: str, expected: Sequence[str], found: Sequence[str], speaks: bool
) -> Iterator[Fault]:
    """Whatever is there must be expected; nothing may be there only where that is expected."""
    if not expected:
        return
    allowed = [value for value in expected if value != NONE]
    absent_is_right = NONE in expected or not speaks
    if any(value not in allowed for value in found) or not (found or absent_is_right):
        yield Fault(what, _any(expected), _list(found))


def _found(answers: Sequence[Mapping[str, Any]], key: str, inner: str) -> list[str]:
    return [str(answer[key][inner]) for answer in answers if answer.get(key)]


def _all_there(what: str, expected: Sequence[str], found: Sequence[str]) -> Iterator[Fault]:
    """`expected` may also be "some" or "none"."""
    if tuple(expected) == (NONE,):
        if found:
            yield Fault(what, NONE, _list(found))
    elif tuple(expected) == ("some",):
        if not found:
            yield Fault(what, "some", NONE)
    else:
        for phrase in expected:
            if not any(_plain(phrase) in _plain(text) for text in found):
                yield Fault(what, phrase, _list(found))


def _is_code(wanted: str, row: Mapping[str, Any]) -> bool:
    if named := _SYSTEM.fullmatch(wanted):
        system, rest = named.groups()
        if row.get("system") != system:
            return False
        if rest.replace(" ", "_") == row.get("status"):
            return True
        wanted = rest
    first, last = row.get("code"), row.get("code_end")
    if not first:
        return False
    return bool(wanted == first or (last and _within(wanted, first, last)))


def _within(code: str, first: str, last: str) -> bool:
    """Codes of a range have one length, so they sort as text; a longer code lies under its stem."""
    return first <= code <= last or code.startswith(last)


def _is_about(wanted: str, code: Mapping[str, Any]) -> bool:
    found = _ABOUT.fullmatch(wanted)
    if found is None or found[1].upper() != code.get("code"):
        return False
    return found[3] is None or code.get(found[3]) is (found[2] is None)


def _criteria(criteria: Mapping[str, Any] | None) -> Iterator[str]:
    for item in (criteria or {}).get("items", ()):
        if isinstance(item, str):
            yield item
        else:
            yield item["text"]
            yield from _criteria(item["criteria"])


def _shown(row: Mapping[str, Any]) -> str:
    code = "–".join(str(row[key]) for key in ("code", "code_end") if row.get(key))
    return f"{row.get('system')} {code or str(row.get('status')).replace('_', ' ')}"


def _about(code: Mapping[str, Any]) -> str:
    known = [name for name in ("valid", "billable") if code.get(name) is not None]
    said = [name if code[name] else f"not {name}" for name in known]
    return " ".join([str(code.get("code")), *said])


def _plain(text: str) -> str:
    straight = text.translate(str.maketrans("“”‘’", "\"\"''"))
    return " ".join(straight.split()).casefold()


def _fold(values: Sequence[str]) -> set[str]:
    return {_plain(value) for value in values}


def _any(values: Sequence[str]) -> str:
    return " or ".join(values)


def _list(values: Iterable[str]) -> str:
    return ", ".join(values) or NONE
