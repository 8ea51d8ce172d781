"""The settings, read from the environment with the prefix `BOT_`; each default works on a laptop."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.errors import BadSetting

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """`home` holds everything that the bot writes except trained models.

    `retention` is for how long texts of conversations are kept; None is for ever. `redis_url` is what several
    processes share beside the database. `train` says whether a start may train the dialog model.
    """

    home: Path
    database_url: str
    data: Path = ROOT / "data"
    models: Path = ROOT / "models"
    rate_limit: bool = True
    payer: Path = ROOT / "data" / "payer.yml"
    retention: timedelta | None = None
    redis_url: str | None = None
    train: bool = True

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Raises `BadSetting` where a value cannot be used."""
        home = Path(environment.get("BOT_HOME") or ROOT / "var").expanduser().resolve()
        url = environment.get("BOT_DATABASE_URL") or f"sqlite:///{home / 'bot.db'}"
        keep = environment.get("BOT_RETENTION") or None
        try:
            retention = None if keep is None else days(keep)
        except ValueError as error:
            raise BadSetting(
                f"BOT_RETENTION is {keep!r}: write a number of days, as 90d."
            ) from error
        return cls(
            home=home,
            database_url=_sqlalchemy_url(url),
            rate_limit=_switch(environment, "BOT_RATE_LIMIT"),
            retention=retention,
            redis_url=environment.get("BOT_REDIS_URL") or None,
            train=_switch(environment, "BOT_TRAIN"),
        )


def _switch(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "on").lower()
    if value not in ("on", "off"):
        raise BadSetting(f"{name} is {value!r}: set it to on or off.")
    return value == "on"


def days(text: str) -> timedelta:
    """A length of time in whole days, written as 90d. Raises `ValueError`."""
    match = re.fullmatch(r"\s*([1-9]\d{0,4})\s*d\s*", text)
    if match is None:
        raise ValueError(text)
    return timedelta(days=int(match[1]))


def _sqlalchemy_url(url: str) -> str:
    # Hosting services hand out postgres://, which SQLAlchemy 1.4 refuses.
    return "postgresql" + url.removeprefix("postgres") if url.startswith("postgres:") else url
