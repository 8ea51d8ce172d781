"""What a clause names: policies, services, codes, diagnoses, places, programs, dates and code systems.

Everything is looked up in what is on file, in the payer's vocabulary and in the code set; nothing is
trained. What is left over when all of it and the words that ask are taken away is a service that the
provider names and the store does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from bot.answer import periods
from bot.answer.catalogue import Catalogue, Version
from bot.answer.coded import CodeMention, code_mention, codes_in, systems_in
from bot.answer.descriptions import Descriptions, Suggestion
from bot.answer.nameindex import Name
from bot.answer.names import Mention, Names, runs
from bot.answer.naming import GENERIC, SMALL, core_of
from bot.answer.numbers import NumberMention, Numbers
from bot.answer.periods import Period
from bot.answer.spoken import abbreviates, called, speaking
from bot.answer.things import Thing, Things
from bot.answer.tokens import MARK, Token, plain, stem, stems, tokenize
from bot.answer.vocabulary import Diagnosis, Place, Program, Vocabulary
from bot.policy.model import CodeSystem

_SPACED_CODE = re.compile(r"\b([A-Za-z])\s(\d\d\.\d)")
_PLACE_CODE = re.compile(
    r"\b(?:pos|place of service)(?:\s+code)?\s*(?:is|=|:|#)?\s*(\d{1,2})\b", re.I
)
_POLICY_TALK = re.compile(r"\b(?:policy|cam|guideline|document)\b", re.I)
_OF_POLICIES = re.compile(
    r"\b(?:cover\w*|approv\w*|authori[sz]\w*|prior\s+auth|polic(?:y|ies)|criteria|codes?|cpts?|hcpcs|dx|icd|medicare|"
    r"medicaid|medical(?:ly)?\s+necess\w*|necess\w*|investigational|experimental|qualif\w*|eligible|indicat\w*|"
    r"allow\w*|require\w*|pay|pays|paid|payable|diagnos\w*)\b",
    re.I,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|it's|this|that|those|these|them|they|the\s+(?:program|service|treatment|therapy|"
    r"procedure|device|policy|test|drug|same|document))\b",
    re.I,
)
# Behind the name of a diagnosis, these make a treatment of it.
_TREATS = frozenset({"therapy", "surgery", "release", "repair"})
_JOINS = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "is",
        "of",
        "on",
        "or",
        "per",
        "so",
        "the",
        "to",
        "vs",
        "with",
        "without",
    ]
)
# "Back" as it goes with time and motion; it names no part of the body there.
_RETURNS = re.compile(
    r"\b(?:months?|weeks?|years?|days?|while|way|came?|comes|coming|go(?:es|ing)?|gets?|got|going|sent|put|circl\w+|"
    r"bring|call(?:ed|ing)?)\s+back\b|\bback\s+(?:to|in|then|when|from|up|and\s+forth|with)\b|^\s*back\b",
    re.I,
)
_NEGATES = re.compile(
    r"\b(?:no|not|without|never|denies|denied|doesn['’]?t\s+have|ruled?\s+out|negative\s+for)"
    r"(?:\s+(?:a|an|any|known|have|had|has|the|history|hx|of|just|for))*\s*$|"
    # What a relative has, the member has not; and what is past is not what the service is for.
    r"\b(?:hx|history)(?:\s+of)?\s+$|\bh/o\s+$|"
    r"\b(?:brother|sister|cousin|aunt|uncle|husband|wife|neighbou?r)(?:['’]s)?\s+(?:also\s+|has\s+|had\s+|with\s+)+$",
    re.I,
)
# "Not protons, plain IMRT": what is set aside is not asked about.
_SETS_ASIDE = re.compile(
    r"(?:(?<!why )(?<!is it )\bnot|"
    r"\b(?:don['’]?t|do\s+not|stop)\s+(?:tell|telling|talk|talking)[^,.;?]{0,20}\babout)\s+(?:the\s+|for\s+)?$",
    re.I,
)
_LIST_ENDS = re.compile(r"[,;/&+]|\b(?:and|or)\b", re.I)
_LONGEST_PHRASE = 7
_RECENT = 64


@dataclass(frozen=True, slots=True)
class Other:
    """Words that nothing on file explains; `after` is the word in front ("for", "with", ...), and `negated`
    says that they are said not to be so ("no diabetes"). `known` where the vocabulary has them for a service.
    """

    start: int
    end: int
    text: str
    after: str = ""
    negated: bool = False
    known: bool = False


@dataclass(frozen=True, slots=True)
class Links:
    """All that one clause names; offsets are into `text`, the clause with its abbreviations written out."""

    text: str
    numbers: tuple[NumberMention, ...] = ()
    mentions: tuple[Mention, ...] = ()
    codes: tuple[CodeMention, ...] = ()
    place: Place | None = None
    programs: tuple[Program, ...] = ()
    period: Period | None = None
    systems: tuple[CodeSystem, ...] = ()
    others: tuple[Other, ...] = ()
    pronoun: bool = False

    @property
    def diagnoses(self) -> tuple[CodeMention, ...]:
        return tuple(c for c in self.codes if c.system in ("ICD-10-CM", "ICD-9-DX"))

    @property
    def procedures(self) -> tuple[CodeMention, ...]:
        return tuple(c for c in self.codes if c.system not in ("ICD-10-CM", "ICD-9-DX"))


class Linker:
    """Reads clauses against one state of the catalogue and the vocabulary."""

    def __init__(
        self,
        catalogue: Catalogue,
        vocabulary: Vocabulary,
        before: Linker | None = None,
        descriptions: Descriptions | None = None,
        things: Things | None = None,
    ) -> None:
        """`before` read an earlier state: what has not changed since is taken over from it.

        Without `descriptions`, nothing is found by what it is like; without `things`, unknown words name
        services.
        """
        titles = catalogue.titles()
        known = before if before and before.vocabulary.digest == vocabulary.digest else None
        self.vocabulary: Vocabulary = vocabulary
        self.names: Names = Names(titles, vocabulary, known.names if known else None)
        self._numbers: Numbers = Numbers(
            (title.number for title in titles), known._numbers if known else None
        )
        self._catalogue = catalogue
        self._descriptions = descriptions
        self._things = things
        self._frame = frozenset(
            stem(w) for phrase in vocabulary.frame_words for w in phrase.split()
        )
        self._generic = GENERIC | {stem(word) for word in vocabulary.generic_words}
        self._services: dict[tuple[str, ...], str] = (
            known._services
            if known
            else {stems(n): s.name for s in vocabulary.services for n in (s.name, *s.also_called)}
        )
        self._phrases: dict[str, Diagnosis | Place | Program] = known._phrases if known else {}
        self._linked = lru_cache(maxsize=_RECENT)(self._link)
        if not known:
            self._call_all(vocabulary)

    def _call_all(self, vocabulary: Vocabulary) -> None:
        for place in vocabulary.places:
            self._call((place.name, *place.also_called), place)
        for program in vocabulary.programs:
            self._call((program.name, *program.also_called), program)
        for name, diagnosis in vocabulary.diagnoses.items():
            self._call((name,), diagnosis)

    def _call(self, names: Iterable[str], entry: Diagnosis | Place | Program) -> None:
        """Finds an entry by its names, as they stand and as they are written out in messages."""
        for name in names:
            self._phrases[plain(name)] = entry
            self._phrases.setdefault(plain(self.written_out(name)), entry)

    def link(self, text: str, today: date) -> Links:
        """What the text names. The last few are kept, for a turn reads its message more than once."""
        return self._linked(text, today)

    def _link(self, text: str, today: date) -> Links:
        text = self.written_out(text)
        tokens = tokenize(text)
        numbers = tuple(self._policy_numbers(text))
        codes = list(codes_in(text, numbers))
        numbers = tuple(n for n in numbers if not any(_overlap(n, c) for c in codes))
        period = periods.find(_blank(text, [*numbers, *codes]), today)
        free = [t for t in tokens if not _inside(t, [*numbers, *codes])]
        mentions = self.names.mentions(free, self._frame)
        mentions = tuple(
            m
            for m in mentions
            if not _SETS_ASIDE.search(text, 0, m.start) and not self._is_everyday(text, m)
        )
        elsewhere = list(self._elsewhere(text, free, mentions))
        mentions = tuple(m for m in mentions if not any(_overlap(m, o) for o in elsewhere))
        found = list(self._found(text))
        if mentions:
            # A name of a service that holds the words of a diagnosis or a place is the service.
            found = [f for f in found if not any(m.sure and _within(f, m) for m in mentions)]
            mentions = tuple(m for m in mentions if m.sure or not any(_within(m, f) for f in found))
        else:
            found = [f for f in found if not self._part_of_a_longer_name(text, tokens, f)]
        coded = _PLACE_CODE.search(text)
        marked: list[_Spot] = [*numbers, *codes, *found, *mentions]
        marked += [_Found(m.start(), m.end()) for m in [coded] if m] + [p for p in [period] if p]
        marked += [_Found(m.start(), m.end()) for m in _RETURNS.finditer(text)]
        marked += [_Found(m.start(), m.end()) for m in MARK.finditer(text)]
        entries = [f.entry for f in found]
        others = (*elsewhere, *self._others(text, tokens, [*marked, *elsewhere]))
        if not mentions and not any(n.numbers for n in numbers):
            mentions = tuple(self._called(others))
            others = tuple(o for o in others if not any(_within(o, m) for m in mentions))
        return Links(
            text=text,
            numbers=numbers,
            mentions=mentions,
            codes=tuple(
                sorted([*codes, *self._diagnoses(text, found, codes)], key=lambda c: c.start)
            ),
            place=self._place(coded[1] if coded else None, entries),
            programs=tuple(dict.fromkeys(e for e in entries if isinstance(e, Program))),
            period=period,
            systems=systems_in(text),
            others=others,
            pronoun=bool(_PRONOUN.search(text)),
        )

    def described(self, links: Links) -> tuple[Suggestion, ...]:
        """The policies that a clause without a number or a code may describe, the nearest first."""
        if self._descriptions is None or links.numbers or links.procedures:
            return ()
        tokens = tokenize(links.text)
        telling = [t for t in tokens if t.stem not in self._frame and t.stem not in SMALL]
        if not telling:
            return ()
        # The words that ask, in front and behind, are as near to one service as to another.
        said = links.text[telling[0].start : telling[-1].end]
        return self._descriptions.near(said, self.names)

    def telling(self, text: str) -> tuple[Token, ...]:
        """The words of a text that may say what it is about, each once: not those that ask, and no numbers."""
        found = {t.stem: t for t in tokenize(text)}
        asking = self._frame | self._generic | SMALL
        return tuple(t for s, t in found.items() if s not in asking and not s.isdigit())

    def likeness(self, text: str) -> dict[str, float]:
        """How near a text is to what each policy on file is about."""
        return self._descriptions.likeness(text) if self._descriptions else {}

    def nearness(self, version: Version, text: str) -> tuple[float, ...]:
        """How near a text is to each statement of a version; empty where that cannot be told."""
        return self._descriptions.nearness(version, text) if self._descriptions else ()

    def thing(self, words: str) -> Thing:
        """What words name that nothing on file explains."""
        return self._things.of(words) if self._things else "service"

    def strange(self, links: Links) -> tuple[Other, ...]:
        """The services of a message that names none on file, where it is one about policies: it uses their words,
        names what they name, or a policy's text speaks of the service."""
        if links.mentions or links.numbers:
            return ()
        services = [o for o in links.others if o.known or self.thing(o.text) == "service"]
        named = links.codes or links.place or links.programs
        if named or _OF_POLICIES.search(links.text):
            return tuple(services)
        return tuple(o for o in services if speaking(o.text, self._catalogue))

    def written_out(self, text: str) -> str:
        """The text with the vocabulary's abbreviations in full, and codes without spaces in them."""
        short = self.vocabulary.abbreviations
        words = _SPACED_CODE.sub(r"\1\2", text).split()
        out: list[str] = []
        i = 0
        while i < len(words):
            for length in (3, 2, 1):
                piece = " ".join(words[i : i + length])
                core = piece.strip("?!.,;:()\"'")
                if core and (full := short.get(plain(core)) or short.get(plain(piece))):
                    out.append(piece.replace(core, full, 1))
                    i += length
                    break
            else:
                out.append(words[i])
                i += 1
        return " ".join(out)

    def _is_everyday(self, text: str, mention: Mention) -> bool:
        """Whether the initials of a title are a plain word, written as one: heat is not HEAT."""
        written = text[mention.start : mention.end]
        initials = mention.name.kind == "initials" and written.islower()
        return initials and self._things is not None and self._things.everyday(written)

    def _called(self, others: Iterable[Other]) -> Iterator[Mention]:
        """Services by a name that only the text of a policy gives them."""
        for other in others:
            numbers = called(other.text, self._catalogue)
            # What the words name is asked last: it takes a pass of the encoder.
            if numbers and (
                self._abbreviated(other.text, numbers) or self.thing(other.text) != "detail"
            ):
                core, rest = core_of(other.text)
                name = Name(other.text, "called", core, rest.union(core), numbers)
                yield Mention(other.start, other.end, numbers, name)

    def _abbreviated(self, words: str, numbers: Iterable[str]) -> bool:
        versions = (self._catalogue.version(number) for number in numbers)
        return any(version and abbreviates(words, version) for version in versions)

    def _policy_numbers(self, text: str) -> Iterator[NumberMention]:
        for mention in self._numbers.mentions(text):
            before = text[: mention.start]
            # A bare number that is called a code is one; "80306" after "policy" is a policy.
            if mention.bare and re.search(r"\b(?:cpt|hcpcs|codes?|icd\S*)[\s#:]*$", before, re.I):
                continue
            if mention.bare and not _POLICY_TALK.search(text) and len(mention.written) < 5:
                continue
            yield mention

    def _found(self, text: str) -> Iterator[_Found]:
        """The phrases of the vocabulary that the text holds, the longest at each place."""
        words = [(m.start(), m.end()) for m in re.finditer(r"[^\s,;:?!()\"]+", text)]
        i = 0
        while i < len(words):
            for length in range(min(_LONGEST_PHRASE, len(words) - i), 0, -1):
                start, end = words[i][0], words[i + length - 1][1]
                phrase = plain(text[start:end].rstrip("."))
                entry = self._phrases.get(phrase) or self._phrases.get(phrase.removesuffix("'s"))
                if entry:
                    yield _Found(start, end, entry)
                    i += length - 1
                    break
            i += 1

    def _part_of_a_longer_name(self, text: str, tokens: Sequence[Token], found: _Found) -> bool:
        """Whether an unknown word follows directly: carpal tunnel release is no diagnosis."""
        following = next((t for t in tokens if t.start >= found.end), None)
        if following is None or text[found.end : following.start].strip():
            return False
        word = following.stem
        return word in _TREATS or not (
            word in self._frame or word in self._generic or word.isdigit() or word in _JOINS
        )

    def _place(self, code: str | None, entries: Sequence[object]) -> Place | None:
        places = [e for e in entries if isinstance(e, Place)]
        if code:
            places = [p for p in self.vocabulary.places if p.code == code.zfill(2)]
        return places[0] if places else None

    def _diagnoses(
        self, text: str, found: Sequence[_Found], codes: Sequence[CodeMention]
    ) -> Iterator[CodeMention]:
        """The diagnoses that are named; not where a code of the same category stands beside the name."""
        categories = {c.code[:3] for c in codes if c.system == "ICD-10-CM"}
        for f in found:
            if isinstance(f.entry, Diagnosis) and f.entry.code[:3] not in categories:
                mention = code_mention(
                    "ICD-10-CM", f.entry.code, f.start, f.end, text[f.start : f.end]
                )
                negated = bool(_NEGATES.search(text, 0, f.start))
                yield replace(mention, also=f.entry.names, negated=negated)

    def _elsewhere(
        self, text: str, tokens: Sequence[Token], mentions: Sequence[Mention]
    ) -> Iterator[Other]:
        """The services that the vocabulary knows and no policy on file is about, the longest name at each place.

        A name of one on file goes before, unless it is only a part of this one: a sacral nerve stimulator is no
        vagus nerve stimulator.
        """
        i = 0
        while i < len(tokens):
            for length in range(min(_LONGEST_PHRASE, len(tokens) - i), 0, -1):
                piece = tokens[i : i + length]
                service = self._services.get(tuple(token.stem for token in piece))
                if service is None or self.names.policies_of(service):
                    continue
                start, end = piece[0].start, piece[-1].end
                before = tokens[i - 1].stem if i else ""
                negated = bool(_NEGATES.search(text, 0, start))
                other = Other(start, end, text[start:end], before, negated, known=True)
                if all(_longer(other, m) for m in mentions if _overlap(m, other)):
                    yield other
                    i += length - 1
                    break
            i += 1

    def _others(
        self, text: str, tokens: Sequence[Token], marked: Sequence[_Spot]
    ) -> Iterator[Other]:
        taken = {i for i, token in enumerate(tokens) if _inside(token, marked)}
        words = [token.stem for token in tokens]
        for run in _joined(list(runs(tokens, words, self._frame, taken)), words):
            said = [
                words[i] for i in run if words[i] not in self._generic and not words[i].isdigit()
            ]
            if not said:
                continue
            before = words[run[0] - 1] if run[0] else ""
            negated = bool(_NEGATES.search(text, 0, tokens[run[0]].start))
            for item in _items(text, tokens, run):
                if any(words[i] in said for i in item):
                    start, end = tokens[item[0]].start, tokens[item[-1]].end
                    yield Other(start, end, text[start:end], before, negated)


