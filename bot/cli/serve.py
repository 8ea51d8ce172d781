"""`bot serve`: prepares what is missing, starts everything and prints the addresses."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import click

from bot.answer import payer
from bot.cli.logs import log_to_stderr
from bot.errors import BadSetting
from bot.policy import wire
from bot.settings import Settings
from bot.store import Store, open_store
from bot.store.accounts import LINK_LASTS
from bot.web import shared
from bot.web.api import Gateway
from bot.web.bell import LocalBell
from bot.web.entrance import Limits, Service
from bot.web.limits import PER_ADDRESS, PER_CONVERSATION, STARTS_PER_ADDRESS
from bot.web.logs import log_as_json
from bot.web.panel.office import pinned_by
from bot.web.reception import Reception
from bot.web.server import Server, address, interruptible, listen
from bot.web.settings import DEMO_EXAMPLES, WebSettings
from bot.web.shared import SharedBell, SharedLimiter
from bot.web.staff.entrance import StaffEntrance
from bot.web.staff.secret import secret
from bot.web.staff.settings import StaffSettings
from bot.web.turns import Turns
from bot.web.workers import Work, Workers


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
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="How many processes answer; more than one need PostgreSQL and Redis.",
)
def serve(host: str, port: int, demo: bool, workers: int) -> None:
    """Start the assistant and print its addresses.

    The first start prepares the database, reads data/policies and trains the dialog model, which takes
    a few minutes; later ones only load it. Ctrl-C ends it when the turns in flight are answered.

    \b
    Example:
      bot serve --port 9000
      bot serve --workers 4
    """
    log_to_stderr()
    log_as_json()
    settings, web_settings = Settings.from_environment(), WebSettings.from_environment()
    staff_settings = StaffSettings.from_environment()
    if demo:
        web_settings = replace(web_settings, examples=DEMO_EXAMPLES)
    if workers > 1:
        hold_several(settings, demo)
    redis = shared.connect(settings.redis_url) if settings.redis_url else None
    listener = listen(host, port)
    where = address(*listener.getsockname()[:2])
    # While several workers load, this process says that they do.
    gateway = Gateway(None if workers > 1 else _limits(settings, redis), web_settings)
    server = Server(gateway, listener.dup() if workers > 1 else listener)
    with interruptible():
        try:
            server.start()
            click.echo(f"Starting on {where} ...")
            if workers > 1:
                work = partial(_work, settings, web_settings, staff_settings)
                link = partial(_first_link_of, settings, staff_settings, web_settings.public_url)
                _serve_several(settings, work, server, listener, workers, where, link)
            else:
                _serve(settings, staff_settings, gateway, server, where, demo, redis)
        except KeyboardInterrupt:
            click.echo("\nStopping ...")
        finally:
            server.stop()
    click.echo("Stopped.")


def hold_several(settings: Settings, demo: bool) -> None:
    """Raises `BadSetting` where several processes would not find the same things."""
    if demo:
        raise BadSetting("--demo keeps its store in a file: leave --workers away.")
    if not settings.redis_url or not settings.database_url.startswith("postgresql"):
        raise BadSetting(
            "Several workers need PostgreSQL and Redis: set BOT_DATABASE_URL to a postgresql:// address and"
            " BOT_REDIS_URL to a redis:// one, or leave --workers away."
        )


def _limits(settings: Settings, redis: Any) -> Limits | None:
    if not settings.rate_limit:
        return None
    if redis is None:
        return Limits()
    return Limits(
        conversation=SharedLimiter("conversation", PER_CONVERSATION, redis),
        address=SharedLimiter("address", PER_ADDRESS, redis),
        starts=SharedLimiter("starts", STARTS_PER_ADDRESS, redis),
    )


def first_link(store: Store, staff: StaffSettings, where: str) -> str | None:
    """What to say while nobody has an account here, nor at an identity provider."""
    token = None if staff.provider else store.accounts.first_link()
    if token is None:
        return None
    hours = LINK_LASTS // timedelta(hours=1)
    return (
        "Nobody can sign in to the side panel yet. This link makes the first account, an admin's; it works once,\n"
        f"within {hours} hours:\n\n  {where}/sign-in/link/{token}\n"
    )


def _first_link_of(
    settings: Settings, staff: StaffSettings, public_url: str | None, where: str
) -> str | None:
    store = open_store(settings.database_url)
    try:
        return first_link(store, staff, public_url or where)
    finally:
        store.close()


def _serve(
    settings: Settings,
    staff_settings: StaffSettings,
    gateway: Gateway,
    server: Server,
    where: str,
    demo: bool,
    redis: Any,
) -> None:
    from bot.prepare import demo_settings

    started = time.monotonic()
    settings = demo_settings(settings) if demo else settings
    with _answering(settings, staff_settings, gateway, demo, redis, click.echo) as service:
        first = first_link(
            service.staff.store, staff_settings, gateway.settings.public_url or where
        )
        _say_ready(where, time.monotonic() - started, first)
        try:
            server.wait()
        finally:
            server.stop()


def _say_ready(where: str, seconds: float, first_link: str | None) -> None:
    click.echo(
        f"Ready after {seconds:.0f} s.\n\n"
        f"  Chat widget   {where}/\n"
        f"  Side panel    {where}/panel\n"
        f"  Interface     {where}/api/v1\n"
    )
    if first_link:
        click.echo(first_link)
    click.echo("Press Ctrl-C to stop.")


@contextmanager
def _answering(
    settings: Settings,
    staff_settings: StaffSettings,
    gateway: Gateway,
    demo: bool,
    redis: Any,
    report: Callable[[str], None],
) -> Iterator[Service]:
    """The gateway's service, with all that works beside it, until the block ends."""
    from bot.prepare import prepare
    from bot.redactor import Redactor

    assistant = prepare(settings, report, demo)
    reception = Reception.of(payer.load(settings.payer).contact("person"))
    if reception.contact.hours and reception.hours is None:
        report(
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
        Redactor(assistant.store.policies, assistant.linking),
        assistant.model_id,
        reception.is_open,
        pinned=pinned_by(assistant.store.notices),
    )
    service = gateway.service = Service(
        turns,
        policy,
        assistant.store.handovers,
        assistant.store.feedback,
        reception,
        staff,
        assistant.linking,
        SharedBell(redis) if redis else LocalBell(),
    )
    keeper = assistant.store.keeper(settings.retention)
    keeper.start()
    try:
        yield service
    finally:
        keeper.stop()
        assistant.close()


