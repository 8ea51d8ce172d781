"""Builds bot/policy/codesets/icd10cm.zip, the ICD-10-CM table that the bot reads.

    .venv/bin/python scripts/build_codeset.py

The codes and their descriptions are the April 2026 release of the National Center for Health Statistics
(CDC/NCHS), which is in the public domain, as the development dependency simple-icd-10-cm carries it.
For another release: lock the package version that carries it, and set EDITION and VALID_FROM.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import simple_icd_10_cm

EDITION = "ICD-10-CM, April 2026 release"
VALID_FROM = "2026-04-01"
SOURCE = "National Center for Health Statistics (CDC/NCHS), public domain"
TARGET = Path(__file__).resolve().parent.parent / "bot/policy/codesets/icd10cm.zip"
# Small blocks keep a look-up cheap; the descriptions of neighbours are alike, so they still pack well.
BLOCK = 256
_CODE = re.compile(r"[A-Z][0-9A-Z]{2}(\.[0-9A-Z]{1,4})?")


def main() -> None:
    codes = sorted(c for c in set(simple_icd_10_cm.get_all_codes()) if _CODE.fullmatch(c))
    plain = [code.replace(".", "") for code in codes]
    for code, bare, following in zip(codes, plain, [*plain[1:], ""], strict=True):
        # The table does not say which codes are billable: it relies on finer codes coming right after.
        if simple_icd_10_cm.is_leaf(code) == following.startswith(bare):
            raise SystemExit(f"{code} is not followed by its finer codes.")
    members = {
        "edition.txt": f"{EDITION}\n{VALID_FROM}\n{SOURCE}\n",
        "codes.txt": "".join(f"{code}\n" for code in plain),
    }
    for start in range(0, len(codes), BLOCK):
        lines = map(simple_icd_10_cm.get_description, codes[start : start + BLOCK])
        members[f"descriptions/{start // BLOCK:03}.txt"] = "".join(f"{line}\n" for line in lines)
    with zipfile.ZipFile(TARGET, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in members.items():
            # A fixed time makes the same release the same file.
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED, 9)
    print(f"{TARGET.name}: {len(codes)} codes, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
