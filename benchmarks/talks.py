"""What is said to each server, and how: the same conversations in the way that each takes them."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

_OPENINGS: Final = (
    "", "hi, ", "quick question: ", "ok so ", "for a patient of mine: ", "one more thing, ",
    "calling from ortho, ", "sorry to ask again but ", "before I submit, ", "just to be sure, ",
    "can you tell me ", "our biller wants to know: ", "new request: ", "following up, ", "thanks. ",
)  # fmt: skip
_QUESTIONS: Final = (
    "is work hardening covered for M54.50?", "why is work hardening not medically necessary?",
    "what codes do I bill for work hardening?", "can work hardening be done inpatient?",
    "does work hardening need prior auth?", "was work hardening covered in 2016?", "is it covered?",
    "is 97545 covered for BlueCard?", "where is my authorization?", "what about home health?",
    "when was the work hardening policy last reviewed?", "which diagnoses qualify for it?",
    "what does the work hardening policy say about evidence?", "and why?", "can I appeal that?",
)  # fmt: skip
_CLOSINGS: Final = (
    "", " please", " thx", " need it today", " - he starts on monday", " asking for Dr. Lee",
    " if you know", " as of now", " for a 45 year old", " after a fall", " (second request)",
    " for our clinic", " he failed PT", " she is post op", " per your policy",
)  # fmt: skip
_CASES: Final = tuple(
    f"{who} {since}"
    for who in (
        "a roofer", "a nurse", "a retired teacher", "a warehouse picker", "a runner", "a truck driver",
        "a student", "a dental patient", "a farmer", "a violinist", "a line cook", "a welder",
        "an office worker", "a veteran", "a swimmer", "a new patient", "a mechanic", "a dancer",
    )
    for since in (
        "with low back pain", "after a fall", "since the surgery", "with a stiff shoulder", "post stroke",
        "with a torn rotator cuff", "who lifts all day", "on light duty", "off work since spring",
        "with numb fingers", "after a car accident", "with knee pain", "seen last week", "on crutches",
        "referred by us", "who failed PT", "with sciatica", "with two flare ups",
    )
)  # fmt: skip


def messages(seed: object) -> Iterator[str]:
    """Endlessly, and hardly ever the same words twice, so that nothing is only remembered."""
    chance = random.Random(str(seed))
    for number in itertools.count():
        asked = chance.choice(_OPENINGS) + chance.choice(_QUESTIONS)
        told = chance.choice((chance.choice(_CLOSINGS), f" for {chance.choice(_CASES)}"))
        yield asked + told + (f" {number}" if chance.random() < 0.2 else "")


class Talk(Protocol):
    """One conversation, on a connection of its own."""

    async def begin(self) -> None: ...
    async def say(self, text: str) -> int:
        """The HTTP status; an answer without a reply is 204."""
        ...

    def end(self) -> None: ...


class Connection:
    """HTTP/1.1 as far as it is needed, since a client with more would take the processor from the server."""

    def __init__(self, address: str) -> None:
        self._where = urlsplit(address)

    async def open(self) -> None:
        where = self._where
        self._reader, self._writer = await asyncio.open_connection(where.hostname, where.port)

    async def post(
        self, path: str, body: Mapping[str, str], headers: Mapping[str, str]
    ) -> tuple[int, Any]:
        content = json.dumps(body).encode()
        head = [
            f"POST {path} HTTP/1.1",
            f"Host: {self._where.netloc}",
            f"Content-Length: {len(content)}",
        ]
        head += ["Content-Type: application/json", *(f"{k}: {v}" for k, v in headers.items())]
        self._writer.write("\r\n".join([*head, "", ""]).encode() + content)
        status, fields = await self._head()
        return status, json.loads(await self._reader.readexactly(int(fields["content-length"])))

    async def get(self, path: str, headers: Mapping[str, str]) -> None:
        """Raises `RuntimeError` unless it is answered with 200; what follows stays unread."""
        head = [f"GET {path} HTTP/1.1", f"Host: {self._where.netloc}"]
        head += [f"{name}: {value}" for name, value in headers.items()]
        self._writer.write("\r\n".join([*head, "", ""]).encode())
        status, _ = await self._head()
        if status != 200:
            raise RuntimeError(f"{path} was answered with {status}.")

    async def _head(self) -> tuple[int, Mapping[str, str]]:
        start, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        return int(start.split()[1]), dict(line.lower().split(": ", 1) for line in lines if line)

    def close(self) -> None:
        self._writer.close()


class OurTalk:
    def __init__(self, address: str, name: str) -> None:  # noqa: ARG002
        self._connection = Connection(address)

    async def begin(self) -> None:
        await self._connection.open()
        _, made = await self._connection.post("/api/v1/conversations", {}, {})
        self._path = f"/api/v1/conversations/{made['conversation_id']}/messages"
        self._key = {"Authorization": f"Bearer {made['token']}"}

    async def say(self, text: str) -> int:
        status, reply = await self._connection.post(self._path, {"text": text}, self._key)
        return 204 if status == 200 and not reply["messages"] else status

    async def listen(self, who: str) -> None:
        """Opens the live feed on this connection, which then is good for nothing else; `who` is an address."""
        path = self._path.replace("/messages", "/events")
        await self._connection.get(path, {**self._key, "X-Forwarded-For": who})

    def end(self) -> None:
        self._connection.close()


class PeerTalk:
    def __init__(self, address: str, name: str) -> None:
        self._connection = Connection(address)
        self._name = name

    async def begin(self) -> None:
        await self._connection.open()

    async def say(self, text: str) -> int:
        message = {"sender": self._name, "message": text}
        status, replies = await self._connection.post("/webhooks/rest/webhook", message, {})
        return 204 if status == 200 and not replies else status

    def end(self) -> None:
        self._connection.close()


class FloorTalk:
    def __init__(self, address: str, name: str) -> None:  # noqa: ARG002
        self._connection = Connection(address)

    async def begin(self) -> None:
        await self._connection.open()

    async def say(self, text: str) -> int:
        status, _ = await self._connection.post("/", {"text": text}, {})
        return status

    def end(self) -> None:
        self._connection.close()


KINDS: Final[Mapping[str, Callable[[str, str], Talk]]] = {
    "ours": OurTalk,
    "peer": PeerTalk,
    "floor": FloorTalk,
}
