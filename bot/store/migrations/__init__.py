"""Alembic, run by the store itself on a connection whose transaction it holds."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy.engine import Connection

from bot.errors import StoreUnavailable

# Alembic keeps what it works on in its own modules: one at a time.
_ALEMBIC: Final = Lock()


def configuration(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Raises `StoreUnavailable` for tables that a newer version of the software made."""
    try:
        with _ALEMBIC:
            command.upgrade(configuration(connection), "head")
    except CommandError as error:
        raise StoreUnavailable(
            "The database was made by a newer version of this software: use that version, or another"
            " BOT_DATABASE_URL."
        ) from error


def downgrade(connection: Connection, to: str) -> None:
    with _ALEMBIC:
        command.downgrade(configuration(connection), to)
