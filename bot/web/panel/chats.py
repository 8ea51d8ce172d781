"""In the chat: the queue, and what the person who has a conversation does in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast, get_args

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import HeldByAnother, NotHeld
from bot.store.floor import Chat
from bot.store.handover import Person
from bot.store.standing import Outcome
from bot.web.body import MAX_TEXT, read_object, what_was_typed
from bot.web.panel.door import SUPERVISE, TALK, Doorway, Who
from bot.web.panel.office import Office
from bot.web.panel.pages import page
from bot.web.problems import Problem

_OUTCOMES: Final = [one for one in get_args(Outcome) if one != "provider_left"]


class Chats:
    def routes(self, doorway: Doorway) -> list[Route]:
        return [
            doorway.route("/chats", TALK, GET=self.page),
            doorway.route("/chats.json", TALK, passive=True, GET=self.overview),
            doorway.route("/chats/{id}.json", TALK, passive=True, GET=self.chat),
            doorway.route("/chats/{id}/{deed}", TALK, POST=self.act),
            doorway.route("/replies", SUPERVISE, POST=self.keep_ready),
            doorway.route("/replies/{reply:int}/forget", SUPERVISE, POST=self.forget),
        ]

    async def page(self, _: Request, who: Who, office: Office) -> Response:
        ready = await run_in_threadpool(office.store.notes.canned)
        return page("chats.html", who, title="Chats", canned=ready, outcomes=_OUTCOMES)

    async def overview(self, _: Request, who: Who, office: Office) -> Response:
        chats = await run_in_threadpool(office.store.floor.chats)
        present = await run_in_threadpool(office.store.presence.present)
        return JSONResponse(
            {
                "now": office.store.clock().isoformat(),
                "chats": [
                    _chat(chat, who) | {"viewing": list(present.viewing.get(chat.conversation, ()))}
                    for chat in chats
                ],
                "people": [{"id": p.id, "name": p.name} for p in present.people],
            }
        )

    async def chat(self, request: Request, who: Who, office: Office) -> Response:
        conversation: str = request.path_params["id"]
        store = office.store
        whole = await run_in_threadpool(store.floor.whole, conversation)
        notes = await run_in_threadpool(store.notes.of, conversation)
        present = await run_in_threadpool(store.presence.present)
        return JSONResponse(
            {
                **_chat(whole.chat, who),
                "messages": whole.messages,
                "wish": whole.wish,
                "suggested": list(whole.suggested) if _has(whole.chat, who) else [],
                "notes": [{"text": n.text, "name": n.name, "at": n.at.isoformat()} for n in notes],
                "viewing": list(present.viewing.get(conversation, ())),
            }
        )

    async def act(self, request: Request, who: Who, office: Office) -> Response:
        """One of `take`, `return`, `close`, `transfer`, `say` and `note`, with what belongs to it.

        409 where another has the conversation, or `who` does not.
        """
        conversation: str = request.path_params["id"]
        deed: str = request.path_params["deed"]
        body = await read_object(request)
        try:
            kept = await self._do(office, conversation, deed, body, who)
        except (HeldByAnother, NotHeld) as error:
            raise Problem(409, str(error)) from None
        await run_in_threadpool(
            office.store.audit.write, who.actor, f"chat_{deed}", f"conversation {conversation}"
        )
        await office.changed(conversation)
        if deed == "take":
            await office.queue_moved()
        return JSONResponse({"done": deed, "kept": kept})

    async def _do(
        self, office: Office, conversation: str, deed: str, body: Mapping[str, Any], who: Who
    ) -> str | None:
        """What was kept of a text, where the deed has one."""
        handovers = office.store.handovers
        if deed == "take":
            await run_in_threadpool(handovers.take, conversation, who.person)
        elif deed == "return":
            await run_in_threadpool(handovers.return_to_bot, conversation, who.person)
        elif deed == "close":
            outcome = body.get("outcome")
            if outcome not in _OUTCOMES:
                raise Problem(422, f"The outcome must be one of {', '.join(_OUTCOMES)}.")
            await run_in_threadpool(
                handovers.close, conversation, who.person, cast(Outcome, outcome)
            )
        elif deed == "transfer":
            await self._transfer(office, conversation, body, who)
        elif deed == "say":
            text = await self._text(office, body, who)
            await run_in_threadpool(handovers.say, conversation, who.person, text)
            return text
        elif deed == "note":
            text = await self._text(office, body, who)
            await run_in_threadpool(office.store.notes.add, conversation, who.person, text)
            return text
        else:
            raise Problem(404, "There is nothing at this address.")
        return None

    async def _transfer(
        self, office: Office, conversation: str, body: Mapping[str, Any], who: Who
    ) -> None:
        present = await run_in_threadpool(office.store.presence.present)
        to = next((person for person in present.people if person.id == body.get("to")), None)
        if to is None or to.id == who.id:
            raise Problem(422, "Choose somebody else who has the panel open.")
        note = await self._text(office, body, who) if body.get("text") else None
        await run_in_threadpool(
            office.store.handovers.transfer, conversation, who.person, Person(to.id, to.name)
        )
        if note:
            await run_in_threadpool(office.store.notes.add, conversation, who.person, note)

    async def _text(self, office: Office, body: Mapping[str, Any], who: Who) -> str:
        # What the staff writes is kept: without what identifies a member, as what a provider writes.
        return await run_in_threadpool(office.redact, what_was_typed(body, "text").text, who.person)

    async def keep_ready(self, request: Request, who: Who, office: Office) -> Response:
        body = await read_object(request)
        title, text = what_was_typed(body, "title").text, what_was_typed(body, "text").text
        if len(title) > 80 or len(text) > MAX_TEXT:
            raise Problem(422, "The title may have 80 characters.")
        await run_in_threadpool(office.store.notes.keep_ready, title, text, who.person)
        return JSONResponse({"done": "keep_ready"}, 201)

    async def forget(self, request: Request, _: Who, office: Office) -> Response:
        await run_in_threadpool(office.store.notes.forget, request.path_params["reply"])
        return JSONResponse({"done": "forget"})


def _has(chat: Chat, who: Who) -> bool:
    return chat.state == "with_person" and chat.agent == who.id


def _chat(chat: Chat, who: Who) -> dict[str, Any]:
    mine = _has(chat, who)
    return {
        "id": chat.conversation,
        "state": chat.state,
        "reason": chat.reason,
        "since": chat.since and chat.since.isoformat(),
        "call_back": chat.call_back if mine or chat.state == "waiting" else None,
        "name": chat.name,
        "mine": mine,
        "outcome": chat.outcome,
        "said": chat.said,
        "unanswered": chat.unanswered,
    }
