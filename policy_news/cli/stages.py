"""One command per stage, and `build`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from policy_news.cli.exit_codes import errors_shown
from policy_news.cli.options import OUT, RAW, Config, Out, Raw, Workers
from policy_news.cli.progress import show_progress
from policy_news.core.messages import counted, printable
from policy_news.core.settings import find_model, read_settings


def ingest(raw: Raw = RAW, out: Out = OUT, config: Config = None) -> None:
    """Read the raw files into documents and sections."""
    from policy_news.run.decisions import take_decisions
    from policy_news.run.records import again_if_damaged, forget_records
    from policy_news.run.stages import ingest as stage

    with _stage(out):
        settings = read_settings(config)
        take_decisions(raw, out, settings)
        read = partial(stage.run, raw, out, settings)
        documents, failed = again_if_damaged(partial(forget_records, out), read)
        typer.echo(f"ingest: {counted(documents, 'document')}, {failed} failed")


def unmask(out: Out = OUT, config: Config = None) -> None:
    """Replace masked words, keeping exact offsets."""
    from policy_news.run.stages import unmask as stage

    with _stage(out):
        masked = stage.run(out, read_settings(config))
        typer.echo(f"unmask: {counted(masked, 'document has', 'documents have')} masked words")


def annotate(
    out: Out = OUT,
    workers: Workers = 0,
    config: Config = None,
    share: Annotated[
        str | None,
        typer.Option(
            "--share", help="Annotate only share I/N of the documents, for array jobs; then `pipeline run`."
        ),
    ] = None,
) -> None:
    """Find mentions, dates and claims with spaCy."""
    from policy_news.run.engines.local import LocalEngine
    from policy_news.run.runner import count_workers
    from policy_news.run.stages import annotate as stage

    with errors_shown(), show_progress() as progress:
        settings, engine = read_settings(config), LocalEngine(count_workers(workers))
        if share is None:
            with _stage(out):
                done, kept = stage.run(out, settings, engine, progress)
        else:
            from policy_news.run.locking import lock_share
            from policy_news.run.shares import Share

            chosen = Share.parse(share)
            with lock_share(out, chosen):
                done, kept = stage.run(out, settings, engine, progress, chosen)
        typer.echo(f"annotate: {counted(done, 'document')}, {kept} unchanged")


def resolve(out: Out = OUT, config: Config = None) -> None:
    """Group mentions into entities, one per real-world thing."""
    from policy_news.run.records import again_if_damaged
    from policy_news.run.stages import resolve as stage

    with _stage(out):
        settings = read_settings(config)
        _, entities = again_if_damaged(partial(stage.forget_corpus, out), partial(stage.run, out, settings))
        typer.echo(f"resolve: {counted(entities, 'entity', 'entities')}")


def write(out: Out = OUT, config: Config = None) -> None:
    """Write the Parquet tables and run.json."""
    from policy_news.run.stages import write as stage

    with _stage(out):
        counts = stage.run(out, read_settings(config))
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
        if not force and builder.is_current(target, settings.base_model):
            typer.echo(f"build: {target} is current")
            return
        typer.echo("build: assembling the spaCy pipeline from rules and weights, about half a minute")
        builder.build_model(target, settings.base_model)
        typer.echo(f"build: wrote {target}")
        for line in builder.misplaced_entries():
            typer.echo(f"warning: {printable(line)}; `make test` fails until this is fixed", err=True)


@contextmanager
def _stage(out: Path) -> Iterator[None]:
    """Lock the output folder of a stage, and turn our errors into a message and an exit code."""
    from policy_news.run.locking import lock_output

    # Errors outermost: that the folder is locked is one of them.
    with errors_shown(), lock_output(out):
        yield
