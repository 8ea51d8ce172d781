"""Text from HTML: a block a line, list items with their marks, the cells of a row parted by tabs."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

from bs4 import BeautifulSoup, Comment
from bs4.element import NavigableString, PreformattedString, Tag

from bot.errors import UnreadableDocument
from bot.policy.blocks import roman
from bot.policy.lines import FURNITURE_MARK

_SKIPPED: Final = {
    "script",
    "style",
    "noscript",
    "template",
    "head",
    "svg",
    "button",
    "select",
    "iframe",
}
_FURNITURE: Final = {"nav", "footer"}
_PARAGRAPHS: Final = {
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "blockquote",
    "dl",
    "pre",
    "hr",
}
_LINES: Final = {
    "div",
    "section",
    "article",
    "header",
    "main",
    "aside",
    "ul",
    "ol",
    "tr",
    "dt",
    "form",
    "fieldset",
    "legend",
    "address",
    "figure",
    "figcaption",
    "details",
    "summary",
    "center",
    "body",
    "caption",
    "thead",
    "tbody",
    "tfoot",
    "footer",
    "nav",
}
_NESTED: Final = ("table", "ul", "ol", "h1", "h2", "h3", "h4", "p + p")
_BLANKS: Final = re.compile(r"[ \t\n\r\f]+")
_LONG_CELL: Final = 600
_LOWER: Final = "abcdefghijklmnopqrstuvwxyz"


def text_of(source: str) -> str:
    """The text of a page; what navigates or repeats on every page stands behind the furniture mark.

    Raises UnreadableDocument where the page was cut off, or nests without end.
    """
    lower = source.lower()
    opened = re.search(r"<(?:html|body)\b", lower) is not None
    closed = "</html>" in lower or "</body>" in lower
    if (opened and not closed) or source.rfind("<") > source.rfind(">"):
        raise UnreadableDocument("The page was cut off before its end; save it again.")
    soup = BeautifulSoup(source, "lxml")
    body = _Writer()
    furniture = _Writer()
    try:
        body.walk(soup.body or soup, furniture)
    except RecursionError as problem:
        raise UnreadableDocument(
            "The page nests its parts too deeply to be read; save it as plain text."
        ) from problem
    shown = body.text()
    aside = furniture.text()
    return f"{shown}\n{FURNITURE_MARK}\n{aside}" if aside.strip() else shown


class _Writer:
    """Collects lines; `pending` is the mark of a list item that waits for its text."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line = ""
        self._pending = ""
        self._depth = 0
        self._places: dict[int, int] = defaultdict(int)  # of the next item of each list

    def text(self) -> str:
        self._break()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip("\n") + "\n"

    def walk(self, node: Tag, furniture: _Writer) -> None:
        for child in node.children:
            if isinstance(child, NavigableString):
                if not isinstance(child, (Comment, PreformattedString)):
                    self._say(str(child))
            elif isinstance(child, Tag) and child.name not in _SKIPPED:
                self._element(child, furniture)

    def _element(self, tag: Tag, furniture: _Writer) -> None:
        name = tag.name
        if name in _FURNITURE and self is not furniture:
            furniture.walk(tag, furniture)
            furniture._break()
        elif name == "br":
            self._break()
        elif name == "li":
            self._item(tag, furniture)
        elif name == "tr":
            self._row(tag, furniture)
        elif name == "dd":
            if self._line:
                self._line += "\t"
            self.walk(tag, furniture)
            self._break()
        elif name in _PARAGRAPHS:
            inside = bool(self._pending)
            if not inside:
                self._break()
                self._blank()
            self.walk(tag, furniture)
            self._break()
            if not inside and tag.find_parent("li") is None:
                self._blank()
        elif name in _LINES:
            deeper = name in ("ul", "ol")
            self._break()
            self._depth += deeper
            self.walk(tag, furniture)
            self._depth -= deeper
            self._break()
        else:
            self.walk(tag, furniture)

    def _item(self, tag: Tag, furniture: _Writer) -> None:
        self._break()
        place = self._places[id(tag.parent)]
        self._places[id(tag.parent)] = place + 1
        self._pending = "  " * max(self._depth - 1, 0) + _mark(tag, place) + " "
        self.walk(tag, furniture)
        self._break()
        self._pending = ""

    def _row(self, tag: Tag, furniture: _Writer) -> None:
        cells = tag.find_all(["td", "th"], recursive=False)
        plain = all(
            not any(cell.select_one(inner) for inner in _NESTED)
            and len(cell.get_text()) < _LONG_CELL
            for cell in cells
        )
        self._break()
        if plain and len(cells) > 1:
            shown = [_BLANKS.sub(" ", cell.get_text(" ")).strip(" ") for cell in cells]
            if any(shown):
                self._lines.append("\t".join(shown))
            return
        for cell in cells:
            self.walk(cell, furniture)
            self._break()

    def _say(self, shown: str) -> None:
        smooth = _BLANKS.sub(" ", shown)
        if not self._line:
            smooth = smooth.lstrip(" ")
        if smooth and not self._line and self._pending:
            self._line, self._pending = self._pending, ""
        if self._line.endswith(" ") and smooth.startswith(" "):
            smooth = smooth[1:]
        self._line += smooth

    def _break(self) -> None:
        if self._line.strip():
            self._lines.append(self._line.rstrip(" "))
        self._line = ""

    def _blank(self) -> None:
        if self._lines and self._lines[-1]:
            self._lines.append("")


def _mark(item: Tag, before: int) -> str:
    """The mark that a browser would show before a list item; `before` are those that stand before it."""
    parent = item.parent
    if parent is None or parent.name != "ol":
        return "•"
    start = str(parent.get("start") or "1")
    number = before + (int(start) if start.isdigit() else 1)
    kind = str(parent.get("type") or "1")
    style = str(parent.get("style") or "") + str(item.get("style") or "")
    if kind == "a" or "lower-alpha" in style or "lower-latin" in style:
        return f"{_LOWER[(number - 1) % 26]}."
    if kind == "A" or "upper-alpha" in style or "upper-latin" in style:
        return f"{_LOWER[(number - 1) % 26].upper()}."
    if kind in "iI" or "roman" in style:
        numeral = roman(number)
        return f"{numeral.upper() if kind == 'I' or 'upper-roman' in style else numeral}."
    return f"{number}."
