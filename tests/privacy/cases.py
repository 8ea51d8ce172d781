"""The marked-up messages of the TSV files beside this, and how a redaction of one is judged.

In a message, `<kind>secret</>` marks what must go; everything else must stay. The rules were developed
on developed.tsv and checked.tsv; the messages of the others were first run when the rules were done as
they stood then, and what they taught was mended afterwards. The second column says why a message is
there, or that it is known to fail: "missed" where a secret is left, "taken" where there was none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.privacy import Redaction, redact

FILES = (
    "developed",
    "held_out",
    "fresh",
    "checked",
    "final",
    "last",
    "unseen",
    "blind",
    "shapes",
    "everyday",
    "mixed",
)
_SECRET = re.compile(r"<([a-z ]+)>(.*?)</>")


@dataclass(frozen=True)
class Secret:
    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Case:
    text: str
    secrets: tuple[Secret, ...]
    why: str

    def redacted(self) -> Redaction:
        return redact(self.text)

    def missed(self, redaction: Redaction) -> list[Secret]:
        """The secrets of which a letter or digit is left."""
        gone = _covered(redaction)
        return [
            secret
            for secret in self.secrets
            if any(
                self.text[at].isalnum() and at not in gone for at in range(secret.start, secret.end)
            )
        ]

    def harmed(self, redaction: Redaction) -> str:
        """The letters and digits taken that are no secret."""
        secret = {at for each in self.secrets for at in range(each.start, each.end)}
        taken = sorted(_covered(redaction) - secret)
        return "".join(self.text[at] for at in taken if self.text[at].isalnum())


def read(name: str) -> Iterator[Case]:
    lines = (Path(__file__).parent / f"{name}.tsv").read_text("utf-8").splitlines()
    for line in lines[1:]:
        message, why = line.split("\t")
        yield parsed(message, why)


def parsed(message: str, why: str = "") -> Case:
    text, secrets, at = "", [], 0
    for match in _SECRET.finditer(message):
        text += message[at : match.start()]
        secrets.append(Secret(match[1], len(text), len(text) + len(match[2])))
        text += match[2]
        at = match.end()
    return Case(text + message[at:], tuple(secrets), why)


def _covered(redaction: Redaction) -> set[int]:
    return {at for found in redaction.found for at in range(found.start, found.end)}
