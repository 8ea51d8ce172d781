"""What policies say that they are about, as vectors: made once, kept, and made anew where they are lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.answer.descriptions import Descriptions, Matrix
from bot.answer.names import Names
from bot.answer.vocabulary import parse
from bot.policy.model import Policy, Section, Span
from bot.store import Store
from bot.store.described import DescribedPolicies, described
from tests.store.made import file, policy, statement

WORDS = ("bladder", "nerve", "needle", "oxygen", "tank", "leg", "pump", "sleep")


class Counting:
    """An encoder whose vectors say which of a few words a text holds, and which texts it was given."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    @property
    def id(self) -> str:
        return "counting"

    def encode(self, texts: Sequence[str]) -> Matrix:
        self.texts += texts
        rows = [[1.0 * (word in text.lower()) for word in WORDS] for text in texts]
        matrix = np.array(rows, dtype=np.float32).reshape(len(rows), len(WORDS))
        norms = np.linalg.norm(matrix, axis=1, keepdims=True)
        return np.asarray(matrix / np.maximum(norms, 1), dtype=np.float32)


@pytest.fixture
def encoder() -> Counting:
    return Counting()


@pytest.fixture
def opened_policies(
    opened: Callable[[], Store], encoder: Counting, tmp_path: Path
) -> Callable[[], DescribedPolicies]:
    """Each call stands for another process over the same store and the same folder."""
    return lambda: DescribedPolicies(opened().policies, lambda: encoder, tmp_path / "home")


def about(number: str, title: str, text: str, heading: str = "Description") -> Policy:
    return policy(number, title, sections=(Section(heading, text, Span(0, len(text))),))


def test_vectors_are_made_once_and_kept(
    store: Store, encoder: Counting, opened_policies: Callable[[], DescribedPolicies]
) -> None:
    file(
        store, about("A 1", "Stimulator", "It reaches the bladder nerve."), policy("A 2", "Oxygen")
    )
    opened_policies().complete()
    assert encoder.texts == ["Stimulator: It reaches the bladder nerve.", "Oxygen: "]
    numbers, matrix = opened_policies().vectors()
    assert (list(numbers), matrix.shape) == (["A 1", "A 2"], (2, len(WORDS)))
    opened_policies().complete()
    assert len(encoder.texts) == 2


def test_a_running_assistant_follows_the_store(
    store: Store, opened_policies: Callable[[], DescribedPolicies]
) -> None:
    running = opened_policies()
    assert list(running.vectors()[0]) == []
    file(store, policy("A 1", "Oxygen Tank"))
    assert list(running.vectors()[0]) == ["A 1"]
    file(store, *(policy(f"B {n}", f"Leg Pump {n}") for n in range(50)))
    assert len(running.vectors()[0]) < 51
    opened_policies().complete()
    assert len(running.vectors()[0]) == 51
    store.policies.retire("A 1")
    assert "A 1" not in running.vectors()[0]


@pytest.mark.parametrize("damage", [b"", b"no archive", b"PK\x03\x04 half of one"])
def test_a_damaged_file_is_made_anew(
    store: Store,
    opened_policies: Callable[[], DescribedPolicies],
    encoder: Counting,
    tmp_path: Path,
    damage: bytes,
) -> None:
    file(store, policy("A 1", "Oxygen Tank"))
    opened_policies().complete()
    (path,) = (tmp_path / "home").iterdir()
    path.write_bytes(damage)
    opened_policies().complete()
    assert len(encoder.texts) == 2
    assert list(opened_policies().vectors()[0]) == ["A 1"]
    assert len(encoder.texts) == 2


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (about("A 1", "Pumps", "For   legs.\nAnd arms."), "Pumps: For legs. And arms."),
        (about("A 1", "Pumps", "For legs.", "Background"), "Pumps: For legs."),
        (about("A 1", "Pumps", "They are.", "Policy"), "Pumps: "),
        (policy("A 1", "Pumps", statements=(statement("leg pumps"),)), "Pumps: leg pumps"),
        (about("A 1", "Pumps", "word " * 90), "Pumps: " + "word " * 59 + "word"),
    ],
)
def test_what_a_policy_says_that_it_is_about(one: Policy, expected: str) -> None:
    assert described(one) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("something for the bladder nerve", ["A 1"]),
        ("oxygen", ["A 2", "A 3"]),
        ("tuna sandwich", []),
        ("", []),
    ],
)
def test_what_is_described_is_found(
    store: Store,
    opened_policies: Callable[[], DescribedPolicies],
    encoder: Counting,
    said: str,
    expected: list[str],
) -> None:
    file(
        store,
        about("A 1", "Stimulator", "It reaches the bladder nerve."),
        policy("A 2", "Oxygen"),
        policy("A 3", "Oxygen Tank"),
        policy("A 4", "Leg Pump"),
    )
    descriptions = Descriptions(opened_policies(), lambda: encoder)
    found = descriptions.near(said, Names(store.policies.titles(), parse({})))
    assert [one.title.number for one in found] == expected
    assert all(one.score <= 1.001 for one in found)
