"""The payer's vocabulary: how people call services, diagnoses, places and programs, and the frame words.

Staff keep it in `data/vocabulary/`; each file explains its shape at its top. `parse` is pure, `load` reads the
folder, and `signature` is what a running assistant compares to see that somebody has edited it.
All scalars are read as text, so that `02` stays a code and `no` a word.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, TypeVar, get_args

from bot.answer.edits import Edit, edited
from bot.answer.entries import Entry, entries
from bot.answer.tokens import plain
from bot.errors import BadVocabulary

Setting = Literal["inpatient", "outpatient", "other"]
Whose = Literal["ours", "another_blue_plan", "either", "federal", "state", "another_payer"]

_T = TypeVar("_T")

_SERVICE_KEYS: Final = frozenset(
    {"service", "also_called", "taken_for", "described_as", "codes", "source", "as_of"}
)
_PLACE_KEYS: Final = frozenset({"code", "name", "also_called", "setting"})
_PROGRAM_KEYS: Final = frozenset({"program", "also_called", "whose", "line_of_business"})
_PARTS: Final = ("services", "diagnoses", "places", "programs", "abbreviations", "words")
_CODE_SHAPES: Final = MappingProxyType(
    {
        # Category I codes are five digits; II, III and the laboratory codes end in F, T, U or M.
        "CPT": re.compile(r"\d{4}[\dFTUM]"),
        "HCPCS": re.compile(r"[A-V]\d{4}"),
    }
)
_DIAGNOSIS: Final = re.compile(r"[A-Z][0-9A-Z]{2}(\.[0-9A-Z]{1,4})?")


@dataclass(frozen=True, slots=True)
class Service:
    """A service as titles of policies have it, and what ties other words and codes to it.

    `also_called` are true synonyms; what is named in `taken_for` is a related service that is answered
    while saying so; `described_as` are a layman's words. `source` is the file and line of the entry;
    `authority` and `as_of` say on whose word it stands and since when, where the entry names them.
    """

    name: str
    also_called: tuple[str, ...]
    taken_for: tuple[str, ...]
    described_as: tuple[str, ...]
    codes: Mapping[str, tuple[str, ...]]
    authority: str | None
    as_of: str | None
    source: str

    def quote(self, said: str = "") -> str:
        """The entry's own words; of its names only those that `said` picks, all where it picks none."""
        groups = (
            ("also called", self.also_called),
            ("taken for it", self.taken_for),
            ("described as", self.described_as),
        )
        picked = [
            (role, tuple(n for n in names if plain(n) == plain(said))) for role, names in groups
        ]
        parts = [self.name]
        parts += [
            f"{role}: {', '.join(names)}" for role, names in (picked if said else groups) if names
        ]
        parts += [f"{system}: {', '.join(codes)}" for system, codes in self.codes.items() if codes]
        parts += [f"source: {self.authority}"] if self.authority else []
        parts += [f"as of {self.as_of}"] if self.as_of else []
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a diagnosis is commonly called, and the ICD-10-CM code that the payer takes the name for."""

    code: str
    names: tuple[str, ...]
    source: str

    @property
    def quote(self) -> str:
        return f"{self.code}: {', '.join(self.names)}"


@dataclass(frozen=True, slots=True)
class Place:
    """A place of service under its two-digit CMS code, or a setting in general (`code` is None).

    The setting "other" is neither, or the place alone does not tell.
    """

    code: str | None
    name: str
    also_called: tuple[str, ...]
    setting: Setting
    source: str

    @property
    def quote(self) -> str:
        return f"{self.code} {self.name}" if self.code else self.name


@dataclass(frozen=True, slots=True)
class Program:
    """A kind of coverage that providers name, and whose member it speaks of."""

    name: str
    also_called: tuple[str, ...]
    whose: Whose
    line_of_business: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that the files of the vocabulary say.

    `diagnoses`, `abbreviations` and the words are keyed by the `plain` form of what people write. Frame words
    name nothing that a question may be about; `generic_words` name some service without saying which.
    `digest` is the same for the same content.
    """

    services: tuple[Service, ...]
    diagnoses: Mapping[str, Diagnosis]
    places: tuple[Place, ...]
    programs: tuple[Program, ...]
    abbreviations: Mapping[str, str]
    frame_words: frozenset[str]
    generic_words: frozenset[str]
    digest: str

    def names_of(self, code: str) -> tuple[str, ...]:
        """What an ICD-10-CM code is commonly called, by itself or with the others of its subcategory (M51.2-)."""
        alike = {
            d.names for d in self.diagnoses.values() if d.code == code or d.code[:5] == code[:5]
        }
        return tuple(dict.fromkeys(name for names in sorted(alike) for name in names))

    def lines(self, programs: Iterable[Program]) -> frozenset[str]:
        """The keys of the lines of business that programs speak of."""
        return frozenset(self.line(p.line_of_business) for p in programs if p.line_of_business)

    def line(self, written: str) -> str:
        """One key for a line of business, whatever a document, a list or a provider calls it."""
        name = plain(written)
        for program in self.programs:
            if program.line_of_business and name in map(
                plain, (program.line_of_business, program.name, *program.also_called)
            ):
                return plain(program.line_of_business)
        return name


