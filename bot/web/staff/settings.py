"""The settings of signing in: how long a session may be idle, and the identity provider."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from bot.errors import BadSetting
from bot.store.accounts import Role
from bot.store.sessions import LONGEST

_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours"}
# On the machine itself, no one listens in between.
ISSUER: Final = re.compile(r"https://[^\s?#]+|http://(127\.0\.0\.1|localhost|\[::1\])[^\s?#]*")
_NAMES: Final = ("BOT_OIDC_ISSUER", "BOT_OIDC_CLIENT_ID", "BOT_OIDC_CLIENT_SECRET")


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider by OpenID Connect.

    `role_claim` names where in the identity token the roles stand, a dot for each step down; `roles` gives
    for a value there the role here, the first that fits.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    role_claim: str = "roles"
    roles: Sequence[tuple[str, Role]] = tuple((role.value, role) for role in Role)
    scope: str = "openid profile"


@dataclass(frozen=True, slots=True)
class StaffSettings:
    """Without a provider, staff have accounts with passwords here.

    With `second_person`, who brought a document cannot approve it.
    """

    idle: timedelta = timedelta(minutes=30)
    provider: Provider | None = None
    second_person: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> StaffSettings:
        """Raises `BadSetting` where a value cannot be used."""
        usual = cls()
        written = environment.get("BOT_SESSION_IDLE")
        return cls(
            idle=_length(written) if written else usual.idle,
            provider=_provider(environment),
            second_person=_switch(environment, "BOT_SECOND_PERSON"),
        )


def _switch(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "").strip().lower() or "off"
    if value not in ("on", "off"):
        raise BadSetting(f"{name} is {value!r}: set it to on or off.")
    return value == "on"


def _length(written: str) -> timedelta:
    match = re.fullmatch(r"\s*([1-9]\d{0,5})\s*([smh])\s*", written)
    length = timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else None
    if length is None or length > LONGEST:
        longest = LONGEST // timedelta(hours=1)
        raise BadSetting(
            f"BOT_SESSION_IDLE is {written!r}: write a length of time up to {longest} h, as 30m, 1h or 90s."
        )
    return length


def _provider(environment: Mapping[str, str]) -> Provider | None:
    issuer, client, secret = (environment.get(name, "").strip() for name in _NAMES)
    if not any((issuer, client, secret)):
        return None
    if not all((issuer, client, secret)):
        missing = [name for name in _NAMES if not environment.get(name, "").strip()]
        raise BadSetting(
            f"{' and '.join(missing)} must be set too, as {' and '.join(_NAMES)} go together."
        )
    if not ISSUER.fullmatch(issuer):
        raise BadSetting(
            f"BOT_OIDC_ISSUER is {issuer!r}: give the provider's address, beginning with https://."
        )
    usual = Provider(issuer, client, secret)
    scope = environment.get("BOT_OIDC_SCOPE", "").replace(",", " ").split()
    if scope and "openid" not in scope:
        raise BadSetting("BOT_OIDC_SCOPE must name openid among the scopes, as: openid profile.")
    return replace(
        usual,
        role_claim=environment.get("BOT_OIDC_ROLE_CLAIM", "").strip() or usual.role_claim,
        roles=_roles(environment.get("BOT_OIDC_ROLES", "")) or usual.roles,
        scope=" ".join(scope) or usual.scope,
    )


def _roles(written: str) -> tuple[tuple[str, Role], ...]:
    found: list[tuple[str, Role]] = []
    for pair in filter(None, (part.strip() for part in written.split(","))):
        value, _, role = pair.rpartition("=")
        if not value.strip() or role.strip() not in Role.__members__:
            raise BadSetting(
                f"BOT_OIDC_ROLES holds {pair!r}: write VALUE=ROLE, with commas between, where a role is"
                f" one of {', '.join(Role.__members__)}."
            )
        found.append((value.strip(), Role(role.strip())))
    return tuple(found)
