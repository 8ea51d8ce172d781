"""Puts the desk together from the settings: what is on file, the vocabulary, the payer's directory."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

import numpy as np
import structlog

from bot.answer import payer, things, vocabulary
from bot.answer.descriptions import Descriptions, Matrix
from bot.answer.desk import Desk
from bot.answer.edits import Edit
from bot.answer.linking import Linking
from bot.answer.things import Lexicon, Things
from bot.answer.vocabulary import Vocabulary
from bot.errors import BadVocabulary
from bot.settings import Settings
from bot.store import Store, open_store
from bot.store.described import DescribedPolicies
from bot.store.wordings import Wordings

_log = structlog.get_logger(__name__)


class VocabularyFolder:
    """The vocabulary as it stands in its folder, with what staff changed beside; each counts from the next call on.

    A mistake in a file is logged and changes nothing until it is mended; at the start it raises
    `BadVocabulary`. A change that does not fit the files any more is logged and left out.
    """

    def __init__(self, folder: Path, wordings: Wordings) -> None:
        self._folder = folder
        self._wordings = wordings
        self._state = self._now()
        self._held, self._edits = self._read()

    def __call__(self) -> Vocabulary:
        state = self._now()
        if state != self._state:
            self._state = state
            try:
                self._held, self._edits = self._read()
            except BadVocabulary as error:
                _log.warning("vocabulary_not_taken", reason=str(error))
        return self._held

    def edited(self, edit: Edit) -> Vocabulary:
        return vocabulary.load(self._folder, [*self._edits, edit])

    def _now(self) -> tuple[object, int]:
        return vocabulary.signature(self._folder), self._wordings.state()

    def _read(self) -> tuple[Vocabulary, Sequence[Edit]]:
        """The vocabulary, and the changes that fit it."""
        edits = self._wordings.edits()
        with suppress(BadVocabulary):
            return vocabulary.load(self._folder, edits), edits
        held, fitting = vocabulary.load(self._folder), list[Edit]()
        for edit in edits:
            try:
                held = vocabulary.load(self._folder, [*fitting, edit])
                fitting.append(edit)
            except BadVocabulary as error:
                _log.warning("change_left_out", reason=str(error))
        return held, fitting


def open_desk(
    settings: Settings, store: Store | None = None, today: Callable[[], date] = date.today
) -> Desk:
    """The desk over the store; raises `BadVocabulary` for a mistake in what staff wrote."""
    store = store or open_store(settings.database_url)
    return Desk(store.policies, open_linking(settings, store), payer.load(settings.payer), today)


def open_linking(settings: Settings, store: Store) -> Linking:
    """What links words to the policies of the store; raises `BadVocabulary` for a mistake in what staff wrote."""
    return Linking(
        store.policies,
        VocabularyFolder(settings.data / "vocabulary", store.wordings),
        Descriptions(described_policies(settings, store), sentence_encoder),
        Things(
            things.load(settings.data / "things.yml"),
            lambda: learned_things(settings),
            sentence_encoder,
        ),
    )


def learned_things(settings: Settings) -> Matrix:
    """The weights of what words name: learned from the examples once, then kept beside the store.

    Raises `BadVocabulary` for a mistake in the examples.
    """
    examples = settings.data / "things.yml"
    learned_from = hashlib.sha256(examples.read_bytes())
    learned_from.update(sentence_encoder().id.encode())
    path = settings.home / f"things-{learned_from.hexdigest()[:16]}.npy"
    try:
        kept: Matrix = np.load(path, allow_pickle=False)
    except (OSError, EOFError, ValueError):
        kept = things.fit(things.load(examples), sentence_encoder())
        settings.home.mkdir(parents=True, exist_ok=True)
        # Nobody may read half a file, and two processes may start at once.
        unfinished = path.with_suffix(f".{os.getpid()}.tmp")
        with unfinished.open("wb") as file:
            np.save(file, kept)
        unfinished.replace(path)
    return kept


def described_policies(settings: Settings, store: Store) -> DescribedPolicies:
    """What the policies on file are about, kept beside the store."""
    return DescribedPolicies(store.policies, sentence_encoder, settings.home)


def sentence_encoder() -> Lexicon:
    """The encoder that the dialog model uses too; loading it takes a second, so it is done when needed."""
    from bot.dialog.encoder import shared_encoder

    return shared_encoder()
