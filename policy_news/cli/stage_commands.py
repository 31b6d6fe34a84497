"""One command per stage, and `build`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from policy_news.cli.exit_codes import errors_shown
from policy_news.cli.options import OUT, RAW, Config, Out, Raw, Workers
from policy_news.cli.progress_bars import show_progress
from policy_news.core.messages import printable
from policy_news.core.settings import find_model, read_settings
from policy_news.run.job import Job


def ingest(context: typer.Context, raw: Raw = RAW, out: Out = OUT, config: Config = None) -> None:
    """Read the raw files into documents and sections."""
    _run(context, lambda: Job(raw, out, read_settings(config), say=typer.echo))


def unmask(context: typer.Context, out: Out = OUT, config: Config = None) -> None:
    """Replace masked words, keeping exact offsets."""
    _run(context, lambda: Job(RAW, out, read_settings(config), say=typer.echo))


def annotate(context: typer.Context, out: Out = OUT, workers: Workers = 0, config: Config = None) -> None:
    """Find mentions, dates and claims with spaCy."""
    from policy_news.run.engines.local import LocalEngine
    from policy_news.run.runner import count_workers

    with show_progress() as progress:
        engine = LocalEngine(count_workers(workers))
        _run(context, lambda: Job(RAW, out, read_settings(config), engine, typer.echo, progress))


def resolve(context: typer.Context, out: Out = OUT, config: Config = None) -> None:
    """Group mentions into entities, one per real-world thing."""
    _run(context, lambda: Job(RAW, out, read_settings(config), say=typer.echo))


def write(context: typer.Context, out: Out = OUT, config: Config = None) -> None:
    """Write the Parquet tables and run.json."""
    counts = _run(context, lambda: Job(RAW, out, read_settings(config), say=typer.echo)).counts
    typer.echo("write: " + ", ".join(f"{n} {name}" for name, n in counts.items()))


def build(
    config: Config = None,
    force: Annotated[bool, typer.Option("--force", help="Build even if nothing changed.")] = False,
) -> None:
    """Build the spaCy pipeline from rules and weights."""
    from policy_news.nlp import build as builder

    with errors_shown():
        settings = read_settings(config)
        target = find_model(settings.annotate.model)
        if not force and builder.is_current(target, settings.base):
            typer.echo(f"build: {target} is current")
            return
        typer.echo("build: assembling the spaCy pipeline from rules and weights, about half a minute")
        builder.build_model(target, settings.base)
        typer.echo(f"build: wrote {target}")
        for line in builder.misplaced_entries():
            typer.echo(f"warning: {printable(line)}; `make test` fails until this is fixed", err=True)


def _run(context: typer.Context, make: Callable[[], Job]) -> Job:
    """Run the stage that the command is called after, or the one of a script, on a locked output folder."""
    from policy_news.run import all_stages
    from policy_news.run.locking import lock_output

    # Errors outermost: that the folder is locked is one of them.
    with errors_shown():
        job = make()
        with lock_output(job.out):
            return all_stages.run_stages(job, context.obj or [getattr(all_stages, context.info_name or "")])
