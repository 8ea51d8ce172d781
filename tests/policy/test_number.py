"""A policy number is the same number in every shape in which people write it."""

from __future__ import annotations

import pytest

from bot.policy import number


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("CAM 80306", "CAM80306"),
        ("cam80306", "CAM80306"),
        ("CAM # 80-306", "CAM80306"),
        ("CAM\u00a080306.", "CAM80306"),
        ("CAM No. 80306", "CAM80306"),
        ("CAM 115HB", "CAM115HB"),
        ("00.01.24n", "00.01.24N"),
        (" A.2.04.141 ", "A.2.04.141"),
        ("THE803.012", "THE803.012"),
        ("#", ""),
    ],
)
def test_key(written: str, expected: str) -> None:
    assert number.key(written) == expected


ON_FILE = ("CAM 80306", "CAM 070", "CAM 70", "CAM 115HB", "MED 80310", "A.2.04.141", "00.01.24n")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("cam # 80306", ("CAM 80306",)),
        ("80306", ("CAM 80306",)),
        ("MED 80306", ()),
        ("80310", ("MED 80310",)),
        ("CAM 070", ("CAM 070",)),
        ("CAM 0070", ("CAM 070", "CAM 70")),
        ("70", ("CAM 70",)),
        ("115hb", ("CAM 115HB",)),
        ("115", ()),
        ("A2.04.141", ("A.2.04.141",)),
        ("a204141", ("A.2.04.141",)),
        ("000124N", ("00.01.24n",)),
        ("policy number CAM 80306", ("CAM 80306",)),
        ("CAM", ()),
        ("?!", ()),
    ],
)
def test_matching(written: str, meant: tuple[str, ...]) -> None:
    assert number.matching(written, ON_FILE) == meant


def test_a_number_without_its_prefix_may_be_two() -> None:
    assert number.matching("80306", ("CAM 80306", "MED 80306")) == ("CAM 80306", "MED 80306")
