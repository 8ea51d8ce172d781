"""What the panel's own addresses take, give and refuse."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
import yaml

from bot.settings import ROOT
from bot.store import Store
from bot.store.accounts import Role, digest
from bot.store.handover import Person as Somebody
from bot.web.api import Gateway
from bot.web.entrance import Service
from bot.web.panel.codelist import pasted
from bot.web.panel.office import Office
from bot.web.staff.entrance import StaffEntrance
from bot.web.staff.settings import StaffSettings
from tests.web.staff.conftest import TESTER, Person

Make = Callable[[str], Person]
POLICY = ROOT / "data" / "policies" / "cam_80306_work_hardening.txt"
PANEL = "00000000-0000-0000-0000-000000000001"


def post(person: Person, path: str, **body: Any) -> Any:
    headers = {"X-CSRF-Token": person.csrf}
    return person.client.post(f"/panel/{path}", json=body, headers=headers)


def began(person: Person) -> str:
    return str(post(person, "calls").json()["conversation"])


class TestCalls:
    def test_goes_through_the_same_agent_and_keeps_no_secret(
        self, person: Make, store: Store
    ) -> None:
        agent = person("agent")
        call = began(agent)
        answer = post(agent, f"calls/{call}/ask", text="covered for 123-45-6789?").json()
        assert answer["received"] == "covered for [SSN]?"
        assert [message["text"] for message in answer["messages"]] == ["1: covered for [SSN]?"]
        assert "6789" not in json.dumps(store.archive.turns(call))

    def test_a_call_is_ones_own(self, person: Make) -> None:
        call = began(person("agent"))
        assert post(person("supervisor"), f"calls/{call}/ask", text="why?").status_code == 404

    def test_a_providers_conversation_is_no_call(self, person: Make, store: Store) -> None:
        conversation, _ = store.conversations.start()
        assert post(person("agent"), f"calls/{conversation}/ask", text="why?").status_code == 404

    def test_who_is_on_the_phone_waits_in_no_queue(self, person: Make, store: Store) -> None:
        agent = person("agent")
        call = began(agent)
        for words in ("a person", "a complaint"):
            assert post(agent, f"calls/{call}/ask", text=words).status_code == 200
        assert store.handovers.queue() == []

    def test_each_of_pasted_codes_is_asked_and_on_record(self, person: Make, store: Store) -> None:
        agent = person("agent")
        call = began(agent)
        table = post(agent, f"calls/{call}/ask", text="97110\n97112, G0283").json()["table"]
        assert [row["code"] for row in table] == ["97110", "97112", "G0283"]
        assert [row["prior_auth"] for row in table] == [{"list": None, "rows": []}] * 3
        asked = [m["text"] for m in store.conversations.messages(call) if m["sender"] == "provider"]
        assert asked == [f"Is {code} covered?" for code in ("97110", "97112", "G0283")]

    @pytest.mark.parametrize(
        ("text", "codes"),
        [
            ("97110 97112", ["97110", "97112"]),
            ("check these codes: 97110, 97112 and M54.50 please", ["97110", "97112", "M54.50"]),
            ("97110 97110", []),
            ("97110", []),
            ("is 97110 covered with 97112 on the same day", []),
            ("work hardening 97545 and 97546", []),
            ("why?", []),
        ],
    )
    def test_a_list_of_codes_is_told_from_a_question(
        self, service: Any, text: str, codes: list[str]
    ) -> None:
        assert [code.code for code in pasted(Office.of(service), text)] == codes


class TestChats:
    def test_the_second_who_takes_is_told_who_has_it(self, person: Make, store: Store) -> None:
        conversation, _ = store.conversations.start()
        first, second = person("agent"), person("agent")
        assert post(first, f"chats/{conversation}/take").status_code == 200
        refused = post(second, f"chats/{conversation}/take")
        assert refused.status_code == 409
        assert refused.json()["detail"] == f"{first.account.name} has this conversation."
        assert post(second, f"chats/{conversation}/say", text="Hello").status_code == 409

    def test_what_is_said_keeps_ones_own_name_alone(self, person: Make, store: Store) -> None:
        conversation, _ = store.conversations.start()
        agent = person("agent")
        post(agent, f"chats/{conversation}/take")
        said = f"I am {agent.account.name}, call 1-800-555-0100 about 123-45-6789."
        kept = post(agent, f"chats/{conversation}/say", text=said).json()["kept"]
        assert kept == said.replace("123-45-6789", "[SSN]")

    @pytest.mark.parametrize(
        ("deed", "body", "status"),
        [
            ("close", {"outcome": "provider_left"}, 422),
            ("close", {}, 422),
            ("transfer", {"to": "nobody"}, 422),
            ("say", {"text": "  "}, 422),
            ("note", {}, 422),
            ("dance", {}, 404),
        ],
    )
    def test_refuses(
        self, person: Make, store: Store, deed: str, body: dict[str, str], status: int
    ) -> None:
        conversation, _ = store.conversations.start()
        agent = person("agent")
        post(agent, f"chats/{conversation}/take")
        assert post(agent, f"chats/{conversation}/{deed}", **body).status_code == status

    def test_a_suggestion_is_for_who_has_the_chat(self, person: Make, store: Store) -> None:
        conversation, _ = store.conversations.start()
        first, second = person("agent"), person("agent")
        post(first, f"chats/{conversation}/take")
        reply = {"text": "This.", "buttons": [], "answer": None}
        store.conversations.record_turn(conversation, None, "why?", [reply], {}, "m")
        seen = [
            each.client.get(f"/panel/chats/{conversation}.json").json()["suggested"]
            for each in (first, second)
        ]
        assert seen == [[reply], []]

    def test_looking_is_in_the_audit_log(self, person: Make, store: Store) -> None:
        conversation, _ = store.conversations.start()
        agent = person("agent")
        post(agent, "viewing", panel=PANEL, conversation=conversation)
        agent.client.get(f"/panel/conversations/{conversation}")
        log = [(e.action, e.object) for e in store.audit.read(by=agent.account.id)]
        about = f"conversation {conversation}"
        assert ("chat_looked_at", about) in log
        assert ("conversation_read", about) in log


class TestConversation:
    @pytest.mark.parametrize(
        ("answer", "understood", "said"),
        [
            (None, None, "Yes."),
            ({"kind": "no_policy", "topics": ["coverage"]}, {"text": "/need"}, "no policy"),
            (
                {"kind": "answer", "topics": [], "policy": {"number": "Policy 7", "version": "p7"}},
                {
                    "intent": {"name": "coverage", "confidence": 0.91},
                    "understanding": {
                        "clauses": [{"text": "M54.50 covered?", "needs": {"coverage": 0.91}}]
                    },
                },
                "Rule “coverage”, 91 % sure",
            ),
        ],
    )
    def test_is_explained(
        self, person: Make, store: Store, answer: Any, understood: Any, said: str
    ) -> None:
        conversation, _ = store.conversations.start()
        reply = {"text": "Yes.", "buttons": [], "answer": answer}
        store.conversations.record_turn(
            conversation, None, "M54.50 covered?", [reply], {}, "m", understood
        )
        got = person("auditor").client.get(f"/panel/conversations/{conversation}")
        assert got.status_code == 200
        assert said in got.text
        if understood and "understanding" in understood:
            assert "ICD-10-CM M54.50" in got.text


class TestExport:
    def test_a_cell_is_no_formula(self, person: Make, store: Store) -> None:
        conversation, _ = store.conversations.start()
        store.handovers.take(conversation, Somebody("1", "=cmd()"))
        reply = {"text": "Yes.", "buttons": [], "answer": None}
        store.conversations.record_turn(conversation, None, "covered?", [reply], {}, "m")
        got = person("auditor").client.get(f"/panel/conversations/{conversation}/row.csv")
        (row,) = csv.DictReader(io.StringIO(got.text))
        assert row["person"] == "'=cmd()"
        assert row["transcript"].startswith("provider: covered?")
        assert got.headers["content-disposition"].startswith("attachment")


class TestUpload:
    def test_has_a_limit(self, person: Make) -> None:
        editor = person("policy_editor")
        headers = {"X-CSRF-Token": editor.csrf}
        files = {"document": ("long.txt", bytes(21 * 1024 * 1024))}
        got = editor.client.post("/panel/desk/documents", files=files, headers=headers)
        assert got.status_code == 413

    @pytest.mark.parametrize("files", [{"other": ("a.txt", b"x")}, {"document": ("", b"")}])
    def test_needs_a_document(self, person: Make, files: Any) -> None:
        editor = person("policy_editor")
        headers = {"X-CSRF-Token": editor.csrf}
        got = editor.client.post("/panel/desk/documents", files=files, headers=headers)
        assert got.status_code == 422


class TestSecondPerson:
    """Whether who brought a document can approve it is set."""

    @pytest.mark.parametrize(("second", "own"), [(True, 403), (False, 200)])
    def test_approves(
        self,
        service: Service,
        store: Store,
        connect: Callable[[Gateway], httpx.Client],
        second: bool,
        own: int,
    ) -> None:
        staff = StaffEntrance(store, b"a secret of the tests", StaffSettings(second_person=second))
        gateway = Gateway(None)
        gateway.service = replace(service, staff=staff)
        client = connect(gateway)
        text = POLICY.read_text(encoding="utf-8").replace("CAM 80306", "CAM 90909")
        accounts = [store.accounts.add(n, Role.policy_editor, None, TESTER) for n in ("a", "b")]
        tokens = [store.sessions.begin(account) for account in accounts]

        def send(token: str, path: str, **more: Any) -> httpx.Response:
            headers = {"X-CSRF-Token": staff.signature("csrf", digest(token))}
            client.cookies.set("staff", token, domain="127.0.0.1")
            return client.post(f"/panel/desk/{path}", headers=headers, **more)

        brought = send(tokens[0], "documents", files={"document": ("new.txt", text.encode())})
        path = brought.json()["go"].removeprefix("/panel/desk/")
        assert send(tokens[0], f"{path}/approve").status_code == own
        other = send(tokens[1], f"{path}/approve").status_code
        assert other == (200 if second else 404), "it is decided on once"
        assert store.policies.versions("CAM 90909")


class TestWords:
    @pytest.mark.parametrize(
        ("change", "status"),
        [
            ({"role": "also_called", "of": "cupping", "word": "hijama", "adds": "1"}, 201),
            ({"role": "also_called", "of": "cupping", "word": "hijama", "adds": "0"}, 422),
            ({"role": "also_called", "of": "cupping", "word": "   "}, 422),
            ({"role": "also_called", "of": "", "word": "hijama"}, 422),
            ({"role": "nickname", "of": "cupping", "word": "hijama"}, 422),
            ({"role": "cpt", "of": "cupping", "word": "hijama"}, 422),
            ({"role": "place", "of": "the moon", "word": "up there"}, 422),
            ({"role": "also_called", "of": "cupping", "word": "x" * 121}, 422),
        ],
    )
    def test_a_change_is_checked_and_in_the_audit_log(
        self, person: Make, store: Store, change: dict[str, str], status: int
    ) -> None:
        editor = person("policy_editor")
        assert post(editor, "desk/words/change", **change).status_code == status
        made = [edit.word for edit in store.wordings.edits()]
        assert made == (["hijama"] if status == 201 else [])
        log = [e.detail for e in store.audit.read() if e.action == "word_added"]
        assert [detail["word"] for detail in log] == made


class TestPeople:
    def test_an_admin_ends_sessions(self, person: Make) -> None:
        admin, agent = person("admin"), person("agent")
        page = admin.client.get("/panel/people").text
        assert f"people/{agent.account.id}/end" in page
        assert post(admin, f"people/{agent.account.id}/end").json() == {"ended": 1}
        assert agent.client.get("/panel/phone").headers["location"].startswith("/sign-in")
        assert post(admin, "people/nobody/end").status_code == 404


class TestReviews:
    def test_files_for_a_person_to_review(self, person: Make, store: Store) -> None:
        agent = person("agent")
        call = began(agent)
        post(agent, f"calls/{call}/ask", text="is - *it* covered: {yes}? [SSN]\nor not")
        (said,) = [m for m in store.conversations.messages(call) if m["sender"] == "bot"]
        marked = {"right": "Name the policy.", "need": "coverage"}
        assert post(agent, f"messages/{said['id']}/wrong", **marked).status_code == 200
        got = agent.client.get(f"/panel/reviews/{said['id']}/files.zip")
        with ZipFile(io.BytesIO(got.content)) as packed:
            written = {name.split("-")[0]: packed.read(name).decode() for name in packed.namelist()}
        (example,) = yaml.safe_load(written["training"])["nlu"]
        assert example == {
            "intent": "coverage",
            "examples": "- is - *it* covered: {yes}? [SSN] or not\n",
        }
        assert "Name the policy." in written["conversation"]
        assert "say" in yaml.safe_load(written["conversation"])[0]["turns"][0]

    def test_a_need_is_one_that_there_is(self, person: Make) -> None:
        wrong = post(person("agent"), "messages/none/wrong", right="This.", need="dance")
        assert wrong.status_code == 422

    def test_what_nobody_marked_makes_no_file(self, person: Make) -> None:
        got = person("agent").client.get("/panel/reviews/none/files.zip")
        assert got.status_code == 404
