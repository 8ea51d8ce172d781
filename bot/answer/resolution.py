"""What a message comes down to: one part for each policy, or each kind of need, that it speaks of.

`resolve` is pure but for the look-ups that the linker and the catalogue make for it. It never guesses
between policies: what fits several is an `Ambiguity`, what fits none is `Unknown`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from bot.answer.catalogue import Catalogue, Title
from bot.answer.linker import CodeMention, Linker, Links, Other
from bot.answer.names import Mention
from bot.answer.needs import MATTERS, MEMBER_DATA, TOPICS
from bot.answer.periods import Period
from bot.answer.thread import Thread
from bot.answer.tokens import stems
from bot.answer.understanding import Clause, Understanding
from bot.answer.vocabulary import Place, Program, Service
from bot.policy.model import CodeSystem

# A need counts when the model gives it at least this probability ...
SURE = 0.5
# ... or when it is the best of its clause and not much less; where the clause names something on file,
# the question is about that, and the best guess at what is asked of it may be weaker.
BEST = 0.28
BEST_OF_NAMED = 0.1
# Below this the clause is like nothing the model has seen.
FAMILIAR = 0.2

_INDICATES = frozenset({"for", "with", "after", "due", "from", "in", "to", "because", "of"})
# Of these topics providers speak with words of the policy's matter; a word that is not known names no
# other service as long as a policy is being talked about.
_LENIENT = frozenset(TOPICS) - {"coverage", "prior_auth", "codes", "criteria", "description"}
# What asks something, of a policy or of the payer.
ASKING = frozenset((*TOPICS, *MATTERS, MEMBER_DATA))
_BACK = re.compile(r"\b(first|other|previous|earlier|former)\s+(?:one|policy|service)\b", re.I)
_FEW_WORDS = 7
_PART = re.compile(r"[,;?.!]|\b(?:and|or|vs|versus|plus)\b|&", re.I)
_LISTS = re.compile(r"\b(?:and|or|vs|versus|plus)\b|&", re.I)
# The provider turns to another case: what was said of the last one does not go for it.
_TURNS = re.compile(r"\b(?:what|how)\s+about\b|\binstead\b|\bif\b|\bsuppose\b", re.I)
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
# What may be read as a CPT code as well as the number of a policy.
_CODE_LIKE = re.compile(r"\d{5}")


@dataclass(frozen=True, slots=True)
class Assumption:
    """The provider wrote `written`, and it was taken for the policy's service; `how` says on what ground."""

    written: str
    how: Literal["misspelt", "partial", "vocabulary", "code", "number", "earlier"]
    service: Service | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the question says beside the service: each may decide which part of the policy applies.

    An indication is the words that say what the service is for, with what the same is also called.
    """

    codes: tuple[CodeMention, ...] = ()
    systems: tuple[CodeSystem, ...] = ()
    place: Place | None = None
    programs: tuple[Program, ...] = ()
    period: Period | None = None
    indications: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question about one policy on file. `insists` where the provider presses for another answer."""

    number: str
    topics: tuple[str, ...]
    circumstances: Circumstances
    words: str = ""
    assumption: Assumption | None = None
    insists: bool = False
    denied_claim: bool = False


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """Several policies fit, or none was named: which one is meant has to be asked."""

    numbers: tuple[str, ...]
    topics: tuple[str, ...]
    circumstances: Circumstances
    written: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A service, code or policy number that nothing on file is about."""

    written: str
    topics: tuple[str, ...]
    circumstances: Circumstances
    near: tuple[Title, ...] = ()


@dataclass(frozen=True, slots=True)
class Matter:
    """What no policy says: an appeal, where to send a request, ...

    `number` is the policy, if one was named, and `lines` the lines of business.
    """

    matter: str
    number: str | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberData:
    """Needs the data of a member or a claim."""


@dataclass(frozen=True, slots=True)
class Act:
    """A move in the conversation: a greeting, thanks, a wish for a person, ..."""

    act: str


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """`off_topic` where it is clear that it has nothing to do with coverage."""

    off_topic: bool


Part = Question | Ambiguity | Unknown | Matter | MemberData | Act | NotUnderstood


@dataclass(frozen=True, slots=True)
class _Ask:
    """A clause with what it wants and what it names."""

    clause: Clause
    needs: tuple[str, ...]
    links: Links

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(need for need in TOPICS if need in self.needs)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What an ask is about: policies (several: an ambiguity), or something not on file.

    `called` is the service in the provider's words and in those on file, for a policy may speak of several.
    """

    numbers: tuple[str, ...] = ()
    unknown: str = ""
    assumption: Assumption | None = None
    written: str = ""
    called: tuple[str, ...] = ()