def _serve_several(
    settings: Settings,
    work: Work,
    server: Server,
    listener: socket.socket,
    number: int,
    where: str,
    first_link: Callable[[str], str | None],
) -> None:
    from bot.prepare import prepare_files

    started = time.monotonic()
    prepare_files(settings, click.echo)
    click.echo(f"Starting {number} workers ...")

    def told(ready: int) -> None:
        if ready == 1:
            server.stop()
        if ready == number:
            _say_ready(where, time.monotonic() - started, first_link(where))

    Workers(listener, number, work).run(told)


def _work(
    settings: Settings,
    web_settings: WebSettings,
    staff_settings: StaffSettings,
    listener: socket.socket,
    ready: Callable[[], None],
) -> int:
    """A worker: a process of its own, which was given nothing but this."""
    from bot.cli import run

    def serve_until_interrupted() -> None:
        log_to_stderr()
        log_as_json()
        redis = shared.connect(str(settings.redis_url))
        gateway = Gateway(_limits(settings, redis), web_settings)
        server = Server(gateway, listener)
        # The first process tells that they stop.
        with (
            suppress(KeyboardInterrupt),
            _answering(settings, staff_settings, gateway, False, redis, lambda _: None),
        ):
            server.start()
            ready()
            try:
                server.wait()
            finally:
                server.stop()

    return run(serve_until_interrupted)
