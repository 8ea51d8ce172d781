"""The secret that signs what browsers hold for us: made at the first start, readable for its owner alone."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from bot.errors import BadSetting

_BYTES: Final = 32


def secret(home: Path) -> bytes:
    """The secret kept in `home`, made where there is none. Raises `BadSetting` where it cannot be had."""
    path = home / "secret"
    try:
        if not path.exists():
            _make(path)
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise BadSetting(
                f"{path} can be read by others than its owner: delete it, and start again with a new one."
            )
        held = path.read_bytes()
    except OSError as error:
        raise BadSetting(
            f"{path} cannot be read or made ({error.strerror}): set BOT_HOME to a folder of your own."
        ) from error
    if len(held) < _BYTES:
        raise BadSetting(f"{path} is too short for a secret: delete it, and start again.")
    return held


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Whole from its first moment on; of two processes at once, the second finds the first one's.
    with NamedTemporaryFile(dir=path.parent, prefix=".secret-") as made:
        made.write(secrets.token_bytes(_BYTES))
        made.flush()
        os.fsync(made.fileno())
        try:
            os.link(made.name, path)
        except FileExistsError:
            return
