"""What a medical policy is: the facts that one reading of a document gives.

Everything here is immutable and says where it stands: a `Span` is a pair of offsets, in Unicode code
points, into the stored text of the document. Dates are ISO 8601 strings in the precision of the document
(`2019-11-20`, `2019-11` or `2019`). `bot.policy.wire` turns a `Policy` into JSON and back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Determination = Literal[
    "medically_necessary", "not_medically_necessary", "investigational", "not_covered"
]
CodeSystem = Literal["CPT", "HCPCS", "ICD-10-CM", "ICD-10-PCS", "ICD-9-DX", "ICD-9-PROC"]
CodeStatus = Literal["listed", "none_listed", "all_diagnoses", "not_applicable"]
Logic = Literal["all", "any"]


@dataclass(frozen=True, slots=True)
class Span:
    """The half-open range `start:end` of a text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the document under a heading; `text` and `span` leave the heading out."""

    name: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to be met; with `criteria`, it is met as those say."""

    text: str
    span: Span
    criteria: Criteria | None = None


@dataclass(frozen=True, slots=True)
class Criteria:
    """What must be met: all of the items, or any of them."""

    logic: Logic
    items: tuple[Criterion, ...]

    def leaves(self) -> Iterator[Criterion]:
        for item in self.items:
            if item.criteria is None:
                yield item
            else:
                yield from item.criteria.leaves()


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the policy that makes a determination about a subject.

    `wording` holds the words that make it ("considered NOT MEDICALLY NECESSARY"), `text` the whole
    sentence with its criteria, `reason` the grounds that it names, each verbatim.
    """

    determination: Determination
    wording: str
    text: str
    span: Span
    subject: str | None = None
    criteria: Criteria | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """A row of the coding section: a code, a range up to `code_end`, or what it says instead of codes."""

    system: CodeSystem
    status: CodeStatus
    span: Span
    code: str | None = None
    code_end: str | None = None
    description: str | None = None
    determination: Determination | None = None


@dataclass(frozen=True, slots=True)
class BenefitNote:
    """What the benefit application says under one of its headings."""

    text: str
    span: Span
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    number: int
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """`changes_intent` is None where the entry does not tell.

    `span` begins at the entry's date and ends with its `text`, so that a quotation shows both; where the
    date stands behind the text, it ends with the date.
    """

    date: str
    text: str
    span: Span
    changes_intent: bool | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was not understood; `line` counts from 1, None where it concerns the whole."""

    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Policy:
    """One parsed version of a medical policy.

    `spans` says where the single facts of the header and the coding section stand, by field name
    ("number", "title", "category", "departments", "original_date", "last_reviewed", "next_review",
    "effective_from", "effective_to", "type_of_service", "place_of_service", "code_note").
    `no_further_review` is true where the next review is a sentinel year, or the policy is archived.
    `code_note` is the document's own note on its codes ("included only as a general reference ...").
    """

    number: str
    title: str
    category: str | None = None
    departments: tuple[str, ...] = ()
    original_date: str | None = None
    last_reviewed: str | None = None
    next_review: str | None = None
    no_further_review: bool = False
    effective_from: str | None = None
    effective_to: str | None = None
    lines_of_business: tuple[str, ...] = ()
    source_url: str | None = None
    sections: tuple[Section, ...] = ()
    statements: tuple[Statement, ...] = ()
    codes: tuple[Code, ...] = ()
    code_note: str | None = None
    type_of_service: str | None = None
    place_of_service: tuple[str, ...] = ()
    benefit_application: tuple[BenefitNote, ...] = ()
    references: tuple[Reference, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    warnings: tuple[Finding, ...] = ()
    spans: Mapping[str, Span] = field(default_factory=lambda: MappingProxyType({}))

    def section_at(self, span: Span) -> Section | None:
        """The section in which a span begins; None for what stands before the first heading.

        A span may go on behind page furniture, in the next part of a section of the same name.
        """
        return next((s for s in self.sections if s.span.start <= span.start < s.span.end), None)
