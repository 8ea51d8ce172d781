"""Imports a folder again and again, each time in a process that can be killed: it writes its number, then whether
it was done.

    python importing.py URL FOLDER
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bot.store import open_store
from bot.store.importing import Stated, documents, import_documents


def imported(url: str, folder: Path) -> None:
    store = open_store(url)
    import_documents(store.policies.filing(), documents([folder]), Stated())
    store.close()


def main() -> None:
    url, folder = sys.argv[1:]
    for _ in sys.stdin:
        number = os.fork()
        if not number:
            imported(url, Path(folder))
            os._exit(0)
        print(number, flush=True)
        print("done" if os.waitpid(number, 0)[1] == 0 else "killed", flush=True)


if __name__ == "__main__":
    main()
