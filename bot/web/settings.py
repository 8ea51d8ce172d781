"""The settings of the gateway: who may call from where, what the log tells, which channels are on."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.errors import BadSetting

CHANNELS: Final = ("rest", "socketio")
DEMO_EXAMPLES: Final = (
    "Is a TENS unit medically necessary? | What must be met for bariatric surgery?"
    " | Which codes does policy JV 103 list?"
)

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?")
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass(frozen=True, slots=True)
class WebSettings:
    """By default the server's own pages alone may call, and the log names no addresses.

    `frame_ancestors` is the value of that directive. `trusted_proxies` may tell by X-Forwarded-For and
    X-Forwarded-Proto from where a request came. `examples` are first questions for the server's own page.
    """

    allowed_origins: frozenset[str] = frozenset()
    site_keys: frozenset[str] = frozenset()
    frame_ancestors: str = "'self'"
    public_url: str | None = None
    trusted_proxies: str = "127.0.0.1,::1"
    metrics_token: str | None = None
    log_requests: bool = True
    log_addresses: bool = False
    rasa_channels: frozenset[str] = frozenset()
    examples: str = (
        "Is work hardening medically necessary? | Which codes does policy CAM 80306 list?"
        " | Does work hardening need prior authorization?"
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> WebSettings:
        """Raises `BadSetting` where a value cannot be used."""
        usual, read = cls(), _Reader(environment)
        frames = read.words("BOT_FRAME_ANCESTORS")
        for frame in frames:
            if frame not in ("'self'", "'none'") and not _ORIGIN.fullmatch(frame):
                raise BadSetting(
                    f"BOT_FRAME_ANCESTORS names {frame!r}: give 'self', 'none' or origins such as"
                    " https://portal.example."
                )
        proxies = read.words("BOT_TRUSTED_PROXIES")
        return cls(
            allowed_origins=frozenset(
                read.each(
                    "BOT_ALLOWED_ORIGINS", _ORIGIN, "an origin such as https://portal.example"
                )
            ),
            site_keys=frozenset(
                read.each("BOT_SITE_KEYS", _KEY, "a key of 8 to 64 letters, digits, - and _")
            ),
            frame_ancestors=" ".join(frames) or usual.frame_ancestors,
            public_url=read.one(
                "BOT_PUBLIC_URL", _ORIGIN, "an address such as https://bot.example"
            ),
            trusted_proxies=",".join(proxies) or usual.trusted_proxies,
            metrics_token=read.one(
                "BOT_METRICS_TOKEN", _KEY, "a token of 8 to 64 letters, digits, - and _"
            ),
            log_requests=read.switch("BOT_LOG_REQUESTS", usual.log_requests),
            log_addresses=read.switch("BOT_LOG_ADDRESSES", usual.log_addresses),
            rasa_channels=frozenset(
                read.each(
                    "BOT_RASA_CHANNELS", re.compile("|".join(CHANNELS)), " or ".join(CHANNELS)
                )
            ),
        )


class _Reader:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def words(self, name: str) -> list[str]:
        return self._environment.get(name, "").replace(",", " ").split()

    def each(self, name: str, shape: re.Pattern[str], expected: str) -> list[str]:
        words = [word.rstrip("/") for word in self.words(name)]
        for word in words:
            if not shape.fullmatch(word):
                raise BadSetting(f"{name} holds {word!r}: each must be {expected}.")
        return words

    def one(self, name: str, shape: re.Pattern[str], expected: str) -> str | None:
        words = self.each(name, shape, expected)
        if len(words) > 1:
            raise BadSetting(f"{name} holds {len(words)} values: give one, {expected}.")
        return words[0] if words else None

    def switch(self, name: str, default: bool) -> bool:
        value = self._environment.get(name, "").strip().lower() or ("on" if default else "off")
        if value not in ("on", "off"):
            raise BadSetting(f"{name} is {value!r}: set it to on or off.")
        return value == "on"
