"""What a message is about: policies on file, several that may be meant, or something that is not on file.

Policy numbers, and names said outright, are taken at their word. All else is weighed (`bot.answer.likely`): one
policy is taken where it is likely enough, and that is said; where none stands out, it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.answer.asks import Ask
from bot.answer.catalogue import Catalogue, Title
from bot.answer.coded import CodeMention
from bot.answer.likely import (
    Likely,
    begins_with_purpose,
    in_hand,
    likely,
    none_of,
    strange_services,
    telling_of,
)
from bot.answer.lines import fitting
from bot.answer.linker import Linker, Links
from bot.answer.names import Mention
from bot.answer.naming import GENERIC, SMALL
from bot.answer.parts import Assumption
from bot.answer.passages import speaks_of
from bot.answer.thread import Thread
from bot.answer.tokens import misspells, stems
from bot.answer.vocabulary import Program

INDICATES = frozenset({"for", "with", "after", "due", "from", "in", "to", "because", "of"})
# From this probability on a policy is taken for what is meant; one that is less likely, but likelier than this, is
# offered. benchmarks/linking.py tells how often each is right.
_TAKEN: Final = 0.6
_OFFERED: Final = 0.12
# What is not named leads away from what is talked about only where it is as likely as this.
_MOVED: Final = 0.8
_MOST_OFFERED: Final = 5
_MOST_NEAR: Final = 3
# Of more policies than these it is asked which, whatever their texts say.
_FEW: Final = 8
# By so much surer than what it asks, a clause tells a story.
_STORY: Final = 0.2
# What a title limits its service to ("Thermography of the Breast"), and how a message says of what or for what.
_TITLE_LIMITED = re.compile(r"\b(of|for)\s+(.+)", re.I)
_LIMITED = re.compile(r"\s+(of|for)\s+(?:(?:a|an|the|my|his|her|their)\s+)?", re.I)
_BACK = re.compile(r"\b(first|other|previous|earlier|former)\s+(?:one|policy|service)\b", re.I)
_PART = re.compile(r"[,;?.!]|\b(?:and|or|vs|versus|plus)\b|&", re.I)
_LISTS = re.compile(r"\b(?:and|or|vs|versus|plus)\b|&", re.I)
# What may be read as a CPT code as well as the number of a policy.
_CODE_LIKE = re.compile(r"\d{5}")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about: policies (several: it must be asked which), or something not on file.

    `near` are titles on file that may be meant by what is not. `carried` where the message itself does not name it,
    `doubtful` where it has to be asked whether it is meant, be it a single one.
    """

    numbers: tuple[str, ...] = ()
    unknown: str = ""
    assumption: Assumption | None = None
    written: str = ""
    near: tuple[Title, ...] = ()
    carried: bool = False
    doubtful: bool = False


def subjects_of(
    asks: Sequence[Ask], message: Links, thread: Thread, linker: Linker, catalogue: Catalogue
) -> list[tuple[Subject, ...]]:
    """What each clause is about; none where that is left open. `message` are the links of the whole."""
    named = [_named(ask, thread, linker, catalogue) for ask in asks]
    if any(named):
        named = [
            own or _another(ask, named, linker, catalogue)
            for ask, own in zip(asks, named, strict=True)
        ]
    if len({subject.numbers or subject.unknown for own in named for subject in own}) > 1:
        return [own or _borrowed(i, named) for i, own in enumerate(named)]
    if not any(named) and len(coded := _by_codes(message, linker, catalogue)) > 1:
        return [coded for _ in asks]
    said = next((own[0] for own in named if own), None)
    one = _whole(said, message, thread, linker, catalogue)
    return [(one,) if one else () for _ in asks]


def _named(ask: Ask, thread: Thread, linker: Linker, catalogue: Catalogue) -> tuple[Subject, ...]:
    """What a clause names outright: policies by number, and services by a name of theirs."""
    links = ask.links
    if links.numbers:
        return tuple(
            Subject(
                n.numbers,
                "" if n.numbers else n.written,
                Assumption(n.written, "number")
                if n.bare and _CODE_LIKE.fullmatch(n.written)
                else None,
                n.written,
            )
            for n in links.numbers
        )
    if _tells(ask) and thread.policy:
        return ()
    return tuple(_by_name(m, links, linker, catalogue) for m in asked_about(links) if m.sure)


