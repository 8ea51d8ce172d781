"""What must hold of every reply, whatever was asked: nothing is said that no record says.

This check reads the stored documents as raw text and shares no code with what makes the answers, so that
a mistake there is not repeated here. Its readers of dates and codes are its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator, RefResolver

from bot.conversations import written
from bot.conversations.assistant import Message, Stored

Json = Mapping[str, Any]
_SCHEMAS: Final = Path(__file__).resolve().parent.parent / "schemas"

# What the words of a determination must and must not hold, by its status.
_WORDS: Final = {
    "medically_necessary": (
        r"necess|appropriate|covered|indicated",
        r"\bnot\b.{0,30}necess|unproven",
    ),
    "not_medically_necessary": (r"(\bnot\b|n't|never|\bnor\b).{0,60}necess|unnecessary", None),
    "investigational": (r"investigat|experiment|unproven|research", None),
    "not_covered": (r"not.{0,30}(cover|benefit|eligible)|non-?cover|exclu|cosmetic", None),
}
# What would be a promise or a prediction; offices chart it and quote it in disputes.
_VERDICT: Final = re.compile(
    r"\b(?:will|would|won't) (?:not )?(?:be )?(?:cover|den[yi]|pa(?:y|id)|approve)\w*"
    r"|\b(?:we|the (?:plan|payer)) (?:cover|den[yi]|pay|approve)\w*"
    r"|\bno (?:prior )?authorization is (?:needed|required)",
    re.IGNORECASE,
)
_ONCE: Final = 6  # words; a line of more that stands twice was put there twice
_IDENTIFIERS: Final = (
    ("a Social Security number", re.compile(r"\b\d{3}-\d{2}-\d{4}\b")),
    ("an e-mail address", re.compile(r"[\w.+-]+@[\w-]+\.\w+")),
    ("a phone number", re.compile(r"\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b")),
    (
        "a date of birth",
        re.compile(
            r"(?i)\b(?:dob|d\.o\.b\.?|born|birth ?da(?:te|y)|date of birth)\W*(?:(?:on|is|was) )?(\d[\d/.-]{4,}\d)"
        ),
    ),
    ("a member's number", re.compile(r"\b(?=\w*\d{5})[A-Z]{1,4}\d{7,}\b|\b\d{9,}\b")),
    (
        "a person's name",
        re.compile(
            r"\b(?i:patient|member|pt|mr|mrs|ms|named|name is)\.?:? ([A-Z][a-z]+ [A-Z][a-z]+)\b"
        ),
    ),
)

Documents = Callable[[str], Stored | None]


def broken(message: Message, said: Sequence[str], documents: Documents) -> tuple[str, ...]:
    """What does not hold of a message, a sentence each; empty when all does.

    `said` are the provider's texts so far, `documents` gives a policy version as it is stored.
    """
    answer = message.answer
    if answer is None:
        return ()
    faults = list(_of_schema(answer))
    if faults:
        return tuple(faults)
    version = (answer.get("policy") or {}).get("version")
    stored = documents(version) if version else None
    if version and stored is None:
        faults.append(f"the policy version {version} cannot be read")
    document = stored.text if stored else None
    faults += _of_citations(answer, document)
    if document is not None:
        faults += _of_facts(answer, document)
    faults += _of_text(message, answer, stored or Stored(""), said)
    faults += _of_secrets(message, document or "", said)
    faults += _of_speech(message.text, [c["quote"] for c in answer.get("citations") or ()])
    return tuple(faults)


def _of_schema(answer: Json) -> Iterator[str]:
    for error in _validator().iter_errors(answer):
        where = "/".join(str(step) for step in error.absolute_path) or "answer"
        yield f"the answer breaks its schema at {where}: {error.message[:160]}"
    if answer.get("kind") == "answer":
        for key in ("decision_id", "citations"):
            if not answer.get(key):
                yield f"an answer without {key}"


@cache
def _validator() -> Draft202012Validator:
    shapes = {
        name: json.loads((_SCHEMAS / name).read_text(encoding="utf-8"))
        for name in ("answer.schema.json", "policy.schema.json")
    }
    root = shapes["answer.schema.json"]
    return Draft202012Validator(
        root, resolver=RefResolver("answer.schema.json", root, store=shapes)
    )


def _of_citations(answer: Json, document: str | None) -> Iterator[str]:
    for citation in answer.get("citations") or ():
        if citation["source"] != "policy":
            continue
        quote, start, end = citation["quote"], citation.get("start"), citation.get("end")
        if document is None:
            yield f"a citation of a policy that the answer does not name: {_short(quote)}"
        elif start is None or end is None:
            yield f"a citation of the policy without its span: {_short(quote)}"
        elif document[start:end] != quote:
            yield (
                f"the quotation {_short(quote)} is not at {start}:{end},"
                f" where the document says {_short(document[start:end])}"
            )
        section = citation.get("section")
        if (
            document is not None
            and section
            and written.plain(section) not in written.plain(document)
        ):
            yield f"the document has no section {section!r}"


def _of_facts(answer: Json, document: str) -> Iterator[str]:
    """The structured facts of the answer against the document's own words."""
    whole = written.plain(document)
    quotes = [
        written.plain(c["quote"]) for c in answer.get("citations") or () if c["source"] == "policy"
    ]

    def stands(text: str | None) -> bool:
        return text is None or written.plain(text) in whole

    policy = answer["policy"]
    for key in ("number", "title"):
        if not stands(policy[key]):
            yield f"the document does not say its {key} {policy[key]!r}"
    if not written.dated(policy.get("last_reviewed"), written.dates_of_record(document)):
        yield f"the document does not hold the review date {policy['last_reviewed']}"

    position = answer.get("determination")
    if position:
        yield from _of_position(position, whole, quotes)
    if not stands(answer.get("reasoning")):
        yield f"the document does not say the reason {_short(answer['reasoning'])}"
    for text in _leaves(answer.get("criteria")):
        if not stands(text):
            yield f"the document does not state the criterion {_short(text)}"
    for row in answer.get("codes") or ():
        for key in ("code", "code_end", "description"):
            if not stands(row.get(key)):
                yield f"the document does not hold the {key.replace('_', ' ')} {_short(row[key])}"


