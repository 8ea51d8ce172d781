"""The vocabulary reads what staff write, points at what is wrong, and its shipped words fit together."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.answer import vocabulary
from bot.answer.tokens import plain, stem, stems
from bot.errors import BadVocabulary
from bot.policy.codeset import icd10cm
from bot.settings import ROOT

HERE = Path(__file__).parent
SHIPPED = vocabulary.load(ROOT / "data/vocabulary")
CODES = icd10cm()


def lines(file: str) -> list[str]:
    text = (HERE / file).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


# Reading


def test_a_service() -> None:
    words = vocabulary.parse(
        {
            "services_ours.yml": """\
# comment

- service: cold laser
  also_called: [LLLT, low-level laser]
  taken_for: [high power laser]
  described_as:
    - the red light
  codes: {CPT: ["97037", 0552T], HCPCS: [S8948]}
  source: Medical Affairs
  as_of: 2026-01
"""
        }
    )
    (service,) = words.services
    assert service.name == "cold laser"
    assert service.also_called == ("LLLT", "low-level laser")
    assert service.taken_for == ("high power laser",)
    assert service.described_as == ("the red light",)
    assert service.codes == {"CPT": ("97037", "0552T"), "HCPCS": ("S8948",)}
    assert (service.authority, service.as_of) == ("Medical Affairs", "2026-01")
    assert service.source == "services_ours.yml, line 3"
    assert service.quote("lllt") == (
        "cold laser; also called: LLLT; CPT: 97037, 0552T; HCPCS: S8948; "
        "source: Medical Affairs; as of 2026-01"
    )
    assert service.quote("97037").startswith("cold laser; CPT: 97037, 0552T;")
    assert "described as: the red light" in service.quote()


def test_diagnoses_places_programs_and_words() -> None:
    words = vocabulary.parse(
        {
            "diagnoses.yml": "M54.50: [Low-back pain, LBP]\n",
            "places.yml": (
                '- {code: "02", name: Somewhere, also_called: [there], setting: other}\n'
                "- {name: inpatient, setting: inpatient}\n"
            ),
            "programs.yml": "- {program: BlueCard, whose: another_blue_plan}\n",
            "abbreviations.yml": "w/o: without\nno: number\n",
            "words.yml": "some: [is, no, it's]\ngeneric: [treatment]\n",
        }
    )
    low_back_pain = words.diagnoses["low back pain"]
    assert low_back_pain is words.diagnoses["lbp"]
    assert low_back_pain.code == "M54.50"
    assert low_back_pain.quote == "M54.50: Low-back pain, LBP"
    assert [(place.code, place.quote) for place in words.places] == [
        ("02", "02 Somewhere"),
        (None, "inpatient"),
    ]
    assert words.programs[0].whose == "another_blue_plan"
    assert words.programs[0].line_of_business is None
    assert words.abbreviations == {"w/o": "without", "no": "number"}
    assert words.frame_words == {"is", "no", "it's"}
    assert words.generic_words == {"treatment"}


@pytest.mark.parametrize(
    ("file", "text", "line", "says"),
    [
        ("services.yml", "- service: a\n  alias: [b]\n", 1, "'alias' is unknown"),
        ("services.yml", "- also_called: [b]\n", 1, "'service' is missing"),
        ("services.yml", "- service: a\n- service: A\n", 2, "'a' already stands at services.yml"),
        (
            "services.yml",
            "- service: a\n  also_called: [x-y]\n\n- service: b\n  taken_for: [X Y]\n",
            4,
            "'x y' already stands at services.yml, line 1",
        ),
        ("services.yml", "- service: a\n  also_called: [b, B]\n", 1, "'b' already stands"),
        ("services.yml", "- service: a\n  codes: {CPT: ['9754']}\n", 1, "not the shape of a CPT"),
        ("services.yml", "- service: a\n  codes: {HCPCS: [97545]}\n", 1, "not the shape of a HCP"),
        ("services.yml", "- service: a\n  codes: {ICD: [M54.5]}\n", 1, "use CPT or HCPCS"),
        ("services.yml", "- service: a\n  codes: [97545]\n", 1, "write the codes as"),
        ("services.yml", "- service: a\n  also_called: b\n", 1, "expected a list"),
        ("services.yml", "- service: a\n  also_called: ['']\n", 1, "is empty"),
        ("services.yml", "- just text\n", 1, "expected the keys"),
        ("services.yml", "- service: [a]\n", 1, "expected a single text"),
        ("services.yml", "- service: a\n  service: b\n", 2, "stands here twice"),
        ("services.yml", "- service: a\n codes: {\n", 2, "not readable as YAML"),
        ("services.yml", "- service: 'a\n", 2, "not readable as YAML"),
        ("diagnoses.yml", "M5450: [pain]\n", 1, "not an ICD-10-CM code with its dot"),
        ("diagnoses.yml", "\nM54.50: [a]\nM54.50: [b]\n", 3, "stands at line 2 too"),
        ("diagnoses.yml", "M54.50: [pain]\nM54.9: [Pain]\n", 2, "one diagnosis only"),
        ("diagnoses.yml", "M54.50:\n", 1, "at least one common name"),
        ("places.yml", "- {code: 2, name: a, setting: other}\n", 1, "two-digit"),
        ("places.yml", '- {code: "02", name: a, setting: away}\n', 1, "not one of inpatient"),
        ("places.yml", '- {code: "02", name: a}\n', 1, "'setting' is missing"),
        ("programs.yml", "- {program: a, whose: theirs}\n", 1, "not one of ours"),
        ("abbreviations.yml", "wk: work\nWK: week\n", 2, "one meaning only"),
        ("abbreviations.yml", "wk:\n", 1, "say what 'wk' stands for"),
        ("words.yml", "a: [is]\nb: [Is]\n", 2, "already stands at words.yml, line 1"),
        ("words.yml", "a: [back to back]\n", 1, "more than one word"),
    ],
)
def test_mistakes_are_pointed_at(file: str, text: str, line: int, says: str) -> None:
    with pytest.raises(BadVocabulary) as caught:
        vocabulary.parse({file: text})
    assert str(caught.value).startswith(f"{file}, line {line}: ")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("servises.yml", "", "servises.yml is no file of the vocabulary"),
        ("services.yml", "just text", "expected a list"),
    ],
)
def test_files_of_another_kind(file: str, text: str, says: str) -> None:
    with pytest.raises(BadVocabulary, match=says):
        vocabulary.parse({file: text})


def test_nothing_written_is_an_empty_vocabulary() -> None:
    words = vocabulary.parse({"services.yml": "# nothing yet\n"})
    assert words.services == ()
    assert words.frame_words == frozenset()


def test_an_edit_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "words.yml").write_text("a: [is]\n")
    before = vocabulary.signature(tmp_path)
    digest = vocabulary.load(tmp_path).digest
    assert vocabulary.signature(tmp_path) == before
    assert vocabulary.load(tmp_path).digest == digest

    (tmp_path / "words.yml").write_text("a: [is, it]\n")
    assert vocabulary.signature(tmp_path) != before
    assert vocabulary.load(tmp_path).digest != digest

    (tmp_path / "words.yml").write_text("a: [is]\n")
    (tmp_path / "places.yml").write_text("")
    assert vocabulary.signature(tmp_path) != before


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "words.yml").write_bytes(b"a: [caf\xe9]\n")
    with pytest.raises(BadVocabulary, match="cannot be read"):
        vocabulary.load(tmp_path)


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("Low-Back  Pain", "low back pain"),
        ("Crohn’s", "crohn's"),
        ("self\u2011funded", "self funded"),
        ("TENS\u00a0unit", "tens unit"),
        ("w/o", "w/o"),
        ("ＬＢＰ", "lbp"),
    ],
)
def test_the_plain_form(written: str, form: str) -> None:
    assert plain(written) == form


# The shipped files


def named_things() -> dict[str, list[str]]:
    """Every name of the shipped vocabulary in its plain form, by what kind of thing it names."""
    return {
        "service": [
            plain(name) for s in SHIPPED.services for name in (s.name, *s.also_called, *s.taken_for)
        ],
        "diagnosis": list(SHIPPED.diagnoses),
        "place": [plain(n) for p in SHIPPED.places for n in (p.name, *p.also_called)],
        "program": [plain(n) for p in SHIPPED.programs for n in (p.name, *p.also_called)],
    }


def test_97545_is_tied_to_work_hardening() -> None:
    (service,) = [s for s in SHIPPED.services if "97545" in s.codes.get("CPT", ())]
    assert service.name == "work hardening"
    assert service.codes["CPT"] == ("97545", "97546")
    assert "work conditioning" in service.taken_for


def test_every_diagnosis_can_be_billed() -> None:
    wrong = {d.code for d in SHIPPED.diagnoses.values() if not CODES.billable(d.code)}
    assert wrong == set()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("low back pain", "M54.50"),
        ("lbp", "M54.50"),
        ("carpal tunnel", "G56.00"),
        ("osa", "G47.33"),
        ("knee oa", "M17.9"),
        ("type 2 diabetes", "E11.9"),
        ("crohn's", "K50.90"),
        ("rotator cuff tear", "M75.100"),
    ],
)
def test_common_names_of_diagnoses(name: str, code: str) -> None:
    assert SHIPPED.diagnoses[name].code == code


def test_places_have_the_codes_of_the_code_set() -> None:
    # The Place of Service Code Set of CMS leaves these numbers unassigned.
    unassigned = {*range(28, 31), *range(35, 41), *range(43, 49), 59, 63, 64}
    unassigned |= {*range(67, 71), *range(73, 81), *range(82, 99)}
    codes = [int(place.code) for place in SHIPPED.places if place.code]
    assert codes == [n for n in range(1, 100) if n not in unassigned]


@pytest.mark.parametrize(
    ("said", "code", "setting"),
    [
        ("doctor's office", "11", "outpatient"),
        ("surgery center", "24", "outpatient"),
        ("snf", "31", "other"),
        ("er", "23", "outpatient"),
        ("telehealth", "10", "other"),
        ("irf", "61", "inpatient"),
        ("inpatient", None, "inpatient"),
        ("outpatient", None, "outpatient"),
        ("hospital", None, "other"),
    ],
)
def test_places_by_what_people_say(said: str, code: str | None, setting: str) -> None:
    (place,) = [p for p in SHIPPED.places if said in map(plain, (p.name, *p.also_called))]
    assert (place.code, place.setting) == (code, setting)


@pytest.mark.parametrize(
    ("said", "name", "whose"),
    [
        ("out of area", "BlueCard", "another_blue_plan"),
        ("home plan", "BlueCard", "another_blue_plan"),
        ("fep", "Federal Employee Program", "federal"),
        ("national accounts", "National Account", "either"),
        ("our member", "our own member", "ours"),
        ("self funded", "Self-funded group", "either"),
        ("uhc", "UnitedHealthcare", "another_payer"),
    ],
)
def test_programs_by_what_people_say(said: str, name: str, whose: str) -> None:
    (program,) = [p for p in SHIPPED.programs if said in map(plain, (p.name, *p.also_called))]
    assert (program.name, program.whose) == (name, whose)


def test_one_name_is_one_kind_of_thing() -> None:
    kinds: dict[str, set[str]] = {}
    for kind, names in named_things().items():
        for name in names:
            kinds.setdefault(name, set()).add(kind)
    assert {name: found for name, found in kinds.items() if len(found) > 1} == {}


def test_no_abbreviation_hides_a_name() -> None:
    names = {name for names in named_things().values() for name in names}
    assert names & set(SHIPPED.abbreviations) == set()


def test_names_are_found_after_abbreviations_were_written_out() -> None:
    names = named_things()
    lost = []
    for name in [*names["diagnosis"], *names["place"], *names["program"]]:
        full = " ".join(SHIPPED.abbreviations.get(word, word) for word in name.split())
        if full not in names["diagnosis"] + names["place"] + names["program"]:
            lost.append(name)
    assert lost == []


def test_no_name_is_made_of_frame_words() -> None:
    # Programs and places may be ("our member"): they are linked before anything is taken away.
    # Words are compared by their stems: "ten" would swallow TENS.
    frame = set(map(stem, SHIPPED.frame_words | SHIPPED.generic_words))
    names = named_things()["service"] + named_things()["diagnosis"]
    names += [name for name in lines("service_names.txt") if " " not in name]
    assert [name for name in names if set(stems(name)) <= frame] == []


@pytest.mark.parametrize("name", lines("service_names.txt"))
def test_frame_words_swallow_no_service(name: str) -> None:
    assert remainder(f"is {name} covered") != ""


@pytest.mark.parametrize("row", lines("remainders.tsv"))
def test_what_is_left_of_a_question(row: str) -> None:
    question, left = row.split("\t")
    assert remainder(question) == left


def remainder(question: str) -> str:
    """The simplest use of the words: runs of what is neither frame nor code nor number, unless all generic."""
    runs: list[list[str]] = [[]]
    for word in re.findall(r"[a-z0-9][a-z0-9'./]*", plain(question)):
        if word.rstrip("./'") in SHIPPED.frame_words or re.search(r"\d", word):
            runs.append([])
        else:
            runs[-1].append(word.rstrip("./'"))
    return " ".join(word for run in runs if not set(run) <= SHIPPED.generic_words for word in run)
