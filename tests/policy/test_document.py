"""Files become text, and what cannot be read is refused with a sentence."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document
from reportlab.lib.pagesizes import letter
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from bot.errors import UnreadableDocument
from bot.policy.document import LARGEST, read, text_of
from bot.policy.parser import parse

SEED = Path(__file__).parents[2] / "data" / "policies" / "cam_80306_work_hardening.txt"
PAGE = "<html><body><h1>Braces</h1><p>CAM 7</p></body></html>"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"CAM 1\r\nBraces\r\n", "CAM 1\nBraces\n"),
        (b"CAM 1\rBraces\r", "CAM 1\nBraces\n"),
        (b"\xef\xbb\xbfCAM 1\n", "CAM 1\n"),
        ("CAM\u00a01 \u2013 Braces\n".encode(), "CAM\u00a01 \u2013 Braces\n"),
        (
            "CAM\u00a01 \u2013 \u201cBraces\u201d\n".encode("cp1252"),
            "CAM\u00a01 \u2013 \u201cBraces\u201d\n",
        ),
        (b"\xff\xfe" + "CAM 1\n".encode("utf-16-le"), "CAM 1\n"),
        (b"\xfe\xff" + "CAM 1\n".encode("utf-16-be"), "CAM 1\n"),
    ],
)
def test_encodings_and_newlines(content: bytes, text: str) -> None:
    assert text_of(content, "a.txt") == text


def pdf(*pages: list[str], password: str | None = None) -> bytes:
    buffer = io.BytesIO()
    encrypt = StandardEncryption(password, canPrint=0) if password else None
    canvas = Canvas(buffer, pagesize=letter, encrypt=encrypt)
    for number, page in enumerate(pages, 1):
        canvas.drawString(72, 760, "CAM 901 Knee Braces")
        for place, line in enumerate(page):
            canvas.drawString(72, 700 - 14 * place, line)
        canvas.drawString(72, 40, f"Page {number} of {len(pages)}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(101 * 1024 * 1024))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.txt", "empty"),
        (b" \n\t\n", "a.txt", "empty"),
        (b"\x00\x01\x02\x03" * 50, "a.txt", "binary"),
        (bytes(range(1, 9)) * 50, "a.txt", "binary"),
        (b"-- -- --\n", "a.txt", "no text"),
        (b"not a pdf", "a.pdf", "no PDF"),
        (b"%PDF-1.7\nbroken", "a.pdf", "broken"),
        (pdf(["Policy"])[:300], "a.pdf", "broken"),
        (pdf(["Policy"], password="secret"), "a.pdf", "encrypted"),
        (b"not a document", "a.docx", "no Word document"),
        (b"PK\x03\x04 broken", "a.docx", "broken"),
        (PAGE[:-16].encode(), "a.html", "cut off"),
        (b"<p>CAM 1 <b", "a.html", "cut off"),
        (b"<html><body>" + b"<div>" * 4000 + b"CAM 1</body></html>", "a.html", "too deeply"),
        (bomb(), "a.docx", "unpacks"),
        (b"<html><body><script>1</script></body></html>", "a.html", "no text"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_files_are_refused_with_a_sentence(content: bytes, name: str, reason: str) -> None:
    with pytest.raises(UnreadableDocument, match=reason) as refusal:
        text_of(content, name)
    assert str(refusal.value).endswith(".")


def test_what_is_too_large_or_missing_is_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(UnreadableDocument, match=r"large\.txt: .*larger than"):
        read(large)
    with pytest.raises(UnreadableDocument, match=r"none\.txt: .*cannot be opened"):
        read(tmp_path / "none.txt")


@pytest.mark.parametrize(
    "text", ["Just some words.\n", "Policy\nX is considered investigational.\n"]
)
def test_a_document_without_a_number_is_refused(text: str) -> None:
    with pytest.raises(UnreadableDocument, match="number"):
        parse(text)


def test_html_keeps_the_shape_of_lists_and_tables() -> None:
    page = (
        "<html><body><nav>Home</nav><h2>Policy</h2><p>One<br>two</p>"
        "<ol type='a'><li><p>First</p><ul><li>Deeper</li></ul></li><li>Second</li></ol>"
        "<table><tr><th>CPT</th><td>97545</td></tr></table></body></html>"
    )
    assert text_of(page.encode(), "a.html") == (
        "Policy\n\nOne\ntwo\n\na. First\n  • Deeper\nb. Second\n\nCPT\t97545\n\n\f\f\nHome\n"
    )


def test_a_pdf_is_read_across_its_pages() -> None:
    content = pdf(
        [
            "Policy",
            "X is considered medically necessary when all of the following are met:",
            "1. A one",
        ],
        ["2. B two", "References", "1. Someone. 2001."],
    )
    policy = parse(text_of(content, "a.pdf"))
    assert (policy.number, policy.title) == ("CAM 901", "Knee Braces")
    assert [s.name for s in policy.sections] == ["Policy", "References"]
    (statement,) = policy.statements
    assert statement.criteria is not None
    assert [i.text for i in statement.criteria.items] == ["A one", "B two"]
    assert not any("Page" in s.text for s in policy.sections)


def word() -> Document:
    document = docx.Document()
    document.add_paragraph("Knee Braces - CAM 901")
    document.add_heading("Policy", 1)
    document.add_paragraph("X is considered medically necessary when all of the following are met:")
    document.add_paragraph("A one", style="List Number")
    document.add_paragraph("B two", style="List Number")
    document.add_heading("Coding", 1)
    table = document.add_table(rows=2, cols=3)
    for row, cells in zip(
        table.rows, [("Codes", "Number", "Description"), ("CPT", "97545", "Work")], strict=True
    ):
        for cell, shown in zip(row.cells, cells, strict=True):
            cell.text = shown
    return document


def test_a_word_document_is_read_with_lists_and_tables() -> None:
    buffer = io.BytesIO()
    word().save(buffer)
    policy = parse(text_of(buffer.getvalue(), "a.docx"))
    assert (policy.number, policy.title) == ("CAM 901", "Knee Braces")
    (statement,) = policy.statements
    assert statement.criteria is not None
    assert [i.text for i in statement.criteria.items] == ["A one", "B two"]
    assert [(c.system, c.code, c.description) for c in policy.codes] == [("CPT", "97545", "Work")]


def test_the_seed_reads_the_same_from_the_file() -> None:
    assert read(SEED) == SEED.read_text("utf-8")


def test_two_columns_of_prose_are_read_one_after_the_other() -> None:
    left = [
        "Policy",
        "1. Dry cupping of the back is",
        "considered investigational",
        "because no controlled study",
        "shows a benefit of it.",
        "2. Wet cupping is not covered",
        "under any of the contracts.",
        "Rationale",
        "The society of cuppers takes",
        "another view of the matter.",
    ]
    right = [
        "References",
        "1. Ames L. Cups and the",
        "back. Alt Imag. 2011;3:4-9.",
        "2. Bond M. Wet cups in old",
        "books. Alt Imag. 2014;6:1.",
        "History",
        "05/02/2016 Annual review, no",
        "change to policy intent.",
        "06/11/2015 New policy of the",
        "plan for all its members.",
    ]
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=letter)
    canvas.drawString(72, 740, "Cupping Therapy - CAM 902")
    for place, (one, other) in enumerate(zip(left, right, strict=True)):
        canvas.drawString(72, 690 - 14 * place, one)
        canvas.drawString(330, 690 - 14 * place, other)
    canvas.save()
    policy = parse(text_of(buffer.getvalue(), "a.pdf"))
    assert [(s.determination, s.subject) for s in policy.statements] == [
        ("investigational", "Dry cupping of the back"),
        ("not_covered", "Wet cupping under any of the contracts"),
    ]
    assert [(h.date, h.changes_intent) for h in policy.history] == [
        ("2016-05-02", False),
        ("2015-06-11", None),
    ]
    assert len(policy.references) == 2
