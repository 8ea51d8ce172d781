"""`bot prior-auth`: the payer's prior-authorization list."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from bot.cli.arguments import Day
from bot.cli.opened import opened


@click.group("prior-auth")
def prior_auth() -> None:
    """Keep the payer's prior-authorization list.

    \b
    Example:
      bot prior-auth import list.csv
    """


@prior_auth.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--date", "dated", type=Day(), help="The date of the list; today by default.")
def import_(file: Path, dated: date | None) -> None:
    """Put a list on file in place of the one before, which is kept.

    A CSV file in UTF-8 with the header code,code_end,system,requirement,condition,reviewer,
    line_of_business,valid_from,valid_to. A requirement is required, not_required or conditional (with its
    condition); code_end makes a range. One mistake refuses the file, with the line.

    \b
    Example:
      bot prior-auth import list.csv --date 2025-01-31
    """
    from bot.store.csvlists import read_prior_auth

    read = read_prior_auth(file)
    with opened() as store:
        listed = store.lists.file_prior_auth(
            read.rows, read.digest, file.name, dated or date.today()
        )
    click.echo(listed.sentence("prior-authorization list"))
