"""The payer's lists: read, checked as a whole, replaced as a whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.errors import BadList
from bot.policy.model import CodeSystem
from bot.store import Store
from bot.store.csvlists import ANSWERS_HEADER, PRIOR_AUTH_HEADER, read_answers, read_prior_auth
from bot.store.lists import Listed
from tests.store.conftest import Clock

PRIOR_AUTH = ",".join(PRIOR_AUTH_HEADER)
ANSWERS = ",".join(ANSWERS_HEADER)
DATED = date(2026, 1, 1)


def file_prior_auth(store: Store, folder: Path, *rows: str, dated: date = DATED) -> Listed:
    path = folder / "list.csv"
    path.write_text("\n".join([PRIOR_AUTH, *rows]), encoding="utf-8")
    read = read_prior_auth(path)
    return store.lists.file_prior_auth(read.rows, read.digest, path.name, dated)


def file_answers(store: Store, folder: Path, *rows: str) -> Listed:
    path = folder / "answers.csv"
    path.write_text("\n".join([ANSWERS, *rows]), encoding="utf-8")
    read = read_answers(path)
    return store.lists.file_answers(read.rows, read.digest, path.name, DATED)


def test_a_row_answers_for_its_codes_and_its_days(store: Store, tmp_path: Path) -> None:
    row = 'e0650,E0673,hcpcs,Conditional,"after ""home"" use, 4 weeks",Medical Affairs,Commercial,2026-01-01,2026-06-30'
    file_prior_auth(store, tmp_path, row, "95811,,CPT,required,,,,,")
    (found,) = store.policies.prior_authorizations("HCPCS", "E0660", date(2026, 6, 30))
    assert (found.code, found.code_end, found.requirement) == ("E0650", "E0673", "conditional")
    assert found.condition == 'after "home" use, 4 weeks'
    assert (found.reviewer, found.line_of_business) == ("Medical Affairs", "Commercial")
    assert (found.valid_from, found.valid_to) == (date(2026, 1, 1), date(2026, 6, 30))
    assert (found.list_date, found.row) == (DATED, row)
    assert store.policies.prior_authorization_list() == DATED


@pytest.mark.parametrize(
    ("system", "asked", "on", "expected"),
    [
        ("CPT", "95811", "2020-01-01", ["required"]),
        ("CPT", "95810", "2026-01-01", []),
        ("HCPCS", "E0650", "2025-12-31", []),
        ("HCPCS", "E0650", "2026-01-01", ["not_required"]),
        ("HCPCS", "E0651", "2026-07-01", []),
        ("ICD-10-CM", "E06.50", "2026-01-01", []),
        ("CPT", "97545", "2026-01-01", ["required", "not_required"]),
    ],
)
def test_which_rows_hold_a_code_on_a_day(
    store: Store, tmp_path: Path, system: CodeSystem, asked: str, on: str, expected: list[str]
) -> None:
    file_prior_auth(
        store,
        tmp_path,
        "95811,,CPT,required,,,,,",
        "E0650,E0651,HCPCS,not_required,,,,2026-01-01,2026-06-30",
        "97545,,CPT,required,,,Commercial,,",
        "97540,97549,CPT,not required,,,Medicare Advantage,,",
    )
    found = store.policies.prior_authorizations(system, asked, date.fromisoformat(on))
    assert [row.requirement for row in found] == expected


def test_a_new_list_takes_the_place_of_the_old_one(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    file_prior_auth(store, tmp_path, "95811,,CPT,required,,,,,")
    revision = store.policies.revision()
    assert not file_prior_auth(store, tmp_path, "95811,,CPT,required,,,,,").changed
    assert store.policies.revision() == revision
    clock.forward(days=1)
    assert file_prior_auth(
        store, tmp_path, "95810,,CPT,required,,,,,", dated=date(2026, 3, 3)
    ).changed
    assert store.policies.revision() > revision
    assert store.policies.prior_authorizations("CPT", "95811", DATED) == []
    assert len(store.policies.prior_authorizations("CPT", "95810", DATED)) == 1
    assert store.policies.prior_authorization_list() == date(2026, 3, 3)


def test_approved_answers_are_given_word_for_word(store: Store, tmp_path: Path) -> None:
    file_answers(
        store,
        tmp_path,
        '"How do I appeal?","Write to us, within the time that the notice names.\nKeep a copy.",appeal,'
        "Commercial,Provider Manual 2026,2026-01-01,2026-12-31,A. Example",
        "Old?,Old.,,,Manual,,2025-12-31,A. Example",
        "Where is my request?,In the portal.,member_data,,Manual,,,A. Example",
    )
    first, second = store.policies.approved_answers(date(2026, 2, 2))
    assert first.text == "Write to us, within the time that the notice names.\nKeep a copy."
    assert (first.question, first.matter, first.line_of_business) == (
        "How do I appeal?",
        "appeal",
        "Commercial",
    )
    assert (first.source, first.approved_by) == ("Provider Manual 2026", "A. Example")
    assert (second.matter, second.valid_from) == ("member_data", None)
    assert [a.question for a in store.policies.approved_answers(date(2025, 12, 31))] == [
        "Old?",
        "Where is my request?",
    ]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([""], "it holds no rows"),
        (["95811,,CPT,required,,,,"], "line 2: 8 cells instead of 9"),
        (["95811,,CPT,required,,,,,", "9581,,CPT,required,,,,,"], "line 3: 9581 is no CPT code"),
        ([",,CPT,required,,,,,"], "line 2: an empty code is no CPT code"),
        (["E0650,,CPT,required,,,,,"], "E0650 is no CPT code"),
        (["95811,,DRG,required,,,,,"], "system is 'DRG': it must be one of CPT, HCPCS"),
        (["95811,,CPT,maybe,,,,,"], "requirement is 'maybe': it must be one of required"),
        (["95811,,CPT,,,,,,"], "requirement is ''"),
        (["95811,,CPT,conditional,,,,,"], "needs its condition"),
        (["95811,95801,CPT,required,,,,,"], "95811 to 95801 is no range"),
        (["95811,0200T,CPT,required,,,,,"], "95811 to 0200T is no range"),
        (["95811,,CPT,required,,,,01/01/2026,"], "valid_from is '01/01/2026': write it as"),
        (["95811,,CPT,required,,,,2026-02-30,"], "valid_from is '2026-02-30'"),
        (["95811,,CPT,required,,,,2026-02-01,2026-01-01"], "valid_to 2026-01-01 is before"),
        (['"95811,,CPT'], "is no CSV file"),
        (["1,,CPT,required,,,,,"] * 9, "and 4 more lines"),
        (['95811,,CPT,conditional,"two\nlines",,,,', "x,,CPT,required,,,,,"], "line 4: x is no"),
    ],
)
def test_a_list_with_a_mistake_is_refused_whole(
    tmp_path: Path, rows: list[str], sentence: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("\n".join([PRIOR_AUTH, *rows]), encoding="utf-8")
    with pytest.raises(BadList) as refused:
        read_prior_auth(path)
    assert sentence in str(refused.value)
    assert str(refused.value).startswith("list.csv")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (",Text.,,,Manual,,,A. Example", "question is empty"),
        ("Q?,,,,Manual,,,A. Example", "text is empty"),
        ("Q?,Text.,,,,,,A. Example", "source is empty"),
        ("Q?,Text.,,,Manual,,,", "approved_by is empty"),
        ("Q?,Text.,coverage,,Manual,,,A. Example", "matter is 'coverage': it must be one of"),
    ],
)
def test_answers_with_a_mistake_are_refused_whole(tmp_path: Path, row: str, sentence: str) -> None:
    path = tmp_path / "answers.csv"
    path.write_text(f"{ANSWERS}\n{row}\n", encoding="utf-8")
    with pytest.raises(BadList, match="line 2") as refused:
        read_answers(path)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "must begin with the header"),
        (b"code,system\n", "must begin with the header code,code_end,system"),
        ("Pr\u00fcfung".encode("latin-1"), "is not in UTF-8"),
    ],
)
def test_a_file_that_is_no_such_list(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(BadList, match=sentence):
        read_prior_auth(path)


def test_a_list_as_spreadsheets_write_it(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    rows = [PRIOR_AUTH.upper(), " 95811 ,, cpt ,REQUIRED,,,,,", ",,,,,,,,", ""]
    path.write_bytes("\r\n".join(rows).encode("utf-8-sig"))
    (row,) = read_prior_auth(path).rows
    assert (row.code, row.system, row.requirement, row.line) == ("95811", "CPT", "required", 2)
