"""Policy numbers as people write them: `CAM 80306`, `cam80306`, `CAM # 80-306`, or only `80306`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_NOISE = re.compile(r"\b(?:POLICY|NUMBER|NUM|NO)\b(?!$)")
_STRAY_DOT = re.compile(r"(?<![0-9A-Z])\.+|\.+(?![0-9A-Z])")
_NOT_KEPT = re.compile(r"[^0-9A-Z.]+")
_PREFIX = re.compile(r"^[A-Z]+(?=\d)")
_PADDING = re.compile(r"(?<!\d)0+(?=\d)")
# The numbers of a large payer's policies are sorted and compared at every change.
_REMEMBERED = 32768


@lru_cache(maxsize=_REMEMBERED)
def key(number: str) -> str:
    """The identity of a number: upper case, and of what is between letters and digits only the dots.

    Dots are kept because they tell numbers apart (`A.2.04.141`, `A.20.4.141`); so are leading zeros.
    """
    return _NOT_KEPT.sub("", _STRAY_DOT.sub("", _NOISE.sub("", number.upper())))


def matching(written: str, numbers: Iterable[str]) -> tuple[str, ...]:
    """Those of `numbers` that someone who writes `written` can mean; more than one is an ambiguity.

    The first rule that fits any decides: the same number; the same but for dots; but for a prefix of
    letters that one of them lacks; but for leading zeros.
    """
    on_file = tuple(numbers)
    whole = key(written)
    prefix, bare = _split(written)
    if not bare:
        return ()
    if exact := tuple(number for number in on_file if key(number) == whole):
        return exact
    parts = [(number, *_split(number)) for number in on_file]
    if same := tuple(number for number, *part in parts if part == [prefix, bare]):
        return same
    akin = [(number, rest) for number, other, rest in parts if not prefix or other in ("", prefix)]
    if same := tuple(number for number, rest in akin if rest == bare):
        return same
    unpadded = _PADDING.sub("", bare)
    return tuple(number for number, rest in akin if _PADDING.sub("", rest) == unpadded)


def _split(number: str) -> tuple[str, str]:
    """The letters that a number begins with, and the rest of it, without dots."""
    folded = key(number).replace(".", "")
    found = _PREFIX.match(folded)
    prefix = found.group() if found else ""
    return prefix, folded[len(prefix) :]
