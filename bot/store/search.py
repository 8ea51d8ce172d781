"""The text index, SQLite's FTS5 and PostgreSQL's text search behind one interface.

Words are found in all their grammatical forms (both stem English). A hit needs one of the words; a policy
that holds more of them, rarer ones, or has them in its title is a better hit.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy import bindparam, text
from sqlalchemy.engine import Connection

from bot.store.tables import Moment

_WORD: Final = re.compile(r"[^\W_]+")
# Words that say nothing about what a policy is about; FTS5 has no list of its own.
_EVERYDAY: Final = """
    a about all an and any are as at be been by can cover coverage covered could do does for from get
    give had has have how i if in into is it its may me much must my need no not of on or our ours please
    policies policy should so tell that the their them there these they this to us was we what when
    where which who why will with would you your
"""
_STOP_WORDS: Final = frozenset(_EVERYDAY.split())
# A question holds fewer; a pasted document must not become a query of thousands of words.
_MOST_WORDS: Final = 24


class TextIndex(Protocol):
    def add(self, connection: Connection, version: int) -> None:
        """Puts a version in, by its primary key."""

    def remove(self, connection: Connection, version: int) -> None:
        """Takes it out again; it must have been put in."""

    def search(
        self, connection: Connection, words: str, now: datetime, limit: int
    ) -> list[tuple[str, str, float]]:
        """Number, title and score of current versions, the best first."""


def telling_words(words: str) -> list[str]:
    """The words worth searching for, each once, in lower case and in order."""
    found = dict.fromkeys(word.lower() for word in _WORD.findall(words))
    return [
        word for word in found if word not in _STOP_WORDS and (len(word) > 1 or word.isdigit())
    ][:_MOST_WORDS]


class SQLiteIndex:
    """FTS5 with the text left where it stands (`versions`), so that it is stored once."""

    _COLUMNS = "number, title, subjects, text"

    def add(self, connection: Connection, version: int) -> None:
        connection.execute(
            text(
                f"INSERT INTO words (rowid, {self._COLUMNS})"
                f" SELECT pk, {self._COLUMNS} FROM versions WHERE pk = :version"
            ),
            {"version": version},
        )

    def remove(self, connection: Connection, version: int) -> None:
        connection.execute(
            text(
                f"INSERT INTO words (words, rowid, {self._COLUMNS})"
                f" SELECT 'delete', pk, {self._COLUMNS} FROM versions WHERE pk = :version"
            ),
            {"version": version},
        )

    def search(
        self, connection: Connection, words: str, now: datetime, limit: int
    ) -> list[tuple[str, str, float]]:
        wanted = telling_words(words)
        return _hits(
            connection,
            # The weights of number, title, subjects and text. bm25 is better the lower it is.
            "SELECT v.number, v.title, -bm25(words, 4.0, 8.0, 4.0, 1.0) AS score"
            " FROM words JOIN versions v ON v.pk = words.rowid"
            " WHERE words MATCH :query AND v.on_file_from <= :now"
            " AND (v.on_file_to IS NULL OR v.on_file_to > :now)"
            " ORDER BY score DESC, v.number LIMIT :limit",
            " OR ".join(f'"{word}"' for word in wanted),
            now,
            limit,
        )


class PostgreSQLIndex:
    def add(self, connection: Connection, version: int) -> None:
        # The left half million letters: a vector may not exceed a megabyte.
        connection.execute(
            text(
                "INSERT INTO words (version, vector) SELECT pk,"
                " setweight(to_tsvector('english', title), 'A')"
                " || setweight(to_tsvector('english', number || ' ' || subjects), 'B')"
                " || to_tsvector('english', left(text, 500000)) FROM versions WHERE pk = :version"
            ),
            {"version": version},
        )

    def remove(self, connection: Connection, version: int) -> None:
        connection.execute(text("DELETE FROM words WHERE version = :version"), {"version": version})

    def search(
        self, connection: Connection, words: str, now: datetime, limit: int
    ) -> list[tuple[str, str, float]]:
        wanted = telling_words(words)
        return _hits(
            connection,
            # 1: a long document has no advantage over a short one.
            "SELECT v.number, v.title, ts_rank(vector, query, 1) AS score"
            " FROM to_tsquery('english', :query) query, words JOIN versions v ON v.pk = words.version"
            " WHERE vector @@ query AND v.on_file_from <= :now"
            " AND (v.on_file_to IS NULL OR v.on_file_to > :now)"
            " ORDER BY score DESC, v.number LIMIT :limit",
            " | ".join(f"'{word}'" for word in wanted),
            now,
            limit,
        )


def _hits(
    connection: Connection, sql: str, query: str, now: datetime, limit: int
) -> list[tuple[str, str, float]]:
    if not query:
        return []
    statement = text(sql).bindparams(bindparam("now", type_=Moment))
    found = connection.execute(statement, {"query": query, "now": now, "limit": limit})
    return [(number, title, float(score)) for number, title, score in found]
