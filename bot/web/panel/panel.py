"""All routes of the panel."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.web.entrance import Entrance
from bot.web.panel.chats import Chats
from bot.web.panel.desk import Desk
from bot.web.panel.door import CALL, EVERYBODY, Doorway, Who
from bot.web.panel.feed import Feed
from bot.web.panel.lookback import Lookback
from bot.web.panel.lookup import Lookup
from bot.web.panel.office import Office
from bot.web.panel.people import People
from bot.web.panel.phone import Phone
from bot.web.panel.reviews import Reviews
from bot.web.panel.words import Words


def routes(entrance: Entrance) -> list[Route]:
    doorway = Doorway(entrance)
    parts = (Phone(), Chats(), Feed(), Lookup(), Lookback(), Reviews(), Desk(), Words(), People())
    return [
        doorway.route("", EVERYBODY, GET=_begin),
        *(route for part in parts for route in part.routes(doorway)),
    ]


async def _begin(_: Request, who: Who, __: Office) -> Response:
    return RedirectResponse("/panel/phone" if who.may(CALL) else "/panel/policies", 303)
