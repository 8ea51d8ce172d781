"""kill -9 in mid-import at random moments: the policies are all as before or all as imported, never doubled.

    KILLS=200 pytest tests/faults/test_killed_import.py

is the long form.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

from bot.store import open_store

KILLS = int(os.environ.get("KILLS", "8"))
POLICIES = 12
IMPORTING = Path(__file__).with_name("importing.py")
ROOT = Path(__file__).resolve().parents[2]


def write(folder: Path, edition: int) -> None:
    for number in range(POLICIES):
        rows = "\n".join(f" {20000 + 100 * number + row} Procedure {row}" for row in range(40))
        (folder / f"{number}.txt").write_text(
            f"CAM {70100 + number}\n\nTherapy {number}, edition {edition}\n\n"
            f"Policy:\nTherapy {number} is considered INVESTIGATIONAL.\n\n"
            f"Coding Section\nCodes Number Description\nCPT{rows}\n",
            encoding="utf-8",
        )


def editions(url: str) -> set[int]:
    """Which editions are on file; each policy is there once."""
    with closing(open_store(url)) as store:
        titles = [policy.title for policy in store.policies.listed()]
    assert len(titles) in (0, POLICIES)
    return {int(title.rpartition(" ")[2]) for title in titles}


def test_an_import_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    url, folder = f"sqlite:///{tmp_path / 'bot.db'}", tmp_path / "documents"
    folder.mkdir()
    open_store(url).close()
    seed = random.randrange(10**6)
    moments, ended = random.Random(seed), threading.Event()
    with subprocess.Popen(
        [sys.executable, str(IMPORTING), url, str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout

        def imported(edition: int, kill_within: float | None = None) -> bool:
            """Whether it was acknowledged."""
            assert process.stdin
            assert process.stdout
            write(folder, edition)
            process.stdin.write("\n")
            process.stdin.flush()
            number = int(process.stdout.readline())
            if kill_within is not None:
                ended.wait(moments.uniform(0, kill_within))
                with suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
            return process.stdout.readline() == "done\n"

        began = time.monotonic()
        assert imported(0)
        took = time.monotonic() - began
        within = 1.2 * took
        on_file, killed = 0, 0
        for edition in range(1, KILLS + 1):
            acknowledged = imported(edition, within)
            # The first import takes longest: whoever is done before the kill shortens the time for it.
            within *= 0.7 if acknowledged else 1.0
            found = editions(url)
            assert len(found) == 1, (seed, found)
            assert found == {edition} if acknowledged else found <= {edition, on_file}, seed
            on_file = found.pop()
            killed += not acknowledged
        assert killed, "every import was done before it was killed"
        assert imported(KILLS + 1)
        process.stdin.close()
    assert editions(url) == {KILLS + 1}, seed
