"""What the policies on file are about, as vectors: made once a version, and kept in a file beside the store.

The file can be made anew from the versions at any time. An import fills it; a running assistant reads what
is new in it, and makes the few vectors that nobody has made yet for itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np

from bot.answer.descriptions import Encoder, Matrix
from bot.policy.model import Policy
from bot.policy.section_names import kind_of
from bot.store.policies import Policies

Progress = Callable[[Sequence[str]], Iterable[str]]

# What a description needs to be told from others; the rest of a long one is evidence and talk.
_WORDS: Final = 60
# How many vectors a question may wait for; each takes some milliseconds.
_FEW: Final = 5
# After so many the file is written: an import that is killed has not worked for nothing.
_SAVED: Final = 1000
_NONE: Final[Matrix] = np.zeros((0, 0), dtype=np.float32)


class DescribedPolicies:
    """The vectors of the policies on file. Safe to use from several threads and processes."""

    def __init__(self, policies: Policies, encoder: Callable[[], Encoder], folder: Path) -> None:
        self._policies = policies
        self._encoder = encoder
        self._folder = folder
        self._read: tuple[int, int] | None = None
        self._made: dict[str, Matrix] = {}
        self._held: tuple[int, Sequence[str], Matrix] | None = None

    def vectors(self) -> tuple[Sequence[str], Matrix]:
        """The numbers of the policies on file, and a row for each edition of one."""
        revision = self._policies.revision()
        if self._held is None or self._held[0] != revision:
            on_file = self._policies.current()
            self._load(on_file)
            missing = [version for version in on_file if version not in self._made]
            for version in missing[:_FEW]:
                self._made[version] = self._vector(version)
            found = [version for version in on_file if version in self._made]
            matrix = np.stack([self._made[version] for version in found]) if found else _NONE
            held = revision, [on_file[version] for version in found], matrix
            if len(missing) > _FEW:
                return held[1:]
            self._held = held
        return self._held[1:]

    def complete(self, progress: Progress = iter) -> None:
        """Makes all vectors that are missing, and writes the file."""
        on_file = self._policies.current()
        self._load(on_file)
        missing = [version for version in on_file if version not in self._made]
        for done, version in enumerate(progress(missing), start=1):
            self._made[version] = self._vector(version)
            if done % _SAVED == 0 or done == len(missing):
                self._save(on_file)

    def _vector(self, version: str) -> Matrix:
        text = described(self._policies.by_id(version).policy)
        vector: Matrix = self._encoder().encode([text])[0]
        return vector

    @property
    def _path(self) -> Path:
        return self._folder / f"descriptions-{self._encoder().id}.npz"

    def _load(self, on_file: Iterable[str]) -> None:
        """Takes what is in the file and not held yet, where something is missing."""
        if all(version in self._made for version in on_file):
            return
        try:
            state = self._path.stat()
            signature = state.st_mtime_ns, state.st_size
            if signature == self._read:
                return
            # NumPy leaves a file open that it finds damaged.
            with self._path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                found = dict(zip(kept["versions"].tolist(), kept["vectors"], strict=True))
        except (OSError, EOFError, ValueError, KeyError, BadZipFile):
            return  # there is none yet, or it is damaged: what is missing is made anew
        self._made = {**found, **self._made}
        self._read = signature

    def _save(self, on_file: Iterable[str]) -> None:
        kept = [version for version in on_file if version in self._made]
        self._folder.mkdir(parents=True, exist_ok=True)
        # Nobody may read half a file, and two imports may write at once.
        unfinished = self._path.with_suffix(f".{os.getpid()}.tmp")
        with unfinished.open("wb") as file:
            vectors = np.stack([self._made[version] for version in kept])
            np.savez(file, versions=np.array(kept), vectors=vectors)
        unfinished.replace(self._path)


def described(policy: Policy) -> str:
    """What a policy says that it is about: its title, and how its description begins."""
    parts = {kind_of(section.name): section.text for section in reversed(policy.sections)}
    said = parts.get("description") or parts.get("background") or ""
    if not said:
        said = "; ".join(dict.fromkeys(s.subject for s in policy.statements if s.subject))
    return f"{policy.title}: {' '.join(said.split()[:_WORDS])}"
