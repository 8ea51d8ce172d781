"""Criteria: nested lists under a statement, or its own words, as what must be met, all or any."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.policy.blocks import Block
from bot.policy.formats.html import roman
from bot.policy.model import Criteria, Criterion, Logic, Span

_ANY: Final = r"any(?:\s+one)?(?:\s+or\s+more)?(?:\s+of)?|(?:at\s+least\s+)?(?:one|1|\(1\))(?:\s*\(1\))?(?:\s+or\s+more|\s+\(or more\))?(?:\s+of)?|either(?:\s+of)?"
_ALL: Final = r"all(?:\s+of)?|both(?:\s+of)?|each(?:\s+of)?|every"
_SOME: Final = r"(?:at\s+least\s+|any\s+|a\s+minimum\s+of\s+)?(?:two|three|four|five|2|3|4|5)(?:\s*\(\d\))?(?:\s+or\s+more)?(?:\s+of)"
_QUANTIFIER: Final = re.compile(
    rf"\b(?:(?P<some>{_SOME})|(?P<any>{_ANY})|(?P<all>{_ALL}))\s+(?:(?:the|these|those|of)\s+)*(?:[\w/-]+\s+){{0,4}}?(?:following|criteria|criterion|conditions?|requirements?|indications?|below|these|apply|situations?|circumstances|guidelines|diagnos[ei]s|are\s+met|is\s+met|:)",
    re.I,
)
_BARE_QUANTIFIER: Final = re.compile(
    rf"\b(?:(?P<some>{_SOME})|(?P<any>{_ANY})|(?P<all>{_ALL}))\s*:?\s*$", re.I
)
_NOUN_ANY: Final = re.compile(
    r"\b(?:indications?|conditions?|diagnos[ei]s|situations?|circumstances|populations?|uses|reasons|purposes|scenarios|settings|disorders|diseases)\b(?!\s+(?:are|is)\s+(?:all\s+)?(?:met|satisfied|present))",
    re.I,
)
_FOR: Final = re.compile(
    r"\b(?:for|of|in|to|with|to treat|such as)\s*(?:the\s+following\s*)?(?:\([^)]*\)\s*)?:\s*$",
    re.I,
)
_MUST: Final = re.compile(
    r"\b(?:criteria|criterion|met|requirements?|when|if|must|provided|documentation|following)\b",
    re.I,
)
_TAIL: Final = re.compile(r"(?:[;,.]\s*|\s+)[-–—(\[]*(and/or|and|or)[)\]\s:.,;–—-]*$", re.I)
_LEAD: Final = re.compile(r"[-–—(]*(and/or|and|or)\b[)\s,:–—-]+", re.I)
_ROMAN: Final = {roman(number): number for number in range(1, 21)}
_ALL_OF: Final[Logic] = "all"
_ANY_OF: Final[Logic] = "any"


_NOTE: Final = re.compile(r"\W*(?:notes?|see|refer|please|definitions?)\b", re.I)
_LONGEST_ITEM: Final = 300


@dataclass(slots=True)
class _Node:
    span: Span
    text_span: Span
    after: str | None = None
    children: list[_Node] = field(default_factory=list)


@dataclass(slots=True)
class _Level:
    nodes: list[_Node]
    kind: str
    last: int
    indent: int


def quantifier(flat: str, span: Span) -> str | None:
    """What the words before a list say of it: "all", "any", "some" (two of, three of ...) or nothing."""
    shown = flat[span.start : span.end]
    found = [m.lastgroup for m in _QUANTIFIER.finditer(shown)]
    if found:
        return found[-1]
    bare = _BARE_QUANTIFIER.search(shown)
    return bare.lastgroup if bare else None


def from_list(
    flat: str, intro: Span, blocks: Sequence[Block], stops: Callable[[Block], bool], parent: Block
) -> tuple[Criteria | None, int, bool]:
    """The criteria in the blocks under an introduction.

    Returns them, how many blocks they fill, and whether what joins the items was left to be guessed.
    """
    if not blocks:
        return None, 0, False
    marked = blocks[0].marker is not None
    if marked:
        roots, used = _marked(flat, blocks, stops, parent)
    else:
        roots, used = _unmarked(flat, blocks, stops)
    if not roots:
        return None, 0, False
    criteria, doubtful = _criteria(flat, intro, roots)
    return criteria, used, doubtful


def from_prose(flat: str, span: Span) -> Criteria:
    """The conditions in a clause: its own numbers, semicolons or joining words part them."""
    for logic, spans in (_numbered(flat, span), _joined(flat, span)):
        if len(spans) > 1:
            return Criteria(logic, tuple(_leaf(flat, s) for s in spans))
    return Criteria("all", (_leaf(flat, span),))


def joined(first: Criteria, other: Criteria | None) -> Criteria:
    """What two parts of a sentence ask for together."""
    if other is None:
        return first
    if other.logic == "all" or len(other.items) == 1:
        return Criteria("all", (*_as_all(first), *other.items))
    return Criteria("all", (*_as_all(first), *_as_all(other)))


def _as_all(criteria: Criteria) -> tuple[Criterion, ...]:
    if criteria.logic == "all" or len(criteria.items) == 1:
        return criteria.items
    span = Span(criteria.items[0].span.start, criteria.items[-1].span.end)
    return (Criterion("", span, criteria),)


def _leaf(flat: str, span: Span) -> Criterion:
    clean = _clean(flat, span)[0]
    return Criterion(flat[clean.start : clean.end], clean)


def _clean(flat: str, span: Span) -> tuple[Span, str | None, str | None]:
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
) -> tuple[list[_Node], int]:
    roots: list[_Node] = []
    stack: list[_Level] = []
    last: _Node | None = None
    used = 0
    outer = _kinds(parent.marker) if parent.marker else []
    for place, block in enumerate(blocks):
        if block.connective:
            if last is None:
                break
            _last_at_level(stack, blocks[place + 1 :]).after = block.connective
            used = place + 1 if place + 1 < len(blocks) and blocks[place + 1].marker else used
            continue
        if stops(block):
            break
        if block.marker is None:
            grown = _paragraph(flat, block, last, stack, roots, blocks[place + 1 :])
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
        node = _node(flat, block, last, stack)
        level = _level_for(stack, kinds, block, last, flat)
        if level is None:
            nodes = last.children if last is not None else roots
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


def _node(flat: str, block: Block, last: _Node | None, _stack: list[_Level]) -> _Node:
    clean, before, after = _clean(flat, block.body)
    if before and last is not None and last.after is None:
        last.after = before
    return _Node(block.span, clean, after)


def _paragraph(
    flat: str,
    block: Block,
    last: _Node | None,
    stack: list[_Level],
    roots: list[_Node],
    rest: Sequence[Block],
) -> _Node | None:
    """A paragraph between items: more of the last one, or "AND one of the following:"; else the end."""
    shown = flat[block.span.start : block.span.end]
    if last is None:
        return None
    if _LEAD.match(shown) and shown.endswith(":"):
        clean, before, _ = _clean(flat, block.span)
        roots[-1].after = before
        node = _Node(block.span, clean)
        roots.append(node)
        del stack[1:]
        return node
    level_indent = stack[-1].indent if stack else 0
    more = rest and rest[0].marker is not None and _fits(stack, _kinds(rest[0].marker))
    if (not block.gap and (shown[0].islower() or block.indent > level_indent)) or (
        more and block.indent > level_indent
    ):
        last.span = Span(last.span.start, block.span.end)
        clean, _, after = _clean(flat, Span(last.text_span.start, block.span.end))
        last.text_span, last.after = clean, after
        return last
    return None


def _last_at_level(stack: list[_Level], rest: Sequence[Block]) -> _Node:
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
    stack: list[_Level], kinds: list[tuple[str, int]], block: Block, last: _Node | None, flat: str
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
    bare = marker.strip("().-– ")
    if not bare or not bare[0].isalnum() or (bare == "o" and marker == "o"):
        return [(marker.strip(), 0)]
    shape = marker.replace(bare, "%").replace(" ", "").replace("–", "-")
    if bare[0].isdigit():
        tail = bare.rsplit(".", 1)
        return [(f"{shape}{len(bare.split('.'))}", int(tail[-1]))]
    case = "A" if bare.isupper() else "a"
    found = []
    if len(bare) == 1:
        found.append((f"{shape}{case}", ord(bare.lower()) - 96))
    if bare.lower() in _ROMAN:
        found.append((f"{shape}{case}roman", _ROMAN[bare.lower()]))
    return found or [(marker, 0)]


def _unmarked(
    flat: str, blocks: Sequence[Block], stops: Callable[[Block], bool]
) -> tuple[list[_Node], int]:
    """Items without marks: paragraphs that end in a joining word, or all alike up to the next statement."""
    nodes: list[_Node] = []
    used = 0
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
        if nodes and _closed(flat, nodes, goes_on):
            break
        clean, before, after = _clean(flat, block.span)
        if before and nodes:
            nodes[-1].after = before
        nodes.append(_Node(block.span, clean, after))
        used = place + 1
        if shown.endswith(":") and place + 1 < len(blocks):
            below = blocks[place + 1]
            read = _unmarked if below.marker is None else _under
            nodes[-1].children, more = read(flat, blocks[place + 1 :], stops)
            return nodes, used + more
    return nodes, used


def _closed(flat: str, nodes: Sequence[_Node], goes_on: bool) -> bool:
    """Whether the list ended with its last item: the others are joined by words, that one is not."""
    return not goes_on and any(n.after or flat[n.span.end - 1] == ";" for n in nodes[:-1])


def _under(
    flat: str, blocks: Sequence[Block], stops: Callable[[Block], bool]
) -> tuple[list[_Node], int]:
    return _marked(flat, blocks, stops, blocks[0])


def _criteria(flat: str, intro: Span, nodes: list[_Node]) -> tuple[Criteria, bool]:
    said = quantifier(flat, intro)
    joins = [node.after for node in nodes[:-1]]
    doubtful = False
    items: list[Criterion] = []
    for node in nodes:
        item, guessed = _item(flat, node)
        doubtful = doubtful or guessed
        items.append(item)
    ands = "and" in joins
    ors = "or" in joins or "and/or" in joins
    if said in ("all", None) and ands and ors:
        if said == "all":
            tight, logic, inner = "or", _ALL_OF, _ANY_OF
        else:
            tight, logic, inner = "and", _ANY_OF, _ALL_OF
        return Criteria(
            logic, tuple(_grouped(flat, items, joins, tight, inner))
        ), doubtful or said is None
    if said == "any":
        return Criteria("any", tuple(items)), doubtful or (ands and not ors)
    if said == "all" and not ors:
        return Criteria("all", tuple(items)), doubtful
    if ors:
        return Criteria("any", tuple(items)), doubtful or said == "all"
    if not ands and said is None and _names_indications(flat[intro.start : intro.end]):
        return Criteria("any", tuple(items)), doubtful
    plain = ands or said is not None or _MUST.search(flat, intro.start, intro.end)
    return Criteria("all", tuple(items)), doubtful or (len(items) > 1 and not plain)


def _names_indications(intro: str) -> bool:
    """Whether a list under these words is one of uses ("for the treatment of:"), any of which will do."""
    return _FOR.search(intro) is not None or _NOUN_ANY.search(intro) is not None


def _grouped(
    flat: str, items: list[Criterion], joins: list[str | None], tight: str, inner: Logic
) -> list[Criterion]:
    """Items with those that the tighter joining word joins put together."""
    groups: list[list[Criterion]] = [[items[0]]]
    for join, item in zip(joins, items[1:], strict=True):
        if (join or tight) == tight or (join == "and/or" and tight == "or"):
            groups[-1].append(item)
        else:
            groups.append([item])
    made: list[Criterion] = []
    for group in groups:
        span = Span(group[0].span.start, group[-1].span.end)
        made.append(
            group[0]
            if len(group) == 1
            else Criterion(flat[span.start : span.end], span, Criteria(inner, tuple(group)))
        )
    return made


def _item(flat: str, node: _Node) -> tuple[Criterion, bool]:
    if not node.children:
        return Criterion(flat[node.text_span.start : node.text_span.end], node.text_span), False
    if quantifier(flat, node.text_span) == "some":
        # "Two of the following" is neither all nor any: it stays as it is written.
        end = _deepest(node)
        span = Span(node.text_span.start, end)
        return Criterion(flat[span.start : span.end], span), True
    criteria, doubtful = _criteria(flat, node.text_span, node.children)
    return Criterion(
        flat[node.text_span.start : node.text_span.end], node.text_span, criteria
    ), doubtful


def _deepest(node: _Node) -> int:
    return _deepest(node.children[-1]) if node.children else node.text_span.end


_INLINE: Final = re.compile(r"(?:(?<=\s)|(?<=^)|(?<=[:;,]))\(?(\d{1,2}|[a-h]|i{1,3}|iv|v)\)\s+")
_FINITE: Final = re.compile(
    r"\b(?:has|have|had|is|are|was|were|been|does|do|meets?|fails?|failed|shows?|can|cannot|will|must|exists?|requires?|remains?|demonstrates?|provides?|documented|includes?|performed|needs?|persists?|received|underwent)\b",
    re.I,
)
_JOIN: Final = re.compile(
    r",?;?\s+(?P<word>and|or|AND|OR)\s+(?=(?:either |both )?(?:the|there|has|have|is|are|a|an|no|it|they|he|she|patient|member|individual|symptoms|other|conservative|all|documentation|at least|does|do|cannot|treatment|used|performed|when|if|who|must|will|other)\b)"
)


def _numbered(flat: str, span: Span) -> tuple[Logic, list[Span]]:
    marks = list(_INLINE.finditer(flat, span.start, span.end))
    if len(marks) < 2 or marks[0][1] not in ("1", "a", "i"):
        return "all", []
    ends = [mark.start() for mark in marks[1:]] + [span.end]
    found = [Span(mark.end(), end) for mark, end in zip(marks, ends, strict=True)]
    said = quantifier(flat, Span(span.start, marks[0].start()))
    joins = {_clean(flat, s)[2] for s in found[:-1]}
    logic: Logic = "any" if said == "any" or (said is None and "or" in joins) else "all"
    return logic, found


def _joined(flat: str, span: Span) -> tuple[Logic, list[Span]]:
    shown = flat[span.start : span.end]
    if capital := re.findall(r"\s(AND|OR)\s", shown):
        if len(set(capital)) == 1:
            return ("any" if capital[0] == "OR" else "all"), _split(
                flat, span, re.compile(r"[;,]?\s+(?:AND|OR)\s+")
            )
        return "all", []
    if ";" in shown:
        pieces = _split(flat, span, re.compile(r";\s*"))
        joins = {_clean(flat, s)[1] for s in pieces[1:]}
        return ("any" if "or" in joins and "and" not in joins else "all"), pieces
    words = {m["word"].lower() for m in _JOIN.finditer(shown)}
    if len(words) == 1:
        pieces = _split(flat, span, _JOIN)
        if all(_FINITE.search(flat, s.start, s.end) for s in pieces):
            return ("any" if words == {"or"} else "all"), _by_commas(flat, pieces)
    return "all", []


def _by_commas(flat: str, pieces: list[Span]) -> list[Span]:
    """ "A is so, B is so, and C is so": the part before the last joining word may hold several."""
    first = _split(flat, pieces[0], re.compile(r",\s+"))
    whole = all(_FINITE.search(flat, s.start, s.end) for s in first)
    return [*(first if whole else pieces[:1]), *pieces[1:]]


def _split(flat: str, span: Span, gap: re.Pattern[str]) -> list[Span]:
    found: list[Span] = []
    start = span.start
    for match in gap.finditer(flat, span.start, span.end):
        found.append(Span(start, match.start()))
        start = match.end()
    found.append(Span(start, span.end))
    return [s for s in found if s.end > s.start]
