"""Where a policy stands on a case: which of its statements speak for it.

A policy says of one service that it is necessary when criteria are met, unproven for some uses, and not covered
for others; what a provider tells settles which. What speaks for each statement is counted, and weighed as was fitted
to questions of which it is known which statement answers them, or that none is settled: a conditional logit with
"none of them" as one more choice. `benchmarks/settling.py` fits and measures.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Final

from bot.answer.catalogue import Version
from bot.answer.coded import CodeMention
from bot.answer.model import Status
from bot.answer.parts import Circumstances
from bot.answer.tokens import related, stems
from bot.policy.codes import contains
from bot.policy.codeset import icd10cm
from bot.policy.model import Code, Determination, Policy, Statement

# A position is taken for settled from this probability on: what excludes, or grants without criteria, is told as
# what holds for the case, and has to be surer than what names the criteria that decide.
_SETTLED: Final = 0.75
_CONDITIONAL: Final = 0.6
# Of the statements that take the settled position, those at least this much as likely as the likeliest speak.
_BESIDE: Final = 0.34
_MOST_ALONE: Final = 3
_MOST_LISTED: Final = 4.0
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "due",
        "for",
        "from",
        "in",
        "into",
        "of",
        "on",
        "or",
        "per",
        "the",
        "to",
        "with",
        "without",
    ]
)
_LONGEST_SHORT = 5
# What may take the case out of a statement again.
_EXCEPTS = re.compile(r"\b(?:except|unless)\b", re.I)
# What a statement makes its position depend on, where no list of criteria follows.
_DEPENDS = re.compile(r"\b(?:when|if|provided|only|unless|until|after|once|as\s+long\s+as)\b", re.I)
# What stands between the things that a statement lists.
_ITEMS = re.compile(r"[,;:.()\n•]+|\b(?:and|or|including|such as|limited to)\b", re.I)
# What is about all that the other statements do not name, and about more of what was done before.
_REST = re.compile(r"\b(?:(?:all|any)\s+(?:the\s+)?others?|other than)\b", re.I)
_OTHER_THAN = re.compile(r"\b(?:other than|except for|apart from)\b[^,;.:\n]*", re.I)
_FURTHER = re.compile(
    r"\b(?:continu\w*|repeat\w*|second|third|additional|again|another|replac\w*|upgrad\w*|renew\w*|beyond|"
    r"further|more than|re-?(?:treat|test|do)\w*|revis\w*|maintenance|subsequent)\b",
    re.I,
)
_DIAGNOSES: Final = "ICD-10-CM"
# The statements that speak for a row of a table of codes under each denial. "Not covered" heads them all.
_DENIED: Final[Mapping[Determination, frozenset[Determination]]] = {
    "not_covered": frozenset({"not_covered", "investigational", "not_medically_necessary"}),
    "investigational": frozenset({"investigational"}),
    "not_medically_necessary": frozenset({"not_medically_necessary"}),
}


@dataclass(frozen=True, slots=True)
class Stand:
    """`statements` speak for the question; `settled` where it told them from the others of the policy."""

    statements: tuple[Statement, ...]
    status: Status
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Sign:
    """What speaks for one statement of a policy. Words count the more, the fewer of its statements have them.

    `share` is what the statement has of the case's words that any statement has, `alone` the number of those that no
    other one has, `listed` the most that one of the things that it lists has, and `whole` where one was said with all
    its words.
    `near` says how much less near in meaning it is than the nearest, `apart` how much nearer than the next, of the nearest
    (tenths of a cosine). `coded` and `diagnosed` where the rows of a procedure or diagnosis that was named stand under
    its determination, `described` where one calls it what the statement is about; `indicated` where it names what the
    service is for, `rest` where it is about all that the others do not name, and something was named. `further` where
    it is about more of what was done before, and nothing such was told. The others tell what kind of statement it is.
    """

    share: float
    alone: float
    listed: float
    whole: float
    near: float
    apart: float
    coded: float
    diagnosed: float
    described: float
    indicated: float
    rest: float
    further: float
    unnecessary: float
    investigational: float
    excluded: float


_WEIGHTS: Final = Sign(
    share=0.38,
    alone=0.51,
    listed=0.58,
    whole=0.67,
    near=1.62,
    apart=0.72,
    coded=0.79,
    diagnosed=0.59,
    described=0.19,
    indicated=0.73,
    rest=0.58,
    further=-0.41,
    unnecessary=1.27,
    investigational=1.28,
    excluded=1.08,
)
_NONE: Final = 2.40


def stand(version: Version, circumstances: Circumstances, alike: Sequence[float]) -> Stand:
    """The position on a question, never narrower than what the question settles.

    `alike` says how near in meaning the case is to each statement (cosines). Where nothing stands out, all of the
    policy's statements stand: that a name is not found proves nothing, for the policy may call the same by another.
    """
    statements = version.policy.statements
    if len(statements) < 2 or not (circumstances.words or circumstances.codes):
        return Stand(statements, status_of(statements))
    signs = signs_of(version.policy, circumstances, alike)
    weighed = [
        sum(w * s for w, s in zip(astuple(_WEIGHTS), astuple(one), strict=True)) for one in signs
    ]
    most = max(_NONE, *weighed)
    told = [math.exp(score - most) for score in weighed]
    total = sum(told) + math.exp(_NONE - most)
    likely = [one / total for one in told]
    listed = _listed_under(version.policy, [c for c in circumstances.codes if not c.named])
    kind = _likeliest(statements, likely, _DENIED[listed]) if listed else None
    chosen = _of_kind(kind, statements, likely) if kind else _chosen(statements, likely)
    if chosen:
        return Stand(chosen, _settled(chosen), settled=True)
    # What is nearest to the case comes first.
    nearest = sorted(range(len(statements)), key=lambda i: -round(likely[i], 2))
    return Stand(tuple(statements[i] for i in nearest), status_of(statements))


def told(policy: Policy, circumstances: Circumstances) -> str:
    """The case that was told, with what the codes in it are called: by the policy, or else by the code set."""
    return " ".join((circumstances.case, *_names_of_codes(policy, circumstances))).strip()


def _names_of_codes(policy: Policy, circumstances: Circumstances) -> Iterator[str]:
    for code in circumstances.codes:
        if code.named:
            continue
        rows = [r for r in rows_of(policy, code.system, code.code) if r.description and r.code]
        if rows and not rows[0].code_end:
            yield rows[0].description or ""
        elif code.system == "ICD-10-CM":
            yield described(code.code)


def _listed_under(policy: Policy, named: Iterable[CodeMention]) -> Determination | None:
    """What the policy's own table of codes says of a code that was named, where that denies it."""
    under = [_under(policy, code) for code in named]
    denied = {kind for kind in under if kind not in (None, "medically_necessary")}
    return denied.pop() if len(denied) == 1 else None


