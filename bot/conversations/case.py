"""What a regression test of a conversation is: turns of a provider, and what must hold of each reply."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Store = Literal["default", "demo"]
NONE = "none"  # among the values of an expectation: it may be absent


@dataclass(frozen=True, slots=True)
class Expected:
    """What must hold of a reply; what is None or empty is not judged.

    Of `kind`, `policy`, `determination` and `citation`, one of the values must come. All of `topics` must
    be named, each as one of its alternatives; `topics=()` with `no_topics` means that none may be. A code is
    a code, or a system with what stands in place of its codes ("CPT none listed").
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


@dataclass(frozen=True, slots=True)
class Turn:
    """`words` are typed, or name the button that is pressed.

    `whole` is judged on the reply with all its messages together; each of `messages` must be met by a
    message of its own.
    """

    words: str
    pressed: bool = False
    whole: Expected = field(default_factory=Expected)
    messages: tuple[Expected, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation, begun anew; `source` and `line` say where it is written."""

    name: str
    turns: tuple[Turn, ...]
    source: str
    line: int
    tags: tuple[str, ...] = ()
    why: str | None = None
    store: Store = "default"
