"""Lists as trees: which item stands under which, by marks, indents and joining words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.policy.blocks import Block, roman
from bot.policy.model import Span

_TAIL: Final = re.compile(r"(?:[;,.]\s*|\s+)[-–—(\[]*(and/or|and|or)[)\]\s:.,;–—-]*$", re.I)
_LEAD: Final = re.compile(r"[-–—(]*(and/or|and|or)\b[)\s,:–—-]+", re.I)
_ROMAN: Final = {roman(number): number for number in range(1, 21)}
_NOTE: Final = re.compile(r"\W*(?:notes?|see|refer|please|definitions?)\b", re.I)
_MIXED: Final = re.compile(r"(?P<stem>[\d.]+)(?P<letter>[a-z])")
_LETTERED: Final = re.compile(r"(?P<stem>[A-Z]\.?(?:\d+\.)*)(?P<number>\d+)")
_ARTICLE: Final = re.compile(r"\d+(?:\.\d+)+")
_LONGEST_ITEM: Final = 300
_DEEPEST: Final = 12  # levels; what is nested deeper is read at this one


@dataclass(slots=True)
class Node:
    """An item with those under it; `after` is the word that joins it to the next."""

    span: Span
    text_span: Span
    after: str | None = None
    children: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class _Level:
    nodes: list[Node]
    kind: str
    last: int
    indent: int


def items_of(
    flat: str, blocks: Sequence[Block], stops: Callable[[Block], bool], parent: Block
) -> tuple[list[Node], int]:
    """The items of the list that begins with the first block, and how many blocks they fill."""
    if blocks[0].marker is not None:
        return _marked(flat, blocks, stops, parent)
    return _unmarked(flat, blocks, stops)


def clean(flat: str, span: Span) -> tuple[Span, str | None, str | None]:
    """An item without joining words and separators at its ends, and the joining words before and after."""
    start, end = span.start, span.end
    before = after = None
    if lead := _LEAD.match(flat, start, end):
        before, start = lead[1].lower(), lead.end()
    tail = _TAIL.search(flat, max(start, end - 14), end)
    if tail and tail.start() > start:
        after, end = tail[1].lower(), tail.start()
    while end > start and flat[end - 1] in " ;,:":
        end -= 1
    if end > start and flat[end - 1] == "." and "." not in flat[start : end - 1][-4:]:
        end -= 1
    while start < end and flat[start] == " ":
        start += 1
    return Span(start, end), before, after


def _marked(
    flat: str, blocks: Sequence[Block], stops: Callable[[Block], bool], parent: Block
) -> tuple[list[Node], int]:
    roots: list[Node] = []
    stack: list[_Level] = []
    last: Node | None = None
    used = 0
    outer = _kinds(parent.marker) if parent.marker else []
    for place, block in enumerate(blocks):
        if block.connective:
            if last is None:
                break
            _last_at_level(stack, blocks[place + 1 : place + 2]).after = block.connective
            used = place + 1 if place + 1 < len(blocks) and blocks[place + 1].marker else used
            continue
        if stops(block):
            break
        if block.marker is None:
            grown = _paragraph(flat, block, last, stack, roots, blocks[place + 1 : place + 2])
            if grown is None:
                break
            last, used = grown, place + 1
            continue
        kinds = _kinds(block.marker)
        if (
            outer
            and _follows(outer, kinds)
            and (block.indent <= parent.indent)
            and not _fits(stack, kinds)
        ):
            break
        node = _node(flat, block, last)
        level = _level_for(stack, kinds, block, last, flat)
        if level is None:
            if last is not None and _ARTICLE.fullmatch(block.marker):
                break  # "3.2.2 Specific criteria" behind "c." is the next article of the document
            deep = len(stack) >= _DEEPEST
            nodes = stack[-1].nodes if deep else last.children if last is not None else roots
            kind, number = kinds[-1] if kinds[-1][1] == 1 else kinds[0]
            if nodes:
                nodes.append(node)
                last, used = node, place + 1
                continue
            level = _Level(nodes, kind, number, block.indent)
            stack.append(level)
        level.nodes.append(node)
        last, used = node, place + 1
    return roots, used


def _node(flat: str, block: Block, last: Node | None) -> Node:
    bare, before, after = clean(flat, block.body)
    if before and last is not None and last.after is None:
        last.after = before
    return Node(block.span, bare, after)


def _paragraph(
    flat: str,
    block: Block,
    last: Node | None,
    stack: list[_Level],
    roots: list[Node],
    rest: Sequence[Block],
) -> Node | None:
    """A paragraph between items: more of the last one, or "AND one of the following:"; else the end."""
    shown = flat[block.span.start : block.span.end]
    if last is None:
        return None
    if _LEAD.match(shown) and shown.endswith(":"):
        bare, before, _ = clean(flat, block.span)
        roots[-1].after = before
        node = Node(block.span, bare)
        roots.append(node)
        del stack[1:]
        return node
    level_indent = stack[-1].indent if stack else 0
    more = rest and rest[0].marker is not None and _fits(stack, _kinds(rest[0].marker))
    if (not block.gap and (shown[0].islower() or block.indent > level_indent)) or (
        more and block.indent > level_indent
    ):
        last.span = Span(last.span.start, block.span.end)
        bare, _, after = clean(flat, Span(last.text_span.start, block.span.end))
        last.text_span, last.after = bare, after
        return last
    return None


def _last_at_level(stack: list[_Level], rest: Sequence[Block]) -> Node:
    """The item before a line that says AND or OR: the one at the level where the next item will stand."""
    if rest and rest[0].marker:
        for level in reversed(stack):
            if _continues(level, _kinds(rest[0].marker), rest[0]):
                return level.nodes[-1]
    return stack[0].nodes[-1]


def _fits(stack: list[_Level], kinds: list[tuple[str, int]]) -> bool:
    return any(
        kind == level.kind and number == level.last + 1
        for level in stack
        for kind, number in kinds
        if number
    )


def _follows(outer: list[tuple[str, int]], kinds: list[tuple[str, int]]) -> bool:
    return any(k == o and n == m + 1 for o, m in outer for k, n in kinds if n)


def _continues(level: _Level, kinds: list[tuple[str, int]], block: Block) -> bool:
    for kind, number in kinds:
        if kind == level.kind:
            if number == 0:
                return abs(block.indent - level.indent) <= 1 or block.indent <= level.indent
            return number == level.last + 1 or (
                number > level.last and block.indent == level.indent
            )
    return False


def _level_for(
    stack: list[_Level], kinds: list[tuple[str, int]], block: Block, last: Node | None, flat: str
) -> _Level | None:
    """The open level that an item continues; deeper ones are closed. None where it opens a new one."""
    for depth in range(len(stack) - 1, -1, -1):
        level = stack[depth]
        for kind, number in kinds:
            if kind != level.kind:
                continue
            if number == 0:
                deeper = block.indent > level.indent + 1 and (depth == len(stack) - 1)
                higher = block.indent < level.indent - 1 and any(
                    other.kind == kind for other in stack[:depth]
                )
                if deeper or higher:
                    continue
            elif number != level.last + 1:
                continue
            level.last = number
            del stack[depth + 1 :]
            return level
    if last is not None and flat[last.span.end - 1] != ":" and stack:
        # No number fits and nothing announces a list below: indentation decides.
        for depth in range(len(stack) - 1, -1, -1):
            level = stack[depth]
            same = any(kind == level.kind for kind, _ in kinds)
            if same and abs(block.indent - level.indent) <= 1:
                level.last = kinds[0][1]
                del stack[depth + 1 :]
                return level
    return None


def _kinds(marker: str) -> list[tuple[str, int]]:
    """What a marker can be: its kind and number; a bullet has number 0. "i." is a letter or a numeral."""
    bare = marker.strip("()[].-– ")
    if not bare or not bare[0].isalnum() or (bare in ("o", "x") and marker == bare):
        return [(marker.strip(), 0)]
    shape = marker.replace(bare, "%").replace(" ", "").replace("–", "-")
    if mixed := _MIXED.fullmatch(bare):
        return [(f"{shape}{mixed['stem']}a", ord(mixed["letter"]) - 96)]
    if bare[0].isdigit():
        tail = bare.rsplit(".", 1)
        return [(f"{shape}{len(bare.split('.'))}", int(tail[-1]))]
    if lettered := _LETTERED.fullmatch(bare):
        return [(f"{shape}{lettered['stem']}", int(lettered["number"]))]
    case = "A" if bare.isupper() else "a"
    found = []
    if len(bare) == 1:
        found.append((f"{shape}{case}", ord(bare.lower()) - 96))
    if bare.lower() in _ROMAN:
        found.append((f"{shape}{case}roman", _ROMAN[bare.lower()]))
    return found or [(marker, 0)]


def _unmarked(
    flat: str, blocks: Sequence[Block], stops: Callable[[Block], bool], depth: int = 1
) -> tuple[list[Node], int]:
    """Items without marks: paragraphs that end in a joining word, or all alike up to the next statement."""
    nodes: list[Node] = []
    used = 0
    joined = False
    spaced = blocks[0].gap and len(blocks) > 1 and (blocks[1].gap or bool(blocks[1].connective))
    for place, block in enumerate(blocks):
        if block.connective:
            if not nodes:
                break
            nodes[-1].after = block.connective
            continue
        shown = flat[block.span.start : block.span.end]
        if block.marker is not None or _NOTE.match(shown) or stops(block):
            break
        goes_on = bool(nodes) and (
            nodes[-1].after is not None or flat[nodes[-1].span.end - 1] in ";,"
        )
        if len(shown) > _LONGEST_ITEM and not goes_on:
            break
        if nodes and block.gap and not (spaced or goes_on):
            break
        if joined and not goes_on:
            break  # the items before the last are joined by words, that one is not: it ended the list
        bare, before, after = clean(flat, block.span)
        if before and nodes:
            nodes[-1].after = before
        if nodes:
            joined = joined or nodes[-1].after is not None or flat[nodes[-1].span.end - 1] == ";"
        nodes.append(Node(block.span, bare, after))
        used = place + 1
        if shown.endswith(":") and place + 1 < len(blocks):
            below = blocks[place + 1 :]
            if below[0].marker is not None:
                nodes[-1].children, more = _marked(flat, below, stops, below[0])
            elif depth < _DEEPEST:
                nodes[-1].children, more = _unmarked(flat, below, stops, depth + 1)
            else:
                continue
            return nodes, used + more
    return nodes, used
