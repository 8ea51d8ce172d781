"""What an import does to what is on file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from bot.errors import NotOnFile
from bot.policy.model import Finding
from bot.store import Store
from tests.store.conftest import Clock
from tests.store.made import code, file, policy, statement


def numbers(store: Store) -> list[str]:
    return [title.number for title in store.policies.titles()]


def test_a_new_document_is_current_and_named_by_number_and_content(store: Store) -> None:
    (filed,) = file(store, policy("ABC 1.02-3", "Lymphedema Pumps"))
    assert filed.outcome == "new"
    assert filed.version.startswith("abc-1-02-3-")
    version = store.policies.version("ABC 1.02-3")
    assert version is not None
    assert (version.id, version.policy.title) == (filed.version, "Lymphedema Pumps")
    assert version.text == "The text of Lymphedema Pumps."
    assert store.policies.by_id(filed.version) == version


def test_the_same_document_again_is_unchanged(store: Store) -> None:
    (first,) = file(store, policy())
    revision = store.policies.revision()
    (again,) = file(store, policy())
    assert (again.outcome, again.version) == ("unchanged", first.version)
    assert store.policies.revision() == revision
    assert len(store.policies.versions("ABC 101")) == 1


def test_other_warnings_are_no_other_content(store: Store) -> None:
    file(store, policy())
    (again,) = file(store, policy(warnings=(Finding(3, "Now we warn of this."),)))
    assert again.outcome == "unchanged"


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Pneumatic Compression"},
        {"category": "DME"},
        {"codes": (code("HCPCS", "E0650"),)},
        {"statements": (statement("pumps"),)},
        {"effective_from": "2020"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_document_is_a_new_version_and_the_old_one_stays(
    store: Store, clock: Clock, change: dict[str, str]
) -> None:
    (old,) = file(store, policy())
    moment = clock.forward(days=30)
    (new,) = file(store, replace(policy(), **change), text="The text of Lymphedema Pumps.")
    assert (new.outcome, new.replaced) == ("changed", (old.version,))
    newest, oldest = store.policies.versions("ABC 101")
    assert (newest.id, newest.on_file_from, newest.on_file_to) == (new.version, moment, None)
    assert (oldest.id, oldest.on_file_to, oldest.retired) == (old.version, moment, False)
    assert numbers(store) == ["ABC 101"]


def test_the_number_may_be_written_otherwise(store: Store) -> None:
    file(store, policy("ABC 101"))
    (filed,) = file(store, policy("abc # 101", "Another Title"))
    assert filed.outcome == "changed"
    assert numbers(store) == ["abc # 101"]


def test_what_was_on_file_before_may_come_back(store: Store, clock: Clock) -> None:
    (first,) = file(store, policy(title="One"))
    clock.forward(days=1)
    file(store, policy(title="Two"))
    clock.forward(days=1)
    (back,) = file(store, policy(title="One"))
    assert (back.outcome, back.version) == ("changed", f"{first.version}-2")
    assert [v.policy.title for v in store.policies.versions("ABC 101")] == ["One", "Two", "One"]


def test_the_last_of_two_documents_with_one_number_holds(store: Store) -> None:
    first, second = file(store, policy(title="One"), policy(title="Two"))
    assert (first.outcome, second.outcome) == ("new", "changed")
    current = store.policies.version("ABC 101")
    assert current is not None
    assert current.id == second.version


def test_the_same_document_twice_in_one_import(store: Store) -> None:
    first, second = file(store, policy(), policy())
    assert (first.outcome, second.outcome) == ("new", "unchanged")
    assert first.version == second.version


def test_nothing_is_seen_before_the_import_is_published(
    store: Store, opened: Callable[[], Store]
) -> None:
    other = opened()
    filing = store.policies.filing()
    filing.stage(policy(codes=(code("HCPCS", "E0650"),)), "About lymphedema.", "a.txt")
    for seen in (store, other):
        assert seen.policies.titles() == []
        assert seen.policies.listed() == []
        assert seen.policies.version("ABC 101") is None
        assert seen.policies.listings("HCPCS", "E0650") == []
        assert seen.policies.search("lymphedema") == []
    filing.publish()
    for seen in (store, other):
        assert numbers(seen) == ["ABC 101"]
        assert len(seen.policies.listings("HCPCS", "E0650")) == 1
        assert len(seen.policies.search("lymphedema")) == 1


def test_a_discarded_import_leaves_the_store_as_it_was(store: Store) -> None:
    file(store, policy(title="One"))
    revision = store.policies.revision()
    filing = store.policies.filing()
    filing.stage(policy(title="Two"), "Other words.", "a.txt")
    filing.discard()
    assert filing.publish() == []
    assert [title.title for title in store.policies.titles()] == ["One"]
    assert store.policies.search("words") == []
    assert store.policies.revision() == revision


def test_what_a_killed_import_left_is_swept_away_and_does_not_come_on_file(
    store: Store, clock: Clock
) -> None:
    abandoned = store.policies.filing()
    abandoned.stage(policy(title="Abandoned"), "Left behind.", "a.txt")
    clock.forward(days=2)
    file(store, policy(title="Good"))
    assert abandoned.publish() == []
    assert [title.title for title in store.policies.titles()] == ["Good"]


def test_two_imports_at_once_bring_the_same_document_once(store: Store) -> None:
    one, other = store.policies.filing(), store.policies.filing()
    for filing in (one, other):
        assert filing.stage(policy(), "The same text.", "a.txt") is None
    assert [filed.outcome for filed in one.publish()] == ["new"]
    assert [filed.outcome for filed in other.publish()] == ["unchanged"]
    assert len(store.policies.versions("ABC 101")) == 1


def test_two_imports_at_once_of_different_texts_come_one_after_the_other(store: Store) -> None:
    one, other = store.policies.filing(), store.policies.filing()
    one.stage(policy(title="One"), "One.", "a.txt")
    other.stage(policy(title="Two"), "Two.", "a.txt")
    assert [filed.outcome for filed in other.publish()] == ["new"]
    assert [filed.outcome for filed in one.publish()] == ["changed"]
    assert [title.title for title in store.policies.titles()] == ["One"]


def test_a_retired_policy_is_off_file_and_its_last_version_can_be_called_up(
    store: Store, clock: Clock
) -> None:
    file(store, policy(codes=(code("HCPCS", "E0650"),)), policy("ABC 102", "Other"))
    revision = store.policies.revision()
    moment = clock.forward(days=1)
    assert store.policies.retire("abc101") == "ABC 101"
    assert numbers(store) == ["ABC 102"]
    assert store.policies.listings("HCPCS", "E0650") == []
    assert store.policies.search("lymphedema") == []
    last = store.policies.version("ABC 101")
    assert last is not None
    assert (last.retired, last.on_file_to) == (True, moment)
    assert store.policies.revision() > revision
    assert [(s.number, s.retired) for s in store.policies.listed()] == [
        ("ABC 101", True),
        ("ABC 102", False),
    ]
    with pytest.raises(NotOnFile, match="retired already"):
        store.policies.retire("ABC 101")


def test_a_retired_policy_stays_retired_when_its_document_comes_again(
    store: Store, clock: Clock
) -> None:
    file(store, policy())
    clock.forward(days=1)
    store.policies.retire("ABC 101")
    clock.forward(days=1)
    assert [filed.outcome for filed in file(store, policy())] == ["retired"]
    assert numbers(store) == []
    assert [filed.outcome for filed in file(store, policy(title="Revised"))] == ["changed"]
    assert numbers(store) == ["ABC 101"]


def test_a_policy_retired_by_mistake_is_put_on_file_again(store: Store, clock: Clock) -> None:
    file(store, policy(codes=(code("HCPCS", "E0650"),)))
    with pytest.raises(NotOnFile, match="not retired"):
        store.policies.restore("ABC 101")
    clock.forward(days=1)
    store.policies.retire("ABC 101")
    clock.forward(days=1)
    store.policies.restore("101")
    assert numbers(store) == ["ABC 101"]
    assert len(store.policies.listings("HCPCS", "E0650")) == 1
    assert store.policies.version("ABC 101", date(2026, 3, 3)) is None
    assert [summary.retired for summary in store.policies.listed()] == [False]


def test_an_announced_version_takes_over_on_its_day(store: Store, clock: Clock) -> None:
    file(store, policy(title="Now", codes=(code("HCPCS", "E0650"),)))
    announced = policy(title="Later", effective_from="2026-04-01", codes=(code("HCPCS", "E0651"),))
    assert [filed.outcome for filed in file(store, announced)] == ["changed"]
    before = store.policies.revision()
    assert [title.title for title in store.policies.titles()] == ["Now"]
    assert len(store.policies.listings("HCPCS", "E0650")) == 1
    assert store.policies.listings("HCPCS", "E0651") == []
    assert [f.outcome for f in file(store, announced)] == ["unchanged"]

    clock.forward(days=30)
    assert store.policies.revision() > before
    assert [title.title for title in store.policies.titles()] == ["Later"]
    assert store.policies.listings("HCPCS", "E0650") == []
    assert len(store.policies.listings("HCPCS", "E0651")) == 1
    held = store.policies.version("ABC 101", date(2026, 3, 20))
    assert held is not None
    assert held.policy.title == "Now"


def test_lines_of_business_stand_side_by_side(store: Store, clock: Clock) -> None:
    commercial = policy(title="Pumps", lines_of_business=("Commercial",))
    medicare = policy(title="Pumps", lines_of_business=("Medicare Advantage",))
    file(store, commercial, medicare)
    editions = store.policies.editions("ABC 101")
    assert {v.policy.lines_of_business for v in editions} == {
        ("Commercial",),
        ("Medicare Advantage",),
    }
    assert numbers(store) == ["ABC 101"]

    clock.forward(days=1)
    (revised,) = file(store, replace(commercial, category="DME"))
    assert len(revised.replaced) == 1
    assert len(store.policies.editions("ABC 101")) == 2
    assert len(store.policies.versions("ABC 101")) == 3


def test_both_editions_retire_together(store: Store) -> None:
    file(
        store,
        policy(lines_of_business=("Commercial",)),
        policy(lines_of_business=("Medicare Advantage",)),
    )
    store.policies.retire("ABC 101")
    assert numbers(store) == []


@pytest.fixture
def editions(store: Store, clock: Clock) -> Store:
    """One number in two editions, of which the commercial one has changed since."""
    file(store, policy(title="One", lines_of_business=("Commercial",)))
    clock.forward(days=1)
    file(store, policy(title="Senior", lines_of_business=("Medicare Advantage",)))
    clock.forward(days=1)
    file(store, policy(title="Two", lines_of_business=("commercial",)))
    return store


def test_an_edition_for_another_line_of_business_is_new(store: Store, clock: Clock) -> None:
    file(store, policy(title="One", lines_of_business=("Commercial",)))
    clock.forward(days=1)
    (senior,) = file(store, policy(title="Senior", lines_of_business=("Medicare Advantage",)))
    (changed,) = file(store, policy(title="Two", lines_of_business=("Commercial",)))
    assert (senior.outcome, senior.replaced) == ("new", ())
    assert (changed.outcome, len(changed.replaced)) == ("changed", 1)


def test_an_edition_is_compared_with_its_own_past(editions: Store) -> None:
    old, new = editions.policies.two_versions("ABC 101")
    assert (old.policy.title, new.policy.title) == ("One", "Two")


def test_all_editions_are_retired_listed_and_restored(editions: Store, clock: Clock) -> None:
    def titles() -> list[tuple[str, bool]]:
        return sorted((one.title, one.retired) for one in editions.policies.listed())

    assert titles() == [("Senior", False), ("Two", False)]
    clock.forward(days=1)
    editions.policies.retire("ABC 101")
    assert titles() == [("Senior", True), ("Two", True)]
    clock.forward(days=1)
    editions.policies.restore("ABC 101")
    assert titles() == [("Senior", False), ("Two", False)]
