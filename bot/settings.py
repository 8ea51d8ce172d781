"""The settings, read from the environment with the prefix `BOT_`; each default works on a laptop."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import BadSetting

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """`home` holds everything that the bot writes except trained models."""

    home: Path
    database_url: str
    data: Path = ROOT / "data"
    models: Path = ROOT / "models"
    rate_limit: bool = True
    payer: Path = ROOT / "data" / "payer.yml"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Raises `BadSetting` where a value cannot be used."""
        home = Path(environment.get("BOT_HOME") or ROOT / "var").expanduser().resolve()
        limit = environment.get("BOT_RATE_LIMIT", "on").lower()
        if limit not in ("on", "off"):
            raise BadSetting(f"BOT_RATE_LIMIT is {limit!r}: set it to on or off.")
        url = environment.get("BOT_DATABASE_URL") or f"sqlite:///{home / 'bot.db'}"
        return cls(home=home, database_url=_sqlalchemy_url(url), rate_limit=limit == "on")


def _sqlalchemy_url(url: str) -> str:
    # Hosting services hand out postgres://, which SQLAlchemy 1.4 refuses.
    return "postgresql" + url.removeprefix("postgres") if url.startswith("postgres:") else url
