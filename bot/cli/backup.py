"""`bot backup` and `bot restore`: all that is kept, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.opened import opened

if TYPE_CHECKING:
    from bot.store.backup import Copied


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> int:
    """Write all that is kept into a file, while the server runs, and verify it.

    It holds the policies, lists, conversations and decisions of the database that BOT_DATABASE_URL names,
    SQLite or PostgreSQL, and can be restored into either. It is readable for you alone: it holds what
    providers wrote. Trained models and the files of the settings are not in it.

    \b
    Example:
      bot backup bot-2025-06-30.backup
    """
    from bot.store.backup import back_up

    with opened() as store:
        copied = back_up(store.database, file)
    click.echo(f"{file} holds {_said(copied)}.")
    return _warned(copied)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--replace", is_flag=True, help="Also where the store is not empty: its content goes."
)
def restore(file: Path, replace: bool) -> int:
    """Put a backup into the database that BOT_DATABASE_URL names, and verify it there.

    A running server goes on with what was restored. A backup of an earlier version of the software is
    brought up to date on the way.

    \b
    Example:
      bot restore bot-2025-06-30.backup
    """
    from bot.store.backup import restore as put_in_place

    with opened() as store:
        copied = put_in_place(file, store.database, replace)
    click.echo(f"The store holds {_said(copied)} again.")
    return _warned(copied)


def _said(copied: Copied) -> str:
    rows = copied.rows
    return (
        f"{rows['versions']} versions of policies, {rows['lists']} lists,"
        f" {rows['conversations']} conversations and {rows['decisions']} decisions"
    )


def _warned(copied: Copied) -> int:
    if not copied.faults:
        return 0
    click.echo(
        "The record of decisions in it is not as it was given: bot decisions verify.", err=True
    )
    return 1
