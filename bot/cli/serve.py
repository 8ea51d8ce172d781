"""`bot serve`: prepares what is missing, starts everything and prints the addresses."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import click

from bot.answer import payer
from bot.cli.logs import log_to_stderr
from bot.policy import wire
from bot.settings import Settings
from bot.store.accounts import LINK_LASTS
from bot.web.api import Gateway
from bot.web.entrance import Limits, Service
from bot.web.logs import log_as_json
from bot.web.reception import Reception
from bot.web.server import Server, address, interruptible, listen
from bot.web.settings import WebSettings
from bot.web.staff.entrance import StaffEntrance
from bot.web.staff.secret import secret
from bot.web.staff.settings import StaffSettings
from bot.web.turns import Turns


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port to listen on; 0 takes a free one.",
)
@click.option("--demo", is_flag=True, help="A store of its own, with fictional policies and lists.")
def serve(host: str, port: int, demo: bool) -> None:
    """Start the assistant and print its addresses.

    The first start prepares the database, reads data/policies and trains the dialog model, which takes
    a few minutes; later ones only load it. Ctrl-C ends it when the turns in flight are answered.

    \b
    Example:
      bot serve --port 9000
    """
    log_to_stderr()
    log_as_json()
    settings = Settings.from_environment()
    staff_settings = StaffSettings.from_environment()
    gateway = Gateway(Limits() if settings.rate_limit else None, WebSettings.from_environment())
    listener = listen(host, port)
    where = address(*listener.getsockname()[:2])
    server = Server(gateway, listener)
    with interruptible():
        try:
            server.start()
            _serve(settings, staff_settings, gateway, server, where, demo)
        except KeyboardInterrupt:
            click.echo("\nStopping ...")
        finally:
            server.stop()
    click.echo("Stopped.")


def _first_link(staff: StaffEntrance, where: str) -> str | None:
    """What to say while nobody has an account here, nor at an identity provider."""
    token = None if staff.openid else staff.store.accounts.first_link()
    if token is None:
        return None
    hours = LINK_LASTS // timedelta(hours=1)
    return (
        "Nobody can sign in to the side panel yet. This link makes the first account, an admin's; it works once,\n"
        f"within {hours} hours:\n\n  {where}/sign-in/link/{token}\n"
    )


def _serve(
    settings: Settings,
    staff_settings: StaffSettings,
    gateway: Gateway,
    server: Server,
    where: str,
    demo: bool,
) -> None:
    from bot.prepare import demo_settings, prepare
    from bot.privacy import redact

    started = time.monotonic()
    click.echo(f"Starting on {where} ...")
    settings = demo_settings(settings) if demo else settings
    assistant = prepare(settings, click.echo, demo)
    reception = Reception.of(payer.load(settings.payer).contact("person"))
    if reception.contact.hours and reception.hours is None:
        click.echo(
            f"The hours of the desk `person` ({reception.contact.source}) are told as they are written, but not"
            " understood: it counts as always open."
        )

    def policy(version: str) -> Mapping[str, Any]:
        found = assistant.store.policies.by_id(version)
        return wire.to_json(found.policy) | {"text": found.text}

    staff = StaffEntrance(assistant.store, secret(settings.home), staff_settings)
    turns = Turns(
        assistant.store.conversations,
        assistant.agent,
        lambda text: redact(text).text,
        assistant.model_id,
        reception.is_open,
    )
    gateway.service = Service(
        turns, policy, assistant.store.handovers, assistant.store.feedback, reception, staff
    )
    click.echo(
        f"Ready after {time.monotonic() - started:.0f} s.\n\n"
        f"  Chat widget   {where}/\n"
        f"  Side panel    {where}/panel\n"
        f"  Interface     {where}/api/v1\n"
    )
    if first := _first_link(staff, gateway.settings.public_url or where):
        click.echo(first)
    click.echo("Press Ctrl-C to stop.")
    keeper = assistant.store.keeper(settings.retention)
    keeper.start()
    try:
        server.wait()
    finally:
        server.stop()
        keeper.stop()
        assistant.close()
