"""What letting staff in rests on: the store, the settings and the secret."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from bot.store import Store
from bot.web.staff.settings import StaffSettings


@dataclass(frozen=True, slots=True)
class StaffEntrance:
    """A part of the service; `secret` signs what browsers hold."""

    store: Store
    secret: bytes = field(repr=False)
    settings: StaffSettings = field(default_factory=StaffSettings)

    def signature(self, purpose: str, text: str) -> str:
        """Of `text` for one purpose, worth nothing for any other."""
        return hmac.new(self.secret, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()