def _of_position(position: Json, whole: str, quotes: Sequence[str]) -> Iterator[str]:
    status, wording = position["status"], position.get("wording")
    if not wording:
        if status not in ("conditional", "no_determination"):
            yield f"the position {status} without the policy's words"
        return
    plain = written.plain(wording)
    if plain not in whole:
        yield f"the document does not word its position {_short(wording)}"
    elif not any(plain in quote for quote in quotes):
        yield f"the position {_short(wording)} is not in any quotation"
    must, must_not = _WORDS.get(status, ("", None))
    if not re.search(must, plain) or (must_not and re.search(must_not, plain)):
        yield f"{_short(wording)} does not say {status}"


def _of_text(message: Message, answer: Json, stored: Stored, said: Sequence[str]) -> Iterator[str]:
    """The words shown: each code, date and quoted phrase stands in a record, or was the provider's."""
    text = message.text
    cited = answer.get("citations") or ()
    places = [c["section"] for c in cited if c["source"] != "policy" and c.get("section")]
    records = [stored.text, *(c["quote"] for c in cited), *places, *said]
    whole = written.plain("\n".join(records))

    about = answer.get("about") or {}
    known_codes = {written.bare(code["code"]) for code in about.get("codes") or ()}
    sources = {written.bare(code) for code in written.codes("\n".join(records))} | known_codes
    titles = "\n".join(button.title for button in message.buttons)
    sources |= {written.bare(code) for code in written.codes(titles)}
    for code in written.codes(text):
        if written.bare(code) not in sources and not written.holds(records, code):
            yield f"the code {code} stands in no record of this answer"

    dates = [date for record in records for date in written.dates_of_record(record)]
    own = [
        *stored.days,
        answer.get("as_of"),
        about.get("as_of"),
        *(answer.get("applies_to") or {}).values(),
    ]
    dates += [date for value in own if isinstance(value, str) for date in written.dates(value)]
    for date in written.dates(written.without_policy_numbers(text)):
        if not written.dated("-".join(part for part in date if part), dates):
            yield f"the date {'-'.join(p for p in date if p)} stands in no record of this answer"

    for phrase in written.quoted(text):
        for piece in re.split(r"\s*(?:…|\.\.\.|\[[^\]]*\])\s*", phrase):
            plain = written.plain(piece).strip(" .,;:")
            if len(plain.split()) >= 3 and plain not in whole:
                yield f"the quoted words {_short(piece)} stand in no record of this answer"


def _of_secrets(message: Message, document: str, said: Sequence[str]) -> Iterator[str]:
    """What identifies a person in the provider's own words comes back nowhere: not in the data either."""
    titles = [button.title for button in message.buttons]
    given = f"{message.text}\n{json.dumps([message.answer, titles], ensure_ascii=False)}"
    for what, pattern in _IDENTIFIERS:
        for found in sorted({match for words in said for match in pattern.findall(words)}):
            if found in given and found not in document:
                yield f"{what} of the provider's message comes back"


def _of_speech(text: str, quotes: Sequence[str]) -> Iterator[str]:
    own = written.unquoted(text)
    for quote in quotes:
        own = own.replace(quote, " ")
    if verdict := _VERDICT.search(own):
        yield f"{_short(verdict[0])} is a verdict or a promise in words of our own"
    lines = [line for line in text.split("\n") if len(line.split()) > _ONCE]
    for line in sorted({line for line in lines if lines.count(line) > 1}):
        yield f"the reply says twice {_short(line)}"


def _leaves(criteria: Json | None) -> Iterator[str]:
    for item in (criteria or {}).get("items", ()):
        if isinstance(item, str):
            yield item
        else:
            yield item["text"]
            yield from _leaves(item["criteria"])


def _short(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line[:80]}…”" if len(line) > 80 else f"“{line}”"
