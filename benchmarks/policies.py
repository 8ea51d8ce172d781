"""How the store grows: import rate, size, memory, start-up and look-ups with many policies on file.

    python benchmarks/policies.py [--counts 100,1000,10000] [--url postgresql://...]

The policies are made up, many with nearly the same title, about a hundred code rows each; they differ from
one run to the next in nothing. A `--url` names an empty database; it is filled by one count only.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.store import Store, open_store
from bot.store.importing import Stated, import_documents, read_document

KINDS = ["Stimulation", "Ablation", "Infusion", "Monitoring", "Imaging", "Rehabilitation", "Graft"]
ORGANS = [
    "Sacral Nerve",
    "Vagus Nerve",
    "Knee",
    "Lumbar Spine",
    "Bladder",
    "Retina",
    "Heart",
    "Skin",
]
USES = ["Urinary Incontinence", "Chronic Pain", "Epilepsy", "Arthritis", "Wounds", "Depression"]
POSITIONS = [
    "is considered INVESTIGATIONAL",
    "is considered NOT MEDICALLY NECESSARY",
    "is considered MEDICALLY NECESSARY when all of the following criteria are met:\n"
    "  1. Symptoms have lasted for six months; and\n"
    "  2. Conservative treatment has failed.\n",
]
TALK = """
    evidence review trial patient outcome function treatment months symptom study risk benefit device
    randomized control measure quality life pain score baseline improvement safety follow therapy clinical
    guideline surgery failure response chronic acute severe moderate mild group placebo sham report
"""
WORDS = TALK.split()


def document(number: int) -> str:
    """A made-up policy: the same number gives the same text."""
    chance = random.Random(number)
    service = f"{chance.choice(ORGANS)} {chance.choice(KINDS)}"
    use = chance.choice(USES)
    first = chance.randrange(10000, 90000)
    rows = "\n".join(f" {first + step} {service}, part {step}" for step in range(60))
    dx = chance.choice("ACDEFGHIJKLMNPRST")
    diagnoses = "\n".join(
        f" {dx}{chance.randrange(10, 99)}.{chance.randrange(10)} {use}" for _ in range(38)
    )
    paragraphs = "\n\n".join(
        " ".join(chance.choices(WORDS, k=120)).capitalize() + "." for _ in range(8)
    )
    return f"""CAM {number:06}

{service} for {use} in Setting {number % 40}

Category:Therapy   Last Reviewed:November 2019
Department(s):Medical Affairs   Next Review:November 2020
Original Date:November 1996

Description:
{service} is used for {use.lower()}.

Policy:
{service} {chance.choice(POSITIONS)} for {use.lower()}.

Rationale:
{paragraphs}

Coding Section
Codes Number Description
CPT {rows.strip()}
HCPCS E{first % 9000 + 100:04}-E{first % 9000 + 140:04} {service}
ICD-10-CM {diagnoses.strip()}

History From 2013 Forward

11/20/2019
Annual review, no change to policy intent.
"""


def written(folder: Path, count: int) -> Iterator[Path]:
    for number in range(count):
        path = folder / f"{number:06}.txt"
        path.write_text(document(number), encoding="utf-8")
        yield path


def timed(action: Callable[[int], object], times: int = 200) -> str:
    taken = []
    for turn in range(times):
        begun = time.perf_counter()
        action(turn)
        taken.append((time.perf_counter() - begun) * 1000)
    taken.sort()
    return f"p50 {statistics.median(taken):6.2f} ms   p95 {taken[int(times * 0.95)]:6.2f} ms"


def looked_up(store: Store, count: int) -> Iterator[tuple[str, Callable[[int], object]]]:
    policies = store.policies
    yield "revision", lambda _: policies.revision()
    yield "version", lambda turn: policies.version(f"CAM {turn * 31 % count:06}")
    yield "code", lambda turn: policies.listings("CPT", str(10000 + turn * 397 % 80000))
    yield (
        "code in a range",
        lambda turn: policies.listings("HCPCS", f"E{100 + turn * 43 % 9000:04}"),
    )
    yield "diagnosis", lambda turn: policies.listings("ICD-10-CM", f"M{10 + turn % 89}.{turn % 10}")
    yield "search, rare words", lambda turn: policies.search(f"setting {turn % 40} retina graft")
    yield "search, common words", lambda _: policies.search("evidence of pain treatment outcome")


def measure(count: int, url: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = list(written(Path(folder), count))
        database = url or f"sqlite:///{folder}/bot.db"
        begun = time.perf_counter()
        for path in files[:200]:
            read_document(path, Stated())
        reading = (time.perf_counter() - begun) / min(200, count)
        store = open_store(database)
        begun = time.perf_counter()
        report = import_documents(store.policies.filing(), files, Stated())
        took = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"\n{count} policies ({len(report)} files)")
        print(
            f"  import                 {count / took:8.1f} policies a second, {took:.1f} s in all"
        )
        print(f"  of that, reading       {reading * 1000:8.1f} ms a document")
        print(f"  memory of the import   {peak:8.0f} MB at most")
        if url is None:
            size = sum(path.stat().st_size for path in Path(folder).glob("bot.db*"))
            print(f"  size of the database   {size / 1e6:8.1f} MB")
        print(f"  titles                 {timed(lambda _: store.policies.titles(), 5)}")
        for name, action in looked_up(store, count):
            print(f"  {name:<22} {timed(action)}")
        store.close()
        print(f"  {fresh_process(database)}")


def fresh_process(url: str) -> str:
    """What a process that only answers needs, from its start on."""
    program = """
import resource, sys, time
begun = time.perf_counter()
from bot.store import open_store
store = open_store(sys.argv[1])
store.policies.revision()
ready = time.perf_counter() - begun
for number in range(200):
    store.policies.version(f"CAM {number:06}")
print(f"a process that answers {ready * 1000:8.0f} ms to start, "
      f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")
"""
    command = [sys.executable, "-c", program, url]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--counts", default="100,1000,10000")
    arguments.add_argument("--url")
    given = arguments.parse_args()
    for count in map(int, given.counts.split(",")):
        measure(count, given.url)


if __name__ == "__main__":
    main()
