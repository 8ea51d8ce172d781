"""Services by description: what the encoder, and what the text index, find of the demo policies.

    python benchmarks/descriptions.py

descriptions.tsv holds sixty descriptions of services on file and sixty of services that are not. A false hit is
any suggestion for one of the latter. Each is measured bare and inside of questions.
"""

from __future__ import annotations

import csv
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.answer import vocabulary
from bot.answer.descriptions import Descriptions
from bot.answer.linker import Linker
from bot.assembly import described_policies, sentence_encoder
from bot.settings import Settings
from bot.store import open_store
from bot.store.importing import Stated, documents, import_documents

FRAMES = ("{}", "do you guys cover {}", "does my patient need prior auth for {}?", "is {} covered?")
# Two documents on one service: either is right.
ALIKE = {"JV 150M": "JV 150"}


def cases() -> list[tuple[str, str]]:
    path = Path(__file__).with_name("descriptions.tsv")
    with path.open(encoding="utf-8") as file:
        rows = csv.reader((line for line in file if not line.startswith("#")), delimiter="\t")
        return [(number, said) for number, said in rows]


def measure(name: str, find: Callable[[str], Sequence[str]]) -> None:
    first = third = false = offered = 0
    times = []
    for number, said in cases():
        begun = time.perf_counter()
        found = list(dict.fromkeys(ALIKE.get(one, one) for one in find(said)))[:3]
        times.append((time.perf_counter() - begun) * 1000)
        wanted = ALIKE.get(number, number)
        if number:
            offered += bool(found)
            first += found[:1] == [wanted]
            third += wanted in found
        else:
            false += bool(found)
    print(
        f"{name:<58} offered {offered:2}  hit@1 {first:2}  hit@3 {third:2}  false {false:2}"
        f"   p50 {statistics.median(times):5.1f} ms"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        settings = Settings.from_environment({"BOT_HOME": home})
        store = open_store(settings.database_url)
        import_documents(
            store.policies.filing(),
            documents([settings.data / "policies", settings.data / "policies" / "demo"]),
            Stated(),
        )
        described = described_policies(settings, store)
        described.complete()
        descriptions = Descriptions(described, sentence_encoder)
        words = vocabulary.load(settings.data / "vocabulary")
        bare = replace(words, services=(), digest="without services")
        for name, known in (("with the vocabulary", words), ("policies alone", bare)):
            linker = Linker(store.policies, known, descriptions=descriptions)
            for frame in FRAMES:

                def near(said: str, linker: Linker = linker, frame: str = frame) -> list[str]:
                    links = linker.link(frame.format(said), date.today())
                    return [one.title.number for one in linker.described(links)]

                measure(f"encoder, {name}: {frame}", near)
        measure("text index", lambda said: [hit.number for hit in store.policies.search(said, 3)])
        store.close()


if __name__ == "__main__":
    sys.exit(main())
