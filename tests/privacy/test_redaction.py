"""What holds for a redaction of any text at all."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.privacy import redact
from bot.privacy.checks import code_like, date_like, luhn
from tests.privacy.cases import FILES, read

MESSAGES = [case.text for name in FILES for case in read(name)]
# Pieces that lean on each other: labels, values, marks and what joins them.
PIECES = st.sampled_from(
    [word for message in MESSAGES[::5] for word in message.split()]
    + [
        "[name]",
        "[date of birth]",
        "[phone]",
        ",",
        ":",
        "#",
        "-",
        "\n",
        "(",
        ")",
        "\ue000",
        "\ue001",
    ]
)
TEXTS = st.text(max_size=200) | st.lists(PIECES, max_size=25).map(" ".join)

CODES = st.one_of(
    st.from_regex(r"[0-9]{5}", fullmatch=True),
    st.from_regex(r"[0-9]{4}[TFU]", fullmatch=True),
    st.from_regex(r"[A-V][0-9]{4}", fullmatch=True),
    st.from_regex(r"[A-TV-Z][0-9][0-9A-Z]\.[0-9]{1,3}[A-Z]?", fullmatch=True),
    st.from_regex(r"[A-TV-Z][0-9][0-9][0-9]{0,3}", fullmatch=True),
    st.from_regex(r"0[0-9A-HJ-NP-Z]{6}", fullmatch=True).filter(lambda code: not code.isdecimal()),
    st.from_regex(r"[0-9]{5}-[0-9]{4}-[0-9]{2}", fullmatch=True).map("NDC {}".format),
    st.from_regex(r"[0-9]{11}", fullmatch=True).map("NDC {}".format),
    st.from_regex(r"[A-Z]{2,3} ?[0-9]{5}", fullmatch=True).map("policy {}".format),
    st.from_regex(r"[0-9]{1,2}\.[0-9]{2}\.[0-9]{2,3}", fullmatch=True).map("policy {}".format),
)
QUESTIONS = st.sampled_from(
    [
        "Is {} covered?",
        "does {} need prior auth",
        "What does the policy say about {} for M54.50",
        "was {} payable on 03/04/2024?",
        "claim for {} denied",
        "{} x 12 visits",
        "why is {} not medically necessary for a patient of 62 years",
        "Can a member get {} as an outpatient, POS 22, 60 sessions?",
        "IS {} COVERED FOR BLUECARD",
        "{}",
    ]
)


@given(TEXTS)
@example("Smith, John [date of birth] 3/4/62 dob")
@example("İİİ call 555-0134 ß John Smith")
def test_redacting_twice_changes_nothing(text: str) -> None:
    once = redact(text).text
    assert redact(once) == type(redact(""))(once, ())


@given(TEXTS)
def test_what_was_found_tells_how_the_text_was_made(text: str) -> None:
    redaction = redact(text)
    rebuilt, at = "", 0
    for found in redaction.found:
        assert at <= found.start < found.end <= len(text)
        assert found.recogniser
        rebuilt += text[at : found.start] + f"[{found.kind}]"
        at = found.end
    assert rebuilt + text[at:] == redaction.text


@given(QUESTIONS, CODES)
def test_codes_and_policy_numbers_stay(question: str, code: str) -> None:
    message = question.format(code)
    assert redact(message).text == message


@given(st.text(string.ascii_lowercase + " ?,.", max_size=80))
def test_small_letters_without_digits_hold_no_number(text: str) -> None:
    assert {found.kind for found in redact(text).found} <= {"name", "email"}


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "1",
        "1 ",
        "A ",
        "a@",
        "a dot ",
        "John ",
        "12-",
        "member no ",
        "dob ",
        "1 A ",
        "[name] ",
        "\ud800",
        "\0",
    ],
)
def test_the_longest_message_of_one_thing_is_read(unit: str) -> None:
    text = (unit * 4000)[:4000]
    assert redact(redact(text).text).found == ()


def test_marks_left_by_others_stay() -> None:
    text = "is it covered for [name], born [date of birth], id [member id]?"
    assert redact(text).text == text


def test_a_find_explains_itself() -> None:
    (found,) = redact("Medicare number 1EG4-TE5-MK73").found
    assert found.kind == "mbi"
    assert found.recogniser == "Medicare Beneficiary Identifier"
    assert (found.start, found.end) == (16, 29)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        # The letters S, L, O, I, B and Z stand in no Medicare Beneficiary Identifier.
        ("device 1SG4-TE5-MK73", True),
        ("device 1EG4-TE5-MK73", False),
        # 4111 1111 1111 1111 ends with its check digit, ...1112 does not.
        ("model 4111 1111 1111 1112", True),
        ("model 4111 1111 1111 1111", False),
    ],
)
def test_shape_and_checksum_decide(text: str, kept: bool) -> None:
    assert (redact(text).text == text) is kept


@pytest.mark.parametrize(
    ("number", "valid"),
    [("79927398713", True), ("79927398710", False), ("0000", False), ("", False)],
)
def test_luhn(number: str, valid: bool) -> None:
    assert luhn(number) is valid


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("97545", True),
        ("97140-59", True),
        ("97545-97546", True),
        ("0232T", True),
        ("E0650", True),
        ("M54.5", True),
        ("M5450", True),
        ("S72.001A", True),
        ("0SR9019", True),
        ("724.2", True),
        ("1234567", False),
        ("A12345678", False),
        ("REF-2024", False),
        ("", False),
    ],
)
def test_code_like(value: str, code: bool) -> None:
    assert code_like(value) is code


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("3/4/2024", True),
        ("20240305", True),
        ("2024-03-05", True),
        ("55-32-18", False),
        ("20249999", False),
    ],
)
def test_date_like(value: str, date: bool) -> None:
    assert date_like(value) is date
