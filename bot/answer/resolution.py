"""What a message comes down to: one part for each policy, or each kind of need, that it speaks of.

`resolve` is pure but for the look-ups that the linker and the catalogue make for it. It never guesses
between policies: what fits several is an `Ambiguity`, what fits none is `Unknown`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from bot.answer.asks import SURE, Ask, asks_of, named_numbers
from bot.answer.carrying import accepted, carried, in_focus, topics_of
from bot.answer.catalogue import Catalogue
from bot.answer.circumstances import circumstances_of, sought_in
from bot.answer.likely import likely, none_of
from bot.answer.linker import Linker, Links
from bot.answer.merging import merged
from bot.answer.needs import MATTERS, MEMBER_DATA, TOPICS
from bot.answer.parts import (
    Act,
    Ambiguity,
    Assumption,
    Circumstances,
    Matter,
    MemberData,
    NotUnderstood,
    Part,
    Question,
    Unknown,
)
from bot.answer.passages import passages
from bot.answer.picking import picked
from bot.answer.spoken import positioned, speaking
from bot.answer.subjects import (
    Subject,
    borrowed,
    subjects_of,
)
from bot.answer.thread import Thread
from bot.answer.tokens import plain, stems
from bot.answer.understanding import Understanding
from bot.answer.vocabulary import Program

# Below this the clause is like nothing the model has seen.
FAMILIAR = 0.2
# What asks something, of a policy or of the payer.
ASKING = frozenset((*TOPICS, *MATTERS, MEMBER_DATA))
_FEW_WORDS = 7
# What the payer's directory is asked for, unless the policy itself speaks of it.
_MAY_BE_TOLD = frozenset({"visit_limits", "turnaround", "definition"})
# From this likeness on, a description is taken for one of a policy on file: it is asked which.
_ALIKE = 0.58
# More suggestions than these are no help.
_MOST_NEAR = 3


def resolve(
    understanding: Understanding, thread: Thread, linker: Linker, catalogue: Catalogue, today: date
) -> tuple[Part, ...]:
    """The parts of a message in the order in which they should be answered; never empty."""
    if understanding.choice:
        return (_chosen(understanding, thread),)
    asks = asks_of(understanding, linker, today)
    if thread.pending and (answered := picked(understanding, asks, thread, linker, catalogue)):
        return answered
    parts = list(_parts(asks, thread, linker, catalogue))
    if not parts:
        parts = list(_named_only(asks, thread, linker, catalogue))
    if not parts:
        parts = [_leftover(understanding, asks, thread, linker, catalogue)]
    return tuple(merged(parts))


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
        topics = (need,) if need in TOPICS else carried(thread)
    return Question(number, topics, Circumstances())


def _parts(
    asks: Sequence[Ask], thread: Thread, linker: Linker, catalogue: Catalogue
) -> Iterator[Part]:
    about = _about(asks, thread, catalogue)
    subjects = [subjects_of(ask, about, thread, linker, catalogue) for ask in asks]
    asking = any(need in ASKING for ask in asks for need in ask.needs)
    for i, (ask, found) in enumerate(zip(asks, subjects, strict=True)):
        subjects_here = found or borrowed(i, subjects)
        if MEMBER_DATA in ask.needs:
            yield MemberData()
        if any(_asked_of(program, ask.links.text) for program in ask.links.programs):
            yield from _matter("other_payer", ask, subjects_here, thread, linker)
            continue
        told = _told_by_policy(ask, subjects_here, thread, catalogue)
        for matter in (need for need in ask.needs if need in MATTERS and need not in told):
            yield from _matter(matter, ask, subjects_here, thread, linker)
        topics = topics_of(ask, thread, bool(found), subjects_here, catalogue)
        if asking and not ask.topics and "confirm" not in ask.needs:
            topics = ()  # it only names what the rest of the message asks about
        if told and "criteria" not in topics:
            topics = (*topics, "criteria")
        if topics:
            yield from _questions(topics, ask, asks, subjects_here, thread, linker, catalogue)
        for act in ("complaint", "person"):
            # A queue is no place for a guess.
            if ask.clause.needs.get(act, 0.0) >= SURE:
                yield Act(act)


def _asked_of(program: Program, text: str) -> bool:
    """Whether it is asked what another payer holds; that a member has another plan too is no such question."""
    if program.whose != "another_payer":
        return False
    name = "|".join(re.escape(plain(name)) for name in (program.name, *program.also_called))
    asked = rf"\b(?:do|does|did|would|will|is|are|can|about|by|under)\s+(?:\w+\s+)?(?:{name})\b"
    holds = rf"\b(?:{name})(?:['’]?s)?\s+(?:cover|pay|approv|require|policy|policies|allow|consider|do it|position)"
    return bool(re.search(f"{asked}|{holds}", plain(text)))


def _named_only(
    asks: Sequence[Ask], thread: Thread, linker: Linker, catalogue: Catalogue
) -> Iterator[Part]:
    """A message that names a policy and asks nothing we understand: its position is what most want."""
    for ask in asks:
        if named_numbers(ask.links):
            subjects = subjects_of(ask, _about(asks, thread, catalogue), thread, linker, catalogue)
            yield from _questions(carried(thread), ask, asks, subjects, thread, linker, catalogue)


def _about(asks: Sequence[Ask], thread: Thread, catalogue: Catalogue) -> tuple[str, ...]:
    """The policies that a message names, itself or by a code that they list, else those offered in our question,
    else the one of the thread."""
    named = dict.fromkeys(number for ask in asks for number in sorted(named_numbers(ask.links)))
    for code in (code for ask in asks for code in ask.links.procedures):
        named |= dict.fromkeys(x.number for x in catalogue.listings(code.system, code.code))
    offered = thread.pending.numbers if thread.pending else ()
    return tuple(named) or offered or ((thread.policy,) if thread.policy else ())


def _told_by_policy(
    ask: Ask, subjects: Sequence[Subject], thread: Thread, catalogue: Catalogue
) -> frozenset[str]:
    """The matters of a clause that the policy's own text speaks of: how many sessions, how long a trial."""
    asked = frozenset(ask.needs) & _MAY_BE_TOLD
    number = _one_number(subjects, thread)
    version = catalogue.version(number) if asked and number else None
    if version is None or not (sought := sought_in(ask.links)):
        return frozenset()
    return asked if passages(version, sought) else frozenset()


