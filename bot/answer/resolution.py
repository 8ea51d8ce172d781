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
from bot.answer.catalogue import Catalogue
from bot.answer.linker import Linker, Links
from bot.answer.naming import GENERIC, SMALL
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
from bot.answer.passages import passages, speaks_of
from bot.answer.subjects import (
    INDICATES,
    Subject,
    asked_about,
    borrowed,
    by_text,
    of_line,
    subjects_of,
)
from bot.answer.thread import Thread
from bot.answer.tokens import stems
from bot.answer.understanding import Understanding
from bot.answer.vocabulary import Program, plain

# Below this the clause is like nothing the model has seen.
FAMILIAR = 0.2
# What asks something, of a policy or of the payer.
ASKING = frozenset((*TOPICS, *MATTERS, MEMBER_DATA))
_FEW_WORDS = 7
# What the payer's directory is asked for, unless the policy itself speaks of it.
_MAY_BE_TOLD = frozenset({"visit_limits", "turnaround", "definition"})
_UNITS = frozenset(
    [
        "session",
        "visit",
        "hour",
        "day",
        "week",
        "month",
        "year",
        "treatment",
        "course",
        "time",
        "unit",
    ]
)
# What a circumstance of the case may change.
_OF_A_CASE = frozenset({"coverage", "criteria", "diagnoses", "place_of_service", "prior_auth"})
# From this likeness on, a description is taken for one of a policy on file: it is asked which.
_ALIKE = 0.58
# More suggestions than these are no help.
_MOST_NEAR = 3
# The provider turns to another case: what was said of the last one does not go for it.
_TURNS = re.compile(r"\b(?:what|how)\s+about\b|\binstead\b|\bif\b|\bsuppose\b", re.I)
_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def resolve(
    understanding: Understanding, thread: Thread, linker: Linker, catalogue: Catalogue, today: date
) -> tuple[Part, ...]:
    """The parts of a message in the order in which they should be answered; never empty."""
    if understanding.choice:
        return (_chosen(understanding, thread),)
    asks = asks_of(understanding, linker, today)
    if thread.pending and (picked := _picked(understanding, asks, thread, linker, catalogue)):
        return picked
    parts = list(_parts(asks, thread, linker, catalogue))
    if not parts:
        parts = list(_named_only(asks, thread, linker, catalogue))
    if not parts:
        parts = [_leftover(understanding, asks, linker)]
    return tuple(_merged(parts))


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


def _carried(thread: Thread) -> tuple[str, ...]:
    """What a bare name asks: the same as before, else for the policy's position."""
    if thread.pending and thread.pending.topics:
        return thread.pending.topics
    return thread.topics or ("coverage",)


