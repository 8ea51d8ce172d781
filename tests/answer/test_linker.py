from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.answer import vocabulary
from bot.answer.linker import Linker, Links
from tests.answer.shelf import Shelf, titled

TODAY = date(2026, 11, 23)
DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def linker() -> Linker:
    shelf = Shelf(
        bare_titles=[
            titled("CAM 80306", "Work Hardening Programs", "Work hardening programs"),
            titled("ZZ 101", "Hyperbaric Oxygen Therapy (HBOT)"),
            titled(
                "ZZ 188", "Sacral Nerve Neuromodulation/Stimulation for Pelvic Floor Dysfunction"
            ),
            titled("ZZ 190", "Transcutaneous Electrical Nerve Stimulation (TENS)"),
            titled("ZZ 070", "Lumbar Spinal Fusion"),
            titled("ZZ 300", "Genetic Testing for Hereditary Breast Cancer"),
            titled("ZZ 301", "Genetic Testing for Lynch Syndrome"),
            titled("00.01.24n", "Treatment of Varicose Veins of the Lower Extremities"),
        ]
    )
    return Linker(shelf, vocabulary.load(DATA / "vocabulary"))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("is work hardening covered?", {"CAM 80306"}),
        ("wk hardening cvrd 4 LBP??", {"CAM 80306"}),
        ("is wrok hardning covered", {"CAM 80306"}),
        ("workhardening ok?", {"CAM 80306"}),
        ("WORK-HARDENING PROGRAMME", {"CAM 80306"}),
        ("hbot for a wagner 3 ulcer", {"ZZ 101"}),
        ("is hyperbaric covered", {"ZZ 101"}),
        ("the TENS one", {"ZZ 190"}),
        ("sacral nerve stimulation for urge incontinence", {"ZZ 188"}),
        ("sacral neuromodulation", {"ZZ 188"}),
        ("lumbar fusion", {"ZZ 070"}),
        ("varicose vein ablation", {"00.01.24n"}),
        ("genetic testing for lynch syndrome", {"ZZ 301"}),
        ("genetic testing", {"ZZ 300", "ZZ 301"}),
        # What only sounds like it names nothing.
        ("hardening of the arteries treatment", set()),
        ("harden steel", set()),
        ("is my workout covered", set()),
        ("is acupuncture covered?", set()),
        ("does it work", set()),
        ("is she working", set()),
        ("is oxygen covered at home", set()),
    ],
)
def test_services(linker: Linker, text: str, numbers: set[str]) -> None:
    found = {number for m in linker.link(text, TODAY).mentions for number in m.numbers}
    assert found == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("80306", {"CAM 80306"}),
        ("med policy 80306 codes pls", {"CAM 80306"}),
        ("CAM80306 / cam 80-306", {"CAM 80306"}),
        ("CAM # 80306", {"CAM 80306"}),
        ("policy no. 80306", {"CAM 80306"}),
        ("what does 00.01.24n say", {"00.01.24n"}),
        ("is CPT 80306 covered", set()),
        ("ZZ101", {"ZZ 101"}),
    ],
)
def test_policy_numbers(linker: Linker, text: str, numbers: set[str]) -> None:
    assert {n for m in linker.link(text, TODAY).numbers for n in m.numbers} == numbers


def test_a_number_of_our_form_that_is_not_on_file(linker: Linker) -> None:
    [mention] = linker.link("what does CAM 99999 say", TODAY).numbers
    assert (mention.written, mention.numbers) == ("CAM 99999", ())


def codes_of(links: Links) -> list[tuple[str, str, bool | None, bool | None]]:
    return [(c.system, c.code, c.valid, c.billable) for c in links.codes]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("M54.5", [("ICD-10-CM", "M54.5", True, False)]),
        ("m5450 please", [("ICD-10-CM", "M54.50", True, True)]),
        ("dx M 54.16", [("ICD-10-CM", "M54.16", True, True)]),
        ("Z99.999", [("ICD-10-CM", "Z99.999", False, False)]),
        ("97545 and 97546", [("CPT", "97545", None, None), ("CPT", "97546", None, None)]),
        ("+97546", [("CPT", "97546", None, None)]),
        ("e0650", [("HCPCS", "E0650", None, None)]),
        ("low back pain", [("ICD-10-CM", "M54.50", True, True)]),
        ("lumbago M54.5", [("ICD-10-CM", "M54.5", True, False)]),
        ("dx 724.2", [("ICD-9-DX", "724.2", None, None)]),
        ("S39.012A", [("ICD-10-CM", "S39.012A", True, True)]),
        ("in 2016, 3 visits, 54 yo", []),
        ("vitamin b12 and covid19", []),
    ],
)
def test_codes(
    linker: Linker, text: str, codes: list[tuple[str, str, bool | None, bool | None]]
) -> None:
    assert codes_of(linker.link(text, TODAY)) == codes


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("was it covered in 2016?", "2016"),
        ("on 11/01/2016", "2016-11-01"),
        ("dos 3-5-19", "2019-03-05"),
        ("in Nov. 2014", "2014-11"),
        ("on March 3rd, 2015", "2015-03-03"),
        ("last year", "2025"),
        ("two thousand visits", None),
        ("13/45/2019", None),
        ("policy 80306", None),
    ],
)
def test_dates(linker: Linker, text: str, iso: str | None) -> None:
    period = linker.link(text, TODAY).period
    assert (period.iso if period else None) == iso


@pytest.mark.parametrize(
    ("text", "place", "programs", "systems"),
    [
        ("can it be done inpatient?", "inpatient", [], ()),
        ("POS 11", "Office", [], ()),
        ("for BlueCard?", None, ["BlueCard"], ()),
        ("which icd-10 pcs codes", None, [], ("ICD-10-PCS",)),
        ("HCPCS or CPT?", None, [], ("CPT", "HCPCS")),
    ],
)
def test_places_programs_and_code_systems(
    linker: Linker, text: str, place: str | None, programs: list[str], systems: tuple[str, ...]
) -> None:
    links = linker.link(text, TODAY)
    assert (links.place.name if links.place else None) == place
    assert [p.name for p in links.programs] == programs
    assert links.systems == systems


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("is acupuncture covered?", ["acupuncture"]),
        ("do you cover cranial electrotherapy stimulators", ["cranial electrotherapy stimulators"]),
        ("is it covered?", []),
        ("can i get this approved", []),
        ("what about the codes then", []),
        ("hi there, thanks", []),
    ],
)
def test_what_nothing_on_file_explains(linker: Linker, text: str, others: list[str]) -> None:
    assert [o.text for o in linker.link(text, TODAY).others] == others
