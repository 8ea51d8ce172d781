"""Policies made by hand, and their way into a store."""

from __future__ import annotations

from typing import Any

from bot.policy.model import Code, Policy, Span, Statement
from bot.store import Store
from bot.store.filing import Filed

NOWHERE = Span(0, 0)


def policy(number: str = "ABC 101", title: str = "Lymphedema Pumps", **facts: Any) -> Policy:
    return Policy(number, title, **facts)


def code(system: Any, first: str | None, last: str | None = None, **more: Any) -> Code:
    return Code(system, more.pop("status", "listed"), NOWHERE, first, last, **more)


def statement(subject: str | None, text: str = "It is investigational.") -> Statement:
    return Statement("investigational", "investigational", text, NOWHERE, subject)


def file(store: Store, *policies: Policy, text: str = "") -> list[Filed]:
    """Files policies in one import; what became of each."""
    filing = store.policies.filing()
    known = [filing.stage(one, text or f"The text of {one.title}.", "made.txt") for one in policies]
    published = iter(filing.publish())
    return [one or next(published) for one in known]
