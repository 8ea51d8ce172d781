"""What becomes of a fault of the program: the log says where it happened, the client gets a 500."""

from __future__ import annotations

import logging
import traceback

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.problems import Problem, problem_response

_LOG = logging.getLogger(__name__)


class Faults:
    """Middleware that lets no exception out, so that the connection lives on.

    The message of an exception may repeat what a provider wrote: only its type and place are logged.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            return
        except Exception as error:
            place = "".join(traceback.format_tb(error.__traceback__))
            _LOG.error("A request failed with %s\n%s", type(error).__name__, place)
            if not started:
                sentence = "Something went wrong on our side; please send it again."
                await problem_response(Problem(500, sentence))(scope, receive, send)
