"""Databases locked, full and gone, too much at once, clocks that jump, and a stop: clear words, then all well again."""

from __future__ import annotations

import json
import os
import resource
import signal
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager

import httpx
import pytest
from sqlalchemy.engine import make_url

from tests.faults.harm import Serve, Served, SlowLine, Talk, on_server, wait_until

CALLERS = 40


def refused(reply: httpx.Response) -> None:
    assert reply.status_code == 503, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    assert int(reply.headers["retry-after"]) > 0
    assert reply.json()["detail"].endswith(".")


def ready(client: httpx.Client) -> bool:
    return client.get("/readyz").status_code == 200


@contextmanager
def locked(served: Served) -> Iterator[None]:
    with closing(sqlite3.connect(served.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full(served: Served) -> Iterator[None]:
    """No file of the server may grow any more, as on a disk without space."""
    process = served.process.pid
    before = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (1024, before[1]))
    yield
    resource.prlimit(process, resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("harm", [locked, full])
def test_a_database_that_takes_nothing(
    served: Served, harm: Callable[[Served], AbstractContextManager[None]]
) -> None:
    with served.client() as client:
        talk = Talk.begin(client)
        assert talk.say("one").status_code == 200
        assert ready(client)
        with harm(served):
            refused(talk.say("two", "id-2"))
            wait_until(lambda: not ready(client))
            refused(client.get("/readyz"))
            assert client.get("/healthz").status_code == 200
        wait_until(lambda: ready(client))
        assert talk.say("two", "id-2").status_code == 200
        said = [message["text"] for message in talk.transcript()]
        assert said[::2] == ["one", "two"]
        assert said[3].startswith("2: two")


def test_a_database_that_is_gone_and_comes_back(serve: Serve, postgres: str) -> None:
    served = serve("--url", postgres)
    assert served.says() == "ready"
    name = make_url(postgres).database
    server = postgres.replace(f"/{name}?", "/postgres?")
    with served.client() as client:
        talk = Talk.begin(client)
        assert talk.say("one").status_code == 200
        assert ready(client)
        on_server(
            server,
            f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false",
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
        )
        refused(talk.say("two", "id-2"))
        wait_until(lambda: not ready(client))
        refused(client.get("/readyz"))
        on_server(server, f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
        wait_until(lambda: ready(client))
        assert talk.say("two", "id-2").status_code == 200
        assert [m["text"] for m in talk.transcript()][::2] == ["one", "two"]


def test_a_slow_database_is_told_and_waited_for(serve: Serve, postgres: str) -> None:
    with SlowLine(make_url(postgres)) as line:
        served = serve("--url", line.url)
        assert served.says() == "ready"
        with served.client() as client:
            talk = Talk.begin(client)
            assert talk.say("one").status_code == 200
            wait_until(lambda: ready(client))
            line.delay = 0.3
            assert talk.say("two", "id-2").status_code == 200
            wait_until(lambda: not ready(client))
            refused(client.get("/readyz"))
            assert client.get("/healthz").status_code == 200
            line.delay = 0.0
            wait_until(lambda: ready(client))
            assert [m["text"] for m in talk.transcript()][::2] == ["one", "two"]


def test_too_much_at_once_is_refused_early(served: Served) -> None:
    most = 10
    with served.client() as client, ThreadPoolExecutor(CALLERS) as pool:
        talks = [Talk.begin(client) for _ in range(CALLERS)]
        replies = list(pool.map(lambda talk: talk.say("wait 2"), talks))
        answered = [reply for reply in replies if reply.status_code == 200]
        assert most <= len(answered) < CALLERS
        for reply in replies:
            if reply not in answered:
                refused(reply)
                assert reply.elapsed < max(each.elapsed for each in answered)
        kept = [talk.transcript() for talk in talks]
        # Of what was refused nothing was kept, so that it can be sent again.
        assert sorted(map(len, kept)) == [0] * (CALLERS - len(answered)) + [2] * len(answered)


def test_one_client_id_twice_at_once_is_answered_once(served: Served) -> None:
    with served.client() as client, ThreadPoolExecutor(8) as pool:
        talk = Talk.begin(client)
        replies = list(pool.map(lambda _: talk.say("only once", "the-same"), range(8)))
        assert {reply.status_code for reply in replies} == {200}
        assert len({json.dumps(reply.json()["messages"]) for reply in replies}) == 1
        assert len(talk.transcript()) == 2


def test_two_tabs_at_once_each_keep_their_order(served: Served) -> None:
    with served.client() as one, served.client() as other:
        talk = Talk.begin(one)
        in_order([talk, talk.tab(other)])


def in_order(tabs: list[Talk], messages: int = 15) -> None:
    """All say something at once: no turn is lost or taken from an old state, and each tab's come in its order."""

    def speak(number: int) -> None:
        for count in range(messages):
            reply = tabs[number].say(f"tab {number} message {count:02}")
            assert reply.status_code == 200, reply.text

    with ThreadPoolExecutor(len(tabs)) as pool:
        list(pool.map(speak, range(len(tabs))))
    kept = [message["text"] for message in tabs[0].transcript()]
    said, replies = kept[::2], [text.partition(" (")[0] for text in kept[1::2]]
    assert replies == [f"{turn}: {words}" for turn, words in enumerate(said, 1)]
    for number in range(len(tabs)):
        own = [words for words in said if words.startswith(f"tab {number} ")]
        assert own == sorted(own)
        assert len(own) == messages


def test_a_clock_that_is_set_back_changes_no_order(served: Served) -> None:
    with served.client() as client:
        talk = Talk.begin(client)
        for hours in (0, 12, -12, 0):
            served.database.with_name("ahead").write_text(str(hours * 3600))
            assert talk.say(f"at {hours}").status_code == 200
        told = talk.transcript()
        assert [message["text"] for message in told][::2] == ["at 0", "at 12", "at -12", "at 0"]
        times = [message["at"] for message in told]
        assert times != sorted(times)
        after = talk.client.get(
            f"{talk.path}/messages", params={"after": told[3]["seq"]}, headers=talk.headers
        )
        assert [m["text"] for m in after.json()["messages"]][::2] == ["at -12", "at 0"]


def test_a_stop_finishes_the_turns_in_flight(serve: Serve) -> None:
    served = serve()
    assert served.says() == "ready"
    with served.client() as client, ThreadPoolExecutor(1) as pool:
        talk = Talk.begin(client)
        waiting = pool.submit(talk.say, "wait 1.5")
        with served.client() as watching:
            wait_until(lambda: "bot_turns 1.0" in watching.get("/metrics").text)
        os.kill(served.process.pid, signal.SIGTERM)
        assert waiting.result().status_code == 200
    assert served.process.wait(60) == 0
    with closing(sqlite3.connect(served.database)) as kept:
        assert kept.execute("SELECT count(*) FROM messages").fetchone() == (2,)
        # It ends by sealing what was decided.
        assert kept.execute("SELECT count(*) FROM decisions WHERE seal IS NULL").fetchone() == (0,)
