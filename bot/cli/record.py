"""`bot test record`: a conversation that took place, written as a test."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.opened import opened


@click.command()
@click.argument("conversation_id")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write it into this file instead of printing it.",
)
@click.option("--name", help="What the test is called.")
def record(conversation_id: str, output: Path | None, name: str | None) -> None:
    """Write a conversation of the store as a test of its own.

    Its texts are as they were kept: redacted. What the assistant answered then is expected from now on, so
    read it before it is filed.

    \b
    Example:
      bot test record 3f0c9a52-7d1e-4a53-9c35-0b6f7f0c2f11 -o tests/conversations/new.yml
    """
    from bot.conversations.past import conversation
    from bot.conversations.recording import to_yaml

    with opened() as store:
        past = conversation(store, conversation_id)
    text = to_yaml(past, name or past.turns[0].words[:80])
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"{len(past.turns)} turns written to {output}.")