def _picked(
    understanding: Understanding,
    asks: Sequence[Ask],
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
    named = {number for ask in asks for number in named_numbers(ask.links)}
    if named and any(
        ask.clause.needs.get(topic, 0) >= SURE for ask in asks for topic in ask.topics
    ):
        return ()
    number = next(iter(named)) if len(named) == 1 else None
    number = number or _place_in_list(understanding.text, pending.numbers)
    if number is None:
        programs = [program for ask in asks for program in ask.links.programs]
        fitting = of_line(pending.numbers, programs, linker, catalogue)
        number = fitting[0] if len(fitting) == 1 and len(pending.numbers) > 1 else None
    if number is None and len(pending.numbers) > 1:
        meant = [by_text(pending.numbers, ask.links, catalogue) for ask in asks]
        number = next((numbers[0] for numbers in meant if len(numbers) == 1), None)
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
    circumstances = _circumstances([ask.links for ask in asks], thread, linker, same_policy=False)
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


def _parts(
    asks: Sequence[Ask], thread: Thread, linker: Linker, catalogue: Catalogue
) -> Iterator[Part]:
    about = _about(asks, thread)
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
        topics = _topics(ask, thread, bool(found), subjects_here, catalogue)
        if asking and not ask.topics and "confirm" not in ask.needs:
            topics = ()  # it only names what the rest of the message asks about
        if told and "criteria" not in topics:
            topics = (*topics, "criteria")
        if topics:
            yield from _questions(topics, ask, asks, subjects_here, thread, linker)
        for act in ("complaint", "person"):
            if act in ask.needs:
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
            subjects = subjects_of(ask, _about(asks, thread), thread, linker, catalogue)
            yield from _questions(_carried(thread), ask, asks, subjects, thread, linker)


def _about(asks: Sequence[Ask], thread: Thread) -> tuple[str, ...]:
    """The policies that a message names, else those offered in our question, else the one of the thread."""
    named = dict.fromkeys(number for ask in asks for number in sorted(named_numbers(ask.links)))
    offered = thread.pending.numbers if thread.pending else ()
    return tuple(named) or offered or ((thread.policy,) if thread.policy else ())


def _told_by_policy(
    ask: Ask, subjects: Sequence[Subject], thread: Thread, catalogue: Catalogue
) -> frozenset[str]:
    """The matters of a clause that the policy's own text speaks of: how many sessions, how long a trial."""
    asked = frozenset(ask.needs) & _MAY_BE_TOLD
    number = _one_number(subjects, thread)
    version = catalogue.version(number) if asked and number else None
    if version is None or not (sought := _sought(ask.links)):
        return frozenset()
    return asked if passages(version, sought) else frozenset()


def _one_number(subjects: Sequence[Subject], thread: Thread) -> str | None:
    """The policy that a clause is about: the only one that it names, or the thread's where it names none."""
    numbers = next((s.numbers for s in subjects if s.numbers), ())
    return numbers[0] if len(numbers) == 1 else thread.policy if not subjects else None


def _sought(links: Links) -> tuple[str, ...]:
    """The words that say what of the policy is wanted, as stems."""
    said = [o.text for o in links.others if not o.negated] + [
        c.named for c in links.codes if c.named
    ]
    words = [w for text in said for w in stems(text) if w not in SMALL and not w.isdigit()]
    units = [w for w in stems(links.text) if w in _UNITS]
    return tuple(dict.fromkeys((*words, *units)))


def _topics(
    ask: Ask,
    thread: Thread,
    names_something: bool,
    subjects: Sequence[Subject],
    catalogue: Catalogue,
) -> tuple[str, ...]:
    """The topics of a clause; a fragment that only names something gets them from what it names."""
    if ask.topics:
        return ask.topics
    if any(need in MATTERS or need == MEMBER_DATA for need in ask.needs):
        return ()
    if "confirm" in ask.needs and (subjects or thread.policy):
        return ("coverage",)
    if "context" in ask.needs or "out_of_scope" in ask.needs:
        return _of_the_case(ask, thread, subjects, catalogue)
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


def _of_the_case(
    ask: Ask, thread: Thread, subjects: Sequence[Subject], catalogue: Catalogue
) -> tuple[str, ...]:
    """A circumstance told of the policy being talked about asks where it stands with that."""
    version = catalogue.version(thread.policy) if thread.policy and not subjects else None
    if version is None or thread.pending:
        return ()
    links = ask.links
    said = [w for o in links.others for w in stems(o.text)]
    titled = {*stems(version.policy.title), *SMALL, *GENERIC}
    known = any(speaks_of(version, [word]) for word in said if word not in titled)
    told = "context" in ask.needs and "out_of_scope" not in ask.needs and bool(links.others)
    if known or links.diagnoses or told:
        return tuple(t for t in thread.topics if t in _OF_A_CASE) or ("coverage",)
    return ()


def _questions(
    topics: tuple[str, ...],
    ask: Ask,
    asks: Sequence[Ask],
    subjects: Sequence[Subject],
    thread: Thread,
    linker: Linker,
) -> Iterator[Part]:
    insists = "confirm" in ask.needs
    sought = _sought(ask.links)
    background = [a.links for a in asks if a is not ask and not a.topics]
    if not subjects:
        circumstances = _circumstances([ask.links, *background], thread, linker, same_policy=True)
        if thread.policy:
            yield Question(
                thread.policy,
                _with_position(topics, circumstances),
                circumstances,
                sought,
                insists=insists,
            )
        elif thread.unknown and (ask.links.pronoun or not ask.links.others):
            yield Unknown(thread.unknown, topics, circumstances)
        else:
            offered = thread.pending.numbers if thread.pending else ()
            yield Ambiguity(offered, topics, circumstances)
        return
    for subject in subjects:
        same = subject.numbers == (thread.policy,)
        circumstances = _circumstances([ask.links, *background], thread, linker, same_policy=same)
        circumstances = replace(circumstances, called=subject.called)
        if subject.unknown:
            yield _strange(subject.unknown, ask.links, topics, circumstances, linker)
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
) -> Part:
    """A service that is not on file under this name: it may be one that is, or none."""
    holding = linker.names.holding(written)
    if holding and not any(c.code == written for c in circumstances.codes):
        return Ambiguity(holding, topics, circumstances, written)
    suggestions = linker.described(links)
    alike = [s.title.number for s in suggestions if s.score >= _ALIKE]
    if alike:
        return Ambiguity(tuple(alike), topics, circumstances, written)
    near = dict.fromkeys((*(s.title for s in suggestions), *linker.names.near(written)))
    return Unknown(written, topics, circumstances, tuple(near)[:_MOST_NEAR])


