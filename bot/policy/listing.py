"""References and benefit notes: the parts of a policy that are lists of entries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.policy.lines import Line
from bot.policy.model import BenefitNote, Reference, Span
from bot.policy.sections import Part

_NUMBERED: Final = re.compile(
    r"(?:\[(\d{1,3})\]|\((\d{1,3})\)|(\d{1,3})\s?[.)\]:]|(\d{1,3})\t)\s*(?=\S)"
)
_ENDS_IN_DATE: Final = re.compile(r"\b\d{1,2}/(?:\d{1,2}/)?(?:\d{2}|\d{4})$")
_BULLET: Final = re.compile(r"[-–—•▪◦●○■□*·]\s+(?=\S)")


def references(text: str, part: Part, before: int = 0) -> Iterator[Reference]:
    """The entries of a list of references; one without numbers is counted.

    `before` are those that stand above a page break: the list goes on behind it with the next number.
    """
    lines = [line for line in part.lines if line.text]
    numbered = before > 0 or any(
        (m := _NUMBERED.match(line.text)) and _number(m) == 1 for line in lines
    )
    starts = list(_numbered(text, lines, before) if numbered else _unnumbered(text, lines))
    for at, (place, number, skip) in enumerate(starts):
        last = at + 1 == len(starts)
        end = len(lines) if last else starts[at + 1][0]
        if not last and numbered and starts[at + 1][1] <= number:
            end -= 1
        if last and numbered:
            end = _before_gap(lines, place, end)
        span = Span(lines[place].span.start + skip, lines[end - 1].span.end)
        yield Reference(number, span.of(text), span)


def _numbered(text: str, lines: Sequence[Line], number: int) -> Iterator[tuple[int, int, int]]:
    """Where entries begin (line, number, characters of the number); a gap of two numbers is let pass."""
    for place, line in enumerate(lines):
        match = _NUMBERED.match(line.span.of(text))
        again = (
            match and place and number and _number(match) == 1 and _heads_group(lines, place - 1)
        )
        if match and (again or number < _number(match) <= (number + 3 if number else 1)):
            number = _number(match)
            yield place, number, match.end()


def _heads_group(lines: Sequence[Line], place: int) -> bool:
    """Whether a line heads a group of references, whose numbers begin again ("Society Guidelines:")."""
    above, line = lines[place - 1] if place else None, lines[place]
    apart = above is None or above.number + 1 < line.number or above.text.endswith(".")
    bare = _NUMBERED.match(line.text) is None and not line.text.endswith((".", ",", ";"))
    return apart and bare and len(line.text) < 100


def _unnumbered(text: str, lines: Sequence[Line]) -> Iterator[tuple[int, int, int]]:
    number = 0
    for place, line in enumerate(lines):
        if place == 0 and len(lines) > 1 and line.text.endswith(":"):
            continue
        match = _BULLET.match(line.span.of(text))
        before = lines[place - 1] if place else None
        opens = (
            before is None
            or before.number + 1 < line.number
            or before.text.endswith((".", ":"))
            or _ENDS_IN_DATE.search(before.text)
        )
        if match or opens:
            number += 1
            yield place, number, match.end() if match else 0


def _number(match: re.Match[str]) -> int:
    return int(next(group for group in match.groups() if group))


def _before_gap(lines: Sequence[Line], first: int, end: int) -> int:
    """The last of numbered entries ends at a blank line: what stands behind it is none of them."""
    for place in range(first + 1, end):
        if lines[place].number > lines[place - 1].number + 1:
            return place
    return end


def benefit_notes(text: str, part: Part) -> Iterator[BenefitNote]:
    """What stands in a benefit section, by its own headings."""
    heading: str | None = None
    body: list[Line] = []
    for place, line in enumerate(part.lines):
        if _is_heading(place, line, part.lines):
            yield from _note(text, heading, body)
            heading, body = line.text.rstrip(" :"), []
        else:
            body.append(line)
    yield from _note(text, heading, body)


def _is_heading(place: int, line: Line, lines: Sequence[Line]) -> bool:
    shown = line.text
    if not shown or len(shown) > 80 or shown[-1] in ".;," or _BULLET.match(shown):
        return False
    opens = place == 0 or lines[place - 1].blank or lines[place - 1].text.endswith(".")
    followed = any(other.text for other in lines[place + 1 :])
    words = [w for w in re.split(r"[\s/]+", shown) if len(w) > 3]
    titled = bool(words) and all(w[0].isupper() or not w[0].isalpha() for w in words)
    return opens and followed and (titled or shown.endswith(":"))


def _note(text: str, heading: str | None, body: Sequence[Line]) -> Iterator[BenefitNote]:
    full = [line for line in body if line.text]
    if full:
        span = Span(full[0].span.start, full[-1].span.end)
        yield BenefitNote(span.of(text), span, heading)