def resolve(
    understanding: Understanding, thread: Thread, linker: Linker, catalogue: Catalogue, today: date
) -> tuple[Part, ...]:
    """The parts of a message in the order in which they should be answered; never empty."""
    if understanding.choice:
        return (_chosen(understanding, thread),)
    asks = _asks(understanding, linker, today)
    if thread.pending and (picked := _picked(understanding, asks, thread, linker, catalogue)):
        return picked
    parts = list(_parts(asks, thread, linker, catalogue))
    if not parts:
        parts = list(_named_only(asks, thread, linker, catalogue))
    if not parts:
        parts = [_leftover(understanding, asks, linker)]
    return tuple(_merged(parts))


def wanted(clause: Clause, names: bool = False) -> tuple[str, ...]:
    """The needs of a clause that count, best first; `names` where it names something on file."""
    ranked = sorted(clause.needs.items(), key=lambda item: -item[1])
    if names:
        ranked = [(need, probability) for need, probability in ranked if need != "out_of_scope"]
    sure = tuple(need for need, probability in ranked if probability >= SURE)
    if sure:
        return sure
    least = BEST_OF_NAMED if names else BEST
    return tuple(need for need, probability in ranked[:1] if probability >= least)


def _chosen(understanding: Understanding, thread: Thread) -> Part:
    """The part that a pressed button stands for."""
    need = next(iter(understanding.whole.needs))
    choice = understanding.choice
    number = choice.get("policy")
    if number is None:
        return (
            Matter(need) if need in MATTERS else MemberData() if need == MEMBER_DATA else Act(need)
        )
    if need in MATTERS:
        return Matter(need, number)
    topics = tuple(t for t in choice.get("topics", "").split(",") if t in TOPICS)
    if not topics:
        topics = (need,) if need in TOPICS else _carried(thread)
    return Question(number, topics, Circumstances())


def _asks(understanding: Understanding, linker: Linker, today: date) -> list[_Ask]:
    clauses = understanding.clauses or (understanding.whole,)
    if len(clauses) == 1:
        clauses = (understanding.whole,)
    linked = [(clause, linker.link(clause.text, today)) for clause in clauses]
    return [
        _Ask(clause, wanted(clause, bool(_named_numbers(links))), links) for clause, links in linked
    ]


def _carried(thread: Thread) -> tuple[str, ...]:
    """What a bare name asks: the same as before, else for the policy's position."""
    if thread.pending and thread.pending.topics:
        return thread.pending.topics
    return thread.topics or ("coverage",)


