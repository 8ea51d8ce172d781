"""The desk of a process that Rasa started: `rasa run actions` makes the actions without arguments."""

from __future__ import annotations

from functools import cache

from bot.answer.desk import Desk
from bot.assembly import open_desk
from bot.settings import Settings


@cache
def shared_desk() -> Desk:
    """The desk that the environment's settings describe, made once."""
    return open_desk(Settings.from_environment())
