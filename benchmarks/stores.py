"""Stores of a size: with so many policies on file, or so many turns kept."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.engine import Connection

from benchmarks.load import load
from benchmarks.parts import prepared
from benchmarks.servers import ours
from benchmarks.synthetic import document
from bot.assembly import described_policies
from bot.settings import Settings
from bot.store import open_store
from bot.store.importing import Stated, import_documents

_BATCH: Final = 1000


def with_policies(place: Path, count: int) -> Path:
    """A home with the policies of data/policies and `count` - 1 made-up ones; kept, as many take long.

    Beside it stands what each step of filling it cost, of the clock and of the processor.
    """
    home = place / f"policies-{count}"
    if (home / "filled.json").exists():
        return home
    if count <= 10:
        shutil.rmtree(home, ignore_errors=True)
        prepared(home)
        done, steps = 1, []
    else:
        before = with_policies(place, count // 10)
        shutil.copytree(before, home, dirs_exist_ok=True)
        done, steps = count // 10, json.loads((home / "filled.json").read_text())
        (home / "filled.json").unlink()
    while done < count:
        until = min(count, done + _BATCH)
        steps.append(_filled(home, range(done, until)))
        done = until
    (home / "filled.json").write_text(json.dumps(steps))
    return home


def _filled(home: Path, numbers: range) -> dict[str, float]:
    settings = replace(
        Settings.from_environment({"BOT_HOME": str(home)}), database_url=f"sqlite:///{home}/bot.db"
    )
    began, cpu = time.monotonic(), time.process_time()
    with (
        tempfile.TemporaryDirectory() as scratch,
        closing(open_store(settings.database_url)) as store,
    ):
        files = [Path(scratch) / f"{number:06}.txt" for number in numbers]
        for number, path in zip(numbers, files, strict=True):
            path.write_text(document(number), encoding="utf-8")
        import_documents(store.policies.filing(), files, Stated())
        described_policies(settings, store).complete()
    return {
        "on_file": numbers.stop,
        "added": len(numbers),
        "seconds": time.monotonic() - began,
        "cpu_seconds": time.process_time() - cpu,
    }


def with_turns(place: Path, count: int) -> Path:
    """A home with so many turns kept; what was really said once stands there under many names."""
    home, full = place / f"kept-{count}", place / f"kept-{count}" / "full"
    if not full.exists():
        shutil.rmtree(home, ignore_errors=True)
        prepared(home)
        if count:
            with ours(home) as served:
                load("ours", served.address, 8, 10, 0)
            _multiplied(home, count)
        full.touch()
    return home


def _multiplied(home: Path, turns: int) -> None:
    with closing(open_store(f"sqlite:///{home}/bot.db")) as store:
        while True:
            with store.database.writing() as connection:
                kept = _count(connection)
                if kept >= turns:
                    break
                _copied(connection, min(kept, turns - kept))
        # What was written at once would else be in the way of the first turns.
        store.database.scrub()


def _count(connection: Connection) -> int:
    return int(
        connection.execute(text("SELECT count(*) FROM messages WHERE sender = 'provider'")).scalar()
    )


def _copied(connection: Connection, turns: int) -> None:
    """Whole conversations, the latest first, until so many turns are copied."""
    rows = connection.execute(
        text("SELECT conversation, count(*) FROM messages WHERE sender = 'provider' GROUP BY 1")
    ).all()
    chosen, counted = [], 0
    for conversation, count in rows:
        if counted >= turns:
            break
        chosen.append({"id": conversation})
        counted += count
    connection.execute(text("CREATE TEMP TABLE chosen (id TEXT PRIMARY KEY)"))
    connection.execute(text("INSERT INTO chosen VALUES (:id)"), chosen)
    mark = f"-{time.time_ns():x}"
    changed: dict[str, dict[str, str]] = {
        "conversations": {"id": "id"},
        "messages": {"id": "id", "conversation": "conversation"},
        "events": {"id": "", "conversation": "conversation"},
        "decisions": {"id": "id", "conversation": "conversation", "message": "message"},
    }
    for table, renamed in changed.items():
        columns = [row[1] for row in connection.execute(text(f"PRAGMA table_info({table})"))]
        columns = [name for name in columns if renamed.get(name) != ""]
        values = [f"{name} || '{mark}'" if name in renamed else f'"{name}"' for name in columns]
        of = "id" if table == "conversations" else "conversation"
        connection.execute(
            text(
                f"INSERT INTO {table} ({', '.join(map(_quoted, columns))})"
                f" SELECT {', '.join(values)} FROM {table} WHERE {of} IN (SELECT id FROM chosen)"
            )
        )
    connection.execute(text("DROP TABLE chosen"))


def _quoted(name: str) -> str:
    return f'"{name}"'


def filling(place: Path, count: int) -> list[dict[str, Any]]:
    """What `with_policies` noted of each step."""
    found: list[dict[str, Any]] = json.loads(
        (place / f"policies-{count}" / "filled.json").read_text()
    )
    return found
