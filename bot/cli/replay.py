"""`bot replay`: past conversations sent to a candidate, and what it answers otherwise."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

import click

from bot.cli.opened import opened
from bot.conversations.replay import WHATS, to_html, to_json, to_text

_UNITS: Final = {"d": "days", "h": "hours", "w": "weeks"}


@click.command()
@click.option(
    "--since",
    default="30d",
    show_default=True,
    help="How far back: 12h, 30d, 8w, or a date such as 2026-01-31.",
)
@click.option(
    "--against",
    required=True,
    metavar="CANDIDATE",
    help="A server's address, a model's .tar.gz, or a database's address.",
)
@click.option(
    "-n",
    "workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes; each loads the candidate for itself.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print every answer that changed, with both sides."
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write a page with both sides.",
)
@click.option(
    "--fail-on",
    multiple=True,
    type=click.Choice(WHATS),
    help="Exit with 1 where this changed; may be given several times.",
)
def replay(
    since: str,
    against: str,
    workers: int,
    as_json: bool,
    html: Path | None,
    fail_on: tuple[str, ...],
) -> int:
    """Send the conversations of the store to a candidate, and show every answer that changed.

    The candidate is another release (its server), another model (its file, over the store of the
    settings) or another store (its database). Nothing is written to the store. What changed is grouped by the gravest: a turn that failed,
    determination, policy, kind, topics, facts (codes, criteria, reasoning), and wording only.

    \b
    Examples:
      bot replay --since 30d --against http://127.0.0.1:8100 --fail-on determination
      bot replay --since 2026-01-01 --against models/bot-08f855fa4ade262a.tar.gz --html changed.html
      bot replay --since 1w --against sqlite:////srv/bot/next.db -n 2
    """
    from bot.conversations.candidate import replay_all
    from bot.conversations.past import since as past_since

    begin = _moment(since)
    with opened() as store:
        replayed = replay_all(past_since(store, begin), against, workers)
    if as_json:
        click.echo(json.dumps(to_json(replayed), ensure_ascii=False, indent=1))
    else:
        click.echo(to_text(replayed))
    if html:
        html.write_text(to_html(replayed), encoding="utf-8")
    return int(any(set(fail_on) & set(changed.what) for changed in replayed.changed))


def _moment(since: str) -> datetime:
    now = datetime.now(timezone.utc)
    if span := re.fullmatch(r"(\d{1,4})([dhw])", since):
        return now - timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        return datetime.fromisoformat(since).replace(tzinfo=timezone.utc)
    except ValueError:
        raise click.BadParameter(
            f"{since!r} is no span (12h, 30d, 8w) and no date (2026-01-31)", param_hint="--since"
        ) from None
