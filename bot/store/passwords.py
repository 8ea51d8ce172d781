"""Passwords: what is taken for one, and their digests by Argon2id."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.errors import BadAccount

FEWEST: Final = 12
MOST: Final = 200

# The parameters are the library's own: the second choice of RFC 9106, 64 MiB and three passes.
_HASHER: Final = PasswordHasher()


def digest(password: str, name: str) -> str:
    """The digest to keep of a new password. Raises `BadAccount` for one that is too easily found."""
    if not FEWEST <= len(password) <= MOST:
        raise BadAccount(f"A password has {FEWEST} to {MOST} characters: choose another.")
    if name.casefold() in password.casefold() or len(set(password)) < FEWEST // 2:
        raise BadAccount(
            "A password neither holds the name nor repeats a few characters: choose another."
        )
    return _HASHER.hash(_same(password))


def fits(kept: str | None, password: str) -> bool:
    """Whether the password is the one; it takes as long where none is kept."""
    try:
        return _HASHER.verify(kept or _nobodys(), _same(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether a digest was made with other parameters than those of today."""
    return _HASHER.check_needs_rehash(kept)


def renewed(password: str) -> str:
    """The digest of a password that fitted, with the parameters of today."""
    return _HASHER.hash(_same(password))


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _HASHER.hash("the password of nobody")


def _same(password: str) -> str:
    # Keyboards write one letter in several ways.
    return unicodedata.normalize("NFKC", password)
