"""Sessions of staff: kept here, so that they can be ended here; their holders have only a token."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from bot.store.accounts import Account, account_where, digest
from bot.store.audit import Actor, append
from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.tables import sessions, users

# However busy it is: who has left the house or changed the job signs in anew the next day.
LONGEST: Final = timedelta(hours=12)


class Sessions:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def begin(
        self, account: Account, detail: Mapping[str, Any] | None = None, instead_of: str = ""
    ) -> str:
        """The token of a new session; `detail` is for the audit log."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._database.writing() as connection:
            over = sessions.c.begun <= now - LONGEST
            connection.execute(
                delete(sessions).where(over | (sessions.c.digest == digest(instead_of)))
            )
            connection.execute(
                insert(sessions).values(digest=digest(token), user=account.id, begun=now, seen=now)
            )
            append(connection, now, account.actor, "signed_in", None, detail)
        return token

    def account(self, token: str, idle: timedelta, active: bool = True) -> Account | None:
        """Whose session it is, with the role of now; None where it has ended.

        It has when nothing was done for `idle`. What is not `active` does not count as being done.
        """
        now, own = self._clock(), sessions.c.digest == digest(token)
        with self._database.reading() as connection:
            row = connection.execute(
                select(sessions.c.user, sessions.c.begun, sessions.c.seen).where(own)
            ).first()
            if row is None or row.seen <= now - idle or row.begun <= now - LONGEST:
                return None
            account = account_where(
                connection, (users.c.id == row.user) & users.c.disabled.is_(None)
            )
        # Not with each request: reading is free, and a write is not.
        if account is not None and active and now - row.seen >= idle / 30:
            with self._database.writing() as connection:
                connection.execute(update(sessions).where(own).values(seen=now))
        return account

    def end(self, token: str, by: Actor) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == digest(token)))
            append(connection, self._clock(), by, "signed_out", None)

    def end_all(self, account: Account, by: Actor) -> int:
        """How many sessions of an account there were to end."""
        with self._database.writing() as connection:
            gone = connection.execute(delete(sessions).where(sessions.c.user == account.id))
            ended: int = gone.rowcount
            detail = {"sessions": ended}
            append(
                connection,
                self._clock(),
                by,
                "sessions_ended",
                f"account {account.id}",
                detail,
            )
        return ended
