"""The values of a header by field: words, lists, dates and the address, each with its span."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.policy.dates import DateFound, dates_in, first_date, short_date
from bot.policy.header import Fact, letterhead_lines
from bot.policy.lines import Line, flat
from bot.policy.model import Finding, Span

_CLOSED: Final = re.compile(
    r"\b(?:archived?|retired|retirement|inactive|no longer (?:active|in effect)|discontinued)\b",
    re.I,
)
_NO_REVIEW: Final = re.compile(
    r"\b(?:no further|none|not scheduled|no (?:scheduled )?review|archived|retired|indefinite)\b",
    re.I,
)
# "Commercial members. For Medicare Advantage members, see MA-12." is for Commercial.
_SENTENCE_BEHIND: Final = re.compile(
    r"(?<=\w{4})[.;]\s+(?=(?:for|see|refer|please|this|the|not|does)\b).*$", re.I
)
_ELSEWHERE: Final = re.compile(r"(?:see|refer to|please)\b", re.I)
_MEMBERS: Final = re.compile(r"\s+(?:members|enrollees|membership)(?: only)?$", re.I)
_NOTHING: Final = re.compile(r"(?:n/?a|none|tbd|not applicable|pending|-+|–|—|\s*)\.?", re.I)


class Fields:
    """The values of the header by field; what cannot be read goes into `findings`."""

    def __init__(
        self, text: str, facts: Sequence[Fact], findings: list[Finding], spans: dict[str, Span]
    ) -> None:
        self._text = text
        self._facts = facts
        self._findings = findings
        self._spans = spans
        self.sentinel = False
        self.closed = False
        for fact in facts:
            shown = fact.value.of(text)
            if fact.field is None and shown.strip():
                findings.append(
                    Finding(fact.line, f"The field “{fact.label}” of the header is not known.")
                )
            if fact.field in ("status", "next_review") and _CLOSED.search(shown):
                self.closed = True
            ended = fact.field == "effective_to" and _CLOSED.search(fact.label)
            if ended and first_date(flat(shown)) is not None:
                self.closed = True
            if fact.field == "next_review" and _NO_REVIEW.search(shown):
                self.closed = True

    def _values(self, field: str) -> list[Fact]:
        return [f for f in self._facts if f.field == field and f.value.end > f.value.start]

    def words(self, field: str) -> str | None:
        for fact in self._values(field):
            shown = " ".join(fact.value.of(self._text).split()).strip(" .;")
            if shown and not _NOTHING.fullmatch(shown):
                self._spans[field] = fact.value
                return shown
        return None

    def listed(self, field: str) -> tuple[str, ...]:
        for fact in self._values(field):
            shown = _SENTENCE_BEHIND.sub("", " ".join(fact.value.of(self._text).split()))
            if ticked := re.findall(r"[☒☑✓✔]\s*([^☒☑☐✓✔□,;]+)|\[[xX]\]\s*([^\[,;]+)", shown):
                found = [" ".join(pair).strip(" .") for pair in ticked]
            else:
                found = [
                    p.strip(" .•")
                    for p in re.split(
                        r"\s*[,;•|]\s*|\s+(?:and|&)\s+(?=[A-Z])|\s*/\s*(?=[A-Z])",
                        re.sub(r"^(?:and|all)\s*:\s*", "", shown),
                    )
                ]
            bare = [_MEMBERS.sub("", p) for p in found if not _ELSEWHERE.match(p)]
            kept = tuple(p for p in bare if p and not _NOTHING.fullmatch(p))
            if kept:
                self._spans[field] = fact.value
                return kept
        return ()

    def letterhead(self, head: Sequence[Line]) -> tuple[str, ...]:
        """The lines of business that a line above the sections names before the kind of the document."""
        for line in head:
            if span := letterhead_lines(line):
                self._spans["lines_of_business"] = span
                shown = re.sub(r"[®™]", "", " ".join(span.of(self._text).split()))
                named = re.split(r"\s*,\s*(?:and\s+)?|\s*[/&]\s*|\s+and\s+", shown)
                return tuple(n.title() if n.isupper() and len(n) > 4 else n for n in named)
        return ()

    def date(self, field: str) -> str | None:
        return self._pick(field, latest=False)

    def until(self, field: str) -> str | None:
        """The second date of "4/1/2020 through 3/31/2021"."""
        for fact in self._values(field):
            shown = flat(fact.value.of(self._text))
            found = list(dates_in(shown, fact.value.start))
            if len(found) == 2 and re.search(r"\b(?:to|through|thru|until)\b|[-–—]", shown):
                self._spans["effective_to"] = found[1].span
                return found[1].iso
        return None

    def latest(self, field: str) -> str | None:
        return self._pick(field, latest=True)

    def _pick(self, field: str, latest: bool) -> str | None:
        for fact in self._values(field):
            shown = fact.value.of(self._text)
            found = list(dates_in(flat(shown), fact.value.start))
            single = first_date(flat(shown), fact.value.start)
            if not found and single is None and re.fullmatch(r"\s*\d{1,2}[/.]\d\d\s*", shown):
                lead = len(shown) - len(shown.lstrip())
                single = short_date(shown.strip(), fact.value.start + lead)
            if not found and single:
                found = [single]
            if not found:
                if (
                    field != "approved"
                    and not _NOTHING.fullmatch(shown.strip())
                    and not _CLOSED.search(shown)
                    and not _NO_REVIEW.search(shown)
                ):
                    self._findings.append(
                        Finding(
                            fact.line,
                            f"“{shown.strip()[:60]}” was not understood as the date “{fact.label}”.",
                        )
                    )
                continue
            for impossible in (f for f in found if f.iso is None):
                self._findings.append(
                    Finding(fact.line, f"“{impossible.span.of(self._text)}” is not a date.")
                )
            real = [f for f in found if f.iso is not None]
            if not real:
                continue
            if latest:
                real.extend(self._beside(fact))
            chosen = max(real, key=lambda f: f.iso or "") if latest else real[0]
            if field == "next_review" and chosen.sentinel:
                self.sentinel = True
            reviewed = field in ("last_cap_review", "approved")
            self._spans["last_reviewed" if reviewed else field] = chosen.span
            return chosen.iso
        return None

    def _beside(self, fact: Fact) -> Iterator[DateFound]:
        """The dates that the same line gives the same label once more ("reviewed 2021; reviewed 2024")."""
        for other in self._values(fact.field or ""):
            if other.line == fact.line and other is not fact:
                shown = flat(other.value.of(self._text))
                yield from (f for f in dates_in(shown, other.value.start) if f.iso is not None)

    def url(self, head: Sequence[Line]) -> str | None:
        pattern = re.compile(r"https?://[^\s<>\"”)\]]+|www\.[^\s<>\"”)\]]+")
        candidates = [f.value for f in self._values("source_url")]
        candidates += [line.span for line in head if line.text.startswith(("http://", "https://"))]
        for span in candidates:
            if match := pattern.search(self._text, span.start, span.end):
                url = match[0].rstrip(".,;")
                self._spans["source_url"] = Span(match.start(), match.start() + len(url))
                return url
        return None