def _one_number(subjects: Sequence[Subject], thread: Thread) -> str | None:
    """The policy that a clause is about: the only one that it names, or the thread's where it names none."""
    numbers = next((s.numbers for s in subjects if s.numbers), ())
    return numbers[0] if len(numbers) == 1 else thread.policy if not subjects else None


def _questions(
    topics: tuple[str, ...],
    ask: Ask,
    asks: Sequence[Ask],
    subjects: Sequence[Subject],
    thread: Thread,
    linker: Linker,
    catalogue: Catalogue,
) -> Iterator[Part]:
    insists = "confirm" in ask.needs
    sought = sought_in(ask.links)
    background = [a.links for a in asks if a is not ask and not a.topics]
    if not subjects:
        circumstances = circumstances_of([ask.links, *background], thread, linker, same_policy=True)
        if meant := accepted(ask, thread):
            yield Question(meant, _with_position(topics, circumstances), circumstances, sought,
                           Assumption("", "offered"), insists)  # fmt: skip
        elif thread.policy:
            circumstances = in_focus(topics, ask, circumstances, thread)
            yield Question(
                thread.policy,
                _with_position(topics, circumstances),
                circumstances,
                sought,
                insists=insists,
            )
        elif thread.unknown and (ask.links.pronoun or not ask.links.others):
            yield Unknown(thread.unknown, topics, circumstances)
        elif thread.pending and thread.pending.numbers:
            yield Ambiguity(thread.pending.numbers, topics, circumstances)
        else:
            yield _likeliest(topics, circumstances, sought, asks, linker, catalogue)
        return
    for subject in subjects:
        same = subject.numbers == (thread.policy,)
        circumstances = circumstances_of([ask.links, *background], thread, linker, same_policy=same)
        circumstances = replace(circumstances, called=subject.called)
        if subject.unknown:
            part = _strange(subject.unknown, ask.links, topics, circumstances, linker, catalogue)
            case = [a for a in asks if a is ask or not a.topics or not _names_policy(asks)]
            likeliest = _likeliest(topics, circumstances, sought, case, linker, catalogue)
            yield _surer(part, likeliest, case, linker, catalogue)
        elif len(subject.numbers) == 1:
            yield Question(
                subject.numbers[0],
                _with_position(topics, circumstances),
                circumstances,
                sought,
                subject.assumption,
                insists,
            )
        elif subject.assumption is None and (before := _remembered(subject.numbers, thread)):
            yield Question(before, _with_position(topics, circumstances), circumstances, sought,
                           Assumption(subject.written, "earlier"), insists)  # fmt: skip
        else:
            yield Ambiguity(subject.numbers, topics, circumstances, subject.written)


def _names_policy(asks: Sequence[Ask]) -> bool:
    """Whether any clause of a message names a policy on file; if none does, all of them tell one case."""
    return any(ask.links.mentions or named_numbers(ask.links) for ask in asks)


def _likeliest(
    topics: tuple[str, ...],
    circumstances: Circumstances,
    sought: tuple[str, ...],
    asks: Sequence[Ask],
    linker: Linker,
    catalogue: Catalogue,
) -> Question | Ambiguity:
    """A question about the policy that all that was said speaks for; where none stands out, which one is asked."""
    found = likely(" ".join(ask.links.text for ask in asks), linker, catalogue)
    if found and found[0].taken:
        number = found[0].number
        return Question(number, _with_position(topics, circumstances), circumstances, sought,
                        Assumption("", "likely"))  # fmt: skip
    offered = tuple(one.number for one in found if one.probability >= none_of(found))
    return Ambiguity(offered, topics, circumstances)


