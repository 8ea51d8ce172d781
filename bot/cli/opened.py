"""The store that the settings name, for the length of a command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.store import Store


@contextmanager
def opened() -> Iterator[Store]:
    from bot.settings import Settings
    from bot.store import open_store

    store = open_store(Settings.from_environment().database_url)
    try:
        yield store
    finally:
        store.close()


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
