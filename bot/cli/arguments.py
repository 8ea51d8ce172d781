"""Kinds of arguments that several commands take."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import click


class Day(click.ParamType[date]):
    """A day, written as 2025-01-31."""

    name = "date"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            self.fail(f"{value!r} is no date: write it as 2025-01-31.", param, ctx)


class StatedDate(click.ParamType[str]):
    """A date in the precision that is known: 2025-01-31, 2025-01 or 2025."""

    name = "date"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from bot.store.succession import first_day

        try:
            if not re.fullmatch(r"\d{4}(-\d\d){0,2}", value):
                raise ValueError
            first_day(value)
        except ValueError:
            self.fail(f"{value!r} is no date: write 2025-01-31, 2025-01 or 2025.", param, ctx)
        return value


class Age(click.ParamType[timedelta]):
    """A length of time in whole days, written as 90d."""

    name = "days"

    def convert(
        self, value: str | timedelta, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        from bot.settings import days

        if isinstance(value, timedelta):
            return value
        try:
            return days(value)
        except ValueError:
            self.fail(f"{value!r} is no number of days: write it as 90d.", param, ctx)
