"""The tables from which documents are read: labels, headings, words. They are data, checked when loaded."""

from __future__ import annotations

from collections.abc import Collection
from importlib import resources
from typing import Any

import yaml

from bot.errors import BadVocabulary


def load(name: str) -> Any:
    """The content of the rule file `name`.yml."""
    text = resources.files(__name__).joinpath(f"{name}.yml").read_text("utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def check(name: str, keys: Collection[str], known: Collection[str]) -> None:
    """Raises BadVocabulary where a rule file has a key that nothing reads, or lacks one."""
    if wrong := sorted(set(keys) ^ set(known)):
        raise BadVocabulary(f"The rule file {name}.yml must have exactly {known}; see {wrong}.")
