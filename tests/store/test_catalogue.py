"""What the answers ask of the store."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from bot.answer.catalogue import Catalogue, Title
from bot.errors import NotOnFile
from bot.policy.model import Code, CodeSystem, HistoryEntry, Policy, Section, Span, Statement
from bot.store import Store
from tests.store.conftest import Clock
from tests.store.made import code, file, policy, statement


def test_the_store_is_a_catalogue(store: Store) -> None:
    catalogue: Catalogue = store.policies
    assert catalogue.titles() == []
    assert catalogue.version("ABC 101") is None
    assert catalogue.versions("ABC 101") == []
    assert catalogue.search("anything at all") == []
    assert catalogue.prior_authorizations("CPT", "97545", date(2026, 1, 1)) == []
    assert catalogue.prior_authorization_list() is None
    assert catalogue.approved_answers(date(2026, 1, 1)) == []
    for system in get_args(CodeSystem):
        assert catalogue.listings(system, "97545") == []


def test_what_was_read_is_given_back_whole(store: Store) -> None:
    text = "Pump — “quoted” and\u00a0more \U0001f600"
    read = Policy(
        number="ABC 101",
        title="Lymphedema Pumps",
        departments=("Medical Affairs",),
        sections=(Section("Policy", text, Span(0, len(text))),),
        statements=(Statement("not_covered", "not covered", text, Span(0, 4), "pumps"),),
        codes=(Code("CPT", "none_listed", Span(1, 2)),),
        history=(HistoryEntry("2019-11", "Annual review.", Span(2, 3), False),),
        spans={"number": Span(0, 3)},
    )
    file(store, read, text=text)
    version = store.policies.version("ABC 101")
    assert version is not None
    assert (version.policy, version.text) == (read, text)


def test_titles_are_sorted_with_what_their_statements_are_about(store: Store) -> None:
    file(
        store,
        policy("ABC 102", "Wigs"),
        policy("ABC 101", "Pumps", statements=tuple(map(statement, ("one", None, "two", "one")))),
    )
    assert store.policies.titles() == [
        Title("ABC 101", "Pumps", ("one", "two")),
        Title("ABC 102", "Wigs"),
    ]


@pytest.fixture
def coded(store: Store) -> Store:
    file(
        store,
        policy("A 1", codes=(code("HCPCS", "E0650", "E0673"), code("CPT", "97545"))),
        policy("A 2", codes=(code("ICD-10-CM", "I70.0", "I70.92"), code("CPT", "+97546"))),
        policy("A 3", codes=(code("ICD-10-CM", "S00.00X+"), code("ICD-9-DX", "250.00", "250.93"))),
        policy("A 4", codes=(code("CPT", None, status="none_listed"),)),
        policy("A 5", codes=(code("ICD-10-CM", None, status="all_diagnoses"),)),
        policy("A 6", codes=(code("CPT", "0191T", "0376T"), code("ICD-10-CM", "A00.0", "Z99.89"))),
        policy("A 7", codes=(code("HCPCS", "E0660"), code("CPT", "97550", "97540"))),
    )
    return store


@pytest.mark.parametrize(
    ("system", "asked", "expected"),
    [
        ("HCPCS", "E0650", ["A 1"]),
        ("HCPCS", "E0660", ["A 1", "A 7"]),
        ("HCPCS", "E0673", ["A 1"]),
        ("HCPCS", "E0674", []),
        ("HCPCS", "E0649", []),
        ("CPT", "E0660", []),
        ("CPT", "97545", ["A 1"]),
        ("CPT", "97546", ["A 2"]),
        ("CPT", "97547", []),
        ("CPT", "0200T", ["A 6"]),
        ("CPT", "00200", []),
        ("ICD-10-CM", "I70.0", ["A 2", "A 6"]),
        ("ICD-10-CM", "I70.211", ["A 2", "A 6"]),
        ("ICD-10-CM", "I70.929", ["A 2", "A 6"]),
        ("ICD-10-CM", "I71.0", ["A 6"]),
        ("ICD-10-CM", "S00.00XA", ["A 3", "A 6"]),
        ("ICD-9-DX", "250.60", ["A 3"]),
        ("ICD-9-PROC", "25.1", []),
    ],
)
def test_a_code_is_found_alone_and_inside_a_range(
    coded: Store, system: CodeSystem, asked: str, expected: list[str]
) -> None:
    assert [listing.number for listing in coded.policies.listings(system, asked)] == expected


def test_a_listing_shows_the_row_as_it_was_read(store: Store) -> None:
    row = Code("HCPCS", "listed", Span(5, 9), "E0650", "E0673", "Pumps", "investigational")
    file(store, policy(codes=(row,)))
    assert [listing.code for listing in store.policies.listings("HCPCS", "E0651")] == [row]


def test_only_current_versions_list_codes(store: Store, clock: Clock) -> None:
    file(store, policy(codes=(code("HCPCS", "E0650"),)))
    clock.forward(days=1)
    file(store, policy(codes=(code("HCPCS", "E0651"),)))
    assert store.policies.listings("HCPCS", "E0650") == []
    assert len(store.policies.listings("HCPCS", "E0651")) == 1


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("pumps", ["A 1", "A 3"]),
        ("Is a PUMP covered?", ["A 1", "A 3"]),
        ("wigs for chemotherapy", ["A 2"]),
        ("swelling of the arm", ["A 1"]),
        ("A 2 wig", ["A 2"]),
        ("what is it", []),
        ("acupuncture", []),
        ('pump" OR * AND (NEAR -', ["A 1", "A 3"]),
        ("pump' | & ! :* <->", ["A 1", "A 3"]),
        ("", []),
    ],
)
def test_words_find_policies_the_best_first(store: Store, words: str, expected: list[str]) -> None:
    file(store, policy("A 1", "Lymphedema Pumps"), text="Pumps for swelling of an arm.")
    file(store, policy("A 2", "Wigs"), text="Hair lost in chemotherapy.")
    file(store, policy("A 3", "Infusion"), text="A word about a pump among very many other words.")
    assert [hit.number for hit in store.policies.search(words)] == expected


def test_a_search_gives_no_more_than_was_asked_for(store: Store) -> None:
    file(store, *(policy(f"A {n}", f"Pump {n}") for n in range(9)))
    assert len(store.policies.search("pump")) == 5
    assert len(store.policies.search("pump", limit=2)) == 2


def test_the_version_of_a_day(store: Store, clock: Clock) -> None:
    file(store, policy(title="One"))
    clock.forward(days=10)
    file(store, policy(title="Two"))

    def title(day: date) -> str | None:
        version = store.policies.version("ABC 101", day)
        return version and version.policy.title

    assert title(date(2026, 3, 1)) is None
    assert title(date(2026, 3, 2)) == "One"
    assert title(date(2026, 3, 11)) == "One"
    assert title(date(2026, 3, 12)) == "Two"
    assert title(date(2030, 1, 1)) == "Two"


@pytest.mark.parametrize("written", ["CAM # 80-306", "cam80306", "80306"])
def test_a_number_is_found_in_any_shape(store: Store, written: str) -> None:
    file(store, policy("CAM 80306"), policy("MED 80310"))
    assert store.policies.number(written) == "CAM 80306"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("80307", "No policy 80307 is on file"),
        ("80310", "may be CAM 80310 or MED 80310"),
        ("work hardening", "No policy work hardening is on file"),
    ],
)
def test_a_number_that_names_none_or_two(store: Store, written: str, sentence: str) -> None:
    file(store, policy("CAM 80306"), policy("MED 80310"), policy("CAM 80310"))
    with pytest.raises(NotOnFile, match=sentence):
        store.policies.number(written)


def test_an_unknown_version_is_not_on_file(store: Store) -> None:
    with pytest.raises(NotOnFile, match="No version abc-101-0 is on file"):
        store.policies.by_id("abc-101-0")
