"""Signing in at an identity provider: OpenID Connect with the authorization code and PKCE.

The provider's own statements (its discovery document and keys) are fetched when they are first needed, and
again after an hour or when a key is not among them. What the flow has to remember goes to the browser and
back in a signed cookie.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any, Final
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.integrations.httpx_client import AsyncOAuth2Client  # type: ignore[import-untyped]
from httpx import AsyncClient, HTTPError
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from bot.store.accounts import Role
from bot.web.staff.settings import ISSUER, Provider

# Signatures that the holder of our own secret or anybody else could make are not among them.
_ALGORITHMS: Final = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "EdDSA",
]
_TIMEOUT_S: Final = 10.0
_KEPT_S: Final = 3600.0
_LEEWAY_S: Final = 60
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderFault(Exception):
    """What came from the provider cannot be used. Its text is for the log, and holds no secret."""


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser goes, and what must be known when it comes back."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider vouches for; `role` is None where none of the values is one here."""

    issuer: str
    subject: str
    name: str
    role: Role | None


class OpenID:
    """The provider of the settings, as the one party to talk with."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._stated: Mapping[str, Any] = {}
        self._keys: KeySet | None = None
        self._until = 0.0

    @property
    def host(self) -> str:
        """What people may know the provider by."""
        return urlsplit(self._provider.issuer).netloc

    async def depart(self, back: str) -> Departure:
        """`back` is our address to come back to. Raises `ProviderFault`."""
        stated = await self._statements()
        nonce, verifier = token_urlsafe(32), token_urlsafe(48)
        async with self._client(back) as client:
            url, state = client.create_authorization_url(
                stated["authorization_endpoint"], nonce=nonce, code_verifier=verifier
            )
        return Departure(url, state, nonce, verifier)

    async def arrive(self, code: str, back: str, nonce: str, verifier: str) -> Identity:
        """Who came back with a code of this departure. Raises `ProviderFault`."""
        stated = await self._statements()
        try:
            async with self._client(back) as client:
                token = await client.fetch_token(
                    stated["token_endpoint"], code=code, code_verifier=verifier
                )
        except (HTTPError, AuthlibBaseError, ValueError) as error:
            raise ProviderFault(f"the code was not taken ({type(error).__name__})") from error
        written = token.get("id_token")
        if not isinstance(written, str):
            raise ProviderFault("no identity token came with the code")
        return self._identity(await self._claims(written, nonce))

    def _client(self, back: str) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self._provider.client_id,
            self._provider.client_secret,
            scope=self._provider.scope,
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=_TIMEOUT_S,
        )

    async def _claims(self, written: str, nonce: str) -> Mapping[str, Any]:
        expected = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self._stated["issuer"]},
            aud={"essential": True, "value": self._provider.client_id},
            azp={"value": self._provider.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = await self._verified(written)
            expected.validate(claims)
        except (JoseError, ValueError) as error:
            raise ProviderFault(f"the identity token does not hold ({error})") from error
        return claims

    async def _verified(self, written: str) -> dict[str, Any]:
        try:
            return jwt.decode(written, await self._key_set(), algorithms=_ALGORITHMS).claims
        except InvalidKeyIdError:
            self._keys = None
            return jwt.decode(written, await self._key_set(), algorithms=_ALGORITHMS).claims

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        subject = str(claims["sub"])
        names = (claims.get(name) for name in ("name", "preferred_username", "email"))
        name = next((name for name in names if isinstance(name, str) and name.strip()), subject)
        held = values(claims, self._provider.role_claim)
        role = next((role for value, role in self._provider.roles if value in held), None)
        return Identity(self._provider.issuer, subject, name, role)

    async def _statements(self) -> Mapping[str, Any]:
        if time.monotonic() < self._until:
            return self._stated
        issuer = self._provider.issuer.rstrip("/")
        stated = await _fetch(f"{issuer}/.well-known/openid-configuration")
        if str(stated.get("issuer", "")).rstrip("/") != issuer:
            raise ProviderFault("the provider says that it is another issuer")
        for name in _ENDPOINTS:
            if not ISSUER.fullmatch(str(stated.get(name, ""))):
                raise ProviderFault(f"its {name} is no address with TLS")
        self._stated, self._keys = stated, None
        self._until = time.monotonic() + _KEPT_S
        return stated

    async def _key_set(self) -> KeySet:
        if self._keys is None:
            fetched: Any = await _fetch(self._stated["jwks_uri"])
            try:
                self._keys = KeySet.import_key_set(fetched)
            except (JoseError, KeyError, ValueError, TypeError) as error:
                raise ProviderFault("its keys cannot be read") from error
        return self._keys


def values(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """The values of a claim: by its whole name, or a step down at each dot."""
    found: Any = claims.get(name)
    if found is None:
        found = claims
        for step in name.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
    several = found if isinstance(found, list) else [found]
    return frozenset(value for value in several if isinstance(value, str))


async def _fetch(url: str) -> Mapping[str, Any]:
    try:
        async with AsyncClient(timeout=_TIMEOUT_S) as client:
            answer = (await client.get(url)).raise_for_status()
            stated = answer.json()
    except (HTTPError, ValueError) as error:
        raise ProviderFault(f"{url} cannot be read ({type(error).__name__})") from error
    if not isinstance(stated, dict):
        raise ProviderFault(f"{url} holds no object")
    return stated