def _picked(
    understanding: Understanding,
    asks: Sequence[_Ask],
    thread: Thread,
    linker: Linker,
    catalogue: Catalogue,
) -> tuple[Part, ...]:
    """The answer to our own question: one of the policies offered, by words, number or place in the list."""
    pending = thread.pending
    assert pending is not None
    acts = {need for ask in asks for need in ask.needs}
    if pending.asks == "person":
        return (Act("person"),) if acts & {"affirm", "person"} else ()
    named = {number for ask in asks for number in _named_numbers(ask.links)}
    if named and any(
        ask.clause.needs.get(topic, 0) >= SURE for ask in asks for topic in ask.topics
    ):
        return ()
    number = next(iter(named)) if len(named) == 1 else None
    number = number or _place_in_list(understanding.text, pending.numbers)
    if number is None:
        programs = [program for ask in asks for program in ask.links.programs]
        of_line = _of_line(pending.numbers, programs, catalogue)
        number = of_line[0] if len(of_line) == 1 and len(pending.numbers) > 1 else None
    if number is None and len(pending.numbers) == 1 and "affirm" in acts:
        number = pending.numbers[0]
    if number is None:
        said = set(stems(understanding.text))
        titles = {n: set(stems(linker.names.titles[n].title)) | set(stems(n)) for n in pending.numbers
                  if n in linker.names.titles}  # fmt: skip
        if titles:
            common = set.intersection(*titles.values()) if len(titles) > 1 else set()
            shared = {n: len((words - common) & said) for n, words in titles.items()}
            best = [n for n, count in shared.items() if count == max(shared.values()) and count]
            number = best[0] if len(best) == 1 else None
    if number is None:
        return ()
    circumstances = _circumstances([ask.links for ask in asks], thread, same_policy=False)
    return (
        Question(number, pending.topics or ("coverage",), replace(circumstances, indications=())),
    )


def _place_in_list(text: str, numbers: Sequence[str]) -> str | None:
    words = text.casefold()
    if found := re.fullmatch(r"\W*(?:(?:number|no\.?|option|#)\s*)?(\d)\W*", words):
        index = int(found[1]) - 1
        return numbers[index] if 0 <= index < len(numbers) else None
    for index, ordinal in enumerate(_ORDINALS[: len(numbers)]):
        if re.search(rf"\b{ordinal}\b", words):
            return numbers[index]
    if numbers and re.search(r"\b(?:last|latter)\b", words):
        return numbers[-1]
    return None


def _named_numbers(links: Links) -> set[str]:
    by_number = {number for mention in links.numbers for number in mention.numbers}
    return by_number | {number for mention in links.mentions for number in mention.numbers}


def _parts(
    asks: Sequence[_Ask], thread: Thread, linker: Linker, catalogue: Catalogue
) -> Iterator[Part]:
    named = bool(thread.policy) or any(_named_numbers(ask.links) for ask in asks)
    subjects = [_subject(ask, named, thread, linker, catalogue) for ask in asks]
    asking = any(need in ASKING for ask in asks for need in ask.needs)
    for i, (ask, found) in enumerate(zip(asks, subjects, strict=True)):
        subjects_here = found or _borrowed(i, subjects)
        if MEMBER_DATA in ask.needs:
            yield MemberData()
        for matter in (need for need in ask.needs if need in MATTERS):
            yield from _matter(matter, ask, subjects_here, thread)
        topics = _topics(ask, thread, bool(found), subjects_here)
        if asking and not ask.topics and "confirm" not in ask.needs:
            topics = ()  # it only names what the rest of the message asks about
        if topics:
            yield from _questions(topics, ask, asks, subjects_here, thread, linker)
        for act in ("complaint", "person"):
            if act in ask.needs:
                yield Act(act)


def _named_only(
    asks: Sequence[_Ask], thread: Thread, linker: Linker, catalogue: Catalogue
) -> Iterator[Part]:
    """A message that names a policy and asks nothing we understand: its position is what most want."""
    for ask in asks:
        if _named_numbers(ask.links):
            subjects = _subject(ask, True, thread, linker, catalogue)
            yield from _questions(_carried(thread), ask, asks, subjects, thread, linker)


