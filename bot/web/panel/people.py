"""Who may sign in, for an admin: their roles, and their sessions, which can be ended."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import NotOnFile
from bot.web.panel.door import ADMIN, Doorway, Who
from bot.web.panel.office import Office
from bot.web.panel.pages import page


class People:
    def routes(self, doorway: Doorway) -> list[Route]:
        return [
            doorway.route("/people", ADMIN, GET=self.page),
            doorway.route("/people/{id}/end", ADMIN, POST=self.end),
        ]

    async def page(self, _: Request, who: Who, office: Office) -> Response:
        accounts = await run_in_threadpool(office.store.accounts.all)
        present = await run_in_threadpool(office.store.presence.present)
        here = {person.id for person in present.people}
        return page("people.html", who, title="People", accounts=accounts, here=here)

    async def end(self, request: Request, who: Who, office: Office) -> Response:
        """Ends all sessions of an account at once; the audit log has it."""
        accounts = await run_in_threadpool(office.store.accounts.all)
        account = next((one for one in accounts if one.id == request.path_params["id"]), None)
        if account is None:
            raise NotOnFile("There is no such account.")
        ended = await run_in_threadpool(office.store.sessions.end_all, account, who.actor)
        return JSONResponse({"ended": ended})
