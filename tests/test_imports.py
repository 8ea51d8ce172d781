"""Who may import whom, read from the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# What each room may import of ours; rooms that are not named stand outside and are imported by none of these.
MAY: dict[str, set[str]] = {
    "bot.policy": {"bot.policy", "bot.errors"},
    "bot.answer": {"bot.answer", "bot.policy", "bot.errors"},
    "bot.privacy": {"bot.privacy", "bot.errors"},
    "bot.store": {"bot.store", "bot.answer", "bot.policy", "bot.errors"},
    "bot.dialog": {
        "bot.dialog",
        "bot.answer",
        "bot.policy",
        "bot.errors",
        "bot.settings",
        "actions",
    },
    "actions": {"actions", "bot.answer", "bot.assembly", "bot.settings", "bot.errors"},
}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return names


def within(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


@pytest.mark.parametrize("room", MAY)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    files = sorted((ROOT / room.replace(".", "/")).rglob("*.py"))
    assert files
    wrong = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in files
        for module in imported(path)
        if module.split(".")[0] in ("bot", "actions")
        and not any(within(module, r) for r in MAY[room])
    }
    assert not wrong


@pytest.mark.parametrize(
    "room", ["bot.policy", "bot.answer", "bot.privacy", "bot.store", "actions"]
)
def test_only_the_dialog_imports_rasa(room: str) -> None:
    wrong = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in (ROOT / room.replace(".", "/")).rglob("*.py")
        for module in imported(path)
        if within(module, "rasa") or within(module, "starlette") or within(module, "tensorflow")
    }
    assert not wrong


def test_the_answer_room_loads_no_engine_and_no_web_framework() -> None:
    heavy = ("rasa", "tensorflow", "starlette", "uvicorn", "sanic", "sqlalchemy", "onnxruntime")
    code = f"import sys, bot.answer.desk; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