def _topics(
    ask: _Ask, thread: Thread, names_something: bool, subjects: Sequence[_Subject]
) -> tuple[str, ...]:
    """The topics of a clause; a fragment that only names something gets them from what it names."""
    if ask.topics:
        return ask.topics
    if any(need in MATTERS or need == MEMBER_DATA for need in ask.needs):
        return ()
    if "confirm" in ask.needs and (subjects or thread.policy):
        return ("coverage",)
    if "context" in ask.needs or "out_of_scope" in ask.needs:
        return ()
    on_file = any(subject.numbers for subject in subjects) if names_something else False
    if not ({"inform", "deny", "affirm"} & set(ask.needs) or on_file or thread.policy):
        return ()
    links = ask.links
    if on_file:
        if links.numbers and not links.mentions and not thread.topics and not thread.pending:
            return ("policy_identity",)
        return _carried(thread)
    if names_something:
        return _carried(thread)
    if not thread.policy:
        return _carried(thread) if "inform" in ask.needs and links.codes else ()
    implied: tuple[tuple[object, str], ...] = (
        (links.period, "history"),
        (links.place, "place_of_service"),
        (links.programs, "benefit_application"),
        (links.systems, "codes"),
        (links.codes, "coverage"),
    )
    topics = tuple(topic for said, topic in implied if said)
    return topics[:1]


def _subject(
    ask: _Ask, named: bool, thread: Thread, linker: Linker, catalogue: Catalogue
) -> tuple[_Subject, ...]:
    """What a clause itself says it is about; empty where it leaves that open.

    `named` says that the message or the thread has a policy on file to be about.
    """
    links = ask.links
    if links.numbers:
        return tuple(
            _Subject(
                n.numbers,
                "" if n.numbers else n.written,
                Assumption(n.written, "number")
                if n.bare and _CODE_LIKE.fullmatch(n.written)
                else None,
                n.written,
            )
            for n in links.numbers
        )
    mentions = _asked_about(links)
    if mentions:
        return tuple(
            _Subject(
                _of_line(m.numbers, links.programs, catalogue),
                assumption=_assumption(links.text[m.start : m.end], m),
                written=links.text[m.start : m.end],
                called=_called(links.text[m.start : m.end], m),
            )
            for m in mentions
        )
    if earlier := _earlier(links.text, thread):
        return (_Subject((earlier,), written=links.text),)
    if links.procedures:
        return tuple(_by_code(code, linker, catalogue) for code in links.procedures)
    if not (ask.topics or "inform" in ask.needs):
        return ()
    unknown = _unknown(ask, named)
    return (_Subject(unknown=unknown.text, written=unknown.text),) if unknown else ()


def _asked_about(links: Links) -> list[Mention]:
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
        elif any(word in _INDICATES for word in stems(between)):
            continue
        mentions.append(mention)
    return mentions


def _assumption(written: str, mention: Mention) -> Assumption | None:
    name = mention.name
    if name.kind in ("taken_for", "described"):
        return Assumption(written, "vocabulary", name.service)
    if not mention.sure:
        return Assumption(written, "partial")
    if mention.misspelt:
        return Assumption(written, "misspelt")
    return None


def _earlier(text: str, thread: Thread) -> str | None:
    """The policy that was talked about before the present one, where the text goes back to it."""
    if thread.earlier and not thread.pending and (found := _BACK.search(text)):
        return thread.earlier[-1] if found[1].lower() == "first" else thread.earlier[0]
    return None


def _called(written: str, mention: Mention) -> tuple[str, ...]:
    service = mention.name.service
    return tuple(
        dict.fromkeys((written, mention.name.phrase, *([service.name] if service else [])))
    )


def _of_line(
    numbers: tuple[str, ...], programs: Iterable[Program], catalogue: Catalogue
) -> tuple[str, ...]:
    """Of several policies of one name, those for the line of business that was named."""
    lines = {p.line_of_business for p in programs if p.line_of_business}
    if len(numbers) < 2 or not lines:
        return numbers
    fitting = [
        number
        for number in numbers
        if (version := catalogue.version(number))
        and {line.casefold() for line in version.policy.lines_of_business}
        & {line.casefold() for line in lines}
    ]
    return tuple(fitting) or numbers