def _surer(
    strange: Part,
    likeliest: Question | Ambiguity,
    case: Sequence[Ask],
    linker: Linker,
    catalogue: Catalogue,
) -> Part:
    """What is made of a service that goes by no name on file, and of the case that is told around it.

    A code and a service that the vocabulary knows are none of those on file. One that is named in a few words is taken for
    another only where the policy takes a position on it: "colon capsule", and not "cervical MRI".
    """
    coded = {code.code for code in likeliest.circumstances.codes}
    if isinstance(strange, Unknown) and (
        strange.written in coded or linker.names_service(strange.written)
    ):
        return strange
    if not isinstance(likeliest, Question):
        return likeliest if isinstance(strange, Unknown) and likeliest.numbers else strange
    written = strange.written if isinstance(strange, Unknown | Ambiguity) else ""
    version = catalogue.version(likeliest.number)
    if version and positioned(written, version):
        # It may be what one of the policy's statements is about.
        return replace(likeliest, circumstances=replace(likeliest.circumstances, called=(written,)))
    if _told(case):
        return likeliest
    if isinstance(strange, Unknown):
        return Ambiguity(
            (likeliest.number,), likeliest.topics, likeliest.circumstances, strange.written
        )
    return strange


def _told(case: Sequence[Ask]) -> bool:
    return len(stems(" ".join(ask.links.text for ask in case))) > _FEW_WORDS


def _remembered(numbers: Sequence[str], thread: Thread) -> str | None:
    """Of several policies, the one that the conversation was about, last or before."""
    return next((n for n in (thread.policy, *thread.earlier) if n in numbers), None)


def _with_position(topics: tuple[str, ...], circumstances: Circumstances) -> tuple[str, ...]:
    """Whether a certain diagnosis qualifies is also asked as whether the service is covered for it."""
    certain = circumstances.indications or circumstances.codes
    if "diagnoses" in topics and "coverage" not in topics and certain:
        return ("coverage", *topics)
    return topics


def _strange(
    written: str,
    links: Links,
    topics: tuple[str, ...],
    circumstances: Circumstances,
    linker: Linker,
    catalogue: Catalogue,
) -> Part:
    """A service that is not on file under this name: it may be one that is, or none."""
    holding = linker.names.holding(written)
    if len(holding) == 1 and linker.names.spells_out(holding[0], written):
        assumption = Assumption(written, "partial")
        return Question(holding[0], topics, circumstances, assumption=assumption)
    if holding and not any(c.code == written for c in circumstances.codes):
        return Ambiguity(holding, topics, circumstances, written)
    suggestions = linker.described(links)
    alike = [s.title.number for s in suggestions if s.score >= _ALIKE]
    if alike:
        return Ambiguity(tuple(alike), topics, circumstances, written)
    # A service that the vocabulary knows is another one than those that merely speak of it.
    spoken = () if linker.names_service(written) else speaking(written, catalogue)
    if spoken:
        numbers = tuple(version.policy.number for version in spoken)
        return Ambiguity(numbers, topics, circumstances, written)
    near = dict.fromkeys((*(s.title for s in suggestions), *linker.names.near(written)))
    return Unknown(written, topics, circumstances, tuple(near)[:_MOST_NEAR])


def _matter(
    matter: str, ask: Ask, subjects: Sequence[Subject], thread: Thread, linker: Linker
) -> Iterator[Part]:
    number = _one_number(subjects, thread)
    same = number == thread.policy
    circumstances = circumstances_of([ask.links], thread, linker, same_policy=same)
    if matter == "claim_denial" and number:
        yield Question(number, ("coverage", "reason"), circumstances, denied_claim=True)
    elif matter == "claim_denial":
        yield MemberData()
    else:
        yield Matter(matter, number, circumstances.programs)


def _leftover(
    understanding: Understanding,
    asks: Sequence[Ask],
    thread: Thread,
    linker: Linker,
    catalogue: Catalogue,
) -> Part:
    """What a message that asks nothing of a policy is."""
    needs = [need for ask in asks for need in ask.needs]
    for act in ("greet", "thank", "goodbye", "help", "affirm", "deny"):
        if act in needs and (understanding.whole.familiar >= FAMILIAR or len(asks) > 1):
            return Act(act)
    told = [ask.links for ask in asks]
    # A case that is told of a service asks for the policy's position.
    if "context" in needs and not thread.policy and _told(asks):
        circumstances = circumstances_of(told, thread, linker, same_policy=False)
        meant = _likeliest(("coverage",), circumstances, (), asks, linker, catalogue)
        if isinstance(meant, Question):
            return meant
    if "out_of_scope" in needs:
        return NotUnderstood(off_topic=True)
    # A few words that nothing explains are a service that is not on file: "pet scan for dementia".
    strange = [o for ask in asks for o in ask.links.others if linker.thing(o.text) != "detail"]
    if strange and "context" not in needs:
        said = next(ask.links for ask in asks if strange[0] in ask.links.others)
        if len(stems(understanding.text)) <= _FEW_WORDS or linker.described(said):
            every = [ask.links for ask in asks]
            circumstances = circumstances_of(every, Thread(), linker, same_policy=False)
            return _strange(strange[0].text, said, ("coverage",), circumstances, linker, catalogue)
    return NotUnderstood(off_topic=False)
