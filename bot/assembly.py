"""Puts the desk together from the settings: what is on file, the vocabulary, the payer's directory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import structlog

from bot.answer import payer, vocabulary
from bot.answer.descriptions import Descriptions, Encoder
from bot.answer.desk import Desk
from bot.answer.linking import Linking
from bot.answer.vocabulary import Vocabulary
from bot.errors import BadVocabulary
from bot.settings import Settings
from bot.store import Store, open_store
from bot.store.described import DescribedPolicies

_log = structlog.get_logger(__name__)


class VocabularyFolder:
    """The vocabulary as it stands in its folder; an edit counts from the next call on.

    A mistake in an edit is logged and changes nothing until it is mended. At the start it raises
    `BadVocabulary`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._signature = vocabulary.signature(folder)
        self._held = vocabulary.load(folder)

    def __call__(self) -> Vocabulary:
        signature = vocabulary.signature(self._folder)
        if signature != self._signature:
            self._signature = signature
            try:
                self._held = vocabulary.load(self._folder)
            except BadVocabulary as error:
                _log.warning("vocabulary_not_taken", reason=str(error))
        return self._held


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
        VocabularyFolder(settings.data / "vocabulary"),
        Descriptions(described_policies(settings, store), sentence_encoder),
    )


def described_policies(settings: Settings, store: Store) -> DescribedPolicies:
    """What the policies on file are about, kept beside the store."""
    return DescribedPolicies(store.policies, sentence_encoder, settings.home)


def sentence_encoder() -> Encoder:
    """The encoder that the dialog model uses too; loading it takes a second, so it is done when needed."""
    from bot.dialog.encoder import shared_encoder

    return shared_encoder()