def _by_code(code: CodeMention, linker: Linker, catalogue: Catalogue) -> _Subject:
    """The policies that list a code; where none does, those whose service the vocabulary ties to it."""
    listed = tuple(dict.fromkeys(x.number for x in catalogue.listings(code.system, code.code)))
    if listed:
        return _Subject(listed, written=code.code)
    for service in linker.vocabulary.services:
        if code.code in service.codes.get(code.system, ()):
            numbers = linker.names.policies_of(service.name)
            if numbers:
                return _Subject(numbers, assumption=Assumption(code.code, "code", service),
                                written=code.code)  # fmt: skip
    return _Subject(unknown=code.code, written=code.code)


def _unknown(ask: _Ask, named: bool) -> Other | None:
    """The words that name a service not on file, if the clause has such words."""
    links = ask.links
    if not links.others or links.pronoun:
        return None
    subjects = [o for o in links.others if o.after not in _INDICATES]
    if named:
        lenient = bool(ask.topics) and set(ask.topics) <= _LENIENT
        if lenient or (not subjects and links.codes):
            return None
    return subjects[0] if subjects else links.others[0]


def _borrowed(i: int, subjects: Sequence[tuple[_Subject, ...]]) -> tuple[_Subject, ...]:
    """What the message said before, or else after, a clause that does not say what it is about."""
    before = [s for s in subjects[:i] if s and any(x.numbers or x.unknown for x in s)]
    after = [s for s in subjects[i + 1 :] if s and any(x.numbers or x.unknown for x in s)]
    if before:
        return before[-1][-1:]
    return after[0][:1] if after else ()


def _questions(
    topics: tuple[str, ...],
    ask: _Ask,
    asks: Sequence[_Ask],
    subjects: Sequence[_Subject],
    thread: Thread,
    linker: Linker,
) -> Iterator[Part]:
    insists = "confirm" in ask.needs
    background = [a.links for a in asks if a is not ask and not a.topics]
    if not subjects:
        circumstances = _circumstances([ask.links, *background], thread, same_policy=True)
        if thread.policy:
            yield Question(thread.policy, topics, circumstances, ask.clause.text, insists=insists)
        elif thread.unknown and (ask.links.pronoun or not ask.links.others):
            yield Unknown(thread.unknown, topics, circumstances)
        else:
            yield Ambiguity((), topics, circumstances)
        return
    for subject in subjects:
        same = subject.numbers == (thread.policy,)
        circumstances = _circumstances([ask.links, *background], thread, same_policy=same)
        if subject.called:
            called = (subject.called, *circumstances.indications)
            circumstances = replace(circumstances, indications=called)
        if subject.unknown:
            yield _strange(subject.unknown, topics, circumstances, linker)
        elif len(subject.numbers) == 1:
            yield Question(
                subject.numbers[0],
                topics,
                circumstances,
                ask.clause.text,
                subject.assumption,
                insists,
            )
        elif thread.policy in subject.numbers and subject.assumption is None:
            yield Question(str(thread.policy), topics, circumstances, ask.clause.text,
                           Assumption(subject.written, "earlier"), insists)  # fmt: skip
        else:
            yield Ambiguity(subject.numbers, topics, circumstances, subject.written)


def _strange(
    written: str, topics: tuple[str, ...], circumstances: Circumstances, linker: Linker
) -> Part:
    """A service that is not on file under this name: it may be one that is, or none."""
    holding = linker.names.holding(written)
    if holding and not any(c.code == written for c in circumstances.codes):
        return Ambiguity(holding, topics, circumstances, written)
    return Unknown(written, topics, circumstances, linker.names.near(written))


