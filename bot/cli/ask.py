"""`bot ask`: one question through the whole dialog model, without a server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import click

from bot.cli.logs import log_to_stderr
from bot.settings import Settings

LONGEST = 4000


@click.command()
@click.argument("question")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print the messages as JSON, in the shape of the HTTP interface.",
)
def ask(question: str, as_json: bool) -> None:
    """Ask one question and print the reply.

    What is missing is prepared first, as by `bot serve`; the progress of that goes to stderr. The answer
    is not kept.

    \b
    Examples:
      bot ask "is work hardening covered?"
      bot ask "which codes does CAM 80306 list?" --json
    """
    if not question.strip() or len(question) > LONGEST:
        raise click.UsageError(f"a question has 1 to {LONGEST:,} characters.")
    log_to_stderr()
    from bot.prepare import prepare
    from bot.redactor import Redactor

    assistant = prepare(Settings.from_environment(), lambda line: click.echo(line, err=True))
    try:
        words = Redactor(assistant.store.policies, assistant.linking)(question)
        turn = asyncio.run(assistant.agent.respond("ask", words))
    finally:
        assistant.close()
    if as_json:
        click.echo(json.dumps({"messages": turn.replies}, ensure_ascii=False, indent=1))
    else:
        click.echo("\n\n".join(_shown(reply) for reply in turn.replies))


def _shown(reply: Mapping[str, Any]) -> str:
    buttons = [f"  [{button['title']}]" for button in reply["buttons"]]
    return "\n".join([reply["text"], *buttons])
