"""The command line. Commands live in sibling modules and are registered here; only this package prints or exits."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from pipeline.cli.build import build
from pipeline.cli.check import check
from pipeline.cli.decisions import decisions_app
from pipeline.cli.evaluate import evaluate
from pipeline.cli.exit_codes import Debugging
from pipeline.cli.failures import failures
from pipeline.cli.outputs import export, report
from pipeline.cli.review import review
from pipeline.cli.rules import explain, rules_app
from pipeline.cli.run import merge, run
from pipeline.cli.stages import annotate, ingest, resolve, unmask, write
from pipeline.cli.terminal import prepare
from pipeline.cli.train import train_app
from pipeline.core.versions import package_version

app = typer.Typer(
    name="pipeline",
    help="Companies, ministers, committees, claims and dates from policy news, masked or not, as Parquet tables.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"policy-news-pipeline {package_version('policy-news-pipeline')}")
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    Debugging.on = debug
    if debug:
        logging.basicConfig()
        logging.getLogger("pipeline").setLevel(logging.DEBUG)


for _command in (
    run,
    merge,
    ingest,
    unmask,
    annotate,
    resolve,
    write,
    build,
    check,
    failures,
    explain,
    evaluate,
    report,
    export,
    review,
):
    app.command()(_command)
app.add_typer(decisions_app, name="decisions")
app.add_typer(rules_app, name="rules")
app.add_typer(train_app, name="train")


def main() -> None:
    """Entry point of the command `pipeline`."""
    prepare()
    app()


__all__ = ["app", "main"]