def _circumstances(said: Sequence[Links], thread: Thread, *, same_policy: bool) -> Circumstances:
    """What was said beside the service, here and, about the same policy, before."""
    codes = tuple({(c.system, c.code): c for links in said for c in links.codes}.values())
    indications: list[tuple[str, ...]] = [
        (o.text,)
        for links in said
        for o in links.others
        if o.after in _INDICATES or links.mentions or links.numbers or links.pronoun or links.codes
    ]
    indications += [
        tuple(dict.fromkeys((c.named, *c.also)))
        for links in said
        for c in links.diagnoses
        if c.named
    ]
    turns = any(_TURNS.search(links.text) for links in said)
    if same_policy and not indications and not codes and not turns:
        indications = list(thread.indications)
    return Circumstances(
        codes=codes,
        systems=tuple(dict.fromkeys(s for links in said for s in links.systems)),
        place=next((links.place for links in said if links.place), None),
        programs=tuple(dict.fromkeys(p for links in said for p in links.programs)),
        period=next((links.period for links in said if links.period), None),
        indications=tuple(indications),
    )


def _matter(matter: str, ask: _Ask, subjects: Sequence[_Subject], thread: Thread) -> Iterator[Part]:
    numbers = next((s.numbers for s in subjects if s.numbers), ())
    number = numbers[0] if len(numbers) == 1 else thread.policy if not subjects else None
    if matter == "claim_denial" and number:
        circumstances = _circumstances([ask.links], thread, same_policy=number == thread.policy)
        yield Question(
            number, ("coverage", "reason"), circumstances, ask.clause.text, denied_claim=True
        )
    elif matter == "claim_denial":
        yield MemberData()
    else:
        lines = [p.line_of_business for p in ask.links.programs if p.line_of_business]
        yield Matter(matter, number, tuple(lines))


def _leftover(understanding: Understanding, asks: Sequence[_Ask], linker: Linker) -> Part:
    """What a message that asks nothing of a policy is."""
    needs = [need for ask in asks for need in ask.needs]
    for act in ("greet", "thank", "goodbye", "help", "affirm", "deny"):
        if act in needs and (understanding.whole.familiar >= FAMILIAR or len(asks) > 1):
            return Act(act)
    if "out_of_scope" in needs:
        return NotUnderstood(off_topic=True)
    # A few words that nothing explains are a service that is not on file: "pet scan for dementia".
    strange = [o for ask in asks for o in ask.links.others]
    if strange and len(stems(understanding.text)) <= _FEW_WORDS and "context" not in needs:
        circumstances = _circumstances([ask.links for ask in asks], Thread(), same_policy=False)
        return _strange(strange[0].text, ("coverage",), circumstances, linker)
    return NotUnderstood(off_topic=False)


def _merged(parts: Sequence[Part]) -> Iterator[Part]:
    """One part for each policy and kind: topics about one policy stand in one answer."""
    questions: dict[str, Question] = {}
    order: list[Part | str] = []
    for part in parts:
        if isinstance(part, Question):
            if part.number in questions:
                questions[part.number] = _joined(questions[part.number], part)
            else:
                questions[part.number] = part
                order.append(part.number)
        elif part not in order:
            order.append(part)
    unknowns = [p for p in order if isinstance(p, Unknown)]
    last = [p for p in order if isinstance(p, Act)]
    for item in order:
        if isinstance(item, str):
            yield questions[item]
        elif isinstance(item, Ambiguity) and not item.numbers and (questions or unknowns):
            continue
        elif item not in last:
            yield item
    yield from last[:1]


def _joined(a: Question, b: Question) -> Question:
    x, y = a.circumstances, b.circumstances
    return Question(
        a.number,
        tuple(t for t in TOPICS if t in a.topics or t in b.topics),
        Circumstances(
            codes=tuple({(c.system, c.code): c for c in (*x.codes, *y.codes)}.values()),
            systems=tuple(dict.fromkeys((*x.systems, *y.systems))),
            place=x.place or y.place,
            programs=tuple(dict.fromkeys((*x.programs, *y.programs))),
            period=x.period or y.period,
            indications=tuple(dict.fromkeys((*x.indications, *y.indications))),
        ),
        f"{a.words} {b.words}".strip(),
        a.assumption or b.assumption,
        a.insists or b.insists,
        a.denied_claim or b.denied_claim,
    )
