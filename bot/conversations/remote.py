"""The assistant behind a running server, through the calls of the HTTP contract."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from bot.conversations.assistant import Message, NoReply, Reply, Stored
from bot.conversations.case import Case, Change
from bot.errors import Unreachable

TIMEOUT = 60.0  # seconds; a turn takes a fraction of one, a cold server's first turn several


class RemoteAssistant:
    def __init__(self, url: str) -> None:
        """`url` is the server's address without a path: `https://host`, `http://127.0.0.1:8000`."""
        parts = urlsplit(url if "//" in url else f"http://{url}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Unreachable(f"{url} is no address: give it as http://127.0.0.1:8000.")
        self.url = url
        factory = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self._connection = factory(parts.hostname, parts.port, timeout=TIMEOUT)

    def scene(self, case: Case) -> RemoteScene:  # noqa: ARG002
        return RemoteScene(self)

    def begin(self) -> RemoteConversation:
        """A new conversation. Raises `Unreachable`."""
        try:
            made = self.call("POST", "/api/v1/conversations", {})
        except NoReply as error:
            raise Unreachable(f"{self.url} begins no conversation: {error}") from None
        return RemoteConversation(self, made["conversation_id"], made["token"])

    def document(self, version: str) -> Stored | None:
        try:
            found = self.call("GET", f"/api/v1/policies/{quote(version, safe='')}")
        except NoReply:
            return None
        times = (found.get("on_file_from"), found.get("on_file_to"))
        return Stored(str(found.get("text") or ""), tuple(time[:10] for time in times if time))

    def close(self) -> None:
        self._connection.close()

    def call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, token: str = ""
    ) -> dict[str, Any]:
        """The JSON of a call; raises `NoReply` where it was refused, `Unreachable` without a server."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            self._connection.request(
                method, path, None if body is None else json.dumps(body), headers
            )
            response = self._connection.getresponse()
            raw = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Unreachable(f"{self.url} does not answer: {error}.") from None
        try:
            data = json.loads(raw)
        except ValueError:
            data = None
        if response.status >= 400 or not isinstance(data, dict):
            detail = data.get("detail") or data.get("title") if isinstance(data, dict) else ""
            raise NoReply(f"{method} {path} gave {response.status}. {detail or ''}".rstrip())
        return data


class RemoteScene:
    def __init__(self, assistant: RemoteAssistant) -> None:
        self.conversation = assistant.begin
        self.document = assistant.document

    def change(self, change: Change) -> None:
        raise NoReply(
            f"{change.what} {change.value}: what a server has on file is not changed here."
        )

    def close(self) -> None:
        """Its conversations end by themselves."""


class RemoteConversation:
    def __init__(self, assistant: RemoteAssistant, conversation_id: str, token: str) -> None:
        self._assistant = assistant
        self._path = f"/api/v1/conversations/{conversation_id}/messages"
        self._token = token

    def send(self, text: str) -> Reply:
        return self._turn({"text": text})

    def press(self, payload: str) -> Reply:
        return self._turn({"payload": payload})

    def _turn(self, body: Mapping[str, str]) -> Reply:
        data = self._assistant.call("POST", self._path, body, self._token)
        return Reply(tuple(Message.of(message) for message in data.get("messages", ())))
