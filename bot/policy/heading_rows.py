"""Lines that read like headings and are rows, labels or running parts of the section around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.policy.dates import leading_date
from bot.policy.header import label_field
from bot.policy.lines import Line
from bot.policy.section_names import CONTINUED, DETERMINING, EDGE, INITIAL, Kind, kind_of

_TELLS: Final = re.compile(r"\w[^.]{40,}\.(?:\s|$)")
_SUBPOINT: Final = re.compile(r"(?:[IVX]{1,4}|[A-H]|\d{1,2})[.)]\s")
_BULLET: Final = re.compile(r"[-–•▪◦●○■□*]\s+")
_NUMERAL: Final = re.compile(r"[IVX]{1,5}\.\s+[A-Z]")
_NAMES_CODES: Final = re.compile(r"\b(?:codes?|coding|CPT|HCPCS|ICD)\b", re.I)
_LABELS: Final = ("number", "title", "effective_from", "original_date")


class HeadingRows:
    """Tells such lines from headings, by what stands around them."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines

    def is_label(self, line: Line, at: int, colon: int, within: Kind | None) -> bool:
        """Whether "Name: text" above the first section is a label of the header."""
        if within is not None:
            return False
        return label_field(line.text[:colon]) is not None or self._labels_below(at)

    def is_row(
        self, line: Line, at: int, kind: Kind, within: Kind | None, named: Sequence[str]
    ) -> bool:
        """Whether a line with a known name heads nothing; `named` are the headings so far."""
        if kind == "coding" and within == "coding":
            return not _numbered_alike(line, named)
        if within == "coding" and line.text.strip(EDGE).lower() in ("note", "notes"):
            return True
        if kind in ("covered", "not_covered") and within == "coding":
            below = next((other.text for other in self._lines[at + 1 : at + 4] if other.text), "")
            return not _TELLS.search(below) or _NAMES_CODES.search(below) is not None
        if (
            within == "history"
            and kind not in ("references", "coding", "notices")
            and line.text[-1] != ":"
        ):
            return self._inside_list(at)
        if within in ("references", "history") and kind in ("notices", "history"):
            return self._inside_list(at) and not (kind == "history" and self._dates_below(at))
        if within == "benefit" and kind in ("covered", "not_covered", "benefit"):
            return not line.text.lower().startswith("when")
        if within in DETERMINING and kind in DETERMINING and _SUBPOINT.match(line.text):
            if INITIAL.search(line.text) or CONTINUED.search(line.text):
                return True
            return not any(_SUBPOINT.match(other) for other in named)
        return line.text[0].islower() or self._in_contents(at) or self._one_of_bullets(at)

    def _labels_below(self, at: int) -> bool:
        """Whether labels of a header follow, with or without a colon: then this is one of them."""
        below = [line.text for line in self._lines[at + 1 : at + 10] if line.text][:4]
        labels = [shown.partition(":")[0] for shown in below if ":" in shown or len(shown) < 60]
        labels.extend(
            shown.rpartition(" ")[0] for shown in below if re.search(r" \S*\d\S*$", shown)
        )
        return any(label_field(label) in _LABELS for label in labels)

    def _dates_below(self, at: int) -> bool:
        below = [line.text for line in self._lines[at + 1 : at + 6] if line.text][:2]
        return any(leading_date(shown) is not None for shown in below)

    def _inside_list(self, at: int) -> bool:
        before = self._lines[at - 1] if at else None
        return before is not None and bool(before.text)

    def _one_of_bullets(self, at: int) -> bool:
        """Whether the line is an item between others with the same bullet."""
        sign = _BULLET.match(self._lines[at].text)
        near = (self._lines[o].text for o in (at - 1, at + 1) if 0 <= o < len(self._lines))
        return sign is not None and any(shown.startswith(sign[0]) for shown in near)

    def _in_contents(self, at: int) -> bool:
        """Whether the line stands in a table of contents: headings alone, line upon line."""
        near = [
            line
            for line in self._lines[max(0, at - 3) : at + 4]
            if line.text and not line.furniture
        ]
        return len(near) >= 4 and all(kind_of(line.text.rstrip(" .0123456789")) for line in near)


def _numbered_alike(line: Line, named: Sequence[str]) -> bool:
    """Whether a line has a numeral as the headings before it have ("II. HCPCS CODES" after "I. CPT CODES")."""
    return _NUMERAL.match(line.text) is not None and any(_NUMERAL.match(o) for o in named)
