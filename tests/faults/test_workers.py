"""Two workers on PostgreSQL and Redis: one set of conversations, whoever answers, and whatever ends."""

from __future__ import annotations

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from bot.cli.serve import hold_several
from bot.errors import BadSetting, ModelMissing
from bot.settings import Settings
from bot.store import Store, open_store
from bot.store.accounts import Role, digest
from bot.store.audit import Actor
from bot.web.limits import Rate
from bot.web.shared import SharedLimiter, connect
from bot.web.staff.entrance import StaffEntrance
from tests.faults.harm import SECRET, RedisServer, Serve, Served, Talk, wait_until
from tests.faults.test_weather import in_order

TABS = 6


@pytest.fixture
def workers(serve: Serve, postgres: str, redis_server: RedisServer) -> Served:
    options = ("--url", postgres, "--redis", redis_server.url, "--workers", "2")
    served = serve(*options, "--slow", "0.02")
    assert [served.says(), served.says()] == ["ready 1", "ready 2"]
    return served


def who(reply: httpx.Response) -> int:
    """The number of the process that answered."""
    return int(reply.json()["messages"][0]["text"].rpartition("(")[2].rstrip(")"))


def tabs(served: Served, stack: ExitStack) -> list[Talk]:
    """Tabs of one conversation, each on a connection of its own, so that both workers have some."""
    found = [Talk.begin(stack.enter_context(served.client()))]
    answered = {who(found[0].say("which?"))}
    while len(found) < TABS or len(answered) < 2:
        found.append(found[0].tab(stack.enter_context(served.client())))
        answered.add(who(found[-1].say("which?")))
        assert len(found) < 100, "one worker has all the connections"
    return found


def test_several_workers_are_one(workers: Served, redis_server: RedisServer) -> None:
    """One start for all that holds of them, as it takes a while."""
    with ExitStack() as stack:
        open_ones = tabs(workers, stack)
        last = open_ones[0].transcript()[-1]["seq"]
        with ThreadPoolExecutor(len(open_ones)) as pool:
            replies = list(pool.map(lambda talk: talk.say("only once", "the-same"), open_ones))
        assert {reply.status_code for reply in replies} == {200}
        assert len({json.dumps(reply.json()["messages"]) for reply in replies}) == 1
        assert open_ones[0].transcript()[-1]["seq"] == last + 2

        fresh = Talk.begin(open_ones[0].client)
        in_order([fresh.tab(talk.client) for talk in open_ones], messages=5)

        heard_by_all(open_ones)
        redis_server.stop()
        heard_by_all(open_ones)
        redis_server.start()
        heard_by_all(open_ones)

        killed = who(open_ones[0].say("which?"))
        os.kill(killed, signal.SIGKILL)
        assert workers.says() == "ready 2"
        for talk in open_ones:
            talk.say_until_told("still there?")
        said = [message["text"] for message in open_ones[0].transcript()]
        assert said.count("still there?") == len(open_ones)
    assert workers.stop() == 0
    assert workers.process.stdout is not None
    assert workers.process.stdout.read() == ""


def heard_by_all(open_ones: list[Talk]) -> None:
    """Whoever answers, the feeds of all connections tell of it."""
    talk = Talk.begin(open_ones[0].client)
    for speaking in (open_ones[0], open_ones[-1]):
        with ThreadPoolExecutor(len(open_ones)) as pool:
            feeds = [pool.submit(first_reply, talk.tab(each.client)) for each in open_ones[1:-1]]
            assert talk.tab(speaking.client).say("hello").status_code == 200
            for feed in feeds:
                assert "hello" in feed.result()


def first_reply(talk: Talk) -> str:
    with talk.client.stream("GET", f"{talk.path}/events", headers=talk.headers) as events:
        for line in events.iter_lines():
            if line.startswith("data: ") and '"sender":"bot"' in line:
                return line
    raise AssertionError("the feed ended")


