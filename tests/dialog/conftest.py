"""The encoder, loaded once."""

import pytest

from bot.dialog.encoder import SentenceEncoder, shared_encoder


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    return shared_encoder()
