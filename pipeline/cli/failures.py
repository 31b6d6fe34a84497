"""The command `failures`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.exit_codes import errors_shown
from pipeline.cli.options import OUT, RAW, Tables
from pipeline.core.messages import printable
from pipeline.core.settings import read_settings


def failures(
    out: Tables = OUT,
    retry: Annotated[
        bool,
        typer.Option(
            "--retry", help="Process these inputs again, e.g. after fixing a file or raising a limit."
        ),
    ] = False,
    raw: Annotated[
        Path | None,
        typer.Option("--raw", help="With --retry: folder with the articles; default: that of the run."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="With --retry: TOML file with settings.")
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", min=0, help="With --retry: number of processes; 0 means one per core.")
    ] = 0,
) -> None:
    """List the failed inputs and how to fix each. Example: pipeline failures --out tables --retry."""
    from pipeline.tables.parquet import read_table

    with errors_shown():
        if retry:
            _retry(raw, out, config, workers)
        rows = read_table(out, "failures").to_pylist()
    for row in rows:
        typer.echo(printable(row["path"]))
        typer.echo(f"  {row['stage']}: {printable(row['message'])}")
        typer.echo(f"  {printable(row['hint'] or '')}")
    typer.echo(f"{len(rows)} failed")


def _retry(raw: Path | None, out: Path, config: Path | None, workers: int) -> None:
    from pipeline.run.change_detection import raw_of
    from pipeline.run.engines.local import LocalEngine
    from pipeline.run.retry import retry_failures
    from pipeline.run.runner import count_workers

    folder = raw or raw_of(out) or RAW
    retried = retry_failures(
        folder, out, read_settings(config), engine=LocalEngine(count_workers(workers)), say=typer.echo
    )
    typer.echo(f"retry: {retried.mended} of {retried.before} failed inputs recovered")
