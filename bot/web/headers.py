"""The headers that every response carries, and the policy of what a page of ours may load."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.settings import WebSettings

_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_TLS_ONLY: Final = "max-age=31536000"


def page_policy(frame_ancestors: str, form_action: str = "'none'") -> str:
    """The content security policy. Trusted types make the browser itself refuse markup from strings."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            f"form-action {form_action}",
            f"frame-ancestors {frame_ancestors}",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


class SecurityHeaders:
    """Adds them, and says of responses without a lifetime of their own that no cache may keep them.

    A page that may do less, or has forms, says so itself. A file may be kept, but only used after asking whether it still is the newest. Behind TLS, browsers are
    told to come by TLS only.
    """

    def __init__(self, app: ASGIApp, settings: WebSettings) -> None:
        self._app = app
        self._headers = _ALWAYS | {"Content-Security-Policy": page_policy(settings.frame_ancestors)}
        if settings.frame_ancestors in ("'self'", "'none'"):
            # For browsers that know no frame-ancestors; it cannot name origins.
            self._headers["X-Frame-Options"] = (
                "SAMEORIGIN" if settings.frame_ancestors == "'self'" else "DENY"
            )
        self._always_tls = (settings.public_url or "").startswith("https:")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if self._always_tls or scope.get("scheme") == "https":
                    headers["Strict-Transport-Security"] = _TLS_ONLY
                headers.setdefault("Cache-Control", "no-cache" if "etag" in headers else "no-store")
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