def _items(text: str, tokens: Sequence[Token], run: Sequence[int]) -> Iterator[list[int]]:
    """The things that a run of words lists: what commas and the like part."""
    item = [run[0]]
    for i in run[1:]:
        if _LIST_ENDS.search(text, tokens[item[-1]].end, tokens[i].start):
            yield item
            item = []
        item.append(i)
    yield item


def _joined(found: Sequence[tuple[int, ...]], words: Sequence[str]) -> Iterator[tuple[int, ...]]:
    """Runs with only "of" or "of the" between are one thing: the hardening of the arteries."""
    whole: tuple[int, ...] = ()
    for run in found:
        between = words[whole[-1] + 1 : run[0]] if whole else []
        if between and between[0] == "of" and set(between) <= {"of", "the"}:
            whole = (*whole, *run)
            continue
        if whole:
            yield whole
        whole = run
    if whole:
        yield whole


@dataclass(frozen=True, slots=True)
class _Found:
    """A stretch of the text that the vocabulary knows."""

    start: int
    end: int
    entry: Diagnosis | Place | Program | None = None


_Spot = _Found | NumberMention | CodeMention | Mention | Period | Other | Token


def _overlap(a: _Spot, b: _Spot) -> bool:
    return a.start < b.end and b.start < a.end


def _inside(token: Token, spots: Iterable[_Spot]) -> bool:
    return any(s.start <= token.start and token.end <= s.end for s in spots)


def _longer(known: Other, mention: Mention) -> bool:
    """Whether a known name holds all of a mention and more, or the mention is none for sure."""
    more = known.end - known.start > mention.end - mention.start
    return not mention.sure or (more and _within(mention, known))


def _within(inner: _Spot, outer: _Spot) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _blank(text: str, spots: Iterable[_Spot]) -> str:
    for spot in spots:
        text = text[: spot.start] + " " * (spot.end - spot.start) + text[spot.end :]
    return text
