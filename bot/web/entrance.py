"""Who is let in: the service is there, the caller asks not too often, and the token is the conversation's."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from bot.answer.linking import Linking
from bot.store.feedback import Feedback
from bot.store.handover import Handovers
from bot.web.bell import Bell, LocalBell
from bot.web.limits import (
    ALL_STREAMS,
    PER_ADDRESS,
    PER_CONVERSATION,
    STARTS_PER_ADDRESS,
    STREAMS_PER_ADDRESS,
    STREAMS_PER_CONVERSATION,
    Limiter,
    Places,
)
from bot.web.problems import Problem
from bot.web.reception import Reception
from bot.web.settings import WebSettings
from bot.web.staff.entrance import StaffEntrance
from bot.web.turns import Turns

NAME = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,128}")
_STARTING_S = 3
# So many conversations' keys are known by heart: the key of a conversation never changes.
_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class Service:
    """What answers, once it is loaded. `policy` gives a stored version's JSON by its id, or raises `NotOnFile`."""

    turns: Turns
    policy: Callable[[str], Mapping[str, Any]]
    handovers: Handovers
    feedback: Feedback
    reception: Reception
    staff: StaffEntrance
    linking: Linking
    bell: Bell = field(default_factory=LocalBell)


@dataclass(slots=True)
class Limits:
    """How often; None of them where the setting lifts them."""

    conversation: Limiter = field(default_factory=lambda: Limiter(PER_CONVERSATION))
    address: Limiter = field(default_factory=lambda: Limiter(PER_ADDRESS))
    starts: Limiter = field(default_factory=lambda: Limiter(STARTS_PER_ADDRESS))


@dataclass(slots=True)
class Streams:
    """How many live feeds at once; these hold whatever the setting says."""

    conversation: Places = field(default_factory=lambda: Places(STREAMS_PER_CONVERSATION))
    address: Places = field(default_factory=lambda: Places(STREAMS_PER_ADDRESS))
    everybody: Places = field(default_factory=lambda: Places(ALL_STREAMS))


class Entrance:
    """`service` is None until it is loaded; everyone is told to come again until then."""

    def __init__(self, limits: Limits | None, settings: WebSettings) -> None:
        self.service: Service | None = None
        self.settings = settings
        self.streams = Streams()
        self._limits = limits
        self._keys: dict[str, bytes] = {}

    def ready(self) -> Service:
        """Raises `Problem` 503 while the service is being loaded."""
        if self.service is None:
            raise Problem(
                503, "The assistant is still starting.", {"Retry-After": str(_STARTING_S)}
            )
        return self.service

    def admit(self, request: HTTPConnection) -> Service:
        """Raises `Problem`: 503 as `ready` does, 429 when the address asks too often."""
        service = self.ready()
        if self._limits:
            _hold(self._limits.address.take(address_of(request)))
        return service

    def admit_start(self, request: HTTPConnection) -> Service:
        """As `admit`, for who begins a conversation; and 403 for a page that may not."""
        service = self.admit(request)
        self._of_a_known_site(request)
        if self._limits:
            _hold(self._limits.starts.take(address_of(request)))
        return service

    async def own(self, request: HTTPConnection) -> tuple[Service, str]:
        """The conversation that the request's token is the key to.

        Raises `Problem`: 401 without a token, 404 for another's conversation as for none.
        """
        service = self.admit(request)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not _TOKEN.fullmatch(token.strip()):
            raise Problem(
                401,
                "Send the conversation's token, in the header Authorization: Bearer TOKEN.",
                {"WWW-Authenticate": "Bearer"},
            )
        conversation: str = request.path_params["id"]
        if not await self.is_key(service, conversation, token.strip()):
            raise Problem(404, "There is no such conversation for this token.")
        return service, conversation

    async def is_key(self, service: Service, conversation: str, token: str) -> bool:
        if not NAME.fullmatch(conversation) or not _TOKEN.fullmatch(token):
            return False
        digest = hashlib.sha256(token.encode()).digest()
        if hmac.compare_digest(self._keys.get(conversation, b""), digest):
            return True
        is_key = await run_in_threadpool(service.turns.conversations.holds, conversation, token)
        if is_key:
            while len(self._keys) >= _KEYS:
                del self._keys[next(iter(self._keys))]
            self._keys[conversation] = digest
        return is_key

    def spend(self, conversation: str) -> None:
        """Raises `Problem` 429 when a conversation changes too often."""
        if self._limits:
            _hold(self._limits.conversation.take(conversation))

    def _of_a_known_site(self, request: HTTPConnection) -> None:
        # Programs send no such header, and could send any; this is about pages, whose browser sends it.
        if request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none"):
            return
        if request.headers.get("origin") not in self.settings.allowed_origins:
            raise Problem(
                403,
                "A page of this origin may not ask: the server's BOT_ALLOWED_ORIGINS names those that may.",
            )
        if not self.has_site_key(request):
            raise Problem(403, "Send the site's key, in the header X-Site-Key.")

    def has_site_key(self, request: HTTPConnection) -> bool:
        """Whether it comes with a site's key, where there are any; clients of socket.io send no headers."""
        keys = self.settings.site_keys
        given = request.headers.get("x-site-key") or request.query_params.get("site_key")
        return not keys or given in keys


def address_of(request: HTTPConnection) -> str:
    return request.client.host if request.client else ""


def _hold(wait: int) -> None:
    if wait:
        raise Problem(429, f"Too many requests: try again in {wait} s.", {"Retry-After": str(wait)})
