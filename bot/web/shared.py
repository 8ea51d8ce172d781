"""What several processes share through Redis: the bell, and how often somebody asked.

Neither holds anything that may not be lost: what is told stands in the database, and turns find their order
there. While Redis is away, feeds look every second, and each process counts for itself.
"""

from __future__ import annotations

import contextlib
import logging
import math
import queue
import threading
import time
from typing import Any, Final, Protocol

from redis import Redis, RedisError  # type: ignore[import-untyped]

from bot.errors import BadSetting
from bot.web.bell import LocalBell
from bot.web.limits import Limiter, Rate

_LOG = logging.getLogger(__name__)
_CHANNEL: Final = "bot:bell"
# It answers within a millisecond where it is near; nobody waits for one that is away.
_PATIENCE_S: Final = 0.25
_AWAY_S: Final = 1.0
# More than that are not worth telling: who listens looks again as it is.
_MOST_RINGS: Final = 10_000

# When the bucket of a key will be full again, by the clock of Redis, which all share. Where that clock was
# set back, no more is held against anybody than a full bucket.
_TAKE: Final = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local each, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local full_at = tonumber(redis.call('GET', KEYS[1]) or now)
full_at = math.min(math.max(full_at, now), now + burst * each) + each
local wait = full_at - now - burst * each
if wait > 1e-6 then return tostring(wait) end
redis.call('SET', KEYS[1], tostring(full_at), 'PX', math.ceil((full_at - now) * 1000))
return '0'
"""


class _Script(Protocol):
    def __call__(self, keys: list[str], args: list[float]) -> Any: ...


def connect(url: str) -> Redis:
    """Raises `BadSetting` for an address that is none, or where nothing answers."""
    try:
        redis = Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=_PATIENCE_S,
            socket_connect_timeout=_PATIENCE_S,
        )
        redis.ping()
    except (RedisError, ValueError) as error:
        raise BadSetting(
            f"BOT_REDIS_URL: no Redis answers there ({_cause(error)}): give an address such as"
            " redis://host:6379/0, or unset it for a single process."
        ) from error
    return redis


class SharedLimiter(Limiter):
    """Counts for all processes together."""

    def __init__(self, name: str, rate: Rate, redis: Redis) -> None:
        super().__init__(rate)
        self._name = name
        self._rate = rate
        self._script: _Script = redis.register_script(_TAKE)
        self._away_until = 0.0

    def take(self, key: str) -> int:
        if time.monotonic() >= self._away_until:
            try:
                args = [self._rate.seconds, self._rate.burst]
                found = self._script(keys=[f"bot:limit:{self._name}:{key}"], args=args)
                return math.ceil(float(found))
            except RedisError as error:
                self._away_until = time.monotonic() + _AWAY_S
                _LOG.warning("Redis is away, so each process counts alone: %s", _cause(error))
        return super().take(key)


class SharedBell(LocalBell):
    """Rings in all processes: at once in this one, by publishing in the others."""

    def __init__(self, redis: Redis) -> None:
        super().__init__()
        self._redis = redis
        self._rung: queue.Queue[str] = queue.Queue(_MOST_RINGS)
        for work in (self._publish, self._hear):
            threading.Thread(target=work, name="bell", daemon=True).start()

    async def ring(self, conversation: str) -> None:
        await super().ring(conversation)
        with contextlib.suppress(queue.Full):
            self._rung.put_nowait(conversation)

    def _publish(self) -> None:
        while not self.closed:
            conversation = self._rung.get()
            # Those who missed it look by themselves, as they hear nothing either.
            with contextlib.suppress(RedisError):
                self._redis.publish(_CHANNEL, conversation)

    def _hear(self) -> None:
        while not self.closed:
            try:
                with self._redis.pubsub(ignore_subscribe_messages=True) as heard:
                    heard.subscribe(_CHANNEL)
                    self.ring_all()
                    while not self.closed:
                        # A connection that has died without a word is found out by asking.
                        message = heard.get_message(timeout=_AWAY_S)
                        if message is None:
                            heard.ping()
                        else:
                            self.ring_here(message["data"])
            except RedisError as error:
                _LOG.warning("Redis is away, so live feeds look by themselves: %s", _cause(error))
                self.ring_all()
                time.sleep(_AWAY_S)


def _cause(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")
