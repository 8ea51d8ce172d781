"""Opening hours as people write them, and whether somebody is there at a moment."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.answer.hours import read

# 2026-03-02 is a Monday; Eastern time is UTC-5 then, and UTC-4 from 8 March.
OPEN = [
    ("Monday to Friday, 8 a.m. to 6 p.m. Eastern Time", "2026-03-02T13:00", True),
    ("Monday to Friday, 8 a.m. to 6 p.m. Eastern Time", "2026-03-02T12:59", False),
    ("Monday to Friday, 8 a.m. to 6 p.m. Eastern Time", "2026-03-02T22:59", True),
    ("Monday to Friday, 8 a.m. to 6 p.m. Eastern Time", "2026-03-02T23:00", False),
    ("Monday to Friday, 8 a.m. to 6 p.m. Eastern Time", "2026-03-07T15:00", False),
    ("Monday to Friday, 8 a.m. to 6 p.m. Eastern Time", "2026-07-06T12:00", True),
    ("Monday–Friday, 8:30 am–5 pm CT", "2026-03-02T14:29", False),
    ("Monday–Friday, 8:30 am–5 pm CT", "2026-03-02T14:30", True),
    ("Mon-Fri 08:00-18:00 America/Chicago", "2026-03-02T23:59", True),
    ("Mon. - Fri. 8-5 p.m. PST", "2026-03-02T16:00", True),
    ("weekdays 9 to 5:30 p.m. ET", "2026-03-02T22:29", True),
    ("weekdays from 9 a.m. until noon Mountain Standard Time", "2026-03-02T18:59", True),
    ("weekdays from 9 a.m. until noon Mountain Standard Time", "2026-03-02T19:00", False),
    ("Mon-Thu 8am-6pm, Fri 8am-noon, Eastern", "2026-03-06T16:59", True),
    ("Mon-Thu 8am-6pm, Fri 8am-noon, Eastern", "2026-03-06T17:00", False),
    ("Monday, Wednesday and Friday 1 p.m. to 4 p.m. Arizona time", "2026-03-03T21:00", False),
    ("Monday, Wednesday and Friday 1 p.m. to 4 p.m. Arizona time", "2026-03-04T21:00", True),
    ("Mon-Fri 8 a.m.-12 p.m., 1 p.m.-5 p.m. Central Time", "2026-03-02T18:30", False),
    ("Mon-Fri 8 a.m.-12 p.m., 1 p.m.-5 p.m. Central Time", "2026-03-02T19:00", True),
    ("daily 6 a.m. to midnight Hawaii Time", "2026-03-08T09:59", True),
    ("Fri-Mon 10:00-14:00 UTC", "2026-03-01T12:00", True),
    ("Fri-Mon 10:00-14:00 UTC", "2026-03-03T12:00", False),
    ("at any hour, automated", "2026-03-01T03:00", True),
    ("24 hours a day, 7 days a week", "2026-03-01T03:00", True),
    ("24/7", "2026-03-01T03:00", True),
]


@pytest.mark.parametrize(("written", "moment", "is_open"), OPEN)
def test_open(written: str, moment: str, is_open: bool) -> None:
    hours = read(written)
    assert hours is not None
    assert hours.open_at(datetime.fromisoformat(f"{moment}:00+00:00")) is is_open


@pytest.mark.parametrize(
    "written",
    [
        "Monday to Friday, 8 a.m. to 5 p.m.",  # of which zone is not said
        "during business hours",
        "Monday to Friday, 8 a.m. to 5 p.m. Eastern Time except holidays",
        "Monday to Friday, 8 a.m. to 5 p.m. Eastern or Central Time",
        "Monday to Friday, 5 p.m. to 8 a.m. Eastern Time",
        "Monday to Friday Eastern Time",
        "8 a.m. to 5 p.m. Eastern Time",
        "Monday to Friday, 25:00 to 26:00 Eastern Time",
        "Monday to Friday, 8 to 5 Nowhere/Here",
        "24 hours from 8 to 5",
        "",
    ],
)
def test_what_is_not_understood_in_full_is_not_guessed(written: str) -> None:
    assert read(written) is None
