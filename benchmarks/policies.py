"""How the assistant bears many policies: import rate, answers, changes, search, memory and start-up.

    .venv/bin/python -m benchmarks.policies [--count 10000] [--keep FOLDER] [--url postgresql://...]

Ten policies are set against `--count` of them, a hundred code rows each, many with nearly the same title;
the same number gives the same policy in every run. The questions are put to the desk without Rasa, what the
dialog model makes of them being written by hand, to both stores in turn, so that whatever else the machine
does slows both. `--keep` holds the large store for the next run; `--url` names an empty database for it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.synthetic import document, service_of
from bot.answer.desk import Desk
from bot.answer.thread import Thread
from bot.answer.understanding import Clause, Understanding
from bot.assembly import described_policies, open_desk
from bot.settings import Settings
from bot.store import Store, open_store
from bot.store.importing import Stated, import_documents

FEW = 10
ROUNDS = 40
SCRATCH = Path(tempfile.gettempdir()) / "bot-benchmark"
CHUNK = 1000


def questions() -> Iterator[tuple[str, str]]:
    """What kind of question it is, and the question, about policies that both stores hold."""
    for number in range(FEW):
        service, use = service_of(number)
        title = f"{service} for {use} in Setting {number % 40}"
        yield "by number", f"is CAM {number:06} covered"
        yield "by title", f"is {title} covered"
        yield "by part of a title", f"do you cover {service} for {use}"
        yield "misspelt", f"is {title.replace('i', 'e', 1)} covered"
        yield "by code", f"is {10000 + number * 397} medically necessary"
        yield "by diagnosis", f"is CAM {number:06} covered for M{10 + number}.{number}"
        yield "not on file", f"is a {service.split()[0]} crystal transplant covered"


def asked(text: str) -> Understanding:
    clause = Clause(text, 0, len(text), {"coverage": 0.95})
    return Understanding(text, clause, (clause,))


def answers(few: Desk, many: Desk, count: int) -> None:
    """The same questions to both, in turn."""
    taken: dict[str, tuple[list[float], list[float]]] = {}
    for desk in (few, many):
        for _, text in questions():
            desk.reply(asked(text), Thread())
    for _ in range(ROUNDS):
        for kind, text in questions():
            for place, desk in enumerate((few, many)):
                begun = time.perf_counter()
                desk.reply(asked(text), Thread())
                spent = (time.perf_counter() - begun) * 1000
                taken.setdefault(kind, ([], []))[place].append(spent)
    print(f"\nquestion to answer, ms        {FEW:>6} policies    {count:>6} policies   p95 ratio")
    print(f"{'':29} {'p50':>6} {'p95':>6}      {'p50':>6} {'p95':>6}")
    every = tuple([spent for times in taken.values() for spent in times[place]] for place in (0, 1))
    for kind, (one, other) in {**taken, "all": every}.items():
        ratio = p95(other) / p95(one)
        print(
            f"  {kind:<27} {statistics.median(one):6.2f} {p95(one):6.2f}     "
            f" {statistics.median(other):6.2f} {p95(other):6.2f}   {ratio:9.2f}"
        )


def p95(times: Sequence[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def filled(url: str, numbers: range, folder: Path, tell: bool = True) -> None:
    """Imports policies, and prints how the rate goes as the store fills."""
    if tell:
        print(f"\nimport of {len(numbers)} policies, {len(numbers) * 100} code rows")
    store = open_store(url)
    begun = time.perf_counter()

    def watched(paths: Sequence[Path]) -> Iterator[Path]:
        since = time.perf_counter()
        for done, path in enumerate(paths):
            if tell and done and done % CHUNK == 0:
                now = time.perf_counter()
                print(f"  {done:>6} read and staged      {CHUNK / (now - since):6.1f} a second")
                since = now
            yield path

    files = []
    for number in numbers:
        files.append(folder / f"{number:06}.txt")
        files[-1].write_text(document(number), encoding="utf-8")
    import_documents(store.policies.filing(), files, Stated(), watched)
    took = time.perf_counter() - begun
    if tell:
        print(f"  all on file after {took:.1f} s: {len(files) / took:.1f} policies a second")
    describe(store, url, tell)
    store.close()


def describe(store: Store, url: str, tell: bool) -> None:
    begun = time.perf_counter()
    described_policies(settings_of(url), store).complete()
    took = time.perf_counter() - begun
    if tell:
        print(f"  what they are about read after another {took:.1f} s")


def changes(store: Store, desk: Desk, count: int, folder: Path) -> None:
    """What an import costs the assistant that runs, and when it answers from it."""
    path = folder / "changed.txt"
    normal, after, seen = [], [], []
    for turn in range(10):
        path.write_text(document(5).replace("Setting", f"Ward {turn} of Setting"), encoding="utf-8")
        import_documents(store.policies.filing(), [path], Stated())
        for times in (after, normal):
            begun = time.perf_counter()
            replies = desk.reply(asked("is CAM 000005 covered"), Thread()).replies
            times.append((time.perf_counter() - begun) * 1000)
        policy = replies[0].answer.policy
        seen.append(policy is not None and f"Ward {turn} " in policy.title)
    print(f"\none policy changes among {count}")
    print(f"  the next answer             p50 {statistics.median(after):6.1f} ms")
    print(f"  any other                   p50 {statistics.median(normal):6.1f} ms")
    print(f"  answered from the new text  {sum(seen)} of {len(seen)}")


def searches(store: Store) -> None:
    print("\nthe text index, ms")
    kinds: tuple[tuple[str, Callable[[int], str]], ...] = (
        ("rare words", lambda turn: f"setting {turn % 40} retina graft"),
        ("one common word", lambda turn: ("stimulation", "pain", "evidence")[turn % 3]),
        ("common words", lambda _: "evidence of pain treatment outcome"),
        ("a sentence", lambda _: "something that helps with wounds of the skin in old people"),
    )
    for name, words in kinds:
        times = []
        for turn in range(60):
            begun = time.perf_counter()
            store.policies.search(words(turn))
            times.append((time.perf_counter() - begun) * 1000)
        print(f"  {name:<22} p50 {statistics.median(times):6.1f}   p95 {p95(times):6.1f}")


def fresh_process(url: str) -> str:
    """A process that only answers: from its start to its first answer, and what it holds then."""
    program = """
