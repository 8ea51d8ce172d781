"""What becomes of a fault of the program: the client has its 500, the log says where it happened."""

from __future__ import annotations

import logging
import traceback

from starlette.types import ASGIApp, Receive, Scope, Send

_LOG = logging.getLogger(__name__)


class FaultLog:
    """Ends a fault after Starlette has answered it, so that the connection lives on.

    The message of an exception may repeat what a provider wrote: only its type and place are logged.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            place = "".join(traceback.format_tb(error.__traceback__))
            _LOG.error("A request failed with %s\n%s", type(error).__name__, place)
