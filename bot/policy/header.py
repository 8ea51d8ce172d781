"""What stands above the sections: the labels of a header and their values, in any arrangement."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from bot.policy import rules
from bot.policy.dates import dates_in, first_date, leading_date
from bot.policy.lines import Line
from bot.policy.model import Span

FIELDS: Final = (
    "number",
    "title",
    "category",
    "departments",
    "original_date",
    "last_reviewed",
    "last_cap_review",
    "approved",
    "next_review",
    "effective_from",
    "effective_to",
    "lines_of_business",
    "source_url",
    "type_of_service",
    "place_of_service",
    "status",
    "ends",
)
DATES: Final = frozenset(
    {
        "original_date",
        "last_reviewed",
        "last_cap_review",
        "next_review",
        "effective_from",
        "effective_to",
    }
)
_CELL: Final = re.compile(r"\s*\t\s*|\s*\|\s*|\s+[~¦]\s+|[ \u00a0]{2,}")
_NEW_LABEL: Final = re.compile(
    r"(?:\s{2,}|\t\s*|\s*\|\s*)(?=[A-Z][\w/ ()#.-]{1,38}:)|\s*(?:\t|\|)\s*"
)
_SENTENCE_STOP: Final = re.compile(r"(?:(?<=[a-z]{4})\.|[;,])\s+(?:and\s+)?|\s+and\s+(?:is|was)\s+")
_LEADERS: Final = 3  # dots between a label and its value
_ONE_MORE: Final = re.compile(r"\s*(?:,|;|&|/|-|–|—|and|to|thru|through|until)\s*")
_REMARK: Final = re.compile(r"\s*\([^()]*\)")
_FULL_STOP: Final = re.compile(r"(?:(?<=\w{5})|(?<=\d{4}))[.;]\s+(?=[A-Z])")
_LAST_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\.?$")
_LONGEST_LABEL: Final = 9  # words
_DOTS: Final = re.compile(r"[\s.…·_]{2,}|\s+[-–—]?\s*")
_UNKNOWN_LABEL: Final = re.compile(r"([A-Z][\w/ ()#.'&-]{1,45}):\s*(?=\S)")
_NUMBER_LABEL: Final = re.compile(
    r"(?:[a-z]+ ){0,4}(?:policy|guideline|bulletin|document|doc|protocol|criteria|standard|directive|determination|article|memorandum|list|sheet|summary|statement|publication|tracking|control) ?(?:number|no\.?|#|id|code)"
)
# Words that name a kind of document as often as they label a value: they need their colon.
_NEEDS_COLON: Final = re.compile(
    r"(?:(?:medical|clinical|coverage) )*(?:coverage )?(?:policy|guideline|document|bulletin)|source|link|plans?|products?|service|name|section|url|location|number|status|type|reference|setting",
    re.I,
)
_EFFECTIVE: Final = re.compile(
    r"\beffective (?:for (?:all )?(?:dates of service|services)(?: (?:performed|rendered|provided|furnished))?(?: (?:on (?:or|and) after|beginning|starting|from|on))|as of|beginning|on (?:or|and) after|on|with dates of service on (?:or|and) after) ",
    re.I,
)
_PLAIN_LABELS: Final = frozenset(
    {
        "policy",
        "number",
        "document",
        "guideline",
        "cpb",
        "medical policy",
        "coverage policy",
        "clinical policy",
    }
)
_LABEL_ONLY: Final = re.compile(r"[A-Z][\w/ ()#.'&-]{1,45}:")


@dataclass(frozen=True, slots=True)
class Fact:
    """A value and the field of the policy whose label stands before it; None for an unknown label."""

    field: str | None
    value: Span
    line: int
    label: str = ""


@lru_cache(maxsize=1)
def _labels() -> tuple[dict[str, str], re.Pattern[str]]:
    table = rules.load("header")
    rules.check("header", table, (*FIELDS, "letterhead_lines", "date_words"))
    by_label = {str(label): name for name in FIELDS for label in table[name]}
    either = "|".join(re.escape(label) for label in sorted(by_label, key=len, reverse=True))
    return by_label, re.compile(
        rf"(?<![\w/'-])({either}|{_NUMBER_LABEL.pattern})(?:\(s\))?\s?#?\s?[:：]\s*", re.IGNORECASE
    )


@lru_cache(maxsize=1)
def _letterheads() -> tuple[re.Pattern[str], ...]:
    names = "|".join(
        re.escape(name)
        for name in sorted(rules.load("header")["letterhead_lines"], key=len, reverse=True)
    )
    line = rf"(?:{names})[®™]?"
    several = rf"(?P<lines>{line}(?:(?:\s*[,/&]\s*(?:and )?|\s+and\s+){line}){{0,5}})"
    of_document = re.compile(
        rf"(?:.{{0,80}}\s[–—|-]\s+)?{several}\s+"
        r"(?:(?:corporate|medical|clinical|pharmacy|drug|coverage|payment|reimbursement|utilization|management|benefit)\s+){0,3}"
        r"(?:polic(?:y|ies)|guidelines?|bulletin|manual)(?:\s+(?:manual|bulletin))?(?:\s+(?:no\.?|number|#)\s*:?\s*\S+)?",
        re.I,
    )
    sentence = re.compile(
        r"(?:(?:this|the) (?:\w+ ){0,2}?(?:policy|guideline|bulletin|document) )?(?:applies|is applicable) (?:only )?to (?:all |our )?"
        rf"{several}(?: (?:members|plans|products|business|lines of business|enrollees|membership|benefit plans))?(?: only)?\.?",
        re.I,
    )
    behind = re.compile(
        r"(?:(?:corporate|medical|clinical|pharmacy|drug|coverage|payment|reimbursement)\s+){1,3}"
        rf"(?:polic(?:y|ies)|guidelines?|criteria)(?:\s+(?:manual|bulletin))?\s*[–—|:-]\s*{several}",
        re.I,
    )
    return of_document, sentence, behind


def letterhead_lines(line: Line) -> Span | None:
    """The lines of business that a line of the head names: beside the kind of the document ("Commercial
    and Exchange Medical Policy", "Medical Policy - Commercial"), or in a sentence ("Applies to Commercial and FEP members.").
    """
    if len(line.text) >= 160:
        return None
    match = next(filter(None, (shape.fullmatch(line.text) for shape in _letterheads())), None)
    if match is None:
        return None
    return Span(line.span.start + match.start("lines"), line.span.start + match.end("lines"))


def effective_sentence(lines: Sequence[Line]) -> Fact | None:
    """ "Effective for dates of service on and after 9/1/2016", in the midst of a line above the sections."""
    for line in lines:
        match = _EFFECTIVE.search(line.text) if len(line.text) < 300 else None
        if match and leading_date(line.text[match.end() :]):
            start = line.span.start + match.end()
            return Fact("effective_from", Span(start, line.span.end), line.number, "Effective")
    return None


def label_field(text: str) -> str | None:
    """The field that a label alone names ("Last Reviewed:"), or None."""
    by_label, _ = _labels()
    shown = " ".join(text.lower().strip(" :\u00a0*").split())
    bare = shown.strip("#. ")
    known = by_label.get(shown) or by_label.get(bare) or by_label.get(bare.removesuffix("(s)"))
    return known or ("number" if _NUMBER_LABEL.fullmatch(shown) else None)


def dated_label(label: str) -> str | None:
    """What a label in words of its own says of the date behind it ("To be reviewed again"), or None."""
    shown = " ".join(label.lower().split())
    if not shown or len(shown.split()) > _LONGEST_LABEL:
        return None
    return next((field for pattern, field in _date_words() if pattern.search(shown)), None)


@lru_cache(maxsize=1)
def _date_words() -> tuple[tuple[re.Pattern[str], str], ...]:
    table = rules.load("header")["date_words"]
    return tuple((re.compile(entry["words"]), entry["field"]) for entry in table)


def dated_facts(flat: str, line: Line, known: Sequence[Fact] = ()) -> Iterator[Fact]:
    """The dates of a line that stand in none of the `known` facts, with what the words before each say."""
    before = ""
    for cell in _sentences_of(flat, cells_of(flat, line.span)):
        start = cell.start
        shown = flat[cell.start : cell.end]
        year = _LAST_YEAR.search(shown) if next(dates_in(shown), None) is None else None
        alone = first_date(shown[year.start() :], cell.start + year.start()) if year else None
        for found in (alone,) if alone else dates_in(shown, cell.start):
            label = flat[start : found.span.start].strip(" :=.…·_–—-,;(") or before
            start = found.span.end
            before = ""
            if any(
                f.field in DATES and f.value.start <= found.span.start < f.value.end for f in known
            ):
                continue
            if field := dated_label(_SENTENCE_STOP.split(label)[-1]):
                yield Fact(field, found.span, line.number, label)
        before = "" if start > cell.start else shown.strip(" :=.…·_–—-,;(")


def _sentences_of(flat: str, cells: Sequence[Span]) -> Iterator[Span]:
    """The sentences in the cells of a line ("Last review October 2024. First issued 2016.")."""
    for cell in cells:
        start = cell.start
        for stop in _FULL_STOP.finditer(flat, cell.start, cell.end):
            yield Span(start, stop.start())
            start = stop.end()
        if start < cell.end:
            yield _strip(flat, start, cell.end)


def facts_of(flat: str, lines: Sequence[Line], dated: bool = False) -> list[Fact]:
    """All labelled values in the lines of a header, in order.

    With `dated`, labels in words of their own count as well, where a date stands behind them.
    """
    full = [line for line in lines if line.text]
    found: list[Fact] = []
    at = 0
    while at < len(full):
        waiting, taken = _labels_alone(full, at, flat)
        if waiting:
            at += taken
            at += _values_below(flat, full[at:], waiting, found)
            continue
        here = list(_on_one_line(flat, full[at]))
        found.extend(_with_dates(flat, full[at], here) if dated else here)
        at += 1
    return found


def _with_dates(flat: str, line: Line, found: Sequence[Fact]) -> list[Fact]:
    """The facts of a line with those that only their dates show; the whole of a label says what its date is."""
    made: list[Fact] = []
    reached = line.span.start
    for fact in found:
        value = flat[fact.value.start : fact.value.end]
        before = _CELL.split(flat[reached : fact.value.start].rstrip())[-1].strip(" :.-–—,;")
        reached = fact.value.end
        own = fact.label.strip(" :")
        longer = before.lower() != own.lower() and before.lower().endswith(own.lower())
        worded = fact.field is None or (longer and (fact.field in DATES or fact.field == "ends"))
        if worded and leading_date(value):
            made.append(replace(fact, field=dated_label(before if longer else own) or fact.field))
        else:
            made.append(fact)
    return [*made, *dated_facts(flat, line, made)]


def _labels_alone(
    full: Sequence[Line], at: int, flat: str
) -> tuple[list[tuple[str | None, str]], int]:
    """The labels without values that begin at this line, and how many lines they fill."""
    waiting: list[tuple[str | None, str]] = []
    taken = 0
    for line in full[at:]:
        cells = [flat[c.start : c.end] for c in cells_of(flat, line.span)]
        _, pattern = _labels()
        joined = [m[1] for m in pattern.finditer(line.text)]
        rest = pattern.sub("", line.text).strip()
        if joined and not rest:
            waiting.extend((label_field(label), label) for label in joined)
        elif all(label_field(c) and _stands_alone(c, cells) for c in cells) or (
            waiting and _LABEL_ONLY.fullmatch(line.text)
        ):
            if not waiting and len(cells) == 1 and not _value_follows(full, at + taken, cells[0]):
                break
            waiting.extend((label_field(cell), cell) for cell in cells)
        else:
            break
        taken += 1
    return waiting, taken


def _stands_alone(label: str, cells: Sequence[str]) -> bool:
    return len(cells) > 1 or label.endswith(":") or not _NEEDS_COLON.fullmatch(label.strip())


def _value_follows(full: Sequence[Line], at: int, label: str) -> bool:
    """Whether the next line can be the label's value; below a date's label without a colon, only a date."""
    if at + 1 >= len(full) or len(full[at + 1].text) >= 200:
        return False
    dated = label.endswith(":") or label_field(label) not in DATES
    return dated or first_date(full[at + 1].text) is not None


def _values_below(
    flat: str, below: Sequence[Line], waiting: Sequence[tuple[str | None, str]], found: list[Fact]
) -> int:
    """Gives the waiting labels the cells of the next lines, in order; returns the lines used."""
    _, pattern = _labels()
    left = list(waiting)
    used = 0
    for line in below:
        if not left or pattern.match(line.text) or _led(flat, line.span, line):
            break
        cells = cells_of(flat, line.span)
        if len(cells) > len(left) or len(left) == 1:
            cells = [line.span]
        for cell in cells:
            name, label = left.pop(0)
            found.append(Fact(name, cell, line.number, label))
        used += 1
    return used


def _on_one_line(flat: str, line: Line) -> Iterator[Fact]:
    shown = flat[line.span.start : line.span.end]
    _, pattern = _labels()
    matches = list(pattern.finditer(shown))
    if matches:
        if matches[0].start() > 0 and (
            lead := _led(flat, Span(line.span.start, line.span.start + matches[0].start()), line)
        ):
            yield lead
        for match, after in zip(matches, [*matches[1:], None], strict=True):
            end = after.start() if after else len(shown)
            cut = _NEW_LABEL.search(shown, match.end(), end)
            stop = cut.start() if cut and cut.start() > match.end() else end
            yield Fact(
                label_field(match[1]),
                _strip(flat, line.span.start + match.end(), line.span.start + stop),
                line.number,
                match[1],
            )
        return
    cells = cells_of(flat, line.span)
    if len(cells) > 1 and label_field(flat[cells[0].start : cells[0].end]):
        for label, value in zip(cells[::2], cells[1::2], strict=False):
            name = flat[label.start : label.end]
            yield Fact(label_field(name), value, line.number, name)
        return
    leads = [lead for cell in cells if (lead := _led(flat, cell, line))]
    if not leads and len(cells) > 1 and (whole := _led(flat, line.span, line)):
        leads = [whole]
    yield from leads
    if not leads and len(shown) < 160 and (unknown := _UNKNOWN_LABEL.match(shown)):
        value = Span(line.span.start + unknown.end(), line.span.end)
        yield Fact(None, value, line.number, unknown[1])


def _led(flat: str, span: Span, line: Line) -> Fact | None:
    """A label without a colon, with its value behind blanks or dots ("Effective Date ..... 7/15/2014")."""
    shown = flat[span.start : span.end]
    words = shown.replace("\t", " ").split(" ")
    for count in range(min(6, len(words)), 0, -1):
        label = " ".join(words[:count])
        bare = label.lower().strip(" :#.…·_")
        name = label_field(label)
        if name is None or name == "ends":
            continue
        gap = _DOTS.match(shown, len(label.rstrip(".…·_ ")))
        start = gap.end() if gap else len(label)
        value = shown[start:]
        if gap and name != "number" and gap[0].count(".") + gap[0].count("…") >= _LEADERS:
            return Fact(name, _strip(flat, span.start + start, span.end), line.number, label)
        if name in DATES and leading_date(value):
            end = span.start + start + _dates_end(value)
            return Fact(name, _strip(flat, span.start + start, end), line.number, label)
        plain = bare in _PLAIN_LABELS and not label.endswith("#")
        if (
            name == "number"
            and not plain
            and re.match(r"(?:[A-Z][\w.-]* )?[\w./-]*\d", value)
            and len(value) < 40
        ):
            return Fact(name, _strip(flat, span.start + start, span.end), line.number, label)
    return None


def _dates_end(value: str) -> int:
    """Where the dates end with which a value begins, and what stands in brackets behind them."""
    end = 0
    for found in dates_in(value):
        if end and not _ONE_MORE.fullmatch(value, end, found.span.start):
            break
        end = found.span.end
    behind = _REMARK.match(value, end)
    return behind.end() if behind else end or len(value)


def cells_of(flat: str, span: Span) -> list[Span]:
    """The cells of a line: what tabs, bars, or two and more blanks part."""
    return list(_cells(flat, span))


def _cells(flat: str, span: Span) -> Iterator[Span]:
    start = span.start
    for gap in _CELL.finditer(flat, span.start, span.end):
        if gap.start() > start:
            yield _strip(flat, start, gap.start())
        start = gap.end()
    if start < span.end:
        yield _strip(flat, start, span.end)


def _strip(flat: str, start: int, end: int) -> Span:
    while start < end and flat[start] in " |\t":
        start += 1
    while end > start and flat[end - 1] in " |\t;":
        end -= 1
    return Span(start, end)
