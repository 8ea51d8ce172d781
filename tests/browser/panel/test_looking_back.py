"""What was said and decided, and the policies that staff bring on file."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import yaml
from playwright.sync_api import expect

from bot.conversations.format import parse
from bot.settings import ROOT
from tests.browser.panel.house import Open, Provider

PICTURES = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj
trailer<</Root 1 0 R>>
"""


def packed(name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return made.getvalue()


class TestDesk:
    def test_a_document_is_read_compared_and_approved(self, enter: Open) -> None:
        kim = enter("Kim E.", "/panel/desk")
        text = (ROOT / "data/policies/cam_80306_work_hardening.txt").read_text("utf-8")
        changed = text.replace("NOT MEDICALLY NECESSARY", "INVESTIGATIONAL")
        document = {"name": "new.txt", "mimeType": "text/plain", "buffer": changed.encode()}
        kim.locator("#document").set_input_files([document])
        kim.get_by_role("button", name="Read it").click()
        expect(kim.get_by_role("heading", level=1)).to_contain_text("CAM 80306")
        expect(kim.get_by_label("Against the version on file")).to_contain_text("Determination")
        kim.get_by_role("button", name="Approve").click()
        expect(kim.locator("main")).to_contain_text("approved by Kim E.")
        reader = enter("Alex B.", "/panel/policies/CAM 80306/compare")
        expect(reader.locator(".after").first).to_contain_text("INVESTIGATIONAL")
        expect(enter("Alex B.", "/panel/changes").locator(".box")).to_contain_text(
            ["Determination"]
        )

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("empty.txt", b"", "empty"),
            ("note.txt", b"Hello, this is no policy.", "no policy number"),
            ("binary.txt", bytes(range(256)) * 20, "binary"),
            ("page.html", b"<html><body><p>Hello</p></body></html>", "no policy number"),
            ("pictures.pdf", PICTURES, "only pictures"),
            ("packed.docx", packed("word/document.xml", bytes(200_000_000)), "more than 100 MiB"),
            ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(64), "picture.png"),
            ("broken.pdf", b"%PDF-1.7 but nothing more", "broken.pdf"),
            ("broken.docx", b"PK\x03\x04 but no archive", "broken.docx"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_a_bad_document_is_refused(
        self, enter: Open, name: str, content: bytes, said: str, faults: list[str]
    ) -> None:
        kim = enter("Kim E.", "/panel/desk")
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        kim.locator("#document").set_input_files([file])
        kim.get_by_role("button", name="Read it").click()
        expect(kim.locator("#told.trouble")).to_contain_text(said)
        faults[:] = [fault for fault in faults if "status of 422" not in fault]

    def test_a_word_counts_at_once(self, enter: Open) -> None:
        kim, dana = enter("Kim E.", "/panel/desk/words"), enter("Dana R.", "/panel/policies")
        for word in ("BlueCard", "sled"):
            kim.get_by_label("Word or code").fill(word)
            kim.get_by_label("for which service").fill("work hardening")
            kim.get_by_role("button", name="See what it would change").click()
            change = kim.get_by_label("The change")
            expect(change).to_contain_text(f"Put in “{word}”")
            refused = word == "BlueCard"
            expect(change.get_by_role("button")).to_have_count(0 if refused else 1)
        dana.get_by_label("Number, code or words").fill("sled pushing")
        dana.get_by_role("button", name="Find").click()
        expect(dana.locator("main")).to_contain_text("Nothing on file fits.")
        kim.get_by_role("button", name="Put it in").click()
        expect(kim.get_by_label("Changes")).to_contain_text("“sled”")
        dana.get_by_role("button", name="Find").click()
        expect(dana.locator("main")).to_contain_text("the vocabulary: sled")
        kim.get_by_role("link", name="Take out “sled”").click()
        kim.get_by_role("button", name="Take it out").click()
        expect(kim.get_by_role("link", name="Take out “sled”")).to_have_count(0)

    def test_a_pinned_notice_is_said_with_answers(self, enter: Open) -> None:
        sam = enter("Sam V.", "/panel/desk")
        sam.get_by_label("Notice", exact=True).fill("The portal is down until noon.")
        sam.get_by_role("button", name="Pin it").click()
        expect(sam.locator(".notices")).to_contain_text("The portal is down until noon.")
        provider = Provider(enter(None, "/"), "codes")
        expect(provider.log).to_contain_text("The portal is down until noon.")
        sam.get_by_role("button", name="Take down").click()
        expect(sam.locator(".notices")).to_have_count(0)
        provider.say("excluded")
        expect(provider.log.get_by_role("article")).to_have_count(2)
        expect(provider.log.get_by_role("article").last).not_to_contain_text("portal is down")


class TestLookingBack:
    def test_a_wrong_answer_becomes_a_test(self, enter: Open) -> None:
        provider = Provider(enter(None, "/"), "criteria for a zither")
        expect(provider.log.get_by_role("article")).to_have_count(1)
        dana = enter("Dana R.", "/panel/conversations")
        dana.get_by_label("Words").fill("zither")
        dana.get_by_role("button", name="Search").click()
        dana.get_by_role("link", name="criteria for a zither").click()
        dana.get_by_text("This is wrong").click()
        dana.get_by_label("What would have been right?").fill("No policy names a zither.")
        dana.get_by_label("What was wanted?").select_option("criteria")
        dana.get_by_role("button", name="Put it on the review list").click()
        expect(dana.locator(".notices")).to_contain_text("Marked as wrong by Dana R.")
        dana.goto("/panel/reviews")
        item = dana.locator(".list > li").filter(has_text="zither")
        with dana.expect_download() as download:
            item.get_by_role("link", name="Make a test and a training example").click()
        with ZipFile(download.value.path()) as packed:
            test, training = (packed.read(name).decode() for name in sorted(packed.namelist()))
        (case,) = parse(test, "test.yml")
        assert [turn.words for turn in case.turns] == ["criteria for a zither"]
        assert yaml.safe_load(training)["nlu"] == [
            {"intent": "criteria", "examples": "- criteria for a zither\n"}
        ]
        for written in (test, training):
            assert "No policy names a zither." in written
        item.get_by_role("button", name="Dealt with").click()
        expect(item).to_have_count(0)

    def test_a_call_is_found_by_its_number(self, enter: Open) -> None:
        page = enter("Dana R.", "/panel/phone")
        page.keyboard.type("codes")
        page.keyboard.press("Enter")
        expect(page.locator(".card")).to_be_visible()
        reference = page.locator("#reference").inner_text()
        spoken = reference.lower().replace("-", " ")
        auditor = enter("Alex B.", "/panel/conversations")
        auditor.get_by_label("Reference or call no.").fill(spoken)
        auditor.get_by_role("button", name="Search").click()
        expect(auditor.locator(".list > li")).to_have_count(1)
        expect(auditor.locator(".list")).to_contain_text(f"call {reference} by Dana R.")
