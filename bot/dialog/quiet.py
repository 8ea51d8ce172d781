"""What keeps Rasa and TensorFlow from calling home, and from filling the screen."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

ENVIRONMENT: Final = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


@contextmanager
def quiet() -> Iterator[None]:
    """Rasa is imported and a model loaded in here; warnings about their own ways are not ours to mend."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