def _by_name(mention: Mention, links: Links, linker: Linker, catalogue: Catalogue) -> Subject:
    if another := _another_name(links, mention, linker, catalogue):
        return Subject(unknown=another, written=another)
    written = links.text[mention.start : mention.end]
    numbers = of_line(mention.numbers, links.programs, linker, catalogue)
    return Subject(
        by_text(numbers, links, catalogue),
        assumption=_assumption(written, mention),
        written=written,
    )


def _another_name(links: Links, mention: Mention, linker: Linker, catalogue: Catalogue) -> str:
    """What is asked about where a mention is only the beginning of it, and its policy does not speak of the rest.

    The name goes on ("proton pump inhibitor"), or it is done of or for something else than the title has:
    "thermography of the feet", of Thermography of the Breast. Empty where it is the mention.
    """
    version = catalogue.version(mention.numbers[0]) if len(mention.numbers) == 1 else None
    rest = next((o for o in links.others if o.start >= mention.end and not o.negated), None)
    if version is None or rest is None or any(character.isdigit() for character in rest.text):
        return ""
    between = links.text[mention.end : rest.start]
    if between.strip():
        goes_on = _is_for_another(between, version.policy.title, links.text)
    else:
        goes_on = linker.thing(rest.text) == "service"
    telling = [w for w in _telling(rest.text) if not misspells(w, GENERIC)]
    if not goes_on or not telling or speaks_of(version, telling):
        return ""
    return links.text[mention.start : rest.end]


def _is_for_another(between: str, title: str, text: str) -> bool:
    """Whether the words behind a mention limit it to what it is done to ("of steel"), or as its title does and to
    something else.
    """
    said, limit = _LIMITED.fullmatch(between), _TITLE_LIMITED.search(title)
    if not said:
        return False
    if not limit or said[1].lower() != limit[1].lower():
        return said[1].lower() == "of"
    named = set(stems(limit[2]))
    return "other" not in named and not (named - SMALL) & set(stems(text))


def _another(
    ask: Ask, named: Sequence[tuple[Subject, ...]], linker: Linker, catalogue: Catalogue
) -> tuple[Subject, ...]:
    """The service that a clause asks about beside those that the message names: one that these do not speak of."""
    strange = strange_services(ask.links, linker) if ask.topics else ()
    versions = [catalogue.version(n) for own in named for s in own for n in s.numbers]
    if not strange or any(v and speaks_of(v, _telling(o.text)) for v in versions for o in strange):
        return ()
    one = _whole(None, ask.links, Thread(), linker, catalogue)
    return (one,) if one else ()


def _whole(
    said: Subject | None, message: Links, thread: Thread, linker: Linker, catalogue: Catalogue
) -> Subject | None:
    """The one subject of a message; `said` is what it names outright, if anything."""
    if said and message.numbers:
        return said
    strange = strange_services(message, linker)
    if said and not strange:
        return said
    if back := _earlier(message, thread):
        return Subject((back,), written=message.text)
    telling = telling_of(message, linker)
    if not (telling or message.codes or message.mentions):
        return _carried(thread)
    if message.procedures and not message.mentions and len(telling) <= len(message.codes):
        return _by_code(message.procedures[0], linker, catalogue)
    named = message.mentions or message.procedures or strange
    if not named and in_hand(thread) and begins_with_purpose(message.text):
        return _carried(thread)
    found = likely(message, thread, linker, catalogue)
    if another := _of_another(message, found[:1], linker, catalogue):
        return another
    if chosen := _chosen(found, said, message, thread, linker, catalogue):
        return chosen
    unlisted = _unlisted(message, linker, catalogue)
    if unlisted and not message.mentions:
        return Subject(unknown=unlisted, written=unlisted)
    offered = tuple(one.number for one in found if one.probability >= _OFFERED)[:_MOST_OFFERED]
    known = [o for o in strange if o.known]
    unknown = (known or strange)[-1:]
    if unknown and (not offered or none_of(found) >= found[0].probability):
        # What was talked about before is no nearer to it for that.
        alone = likely(message, Thread(), linker, catalogue)
        near = tuple(
            linker.names.titles[one.number]
            for one in alone[:_MOST_NEAR]
            if one.probability >= _OFFERED
        )
        return Subject(unknown=unknown[0].text, written=unknown[0].text, near=near)
    if not offered:
        return None
    return Subject(offered, written=said.written if said else "", doubtful=True)


