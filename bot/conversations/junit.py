"""Results in the XML that build servers read: a suite for each file, a test case for each conversation.

One that is known to be missed, and was missed with care, is a skipped one there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from xml.etree import ElementTree

from bot.conversations import report
from bot.conversations.runner import Result

# XML 1.0 can say these in no way.
_UNSAID = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_xml(results: Sequence[Result]) -> str:
    root = ElementTree.Element("testsuites", _counts(results))
    for source, found in groupby(results, key=lambda result: result.case.source):
        held = list(found)
        suite = ElementTree.SubElement(root, "testsuite", {"name": source, **_counts(held)})
        for result in held:
            case = result.case
            place = {"file": case.source, "line": str(case.line)}
            item = ElementTree.SubElement(
                suite, "testcase", {"classname": source, "name": case.name, **place}
            )
            if not result.passed:
                first = result.faults[0]
                said = f"expected {first.what}: {first.expected}, but came: {first.came}"
                state = "skipped" if result.accepted else "failure"
                detail = ElementTree.SubElement(item, state, {"message": _clean(said)})
                detail.text = _clean(report.failure(result))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _counts(results: Sequence[Result]) -> dict[str, str]:
    failed = sum(not result.accepted for result in results)
    missed = sum(result.accepted and not result.passed for result in results)
    counts = {"tests": len(results), "failures": failed, "skipped": missed, "errors": 0}
    return {name: str(count) for name, count in counts.items()}


def _clean(text: str) -> str:
    return _UNSAID.sub("�", text)
