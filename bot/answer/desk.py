"""The desk at which a message is answered: resolve it, gather the evidence, answer each part."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.answer.answer import about, answer, choices
from bot.answer.catalogue import Catalogue, PriorAuthorization, Version
from bot.answer.evidence import Evidence
from bot.answer.lines import fitting
from bot.answer.linker import Linker
from bot.answer.linking import Linking
from bot.answer.matters import matter_reply, member_reply
from bot.answer.model import Answer, Reply
from bot.answer.parts import (
    Act,
    Ambiguity,
    Matter,
    MemberData,
    NotUnderstood,
    Part,
    Question,
    Unknown,
)
from bot.answer.payer import Payer
from bot.answer.resolution import resolve
from bot.answer.stand import stand, told
from bot.answer.talk import act_reply, not_understood
from bot.answer.thread import Pending, Thread
from bot.answer.tokens import MARK
from bot.answer.understanding import Understanding
from bot.answer.vocabulary import Service, Vocabulary
from bot.answer.wording import REMOVED, listed, reach
from bot.policy.model import CodeSystem, Span

_MOST_OFFERED = 5
_REMEMBERED = 5
_PROCEDURES: tuple[CodeSystem, ...] = ("CPT", "HCPCS")
# No vowels, and nothing that is misheard or misread: a reference number is read over the phone.
_ALPHABET = "23456789CDFGHJKMNPQRTVWX"


@dataclass(frozen=True, slots=True)
class Turn:
    """The replies to one message, and the thread as it is after them."""

    replies: tuple[Reply, ...]
    thread: Thread


def reference_number() -> str:
    """A new reference number, such as 4KDM-92XT-CR7H: 24^12, about 55 bits of chance."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(12))
    return "-".join((drawn[:4], drawn[4:8], drawn[8:]))


