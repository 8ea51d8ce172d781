"""The payer's directory: who handles what, so that a reply that cannot answer names who can.

`data/payer.yml` holds it. What it does not name is called by its role; no number or address is ever made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, get_args

from bot.answer.entries import Entry, entries
from bot.errors import BadVocabulary

Desk = Literal[
    "prior_authorization",
    "appeals",
    "peer_to_peer",
    "eligibility",
    "claims",
    "bluecard",
    "provider_services",
    "member_services",
    "fee_schedules",
    "other_coverage",
    "person",
]

# Who can answer what a medical policy does not say, by the need (`bot.answer.needs`).
DESK_OF: Final[Mapping[str, Desk]] = MappingProxyType(
    {
        "prior_auth": "prior_authorization",
        "submission": "prior_authorization",
        "turnaround": "prior_authorization",
        "retro_authorization": "prior_authorization",
        "appeal": "appeals",
        "peer_to_peer": "peer_to_peer",
        "visit_limits": "eligibility",
        "member_liability": "provider_services",
        "payment_guarantee": "provider_services",
        "fees": "fee_schedules",
        "other_coverage": "other_coverage",
        "claim_denial": "claims",
        "definition": "provider_services",
        "administration": "provider_services",
        "member_data": "provider_services",
        "benefit_application": "eligibility",
        "person": "person",
        "complaint": "person",
    }
)
_CONTACT_KEYS: Final = frozenset({"role", "phone", "hours", "address", "link"})


@dataclass(frozen=True, slots=True)
class Contact:
    """Who handles something. `role` names it when nothing else is known ("the payer's claims department")."""

    role: str
    phone: str | None = None
    hours: str | None = None
    address: str | None = None
    link: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Payer:
    """`name` is None where the directory does not say whose it is."""

    name: str | None
    contacts: Mapping[Desk, Contact]

    def contact(self, desk: Desk) -> Contact:
        return self.contacts[desk]

    def contact_for(self, need: str) -> Contact:
        """Who can answer a need of `bot.answer.needs`; provider services where no other desk does."""
        return self.contacts[DESK_OF.get(need, "provider_services")]


def load(path: Path) -> Payer:
    """Reads a directory; raises `BadVocabulary` with file, line and what to do."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadVocabulary(f"The payer's directory {path} cannot be read: {error}.") from error
    return parse(path.name, text)


def parse(file: str, text: str) -> Payer:
    """Reads a directory from its text; each desk must be there, at least with its role."""
    name: str | None = None
    contacts: dict[Desk, Contact] = {}
    for entry in entries(file, text):
        desk = next((d for d in get_args(Desk) if d == entry.key), None)
        if entry.key == "name":
            name = entry.text(entry.value) or None
        elif desk is None:
            raise entry.wrong(f"{entry.key!r} is unknown: use name, {', '.join(get_args(Desk))}.")
        elif desk in contacts:
            raise entry.wrong(f"{entry.key!r} stands here twice: keep one.")
        else:
            contacts[desk] = _contact(entry)
    missing = [desk for desk in get_args(Desk) if desk not in contacts]
    if missing:
        raise BadVocabulary(f"{file}: {', '.join(missing)} missing: add each with its role.")
    return Payer(name, MappingProxyType(contacts))


def _contact(entry: Entry) -> Contact:
    fields = entry.fields(_CONTACT_KEYS, required=("role",))
    values = {key: entry.text(value) or None for key, value in fields.items()}
    role = values.pop("role") or ""
    link = values.get("link")
    if link and not link.startswith("https://"):
        raise entry.wrong(f"the link {link!r} must begin with https://.")
    return Contact(role, **values, source=entry.source)