def _of_another(
    message: Links, found: Sequence[Likely], linker: Linker, catalogue: Catalogue
) -> Subject | None:
    """What a message names that has a word of a title, and is of something that the policy does not speak of:
    "hardening of the arteries" is no work hardening."""
    for one in found:
        version = catalogue.version(one.number)
        titled = linker.names.said_of(one.number)
        for other in message.others:
            head, of, rest = other.text.partition(" of ")
            if not of or other.negated or not version:
                continue
            if set(_telling(head)) & titled and not speaks_of(version, _telling(rest)):
                near = (linker.names.titles[one.number],)
                return Subject(unknown=other.text, written=other.text, near=near)
    return None


def _chosen(
    found: Sequence[Likely],
    said: Subject | None,
    message: Links,
    thread: Thread,
    linker: Linker,
    catalogue: Catalogue,
) -> Subject | None:
    """The policy that stands out; several where one name stands for them."""
    if not found:
        return None
    best = found[0].number
    together = said.numbers if said and best in said.numbers else (best,)
    current = in_hand(thread)
    moves = current is not None and current not in together and not said and not message.procedures
    least = _MOVED if moves else _TAKEN
    if sum(one.probability for one in found if one.number in together) < least:
        return None
    if said and best in said.numbers:
        return said
    if best == current:
        offered = Assumption("", "offered") if best != thread.policy else None
        return Subject((best,), assumption=offered, carried=True)
    listed = {
        x.number for code in message.procedures for x in catalogue.listings(code.system, code.code)
    }
    if best in listed:
        return Subject((best,), written=message.procedures[0].code)
    mention = next((m for m in message.mentions if best in m.numbers), None)
    if mention and len(mention.numbers) == 1:
        written = message.text[mention.start : mention.end]
        assumption = _assumption(written, mention)
        return Subject((best,), assumption=assumption, written=written)
    for code in message.procedures:
        tied = _by_code(code, linker, catalogue)
        if tied.numbers == (best,):
            return tied
    version = catalogue.version(best)
    spoken = [
        o.text
        for o in strange_services(message, linker)
        if version and speaks_of(version, _telling(o.text))
    ]
    if len(spoken) == 1:
        return Subject((best,), assumption=Assumption(spoken[0], "text"), written=spoken[0])
    return Subject((best,), assumption=Assumption("", "likely"))


def _telling(text: str) -> list[str]:
    return [w for w in stems(text) if w not in SMALL and w not in GENERIC]


def _carried(thread: Thread) -> Subject | None:
    """What a message is about that names nothing: what was talked about."""
    if number := in_hand(thread):
        offered = Assumption("", "offered") if number != thread.policy else None
        return Subject((number,), assumption=offered, carried=True)
    if thread.unknown:
        return Subject(unknown=thread.unknown, written=thread.unknown, carried=True)
    if thread.pending and thread.pending.numbers:
        return Subject(thread.pending.numbers, carried=True)
    return None


def asked_about(links: Links) -> list[Mention]:
    """Of several services in a clause, those that it asks about.

    What stands behind "for" is the indication (hyperbaric oxygen for a diabetic foot ulcer); and of
    what only commas part, all but the last tell the story (a lumbar fusion, a bone stimulator now).
    """
    mentions = list(links.mentions[:1])
    listed = bool(mentions) and _LISTS.search(links.text, mentions[0].end, links.mentions[-1].start)
    for mention in links.mentions[1:]:
        between = links.text[mentions[-1].end : mention.start]
        if _PART.search(between):
            mentions = mentions if listed else []
        elif any(word in INDICATES for word in stems(between)):
            continue
        mentions.append(mention)
    return mentions


