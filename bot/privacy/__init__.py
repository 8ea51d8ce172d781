"""What must not be kept: recognisers of what identifies a person, and redaction."""

from bot.privacy.filed import Filed
from bot.privacy.recogniser import Kind
from bot.privacy.redaction import Found, Redaction, redact

__all__ = ["Filed", "Found", "Kind", "Redaction", "redact"]
