"""Who may come in where: each route is for some roles, and its handler is given who asks and what is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.store.audit import Actor
from bot.store.handover import Person
from bot.web.entrance import Entrance
from bot.web.panel.office import Office
from bot.web.routes import route
from bot.web.staff.roles import Role, csrf_token, for_roles, signed_in

EVERYBODY: Final = tuple(Role)
TALK: Final = (Role.agent, Role.supervisor, Role.admin)
CALL: Final = (*TALK, Role.policy_editor)
SUPERVISE: Final = (Role.supervisor, Role.admin)
EDIT: Final = (Role.policy_editor, Role.admin)
ADMIN: Final = (Role.admin,)
DESK: Final = (*EDIT, Role.supervisor)


@dataclass(frozen=True, slots=True)
class Who:
    """`csrf` is the token that each change of theirs has to carry."""

    id: str
    name: str
    role: Role
    csrf: str

    @property
    def person(self) -> Person:
        return Person(self.id, self.name)

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.name)

    def may(self, roles: tuple[Role, ...]) -> bool:
        return self.role in roles


Handler = Callable[[Request, Who, Office], Awaitable[Response]]


class Doorway:
    """Makes the routes of the panel."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance

    def route(
        self, path: str, roles: tuple[Role, ...], passive: bool = False, **handlers: Handler
    ) -> Route:
        """`passive` is what pages ask for by themselves: it does not keep a session from going idle."""
        guarded = for_roles(*roles, passive=passive)
        return route(
            f"/panel{path}",
            **{method: guarded(self._given(handler)) for method, handler in handlers.items()},
        )

    def _given(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def given(request: Request) -> Response:
            staff = signed_in(request)
            assert staff is not None
            who = Who(staff.id, staff.name, staff.role, csrf_token(request))
            return await handler(request, who, Office.of(self._entrance.ready()))

        return given