def _under(policy: Policy, code: CodeMention) -> Determination | None:
    """The determination under which all rows of a code stand."""
    under = {row.determination for row in rows_of(policy, code.system, code.code)}
    return under.pop() if len(under) == 1 else None


def _chosen(statements: Sequence[Statement], likely: Sequence[float]) -> tuple[Statement, ...]:
    """The statements of the position that is likely enough; none where no position is."""
    held = _held(statements, likely)
    best = max(held, key=lambda kind: held[kind])
    chosen = _of_kind(best, statements, likely)
    least = _CONDITIONAL if _settled(chosen) == "conditional" else _SETTLED
    return chosen if held[best] >= least else ()


def _likeliest(
    statements: Sequence[Statement], likely: Sequence[float], kinds: Collection[Determination]
) -> Determination | None:
    held = {kind: p for kind, p in _held(statements, likely).items() if kind in kinds}
    return max(held, key=lambda kind: held[kind], default=None)


def _held(statements: Sequence[Statement], likely: Sequence[float]) -> dict[Determination, float]:
    """How likely each determination is."""
    held: dict[Determination, float] = {}
    for statement, probability in zip(statements, likely, strict=True):
        held[statement.determination] = held.get(statement.determination, 0.0) + probability
    return held


def _of_kind(
    kind: Determination, statements: Sequence[Statement], likely: Sequence[float]
) -> tuple[Statement, ...]:
    """The statements of a determination that are not much less likely than the likeliest of them."""
    of_kind = [p for s, p in zip(statements, likely, strict=True) if s.determination == kind]
    return tuple(
        s
        for s, p in zip(statements, likely, strict=True)
        if s.determination == kind and p >= _BESIDE * max(of_kind)
    )


