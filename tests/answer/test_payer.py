"""The payer's directory names who can help, and never more than it was told."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from bot.answer import payer
from bot.answer.needs import MATTERS, MEMBER_DATA
from bot.answer.payer import Contact, Desk
from bot.errors import BadVocabulary
from bot.settings import ROOT

SHIPPED = payer.load(ROOT / "data/payer.yml")
DEMO = payer.load(ROOT / "data/demo/payer.yml")
ROLES = "".join(f"{desk}:\n  role: the {desk} desk\n" for desk in get_args(Desk))


def test_the_shipped_directory_knows_roles_only() -> None:
    assert SHIPPED.name is None
    for desk in get_args(Desk):
        contact = SHIPPED.contact(desk)
        assert contact == Contact(role=contact.role, source=contact.source)
        assert contact.role.startswith(("the ", "a person"))


def test_the_demo_numbers_are_fictional() -> None:
    assert DEMO.name is not None
    text = (ROOT / "data/demo/payer.yml").read_text(encoding="utf-8")
    numbers = re.findall(r"\d{3}-\d{4}", text)
    assert numbers
    # 555-0100 to 555-0199 are set aside for fiction; example.com is too.
    assert all(number.startswith("555-01") for number in numbers)
    assert all("example.com" in link for link in re.findall(r"https://\S+", text))


@pytest.mark.parametrize(
    ("need", "desk"),
    [
        ("appeal", "appeals"),
        ("peer_to_peer", "peer_to_peer"),
        ("submission", "prior_authorization"),
        ("prior_auth", "prior_authorization"),
        ("turnaround", "prior_authorization"),
        ("retro_authorization", "prior_authorization"),
        ("visit_limits", "eligibility"),
        ("fees", "fee_schedules"),
        ("claim_denial", "claims"),
        ("other_coverage", "other_coverage"),
        ("person", "person"),
        ("complaint", "person"),
        ("coverage", "provider_services"),
    ],
)
def test_who_can_answer(need: str, desk: Desk) -> None:
    assert SHIPPED.contact_for(need) is SHIPPED.contact(desk)


@pytest.mark.parametrize("need", [*MATTERS, MEMBER_DATA])
def test_every_matter_has_its_desk(need: str) -> None:
    assert need in payer.DESK_OF


def test_what_is_given_is_read_and_the_rest_is_not() -> None:
    written = payer.parse(
        "payer.yml",
        "name: Our Plan\n"
        + ROLES.replace(
            "  role: the appeals desk\n",
            "  role: the appeals desk\n  phone: 0123 555-0100\n  hours:\n  link: https://a.example\n",
        ),
    )
    assert written.name == "Our Plan"
    assert written.contact("appeals") == Contact(
        role="the appeals desk",
        phone="0123 555-0100",
        link="https://a.example",
        source="payer.yml, line 4",
    )
    assert written.contact("claims").phone is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "payer.yml: prior_authorization, appeals"),
        (ROLES.replace("claims:", "clams:"), "payer.yml, line 9: 'clams' is unknown"),
        (ROLES + "claims:\n  role: x\n", "'claims' stands here twice"),
        (ROLES.replace("role: the claims desk", "role:"), "line 9: 'role' is missing"),
        (ROLES.replace("role: the claims", "rol: the claims"), "'rol' is unknown"),
        (ROLES + "  link: http://a.example\n", "must begin with https://"),
        (ROLES + "  phone: [1, 2]\n", "expected a single text"),
        ("- a\n- b\n", "'' is unknown"),
        ("name: x: y\n", "line 1: not readable as YAML"),
    ],
)
def test_mistakes_are_pointed_at(text: str, says: str) -> None:
    with pytest.raises(BadVocabulary) as caught:
        payer.parse("payer.yml", text)
    assert says in str(caught.value)


def test_no_directory() -> None:
    with pytest.raises(BadVocabulary, match="cannot be read"):
        payer.load(ROOT / "data/nowhere.yml")
