"""Looking back: conversations found again, exported and explained; figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, get_args

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.answer.model import Kind
from bot.answer.needs import ACTS, MATTERS, MEMBER_DATA, TOPICS
from bot.store.archive import Wanted
from bot.web.panel.door import EVERYBODY, Doorway, Who
from bot.web.panel.explained import Explained, explained
from bot.web.panel.office import Office
from bot.web.panel.pages import download, page
from bot.web.problems import Problem

# What can be wanted, as it is chosen from.
NEED_GROUPS: Final = (
    ("Of a policy", TOPICS),
    ("Beside a policy", (MEMBER_DATA, *MATTERS)),
    ("Of the conversation", ACTS),
)
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
            doorway.route(one, EVERYBODY, GET=self.conversation),
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
            explained=await run_in_threadpool(_explained, office, row),
            needs=NEED_GROUPS,
        )

    async def as_json(self, request: Request, who: Who, office: Office) -> Response:
        row = await self._row(request, who, office)
        return JSONResponse(row, headers=download(f"{row['conversation']}.json"))

    async def as_csv(self, request: Request, who: Who, office: Office) -> Response:
        row = await self._row(request, who, office)
        flat = {name: _cell(value) for name, value in row.items() if name != "messages"}
        said = [f"{m['name'] or m['sender']}: {m['text']}" for m in row["messages"]]
        flat["transcript"] = _cell("\n".join(said))
        written = io.StringIO()
        writer = csv.DictWriter(written, list(flat))
        writer.writeheader()
        writer.writerow(flat)
        headers = download(f"{row['conversation']}.csv")
        return Response(written.getvalue(), media_type="text/csv", headers=headers)

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


def _explained(office: Office, row: Mapping[str, Any]) -> Mapping[str, Explained]:
    """Of each message whose understanding was kept, by its id."""
    linker = office.linking()
    return {
        message["id"]: explained(
            message["understood"], linker, datetime.fromisoformat(message["at"]).date()
        )
        for message in row["messages"]
        if message["understood"]
    }


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
