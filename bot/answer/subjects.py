"""What a clause is about: policies on file, several that fit, or something that is not on file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.answer.asks import Ask
from bot.answer.catalogue import Catalogue, Version
from bot.answer.coded import CodeMention
from bot.answer.lines import fitting
from bot.answer.linker import Linker, Links, Other
from bot.answer.names import Mention
from bot.answer.naming import GENERIC, SMALL, is_step
from bot.answer.needs import TOPICS
from bot.answer.parts import Assumption
from bot.answer.passages import speaks_of
from bot.answer.spoken import speaking
from bot.answer.thread import Thread
from bot.answer.tokens import misspells, stems
from bot.answer.vocabulary import Program
from bot.policy.codeset import icd10cm

INDICATES = frozenset({"for", "with", "after", "due", "from", "in", "to", "because", "of"})
# Of these topics providers speak with words of the policy's matter; a word that is not known names no
# other service as long as a policy is being talked about.
_LENIENT = frozenset(TOPICS) - {"coverage", "prior_auth", "codes", "description"}
# Behind these stands what is to be measured or met, and no service: "what BMI", "minimum age".
_MEASURES = frozenset(
    {"what", "which", "how", "many", "much", "minimum", "maximum", "min", "max", "whose"}
)
# Of more policies than these it is asked which, whatever their texts say.
_FEW = 8
# How bad, how long and on which side are no part of what a disease is called.
_HOW_BAD = re.compile(
    r"\b(?:chronic|acute|mild|moderate|severe|recurrent|bad|left|right|bilateral|pediatric|my|her|his)\b",
    re.I,
)
_FOR_SOME = re.compile(r"\b(?:for|after|before|during|following)\b", re.I)
_FOR = re.compile(rf"{_FOR_SOME.pattern}\s+(?:a|an|the|his|her|their|my)?\s*$", re.I)
# What a title limits its service to: "Thermography of the Breast"; and how a message says of what or for what.
_LIMITED = re.compile(r"\b(of|for)\s+(.+)", re.I)
_LIMITS = re.compile(r"\s+(of|for)\s+(?:(?:a|an|the|my|his|her|their)\s+)?", re.I)
_BACK = re.compile(r"\b(first|other|previous|earlier|former)\s+(?:one|policy|service)\b", re.I)
_PART = re.compile(r"[,;?.!]|\b(?:and|or|vs|versus|plus)\b|&", re.I)
_LISTS = re.compile(r"\b(?:and|or|vs|versus|plus)\b|&", re.I)
# By so much surer than what it asks, a clause tells a story.
_STORY = 0.2
# What may be read as a CPT code as well as the number of a policy.
_CODE_LIKE = re.compile(r"\d{5}")


@dataclass(frozen=True, slots=True)
class Subject:
    """What an ask is about: policies (several: an ambiguity), or something not on file.

    `called` is what the service is called where that is what one statement of a policy is about.
    """

    numbers: tuple[str, ...] = ()
    unknown: str = ""
    assumption: Assumption | None = None
    written: str = ""
    called: tuple[str, ...] = ()


def subjects_of(
    ask: Ask, about: Sequence[str], thread: Thread, linker: Linker, catalogue: Catalogue
) -> tuple[Subject, ...]:
    """What a clause itself says it is about; empty where it leaves that open.

    `about` are the policies that the message names, else the one of the thread.
    """
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
    mentions = asked_about(links)
    if mentions and thread.policy and _adds(ask):
        return ()
    asks_for_it = not ask.topics or not set(ask.topics) <= _LENIENT
    if mentions and asks_for_it and (strange := _in_front(links, mentions[0], linker, catalogue)):
        return (Subject(unknown=strange.text, written=strange.text),)
    if mentions and (another := _another(links, mentions[-1], linker, catalogue)):
        return (Subject(unknown=another, written=another),)
    if mentions:
        return tuple(
            Subject(
                by_text(of_line(m.numbers, links.programs, linker, catalogue), links, catalogue),
                assumption=_assumption(links.text[m.start : m.end], m),
                written=links.text[m.start : m.end],
                called=_called(links.text[m.start : m.end], m),
            )
            for m in mentions
        )
    if earlier := _earlier(links, thread, linker):
        return (Subject((earlier,), written=links.text),)
    if links.procedures:
        return tuple(_by_code(code, linker, catalogue) for code in links.procedures)
    if not (ask.topics or "inform" in ask.needs):
        return ()
    unknown = _unknown(ask, about, linker, catalogue)
    return (Subject(unknown=unknown.text, written=unknown.text),) if unknown else ()


def _in_front(links: Links, mention: Mention, linker: Linker, catalogue: Catalogue) -> Other | None:
    """The unknown service that is asked about for what a mention is, or after it: a drug for weight loss.

    Where less was said than a name needs, it is any unknown service in front: a stool test for cancer screening.
    """
    version = catalogue.version(mention.numbers[0]) if len(mention.numbers) == 1 else None
    if version is None:
        return None
    strange = [
        o
        for o in links.others
        if o.after not in INDICATES
        and not _is_measure(o.text)
        and _stands_for(links.text[o.end : mention.start], mention)
        and not _belongs(o.text, [version], linker)
    ]
    return strange[-1] if strange else None


def _another(links: Links, mention: Mention, linker: Linker, catalogue: Catalogue) -> str:
    """What is asked about where a mention is only the beginning of it, and its policy does not speak of the rest.

    The name goes on ("proton pump inhibitor", "low dose naltrexone"), or it is done of or for something else than the
    title has: "thermography of the feet", of Thermography of the Breast. Empty where it is the mention.
    """
    version = catalogue.version(mention.numbers[0]) if len(mention.numbers) == 1 else None
    rest = next((o for o in links.others if o.start >= mention.end and not o.negated), None)
    if version is None or rest is None or _is_measure(rest.text):
        return ""
    between = links.text[mention.end : rest.start]
    if between.strip():
        goes_on = _is_for_another(between, version.policy.title, links.text)
    else:
        goes_on = linker.thing(rest.text) == "service"
    telling = [w for w in stems(rest.text) if w not in SMALL and not misspells(w, GENERIC)]
    if not goes_on or not telling or speaks_of(version, telling):
        return ""
    return links.text[mention.start : rest.end]


def _is_for_another(between: str, title: str, text: str) -> bool:
    """Whether the words behind a mention limit it to what it is done to ("of steel"), or as its title does and to
    something else.
    """
    said, limit = _LIMITS.fullmatch(between), _LIMITED.search(title)
    if not said:
        return False
    if not limit or said[1].lower() != limit[1].lower():
        return said[1].lower() == "of"
    return not (set(stems(limit[2])) - SMALL) & set(stems(text))


def _stands_for(between: str, mention: Mention) -> bool:
    """Whether words between a service and a mention make the mention what the service is for."""
    if mention.sure:
        return bool(_FOR.search(between))
    return bool(_FOR_SOME.search(between))


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


def _adds(ask: Ask) -> bool:
    """Whether a clause adds a circumstance more than it asks: a service in it belongs to the member's story."""
    asked = max((ask.clause.needs.get(topic, 0.0) for topic in ask.topics), default=0.0)
    return ask.needs[:1] == ("context",) and asked < ask.clause.needs["context"] - _STORY


