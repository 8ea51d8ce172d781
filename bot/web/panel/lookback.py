"""Looking back: conversations found again, exported, explained; replies marked as wrong; figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, get_args

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.answer.model import Kind
from bot.store.archive import Wanted
from bot.web.body import read_object, what_was_typed
from bot.web.panel.door import CALL, EVERYBODY, Doorway, Who
from bot.web.panel.office import Office
from bot.web.panel.pages import page
from bot.web.problems import Problem

_DAYS: Final = (7, 30, 90)
_FIELDS: Final = ("words", "policy", "kind", "person", "reference", "since", "until")
_LONGEST: Final = 200
# A cell that begins so would be a formula to a spreadsheet.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Lookback:
    def routes(self, doorway: Doorway) -> list[Route]:
        one = "/conversations/{id}"
        return [
            doorway.route("/conversations", EVERYBODY, GET=self.search),
            doorway.route(f"{one}/row.csv", EVERYBODY, GET=self.as_csv),
            doorway.route(f"{one}/row.json", EVERYBODY, GET=self.as_json),
            doorway.route(f"{one}/test.yml", CALL, GET=self.as_test),
            doorway.route(one, EVERYBODY, GET=self.conversation),
            doorway.route("/messages/{id}/wrong", CALL, POST=self.wrong),
            doorway.route("/reviews", EVERYBODY, GET=self.reviews),
            doorway.route("/reviews/{id}/done", CALL, POST=self.settle),
            doorway.route("/figures", EVERYBODY, GET=self.figures),
        ]

    async def search(self, request: Request, who: Who, office: Office) -> Response:
        asked = {name: request.query_params.get(name, "").strip()[:_LONGEST] for name in _FIELDS}
        found = await run_in_threadpool(office.store.archive.search, _wanted(asked))
        if any(asked.values()):
            await self._noted(office, who, "conversations_searched", None)
        return page(
            "conversations.html",
            who,
            title="Look back",
            asked=asked,
            found=found,
            kinds=get_args(Kind),
        )

    async def conversation(self, request: Request, who: Who, office: Office) -> Response:
        conversation: str = request.path_params["id"]
        row = await self._row(request, who, office)
        wrong = await run_in_threadpool(office.store.reviews.listed, conversation)
        notes = await run_in_threadpool(office.store.notes.of, conversation)
        return page(
            "conversation.html",
            who,
            title="Conversation",
            row=row,
            wrong={one.message: one for one in wrong},
            notes=notes,
        )

    async def as_json(self, request: Request, who: Who, office: Office) -> Response:
        row = await self._row(request, who, office)
        return JSONResponse(row, headers=_download(f"{row['conversation']}.json"))

    async def as_csv(self, request: Request, who: Who, office: Office) -> Response:
        row = await self._row(request, who, office)
        flat = {name: _cell(value) for name, value in row.items() if name != "messages"}
        said = [f"{m['name'] or m['sender']}: {m['text']}" for m in row["messages"]]
        flat["transcript"] = _cell("\n".join(said))
        written = io.StringIO()
        writer = csv.DictWriter(written, list(flat))
        writer.writeheader()
        writer.writerow(flat)
        headers = _download(f"{row['conversation']}.csv")
        return Response(written.getvalue(), media_type="text/csv", headers=headers)

    async def as_test(self, request: Request, who: Who, office: Office) -> Response:
        """A regression test of the conversation, with what would have been right, for a person to review."""
        from bot.conversations import past, recording

        conversation: str = request.path_params["id"]
        held = await run_in_threadpool(past.conversation, office.store, conversation)
        written = recording.to_yaml(held, f"conversation {conversation[:8]}")
        wrong = await run_in_threadpool(office.store.reviews.listed, conversation)
        remarks = "".join(
            f"# Wrong, says {one.name}: to “{_line(one.asked)}” this would be right: {_line(one.right)}\n"
            for one in reversed(wrong)
        )
        await self._noted(office, who, "test_written", conversation)
        return Response(
            remarks + written,
            media_type="application/yaml",
            headers=_download(f"conversation-{conversation[:8]}.yml"),
        )

    async def wrong(self, request: Request, who: Who, office: Office) -> Response:
        said = what_was_typed(await read_object(request), "right").text
        right = await run_in_threadpool(office.redact, said, who.person)
        message: str = request.path_params["id"]
        await run_in_threadpool(office.store.reviews.mark, message, right, who.person)
        await run_in_threadpool(
            office.store.audit.write, who.actor, "reply_marked_wrong", f"message {message}"
        )
        return JSONResponse({"done": "wrong"})

    async def reviews(self, _: Request, who: Who, office: Office) -> Response:
        listed = await run_in_threadpool(office.store.reviews.listed)
        return page("reviews.html", who, title="To review", reviews=listed)

    async def settle(self, request: Request, who: Who, office: Office) -> Response:
        await run_in_threadpool(office.store.reviews.settle, request.path_params["id"], who.person)
        return JSONResponse({"done": "settle"})

    async def figures(self, request: Request, who: Who, office: Office) -> Response:
        asked = request.query_params.get("days", "30")
        days = int(asked) if asked in map(str, _DAYS) else _DAYS[1]
        figures = await run_in_threadpool(office.store.statistics.of_days, days)
        return page("figures.html", who, title="Figures", figures=figures, days=days, spans=_DAYS)

    async def _row(self, request: Request, who: Who, office: Office) -> Mapping[str, Any]:
        conversation: str = request.path_params["id"]
        row = await run_in_threadpool(office.store.archive.turns, conversation)
        await self._noted(office, who, "conversation_read", conversation)
        return row

    async def _noted(self, office: Office, who: Who, action: str, conversation: str | None) -> None:
        about = conversation and f"conversation {conversation}"
        await run_in_threadpool(office.store.audit.write, who.actor, action, about)


def _wanted(asked: Mapping[str, str]) -> Wanted:
    return Wanted(
        words=asked["words"],
        policy=asked["policy"],
        kind=asked["kind"] if asked["kind"] in get_args(Kind) else "",
        person=asked["person"],
        reference=asked["reference"],
        since=_day(asked["since"]),
        until=_day(asked["until"]),
    )


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise Problem(422, "Write the day as 2026-02-03.") from None


def _cell(value: object) -> str:
    told = "; ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    return f"'{told}" if told.startswith(_FORMULA) else told


def _line(text: str) -> str:
    return " ".join(text.split())


def _download(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
