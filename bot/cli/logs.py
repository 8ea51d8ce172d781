"""Logging of commands that load Rasa: to stderr, so that `--json` stays clean on stdout."""

from __future__ import annotations

import logging
import sys


def log_to_stderr(level: int = logging.WARNING) -> None:
    """Call it before the first import of Rasa: unconfigured structlog prints to stdout."""
    import structlog

    logging.basicConfig(
        stream=sys.stderr, level=level, format="%(levelname)s %(name)s: %(message)s"
    )
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