def signs_of(
    policy: Policy, circumstances: Circumstances, alike: Sequence[float]
) -> tuple[Sign, ...]:
    """What speaks for each statement of a policy."""
    statements = policy.statements
    title = {*stems(policy.title), *_SMALL}
    named = {w for name in _names_of_codes(policy, circumstances) for w in stems(name)}
    named |= {c.code.lower() for c in circumstances.codes if not c.named}
    words = [w for w in circumstances.words | named if not _titled(w, title)]
    texts = [frozenset(stems(f"{s.subject or ''}\n{s.text}")) for s in statements]
    items = [
        [frozenset(stems(item)) for item in _ITEMS.split(_OTHER_THAN.sub(".", s.text))]
        for s in statements
    ]
    holders = {w: [i for i, text in enumerate(texts) if _in(w, text)] for w in words}
    weights = {
        w: math.log((len(statements) + 1) / (len(held) + 0.5))
        for w, held in holders.items()
        if held
    }
    told = sum(weights.values()) or 1.0
    written = [c for c in circumstances.codes if not c.named]
    by = {
        "coded": _by_rows(policy, [c for c in circumstances.codes if c.system != _DIAGNOSES]),
        "diagnosed": _by_rows(policy, [c for c in circumstances.codes if c.system == _DIAGNOSES]),
        "described": _by_descriptions(policy, written),
        "indicated": set().union(*_by_indications(policy, circumstances.indications)),
    }
    ranked = sorted(alike, reverse=True)
    indicated = bool(circumstances.indications) or any(
        c.system == _DIAGNOSES for c in circumstances.codes
    )
    told_more = bool(_FURTHER.search(circumstances.case))
    signs = []
    for i, statement in enumerate(statements):
        here = [w for w in weights if i in holders[w]]
        signs.append(
            Sign(
                share=sum(weights[w] for w in here) / told,
                alone=float(min(_MOST_ALONE, sum(len(holders[w]) == 1 for w in here))),
                listed=min(
                    _MOST_LISTED,
                    max(sum((weights[w] for w in here if _in(w, item)), 0.0) for item in items[i]),
                ),
                whole=float(any(_is_said(item, here, title) for item in items[i])),
                near=10 * (alike[i] - ranked[0]) if alike else 0.0,
                apart=10 * (ranked[0] - ranked[1]) if alike and alike[i] == ranked[0] else 0.0,
                rest=float(indicated and bool(_REST.search(statement.text))),
                further=float(not told_more and bool(_FURTHER.search(statement.subject or ""))),
                **{name: float(i in held) for name, held in by.items()},
                unnecessary=float(statement.determination == "not_medically_necessary"),
                investigational=float(statement.determination == "investigational"),
                excluded=float(statement.determination == "not_covered"),
            )
        )
    return tuple(signs)


def _is_said(item: Collection[str], said: Collection[str], title: Collection[str]) -> bool:
    """Whether all words of what a statement lists were said, but for those of the title."""
    telling = [word for word in item if not _titled(word, title)]
    return bool(telling) and all(_in(word, said) for word in telling)


def _by_rows(policy: Policy, named: Iterable[CodeMention]) -> set[int]:
    """The statements under whose determination a code's rows stand, where that is a single one."""
    under = {_under(policy, code) for code in named} - {None}
    return {i for i, s in enumerate(policy.statements) if s.determination in under}


def _by_descriptions(policy: Policy, named: Iterable[CodeMention]) -> set[int]:
    """The statements whose subject holds what a row calls a code, in two words or more."""
    return {
        i
        for code in named
        for row in rows_of(policy, code.system, code.code)
        for i in _about(policy, row)
    }


def _about(policy: Policy, row: Code) -> Iterator[int]:
    """The statements whose subject holds what a row calls its code, in two words or more."""
    words = _content(row.description or "")
    if len(words) > 1:
        for i, statement in enumerate(policy.statements):
            if set(words) <= set(_content(statement.subject or "")):
                yield i


