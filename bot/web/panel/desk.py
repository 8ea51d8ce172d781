"""The policy desk: documents proposed, compared, approved or refused; policies retired; notices pinned."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import NotOnFile, OwnProposal
from bot.policy.model import Policy
from bot.policy.parser import placed
from bot.store import Store
from bot.store.changes import Change, changes
from bot.store.importing import Document, Refused, Stated, read_document
from bot.web.body import read_object, what_was_typed
from bot.web.panel.door import DESK, EDIT, SUPERVISE, Doorway, Who
from bot.web.panel.office import Office
from bot.web.panel.pages import page
from bot.web.problems import Problem

MAX_UPLOAD: Final = 20 * 1024 * 1024
_UPLOAD_S: Final = 60.0
_MOST_OF_A_NOTICE: Final = 500


class Desk:
    def routes(self, doorway: Doorway) -> list[Route]:
        one = "/desk/documents/{id}"
        return [
            doorway.route("/desk", DESK, GET=self.page),
            doorway.route("/desk/documents", EDIT, POST=self.propose),
            doorway.route(one, DESK, GET=self.document),
            doorway.route(f"{one}/approve", EDIT, POST=self.approve),
            doorway.route(f"{one}/refuse", EDIT, POST=self.refuse),
            doorway.route("/desk/policies/{number}/retire", EDIT, POST=self.retire),
            doorway.route("/notices", SUPERVISE, POST=self.pin),
            doorway.route("/notices/{notice:int}/end", SUPERVISE, POST=self.end),
        ]

    async def page(self, _: Request, who: Who, office: Office) -> Response:
        store = office.store
        return page(
            "desk.html",
            who,
            title="Policy desk",
            proposals=await run_in_threadpool(store.proposals.listed),
            notices=await run_in_threadpool(store.notices.pinned),
            listed=await run_in_threadpool(store.policies.listed),
        )

    async def propose(self, request: Request, who: Who, office: Office) -> Response:
        """A document as multipart/form-data: read at once, and put on file when somebody approves."""
        name, content = await _uploaded(request)
        document = await run_in_threadpool(_read, name, content)
        if isinstance(document, Refused):
            raise Problem(422, document.reason)
        made = await run_in_threadpool(
            office.store.proposals.propose, document.policy, document.text, name, who.person
        )
        await self._noted(office, who, "document_proposed", f"policy {document.policy.number}")
        return JSONResponse({"go": f"/panel/desk/documents/{made}"}, 201)

    async def document(self, request: Request, who: Who, office: Office) -> Response:
        proposal, policy, text = await run_in_threadpool(
            office.store.proposals.get, request.path_params["id"]
        )
        told = await run_in_threadpool(_against_file, office.store, policy)
        return page(
            "document.html",
            who,
            title=policy.number,
            proposal=proposal,
            policy=policy,
            text=text,
            placed=placed(policy, text),
            changes=told,
            own=office.second_person and proposal.by.id == who.id,
        )

    async def approve(self, request: Request, who: Who, office: Office) -> Response:
        wanted: str = request.path_params["id"]
        try:
            version = await run_in_threadpool(
                office.store.proposals.approve, wanted, who.person, office.second_person
            )
        except OwnProposal as error:
            raise Problem(403, str(error)) from None
        await self._noted(office, who, "document_approved", f"version {version}")
        return JSONResponse({"version": version})

    async def refuse(self, request: Request, who: Who, office: Office) -> Response:
        why = what_was_typed(await read_object(request), "why").text
        proposals = office.store.proposals
        await run_in_threadpool(proposals.refuse, request.path_params["id"], who.person, why)
        await self._noted(office, who, "document_refused", f"document {request.path_params['id']}")
        return JSONResponse({"go": "/panel/desk"})

    async def retire(self, request: Request, who: Who, office: Office) -> Response:
        number = await run_in_threadpool(
            office.store.policies.retire, request.path_params["number"]
        )
        await self._noted(office, who, "policy_retired", f"policy {number}")
        return JSONResponse({"go": "/panel/desk"})

    async def pin(self, request: Request, who: Who, office: Office) -> Response:
        body = await read_object(request)
        text = " ".join(what_was_typed(body, "text").text.split())
        if len(text) > _MOST_OF_A_NOTICE:
            raise Problem(422, f"A notice may have {_MOST_OF_A_NOTICE} characters.")
        number = None
        if body.get("number"):
            written = what_was_typed(body, "number").text
            number = await run_in_threadpool(office.store.policies.number, written)
        await run_in_threadpool(office.store.notices.pin, text, who.person, number)
        await self._noted(office, who, "notice_pinned", number and f"policy {number}")
        return JSONResponse({"done": "pin"}, 201)

    async def end(self, request: Request, who: Who, office: Office) -> Response:
        notice = request.path_params["notice"]
        await run_in_threadpool(office.store.notices.end, notice, who.person)
        await self._noted(office, who, "notice_ended", f"notice {notice}")
        return JSONResponse({"done": "end"})

    async def _noted(self, office: Office, who: Who, action: str, about: str | None) -> None:
        await run_in_threadpool(office.store.audit.write, who.actor, action, about)


async def _uploaded(request: Request) -> tuple[str, bytes]:
    """The name and the content of the one file. Raises `Problem`: 408, 411, 413, 422."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise Problem(411, "Say how long the body is, in the header Content-Length.")
    if int(length) > MAX_UPLOAD:
        raise Problem(413, f"The document is larger than {MAX_UPLOAD // 1024**2} MiB.")
    try:
        form = await asyncio.wait_for(request.form(max_files=1, max_fields=4), _UPLOAD_S)
    except asyncio.TimeoutError:
        raise Problem(408, "The body came too late.", {"Connection": "close"}) from None
    try:
        file = form.get("document")
        if not isinstance(file, UploadFile) or not file.filename:
            raise Problem(422, "Choose a document first.")
        return Path(file.filename).name[-200:], await file.read()
    finally:
        await form.close()


def _read(name: str, content: bytes) -> Document | Refused:
    # The readers tell the format by the ending of a file's name, and by what is in it.
    with TemporaryDirectory(prefix="document-") as folder:
        path = Path(folder) / f"document{Path(name).suffix.lower()}"
        path.write_bytes(content)
        read = read_document(path, Stated())
    if isinstance(read, Refused):
        return Refused(Path(name), read.reason.replace(path.name, name))
    return read


def _against_file(store: Store, policy: Policy) -> Sequence[Change] | None:
    """What differs from the version on file; None where there is none."""
    try:
        number = store.policies.number(policy.number)
    except NotOnFile:
        return None
    on_file = store.policies.version(number)
    return None if on_file is None else changes(on_file.policy, policy)
