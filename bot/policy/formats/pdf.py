"""Text from PDF: lines with their indents, blank lines where the page leaves room, tables as rows."""

from __future__ import annotations

import io
import itertools
import re
from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from bot.errors import UnreadableDocument
from bot.policy.lines import FURNITURE_MARK

_PAGES: Final = 600
_EDGE_LINES: Final = 4
_DIGITS: Final = re.compile(r"\d+")
_POINTS_A_BLANK: Final = 5.0
_COLUMN_LINES: Final = 8
_WORDS_A_LINE: Final = 3
_PARTS: Final = 36.0  # points of room between the text of a page and what stands above or below it


@dataclass(slots=True)
class _Row:
    text: str
    top: float
    bottom: float
    left: float


def text_of(content: bytes) -> str:
    """The text of all pages; running headers and footers stand behind the furniture mark.

    The header of the first page stays where it is: it may hold the number and the title. Raises
    UnreadableDocument for a file that is encrypted, broken or holds no text.
    """
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            if len(pdf.pages) > _PAGES:
                raise UnreadableDocument(f"The PDF has more than {_PAGES} pages; split it.")
            pages = [_rows(page) for page in pdf.pages]
    except UnreadableDocument:
        raise
    except Exception as problem:
        # pdfminer shows what is wrong with a file by many kinds of errors, some of them builtin.
        causes = (problem, problem.__cause__, *getattr(problem, "args", ()))
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in causes):
            raise UnreadableDocument(
                "The PDF is encrypted; save it without a password."
            ) from problem
        raise UnreadableDocument("The PDF is broken and cannot be read; get it again.") from problem
    if not any(row.text for page in pages for row in page):
        raise UnreadableDocument(
            "The PDF holds no text, only pictures; run text recognition on it."
        )
    return _put_together(pages)


def _rows(page: Any) -> list[_Row]:
    tables = page.find_tables() if page.lines or page.rects else []
    rows: list[_Row] = []
    boxes = []
    for table in tables:
        cells = [[" ".join((cell or "").split()) for cell in row] for row in table.extract()]
        if len(cells) < 2 or max(len(row) for row in cells) < 2:
            continue
        boxes.append(table.bbox)
        height = (table.bbox[3] - table.bbox[1]) / len(cells)
        for place, row in enumerate(cells):
            top = table.bbox[1] + place * height
            if any(row):
                rows.append(_Row("\t".join(row), top, top + height, table.bbox[0]))
    for line in _in_columns(page) if not tables else _lines(page):
        middle = (line.top + line.bottom) / 2
        if not any(box[1] <= middle <= box[3] and line.left >= box[0] - 3 for box in boxes):
            rows.append(line)
    return sorted(rows, key=lambda row: (round(row.top), row.left))


def _lines(page: Any) -> list[_Row]:
    return [
        _Row(line["text"], line["top"], line["bottom"], line["x0"])
        for line in page.extract_text_lines(return_chars=False)
    ]


def _in_columns(page: Any) -> list[_Row]:
    """The lines of a page; where two columns of prose stand side by side, the right one below the left."""
    whole = _lines(page)
    words = page.extract_words()
    found = _columns(whole, words, float(page.width))
    if found is None:
        return whole
    gutter, top, bottom = found
    left = _lines(page.crop((0, top, gutter, bottom)))
    right = _lines(page.crop((gutter, top, page.width, bottom)))
    down, aside = bottom - top, min(r.left for r in right) - min(r.left for r in left)
    return [
        *(row for row in whole if row.bottom <= top),
        *left,
        *(_Row(r.text, r.top + down, r.bottom + down, r.left - aside) for r in right),
        *(_Row(r.text, r.top + down, r.bottom + down, r.left) for r in whole if r.top >= bottom),
    ]


def _columns(
    lines: list[_Row], words: list[dict[str, Any]], width: float
) -> tuple[float, float, float] | None:
    """Where two columns of prose stand: the middle of the gap between them, its top and its bottom.

    Prose has some words on either side of the gap, line upon line: a table's columns are narrower, and a
    header's two fields are few.
    """
    best: tuple[int, float, float, float] | None = None
    gaps = [
        (above.bottom + below.top) / 2
        for above, below in itertools.pairwise(sorted(lines, key=lambda row: row.top))
        if below.top - above.bottom > _PARTS
    ]
    for gutter in range(int(width * 0.4), int(width * 0.6), 3):
        crossing = sorted(
            {round(w["top"]) for w in words if w["x0"] < gutter + 4 and w["x1"] > gutter - 4}
        )
        edges = sorted([-10.0, *crossing, *gaps, 1e9])
        for above, below in itertools.pairwise(edges):
            band = [row for row in lines if above + 3 < row.top < below - 3]
            inside = [w for w in words if above + 3 < w["top"] < below - 3]
            right = [w for w in inside if w["x0"] > gutter]
            tops = {round(w["top"]) for w in right} & {
                round(w["top"]) for w in inside if w["x0"] < gutter
            }
            prose = min(len(right), len(inside) - len(right)) >= _WORDS_A_LINE * len(tops)
            if len(tops) >= _COLUMN_LINES and prose and (best is None or len(tops) > best[0]):
                best = len(tops), gutter, band[0].top - 1, max(r.bottom for r in band) + 1
    return best[1:] if best else None


def _put_together(pages: list[list[_Row]]) -> str:
    repeated = _repeated(pages)
    steps = [
        below.top - above.top
        for page in pages
        for above, below in itertools.pairwise(page)
        if below.top - above.top > 1
    ]
    step = median(steps) if steps else 12.0
    lines: list[str] = []
    aside: list[str] = []
    for number, page in enumerate(pages):
        left = min((row.left for row in page), default=0.0)
        above: _Row | None = None
        for place, row in enumerate(page):
            at_edge = place < _EDGE_LINES or place >= len(page) - _EDGE_LINES
            if at_edge and _mask(row.text) in repeated and (number > 0 or place >= _EDGE_LINES):
                aside.append(row.text)
                continue
            if above is not None and row.top - above.top > 1.35 * step and "\t" not in row.text:
                lines.append("")
            lines.append(" " * int((row.left - left) / _POINTS_A_BLANK) + row.text)
            above = row
    text = "\n".join(lines) + "\n"
    return text + f"{FURNITURE_MARK}\n" + "\n".join(aside) + "\n" if aside else text


def _mask(shown: str) -> str:
    return _DIGITS.sub("#", shown.lower().strip())


def _repeated(pages: list[list[_Row]]) -> set[str]:
    """What stands at the edge of at least two pages, and of no fewer than half of them."""
    times: Counter[str] = Counter()
    for page in pages:
        edge = page[:_EDGE_LINES] + page[max(_EDGE_LINES, len(page) - _EDGE_LINES) :]
        times.update({_mask(row.text) for row in edge if "\t" not in row.text})
    return {shown for shown, count in times.items() if count >= max(2, len(pages) / 2)}
