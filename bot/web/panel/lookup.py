"""Policies looked up without the bot: by number, code or words; a version whole; two side by side; what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.answer.catalogue import Version
from bot.errors import NotOnFile
from bot.store import Store
from bot.store.changes import Change, changes
from bot.store.finding import Hit, find
from bot.web.panel.door import EVERYBODY, Doorway, Who
from bot.web.panel.office import Office
from bot.web.panel.pages import page

_DAYS: Final = 60
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Arrival:
    """A version that came on file; `changes` are None for the first one of its policy."""

    version: Version
    changes: Sequence[Change] | None


class Lookup:
    def routes(self, doorway: Doorway) -> list[Route]:
        return [
            doorway.route("/policies", EVERYBODY, GET=self.search),
            doorway.route("/changes", EVERYBODY, GET=self.recent),
            doorway.route("/policies/{number}", EVERYBODY, GET=self.policy),
            doorway.route("/policies/{number}/compare", EVERYBODY, GET=self.compare),
        ]

    async def search(self, request: Request, who: Who, office: Office) -> Response:
        words = request.query_params.get("q", "").strip()[:_LONGEST]
        listed = await run_in_threadpool(office.store.policies.listed)
        hits = await run_in_threadpool(_hits, office, words) if words else []
        return page("policies.html", who, title="Policies", q=words, hits=hits, listed=listed)

    async def recent(self, _: Request, who: Who, office: Office) -> Response:
        since = office.store.clock() - timedelta(days=_DAYS)
        came = await run_in_threadpool(arrivals, office.store, since)
        return page("changes.html", who, title="What changed", days=_DAYS, arrivals=came)

    async def policy(self, request: Request, who: Who, office: Office) -> Response:
        store, wanted = office.store, request.query_params.get("version")
        versions = await run_in_threadpool(_versions, store, request.path_params["number"])
        shown = next((v for v in versions if v.id == wanted), None) if wanted else versions[0]
        if shown is None:
            raise NotOnFile(f"{versions[0].policy.number} has no version {wanted}.")
        pinned = await run_in_threadpool(store.notices.on, shown.policy.number)
        return page(
            "policy.html",
            who,
            title=shown.policy.number,
            version=shown,
            versions=versions,
            notices=pinned,
        )

    async def compare(self, request: Request, who: Who, office: Office) -> Response:
        asked = request.query_params
        versions = await run_in_threadpool(_versions, office.store, request.path_params["number"])
        number = versions[0].policy.number
        old, new = await run_in_threadpool(
            office.store.policies.two_versions, number, asked.get("before"), asked.get("after")
        )
        return page(
            "compare.html",
            who,
            title=f"{number}: two versions",
            versions=versions,
            old=old,
            new=new,
            changes=changes(old.policy, new.policy),
        )


def arrivals(store: Store, since: datetime) -> Sequence[Arrival]:
    """What came on file since, the latest first."""
    found = []
    for number in {one.number for one in store.policies.listed() if one.on_file_from >= since}:
        versions = sorted(store.policies.versions(number), key=lambda v: v.on_file_from)
        for at, version in enumerate(versions):
            if version.on_file_from < since:
                continue
            before = versions[at - 1] if at else None
            told = changes(before.policy, version.policy) if before else None
            found.append(Arrival(version, told))
    return sorted(found, key=lambda one: (one.version.on_file_from, one.version.id), reverse=True)


def _hits(office: Office, words: str) -> Sequence[Hit]:
    return find(office.store.policies, office.linking(), words, date.today())


def _versions(store: Store, written: str) -> Sequence[Version]:
    return store.policies.versions(store.policies.number(written))
