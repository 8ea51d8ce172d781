"""Makes the assistant ready: what is missing is made, what is there is only loaded.

Database, policies on file, trained model, model in memory; each step that takes long is reported before
it begins. Rasa is imported by the last two steps alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.answer.desk import Desk
from bot.answer.linking import Linking
from bot.assembly import described_policies, learned_things, open_desk
from bot.dialog.agent import EmbeddedAgent
from bot.dialog.training import find_model, train
from bot.errors import BotError, ModelMissing
from bot.settings import Settings
from bot.store import Store, open_store
from bot.store.clock import Clock, utc_now
from bot.store.csvlists import read_answers, read_prior_auth
from bot.store.importing import DEMO, Refused, Stated, documents, import_documents

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Assistant:
    """What answers: the store, the agent with the model of that name, and what links words to policies."""

    store: Store
    agent: EmbeddedAgent
    model_id: str
    linking: Linking

    def close(self) -> None:
        self.agent.close()
        self.store.close()


def demo_settings(settings: Settings) -> Settings:
    """The same with a store of its own, so that fictional policies never meet real ones."""
    home = settings.home / DEMO
    payer = settings.data / DEMO / "payer.yml"
    return replace(
        settings,
        home=home,
        database_url=f"sqlite:///{home / 'bot.db'}",
        payer=payer if payer.is_file() else settings.payer,
    )


def prepare(settings: Settings, report: Report, demo: bool = False) -> Assistant:
    """Raises a `BotError` where a step cannot be done."""
    store = prepare_store(settings, report, demo)
    try:
        model = _model(settings, report)
        report("Loading the dialog model ...")
        desk = open_desk(settings, store)
        agent = _loaded(model, desk)
        _describe(settings, store, report)
    except BaseException:
        store.close()
        raise
    return Assistant(store, agent, model.name.removesuffix(".tar.gz"), desk.linking)


def prepare_files(settings: Settings, report: Report) -> None:
    """What several processes then only load. Raises a `BotError` where a step cannot be done."""
    with closing(prepare_store(settings, report)) as store:
        _model(settings, report)
        _describe(settings, store, report)


def _model(settings: Settings, report: Report) -> Path:
    """Raises `ModelMissing` where none fits and none may be trained."""
    found = find_model(settings.models)
    if found is None and not settings.train:
        others = len(list(settings.models.glob("bot-*.tar.gz")))
        raise ModelMissing(
            f"No model in {settings.models} fits this code and training data ({others} of others are there), and"
            " BOT_TRAIN is off: run `bot train` with the same code, and put what it makes there."
        )
    return found or train(settings.models, report)


def _loaded(model: Path, desk: Desk) -> EmbeddedAgent:
    try:
        return EmbeddedAgent(model, desk)
    except BotError:
        raise
    except Exception as error:
        raise ModelMissing(
            f"The model {model} cannot be loaded ({type(error).__name__}): delete it, and run `bot train`."
        ) from error


def _describe(settings: Settings, store: Store, report: Report) -> None:
    """What tells by meaning what words are about. What was made ready already takes no time here."""

    def told(missing: Sequence[str]) -> Sequence[str]:
        if missing:
            report(f"Describing {len(missing)} policies ...")
        return missing

    described_policies(settings, store).complete(told)
    learned_things(settings)


def prepare_store(
    settings: Settings, report: Report, demo: bool = False, clock: Clock = utc_now
) -> Store:
    """The store, with the policies on file if it was empty. Raises a `BotError` where it cannot be had."""
    store = open_store(settings.database_url, clock)
    try:
        _file_policies(store, settings.data, report, demo)
    except BaseException:
        store.close()
        raise
    return store


def _file_policies(store: Store, data: Path, report: Report, demo: bool) -> None:
    # Only into an empty store: once there is one, what is on file is for the staff to change.
    if store.policies.listed():
        return
    folder = data / "policies" / DEMO if demo else data / "policies"
    paths = documents([folder])
    report(f"Reading {len(paths)} policy documents from {folder.name}/ ...")
    for outcome in import_documents(store.policies.filing(), paths, Stated()):
        if isinstance(outcome, Refused):
            report(f"  {outcome.path.name} was refused: {outcome.reason}")
    if demo:
        _file_lists(store, data / DEMO, report)


def _file_lists(store: Store, folder: Path, report: Report) -> None:
    today = date.today()
    prior_auth, answers = folder / "prior_auth.csv", folder / "approved_answers.csv"
    if prior_auth.is_file():
        report("Reading the prior-authorization list ...")
        rows = read_prior_auth(prior_auth)
        store.lists.file_prior_auth(rows.rows, rows.digest, prior_auth.name, today)
    if answers.is_file():
        report("Reading the approved answers ...")
        said = read_answers(answers)
        store.lists.file_answers(said.rows, said.digest, answers.name, today)
