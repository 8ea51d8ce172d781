"""What redaction finds and harms, by class, and how long it takes.

    .venv/bin/python -m benchmarks.privacy

Reads the marked-up messages of tests/privacy. The rules know them by now. When each batch of messages
was first run, with the rules as they stood then, it gave:

    batch         names         all else      harmed, of messages without secrets
    held_out 1    28 of 28      86 of 87      1 of 74
    held_out 2    17 of 27      38 of 47      2 of 139
    held_out 3    20 of 26      32 of 32      1 of 40
    held_out 4    24 of 27       4 of 4       1 of 20
    fresh         96 of 130    124 of 128     1 of 110
    final         43 of 58      67 of 70      0 of 52
    last          40 of 44      33 of 33      2 of 40
    unseen        40 of 47      19 of 19      0 of 41
    blind         30 of 30      13 of 13      0 of 29
    shapes 1      93 of 130      3 of 3       1 of 150
    shapes 2     108 of 133      6 of 6       9 of 184
    shapes 3     104 of 117      4 of 4       3 of 152
    shapes 4      78 of 90       3 of 3      26 of 137
    everyday      58 of 60       3 of 3       4 of 69
    mixed         94 of 111      7 of 7       1 of 50

All but the first, blind and everyday were written to be hard, with names from everywhere in every place
where one can stand, in shapes 4 with eponyms and nothing else as messages; blind and everyday are of
ordinary messages (the harmed of everyday are "Lily pad" and the like). Of mixed, 35 names stand in ordinary
messages, of which all were found, and 76 in hard places, of which 59 were. What is missed are names that no
word announces and no list holds, and everyday words in small letters.
"""

from __future__ import annotations

import statistics
import time
from collections import Counter

from bot.privacy import redact
from tests.privacy.cases import FILES, read

LONGEST = 4000
ROUNDS = 5


def milliseconds(text: str) -> float:
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        redact(text)
        taken.append((time.perf_counter() - began) * 1000)
    return min(taken)


def main() -> None:
    for name in FILES:
        total: Counter[str] = Counter()
        found: Counter[str] = Counter()
        plain = harmed = beside = 0
        for case in read(name):
            redaction = case.redacted()
            missed = case.missed(redaction)
            total.update(secret.kind for secret in case.secrets)
            found.update(secret.kind for secret in case.secrets if secret not in missed)
            plain += not case.secrets
            harmed += not case.secrets and bool(redaction.found)
            beside += bool(case.secrets) and bool(case.harmed(redaction))
        print(f"\n{name}\n{'class':22} secrets  found  recall")
        for kind, count in (*total.most_common(), ("all", total.total())):
            hits = found.total() if kind == "all" else found[kind]
            print(f"{kind:22} {count:7} {hits:6} {hits / count:7.1%}")
        print(f"messages without secrets: {plain}, harmed: {harmed} ({harmed / plain:.1%})")
        print(f"messages in which more than the secrets went: {beside}")

    taken = sorted(milliseconds(case.text) for name in FILES for case in read(name))
    middle, high = statistics.median(taken), taken[len(taken) * 95 // 100]
    print(f"\na message: p50 {middle:.2f} ms, p95 {high:.2f} ms, longest {taken[-1]:.2f} ms")
    for unit in ("Is it covered? ", "John Smith dob 3/4/62, ", "member no ", "1 A ", "a dot "):
        text = (unit * LONGEST)[:LONGEST]
        print(f"{LONGEST} characters of {unit!r}: {milliseconds(text):.0f} ms")


if __name__ == "__main__":
    main()
