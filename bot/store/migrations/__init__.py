"""Alembic, run by the store itself on a connection whose transaction it holds."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection


def configuration(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection, to: str = "head") -> None:
    command.upgrade(configuration(connection), to)


def downgrade(connection: Connection, to: str) -> None:
    command.downgrade(configuration(connection), to)
