"""The command line `bot`. A command's module is imported when it is called: help stays fast."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Final

import click

from bot.errors import BotError

# Each command with the module that holds it, under the command's name, and its line in the help.
COMMANDS: Final = {
    "serve": ("bot.cli.serve", "Start the assistant and print its addresses."),
    "train": ("bot.cli.train", "Train the dialog model that fits the code and the training data."),
    "ask": ("bot.cli.ask", "Ask one question, without a server."),
    "policies": ("bot.cli.policies", "Read policies into the store, and look them up there."),
    "prior-auth": ("bot.cli.prior_auth", "Keep the payer's prior-authorization list."),
    "answers": ("bot.cli.answers", "Keep the answers that the payer has approved."),
    "decisions": ("bot.cli.decisions", "Look up what was answered, and verify the record."),
    "users": ("bot.cli.users", "Say who may sign in to the side panel, and as what."),
    "audit": ("bot.cli.audit", "Show who looked at what, and who did what."),
    "privacy": ("bot.cli.privacy", "Take away what need not be kept any longer."),
    "backup": ("bot.cli.backup", "Write all that is kept into one file, while the server runs."),
    "restore": ("bot.cli.backup", "Put a backup in place."),
    "test": ("bot.cli.test", "Run conversation regression tests."),
    "replay": ("bot.cli.replay", "Send past conversations to a candidate, and show what changed."),
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(COMMANDS[cmd_name][0]), cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bot", prog_name="bot")
def bot() -> None:
    """Answer providers' questions about medical policies, with the policy's own words as proof.

    Settings come from the environment, with the prefix BOT_; BOT_HOME is the folder for all that is
    written.

    \b
    Example:
      bot policies import data/policies
      bot ask "is work hardening covered?"
      bot serve
    """


def main() -> None:
    """The console entry: whatever goes wrong becomes one line on stderr and an exit code.

    0 done; 1 refused; 2 wrong usage; 130 interrupted.
    """
    sys.exit(run(lambda: bot.main(prog_name="bot", standalone_mode=False)))


def run(command: Callable[[], object]) -> int:
    """The exit code of `command`, with its error said on stderr."""
    try:
        result = command()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.ClickException as error:
        path = (
            error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "bot"
        )
        return _say(f"{path}: {_sentence(error.format_message())} See {path} --help.", 2)
    except BotError as error:
        return _say(f"bot: {error}", 1)
    except (click.Abort, KeyboardInterrupt):
        return _say("bot: interrupted.", 130)
    except BrokenPipeError:
        # The reader of a pipe (head) has enough; Python would complain once more when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _say(f"bot: a fault of the program: {_first_line(error)}. {_kept_trace()}", 1)
    return result if isinstance(result, int) else 0


def _say(line: str, code: int) -> int:
    click.echo(line, err=True)
    return code


def _sentence(message: str) -> str:
    line = " ".join(message.split())
    return line if line.endswith((".", "!", "?")) else f"{line}."


def _first_line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300].rstrip(".")


def _kept_trace() -> str:
    from bot.settings import Settings

    try:
        home = Settings.from_environment().home
        home.mkdir(parents=True, exist_ok=True)
        kept = home / "last-fault.txt"
        kept.write_text(traceback.format_exc(), encoding="utf-8")
    except (BotError, OSError):
        return "Please report it."
    return f"Please report it with {_near(kept)}."


def _near(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
