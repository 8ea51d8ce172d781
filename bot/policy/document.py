"""A document file as text: .txt, .html, .pdf and .docx."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from charset_normalizer import from_bytes

from bot.errors import UnreadableDocument
from bot.policy.formats import docx, html, pdf

SUFFIXES: Final = (".txt", ".html", ".htm", ".pdf", ".docx")
LARGEST: Final = 10 * 1024 * 1024  # bytes; a policy of a hundred pages has well under one million

_NEWLINES: Final = re.compile("\r\n|\r|\u0085|\u2028|\u2029")
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset=[\"']?\s*([\w-]+)", re.I)
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1b]")


def read(path: Path) -> str:
    """The text of a document file, newlines as `\\n`, without a byte-order mark, else as it is.

    Raises UnreadableDocument, with the file's name, for what cannot be read as a document.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise UnreadableDocument(f"It is larger than {LARGEST // 1024 // 1024} MiB; split it.")
        return text_of(path.read_bytes(), path.name)
    except OSError as problem:
        raise UnreadableDocument(
            f"{path.name}: The file cannot be opened ({problem.strerror})."
        ) from problem
    except UnreadableDocument as problem:
        raise UnreadableDocument(f"{path.name}: {problem}") from problem


def text_of(content: bytes, name: str) -> str:
    """The text of a document's bytes; what they are shows in them, or else in the name's suffix.

    Raises UnreadableDocument for what cannot be read as a document.
    """
    if not content.strip():
        raise UnreadableDocument("The file is empty.")
    suffix = Path(name).suffix.lower()
    if content[:1024].lstrip().startswith(b"%PDF-"):
        text = pdf.text_of(content)
    elif content.startswith(b"PK\x03\x04") and suffix in (".docx", ""):
        text = docx.text_of(content)
    elif suffix == ".pdf":
        raise UnreadableDocument("The file is named .pdf but is no PDF; get it again.")
    elif suffix == ".docx":
        raise UnreadableDocument("The file is named .docx but is no Word document; save it again.")
    else:
        text = _decoded(content)
        if suffix in (".html", ".htm") or re.match(r"\s*(?:<!doctype html|<html)", text, re.I):
            text = html.text_of(text)
    text = _NEWLINES.sub("\n", text)
    if not re.search(r"\w", text):
        raise UnreadableDocument("The document holds no text.")
    return text


def _decoded(content: bytes) -> str:
    """The characters of a text file: by its mark, as UTF-8, as it says itself, or as it is likely."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _readable(content[len(mark) :], encoding)
    if b"\x00" in content:
        raise UnreadableDocument(
            "The file is binary, not text; save it as .txt, .html, .pdf or .docx."
        )
    declared = _CHARSET.search(content[:2048])
    for encoding in ("utf-8", declared[1].decode("ascii") if declared else "cp1252", "cp1252"):
        try:
            return _readable(content, encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    likely = from_bytes(content).best()
    if likely is None:
        raise UnreadableDocument("The file is in no known encoding; save it as UTF-8.")
    return _readable(content, likely.encoding)


def _readable(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as problem:
        if encoding.startswith("utf-16"):
            raise UnreadableDocument(
                "The file is cut off or binary; save it as UTF-8."
            ) from problem
        raise
    if len(_CONTROL.findall(text)) > len(text) / 200:
        raise UnreadableDocument(
            "The file is binary, not text; save it as .txt, .html, .pdf or .docx."
        )
    return text.removeprefix("\ufeff")
