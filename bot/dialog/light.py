"""Rasa without TensorFlow, which takes half of the start and of the memory, and nothing here answers with it.

Rasa's base classes import its module of training helpers, though they use it only in components that the dialog
model does not have; that module imports TensorFlow. Imported lazily, as Python's own `LazyLoader` does it, it is
loaded when somebody asks for something in it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType
from typing import Final

LATER: Final = "rasa.utils.train_utils"


class _Finder(PathFinder):
    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != LATER:
            return None
        found = super().find_spec(fullname, path, target)
        if found and found.loader:
            found.loader = LazyLoader(found.loader)
        return found


@contextmanager
def light() -> Iterator[None]:
    """Rasa is imported in here; where it was imported before, nothing changes."""
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
