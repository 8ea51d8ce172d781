"""Who may sign in: accounts with a password or from an identity provider, and one-time links."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from bot.errors import BadAccount, NotOnFile
from bot.store import passwords
from bot.store.audit import Actor, append
from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.tables import links, sessions, users

LINK_LASTS: Final = timedelta(hours=24)
_MOST_OF_A_NAME: Final = 64
_ORDER: Final = 0x616363


class Role(str, Enum):
    """What somebody may do; what each route asks for stands with the route."""

    agent = "agent"
    supervisor = "supervisor"
    policy_editor = "policy_editor"
    admin = "admin"
    auditor = "auditor"


@dataclass(frozen=True, slots=True)
class Account:
    """`issuer` is the identity provider's, None for an account with a password."""

    id: str
    name: str
    role: Role
    created: datetime
    issuer: str | None = None
    has_password: bool = False
    disabled: datetime | None = None
    sessions: int = 0

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.name)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a one-time link is for: the account's new password, or with None the first account."""

    name: str | None


class Accounts:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def all(self) -> Sequence[Account]:
        """By name; `sessions` counts those that were not ended."""
        with self._database.reading() as connection:
            return _accounts(connection)

    def called(self, name: str) -> Account:
        """Raises `NotOnFile`."""
        with self._database.reading() as connection:
            return _called(connection, name)

    def add(self, name: str, role: Role, password: str | None, by: Actor) -> Account:
        """A new account; without a password, nobody can sign in before a link was used.

        Raises `BadAccount` for a name that is taken or cannot be one, and for a password that is too weak.
        """
        name = _clean(name)
        kept = None if password is None else passwords.digest(password, name)
        with self._changing() as connection:
            return self._add(connection, name, role, kept, by)

    def change_role(self, name: str, role: Role, by: Actor) -> Account:
        """It counts from the next request on. Raises `NotOnFile`, and `BadAccount` where the provider says."""
        with self._changing() as connection:
            account = _called(connection, name)
            if account.issuer is not None:
                raise BadAccount(
                    f"The role of {account.name} comes from {account.issuer}: change it there."
                )
            _set(connection, account, role=role.value)
            detail = {"from": account.role.value, "to": role.value}
            append(connection, self._clock(), by, "role_changed", _object(account), detail)
            return _called(connection, name)

    def disable(self, name: str, by: Actor) -> Account:
        """Ends all that the account may do, at once. Raises `NotOnFile`."""
        now = self._clock()
        with self._changing() as connection:
            account = _called(connection, name)
            _set(connection, account, disabled=account.disabled or now)
            connection.execute(delete(sessions).where(sessions.c.user == account.id))
            connection.execute(delete(links).where(links.c.user == account.id))
            append(connection, now, by, "account_disabled", _object(account))
            return _called(connection, name)

    def enable(self, name: str, by: Actor) -> Account:
        """Raises `NotOnFile`."""
        with self._changing() as connection:
            account = _called(connection, name)
            _set(connection, account, disabled=None)
            append(connection, self._clock(), by, "account_enabled", _object(account))
            return _called(connection, name)

    def check(self, name: str, password: str) -> Account | None:
        """The account, where the password is its own; it takes as long where there is none."""
        with self._database.reading() as connection:
            row = connection.execute(
                select(users).where(users.c.key == key(name), users.c.disabled.is_(None))
            ).first()
        kept: str | None = row.password if row else None
        if not passwords.fits(kept, password[: passwords.MOST + 1]) or row is None or kept is None:
            return None
        if passwords.outdated(kept):
            with self._changing() as connection:
                _set(connection, _account(row), password=passwords.renewed(password))
        return _account(row)

    def of_provider(self, issuer: str, subject: str, name: str, role: Role) -> Account | None:
        """The account of somebody whom the identity provider vouches for, made or brought up to date.

        None where it was disabled here.
        """
        with self._changing() as connection:
            found = account_where(
                connection, (users.c.issuer == issuer) & (users.c.subject == subject)
            )
            if found is None:
                free = _free(connection, name)
                more = {"issuer": issuer, "subject": subject}
                actor = Actor(None, issuer)
                return self._add(connection, free, role, None, actor, more)
            if found.disabled is not None:
                return None
            if found.role != role:
                _set(connection, found, role=role.value)
                detail = {"from": found.role.value, "to": role.value}
                now = self._clock()
                append(connection, now, Actor(None, issuer), "role_changed", _object(found), detail)
            return account_where(connection, users.c.id == found.id)

    def link(self, name: str, by: Actor) -> str:
        """A token with which a new password can be set once; older ones end. Raises `NotOnFile`."""
        with self._changing() as connection:
            account = _called(connection, name)
            if account.issuer is not None or account.disabled is not None:
                why = "is disabled" if account.disabled else f"signs in at {account.issuer}"
                raise BadAccount(f"{account.name} {why}, and so cannot have a password.")
            append(connection, self._clock(), by, "link_made", _object(account))
            return self._link(connection, account.id)

    def first_link(self) -> str | None:
        """A token with which the first account can be made, an admin; None where there is one already."""
        with self._changing() as connection:
            if connection.execute(select(func.count()).select_from(users)).scalar_one():
                return None
            return self._link(connection, None)

    def invitation(self, token: str) -> Invitation | None:
        """What a link is for; None where it has ended or there never was one."""
        with self._database.reading() as connection:
            row = self._invited(connection, token)
        return None if row is None else Invitation(row.name)

    def accept(self, token: str, password: str, name: str | None = None) -> Account:
        """Sets the password, and ends the link and the account's sessions.

        `name` is for the first account. Raises `NotOnFile` where the link has ended, `BadAccount` as `add`
        does; then it can be used again.
        """
        with self._database.reading() as connection:
            row = self._invited(connection, token)
        if row is None:
            raise NotOnFile(_ENDED)
        chosen = _clean(name or "") if row.user is None else row.name
        kept = passwords.digest(password, chosen)
        with self._changing() as connection:
            # Of two at once, one deletes it.
            ended = connection.execute(delete(links).where(links.c.digest == digest(token)))
            if ended.rowcount != 1:
                raise NotOnFile(_ENDED)
            if row.user is None:
                return self._add(connection, chosen, Role.admin, kept, Actor(None, "first link"))
            account = account_where(connection, users.c.id == row.user)
            assert account is not None
            _set(connection, account, password=kept)
            connection.execute(delete(sessions).where(sessions.c.user == account.id))
            append(connection, self._clock(), account.actor, "password_set", _object(account))
            return account

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        with self._database.writing() as connection:
            if not self._database.is_sqlite:
                # One at a time, as with SQLite: of two that find a name free, one must wait.
                connection.execute(select(func.pg_advisory_xact_lock(_ORDER)))
            yield connection

    def _add(
        self,
        connection: Connection,
        name: str,
        role: Role,
        password: str | None,
        by: Actor,
        more: dict[str, Any] | None = None,
    ) -> Account:
        if account_where(connection, users.c.key == key(name)):
            raise BadAccount(f"There is an account {name} already: choose another name.")
        account = Account(str(uuid4()), name, role, self._clock())
        connection.execute(delete(links).where(links.c.user.is_(None)))
        connection.execute(
            insert(users).values(
                id=account.id,
                name=name,
                key=key(name),
                role=role.value,
                password=password,
                created=account.created,
                **(more or {}),
            )
        )
        append(
            connection,
            account.created,
            by,
            "account_added",
            _object(account),
            {"name": name, "role": role.value},
        )
        added = account_where(connection, users.c.id == account.id)
        assert added is not None
        return added

    def _link(self, connection: Connection, user: str | None) -> str:
        token = secrets.token_urlsafe(32)
        connection.execute(delete(links).where(links.c.user.is_not_distinct_from(user)))
        connection.execute(
            insert(links).values(
                digest=digest(token), user=user, expires=self._clock() + LINK_LASTS
            )
        )
        return token

    def _invited(self, connection: Connection, token: str) -> Any:
        return connection.execute(
            select(links.c.user, users.c.name)
            .select_from(links.outerjoin(users, users.c.id == links.c.user))
            .where(
                links.c.digest == digest(token),
                links.c.expires > self._clock(),
                users.c.disabled.is_(None),
            )
        ).first()


