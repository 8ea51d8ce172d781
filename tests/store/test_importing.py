"""Documents from files into the store, by real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bot.store import Store
from bot.store.clock import utc_now
from bot.store.importing import Imported, Refused, Stated, documents, import_documents
from tests.store.conftest import Clock

NO_STATEMENT = Stated()


def write(folder: Path, name: str, number: str, title: str, text: str = "a seat") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"{number}\n\n{title}\n\nDescription:\nThis is about {text}.\n\n"
        f"Policy:\n{title} are considered INVESTIGATIONAL.\n",
        encoding="utf-8",
    )
    return path


def brought(store: Store, *paths: Path, stated: Stated = NO_STATEMENT) -> list[Imported | Refused]:
    return import_documents(store.policies.filing(), documents(paths), stated)


def numbers(store: Store) -> list[str]:
    return [title.number for title in store.policies.titles()]


def test_folders_are_read_with_what_is_below_them(tmp_path: Path) -> None:
    for name in ("b.txt", "a.HTML", "sub/c.pdf", "sub/d.docx"):
        write(tmp_path, name, "ABC 1", "Seats")
    for name in ("notes.md", ".hidden.txt", ".git/e.txt", "demo/f.txt", "sub/demo/g.txt"):
        write(tmp_path, name, "ABC 1", "Seats")
    found = [str(path.relative_to(tmp_path)) for path in documents([tmp_path])]
    assert found == ["a.HTML", "b.txt", "sub/c.pdf", "sub/d.docx"]
    assert [path.name for path in documents([tmp_path / "demo"])] == ["f.txt"]
    assert [path.name for path in documents([tmp_path / "notes.md", tmp_path / "b.txt"])] == [
        "notes.md",
        "b.txt",
    ]
    assert len(documents([tmp_path, tmp_path / "b.txt"])) == 4


def test_what_can_be_read_goes_in_and_the_rest_is_refused_with_the_reason(
    store: Store, tmp_path: Path
) -> None:
    write(tmp_path, "good.txt", "ABC 1", "Seats")
    write(tmp_path, "better.txt", "ABC 2", "Beds")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "numberless.txt").write_text("A letter about nothing in particular.")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing of a PDF")
    report = brought(store, tmp_path)
    refused = {one.path.name: one.reason for one in report if isinstance(one, Refused)}
    assert set(refused) == {"empty.txt", "numberless.txt", "broken.pdf"}
    assert all(reason.endswith(".") and "\n" not in reason for reason in refused.values())
    taken = {one.path.name: one.filed.outcome for one in report if isinstance(one, Imported)}
    assert taken == {"good.txt": "new", "better.txt": "new"}
    assert numbers(store) == ["ABC 1", "ABC 2"]


def test_the_same_folder_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "ABC 1", "Seats")
    brought(store, tmp_path)
    revision = store.policies.revision()
    (again,) = brought(store, tmp_path)
    assert isinstance(again, Imported)
    assert again.filed.outcome == "unchanged"
    assert store.policies.revision() == revision


def test_what_the_import_states_completes_the_document(store: Store, tmp_path: Path) -> None:
    stated = Stated("2024-07", "2025", ("Commercial",), "https://payer.example/abc-1")
    brought(store, write(tmp_path, "a.txt", "ABC 1", "Seats"), stated=stated)
    version = store.policies.version("ABC 1")
    assert version is not None
    policy = version.policy
    assert (policy.effective_from, policy.effective_to) == ("2024-07", "2025")
    assert policy.lines_of_business == ("Commercial",)
    assert policy.source_url == "https://payer.example/abc-1"


def test_an_import_that_is_interrupted_leaves_the_store_as_it_was(
    store: Store, tmp_path: Path
) -> None:
    paths = [write(tmp_path, f"{n}.txt", f"ABC {n}", "Seats") for n in range(5)]

    def interrupted(files: Sequence[Path]) -> Iterator[Path]:
        yield from files[:3]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_documents(store.policies.filing(), paths, NO_STATEMENT, interrupted)
    assert numbers(store) == []
    assert [one.filed.outcome for one in brought(store, *paths) if isinstance(one, Imported)] == [
        "new"
    ] * 5


# Imports the files that it is given one by one on standard input, and says when each is staged.
IMPORTER = """
import sys
from pathlib import Path
from bot.store import open_store
from bot.store.importing import Stated, import_documents

def told(files):
    for file in files:
        yield file
        print("staged", flush=True)
        sys.stdin.readline()

store = open_store(sys.argv[1])
paths = [Path(name) for name in sys.argv[2:]]
for one in import_documents(store.policies.filing(), paths, Stated(), told):
    print(one.filed.outcome, flush=True)
"""


def importer(url: str, *paths: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", IMPORTER, url, *map(str, paths)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )


def step(process: subprocess.Popen[str]) -> None:
    """Waits until the process has staged a document, and lets it go on."""
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "staged\n"
    process.stdin.write("\n")
    process.stdin.flush()


def test_an_import_that_is_killed_leaves_the_store_as_it_was(
    store: Store, url: str, tmp_path: Path
) -> None:
    brought(store, write(tmp_path, "old.txt", "ABC 0", "Beds"))
    before = (store.policies.titles(), store.policies.revision(), store.policies.search("seat"))
    paths = [write(tmp_path, f"{n}.txt", f"ABC {n}", "Seats") for n in range(1, 5)]
    with importer(url, *paths) as process:
        step(process)
        step(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "staged\n"
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert (
        store.policies.titles(),
        store.policies.revision(),
        store.policies.search("seat"),
    ) == before
    report = brought(store, *paths)
    assert [one.filed.outcome for one in report if isinstance(one, Imported)] == ["new"] * 4


def test_two_processes_that_import_at_once_do_not_harm_each_other(
    store: Store, url: str, tmp_path: Path, clock: Clock
) -> None:
    shared = write(tmp_path, "shared.txt", "ABC 1", "Seats")
    mine = write(tmp_path, "mine.txt", "ABC 2", "Beds")
    yours = write(tmp_path, "yours.txt", "ABC 3", "Wigs")
    with importer(url, shared, mine) as one, importer(url, shared, yours) as other:
        for process in (one, other, one, other):
            step(process)
        outcomes = sorted(
            process.stdout.read().split() for process in (one, other) if process.stdout
        )
    assert outcomes == [["new", "new"], ["unchanged", "new"]]
    clock.now = utc_now()
    assert numbers(store) == ["ABC 1", "ABC 2", "ABC 3"]
    assert len(store.policies.versions("ABC 1")) == 1


def test_another_process_sees_a_change(
    store: Store, url: str, tmp_path: Path, clock: Clock
) -> None:
    revision = store.policies.revision()
    with importer(url, write(tmp_path, "a.txt", "ABC 1", "Seats")) as process:
        step(process)
        assert process.stdout is not None
        assert process.stdout.read() == "new\n"
    clock.now = utc_now()
    assert store.policies.revision() > revision
    assert numbers(store) == ["ABC 1"]
