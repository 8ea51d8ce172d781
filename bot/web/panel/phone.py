"""On the phone: what the caller asks goes to the same agent as a provider's words, in a call's conversation."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import Overloaded
from bot.web.body import Typed, read_object, what_was_said
from bot.web.panel.codelist import pasted, table
from bot.web.panel.door import CALL, Doorway, Who
from bot.web.panel.office import Office
from bot.web.panel.pages import page
from bot.web.problems import Problem


class Phone:
    def routes(self, doorway: Doorway) -> list[Route]:
        return [
            doorway.route("/phone", CALL, GET=self.page),
            doorway.route("/calls", CALL, POST=self.begin),
            doorway.route("/calls/{id}/ask", CALL, POST=self.ask),
        ]

    async def page(self, _: Request, who: Who, office: Office) -> Response:
        pinned = await run_in_threadpool(office.store.notices.pinned)
        return page("phone.html", who, title="Phone", notices=pinned)

    async def begin(self, _: Request, who: Who, office: Office) -> Response:
        call = await run_in_threadpool(office.store.calls.begin, who.person)
        return JSONResponse(
            {
                "conversation": call.conversation,
                "reference": call.reference,
                "at": call.at.isoformat(),
            },
            201,
        )

    async def ask(self, request: Request, who: Who, office: Office) -> Response:
        """`{"text"}` or `{"payload"}` as a provider sends them: the replies, or a table of pasted codes."""
        said = what_was_said(await read_object(request))
        conversation: str = request.path_params["id"]
        await run_in_threadpool(office.store.calls.own, conversation, who.person)
        try:
            if isinstance(said, Typed):
                words = await run_in_threadpool(office.turns.redact, said.text)
                codes = await run_in_threadpool(pasted, office, words)
                if codes:
                    rows = await table(office, conversation, codes)
                    return JSONResponse({"received": words, "messages": [], "table": rows})
            taken = await office.phone.take(conversation, said)
        except Overloaded as error:
            raise Problem(503, str(error), {"Retry-After": "5"}) from None
        return JSONResponse({"received": taken.received, "messages": taken.replies})
