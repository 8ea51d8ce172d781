"""The codes that a text holds, of every system, and the code systems that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answer.numbers import NumberMention
from bot.policy.codeset import icd10cm
from bot.policy.model import CodeSystem

_CODE = re.compile(
    r"(?<![\w.#])\+?([A-Za-z]?\d[\dA-Za-z]{1,6}(?:\.[\dA-Za-z]{1,4}\+?)?)(?![\w]|\.\d)"
)
_CPT = re.compile(r"\d{4}[0-9FTUM]")
_HCPCS = re.compile(r"[A-V]\d{4}")
# First letter and digit of the HCPCS level II codes that CMS has assigned (July 2025 update).
_HCPCS_IN_USE = re.compile(
    r"A[04-9]|B[459]|C[1-9]|E[0-38]|G\d|H[0-2]|J\d|K[01]|L\d|M[01]|P[2379]|Q\d|R0|S\d|T[1-5]|U0|V[25]"
)
_ICD10 = re.compile(r"[A-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?")
_ICD9 = re.compile(r"(?:\d{3}|V\d\d|E\d{3})\.\d{1,2}")
_PCS = re.compile(r"(?=.*\d)(?=.*[A-HJ-NP-Z])[0-9A-HJ-NP-Z]{7}")
_DIAGNOSIS_TALK = re.compile(r"\b(?:dx|icd|diagnos\w*)", re.I)
_FOR = re.compile(r"\b(?:for|with|has|have)\s+$", re.I)
_SYSTEM_TALK: tuple[tuple[str, tuple[CodeSystem, ...]], ...] = (
    (r"\bcpts?\b", ("CPT",)),
    (r"\bhcpcs\b|\bhick\s?picks\b", ("HCPCS",)),
    (r"\bicd[\s-]*10[\s-]*pcs\b|\bpcs\b", ("ICD-10-PCS",)),
    (r"\bicd[\s-]*10(?:[\s-]*cm)?\b(?![\s-]*pcs)", ("ICD-10-CM",)),
    (r"\bicd[\s-]*9\b[\w\s-]*\bproc", ("ICD-9-PROC",)),
    (r"\bicd[\s-]*9\b(?![\w\s-]*\bproc)", ("ICD-9-DX", "ICD-9-PROC")),
    (
        r"\b(?:dx|diagnos[ie]s|diagnostic)\s+codes?\b|\bicds?\b(?![\s-]*\d)",
        ("ICD-10-CM", "ICD-9-DX"),
    ),
    (r"\b(?:procedure|proc|billing)\s+codes?\b", ("CPT", "HCPCS", "ICD-10-PCS", "ICD-9-PROC")),
)
_SYSTEMS = tuple((re.compile(pattern, re.I), systems) for pattern, systems in _SYSTEM_TALK)


@dataclass(frozen=True, slots=True)
class CodeMention:
    """A code in its written form of the code system ("M54.50"), with what the code set says of it.

    `named` is the common name where the provider wrote one instead of the code, `also` what the
    vocabulary calls the same; `negated` says that it is said not to be so ("no lymphedema").
    """

    start: int
    end: int
    system: CodeSystem
    code: str
    valid: bool | None = None
    billable: bool | None = None
    named: str | None = None
    also: tuple[str, ...] = ()
    negated: bool = False


def codes_in(text: str, numbers: Sequence[NumberMention]) -> Iterator[CodeMention]:
    dx_talk = bool(_DIAGNOSIS_TALK.search(text))
    for match in _CODE.finditer(text):
        start, end, written = match.start(1), match.end(1), match[1].rstrip("+")
        if any(n.start < end and start < n.end for n in numbers):
            continue
        meant_for = dx_talk or bool(_FOR.search(text[:start]))
        system_code = _read_code(written, meant_for)
        if system_code:
            system, code = system_code
            yield code_mention(system, code, start, end)


def _read_code(written: str, dx_talk: bool) -> tuple[CodeSystem, str] | None:
    upper = written.upper()
    if _ICD9.fullmatch(upper) and (upper[0].isdigit() or dx_talk):
        return ("ICD-9-DX", upper) if dx_talk or upper[0].isdigit() else None
    if _CPT.fullmatch(upper):
        return "CPT", upper
    if _HCPCS.fullmatch(upper) and not dx_talk and _HCPCS_IN_USE.match(upper):
        # E0781 is a pump, and without its dot a diagnosis too; only the words around it tell.
        return "HCPCS", upper
    if _ICD10.fullmatch(upper):
        entry = icd10cm().lookup(upper)
        # "A1C" or "c5" in a sentence is no code unless it is written as one.
        if entry and ("." in upper or len(upper) > 3 or written.isupper() or dx_talk):
            return "ICD-10-CM", entry.code
        if not entry and _HCPCS.fullmatch(upper):
            return "HCPCS", upper
        return ("ICD-10-CM", upper) if "." in upper or dx_talk else None
    if _PCS.fullmatch(written) and len(written) == 7:
        return "ICD-10-PCS", upper
    return None


def code_mention(
    system: CodeSystem, code: str, start: int = 0, end: int = 0, named: str | None = None
) -> CodeMention:
    """A mention of a code, checked against the code set where there is one for the system."""
    if system != "ICD-10-CM":
        return CodeMention(start, end, system, code, named=named)
    entry = icd10cm().lookup(code)
    return CodeMention(
        start,
        end,
        system,
        entry.code if entry else code,
        valid=entry is not None,
        billable=entry.billable if entry else False,
        named=named,
    )


def systems_in(text: str) -> tuple[CodeSystem, ...]:
    found = [s for pattern, systems in _SYSTEMS if pattern.search(text) for s in systems]
    return tuple(dict.fromkeys(found))