_ENDED: Final = "This link was used already or has ended: ask an admin for a new one."


def key(name: str) -> str:
    """The form in which names are compared."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def digest(token: str) -> str:
    """What is kept of a token; as it is random, no salt and no slowness is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def _clean(name: str) -> str:
    clean = " ".join(unicodedata.normalize("NFKC", name).split())
    if not clean or len(clean) > _MOST_OF_A_NAME or not clean.isprintable():
        raise BadAccount(f"A name has 1 to {_MOST_OF_A_NAME} printable characters: choose another.")
    return clean


def _free(connection: Connection, name: str) -> str:
    """The name that the provider tells, or with a number behind it where somebody else has it."""
    shown = "".join(letter if letter.isprintable() else " " for letter in name)
    base = " ".join(unicodedata.normalize("NFKC", shown).split())[: _MOST_OF_A_NAME - 8] or "Staff"
    free, number = base, 1
    while account_where(connection, users.c.key == key(free)):
        number += 1
        free = f"{base} ({number})"
    return free


def _called(connection: Connection, name: str) -> Account:
    found = account_where(connection, users.c.key == key(name))
    if found is None:
        raise NotOnFile(f"There is no account {name}: bot users list names them.")
    return found


def account_where(connection: Connection, which: Any) -> Account | None:
    found = _accounts(connection, which)
    return found[0] if found else None


def _accounts(connection: Connection, which: Any = True) -> list[Account]:
    open_ones = (
        select(func.count())
        .where(sessions.c.user == users.c.id)
        .scalar_subquery()
        .label("sessions")
    )
    rows = connection.execute(select(users, open_ones).where(which).order_by(users.c.key))
    return [_account(row, row.sessions) for row in rows]


def _account(row: Any, open_ones: int = 0) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        created=row.created,
        issuer=row.issuer,
        has_password=row.password is not None,
        disabled=row.disabled,
        sessions=open_ones,
    )


def _set(connection: Connection, account: Account, **values: Any) -> None:
    connection.execute(update(users).where(users.c.id == account.id).values(**values))


def _object(account: Account) -> str:
    return f"account {account.id}"
