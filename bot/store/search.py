"""The text index, SQLite's FTS5 and PostgreSQL's text search behind one interface.

Words are found in all their grammatical forms (both stem English). A hit needs one of the words; a policy
that holds more of them, rarer ones, or has them in its title is a better hit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy import bindparam, text
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import TextClause

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
# The index holds a few versions that are not current: those of an import that runs, or announced ones.
_NOT_CURRENT: Final = 50
# Ranking takes some microseconds a document.
_MOST_RANKED: Final = 1000


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
    """FTS5, which keeps no text of its own."""

    _ROW = (
        "SELECT pk, number, title, subjects, text FROM versions"
        " JOIN documents ON documents.version = pk WHERE pk = :version"
    )

    def add(self, connection: Connection, version: int) -> None:
        connection.execute(
            text(f"INSERT INTO words (rowid, number, title, subjects, text) {self._ROW}"),
            {"version": version},
        )

    def remove(self, connection: Connection, version: int) -> None:
        # FTS5 has to be told what it indexed.
        connection.execute(
            text(
                "INSERT INTO words (words, rowid, number, title, subjects, text)"
                f" SELECT 'delete', * FROM ({self._ROW})"
            ),
            {"version": version},
        )

    def search(
        self, connection: Connection, words: str, now: datetime, limit: int
    ) -> list[tuple[str, str, float]]:
        quoted = [f'"{word}"' for word in telling_words(words)]
        counted = text("SELECT count(*) FROM words WHERE words MATCH :query")
        return _hits(
            connection,
            # The weights of number, title, subjects and text. bm25 is better the lower it is.
            "SELECT v.number, v.title, -score FROM ("
            " SELECT rowid AS pk, bm25(words, 4.0, 8.0, 4.0, 1.0) AS score FROM words"
            " WHERE words MATCH :query ORDER BY score LIMIT :limit + :spare"
            ") JOIN versions v USING (pk) WHERE v.on_file_from <= :now"
            " AND (v.on_file_to IS NULL OR v.on_file_to > :now)"
            " ORDER BY score, v.number LIMIT :limit",
            " OR ".join(_rarest(connection, counted, quoted)),
            now,
            limit,
        )


class PostgreSQLIndex:
    """Text search with the dictionary of English."""

    def add(self, connection: Connection, version: int) -> None:
        # The left half million letters: a vector may not exceed a megabyte.
        connection.execute(
            text(
                "INSERT INTO words (version, vector) SELECT pk,"
                " setweight(to_tsvector('english', title), 'A')"
                " || setweight(to_tsvector('english', number || ' ' || subjects), 'B')"
                " || to_tsvector('english', left(text, 500000))"
                " FROM versions JOIN documents ON documents.version = pk WHERE pk = :version"
            ),
            {"version": version},
        )

    def remove(self, connection: Connection, version: int) -> None:
        connection.execute(text("DELETE FROM words WHERE version = :version"), {"version": version})

    def search(
        self, connection: Connection, words: str, now: datetime, limit: int
    ) -> list[tuple[str, str, float]]:
        quoted = [f"'{word}'" for word in telling_words(words)]
        counted = text("SELECT count(*) FROM words WHERE vector @@ to_tsquery('english', :query)")
        return _hits(
            connection,
            # 1: a long document has no advantage over a short one.
            "SELECT v.number, v.title, score FROM ("
            " SELECT version AS pk, ts_rank(vector, query, 1) AS score"
            " FROM words, to_tsquery('english', :query) query"
            " WHERE vector @@ query ORDER BY score DESC LIMIT :limit + :spare"
            ") ranked JOIN versions v USING (pk) WHERE v.on_file_from <= :now"
            " AND (v.on_file_to IS NULL OR v.on_file_to > :now)"
            " ORDER BY score DESC, v.number LIMIT :limit",
            " | ".join(_rarest(connection, counted, quoted)),
            now,
            limit,
        )


def _rarest(connection: Connection, counted: TextClause, words: Sequence[str]) -> list[str]:
    """The words to search for: those that most documents hold say little, and ranking them takes long."""
    found = [(connection.execute(counted, {"query": word}).scalar_one(), word) for word in words]
    chosen: list[str] = []
    sum_of_hits = 0
    for hits, word in sorted(found):
        sum_of_hits += hits
        if sum_of_hits > _MOST_RANKED and chosen:
            break
        chosen += [word] if hits else []
    return chosen


def _hits(
    connection: Connection, sql: str, query: str, now: datetime, limit: int
) -> list[tuple[str, str, float]]:
    if not query:
        return []
    statement = text(sql).bindparams(bindparam("now", type_=Moment))
    values = {"query": query, "now": now, "limit": limit, "spare": _NOT_CURRENT}
    found = connection.execute(statement, values)
    return [(number, title, float(score)) for number, title, score in found]