def _assumption(written: str, mention: Mention) -> Assumption | None:
    name = mention.name
    if name.kind in ("taken_for", "described"):
        return Assumption(written, "vocabulary", name.service)
    if name.kind == "called":
        return Assumption(written, "text")
    if not mention.sure:
        return Assumption(written, "partial")
    if mention.misspelt:
        return Assumption(written, "misspelt")
    return None


def _tells(ask: Ask) -> bool:
    """Whether a clause tells more than it asks: a service in it belongs to the member's story."""
    asked = max((ask.clause.needs.get(topic, 0.0) for topic in ask.topics), default=0.0)
    return ask.needs[:1] == ("context",) and asked < ask.clause.needs["context"] - _STORY


def _earlier(links: Links, thread: Thread) -> str | None:
    """The policy that was talked about before the present one, where the text goes back to it."""
    if not thread.earlier or thread.pending or not (found := _BACK.search(links.text)):
        return None
    return thread.earlier[-1] if found[1].lower() == "first" else thread.earlier[0]


def of_line(
    numbers: tuple[str, ...], programs: Iterable[Program], linker: Linker, catalogue: Catalogue
) -> tuple[str, ...]:
    """Of several policies of one name, those for the line of business that was named."""
    wanted = linker.vocabulary.lines(programs)
    if len(numbers) < 2 or not wanted:
        return numbers

    def stated(number: str) -> tuple[str, ...]:
        version = catalogue.version(number)
        return version.policy.lines_of_business if version else ()

    return fitting(numbers, stated, wanted, linker.vocabulary.line)


def by_text(numbers: tuple[str, ...], links: Links, catalogue: Catalogue) -> tuple[str, ...]:
    """Of several policies that may be meant, the only one whose text speaks of what it is for."""
    if not 1 < len(numbers) <= _FEW:
        return numbers
    said = [o.text for o in links.others if not o.negated]
    said += [c.named for c in links.diagnoses if c.named and not c.negated]
    versions = [version for number in numbers if (version := catalogue.version(number))]
    for text in said:
        fitting_here = [v.policy.number for v in versions if speaks_of(v, _telling(text))]
        if len(fitting_here) == 1:
            return tuple(fitting_here)
    return numbers


def _by_code(code: CodeMention, linker: Linker, catalogue: Catalogue) -> Subject:
    """The policies that list a code; where none does, those whose service the vocabulary ties to it."""
    listed = tuple(dict.fromkeys(x.number for x in catalogue.listings(code.system, code.code)))
    if listed:
        return Subject(listed, written=code.code)
    for service in linker.vocabulary.services:
        if code.code in service.codes.get(code.system, ()):
            numbers = linker.names.policies_of(service.name)
            if numbers:
                return Subject(numbers, assumption=Assumption(code.code, "code", service),
                                written=code.code)  # fmt: skip
    return Subject(unknown=code.code, written=code.code)


def _by_codes(message: Links, linker: Linker, catalogue: Catalogue) -> tuple[Subject, ...]:
    """What several codes are about, where nothing but codes is named."""
    if message.mentions or len(telling_of(message, linker)) > len(message.codes):
        return ()
    found = (_by_code(code, linker, catalogue) for code in message.procedures)
    return tuple({subject.numbers or subject.unknown: subject for subject in found}.values())


def _unlisted(links: Links, linker: Linker, catalogue: Catalogue) -> str:
    """A procedure code that no policy lists and that the vocabulary ties to none."""
    unknown = [_by_code(code, linker, catalogue).unknown for code in links.procedures]
    return unknown[0] if unknown and all(unknown) else ""


def _borrowed(i: int, subjects: Sequence[tuple[Subject, ...]]) -> tuple[Subject, ...]:
    """What the message said before, or else after, a clause that does not say what it is about."""
    before = [s for s in subjects[:i] if s]
    after = [s for s in subjects[i + 1 :] if s]
    return before[-1][-1:] if before else after[0][:1] if after else ()
