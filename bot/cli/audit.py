"""`bot audit`: who looked at what, and who did what."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final

import click

from bot.cli.opened import opened, print_json

if TYPE_CHECKING:
    from bot.store.audit import Entry


class _Since(click.ParamType[datetime]):
    """A day or a moment in UTC, or how long ago."""

    name = "time"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return _moment(value)
        except ValueError:
            self.fail(
                f"{value!r} is no time: write 2025-01-31, 2025-01-31T14:05 (UTC), 90d or 12h.",
                param,
                ctx,
            )


_UNITS: Final = {"d": timedelta(days=1), "h": timedelta(hours=1)}


def _moment(text: str) -> datetime:
    if ago := re.fullmatch(r"(\d{1,4})([dh])", text):
        return datetime.now(timezone.utc) - int(ago[1]) * _UNITS[ago[2]]
    form = "%Y-%m-%dT%H:%M" if "T" in text else "%Y-%m-%d"
    return datetime.strptime(text, form).replace(tzinfo=timezone.utc)


@click.command()
@click.option("--since", type=_Since(), help="From then on: a day, a moment in UTC, or 90d, 12h.")
@click.option("--user", metavar="NAME", help="What this user did, alone.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def audit(since: datetime | None, user: str | None, as_json: bool) -> None:
    """Show who looked at what, and who did what, the earliest first.

    Each look of staff at a conversation or a decision is in it, each action, and each sign-in that failed. The
    database refuses to change an entry or to take it away.

    \b
    Example:
      bot audit --since 7d --user dana
    """
    with opened() as store:
        by = None if user is None else store.accounts.called(user).id
        found = store.audit.read(since, by)
        if as_json:
            print_json([_json(entry) for entry in found])
        else:
            for entry in found:
                click.echo(_line(entry))


def _line(entry: Entry) -> str:
    facts = [f"{entry.at:%Y-%m-%d %H:%M:%S}", entry.name, entry.action, entry.object or ""]
    facts += [f"{name}={value}" for name, value in entry.detail.items()]
    return "  ".join(filter(None, facts))


def _json(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "by": entry.by,
        "name": entry.name,
        "action": entry.action,
        "object": entry.object,
        "detail": entry.detail,
    }
