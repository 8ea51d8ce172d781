"""What a regression test of a conversation is: turns of a provider, and what must hold of each reply."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Store = Literal["default", "demo"]
NONE = "none"  # among the values of an expectation: it may be absent


@dataclass(frozen=True, slots=True)
class Expected:
    """What must hold of a reply; what is None or empty is not judged.

    Of `kind`, `policy`, `determination`, `citation` and `intent`, one of the values must come. All of
    `topics` must be named, each as one of its alternatives; `topics=()` with `no_topics` means that none may
    be. `events` must all take place, in this order. A code is a code, or a system with what stands in place of its codes ("CPT none listed"). Of `any_of`,
    one must hold as a whole.
    """

    kind: tuple[str, ...] = ()
    topics: tuple[tuple[str, ...], ...] = ()
    no_topics: bool = False
    policy: tuple[str, ...] = ()
    determination: tuple[str, ...] = ()
    codes_present: tuple[str, ...] = ()
    codes_absent: tuple[str, ...] = ()
    about_codes: tuple[str, ...] = ()
    citation: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    text_contains: tuple[str, ...] = ()
    text_absent: tuple[str, ...] = ()
    text_matches: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    decision: bool | None = None
    handed_over: bool | None = None
    intent: tuple[str, ...] = ()
    slots: tuple[tuple[str, tuple[str, ...]], ...] = ()
    events: tuple[str, ...] = ()
    any_of: tuple[Expected, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What happens before a turn: a document comes on file, a policy goes off file, a day comes."""

    what: Literal["import", "retire", "date"]
    value: str


@dataclass(frozen=True, slots=True)
class Turn:
    """`words` are typed, or name the button that is pressed; `before` was typed just before them.

    `whole` is judged on the reply with all its messages together; each of `messages` must be met by a
    message of its own. `provider` tells apart those who talk at once.
    """

    words: str
    pressed: bool = False
    whole: Expected = field(default_factory=Expected)
    messages: tuple[Expected, ...] = ()
    before: tuple[str, ...] = ()
    provider: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation, begun anew; `source` and `line` say where it is written.

    `date` is the day on which it happens, today where it is None; no reply may hold a word of `secret`.
    `known` says that the assistant is known to miss it.
    """

    name: str
    turns: tuple[Turn, ...]
    source: str
    line: int
    tags: tuple[str, ...] = ()
    why: str | None = None
    store: Store = "default"
    date: str | None = None
    secret: tuple[str, ...] = ()
    known: bool = False

    @property
    def staged(self) -> bool:
        """Whether it needs a store and a calendar of its own, which a running server does not give."""
        return self.date is not None or any(turn.changes for turn in self.turns)
