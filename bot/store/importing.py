"""Documents from files and folders into the store: what is good goes in, what is not is said why."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot.errors import UnreadableDocument
from bot.policy.document import SUFFIXES, read
from bot.policy.model import Finding, Policy
from bot.policy.parser import parse, placed
from bot.store.filing import Filed, Filing

# Fictional policies, which must not get among the real ones because they lie in a folder below.
DEMO: Final = "demo"

Progress = Callable[[Sequence[Path]], Iterable[Path]]


@dataclass(frozen=True, slots=True)
class Stated:
    """What the import states of documents that do not state it themselves."""

    effective_from: str | None = None
    effective_to: str | None = None
    lines_of_business: tuple[str, ...] = ()
    source_url: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was read; `text` is what the spans of the policy are offsets into."""

    path: Path
    policy: Policy
    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a document; `placed` is the share of it that stands in known sections."""

    path: Path
    filed: Filed
    warnings: tuple[Finding, ...]
    placed: float


def documents(paths: Iterable[Path]) -> list[Path]:
    """The files to read: those that are named, and what looks like a document in the folders named.

    Hidden files and folders are left out, and so is a folder `demo` that is not named itself.
    """
    found: dict[Path, None] = {}
    for path in paths:
        found.update(dict.fromkeys(_below(path) if path.is_dir() else [path]))
    return list(found)


def read_document(path: Path, stated: Stated) -> Document | Refused:
    try:
        text = read(path)
        policy = parse(text)
    except UnreadableDocument as error:
        return Refused(path, str(error))
    except Exception as error:  # a fault of ours must not keep the other documents out
        return Refused(
            path, f"The reading of {path.name} failed ({type(error).__name__}: {error})."
        )
    return Document(path, _completed(policy, stated), text)


def import_documents(
    filing: Filing, paths: Sequence[Path], stated: Stated, progress: Progress = iter
) -> list[Imported | Refused]:
    """Reads and files the documents; all that could be read come on file together, at the end."""
    read_so_far: list[Refused | tuple[Filed | None, Path, tuple[Finding, ...], float]] = []
    try:
        for path in progress(paths):
            document = read_document(path, stated)
            if isinstance(document, Refused):
                read_so_far.append(document)
            else:
                known = filing.stage(document.policy, document.text, path.name)
                # Only the report is held in memory: an import may be long.
                read_so_far.append(
                    (known, path, document.policy.warnings, placed(document.policy, document.text))
                )
        published = iter(filing.publish())
    except BaseException:
        filing.discard()
        raise
    return [
        one if isinstance(one, Refused) else Imported(one[1], one[0] or next(published), *one[2:])
        for one in read_so_far
    ]


def _below(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != DEMO and not name.startswith("."))
        for name in sorted(files):
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                yield Path(parent) / name


def _completed(policy: Policy, stated: Stated) -> Policy:
    return replace(
        policy,
        effective_from=policy.effective_from or stated.effective_from,
        effective_to=policy.effective_to or stated.effective_to,
        lines_of_business=policy.lines_of_business or stated.lines_of_business,
        source_url=policy.source_url or stated.source_url,
    )