class Desk:
    """Answers messages from a catalogue. Safe to share: all it keeps is derived from what is on file."""

    def __init__(
        self,
        catalogue: Catalogue,
        linking: Linking,
        payer: Payer,
        today: Callable[[], date] = date.today,
        new_id: Callable[[], str] = reference_number,
    ) -> None:
        self.linking = linking
        self.catalogue = catalogue
        self._payer = payer
        self._today = today
        self._new_id = new_id

    def reply(self, understanding: Understanding, thread: Thread) -> Turn:
        """Answers all that a message asks; never raises for anything a provider can write."""
        today, linker = self._today(), self.linking()
        parts = resolve(understanding, thread, linker, self.catalogue, today)
        replies: list[Reply] = []
        for part in parts:
            replies += self._replies(part, thread, linker, today)
            thread = _after(thread, part)
        if MARK.search(understanding.text):
            replies[-1] = _removal_told(replies[-1])
        return Turn(tuple(replies), thread)

    def named(self, text: str) -> tuple[str, tuple[Span, ...]]:
        """The text with abbreviations written out, and the stretches of it that name policies or services."""
        linker = self.linking()
        links = linker.link(text, self._today())
        services = [Span(m.start, m.end) for m in links.mentions]
        numbers = [Span(n.start, n.end) for n in links.numbers if n.numbers]
        unknown = [Span(o.start, o.end) for o in linker.strange(links)]
        return links.text, (*services, *numbers, *unknown)

    def hand_over(self, understanding: Understanding, thread: Thread) -> Turn:
        """Answers what the message asks beside it, and hands over to a person in any case."""
        turn = self.reply(understanding, thread)
        if any(reply.answer.kind == "handoff" for reply in turn.replies):
            return turn
        return replace(turn, replies=(*turn.replies, act_reply("person", self._payer)))

    def _replies(self, part: Part, thread: Thread, linker: Linker, today: date) -> Sequence[Reply]:
        if isinstance(part, Question):
            return self._answered(part, linker, today)
        return [self._reply(part, thread, linker, today)]

    def _reply(
        self,
        part: Ambiguity | Unknown | Matter | MemberData | Act | NotUnderstood,
        thread: Thread,
        linker: Linker,
        today: date,
    ) -> Reply:
        if isinstance(part, Ambiguity):
            return self._asked_which(part, linker)
        if isinstance(part, Unknown):
            return self._not_on_file(part)
        if isinstance(part, Matter):
            return self._beside_policies(part, linker.vocabulary, today)
        if isinstance(part, MemberData):
            return member_reply(self._payer)
        if isinstance(part, Act):
            return act_reply(part.act, self._payer)
        return not_understood(part.off_topic, thread.misses, self._payer)

    def _beside_policies(self, part: Matter, vocabulary: Vocabulary, today: date) -> Reply:
        version = self.catalogue.version(part.number) if part.number else None
        approved = fitting(
            [a for a in self.catalogue.approved_answers(today) if a.matter == part.matter],
            lambda a: [a.line_of_business] if a.line_of_business else [],
            vocabulary.lines(part.programs),
            vocabulary.line,
        )
        return matter_reply(part.matter, version, self._payer, approved)

    def _answered(self, question: Question, linker: Linker, today: date) -> Sequence[Reply]:
        """One reply; where editions for several lines of business hold and none was named, one of each."""
        programs = question.circumstances.programs
        editions = fitting(
            self._speaking(question),
            lambda version: version.policy.lines_of_business,
            linker.vocabulary.lines(programs),
            linker.vocabulary.line,
        )
        if not editions:
            return [self._taken_off(question)]
        replies = [
            answer(self._evidence(question, version, linker, today), self._new_id())
            for version in editions
        ]
        if len(replies) == 1:
            return replies
        return [
            _told_apart(reply, version) for reply, version in zip(replies, editions, strict=True)
        ]

    def _evidence(
        self, question: Question, version: Version, linker: Linker, today: date
    ) -> Evidence:
        vocabulary = linker.vocabulary
        stated = {vocabulary.line(line) for line in version.policy.lines_of_business}
        services = tuple(
            s
            for s in vocabulary.services
            if version.policy.number in linker.names.policies_of(s.name)
        )
        return Evidence(
            question=question,
            version=version,
            held=stand(
                version,
                question.circumstances,
                linker.nearness(version, told(version.policy, question.circumstances)),
            ),
            today=today,
            payer=self._payer,
            services=services,
            authorizations=self._authorizations(question, version, services, vocabulary, today),
            list_date=self.catalogue.prior_authorization_list(),
            left_out=tuple(
                program.name
                for program in question.circumstances.programs
                if stated and program.line_of_business and not vocabulary.lines([program]) & stated
            ),
        )

    def _authorizations(
        self,
        question: Question,
        version: Version,
        services: Sequence[Service],
        vocabulary: Vocabulary,
        today: date,
    ) -> tuple[PriorAuthorization, ...]:
        """The rows of the list for the codes that were named, else for those of the policy's service."""
        if "prior_auth" not in question.topics:
            return ()
        asked: list[tuple[CodeSystem, str]] = [
            (c.system, c.code) for c in question.circumstances.codes if c.system in _PROCEDURES
        ]
        if not asked:
            asked = [
                (row.system, row.code)
                for row in version.policy.codes
                if row.code and row.system in _PROCEDURES
            ]
            asked += [
                (system, code)
                for service in services
                for system in _PROCEDURES
                for code in service.codes.get(system, ())
            ]
        rows = {
            row.row: row
            for system, code in dict.fromkeys(asked)
            for row in self.catalogue.prior_authorizations(system, code, today)
        }
        return fitting(
            tuple(rows.values()),
            lambda row: [row.line_of_business] if row.line_of_business else [],
            vocabulary.lines(question.circumstances.programs),
            vocabulary.line,
        )

    def _speaking(self, question: Question) -> Sequence[Version]:
        """The versions of the date that was asked about, where some held then; else those of today."""
        period = question.circumstances.period
        then = self.catalogue.editions(question.number, period.last) if period else ()
        return then or self.catalogue.editions(question.number)

    def _asked_which(self, part: Ambiguity, linker: Linker) -> Reply:
        titles = [linker.names.titles[n] for n in part.numbers if n in linker.names.titles]
        if not titles:
            text = "Which service or policy do you mean? You can name the service, a code or the policy number."
        elif len(titles) == 1:
            text = f"Do you mean policy {titles[0].number}, {titles[0].title}?"
        else:
            said = f" fit “{part.written}”" if part.written else " may be meant"
            text = f"{len(titles)} policies{said}. Which one do you mean?"
            if len(titles) > _MOST_OFFERED:
                text += f" Here are {_MOST_OFFERED} of them; the policy number or a few more words will do too."
        result = Answer(
            "clarification", part.topics, about=about(part.circumstances, part.written or None)
        )
        return Reply(text, result, choices(titles[:_MOST_OFFERED], part.topics))

    def _taken_off(self, question: Question) -> Reply:
        """For a policy that was talked about and is on file no more."""
        gone = Unknown(question.number, question.topics, question.circumstances)
        last = self.catalogue.version(question.number)
        if last is None or last.on_file_to is None:
            return self._not_on_file(gone)
        title = last.policy.title
        text = (
            f"Policy {question.number} ({title}) is on file no more, so I can't say what the payer's position "
            "is now."
        )
        step = f"Ask {reach(self._payer.contact('provider_services'))}."
        result = Answer(
            "no_policy",
            question.topics,
            about=about(question.circumstances, title),
            next_steps=(step,),
        )
        return Reply(f"{text}\n\n{step}", result)

    def _not_on_file(self, part: Unknown) -> Reply:
        near = list(part.near)
        text = f"I have no policy on file about “{part.written}”, so I can't say what the payer's position is."
        codes = [
            c for c in part.circumstances.codes if c.valid is False and c.system == "ICD-10-CM"
        ]
        if codes:
            text += f" {listed([c.code for c in codes])} is not a code in the code set on hand."
        if near:
            text += f" Did you mean {listed([f'{t.number}, {t.title}' for t in near], 'or')}?"
        step = f"Ask {reach(self._payer.contact('provider_services'))}."
        result = Answer(
            "no_policy",
            part.topics,
            about=about(part.circumstances, part.written),
            next_steps=(step,),
        )
        return Reply(f"{text}\n\n{step}", result, choices(near, part.topics))