def load(folder: Path, edits: Iterable[Edit] = ()) -> Vocabulary:
    """Reads the vocabulary of a folder; raises `BadVocabulary` with file, line and what to do."""
    try:
        texts = {p.name: p.read_text(encoding="utf-8") for p in sorted(folder.glob("*.yml"))}
    except (OSError, UnicodeDecodeError) as error:
        raise BadVocabulary(f"The vocabulary in {folder} cannot be read: {error}.") from error
    return parse(texts, edits)


def signature(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of each file: differs as soon as one was edited, and costs no reading."""
    found = []
    for path in sorted(folder.glob("*.yml")):
        # An editor may just be putting a new file in the place of the old one.
        with suppress(FileNotFoundError):
            stat = path.stat()
            found.append((path.name, stat.st_mtime_ns, stat.st_size))
    return tuple(found)


def parse(texts: Mapping[str, str], edits: Iterable[Edit] = ()) -> Vocabulary:
    """Reads the vocabulary from the texts of its files, by file name, and what staff changed beside them.

    Raises `BadVocabulary` for unknown files and keys, codes of the wrong shape, and a name that stands for
    two things.
    """
    parts: dict[str, list[Entry]] = {name: [] for name in _PARTS}
    for file, text in sorted(texts.items()):
        part = file.removesuffix(".yml").partition("_")[0]
        if part not in parts:
            raise BadVocabulary(
                f"{file} is no file of the vocabulary: name it {', '.join(_PARTS)}, or with "
                "something behind it (services_devices), with .yml, or take it out of the folder."
            )
        parts[part].extend(entries(file, text))
    made = tuple(edits)
    parts = edited(parts, made)
    frame_words, generic_words = _words(parts["words"])
    return Vocabulary(
        services=_services(parts["services"]),
        diagnoses=_diagnoses(parts["diagnoses"]),
        places=_places(parts["places"]),
        programs=_programs(parts["programs"]),
        abbreviations=_abbreviations(parts["abbreviations"]),
        frame_words=frame_words,
        generic_words=generic_words,
        digest=hashlib.sha256(repr((sorted(texts.items()), made)).encode()).hexdigest()[:16],
    )


def _services(found: Iterable[Entry]) -> tuple[Service, ...]:
    services = []
    names = _Names("service")
    for entry in found:
        fields = entry.fields(_SERVICE_KEYS, required=("service",))
        service = Service(
            name=entry.text(fields["service"]),
            also_called=entry.texts(fields.get("also_called")),
            taken_for=entry.texts(fields.get("taken_for")),
            described_as=entry.texts(fields.get("described_as")),
            codes=_codes(entry, fields.get("codes") or {}),
            authority=entry.text(fields.get("source", "")) or None,
            as_of=entry.text(fields.get("as_of", "")) or None,
            source=entry.source,
        )
        names.add(entry, (service.name, *service.also_called, *service.taken_for))
        services.append(service)
    return tuple(services)


def _codes(entry: Entry, value: object) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise entry.wrong('write the codes as {CPT: ["12345"], HCPCS: [A1234]}.')
    codes = {}
    for system, listed in value.items():
        shape = _CODE_SHAPES.get(system)
        if shape is None:
            raise entry.wrong(
                f"the code system {system!r} is unknown here: use {' or '.join(_CODE_SHAPES)}."
            )
        codes[system] = entry.texts(listed)
        for code in codes[system]:
            if not shape.fullmatch(code):
                raise entry.wrong(f"{code!r} has not the shape of a {system} code: correct it.")
    return MappingProxyType(codes)


def _diagnoses(found: Iterable[Entry]) -> Mapping[str, Diagnosis]:
    diagnoses: dict[str, Diagnosis] = {}
    names = _Names("diagnosis")
    codes: dict[str, Entry] = {}
    for entry in found:
        if not _DIAGNOSIS.fullmatch(entry.key):
            raise entry.wrong(f"{entry.key!r} is not an ICD-10-CM code with its dot: correct it.")
        if entry.key in codes:
            raise entry.wrong(f"{entry.key} stands at line {codes[entry.key].line} too: keep one.")
        codes[entry.key] = entry
        diagnosis = Diagnosis(entry.key, entry.texts(entry.value), entry.source)
        if not diagnosis.names:
            raise entry.wrong("name at least one common name of the diagnosis.")
        names.add(entry, diagnosis.names)
        diagnoses.update((plain(name), diagnosis) for name in diagnosis.names)
    return MappingProxyType(diagnoses)


def _places(found: Iterable[Entry]) -> tuple[Place, ...]:
    places = []
    names = _Names("place of service")
    for entry in found:
        fields = entry.fields(_PLACE_KEYS, required=("name", "setting"))
        code = entry.text(fields.get("code", "")) or None
        if code and not re.fullmatch(r"\d\d", code):
            raise entry.wrong(f"{code!r} is not a two-digit place-of-service code: correct it.")
        place = Place(
            code=code,
            name=entry.text(fields["name"]),
            also_called=entry.texts(fields.get("also_called")),
            setting=_one_of(entry, fields["setting"], get_args(Setting)),
            source=entry.source,
        )
        names.add(entry, (*([code] if code else []), place.name, *place.also_called))
        places.append(place)
    return tuple(places)


def _programs(found: Iterable[Entry]) -> tuple[Program, ...]:
    programs = []
    names = _Names("program")
    for entry in found:
        fields = entry.fields(_PROGRAM_KEYS, required=("program", "whose"))
        program = Program(
            name=entry.text(fields["program"]),
            also_called=entry.texts(fields.get("also_called")),
            whose=_one_of(entry, fields["whose"], get_args(Whose)),
            line_of_business=entry.text(fields.get("line_of_business", "")) or None,
            source=entry.source,
        )
        names.add(entry, (program.name, *program.also_called))
        programs.append(program)
    return tuple(programs)


def _abbreviations(found: Iterable[Entry]) -> Mapping[str, str]:
    meanings: dict[str, str] = {}
    names = _Names("meaning")
    for entry in found:
        if not entry.text(entry.value):
            raise entry.wrong(f"say what {entry.key!r} stands for.")
        names.add(entry, (entry.key,))
        meanings[plain(entry.key)] = entry.text(entry.value)
    return MappingProxyType(meanings)


def _words(found: Iterable[Entry]) -> tuple[frozenset[str], frozenset[str]]:
    names = _Names("group of words")
    groups: dict[bool, set[str]] = {True: set(), False: set()}
    for entry in found:
        words = entry.texts(entry.value)
        for word in words:
            if " " in plain(word):
                raise entry.wrong(f"{word!r} is more than one word: list its words one by one.")
        names.add(entry, words)
        groups[entry.key == "generic"].update(map(plain, words))
    return frozenset(groups[False]), frozenset(groups[True])


def _one_of(entry: Entry, value: object, allowed: tuple[_T, ...]) -> _T:
    for choice in allowed:
        if value == choice:
            return choice
    raise entry.wrong(f"{value!r} is not one of {', '.join(map(str, allowed))}: use one of these.")


class _Names:
    """The names met so far in a part of the vocabulary; the same one again is a mistake."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.seen: dict[str, str] = {}

    def add(self, entry: Entry, names: Iterable[str]) -> None:
        for name in map(plain, names):
            if name in self.seen:
                raise entry.wrong(
                    f"{name!r} already stands at {self.seen[name]}: one name can mean one "
                    f"{self.what} only, so take it out of one of the two."
                )
            self.seen[name] = entry.source
