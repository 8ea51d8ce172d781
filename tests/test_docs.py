"""Holds the documents that people read to the code: commands, files, settings, addresses, examples."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click
import pytest

from bot.cli import bot, run
from bot.conversations.format import parse
from bot.web.api import Gateway

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    [*ROOT.glob("*.md")]
    + [path for room in ("data", "docs", "models", "tests") for path in (ROOT / room).rglob("*.md")]
)
README = (ROOT / "README.md").read_text(encoding="utf-8")
INTERFACE = (ROOT / "docs/http.md").read_text(encoding="utf-8")
TARGETS = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)

# What is written as code: in backquotes, fenced, or indented by four blanks.
CODE = re.compile(r"^```(\w*)\n(.*?)^```|^ {4}(\S.*)$|`([^`\n]+)`", re.M | re.S)
OURS = re.compile(
    r"(?:actions|benchmarks|bot|data|docs|models|scripts|tests|\.ci)/[\w./*-]*|\w+\.yml"
)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def code(text: str) -> Iterator[str]:
    """The lines of code of a document, without the comments behind them."""
    for found in CODE.finditer(text):
        for line in (found[2] or found[3] or found[4]).splitlines():
            yield re.split(r"\s+# ", line)[0].strip().removeprefix("$ ")


def commands(document: Path) -> Iterator[list[str]]:
    for line in code(document.read_text(encoding="utf-8")):
        if re.match(r"(?:\.venv/bin/)?bot \w", line):
            yield shlex.split(line)[1:]


def understood(words: list[str]) -> None:
    """Raises what click raises for a command, option or number of arguments that there is not."""
    command: click.Command = bot
    context = click.Context(bot)
    while isinstance(command, click.Group) and words:
        found = command.get_command(context, words[0])
        assert found is not None, f"there is no command {words[0]}"
        command, words = found, words[1:]
        context = click.Context(command, parent=context)
    if not words:  # the command is only named
        return
    values, rest, _ = command.make_parser(context).parse_args(list(words))
    assert not rest, f"{rest} is too much"
    missing = [p.name for p in command.params if p.required and not values.get(p.name or "")]
    assert not missing or "help" in values, f"{missing} missing"


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(words, id=f"{name(document)}: {' '.join(words)}")
        for document in DOCUMENTS
        for words in commands(document)
    ],
)
def test_each_command_shown_is_one(words: list[str]) -> None:
    understood(words)


@pytest.mark.parametrize(
    "words", [["srve"], ["serve", "--prt", "9"], ["policies", "diff", "1", "2"]]
)
def test_a_command_that_is_none_would_be_found(words: list[str]) -> None:
    with pytest.raises((AssertionError, click.UsageError)):
        understood(words)


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_each_target_of_make_exists(document: Path) -> None:
    named = [line.split()[1] for line in code(document.read_text("utf-8")) if line[:5] == "make "]
    assert set(named) <= set(TARGETS)


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_each_file_and_link_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", text)
    gone = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    for line in code(text):
        for word in line.split():
            if OURS.fullmatch(word):
                places = (
                    ROOT,
                    document.parent,
                    ROOT / "bot" / "policy" / "rules",
                    ROOT / "data/nlu",
                )
                gone += [] if any(any(place.glob(word)) for place in places) else [word]
    assert not gone


def test_the_settings_are_those_that_the_code_reads() -> None:
    read = {
        node.value
        for room in ("bot", "actions")
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"BOT_[A-Z_]+", node.value)
    }
    assert read
    assert set(re.findall(r"^\| `(BOT_[A-Z_]+)`", README, re.M)) == read
    for document in DOCUMENTS:
        assert set(re.findall(r"\bBOT_[A-Z_]+", document.read_text(encoding="utf-8"))) <= read


def test_the_addresses_are_those_of_the_gateway() -> None:
    def plain(path: str) -> str:
        return re.sub(r"\{\w+\}|\b[A-Z]{2,}\b", "X", path)

    routes = {
        (method, plain(route.path))
        for route in Gateway(None).routes()
        for method in (route.methods or set()) - {"HEAD"}
    }
    table = "".join(re.findall(r"^\| `[A-Z]+ /.*", INTERFACE, re.M))
    written = {(m, plain(path)) for m, path in re.findall(r"`([A-Z]+) (/[^`]*)`", table)}
    assert written - {("GET", "/metrics")} == routes
    shown = re.findall(r"(?:localhost:8000|GET )(/[\w/{}]*)", README)
    assert {plain(path) for path in shown} <= {path for _, path in routes} | {"/panel"}


def test_the_conversation_shown_is_a_test() -> None:
    (example,) = re.findall(r"^```yaml\n(.*?)^```", README, re.M | re.S)
    (case,) = parse(example, "README.md")
    assert len(case.turns) == 2


def test_what_the_commands_print_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("BOT_HOME", str(tmp_path))
    monkeypatch.delenv("BOT_DATABASE_URL", raising=False)
    (console,) = re.findall(r"^```console\n(.*?)^```", README, re.M | re.S)
    for shown in console.split("$ bot ")[1:]:
        line, _, output = shown.partition("\n")
        assert run(partial(bot.main, shlex.split(line), standalone_mode=False)) == 0
        # An ellipsis stands for what was left out.
        pattern = ".*?".join(re.escape(piece) for piece in output.split("…"))
        assert re.fullmatch(pattern, capsys.readouterr().out, re.S), line