def _told_apart(reply: Reply, edition: Version) -> Reply:
    lines = listed(edition.policy.lines_of_business) or "members for whom no other edition is named"
    return replace(reply, text=f"For {lines}:\n\n{reply.text}")


def _removal_told(reply: Reply) -> Reply:
    told = replace(reply.answer, caveats=(*reply.answer.caveats, REMOVED))
    return replace(reply, text=f"{reply.text}\n\n{REMOVED}", answer=told)


def _after(thread: Thread, part: Part) -> Thread:
    """What is remembered once a part was answered."""
    if isinstance(part, Question):
        earlier = thread.earlier
        if thread.policy and thread.policy != part.number:
            earlier = tuple(dict.fromkeys((thread.policy, *earlier)))[:_REMEMBERED]
        return Thread(
            policy=part.number,
            earlier=tuple(n for n in earlier if n != part.number),
            topics=part.topics,
            indications=part.circumstances.indications,
            codes=tuple((c.system, c.code) for c in part.circumstances.codes if not c.named),
            case=part.circumstances.case,
            program=_named_program(part) or thread.program,
            date_of_service=thread.date_of_service,
        )
    if isinstance(part, Ambiguity):
        return replace(
            thread, pending=Pending("policy", part.topics, part.numbers[:_MOST_OFFERED]), misses=0
        )
    if isinstance(part, Unknown):
        near = tuple(t.number for t in part.near)
        pending = Pending("policy", part.topics, near) if near else None
        return replace(
            thread, policy=None, unknown=part.written, topics=part.topics, pending=pending, misses=0,
            earlier=(thread.policy, *thread.earlier)[:_REMEMBERED] if thread.policy else thread.earlier,
        )  # fmt: skip
    if isinstance(part, NotUnderstood):
        pending = Pending("person") if thread.misses else None
        return replace(thread, misses=thread.misses + 1, pending=pending)
    if isinstance(part, Matter):
        return replace(
            thread, program=_named_program(part) or thread.program, misses=0, pending=None
        )
    return replace(thread, misses=0, pending=None)


def _named_program(part: Question | Matter) -> str | None:
    programs = part.programs if isinstance(part, Matter) else part.circumstances.programs
    return programs[0].name if programs else None