import sys, time
begun = time.perf_counter()
from bot.answer.thread import Thread
from bot.answer.understanding import Clause, Understanding
from bot.assembly import open_desk
from bot.settings import Settings
loaded = time.perf_counter()
desk = open_desk(Settings.from_environment())
clause = Clause("is CAM 000005 covered", 0, 21, {"coverage": 0.95})
desk.reply(Understanding(clause.text, clause, (clause,)), Thread())
done = time.perf_counter()
import psutil
held = psutil.Process().memory_info().rss / 2**20
print(f"modules {loaded - begun:5.2f} s, first answer {done - loaded:5.2f} s later, {held:4.0f} MB")
"""
    environment = {**os.environ, "BOT_DATABASE_URL": url, "BOT_HOME": str(settings_of(url).home)}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return done.stdout.strip()


def settings_of(url: str) -> Settings:
    """The settings of a store that stands in a folder of its own, with what is kept beside it."""
    home = Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite") else SCRATCH
    return replace(Settings.from_environment(), database_url=url, home=home)


@contextmanager
def kept(folder: str | None) -> Iterator[Path]:
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        yield Path(folder)
    else:
        with tempfile.TemporaryDirectory() as scratch:
            yield Path(scratch)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=10000)
    arguments.add_argument("--keep")
    arguments.add_argument("--url")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch, kept(given.keep) as home:
        few_url = f"sqlite:///{scratch}/few/bot.db"
        many_url = given.url or f"sqlite:///{home / str(given.count) / 'bot.db'}"
        filled(few_url, range(FEW), Path(scratch), tell=False)
        stores = [open_store(url) for url in (few_url, many_url)]
        if stores[1].policies.titles():
            describe(stores[1], many_url, tell=True)
        else:
            filled(many_url, range(given.count), Path(scratch))
        few, many = (
            open_desk(settings_of(url), store)
            for url, store in zip((few_url, many_url), stores, strict=True)
        )
        answers(few, many, given.count)
        changes(stores[1], many, given.count, Path(scratch))
        searches(stores[1])
        print("\na process that only answers")
        for count, url in ((FEW, few_url), (given.count, many_url)):
            print(f"  {count:>6} policies   {fresh_process(url)}")


if __name__ == "__main__":
    main()
