"""What letting staff in rests on: the store, the settings, the secret, and the identity provider."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from bot.store import Store
from bot.web.staff.oidc import OpenID
from bot.web.staff.settings import StaffSettings


class StaffEntrance:
    """A part of the service; `secret` signs what browsers hold. Without `openid`, staff have passwords."""

    def __init__(self, store: Store, secret: bytes, settings: StaffSettings | None = None) -> None:
        self.store: Final = store
        self.settings: Final = settings or StaffSettings()
        self.openid: Final = OpenID(self.settings.provider) if self.settings.provider else None
        self._secret = secret

    def signature(self, purpose: str, text: str) -> str:
        """Of `text` for one purpose, worth nothing for any other."""
        return hmac.new(self._secret, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()
