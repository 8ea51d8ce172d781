"""`bot privacy`: what is kept of conversations, and for how long."""

from __future__ import annotations

from datetime import timedelta

import click

from bot.cli.arguments import Age
from bot.cli.opened import opened


@click.group()
def privacy() -> None:
    """Take away what need not be kept any longer.

    \b
    Example:
      bot privacy purge --older-than 90d
    """


@privacy.command()
@click.option("--older-than", type=Age(), required=True, help="A number of days, as 90d.")
@click.option("--dry-run", is_flag=True, help="Only count.")
def purge(older_than: timedelta, dry_run: bool) -> None:
    """Take away the texts of what was said longer ago: of conversations, messages and decisions.

    Reference numbers, policy versions, times and the chain of the record stay, and bot decisions verify
    goes on to hold. BOT_RETENTION=90d lets the server do it daily. Backups made before keep their texts.

    \b
    Example:
      bot privacy purge --older-than 90d --dry-run
    """
    from bot.store.clock import utc_now

    with opened() as store:
        purged = store.retention.purge(utc_now() - older_than, dry_run)
    click.echo(
        f"{'Would take' if dry_run else 'Took'} the texts of {purged.messages} messages and"
        f" {purged.decisions} decisions, and what was remembered of {purged.conversations}"
        f" conversations, older than {older_than.days} days."
    )
