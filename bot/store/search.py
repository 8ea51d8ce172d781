"""The text index, SQLite's FTS5 and PostgreSQL's text search behind one interface.

Words are found in all their grammatical forms (both stem English). A hit has all of the words that any text
has; where no text has them all, the commonest are left out, as long as half of them remain. A policy that has
the words in its title, or more often, is a better hit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy import bindparam, text
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import TextClause

from bot.answer.catalogue import Holding, TextHit
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
# PostgreSQL unpacks each text that it ranks; of words that more texts have, these have to do.
_MOST_RANKED: Final = 300
# Of a long message, so many of its rarest words find what it is about.
_RAREST: Final = 6
# Of words that more texts have than this, none is the rarer.
_COMMON: Final = 1000


def _current(ranked: str) -> TextClause:
    """Of what a statement ranks, the current versions."""
    return text(
        f"SELECT v.number, v.title, score FROM ({ranked}) ranked JOIN versions v USING (pk)"
        " WHERE v.on_file_from <= :now AND (v.on_file_to IS NULL OR v.on_file_to > :now)"
        " ORDER BY score DESC, v.number LIMIT :limit"
    ).bindparams(bindparam("now", type_=Moment))


class TextIndex(Protocol):
    def add(self, connection: Connection, version: int) -> None:
        """Puts a version in, by its primary key."""

    def remove(self, connection: Connection, version: int) -> None:
        """Takes it out again; it must have been put in."""

    def search(
        self, connection: Connection, words: str, now: datetime, limit: int
    ) -> list[TextHit]:
        """The current versions that have the words, the best first."""

    def holding(
        self, connection: Connection, words: Sequence[str], now: datetime, limit: int
    ) -> Holding:
        """How many texts have each word, and the current versions that have any of the rarest."""


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
    _COUNTED = text("SELECT count(*) FROM words WHERE words MATCH :query")
    # The weights of number, title, subjects and text. bm25 is better the lower it is.
    _RANKED = _current(
        "SELECT rowid AS pk, -bm25(words, 4.0, 8.0, 4.0, 1.0) AS score FROM words"
        " WHERE words MATCH :query ORDER BY score DESC LIMIT :limit + :spare"
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
    ) -> list[TextHit]:
        def query(chosen: Sequence[str]) -> str:
            return " AND ".join(f'"{word}"' for word in chosen)

        return _hits(connection, self._COUNTED, self._RANKED, query, words, now, limit)

    def holding(
        self, connection: Connection, words: Sequence[str], now: datetime, limit: int
    ) -> Holding:
        def query(chosen: Sequence[str]) -> str:
            return " OR ".join(f'"{word}"' for word in chosen)

        return _holding(connection, self._COUNTED, self._RANKED, query, words, now, limit)


class PostgreSQLIndex:
    """Text search with the dictionary of English."""

    _COUNTED = text(
        "SELECT count(*) FROM ("
        f"SELECT FROM words WHERE vector @@ to_tsquery('english', :query) LIMIT {_COMMON}) held"
    )
    # 1: a long document has no advantage over a short one.
    _RANKED = _current(
        "SELECT pk, ts_rank(vector, to_tsquery('english', :query), 1) AS score FROM ("
        " SELECT version AS pk, vector FROM words"
        f" WHERE vector @@ to_tsquery('english', :query) LIMIT {_MOST_RANKED}"
        ") held ORDER BY score DESC LIMIT :limit + :spare"
    )

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
    ) -> list[TextHit]:
        # The planner does not know that reading the table means unpacking every text in it.
        connection.execute(text("SET LOCAL enable_seqscan = off"))

        def query(chosen: Sequence[str]) -> str:
            return " & ".join(f"'{word}'" for word in chosen)

        return _hits(connection, self._COUNTED, self._RANKED, query, words, now, limit)

    def holding(
        self, connection: Connection, words: Sequence[str], now: datetime, limit: int
    ) -> Holding:
        connection.execute(text("SET LOCAL enable_seqscan = off"))

        def query(chosen: Sequence[str]) -> str:
            return " | ".join(f"'{word}'" for word in chosen)

        return _holding(connection, self._COUNTED, self._RANKED, query, words, now, limit)


def _hits(
    connection: Connection,
    counted: TextClause,
    ranked: TextClause,
    query: Callable[[Sequence[str]], str],
    words: str,
    now: datetime,
    limit: int,
) -> list[TextHit]:
    asked = telling_words(words)
    counts = _counts(connection, counted, query, asked)
    # The rarest first; what no text has cannot be found.
    chosen = sorted((word for word in asked if counts[word]), key=counts.__getitem__)
    for kept in range(len(chosen), max(len(asked) - 1, 0) // 2, -1):
        values = {"query": query(chosen[:kept]), "now": now, "limit": limit, "spare": _NOT_CURRENT}
        found = connection.execute(ranked, values).all()
        if found:
            said = tuple(word for word in asked if word in chosen[:kept])
            return [TextHit(number, title, float(score), said) for number, title, score in found]
    return []


def _holding(
    connection: Connection,
    counted: TextClause,
    ranked: TextClause,
    query: Callable[[Sequence[str]], str],
    words: Sequence[str],
    now: datetime,
    limit: int,
) -> Holding:
    asked = telling_words(" ".join(words))
    counts = _counts(connection, counted, query, asked)
    rarest = sorted((word for word in asked if counts[word]), key=counts.__getitem__)[:_RAREST]
    # A word that many texts have finds too many, unless there is no other.
    few = [word for word in rarest if counts[word] < _COMMON] or rarest[:1]
    if not few:
        return Holding(counts, ())
    values = {"query": query(few), "now": now, "limit": limit, "spare": _NOT_CURRENT}
    found = connection.execute(ranked, values).all()
    return Holding(counts, tuple(dict.fromkeys(number for number, _, _ in found)))


def _counts(
    connection: Connection,
    counted: TextClause,
    query: Callable[[Sequence[str]], str],
    words: Sequence[str],
) -> dict[str, int]:
    return {
        word: int(connection.execute(counted, {"query": query([word])}).scalar_one())
        for word in words
    }
