"""Names that only the text of a policy gives its service."""

from __future__ import annotations

import pytest

from bot.answer.spoken import called, speaking
from bot.policy import parser
from tests.answer.shelf import Shelf

HEAD = """FICTIONAL HEALTH PLAN

Policy Number: FHP 7
Title: Insertable Cardiac Monitors

Description
"""
REST = """

Policy
Insertable cardiac monitors are considered investigational for all indications.

References
1. Winslow G. Quintaris in practice. Fictional Journal, 2014.
"""


def shelf_with(description: str) -> Shelf:
    text = HEAD + description + REST
    shelf = Shelf()
    shelf.put(parser.parse(text), text)
    return shelf


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ("An insertable cardiac monitor, also called an implantable loop recorder, is small.", "loop recorder"),
        ("Insertable cardiac monitors (loop recorders) lie under the skin.", "loop recorders"),
        ("The insertable cardiac monitor sold as Quintaris is one of several.", "quintaris"),
        ("The Quintaris® insertable cardiac monitor is one of several.", "Quintaris"),
    ],
)  # fmt: skip
def test_another_name_of_the_service(description: str, words: str) -> None:
    assert called(words, shelf_with(description)) == ("FHP 7",)


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ("It is used after a stroke (cryptogenic) of unknown cause.", "cryptogenic"),
        ("Members with a body mass index (BMI) above 40 need a longer lead.", "BMI"),
        ("Insertable cardiac monitors differ from a Holter monitor.", "holter monitor"),
        ("They are small.", "quintaris"),
    ],
)
def test_what_a_policy_merely_mentions_is_no_name_of_its_service(
    description: str, words: str
) -> None:
    assert called(words, shelf_with(description)) == ()


def test_what_policies_speak_of_is_found_beside_their_references() -> None:
    shelf = shelf_with("Insertable cardiac monitors differ from a Holter monitor.")
    assert [version.policy.number for version in speaking("holter", shelf)] == ["FHP 7"]
    assert speaking("winslow", shelf) == ()
