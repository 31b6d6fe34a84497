"""The commands `run` and `failures`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from policy_news.cli.check_command import exit_if_failed, read_expected, show
from policy_news.cli.exit_codes import errors_shown
from policy_news.cli.options import OUT, RAW, Config, Expect, Out, Raw, Tables, Workers
from policy_news.cli.progress_bars import say_json, show_progress
from policy_news.core.errors import ArgumentError
from policy_news.core.messages import printable, printable_lines
from policy_news.core.settings import read_settings

if TYPE_CHECKING:
    from policy_news.run.engines.local import Engine


def run(
    context: typer.Context,
    raw: Raw = RAW,
    out: Out = OUT,
    workers: Workers = 0,
    config: Config = None,
    expect: Expect = None,
    engine: Annotated[
        Literal["local", "dask"], typer.Option("--engine", help="Engine that runs the work.")
    ] = "local",
    address: Annotated[
        str | None, typer.Option("--address", help="HOST:PORT of a Dask scheduler; default: start one here.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print errors only.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print progress and result as JSON, one object per line.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for another run on the output folder, instead of failing.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done and why, without doing it.")
    ] = False,
) -> None:
    """Run all stages in order. Example: pipeline run --raw articles --out tables."""
    from policy_news.cli.summary import check_not_empty, summarise
    from policy_news.run.job import Job
    from policy_news.run.runner import run_job
    from policy_news.run.stages.check import check, passed_parts
    from policy_news.tables.parquet import read_run

    *stages, check_tables = context.obj or [check]
    with errors_shown():
        expected, settings = read_expected(expect), read_settings(config)
        if dry_run:
            from policy_news.run.all_stages import plan

            _say(plan(raw, out, settings))
            return
        say = _silent if quiet or as_json else _say
        known = passed_parts(out)  # before the run, which replaces them
        with show_progress(quiet=quiet, as_json=as_json) as progress:
            job = Job(
                raw, out, settings, _engine(engine, address, workers), say, progress, expected, known=known
            )
            job = run_job(job, stages, workers=workers, wait=wait)
        if say is not _silent:
            say(summarise(out, timed=job.is_new))
        checked = check_tables(job).checked
        if as_json:
            say_json("finished", new=job.is_new, out=str(out), run=read_run(out))
    if checked is not None:
        if checked.findings or not quiet:
            show(checked, "json" if as_json else "text")
        exit_if_failed(checked)
    # Last, so that a failed check is shown first.
    with errors_shown():
        check_not_empty(out)


def _engine(name: str, address: str | None, workers: int) -> Engine | None:
    """Return the engine, or None for this machine."""
    if name == "dask":
        from policy_news.run.engines.dask import DaskEngine
        from policy_news.run.runner import count_workers

        return DaskEngine(address, count_workers(workers))
    if address:
        raise ArgumentError("--address requires --engine dask", "Add --engine dask, or leave --address out.")
    return None


def _say(text: str) -> None:
    """Print text that may hold names from outside, to the current standard output, so that it appears above the bars."""
    typer.echo(printable_lines(text), file=sys.stdout)


def _silent(text: str) -> None:
    """Print nothing."""


def failures(out: Tables = OUT) -> None:
    """List the failed inputs and how to fix each. Example: pipeline failures --out tables."""
    from policy_news.tables.parquet import read_table

    with errors_shown():
        rows = read_table(out, "failures").to_pylist()
    for row in rows:
        typer.echo(printable(row["path"]))
        typer.echo(f"  {row['stage']}: {printable(row['message'])}")
        typer.echo(f"  {printable(row['hint'] or '')}")
    typer.echo(f"{len(rows)} failed")
