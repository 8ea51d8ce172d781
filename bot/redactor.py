"""Redaction that knows what is on file."""

from __future__ import annotations

from bot.answer.catalogue import Catalogue
from bot.answer.linker import Linker
from bot.answer.linking import Linking
from bot.privacy import Filed, redact


class Redactor:
    """Takes out of a text what must not be kept, but not what a policy or a service on file is called.

    What is imported while it runs counts from the next text on. Safe to share between threads.
    """

    def __init__(self, catalogue: Catalogue, linking: Linking) -> None:
        self._catalogue = catalogue
        self._linking = linking
        self._held: tuple[Linker, Filed] | None = None

    def __call__(self, text: str) -> str:
        redaction = redact(text)
        # Only then it matters what is on file: most messages need no look at it.
        if any(found.kind == "name" for found in redaction.found):
            redaction = redact(text, self._filed())
        return redaction.text

    def _filed(self) -> Filed:
        linker = self._linking()
        held = self._held
        if held is None or held[0] is not linker:
            policies = (name for t in self._catalogue.titles() for name in (t.title, *t.subjects))
            services = (
                name for s in linker.vocabulary.services for name in (s.name, *s.also_called)
            )
            held = self._held = linker, Filed.of([*policies, *services])
        return held[1]
