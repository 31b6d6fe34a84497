"""The command `build`."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.exit_codes import errors_shown
from pipeline.cli.options import Config
from pipeline.core.messages import printable
from pipeline.core.settings import find_model, read_settings


def build(
    config: Config = None,
    force: Annotated[bool, typer.Option("--force", help="Build even if nothing changed.")] = False,
) -> None:
    """Build the spaCy pipeline from rules and weights."""
    from pipeline.nlp import build as builder

    with errors_shown():
        settings = read_settings(config)
        target = find_model(settings.annotate.model)
        if not force and builder.is_current(target, settings.base_model):
            typer.echo(f"build: {target} is current")
            return
        typer.echo("build: assembling the spaCy pipeline from rules and weights, about half a minute")
        builder.build_model(target, settings.base_model)
        typer.echo(f"build: wrote {target}")
        for line in builder.misplaced_entries():
            typer.echo(f"warning: {printable(line)}; `make test` fails until this is fixed", err=True)
