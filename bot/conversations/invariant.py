"""What must hold of every reply, whatever was asked: nothing is said that no record says.

This check reads the stored documents as raw text and shares no code with what makes the answers, so that
a mistake there is not repeated here. Its readers of dates and codes are its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator, RefResolver

from bot.conversations.assistant import Message

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
_MONTHS: Final = [
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
]
_MONTH: Final = "(" + "|".join(rf"{m[:3]}(?:{m[3:]}|t)?\.?" for m in _MONTHS) + ")"
_DATES: Final = (
    (
        re.compile(r"\b(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})\b"),
        lambda m: (_year(m[4]), m[1], m[3]),
    ),
    (re.compile(r"\b(\d{1,2})[/-](\d{4})\b"), lambda m: (m[2], m[1], "")),
    (re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b"), lambda m: (m[1], m[2], m[3])),
    (re.compile(r"\b(\d{4})-(\d{2})\b(?!-)"), lambda m: (m[1], m[2], "")),
    (
        re.compile(rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})\b", re.IGNORECASE),
        lambda m: (m[3], _month(m[1]), m[2]),
    ),
    (
        re.compile(rf"\b(\d{{1,2}}) {_MONTH},? (\d{{4}})\b", re.IGNORECASE),
        lambda m: (m[3], _month(m[2]), m[1]),
    ),
    (re.compile(rf"\b{_MONTH},? (\d{{4}})\b", re.IGNORECASE), lambda m: (m[2], _month(m[1]), "")),
    (re.compile(r"\b(19[5-9]\d|20\d\d|2999|9999)\b"), lambda m: (m[1], "", "")),
)
# Old documents write 4/89; in a reply it would be read where none is meant.
_OLD_DATE: Final = re.compile(r"(?<![\d/])(\d{1,2})/(\d{2})(?![\d/])")
_POLICY_NUMBER: Final = re.compile(r"\b(?!CPT|HCPCS|ICD|POS)[A-Z]{3,5}[ -]?\d{3,6}[A-Z]{0,2}\b")
_CODES: Final = (
    re.compile(r"(?<![\w.$#-])\d{4}[0-9FTU](?![\w]|[.,-]\d)"),  # CPT
    re.compile(r"(?<![\w.])[A-V]\d{4}(?![\w])"),  # HCPCS
    re.compile(r"(?<![\w.])[A-TV-Z]\d[0-9AB]\.[0-9A-Z]{1,4}(?![\w])"),  # ICD-10-CM
    re.compile(r"(?<![\w.$])\d{3}\.\d{1,2}(?![\w]|[.,]\d)"),  # ICD-9
)
_QUOTED: Final = re.compile(r"“([^”]+)”|(?<![\w\d])\"([^\"\n]+)\"")
_IDENTIFIERS: Final = (
    ("a Social Security number", re.compile(r"\b\d{3}-\d{2}-\d{4}\b")),
    ("an e-mail address", re.compile(r"[\w.+-]+@[\w-]+\.\w+")),
    ("a phone number", re.compile(r"\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b")),
)

Documents = Callable[[str], str | None]


def broken(message: Message, said: Sequence[str], documents: Documents) -> tuple[str, ...]:
    """What does not hold of a message, a sentence each; empty when all does.

    `said` are the provider's texts so far, `documents` gives the stored text of a policy version.
    """
    answer = message.answer
    if answer is None:
        return ()
    faults = list(_of_schema(answer))
    if faults:
        return tuple(faults)
    version = (answer.get("policy") or {}).get("version")
    document = documents(version) if version else None
    if version and document is None:
        faults.append(f"the policy version {version} cannot be read")
    faults += _of_citations(answer, document)
    if document is not None:
        faults += _of_facts(answer, document)
    faults += _of_text(message, answer, document or "", said)
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
        if document is not None and section and _plain(section) not in _plain(document):
            yield f"the document has no section {section!r}"


def _of_facts(answer: Json, document: str) -> Iterator[str]:
    """The structured facts of the answer against the document's own words."""
    whole = _plain(document)
    quotes = [_plain(c["quote"]) for c in answer.get("citations") or () if c["source"] == "policy"]

    def stands(text: str | None) -> bool:
        return text is None or _plain(text) in whole

    policy = answer["policy"]
    for key in ("number", "title"):
        if not stands(policy[key]):
            yield f"the document does not say its {key} {policy[key]!r}"
    if not _dated(policy.get("last_reviewed"), _dates_of_record(document)):
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
    plain = _plain(wording)
    if plain not in whole:
        yield f"the document does not word its position {_short(wording)}"
    elif not any(plain in quote for quote in quotes):
        yield f"the position {_short(wording)} is not in any quotation"
    must, must_not = _WORDS.get(status, ("", None))
    if not re.search(must, plain) or (must_not and re.search(must_not, plain)):
        yield f"{_short(wording)} does not say {status}"


