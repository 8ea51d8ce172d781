"""What holds for all tests: where `CI` is set, a skipped test is a failure.

Only what has to be fetched from a registry (marked so) may be skipped there: that it is out of reach is no
fault of a change.
"""

from __future__ import annotations

import os

import pytest

pytest_plugins = ["pytester"]


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    skipped = [r for r in skipped if "registry" not in getattr(r, "keywords", ())]
    if os.environ.get("CI") and skipped:
        reporter.write_line("")
        reporter.write_line(
            f"{len(skipped)} skipped, and where CI is set every test must run.", red=True
        )
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
