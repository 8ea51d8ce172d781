"""`bot test`: plays conversation regression tests and reports what did not hold."""

from __future__ import annotations

import json
from pathlib import Path

import click

from bot.conversations import report
from bot.conversations.runner import Result
from bot.conversations.stores import play_all
from bot.conversations.suite import collect, select
from bot.errors import BadCase


@click.command()
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="PATH...",
)
@click.option("-k", "words", default="", help="Only those with these words in their name or file.")
@click.option("--tags", default="", help="Only those with one of these tags, comma-separated.")
@click.option("--url", help="Play them on a running server instead of starting the assistant here.")
@click.option("--json", "as_json", is_flag=True, help="Print every conversation as a JSON array.")
def test(paths: tuple[Path, ...], words: str, tags: str, url: str | None, as_json: bool) -> int:
    """Play the conversations of files and folders, and report what did not hold.

    A .yml file holds conversations, a .tsv file questions. Each reply is held to what the file expects
    of it, and to what must always hold: that all it says stands in the policy it names. Exit code 0 when
    all held, 1 when something did not, 2 for wrong usage.

    \b
    Examples:
      bot test tests/conversations
      bot test tests/questions/cam_80306.tsv -k prior
      bot test tests/conversations --url http://127.0.0.1:8000
    """
    chosen = select(collect(paths), words, [tag for tag in tags.split(",") if tag])
    if not chosen:
        raise BadCase("No conversation fits this choice: look at -k and --tags.")
    results = [_told(result, as_json) for result in play_all(chosen, url)]
    if as_json:
        click.echo(json.dumps([report.to_json(r) for r in results], ensure_ascii=False, indent=1))
    else:
        click.echo(report.summary(results))
    return int(any(not result.passed for result in results))


def _told(result: Result, as_json: bool) -> Result:
    """Failures are printed as they come: a long run shows at once that it goes wrong."""
    if not (as_json or result.passed):
        click.echo(report.failure(result) + "\n")
    return result