def test_every_open_panel_sees_it_whichever_worker_it_hangs_on(
    workers: Served, postgres: str
) -> None:
    with ExitStack() as stack, closing(open_store(postgres)) as store:
        talks = tabs(workers, stack)
        agents = [agent(store, talk.client, f"Agent {n}") for n, talk in enumerate(talks)]
        asked = Talk.begin(talks[0].client)
        with ThreadPoolExecutor(len(agents)) as pool:
            panels = [pool.submit(told_of, asked, headers, talk.client)
                      for talk, headers in zip(talks[1:], agents[1:], strict=True)]  # fmt: skip
            wait_until(lambda: len(store.presence.present().people) == len(panels))
            waits = asked.client.post(f"{asked.path}/person", json={}, headers=asked.headers)
            assert waits.status_code == 200, waits.text
            assert [panel.result(30) for panel in panels] == [True] * len(panels)
        where = asked.path.rpartition("/")[2]
        with ThreadPoolExecutor(len(agents)) as pool:
            takes = [pool.submit(talk.client.post, f"/panel/chats/{where}/take", json={}, headers=headers)
                     for talk, headers in zip(talks, agents, strict=True)]  # fmt: skip
            codes = sorted(take.result().status_code for take in takes)
        assert codes == [200] + [409] * (len(agents) - 1)


def agent(store: Store, client: httpx.Client, name: str) -> dict[str, str]:
    """Signs one in on a connection; gives the headers of what they do."""
    token = store.sessions.begin(
        store.accounts.add(name, Role.agent, None, Actor(None, "the tests"))
    )
    client.cookies.set("staff", token, domain="127.0.0.1")
    return {"X-CSRF-Token": StaffEntrance(store, SECRET).signature("csrf", digest(token))}


def told_of(talk: Talk, headers: dict[str, str], client: httpx.Client) -> bool:
    """Whether an open panel is told of a conversation."""
    where = talk.path.rpartition("/")[2]
    panel = {"panel": str(uuid4())}
    with client.stream("GET", "/panel/events", params=panel, headers=headers) as events:
        return any(line.startswith("data: ") and where in line for line in events.iter_lines())


def test_limits_are_counted_together(redis_server: RedisServer) -> None:
    rate = Rate(burst=3, seconds=60.0)
    one, other = (SharedLimiter("test", rate, connect(redis_server.url)) for _ in range(2))
    assert [one.take("a"), other.take("a"), one.take("a")] == [0, 0, 0]
    assert 0 < other.take("a") <= 60
    assert other.take("b") == 0
    redis_server.stop()
    # Each for itself, until it is there again.
    assert [other.take("a") for _ in range(3)] == [0, 0, 0]
    assert other.take("a") > 0
    redis_server.start()
    wait_until(lambda: one.take("c") == 0 and connect(redis_server.url).exists("bot:limit:test:c"))


@pytest.mark.parametrize(
    ("database", "redis", "demo", "named"),
    [
        ("sqlite:///bot.db", None, False, "BOT_REDIS_URL"),
        ("sqlite:///bot.db", "redis://127.0.0.1:1/0", False, "postgresql://"),
        ("postgresql://nowhere/bot", None, False, "BOT_REDIS_URL"),
        ("postgresql://nowhere/bot", "redis://127.0.0.1:1/0", True, "--demo"),
    ],
)
def test_what_several_workers_lack_is_said(
    tmp_path: Path, database: str, redis: str | None, demo: bool, named: str
) -> None:
    with pytest.raises(BadSetting, match=named):
        hold_several(Settings(tmp_path, database, redis_url=redis), demo)


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "nonsense"])
def test_a_redis_that_does_not_answer_is_said(url: str) -> None:
    with pytest.raises(BadSetting, match="BOT_REDIS_URL"):
        connect(url)


def test_a_model_that_does_not_fit_is_refused_with_what_to_do(tmp_path: Path) -> None:
    from bot.prepare import prepare

    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "bot-0123456789abcdef.tar.gz").write_bytes(b"of another time")
    settings = Settings(
        tmp_path, f"sqlite:///{tmp_path / 'bot.db'}", models=tmp_path / "models", train=False
    )
    with pytest.raises(ModelMissing, match="run `bot train`"):
        prepare(settings, lambda _: None)