def _circumstances(
    said: Sequence[Links], thread: Thread, linker: Linker, *, same_policy: bool
) -> Circumstances:
    """What was said beside the service, here and, about the same policy, before.

    Whose member it is and the date of service hold for the whole conversation, until others are named.
    """
    codes = tuple(
        {(c.system, c.code): c for links in said for c in links.codes if not c.negated}.values()
    )
    indications: list[tuple[str, ...]] = [
        (o.text,)
        for links in said
        for o in links.others
        if not o.negated
        and (
            o.after in INDICATES
            or links.mentions
            or links.numbers
            or links.pronoun
            or links.codes
            or same_policy
        )
    ]
    indications += [
        (links.text[m.start : m.end], m.name.phrase)
        for links in said
        for m in links.mentions
        if m not in asked_about(links)
    ]
    indications += [
        tuple(dict.fromkeys((c.named, *c.also)))
        for links in said
        for c in links.diagnoses
        if c.named and not c.negated
    ]
    turns = any(_TURNS.search(links.text) for links in said)
    if same_policy and not indications and not codes and not turns:
        indications = list(thread.indications)
    programs = [p for links in said for p in links.programs] or [
        p for p in linker.vocabulary.programs if p.name == thread.program
    ]
    return Circumstances(
        codes=codes,
        systems=tuple(dict.fromkeys(s for links in said for s in links.systems)),
        place=next((links.place for links in said if links.place), None),
        programs=tuple(dict.fromkeys(programs)),
        period=next((links.period for links in said if links.period), thread.serviced()),
        indications=tuple(indications),
        said=frozenset(w for links in said for w in stems(links.text)),
    )


def _matter(
    matter: str, ask: Ask, subjects: Sequence[Subject], thread: Thread, linker: Linker
) -> Iterator[Part]:
    number = _one_number(subjects, thread)
    same = number == thread.policy
    circumstances = _circumstances([ask.links], thread, linker, same_policy=same)
    if matter == "claim_denial" and number:
        yield Question(number, ("coverage", "reason"), circumstances, denied_claim=True)
    elif matter == "claim_denial":
        yield MemberData()
    else:
        yield Matter(matter, number, circumstances.programs)


def _leftover(understanding: Understanding, asks: Sequence[Ask], linker: Linker) -> Part:
    """What a message that asks nothing of a policy is."""
    needs = [need for ask in asks for need in ask.needs]
    for act in ("greet", "thank", "goodbye", "help", "affirm", "deny"):
        if act in needs and (understanding.whole.familiar >= FAMILIAR or len(asks) > 1):
            return Act(act)
    if "out_of_scope" in needs:
        return NotUnderstood(off_topic=True)
    # A few words that nothing explains are a service that is not on file: "pet scan for dementia".
    strange = [o for ask in asks for o in ask.links.others]
    if strange and "context" not in needs:
        said = next(ask.links for ask in asks if strange[0] in ask.links.others)
        if len(stems(understanding.text)) <= _FEW_WORDS or linker.described(said):
            every = [ask.links for ask in asks]
            circumstances = _circumstances(every, Thread(), linker, same_policy=False)
            return _strange(strange[0].text, said, ("coverage",), circumstances, linker)
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
            called=tuple(dict.fromkeys((*x.called, *y.called))),
            said=x.said | y.said,
        ),
        tuple(dict.fromkeys((*a.sought, *b.sought))),
        a.assumption or b.assumption,
        a.insists or b.insists,
        a.denied_claim or b.denied_claim,
    )
