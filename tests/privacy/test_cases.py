"""Redaction measured on messages written before the rules: what goes, what stays, and how often."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.privacy.cases import FILES, Case, read

CASES = [case for name in FILES for case in read(name)]
SECRET = [case for case in CASES if case.secrets]
PLAIN = [case for case in CASES if not case.secrets]


@pytest.mark.parametrize(
    "case", [case for case in SECRET if case.why != "missed"], ids=lambda case: case.text[:60]
)
def test_takes_the_secrets_and_nothing_else(case: Case) -> None:
    redaction = case.redacted()
    assert case.missed(redaction) == [], redaction.text
    assert case.harmed(redaction) == "", redaction.text


@pytest.mark.parametrize(
    "case", [case for case in PLAIN if case.why != "taken"], ids=lambda case: case.text[:60]
)
def test_leaves_a_message_without_secrets_as_it_is(case: Case) -> None:
    assert case.redacted().text == case.text


def test_harms_fewer_than_one_plain_message_in_a_hundred() -> None:
    harmed = [case.text for case in PLAIN if case.redacted().found]
    assert len(harmed) < len(PLAIN) / 100, harmed


def test_finds_ninety_nine_secrets_of_a_hundred_and_most_names() -> None:
    total: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for case in SECRET:
        missed = case.missed(case.redacted())
        total.update(secret.kind for secret in case.secrets)
        found.update(secret.kind for secret in case.secrets if secret not in missed)
    # Most of these were written to be missed.
    assert found["name"] >= 0.96 * total["name"]
    del total["name"], found["name"]
    assert found.total() >= 0.99 * total.total()


def test_calls_what_it_finds_by_its_kind() -> None:
    total = named = 0
    for case in SECRET:
        kinds = {at: one.kind for one in case.redacted().found for at in range(one.start, one.end)}
        total += len(case.secrets)
        named += sum(kinds.get(secret.start) == secret.kind for secret in case.secrets)
    assert named >= 0.95 * total


def test_there_are_enough_messages_to_say_so() -> None:
    assert len({case.text for case in CASES}) >= 1500
