"""`bot users`: who may sign in to the side panel, and in which role."""

from __future__ import annotations

import getpass
import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import click

from bot.cli.opened import opened, print_json

if TYPE_CHECKING:
    from bot.store import Store
    from bot.store.accounts import Account
    from bot.store.audit import Actor

_ROLES: Final = click.Choice(["agent", "supervisor", "policy_editor", "admin", "auditor"])
# Where `bot serve` listens when nothing else is said.
_USUAL: Final = "http://127.0.0.1:8000"


@click.group()
def users() -> None:
    """Say who may sign in to the side panel, and as what.

    Roles: an agent answers calls and chats; a supervisor also pins notices and looks after the others; a
    policy_editor keeps the policies; an admin may do all of it; an auditor reads everything and changes
    nothing.

    \b
    Example:
      bot users add dana --role agent
      bot users list
    """


@users.command()
@click.argument("name")
@click.option("--role", required=True, type=_ROLES, help="What they may do.")
@click.option(
    "--link", is_flag=True, help="Print a one-time link instead of asking for a password."
)
def add(name: str, role: str, link: bool) -> None:
    """Add an account, with a password typed here or chosen by its owner at a one-time link.

    \b
    Example:
      bot users add dana --role agent --link
    """
    from bot.store.accounts import Role

    # Asked before anything is opened: nobody should hold the database while they think.
    password = None if link else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with opened() as store:
        account = store.accounts.add(name, Role(role), password, _actor())
        click.echo(f"{account.name} can sign in as {_words(account)}.")
        if link:
            _print_link(store, name)


@users.command()
@click.argument("name")
def link(name: str) -> None:
    """Print a one-time link with which the owner of an account chooses a new password.

    The old password works until then. Links that were printed for the account before end.

    \b
    Example:
      bot users link dana
    """
    with opened() as store:
        _print_link(store, name)


@users.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(as_json: bool) -> None:
    """List all accounts, with their roles and how many sessions they have.

    \b
    Example:
      bot users list --json
    """
    with opened() as store:
        found = store.accounts.all()
    if as_json:
        print_json([_json(account) for account in found])
    elif found:
        wide = max(len(account.name) for account in found)
        click.echo("\n".join(_line(account, wide) for account in found))
    else:
        click.echo("There are no accounts yet: bot users add NAME --role ROLE makes one.")


@users.command()
@click.argument("name")
@click.argument("new_role", metavar="ROLE", type=_ROLES)
def role(name: str, new_role: str) -> None:
    """Give an account another role, from its next click on.

    \b
    Example:
      bot users role dana supervisor
    """
    from bot.store.accounts import Role

    with opened() as store:
        account = store.accounts.change_role(name, Role(new_role), _actor())
    click.echo(f"{account.name} is {_words(account)} now.")


@users.command()
@click.argument("name")
def disable(name: str) -> None:
    """Disable an account and end its sessions. What its owner did stays in the audit log.

    \b
    Example:
      bot users disable dana
    """
    with opened() as store:
        account = store.accounts.disable(name, _actor())
    click.echo(f"{account.name} can no longer sign in, and all sessions have ended.")


@users.command()
@click.argument("name")
def enable(name: str) -> None:
    """Let the owner of a disabled account sign in again.

    \b
    Example:
      bot users enable dana
    """
    with opened() as store:
        account = store.accounts.enable(name, _actor())
    click.echo(f"{account.name} can sign in as {_words(account)} again.")


@users.group()
def sessions() -> None:
    """End the sessions of an account.

    \b
    Example:
      bot users sessions end dana
    """


@sessions.command()
@click.argument("name")
def end(name: str) -> None:
    """End all sessions of an account, at once; its owner may sign in again.

    \b
    Example:
      bot users sessions end dana
    """
    with opened() as store:
        account = store.accounts.called(name)
        ended = store.sessions.end_all(account, _actor())
    click.echo(f"{ended} sessions of {account.name} have ended.")


def _line(account: Account, wide: int) -> str:
    facts = [f"{account.name:<{wide}}", f"{_words(account):<13}", _state(account)]
    if account.sessions:
        facts.append(f"{account.sessions} sessions")
    return "  ".join(facts)


def _state(account: Account) -> str:
    if account.disabled is not None:
        return f"disabled since {account.disabled:%Y-%m-%d}"
    if account.issuer is not None:
        return f"signs in at {account.issuer}"
    return "has a password" if account.has_password else "has not used the link yet"


def _words(account: Account) -> str:
    return account.role.value.replace("_", " ")


def _json(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "name": account.name,
        "role": account.role.value,
        "created": account.created.isoformat(),
        "issuer": account.issuer,
        "has_password": account.has_password,
        "disabled": account.disabled.isoformat() if account.disabled else None,
        "sessions": account.sessions,
    }


def _print_link(store: Store, name: str) -> None:
    from bot.store.accounts import LINK_LASTS
    from bot.web.settings import WebSettings

    public = WebSettings.from_environment().public_url
    token, hours = store.accounts.link(name, _actor()), LINK_LASTS // timedelta(hours=1)
    click.echo(f"This link works once, within {hours} hours:")
    click.echo(f"{public or _USUAL}/sign-in/link/{token}")


def _actor() -> Actor:
    from bot.store.audit import Actor

    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = str(os.getuid())
    return Actor(None, f"{name} at the command line")
