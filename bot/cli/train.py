"""`bot train`: the dialog model, where a start may not train it."""

from __future__ import annotations

import click

from bot.settings import Settings


@click.command()
def train() -> None:
    """Train the dialog model that fits this code and training data, where there is none yet.

    `bot serve` does it by itself, unless BOT_TRAIN is off.

    \b
    Example:
      bot train
    """
    from bot.dialog.training import find_model
    from bot.dialog.training import train as trained

    models = Settings.from_environment().models
    model = find_model(models)
    if model is None:
        trained(models, click.echo)
    else:
        click.echo(f"{model.name} fits already.")
