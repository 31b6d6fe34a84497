"""The command line: one short command per stage. The only place that prints or exits."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli_check import CheckFormat, check, check_run, leave, read_expected, show
from pipeline.cli_errors import Debugging, errors_shown
from pipeline.cli_evaluate import evaluate
from pipeline.cli_failures import failures
from pipeline.cli_outputs import export, report
from pipeline.cli_progress import say_json, show_progress
from pipeline.cli_rules import explain, rules_app
from pipeline.cli_train import train_app
from pipeline.errors import ArgumentError
from pipeline.parts import Part
from pipeline.settings import find_model, read_settings
from pipeline.terminal import counted, printable, printable_lines
from pipeline.versions import package_version

if TYPE_CHECKING:
    from pipeline.stages.annotate import Engine

app = typer.Typer(
    name="pipeline",
    help="Companies, ministers, committees, claims and dates from policy news, masked or not, as Parquet tables.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Raw = Annotated[Path, typer.Option("--raw", help="Folder with the articles.")]
Out = Annotated[Path, typer.Option("--out", help="Folder for the tables.")]
Config = Annotated[Path | None, typer.Option("--config", help="TOML file with settings.")]
Workers = Annotated[int, typer.Option("--workers", min=0, help="Processes; 0 for one a core.")]
Expect = Annotated[Path | None, typer.Option("--expect", help="YAML file with what the tables must hold.")]
RAW, OUT = Path("data/raw"), Path("data/out")


class EngineName(StrEnum):
    """What runs the work."""

    local = "local"
    dask = "dask"


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"policy-news-pipeline {package_version('policy-news-pipeline')}")
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True)] = False,
) -> None:
    Debugging.on = debug


@app.command()
def run(
    raw: Raw = RAW,
    out: Out = OUT,
    workers: Workers = 0,
    config: Config = None,
    expect: Expect = None,
    engine: Annotated[EngineName, typer.Option("--engine", help="What runs the work.")] = EngineName.local,
    address: Annotated[str | None, typer.Option("--address", help="HOST:PORT of a Dask scheduler; else one is started here.")] = None,
    shard: Annotated[str | None, typer.Option("--shard", help="Only part I/N of the files, for array jobs; then `merge`.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print progress and result as JSON, one object a line.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done and why; do nothing.")] = False,
) -> None:
    """All stages in order. Example: pipeline run --raw articles --out tables."""
    from pipeline.runner import plan, run_all, summarise
    from pipeline.tables import read_run

    with errors_shown():
        expected, settings, part = read_expected(expect), read_settings(config), Part.parse(shard) if shard else None
        if part and raw.resolve() in out.resolve().parents:
            raise ArgumentError(f"--out {out} lies in the raw folder", "Keep the articles and the tables of parts apart.")
        target = part.folder(out) if part else out
        if dry_run:
            _say(plan(raw, target, settings, part))
            return
        say = _silent if quiet or as_json else _say
        with show_progress(quiet=quiet, as_json=as_json) as progress:
            chosen = _engine(engine, address, workers)
            new = run_all(raw, target, settings, engine=chosen, say=say, progress=progress, part=part)
        say(summarise(target, timed=new))
        checked = check_run(target, expected) if new or expected else None
        if as_json:
            say_json("finished", new=new, out=str(target), run=read_run(target))
    if checked is not None:
        if checked.findings or not quiet:
            show(checked, CheckFormat.json if as_json else CheckFormat.text)
        leave(checked)
    if part is None:
        _leave_if_empty(out)


@app.command()
def merge(out: Out = OUT, config: Config = None) -> None:
    """Make one run of the parts of array jobs. Example: pipeline merge --out tables."""
    from pipeline.merging import merge as merge_parts
    from pipeline.runner import summarise

    with errors_shown():
        merge_parts(out, read_settings(config))
        _say(summarise(out))
        checked = check_run(out, None)
    show(checked)
    leave(checked)
    _leave_if_empty(out)


def _leave_if_empty(out: Path) -> None:
    """Leave with 1 if all inputs of a run were set aside. A part of a run may be like that."""
    from pipeline.runner import check_not_empty

    with errors_shown():
        check_not_empty(out)


def _engine(name: EngineName, address: str | None, workers: int) -> Engine:
    from pipeline.runner import count_workers

    if name is EngineName.dask:
        from pipeline.dask_engine import DaskEngine

        return DaskEngine(address, count_workers(workers))
    if address:
        raise ArgumentError("--address is of no use without --engine dask", "Leave one out, or give both.")
    from pipeline.stages.annotate import LocalEngine

    return LocalEngine(count_workers(workers))


@app.command()
def ingest(raw: Raw = RAW, out: Out = OUT, config: Config = None) -> None:
    """Read the raw files into documents and sections."""
    from pipeline.stages import ingest as stage

    with _stage(out):
        done, failed = stage.run(raw, out, read_settings(config))
        typer.echo(f"ingest: {counted(done, 'document')}, {failed} set aside")


@app.command()
def unmask(out: Out = OUT, config: Config = None) -> None:
    """Replace withheld words, keeping exact offsets."""
    from pipeline.stages import unmask as stage

    with _stage(out):
        typer.echo(f"unmask: {counted(stage.run(out, read_settings(config)), 'document has', 'documents have')} withheld words")


@app.command()
def annotate(out: Out = OUT, workers: Workers = 0, config: Config = None) -> None:
    """Find mentions, dates and claims with spaCy."""
    from pipeline.runner import count_workers
    from pipeline.stages import annotate as stage

    with _stage(out), show_progress() as progress:
        done, kept = stage.run(out, read_settings(config), stage.LocalEngine(count_workers(workers)), progress)
        typer.echo(f"annotate: {counted(done, 'document')}, {kept} unchanged")


@app.command()
def resolve(out: Out = OUT, config: Config = None) -> None:
    """Give each real thing of the corpus one entity."""
    from pipeline.stages import resolve as stage

    with _stage(out):
        typer.echo(f"resolve: {counted(stage.run(out, read_settings(config)), 'entity', 'entities')}")


@app.command()
def write(out: Out = OUT, config: Config = None) -> None:
    """Write the Parquet tables and run.json."""
    from pipeline.stages import write as stage

    with _stage(out):
        counts = stage.run(out, read_settings(config))
        typer.echo("write: " + ", ".join(f"{n} {name}" for name, n in counts.items()))


@app.command()
def build(
    config: Config = None,
    force: Annotated[bool, typer.Option("--force", help="Build even if nothing changed.")] = False,
) -> None:
    """Build the spaCy pipeline from rules and weights."""
    from pipeline import build as builder

    with errors_shown():
        settings = read_settings(config)
        target = find_model(settings.annotate.model)
        if not force and builder.is_current(target, settings.base_model):
            typer.echo(f"build: {target} is current")
            return
        builder.build_model(target, settings.base_model)
        typer.echo(f"build: wrote {target}")
        for line in builder.misplaced_entries():
            typer.echo(f"warning: {printable(line)}; `make test` fails until it stands there", err=True)


def _say(text: str) -> None:
    """Print what may hold names from outside; by way of the standard output of the moment, so that it comes above the bars."""
    typer.echo(printable_lines(text), file=sys.stdout)


def _silent(text: str) -> None:
    """Print nothing."""


@contextmanager
def _stage(out: Path) -> Iterator[None]:
    """Hold the output folder of a stage, and turn our errors into a message and an exit code."""
    from pipeline.locking import lock_output

    with errors_shown(), lock_output(out):
        yield


app.command()(check)
app.command()(failures)
app.command()(explain)
app.command()(evaluate)
app.command()(report)
app.command()(export)
app.add_typer(rules_app, name="rules")
app.add_typer(train_app, name="train")


def main() -> None:
    """Entry point of the command `pipeline`."""
    app()


__all__ = ["app", "main"]
