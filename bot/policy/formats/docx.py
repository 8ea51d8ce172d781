"""Text from Word documents: a paragraph a line, list items with their marks, rows with tabs."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from bot.errors import UnreadableDocument
from bot.policy.blocks import roman
from bot.policy.lines import FURNITURE_MARK

LARGEST_UNPACKED: Final = (
    100 * 1024 * 1024
)  # bytes; a damaged or hostile archive can grow without end
_BROKEN: Final = "The Word document is broken and cannot be read; save it again."


def text_of(content: bytes) -> str:
    """The text of the body, below that of the first page's header; footers stand behind the mark.

    Raises UnreadableDocument for a file that is no Word document, is broken, or unpacks without end.
    """
    import docx

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile as problem:
        raise UnreadableDocument(_BROKEN) from problem
    if unpacked > LARGEST_UNPACKED:
        raise UnreadableDocument(
            f"The Word document unpacks to more than {LARGEST_UNPACKED // 1024 // 1024} MiB; split it."
        )
    try:
        document = docx.Document(io.BytesIO(content))
        header = [
            p.text for s in document.sections[:1] for p in s.header.paragraphs if p.text.strip()
        ]
        footer = [p.text for s in document.sections for p in s.footer.paragraphs if p.text.strip()]
        lines = [*header, *([""] if header else []), *_Body(document).lines()]
    except Exception as problem:
        # A damaged archive shows itself as a zip, XML or key error, whichever part is hit first.
        raise UnreadableDocument(_BROKEN) from problem
    text = "\n".join(lines) + "\n"
    return f"{text}{FURNITURE_MARK}\n" + "\n".join(footer) + "\n" if footer else text


class _Body:
    def __init__(self, document: Any) -> None:
        self._document = document
        self._counts: dict[tuple[int, int], int] = defaultdict(int)

    def lines(self) -> Iterator[str]:
        from docx.table import Table

        for item in self._document.iter_inner_content():
            if isinstance(item, Table):
                yield ""
                yield from self._rows(item)
                yield ""
            else:
                yield from self._paragraph(item)

    def _rows(self, table: Any) -> Iterator[str]:
        for row in table.rows:
            seen: list[Any] = []
            cells: list[str] = []
            for cell in row.cells:
                if cell._tc not in seen:
                    seen.append(cell._tc)
                    cells.append(cell.text)
            if len(cells) == 1:
                yield from cells[0].split("\n")
            elif any(cells):
                yield "\t".join(" ".join(cell.split("\n")) for cell in cells)

    def _paragraph(self, paragraph: Any) -> Iterator[str]:
        text = paragraph.text
        style = paragraph.style.name if paragraph.style is not None else ""
        mark = self._mark(paragraph, style)
        if mark is None and text.strip():
            yield ""
        if text.strip():
            first, *more = text.split("\n")
            yield f"{mark} {first}" if mark else first
            yield from more
        else:
            yield ""

    def _mark(self, paragraph: Any, style: str) -> str | None:
        """The mark that Word shows before a list item, indented by its level; None for plain text."""
        numbering = self._numbering(paragraph)
        if numbering is None:
            if "List Bullet" in style:
                return "•"
            return None
        number, level = numbering
        for deeper in range(level + 1, 9):
            self._counts[number, deeper] = 0
        self._counts[number, level] += 1
        return "  " * level + _shown(self._format(number, level), self._counts[number, level])

    def _numbering(self, paragraph: Any) -> tuple[int, int] | None:
        for properties in (paragraph._p.pPr, getattr(paragraph.style.element, "pPr", None)):
            if properties is not None and properties.numPr is not None:
                numbered = properties.numPr
                if numbered.numId is None or numbered.numId.val == 0:
                    return None
                return numbered.numId.val, numbered.ilvl.val if numbered.ilvl is not None else 0
        return None

    def _format(self, number: int, level: int) -> str:
        root = self._document.part.numbering_part.element
        found = root.xpath(f"./w:num[@w:numId='{number}']/w:abstractNumId/@w:val")
        if not found:
            return "bullet"
        kinds = root.xpath(
            f"./w:abstractNum[@w:abstractNumId='{found[0]}']/w:lvl[@w:ilvl='{level}']/w:numFmt/@w:val"
        )
        return str(kinds[0]) if kinds else "bullet"


def _shown(kind: str, count: int) -> str:
    if kind == "decimal":
        return f"{count}."
    if kind in ("lowerLetter", "upperLetter"):
        letter = chr(96 + (count - 1) % 26 + 1)
        return f"{letter.upper() if kind == 'upperLetter' else letter}."
    if kind in ("lowerRoman", "upperRoman"):
        return f"{roman(count).upper() if kind == 'upperRoman' else roman(count)}."
    return "•"
