"""The files to deploy by, as far as they can be held to the software without Docker or a cluster."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import bot
from bot.web.api import Gateway

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "deploy").rglob("*.yml"))


def documents(path: Path) -> list[Any]:
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def containers(found: Any) -> Iterator[dict[str, Any]]:
    if isinstance(found, dict):
        for key, value in found.items():
            if key == "containers":
                yield from value
            elif key == "services" and isinstance(value, dict):
                yield value["bot"]
            else:
                yield from containers(value)


OURS = [one for path in FILES for found in documents(path) for one in containers(found)]


@pytest.mark.parametrize("container", OURS)
def test_a_container_runs_a_command_that_there_is(container: dict[str, Any]) -> None:
    words = list(container.get("args") or container["command"])
    command: Any = bot
    while words and hasattr(command, "get_command"):
        command = command.get_command(None, words.pop(0))
    command.make_parser(command.make_context("bot", [], resilient_parsing=True)).parse_args(words)


def test_each_probe_is_an_address_that_there_is() -> None:
    known = {route.path for route in Gateway(None).routes()}
    asked = set(re.findall(r"path: (/\w+)$", "\n".join(map(Path.read_text, FILES)), re.M))
    assert asked == {"/readyz", "/healthz"}
    assert asked <= known


def test_each_setting_is_one_that_is_documented() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    texts = [path.read_text(encoding="utf-8") for path in [*FILES, ROOT / "deploy" / "Dockerfile"]]
    named = set(re.findall(r"\bBOT_[A-Z_]+", "\n".join(texts)))
    assert named
    for setting in named:
        assert f"`{setting}`" in readme
