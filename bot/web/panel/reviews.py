"""Replies that staff call wrong: marked, listed, and made into files for a person to review."""

from __future__ import annotations

from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.answer.needs import NEEDS
from bot.store import Store
from bot.store.reviews import Review
from bot.web.body import read_object, what_was_typed
from bot.web.panel.door import CALL, EVERYBODY, Doorway, Who
from bot.web.panel.examples import archive, training_example
from bot.web.panel.office import Office
from bot.web.panel.pages import download, page
from bot.web.problems import Problem

# So much of a conversation's id tells its files apart.
_SHORT: Final = 8


class Reviews:
    def routes(self, doorway: Doorway) -> list[Route]:
        return [
            doorway.route("/messages/{id}/wrong", CALL, POST=self.wrong),
            doorway.route("/reviews", EVERYBODY, GET=self.listed),
            doorway.route("/reviews/{id}/files.zip", CALL, GET=self.files),
            doorway.route("/reviews/{id}/done", CALL, POST=self.settle),
            doorway.route("/conversations/{id}/test.yml", CALL, GET=self.as_test),
        ]

    async def wrong(self, request: Request, who: Who, office: Office) -> Response:
        """`{"right"}`, what would have been right, and perhaps `need`, what was wanted."""
        body = await read_object(request)
        need = body.get("need") or None
        if need is not None and need not in NEEDS:
            raise Problem(422, "Choose what was wanted from the list.")
        said = what_was_typed(body, "right").text
        right = await run_in_threadpool(office.redact, said, who.person)
        message: str = request.path_params["id"]
        await run_in_threadpool(office.store.reviews.mark, message, right, who.person, need)
        await _noted(office, who, "reply_marked_wrong", f"message {message}")
        return JSONResponse({"done": "wrong"})

    async def listed(self, _: Request, who: Who, office: Office) -> Response:
        found = await run_in_threadpool(office.store.reviews.listed)
        return page("reviews.html", who, title="To review", reviews=found)

    async def files(self, request: Request, who: Who, office: Office) -> Response:
        """A regression test and a training example, for a person to review: nothing learns from them here."""
        review = await run_in_threadpool(office.store.reviews.get, request.path_params["id"])
        made = await run_in_threadpool(_files, office.store, review)
        await _noted(office, who, "test_written", f"conversation {review.conversation}")
        headers = download(f"review-{review.conversation[:_SHORT]}.zip")
        return Response(archive(made), media_type="application/zip", headers=headers)

    async def as_test(self, request: Request, who: Who, office: Office) -> Response:
        conversation: str = request.path_params["id"]
        written = await run_in_threadpool(_test, office.store, conversation)
        await _noted(office, who, "test_written", f"conversation {conversation}")
        headers = download(f"conversation-{conversation[:_SHORT]}.yml")
        return Response(written, media_type="application/yaml", headers=headers)

    async def settle(self, request: Request, who: Who, office: Office) -> Response:
        message: str = request.path_params["id"]
        await run_in_threadpool(office.store.reviews.settle, message, who.person)
        await _noted(office, who, "review_settled", f"message {message}")
        return JSONResponse({"done": "settle"})


def _files(store: Store, review: Review) -> dict[str, str]:
    short = review.conversation[:_SHORT]
    understood = _understood(store, review)
    return {
        f"conversation-{short}.yml": _test(store, review.conversation),
        f"training-{short}.yml": training_example(review, understood),
    }


def _test(store: Store, conversation: str) -> str:
    """A regression test of the conversation, with what would have been right."""
    from bot.conversations import past, recording

    held = past.conversation(store, conversation)
    remarks = [
        f"# Wrong, says {one.name}: to “{_line(one.asked)}” this would be right: {_line(one.right)}\n"
        for one in reversed(store.reviews.listed(conversation))
    ]
    return "".join(remarks) + recording.to_yaml(held, f"conversation {conversation[:_SHORT]}")


def _understood(store: Store, review: Review) -> str | None:
    """The leading need that the assistant saw in the words that it replied to."""
    said: list[dict[str, Any]] = store.archive.turns(review.conversation)["messages"]
    turn = next((m["turn"] for m in said if m["id"] == review.message), None)
    for message in said:
        if message["turn"] == turn and message["understood"]:
            name = (message["understood"].get("intent") or {}).get("name")
            return str(name) if name in NEEDS else None
    return None


def _line(text: str) -> str:
    return " ".join(text.split())


async def _noted(office: Office, who: Who, action: str, about: str) -> None:
    await run_in_threadpool(office.store.audit.write, who.actor, action, about)