def _of_text(message: Message, answer: Json, document: str, said: Sequence[str]) -> Iterator[str]:
    """The words shown: each code, date and quoted phrase stands in a record, or was the provider's."""
    text = message.text
    cited = answer.get("citations") or ()
    places = [c["section"] for c in cited if c["source"] != "policy" and c.get("section")]
    records = [document, *(c["quote"] for c in cited), *places, *said]
    whole = _plain("\n".join(records))

    about = answer.get("about") or {}
    known_codes = {_bare(code["code"]) for code in about.get("codes") or ()}
    sources = {_bare(code) for code in _codes("\n".join(records))} | known_codes
    titles = "\n".join(button.title for button in message.buttons)
    sources |= {_bare(code) for code in _codes(titles)}
    for code in _codes(text):
        if _bare(code) not in sources and _bare(code) not in _bare(whole):
            yield f"the code {code} stands in no record of this answer"

    dates = [date for record in records for date in _dates_of_record(record)]
    own = [answer.get("as_of"), about.get("as_of"), *(answer.get("applies_to") or {}).values()]
    dates += [date for value in own if isinstance(value, str) for date in _dates(value)]
    for date in _dates(_without_policy_numbers(text)):
        if not _dated("-".join(part for part in date if part), dates):
            yield f"the date {'-'.join(p for p in date if p)} stands in no record of this answer"

    for phrase in _quoted(text):
        for piece in re.split(r"\s*(?:…|\.\.\.|\[[^\]]*\])\s*", phrase):
            plain = _plain(piece).strip(" .,;:")
            if len(plain.split()) >= 3 and plain not in whole:
                yield f"the quoted words {_short(piece)} stand in no record of this answer"

    for what, pattern in _IDENTIFIERS:
        for found in {match for words in said for match in pattern.findall(words)}:
            if found in text:
                yield f"{what} of the provider's message comes back"


def _leaves(criteria: Json | None) -> Iterator[str]:
    for item in (criteria or {}).get("items", ()):
        if isinstance(item, str):
            yield item
        else:
            yield item["text"]
            yield from _leaves(item["criteria"])


def _codes(text: str) -> list[str]:
    plain = _without_policy_numbers(text)
    return [found for pattern in _CODES for found in pattern.findall(plain)]


def _without_policy_numbers(text: str) -> str:
    return _POLICY_NUMBER.sub(" ", text)


def _bare(text: str) -> str:
    return re.sub(r"[\s.]", "", text).upper()


def _dates(text: str) -> list[tuple[str, str, str]]:
    """Year, month and day as far as they are written; what one form took no other form reads again."""
    found = []
    for pattern, parts in _DATES:
        for match in pattern.finditer(text):
            year, month, day = parts(match)
            found.append((year, month.zfill(2) if month else "", day.zfill(2) if day else ""))
        text = pattern.sub(" ", text)
    return found


def _dates_of_record(text: str) -> list[tuple[str, str, str]]:
    old = [(_year(m[2]), m[1].zfill(2), "") for m in _OLD_DATE.finditer(text)]
    return _dates(text) + old


def _dated(date: str | None, known: Iterable[tuple[str, str, str]]) -> bool:
    """Whether a known date is this one, or more exact than it."""
    if not date:
        return True
    wanted = date.split("-")
    return any(list(parts)[: len(wanted)] == wanted for parts in known)


def _year(digits: str) -> str:
    return digits if len(digits) == 4 else ("19" if int(digits) > 60 else "20") + digits


def _month(name: str) -> str:
    return str(next(n for n, month in enumerate(_MONTHS, 1) if month.startswith(name[:3].lower())))


def _quoted(text: str) -> list[str]:
    return [curly or straight for curly, straight in _QUOTED.findall(text)]


def _plain(text: str) -> str:
    """One form for what only looks different: spaces of all kinds, quotation marks, capitals."""
    straight = text.translate(str.maketrans("“”‘’", "\"\"''"))
    return " ".join(straight.split()).casefold()


def _short(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line[:80]}…”" if len(line) > 80 else f"“{line}”"
