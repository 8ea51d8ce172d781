"""The code set on hand knows each ICD-10-CM code, whether it can be billed, and what the addenda split."""

from __future__ import annotations

from datetime import date

import pytest

from bot.policy.codeset import icd10cm, with_dot

CODES = icd10cm()


@pytest.mark.parametrize(
    ("written", "code", "description", "billable"),
    [
        ("M54.50", "M54.50", "Low back pain, unspecified", True),
        ("m5450", "M54.50", "Low back pain, unspecified", True),
        (" M54.5 ", "M54.5", "Low back pain", False),
        ("I10", "I10", "Essential (primary) hypertension", True),
        ("M54", "M54", "Dorsalgia", False),
        ("B20", "B20", "Human immunodeficiency virus [HIV] disease", True),
        # a placeholder X and a seventh character
        (
            "s00.00xa",
            "S00.00XA",
            "Unspecified superficial injury of scalp, initial encounter",
            True,
        ),
        ("S00.00", "S00.00", "Unspecified superficial injury of scalp", False),
        ("T78.40XD", "T78.40XD", "Allergy, unspecified, subsequent encounter", True),
        # letters where there were only digits once
        ("C4A.0", "C4A.0", "Merkel cell carcinoma of lip", True),
        ("QA0.0101", "QA0.0101", "SCN2A-related neurodevelopmental disorder", True),
        ("Z99.89", "Z99.89", "Dependence on other enabling machines and devices", True),
        ("A00", "A00", "Cholera", False),
    ],
)
def test_codes(written: str, code: str, description: str, billable: bool) -> None:
    entry = CODES.lookup(written)
    assert entry is not None
    assert (entry.code, entry.description, entry.billable) == (code, description, billable)
    assert CODES.billable(written) is billable
    assert written in CODES


@pytest.mark.parametrize(
    "written",
    [
        "Z99.999",
        "M54.51X",
        "S00.00X",
        "97545",
        "E0730",
        "A00-A09",
        "724.2",
        "",
        ".",
        "M",
        "M5",
        "é",
        "M54.5 0",
        "ZZZ.ZZZZZZ",
    ],
)
def test_what_is_no_code(written: str) -> None:
    assert CODES.lookup(written) is None
    assert CODES.billable(written) is None
    assert CODES.children(written) == ()
    assert written not in CODES


def test_the_edition_and_its_size() -> None:
    # CMS counts 74,719 codes that can be billed in fiscal year 2026; its April update added none.
    assert CODES.edition == "ICD-10-CM, April 2026 release"
    every = list(CODES)
    assert len(every) == len(CODES)
    assert sum(bool(CODES.billable(code)) for code in every) == 74_719


@pytest.mark.parametrize(
    ("code", "children"),
    [
        ("M54.5", ["M54.50", "M54.51", "M54.59"]),
        ("S00.00", ["S00.00XA", "S00.00XD", "S00.00XS"]),
        ("G56.0", ["G56.00", "G56.01", "G56.02", "G56.03"]),
        ("M54.50", []),
        ("G20", ["G20.A", "G20.B", "G20.C"]),
    ],
)
def test_children_are_one_step_below(code: str, children: list[str]) -> None:
    assert [entry.code for entry in CODES.children(code)] == children


@pytest.mark.parametrize(
    ("code", "on", "replaced_by", "source"),
    [
        (
            "m545",
            date(2021, 10, 1),
            ("M54.50", "M54.51", "M54.59"),
            "FY 2022 ICD-10-CM addenda, effective 2021-10-01",
        ),
        (
            "R51",
            date(2020, 10, 1),
            ("R51.0", "R51.9"),
            "FY 2021 ICD-10-CM addenda, effective 2020-10-01",
        ),
        (
            "M48.06",
            date(2017, 10, 1),
            ("M48.061", "M48.062"),
            "FY 2018 ICD-10-CM addenda, effective 2017-10-01",
        ),
        (
            "G20",
            date(2023, 10, 1),
            ("G20.A1", "G20.A2", "G20.B1", "G20.B2", "G20.C"),
            "FY 2024 ICD-10-CM addenda, effective 2023-10-01",
        ),
        (
            "M35.8",
            date(2021, 1, 1),
            ("M35.81", "M35.89"),
            "ICD-10-CM update effective 2021-01-01",
        ),
    ],
)
def test_changes(code: str, on: date, replaced_by: tuple[str, ...], source: str) -> None:
    change = CODES.changes(code)
    assert change is not None
    assert (change.on, change.replaced_by, change.source) == (on, replaced_by, source)


@pytest.mark.parametrize("code", ["M54.50", "M25.511", "M54", "Z99.999", ""])
def test_no_change_on_record(code: str) -> None:
    assert CODES.changes(code) is None


def test_every_change_agrees_with_the_codes() -> None:
    changes = [change for code in CODES if (change := CODES.changes(code))]
    assert len(changes) > 250
    for change in changes:
        assert CODES.billable(change.code) is False, change
        assert with_dot(change.code) == change.code
        for code in change.replaced_by:
            assert code.replace(".", "").startswith(change.code.replace(".", "")), change
            assert code in CODES, change


@pytest.mark.parametrize(
    ("code", "on", "billable"),
    [
        ("M54.5", "2015-09-30", False),  # ICD-10-CM was not in use yet
        ("M54.5", "2015-10-01", True),
        ("M54.5", "2021-09-30", True),
        ("M54.5", "2021-10-01", False),
        ("M54.50", "2021-09-30", False),
        ("M54.50", "2021-10-01", True),
        ("M25.511", "2026-04-01", True),
        ("M25.511", "2019-05-05", None),  # no record says since when
        ("M25.51", "2019-05-05", None),
        ("M25.51", "2026-05-05", False),
        ("Z99.999", "2026-05-05", False),
        ("Z99.999", "2019-05-05", None),
        ("K35.20", "2018-09-30", False),  # brought by one change, split by another
        ("K35.20", "2018-10-01", True),
        ("K35.20", "2023-10-01", False),
        ("N80.311", "2022-09-30", False),  # its family is on record
        ("N80.311", "2022-10-01", None),
        ("N80.30", "2022-10-01", True),
    ],
)
def test_billable_on_a_date(code: str, on: str, billable: bool | None) -> None:
    assert CODES.billable_on(code, date.fromisoformat(on)) is billable
