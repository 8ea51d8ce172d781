"""Each question is a test."""

from bot.conversations.plugin import pytest_collect_file, pytest_unconfigure

__all__ = ["pytest_collect_file", "pytest_unconfigure"]
