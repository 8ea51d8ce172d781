"""`bot answers`: what the payer lets be said where no policy says it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from bot.cli.arguments import Day
from bot.cli.opened import opened


@click.group()
def answers() -> None:
    """Keep the answers that the payer has approved.

    \b
    Example:
      bot answers import answers.csv
    """


@answers.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--date", "dated", type=Day(), help="The date of the list; today by default.")
def import_(file: Path, dated: date | None) -> None:
    """Put approved answers on file in place of those before, which are kept.

    A CSV file in UTF-8 with the header question,text,matter,line_of_business,source,valid_from,valid_to,
    approved_by. A matter is what the answer is about (appeal, peer_to_peer, turnaround, ...) or empty.
    One mistake refuses the file, with the line.

    \b
    Example:
      bot answers import answers.csv
    """
    from bot.store.csvlists import read_answers

    read = read_answers(file)
    with opened() as store:
        listed = store.lists.file_answers(read.rows, read.digest, file.name, dated or date.today())
    click.echo(listed.sentence("list of approved answers"))
