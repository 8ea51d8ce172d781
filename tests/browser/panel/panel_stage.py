"""The panel over a real store with policies on file, accounts of the staff, and the bot of the stage.

    python panel_stage.py HOME FILENO

It prints the tokens of the sessions of its staff as a line of JSON, by their names. A panel counts as closed
soon after it is.
"""

from __future__ import annotations

import json
import socket
import sys
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

import uvicorn
from script import STORED
from stage import CONTACT, SECRET, Actor

from bot.answer.linking import Linking
from bot.assembly import VocabularyFolder
from bot.policy import wire
from bot.settings import ROOT
from bot.store import Store, open_store
from bot.store.accounts import Role
from bot.store.audit import Actor as Author
from bot.store.csvlists import read_prior_auth
from bot.store.importing import Stated, documents, import_documents
from bot.store.presence import Presence
from bot.web.api import Gateway
from bot.web.app import application
from bot.web.bell import LocalBell
from bot.web.entrance import Service
from bot.web.panel.office import pinned_by
from bot.web.reception import Reception
from bot.web.staff.entrance import StaffEntrance
from bot.web.turns import Turns

GONE: Final = timedelta(seconds=4)
# A Wednesday noon in the plan's own time: the panel is tested at any hour.
IN_HOURS = datetime(2026, 3, 4, 18, tzinfo=timezone.utc)
STAFF: Final = {
    "Dana R.": Role.agent,
    "Robin T.": Role.agent,
    "Gus M.": Role.agent,
    "Sam V.": Role.supervisor,
    "Kim E.": Role.policy_editor,
    "Alex B.": Role.auditor,
    "Lee A.": Role.admin,
}


def sessions(store: Store) -> dict[str, str]:
    by = Author(None, "the stage")
    return {
        name: store.sessions.begin(store.accounts.add(name, role, None, by))
        for name, role in STAFF.items()
    }


def filled(home: Path) -> Store:
    store = open_store(f"sqlite:///{home / 'panel.db'}")
    data = ROOT / "data"
    import_documents(store.policies.filing(), documents([data / "policies"]), Stated())
    rows = read_prior_auth(data / "demo" / "prior_auth.csv")
    store.lists.file_prior_auth(rows.rows, rows.digest, "prior_auth.csv", store.clock().date())
    return replace(store, presence=Presence(store.database, store.clock, GONE))


def main(home: Path, listener: socket.socket) -> None:
    store = filled(home)
    print(json.dumps(sessions(store)), flush=True)
    reception = Reception.of(CONTACT, lambda: IN_HOURS)
    turns = Turns(
        store.conversations,
        Actor(),
        lambda text: text.replace(SECRET, "[SSN]"),
        "stage",
        pinned=pinned_by(store.notices),
    )

    def policy(version: str) -> object:
        if version == "echo-1":
            return STORED
        found = store.policies.by_id(version)
        return wire.to_json(found.policy) | {"text": found.text}

    words = VocabularyFolder(ROOT / "data" / "vocabulary", store.wordings)
    gateway = Gateway(None)
    gateway.service = Service(
        turns,
        policy,
        store.handovers,
        store.feedback,
        reception,
        StaffEntrance(store, b"a secret of the stage"),
        Linking(store.policies, words),
        LocalBell(),
    )
    config = uvicorn.Config(
        application(gateway),
        ws="none",
        log_level="warning",
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(Path(sys.argv[1]), socket.socket(fileno=int(sys.argv[2])))
