"""The linker over what is on file now."""

from __future__ import annotations

from typing import Protocol

from bot.answer.catalogue import Catalogue
from bot.answer.descriptions import Descriptions
from bot.answer.edits import Edit
from bot.answer.linker import Linker
from bot.answer.things import Things
from bot.answer.vocabulary import Vocabulary


class Vocabularies(Protocol):
    """Gives the vocabulary as it stands now."""

    def __call__(self) -> Vocabulary: ...
    def edited(self, edit: Edit) -> Vocabulary:
        """As it would be with one more change. Raises `BadVocabulary`."""


class Linking:
    """Gives the linker for the present state of the catalogue and the vocabulary.

    A new one is made where one of them changed, and takes over what did not. Safe to share between threads:
    a linker never changes.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        vocabulary: Vocabularies,
        descriptions: Descriptions | None = None,
        things: Things | None = None,
    ) -> None:
        """Without `descriptions`, nothing is found by what it is like; without `things`, unknown words name
        services."""
        self._catalogue = catalogue
        self._vocabulary = vocabulary
        self._descriptions = descriptions
        self._things = things
        self._held: tuple[tuple[int, str], Linker] | None = None

    def __call__(self) -> Linker:
        vocabulary = self._vocabulary()
        state = self._catalogue.revision(), vocabulary.digest
        held = self._held
        if held is None or held[0] != state:
            before = held[1] if held else None
            linker = Linker(self._catalogue, vocabulary, before, self._descriptions, self._things)
            held = state, linker
            self._held = held
        return held[1]

    def edited(self, edit: Edit) -> Linker:
        """The linker as it would be with one more change of the vocabulary. Raises `BadVocabulary`."""
        vocabulary = self._vocabulary.edited(edit)
        return Linker(self._catalogue, vocabulary, None, self._descriptions, self._things)
