"""What the panel looks policies up with, from the settings: the same as the assistant's."""

from __future__ import annotations

from bot.answer.descriptions import Descriptions
from bot.assembly import VocabularyFolder, described_policies, sentence_encoder
from bot.settings import Settings
from bot.store import Store
from bot.web.panel.office import Library


def open_library(settings: Settings, store: Store) -> Library:
    """Raises `BadVocabulary` for a mistake in what staff wrote."""
    return Library(
        VocabularyFolder(settings.data / "vocabulary"),
        Descriptions(described_policies(settings, store), sentence_encoder),
    )
