"""What a message comes down to: one part for each policy, or each kind of need, that it speaks of.

`resolve` is pure but for the look-ups that the linker and the catalogue make for it. It never guesses
between policies: what fits several is an `Ambiguity`, what fits none is `Unknown`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from bot.answer.asks import SURE, Ask, asks_of, names_policy
from bot.answer.carrying import carried, in_focus, topics_of
from bot.answer.catalogue import Catalogue
from bot.answer.circumstances import circumstances_of, sought_in
from bot.answer.linker import Linker
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
from bot.answer.subjects import (
    Subject,
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


def resolve(
    understanding: Understanding, thread: Thread, linker: Linker, catalogue: Catalogue, today: date
) -> tuple[Part, ...]:
    """The parts of a message in the order in which they should be answered; never empty."""
    if understanding.choice:
        return (_chosen(understanding, thread),)
    asks = asks_of(understanding, linker, today)
    if thread.pending and (answered := picked(understanding, asks, thread, linker, catalogue)):
        return answered
    message = linker.link(understanding.text, today)
    subjects = subjects_of(asks, message, thread, linker, catalogue)
    parts = list(_parts(asks, subjects, thread, linker, catalogue))
    if not parts:
        parts = list(_named_only(asks, subjects, thread, linker))
    if not parts:
        parts = [_leftover(understanding, asks, subjects, thread, linker)]
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
    asks: Sequence[Ask],
    subjects: Sequence[tuple[Subject, ...]],
    thread: Thread,
    linker: Linker,
    catalogue: Catalogue,
) -> Iterator[Part]:
    asking = any(need in ASKING for ask in asks for need in ask.needs)
    for ask, found in zip(asks, subjects, strict=True):
        if MEMBER_DATA in ask.needs:
            yield MemberData()
        if any(_asked_of(program, ask.links.text) for program in ask.links.programs):
            yield from _matter("other_payer", ask, found, thread, linker)
            continue
        told = _told_by_policy(ask, found, catalogue)
        for matter in (need for need in ask.needs if need in MATTERS and need not in told):
            yield from _matter(matter, ask, found, thread, linker)
        topics = topics_of(ask, thread, found, catalogue)
        if asking and not ask.topics and "confirm" not in ask.needs:
            topics = ()  # it only names what the rest of the message asks about
        if told and "criteria" not in topics:
            topics = (*topics, "criteria")
        if topics:
            yield from _questions(topics, ask, asks, found, thread, linker)
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
    asks: Sequence[Ask],
    subjects: Sequence[tuple[Subject, ...]],
    thread: Thread,
    linker: Linker,
) -> Iterator[Part]:
    """A message that names a policy and asks nothing we understand: its position is what most want."""
    for ask, found in zip(asks, subjects, strict=True):
        if names_policy(ask.links):
            yield from _questions(carried(thread), ask, asks, found, thread, linker)


def _told_by_policy(ask: Ask, subjects: Sequence[Subject], catalogue: Catalogue) -> frozenset[str]:
    """The matters of a clause that the policy's own text speaks of: how many sessions, how long a trial."""
    asked = frozenset(ask.needs) & _MAY_BE_TOLD
    number = _one_number(subjects)
    version = catalogue.version(number) if asked and number else None
    if version is None or not (sought := sought_in(ask.links)):
        return frozenset()
    return asked if passages(version, sought) else frozenset()


def _one_number(subjects: Sequence[Subject]) -> str | None:
    """The policy that a clause is about, where it is a single one."""
    numbers = next((s.numbers for s in subjects if s.numbers and not s.doubtful), ())
    return numbers[0] if len(numbers) == 1 else None


def _questions(
    topics: tuple[str, ...],
    ask: Ask,
    asks: Sequence[Ask],
    subjects: Sequence[Subject],
    thread: Thread,
    linker: Linker,
) -> Iterator[Part]:
    insists = "confirm" in ask.needs
    sought = sought_in(ask.links)
    background = [a.links for a in asks if a is not ask and not a.topics]
    for subject in subjects or (Subject(),):
        same = subject.carried or subject.numbers == (thread.policy,)
        circumstances = circumstances_of([ask.links, *background], thread, linker, same_policy=same)
        if subject.unknown:
            yield Unknown(subject.unknown, topics, circumstances, subject.near)
        elif len(subject.numbers) == 1 and not subject.doubtful:
            if subject.carried and not subject.assumption:
                circumstances = in_focus(topics, ask, circumstances, thread)
            asked = _with_position(topics, circumstances)
            yield Question(subject.numbers[0], asked, circumstances, sought,
                           subject.assumption, insists)  # fmt: skip
        elif not subject.doubtful and (before := _remembered(subject, thread)):
            yield Question(before, _with_position(topics, circumstances), circumstances, sought,
                           Assumption(subject.written, "earlier"), insists)  # fmt: skip
        else:
            yield Ambiguity(subject.numbers, topics, circumstances, subject.written)


def _remembered(subject: Subject, thread: Thread) -> str | None:
    """Of several policies of one name, the one that the conversation was about, last or before."""
    if subject.assumption:
        return None
    return next((n for n in (thread.policy, *thread.earlier) if n in subject.numbers), None)


def _with_position(topics: tuple[str, ...], circumstances: Circumstances) -> tuple[str, ...]:
    """Whether a certain diagnosis qualifies is also asked as whether the service is covered for it."""
    certain = circumstances.indications or circumstances.codes
    if "diagnoses" in topics and "coverage" not in topics and certain:
        return ("coverage", *topics)
    return topics


def _matter(
    matter: str, ask: Ask, subjects: Sequence[Subject], thread: Thread, linker: Linker
) -> Iterator[Part]:
    number = _one_number(subjects)
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
    subjects: Sequence[tuple[Subject, ...]],
    thread: Thread,
    linker: Linker,
) -> Part:
    """What a message that asks nothing of a policy is."""
    needs = [need for ask in asks for need in ask.needs]
    for act in ("greet", "thank", "goodbye", "help", "affirm", "deny"):
        if act in needs and (understanding.whole.familiar >= FAMILIAR or len(asks) > 1):
            return Act(act)
    found = next((own[0] for own in subjects if own), Subject())
    told = "context" in needs or "inform" in needs
    if "out_of_scope" in needs and not told:
        return NotUnderstood(off_topic=True)
    # A case that is told of a service asks for the policy's position; and so do a few words that name a service:
    # "pet scan for dementia".
    short = len(stems(understanding.text)) <= _FEW_WORDS
    if (told or short) and not found.carried and (len(found.numbers) == 1 or found.unknown):
        asked = _questions(("coverage",), asks[0], asks, (found,), thread, linker)
        return next(asked)
    return NotUnderstood(off_topic="out_of_scope" in needs)
