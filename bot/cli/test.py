"""`bot test`: plays conversation regression tests and reports what did not hold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import click

from bot.conversations import report
from bot.conversations.case import Case, Store
from bot.conversations.mutate import Outcome, to_json, to_text, variants
from bot.conversations.runner import Result
from bot.conversations.stores import Play, players, policies_of
from bot.conversations.suite import collect, select
from bot.errors import BadCase

_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


class _Test(click.Command):
    """Takes `record` for a command of its own; a folder of that name is `./record`."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        if args[:1] == ["record"]:
            from bot.cli.record import record

            return record.make_context(f"{info_name} record", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@click.command(cls=_Test)
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="PATH...",
)
@click.option("-k", "words", default="", help="Only those with these words in their name or file.")
@click.option("--tags", default="", help="Only those with one of these tags, comma-separated.")
@click.option(
    "-n",
    "workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes; each loads the model for itself.",
)
@click.option("--url", help="Play them on a running server instead of starting the assistant here.")
@click.option(
    "--store",
    type=click.Choice(get_args(Store)),
    help="Only those for the real policies (default) or for the demo payer's; with --url, the default.",
)
@click.option("--json", "as_json", is_flag=True, help="Print every conversation as a JSON array.")
@click.option("--junit", type=_FILE, help="Write the results as XML for build servers.")
@click.option("--html", type=_FILE, help="Write a page to look at.")
@click.option("--coverage", is_flag=True, help="Report what was exercised and what never was.")
@click.option("--coverage-html", type=_FILE, help="The same as a page.")
@click.option("--coverage-json", type=_FILE, help="The same for programs.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    help="Fail where less than this percentage was exercised on average.",
)
@click.option(
    "--mutate",
    type=click.IntRange(1, 1000),
    metavar="N",
    help="Play N variants of each conversation as well, which must come out the same.",
)
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    help="Of the variants: the same seed, the same variants.",
)
def test(
    paths: tuple[Path, ...],
    words: str,
    tags: str,
    workers: int,
    url: str | None,
    store: Store | None,
    as_json: bool,
    junit: Path | None,
    html: Path | None,
    coverage: bool,
    coverage_html: Path | None,
    coverage_json: Path | None,
    fail_under: float | None,
    mutate: int | None,
    seed: int,
) -> int:
    """Play the conversations of files and folders, and report what did not hold.

    A .yml file holds conversations, a .tsv file questions. Each reply is held to what the file expects
    of it, and to what must always hold: that all it says stands in the policy it names. Exit code 0 when
    all held, 1 when something did not, 2 for wrong usage. `bot test record` writes a conversation that
    took place as a test.

    \b
    Examples:
      bot test tests/conversations
      bot test tests/questions/cam_80306.tsv -k prior
      bot test tests/conversations --html results.html --junit results.xml
      bot test tests/conversations --coverage --fail-under 60
      bot test tests/conversations/happy_path.yml --mutate 20 --seed 7
      bot test tests/conversations --url http://127.0.0.1:8000 --store demo
      bot test record 3f0c9a52-7d1e-4a53-9c35-0b6f7f0c2f11 -o tests/conversations/new.yml
    """
    measured = coverage or coverage_html or coverage_json or fail_under is not None
    if url and measured:
        raise click.UsageError(
            "what is exercised is measured here, not on a server: leave out --url."
        )
    chosen = select(collect(paths), words, [tag for tag in tags.split(",") if tag])
    if store:
        chosen = tuple(case for case in chosen if case.store == store)
    if url:
        chosen = _for_server(chosen, store or "default")
    if not chosen:
        raise BadCase("No conversation fits this choice: look at -k, --tags and --store.")
    with players(url, workers) as play:
        results = [_told(result, as_json) for result in play(chosen)]
        if not as_json:
            click.echo(report.summary(results))
        _write(results, junit, html)
        outcomes = _mutated(results, mutate, seed, play) if mutate else []
    if as_json:
        found = [report.to_json(result) for result in results] + [to_json(o) for o in outcomes]
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    elif mutate:
        click.echo(to_text(outcomes, seed))
    code = int(not all(result.accepted for result in results))
    code |= int(not all(outcome.result.careful for outcome in outcomes))
    if measured:
        code |= _covered(results, chosen, as_json, coverage_html, coverage_json, fail_under)
    return code


def _for_server(cases: Sequence[Case], store: Store) -> tuple[Case, ...]:
    """Those that can be played on a server, which has one store, and whose day is today."""
    fitting = [case for case in cases if case.store == store]
    kept = tuple(case for case in fitting if not case.staged)
    for left, why in (
        (len(cases) - len(fitting), "they are for the other store (--store)"),
        (len(fitting) - len(kept), "they change the date or what is on file"),
    ):
        if left:
            click.echo(f"{left} left out: {why}.", err=True)
    return kept


def _told(result: Result, as_json: bool) -> Result:
    """Failures are printed as they come: a long run shows at once that it goes wrong."""
    if not (as_json or result.accepted):
        click.echo(report.failure(result) + "\n")
    return result


def _write(results: Sequence[Result], junit: Path | None, html: Path | None) -> None:
    if junit:
        from bot.conversations.junit import to_xml

        junit.write_text(to_xml(results), encoding="utf-8")
    if html:
        from bot.conversations.page import results_page

        html.write_text(results_page(results), encoding="utf-8")


def _covered(
    results: Sequence[Result],
    cases: Sequence[Case],
    quiet: bool,
    html: Path | None,
    as_json: Path | None,
    least: float | None,
) -> int:
    from bot.conversations import coverage
    from bot.conversations.page import render

    areas = coverage.measure(results, policies_of(cases))
    share = coverage.whole(areas)
    if not quiet:
        click.echo(coverage.to_text(areas))
    if html:
        html.write_text(render("coverage", areas=areas, share=share), encoding="utf-8")
    if as_json:
        as_json.write_text(
            json.dumps(coverage.to_json(areas), ensure_ascii=False, indent=1), encoding="utf-8"
        )
    if least is not None and share < least:
        click.echo(f"{share:.1f} % exercised, less than {least:g} %.", err=True)
        return 1
    return 0


def _mutated(results: Sequence[Result], number: int, seed: int, play: Play) -> list[Outcome]:
    """Only of what holds as it is written: a variant of what fails would say nothing."""
    made = [v for result in results if result.passed for v in variants(result.case, number, seed)]
    played = play([variant.case for variant in made])
    return [Outcome(variant, result) for variant, result in zip(made, played, strict=True)]
