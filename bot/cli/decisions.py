"""`bot decisions`: the record of what was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.cli import sheets
from bot.cli.opened import opened, print_json

if TYPE_CHECKING:
    from bot.store.verification import Verdict

_MOST_FAULTS = 50


@click.group()
def decisions() -> None:
    """Look up what was answered, and verify that the record is as it was given.

    \b
    Example:
      bot decisions show D-7F3K-92QM
      bot decisions verify
    """


@decisions.command()
@click.argument("decision", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(decision: str, as_json: bool) -> None:
    """Show an answer as it was given: the turn, policy version, model and time.

    \b
    Example:
      bot decisions show D-7F3K-92QM --json
    """
    with opened() as store:
        found = store.decisions.get(decision)
        turn = store.decisions.turn(found)
    if as_json:
        said = [{"sender": one.sender, "text": one.text} for one in turn]
        print_json(sheets.decision_json(found) | {"turn": said})
    else:
        click.echo("\n".join(sheets.decision(found, turn)))


@decisions.command()
@click.option("--head", help="A head that was noted earlier: the chain must still hold it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(head: str | None, as_json: bool) -> int:
    """Find any change, removal or insertion in the record of decisions.

    What was not sealed yet is sealed when all is in order. The head stands for the whole chain: note it
    elsewhere, and give it back later with --head to prove that nothing before it was written anew.
    Exit code 0 when the record is as it was given, 1 when not.

    \b
    Example:
      bot decisions verify
    """
    from bot.store.verification import verify as verified

    with opened() as store:
        verdict = verified(store.database, head)
        newly_sealed = 0 if verdict.faults else store.chain.seal()
        last = store.chain.head()
    now_head = None if last is None else last.digest
    if as_json:
        print_json(sheets.verdict_json(verdict, newly_sealed, now_head))
    else:
        _say(verdict, newly_sealed, now_head)
    return 1 if verdict.faults else 0


def _say(verdict: Verdict, newly_sealed: int, head: str | None) -> None:
    for fault in verdict.faults[:_MOST_FAULTS]:
        click.echo(fault, err=True)
    if len(verdict.faults) > _MOST_FAULTS:
        click.echo(
            f"... and {len(verdict.faults) - _MOST_FAULTS} more; --json lists all.", err=True
        )
    click.echo("\n".join(sheets.verdict(verdict, newly_sealed, head)))
