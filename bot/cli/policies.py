"""`bot policies`: reading documents into the store, and looking up what is there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from bot.cli import sheets
from bot.cli.arguments import Day, StatedDate
from bot.cli.opened import opened, print_json
from bot.errors import ModelMissing, NotOnFile

if TYPE_CHECKING:
    from bot.store import Store
    from bot.store.importing import Stated

_Item = TypeVar("_Item")

_MANY = 100
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def policies() -> None:
    """Read policies into the store, and look them up there.

    NUMBER may be written in any shape: "CAM 80306", cam80306, "CAM # 80306", 80306.

    \b
    Example:
      bot policies import data/policies
      bot policies show 80306
    """


@policies.command("import")
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="PATH...",
)
@click.option("--dry-run", is_flag=True, help="Read only, and print what was read.")
@_JSON
@click.option("--effective-from", type=StatedDate(), help="Where the document does not state it.")
@click.option("--effective-to", type=StatedDate(), help="Where the document does not state it.")
@click.option("--line-of-business", multiple=True, help="Where the document does not state it.")
@click.option("--source-url", help="Where the document was taken from.")
def import_(
    paths: tuple[Path, ...],
    dry_run: bool,
    as_json: bool,
    effective_from: str | None,
    effective_to: str | None,
    line_of_business: tuple[str, ...],
    source_url: str | None,
) -> int:
    """Read documents, or folders of them, into the store.

    Reads .txt, .html, .pdf and .docx. What can be read goes in, all of it together at the end; what cannot
    is refused with the reason. A folder named demo inside of another is left out unless it is named.
    Exit code 0 when all were taken, 1 when any was refused.

    \b
    Example:
      bot policies import data/policies
      bot policies import new.pdf --line-of-business commercial --effective-from 2025-07-01
    """
    from bot.store.importing import Stated, documents

    if effective_from and effective_to and effective_to < effective_from:
        raise click.UsageError("--effective-to is before --effective-from.")
    stated = Stated(effective_from, effective_to, line_of_business, source_url)
    files = documents(paths)
    if not files:
        raise NotOnFile(f"No documents are in {', '.join(map(str, paths))}.")
    return (_read_only if dry_run else _import)(files, stated, as_json)


def _import(files: Sequence[Path], stated: Stated, as_json: bool) -> int:
    from bot.cli import import_report
    from bot.store.importing import Refused, import_documents

    with opened() as store:
        report = import_documents(
            store.policies.filing(), files, stated, _progress("Reading {} documents")
        )
        _describe(store)
    refused = [one for one in report if isinstance(one, Refused)]
    for one in refused:
        click.echo(f"refused    {one.path}: {one.reason}", err=True)
    if as_json:
        print_json([import_report.to_json(one) for one in report])
    else:
        click.echo("\n".join(import_report.lines(report)))
    return 1 if refused else 0


def _describe(store: Store) -> None:
    """Makes what came on file ready to be found by description, too."""
    from bot.assembly import described_policies
    from bot.settings import Settings

    try:
        described_policies(Settings.from_environment(), store).complete(
            _progress("Describing {} policies")
        )
    except ModelMissing as error:
        click.echo(f"warning: No policy is found by description. {error}", err=True)


def _read_only(files: Sequence[Path], stated: Stated, as_json: bool) -> int:
    from bot.policy.parser import placed
    from bot.policy.wire import to_json
    from bot.store.importing import Document, Refused, read_document

    read = [read_document(path, stated) for path in _progress("Reading {} documents")(files)]
    refused = [one for one in read if isinstance(one, Refused)]
    for one in refused:
        click.echo(f"refused    {one.path}: {one.reason}", err=True)
    taken = [one for one in read if isinstance(one, Document)]
    if as_json:
        print_json([to_json(one.policy) for one in taken])
    else:
        for document in taken:
            click.echo(
                f"{document.path}, {placed(document.policy, document.text):.0%} in known sections:\n"
            )
            click.echo("\n".join(sheets.policy(document.policy)))
            click.echo("\n".join([*sheets.warnings(document.policy.warnings), ""]))
    return 1 if refused else 0


def _progress(label: str) -> Callable[[Sequence[_Item]], Iterator[_Item]]:
    def shown(items: Sequence[_Item]) -> Iterator[_Item]:
        # Where nobody watches, the label alone is printed, and for a few nothing.
        hidden = not items or (not sys.stderr.isatty() and len(items) < _MANY)
        told = label.format(len(items))
        with click.progressbar(items, label=told, file=sys.stderr, hidden=hidden) as bar:
            yield from bar

    return shown


@policies.command("list")
@_JSON
def list_(as_json: bool) -> None:
    """List the policies on file, the retired ones too.

    \b
    Example:
      bot policies list
    """
    with opened() as store:
        found = store.policies.listed()
    if as_json:
        print_json([sheets.summary_json(one) for one in found])
    elif found:
        click.echo("\n".join(sheets.summaries(found)))
    else:
        click.echo("No policy is on file: bot policies import PATH.", err=True)


@policies.command()
@click.argument("number")
@click.option("--as-of", type=Day(), help="The version that held on a day, such as 2025-01-31.")
@_JSON
def show(number: str, as_of: date | None, as_json: bool) -> None:
    """Show a policy as it was read: the current version, or that of a day.

    \b
    Example:
      bot policies show "CAM 80306" --as-of 2025-01-31
    """
    with opened() as store:
        number = store.policies.number(number)
        editions = list(store.policies.editions(number, as_of))
        last = store.policies.version(number)
    if not editions and as_of is None and last is not None:
        editions = [last]
    if not editions:
        raise NotOnFile(f"No version of {number} that held on {as_of} is on file.")
    if as_json:
        first, *others = [sheets.version_json(version) for version in editions]
        print_json({**first, "other_editions": others} if others else first)
    else:
        click.echo("\n\n".join("\n".join(sheets.version(version)) for version in editions))


@policies.command()
@click.argument("number")
@click.option("--from", "before", help="The id of the older version; the one before by default.")
@click.option("--to", "after", help="The id of the newer version; the latest by default.")
@_JSON
def diff(number: str, before: str | None, after: str | None, as_json: bool) -> None:
    """Show what changed between two versions of a policy.

    \b
    Example:
      bot policies diff 80306
    """
    from bot.store.changes import changes

    with opened() as store:
        number = store.policies.number(number)
        old, new = store.policies.two_versions(number, before, after)
    found = changes(old.policy, new.policy)
    if as_json:
        print_json(sheets.changes_json(number, old, new, found))
    else:
        click.echo("\n".join(sheets.changes(number, old, new, found)))


@policies.command()
@click.argument("number")
def retire(number: str) -> None:
    """Take a policy off file; its versions stay, for questions about the past.

    \b
    Example:
      bot policies retire "CAM 80306"
    """
    with opened() as store:
        click.echo(f"{store.policies.retire(number)} is retired.")


@policies.command()
@click.argument("number")
def restore(number: str) -> None:
    """Put the last version of a retired policy on file again.

    \b
    Example:
      bot policies restore "CAM 80306"
    """
    with opened() as store:
        click.echo(f"{store.policies.restore(number)} is on file again.")


@policies.command()
@click.argument("number")
@click.option("--version", "version_id", help="Only what was answered from this version.")
@_JSON
def received(number: str, version_id: str | None, as_json: bool) -> None:
    """List who received answers from a policy, for a recall when a version proved wrong.

    \b
    Example:
      bot policies received 80306 --version cam-80306-1f0c9a3b5d7e
    """
    with opened() as store:
        number = store.policies.number(number)
        found = store.decisions.received(number, version_id)
    if as_json:
        print_json([sheets.decision_json(one) for one in found])
    elif found:
        click.echo("\n".join(sheets.decisions(found)))
    else:
        click.echo(f"No answer was given from {version_id or number}.")


@policies.command()
@click.argument("words", nargs=-1, required=True)
@_JSON
def search(words: tuple[str, ...], as_json: bool) -> None:
    """Find policies by number, code, title, vocabulary, description or words of the text.

    The best comes first, and each with the reason why it was found.

    \b
    Example:
      bot policies search E0650
      bot policies search "the thing that shocks the bladder nerve"
    """
    from bot.assembly import open_linking
    from bot.settings import Settings
    from bot.store.finding import equal, find

    settings = Settings.from_environment()
    with opened() as store:
        linker = open_linking(settings, store)()
        found = find(store.policies, linker, " ".join(words), date.today())
    if as_json:
        print_json([sheets.hit_json(one) for one in found])
    elif found:
        click.echo("\n".join(sheets.hits(found)))
        if (alike := equal(found)) > 1:
            click.echo(f"The first {alike} fit equally well: say more to tell them apart.")
    else:
        click.echo("No policy on file fits.")
