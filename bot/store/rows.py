"""A policy as rows of the tables, and back."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any, Final

from bot.policy import wire
from bot.policy.model import Code, Policy
from bot.policy.number import key
from bot.store.codekeys import keys
from bot.store.succession import Kept
from bot.store.tables import versions

KEPT_COLUMNS: Final = (
    versions.c.pk,
    versions.c.digest,
    versions.c.lines,
    versions.c.effective_from,
    versions.c.effective_to,
    versions.c.on_file_from,
    versions.c.on_file_to,
    versions.c.id,
    versions.c.retired,
)


def version_row(policy: Policy, text: str) -> dict[str, Any]:
    """The columns of a version that follow from the document and from what the import states."""
    read = wire.to_json(policy)
    subjects = dict.fromkeys(s.subject for s in policy.statements if s.subject)
    return {
        "key": key(policy.number),
        "number": policy.number,
        "title": policy.title,
        "subjects": to_text(list(subjects)),
        "lines": "|".join(
            sorted({" ".join(line.lower().split()) for line in policy.lines_of_business})
        ),
        "digest": _digest(text, read),
        "effective_from": policy.effective_from,
        "effective_to": policy.effective_to,
        "retired": False,
    }


def document_row(version: int, policy: Policy, text: str) -> dict[str, Any]:
    return {"version": version, "text": text, "policy": to_text(wire.to_json(policy))}


def code_rows(version: int, policy: Policy) -> list[dict[str, Any]]:
    return [
        {
            "version": version,
            "seq": seq,
            "system": code.system,
            "row": to_text(wire.code_to_json(code)),
            **keys(code.code, code.code_end)._asdict(),
        }
        for seq, code in enumerate(policy.codes)
        if code.code
    ]


def to_code(row: str) -> Code:
    return wire.code_from_json(json.loads(row))


def to_policy(text: str) -> Policy:
    return wire.from_json(json.loads(text))


def to_kept(row: Any) -> Kept:
    """From a row of `KEPT_COLUMNS`."""
    kept = {column.name: row._mapping[column] for column in KEPT_COLUMNS}
    return Kept(**{**kept, "lines": frozenset(row.lines.split("|")) - {""}})


def free_name(number: str, digest: str, taken: Iterable[str]) -> str:
    """A name for a version that tells what it is of and what is in it: `cam-80306-1f0c9a3b5d7e`.

    What was on file before and came back gets a number behind it.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", number.lower()).strip("-")
    name = f"{slug}-{digest[:12]}"
    again = sum(other == name or other.startswith(f"{name}-") for other in taken)
    return f"{name}-{again + 1}" if again else name


def to_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _digest(text: str, read: dict[str, Any]) -> str:
    # Warnings are about the reading, not of the policy; anything else that is read differently makes a
    # new version, because answers rest on it.
    facts = {name: value for name, value in read.items() if name != "warnings"}
    return hashlib.sha256(f"{text}\0{json.dumps(facts, sort_keys=True)}".encode()).hexdigest()