def _earlier(links: Links, thread: Thread, linker: Linker) -> str | None:
    """The policy that was talked about before the present one, where the text goes back to it."""
    if not thread.earlier or thread.pending:
        return None
    if found := _BACK.search(links.text):
        return thread.earlier[-1] if found[1].lower() == "first" else thread.earlier[0]
    said = {word for other in links.others for word in stems(other.text)} - SMALL
    called = [
        number
        for number in (thread.policy, *thread.earlier)
        if number and said & linker.names.words_of(number)
    ]
    return called[0] if len(called) == 1 and called[0] != thread.policy else None


def _called(written: str, mention: Mention) -> tuple[str, ...]:
    if mention.name.kind != "subject":
        return ()
    names = (mention.name.phrase, *([] if mention.misspelt else [written]))
    # One word of what a statement is about tells no statement from another.
    return tuple(dict.fromkeys(name for name in names if " " in name))


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
        telling = [w for w in stems(text) if w not in SMALL and w not in GENERIC]
        fitting_here = [v.policy.number for v in versions if speaks_of(v, telling)]
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


def _unknown(ask: Ask, about: Sequence[str], linker: Linker, catalogue: Catalogue) -> Other | None:
    """The words that name a service not on file, if the clause has such words; else what may be one's condition.

    With a policy to be about, that is only what its text does not speak of and what is no condition.
    """
    links = ask.links
    if links.pronoun:
        return None
    others = [
        o
        for o in links.others
        if o.after not in _MEASURES and not _is_measure(o.text) and not _is_step(o.text)
    ]
    subjects = [o for o in others if o.after not in INDICATES]
    if about:
        if ask.topics and set(ask.topics) <= _LENIENT:
            return None
        versions = [version for number in about if (version := catalogue.version(number))]
        if not subjects and not linker.telling(links.text[: others[0].start] if others else ""):
            # "Auth for an exome": behind words that only ask stands the service.
            subjects = [o for o in others[:1] if linker.thing(o.text) == "service"]
        strange = [o for o in subjects if not _belongs(o.text, versions, linker)]
        return strange[0] if strange else None
    things = [(linker.thing(o.text), o) for o in subjects or others]
    for wanted in ("service", "condition", "detail"):
        found = [o for thing, o in things if thing == wanted]
        if found and (wanted != "detail" or speaking(found[0].text, catalogue)):
            return found[0]
    return None


def _is_measure(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _is_step(text: str) -> bool:
    """Whether words say what is done and not with what: removal, revise."""
    return all(is_step(word) for word in stems(text) if word not in SMALL)


def _belongs(text: str, versions: Sequence[Version], linker: Linker) -> bool:
    """Whether words are of a policy's matter: it speaks of them, or they name a disease or a mere detail."""
    telling = [w for w in stems(text) if w not in SMALL and w not in GENERIC]
    if any(speaks_of(version, telling) for version in versions):
        return True
    disease = bool(telling) and icd10cm().names_disease(_HOW_BAD.sub(" ", text))
    return disease or linker.thing(text) == "detail"


def borrowed(i: int, subjects: Sequence[tuple[Subject, ...]]) -> tuple[Subject, ...]:
    """What the message said before, or else after, a clause that does not say what it is about."""
    before = [s for s in subjects[:i] if s and any(x.numbers or x.unknown for x in s)]
    after = [s for s in subjects[i + 1 :] if s and any(x.numbers or x.unknown for x in s)]
    if before:
        return before[-1][-1:]
    return after[0][:1] if after else ()
