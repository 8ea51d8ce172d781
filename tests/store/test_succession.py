"""Which version holds when: decided without a database."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest

from bot.store.succession import Kept, first_day, in_force, last_day, placed, succeeded


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=timezone.utc)


def kept(
    pk: int,
    came: str,
    left: str | None = None,
    effective: tuple[str | None, str | None] = (None, None),
    lines: str = "",
) -> Kept:
    named = frozenset(lines.split("|")) - {""}
    return Kept(pk, f"digest{pk}", named, *effective, at(came), at(left) if left else None)


@pytest.mark.parametrize(
    ("stated", "first", "last"),
    [
        ("2024-02-10", date(2024, 2, 10), date(2024, 2, 10)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-12", date(2024, 12, 1), date(2024, 12, 31)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_the_days_of_a_date_of_any_precision(stated: str, first: date, last: date) -> None:
    assert (first_day(stated), last_day(stated)) == (first, last)


@pytest.mark.parametrize(
    ("lines", "holding", "expected"),
    [
        ("", [""], [0]),
        ("commercial", ["commercial", "medicare"], [0]),
        ("medicare", ["commercial"], []),
        ("commercial|fep", ["commercial", "medicare"], [0]),
        ("commercial|medicare", ["commercial", "medicare"], [0, 1]),
        ("commercial", [""], [0]),
        ("", ["commercial"], [0]),
        ("", ["commercial", "medicare"], []),
        ("medicare", ["", "commercial"], []),
        ("", [], []),
    ],
)
def test_what_a_new_version_takes_over_from(
    lines: str, holding: list[str], expected: list[int]
) -> None:
    on_file = [kept(pk, "2026-01-01", lines=each) for pk, each in enumerate(holding)]
    named = frozenset(lines.split("|")) - {""}
    assert [version.pk for version in succeeded(named, on_file)] == expected


NOW = "2026-06-01"


@pytest.mark.parametrize(
    ("timeline", "effective", "on_file", "ended"),
    [
        pytest.param([], None, (NOW, None), {}, id="the first one"),
        pytest.param([], "2027-01-01", (NOW, None), {}, id="the first one, announced"),
        pytest.param([kept(1, "2026-01-01")], None, (NOW, None), {1: NOW}, id="the next one"),
        pytest.param(
            [kept(1, "2026-01-01")],
            "2025-05",
            (NOW, None),
            {1: NOW},
            id="effective since before",
        ),
        pytest.param(
            [kept(1, "2026-01-01")],
            "2026-07",
            ("2026-07-01", None),
            {1: "2026-07-01"},
            id="announced",
        ),
        pytest.param(
            [kept(1, "2026-01-01", "2026-07-01"), kept(2, "2026-07-01", None, ("2026-07", None))],
            None,
            (NOW, "2026-07-01"),
            {1: NOW},
            id="revised while another is announced",
        ),
        pytest.param(
            [kept(1, "2026-01-01", "2026-07-01"), kept(2, "2026-07-01", None, ("2026-07", None))],
            "2026-07-01",
            ("2026-07-01", None),
            {2: "2026-07-01"},
            id="the announced one corrected",
        ),
        pytest.param(
            [kept(1, "2026-01-01", None, ("2025-01", None))],
            "2020-01",
            (NOW, NOW),
            {},
            id="an older one, filed late",
        ),
    ],
)
def test_where_a_new_version_stands_on_the_time_line(
    timeline: list[Kept],
    effective: str | None,
    on_file: tuple[str, str | None],
    ended: dict[int, str],
) -> None:
    new, others = placed(kept(9, NOW, None, (effective, None)), timeline, at(NOW))
    assert (new.on_file_from, new.on_file_to) == (at(on_file[0]), on_file[1] and at(on_file[1]))
    assert {version.pk: version.on_file_to for version in others} == {
        pk: at(day) for pk, day in ended.items()
    }


FIRST = kept(1, "2024-03-10", "2025-06-01")
SECOND = kept(2, "2025-06-01")
STATED = kept(3, "2025-06-01", None, ("2025-01-01", None))
LATE = kept(4, "2025-07-01", "2025-07-01", ("2020-01-01", None))
ENDED = kept(5, "2025-07-01", "2025-07-01", ("2018-01-01", "2019-06"))


@pytest.mark.parametrize(
    ("versions", "day", "held"),
    [
        pytest.param([FIRST, SECOND], "2024-03-09", [], id="before anything was on file"),
        pytest.param([FIRST, SECOND], "2024-03-10", [1], id="its first day"),
        pytest.param([FIRST, SECOND], "2025-05-31", [1], id="its last day"),
        pytest.param([FIRST, SECOND], "2025-06-01", [2], id="the day of the change"),
        pytest.param([FIRST, STATED], "2025-03-01", [3], id="effective before it came on file"),
        pytest.param([FIRST, STATED], "2024-12-31", [1], id="not yet effective"),
        pytest.param([STATED, LATE], "2023-05-05", [4], id="an older one, filed late"),
        pytest.param([STATED, LATE], "2025-01-01", [3], id="until the next one"),
        pytest.param([STATED, LATE, ENDED], "2019-06-30", [5], id="the last day of a stated month"),
        pytest.param([STATED, LATE, ENDED], "2019-07-01", [], id="between two"),
        pytest.param(
            [kept(1, "2026-01-01", "2026-02-01")], "2026-02-01", [], id="the day it was retired"
        ),
        pytest.param(
            [kept(1, "2026-01-01", lines="a"), kept(2, "2026-01-05", lines="b")],
            "2026-01-06",
            [2, 1],
            id="two lines of business",
        ),
    ],
)
def test_what_was_in_force_on_a_day(versions: list[Kept], day: str, held: list[int]) -> None:
    assert [version.pk for version in in_force(versions, date.fromisoformat(day))] == held
