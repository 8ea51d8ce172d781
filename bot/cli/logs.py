"""Logging of commands that load Rasa: to stderr, so that `--json` stays clean on stdout."""

from __future__ import annotations

import logging
import os
import sys
from typing import Final

# Rasa's libraries greet with pages of notices that say nothing to those who use the assistant.
_QUIET: Final = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


def log_to_stderr(level: int = logging.WARNING) -> None:
    """Call it before the first import of Rasa: unconfigured structlog prints to stdout."""
    import structlog

    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    # Some of them switch warnings on again, so that a filter would not last.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    logging.basicConfig(
        stream=sys.stderr, level=level, format="%(levelname)s %(name)s: %(message)s"
    )
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
