"""A question that was misunderstood, as training data: a file for a person to read, correct and add."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import yaml

from bot.store.reviews import Review


def training_example(review: Review, understood: str | None) -> str:
    """The words under what was wanted or, where nobody said that, under what they were taken for.

    The shape is that of the files in data/nlu.
    """
    words, right = _line(review.asked), _line(review.right)
    wanted = review.need or understood or "out_of_scope"
    said = "was not understood" if understood is None else f"was taken for {understood}"
    held: dict[str, Any] = {"intent": wanted, "examples": _Block(f"- {words}\n")}
    body: str = yaml.dump({"version": "3.1", "nlu": [held]}, Dumper=_Dumper, **_STYLE)
    return (
        f"# It {said}; {review.name} says that this would be right: {right}\n"
        "# Read it, correct the intent, and add the line to a file of data/nlu.\n\n" + body
    )


def archive(files: Mapping[str, str]) -> bytes:
    """The files by their names, as a ZIP archive."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return made.getvalue()


_STYLE: Mapping[str, Any] = {"sort_keys": False, "allow_unicode": True, "width": 4000}


class _Block(str):
    """A text that is written over several lines, as Rasa has its examples."""


class _Dumper(yaml.SafeDumper):
    pass


def _block(dumper: yaml.SafeDumper, text: _Block) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|")


_Dumper.add_representer(_Block, _block)


def _line(text: str) -> str:
    return " ".join(text.split())