def _by_indications(policy: Policy, indications: Iterable[tuple[str, ...]]) -> Iterator[set[int]]:
    """For each indication that the policy speaks of, the statements that do."""
    for words in indications:
        alternatives = _phrases(policy, words)
        shorts = {w.lower() for w in words if w.isalpha() and 2 <= len(w) <= _LONGEST_SHORT}
        held = {i for i, s in enumerate(policy.statements) if _speaks_of(s, alternatives, shorts)}
        if held:
            yield held


def status_of(statements: Iterable[Statement]) -> Status:
    """One word for what the statements hold together; conditional where it depends."""
    held = tuple(statements)
    if not held:
        return "no_determination"
    kinds = {s.determination for s in held}
    if len(kinds) > 1:
        return "conditional"
    if any(s.criteria for s in held):
        return "conditional"
    only = held[0].determination
    if only == "medically_necessary" and any(_DEPENDS.search(s.text) for s in held):
        return "conditional"
    return only


def _settled(statements: tuple[Statement, ...]) -> Status:
    """The status where the question names what the statements list: a list of what is excluded needs no
    more to be met, a list of what is necessary still does."""
    kinds = {s.determination for s in statements}
    only = next(iter(kinds))
    if any(_EXCEPTS.search(s.text) for s in statements):
        return "conditional"
    return only if len(kinds) == 1 and only != "medically_necessary" else status_of(statements)


def rows_of(policy: Policy, system: str, code: str) -> list[Code]:
    """The rows that speak of a code: those that hold it, and those about all diagnoses of its system."""
    return [
        row
        for row in policy.codes
        if row.system == system
        and (
            row.status == "all_diagnoses"
            or bool(row.code and contains(row.code, row.code_end, code))
        )
    ]


def _phrases(policy: Policy, words: Iterable[str]) -> list[tuple[str, ...]]:
    """An indication and what else it is called, each as its telling words: not those of the title."""
    title = set(stems(policy.title))
    read = [
        tuple(w for w in stems(phrase) if w not in _SMALL and len(w) > 1 and not _titled(w, title))
        for phrase in words
    ]
    return [phrase for phrase in read if phrase]


def _titled(word: str, title: Collection[str]) -> bool:
    """Whether a title has a word, in this form or in a longer one: to screen, screening."""
    return word in title or (len(word) >= _LONGEST_SHORT and any(t.startswith(word) for t in title))


def _speaks_of(
    statement: Statement, alternatives: Iterable[tuple[str, ...]], shorts: Collection[str]
) -> bool:
    """Whether a statement names the indication: all of its words in one of the things
    that it lists, or the kind of which it is one.

    A tension headache is a headache; carbon dioxide poisoning is no carbon monoxide poisoning, for that
    has a word of its own that was not said. `shorts` are words that may be short for what is listed.
    """
    items = [
        _content(item) for item in _ITEMS.split(f"{statement.subject or ''}\n{statement.text}")
    ]
    # "At work" is no kind of anything.
    kinds = [
        _content(item.rsplit(" for ", 1)[-1])
        for item in _ITEMS.split(statement.text)
        if not _SMALL & set(stems(item)[:1])
    ]
    if any(_is_short_for(short, item) for short in shorts for item in items):
        return True
    for said in alternatives:
        if any(all(_in(word, set(item)) for word in said) for item in items):
            return True
        if any(kind and kind[-1] == said[-1] and set(kind) <= set(said) for kind in kinds):
            return True
    return False


def _is_short_for(word: str, item: tuple[str, ...]) -> bool:
    """Whether a word is the first letters of an item, or of its end: MS, multiple sclerosis."""
    letters = "".join(w[0] for w in item)
    return word == letters if len(word) == 2 else letters.endswith(word)


def _content(text: str) -> tuple[str, ...]:
    return tuple(w for w in stems(text) if w not in _SMALL)


def _in(word: str, words: Collection[str]) -> bool:
    return word in words or any(related(word, w) for w in words)


def described(code: str) -> str:
    """What the code set calls a diagnosis; empty where it does not know it."""
    entry = icd10cm().lookup(code)
    return entry.description if entry else ""
