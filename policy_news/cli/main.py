"""The command line. Commands live in sibling modules and are registered here; only this package prints or exits."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Annotated

import typer

from policy_news import __version__
from policy_news.cli.check_command import check
from policy_news.cli.decision_commands import decisions_app
from policy_news.cli.diff import diff
from policy_news.cli.evaluate_command import evaluate
from policy_news.cli.exit_codes import EXIT_RUN, INTERRUPTED, Debugging, of_environment, show_error
from policy_news.cli.options import Command
from policy_news.cli.output_commands import audit, export, mcp, new, report, serve
from policy_news.cli.review_command import review
from policy_news.cli.rule_commands import explain, rules_app
from policy_news.cli.run_command import failures, run
from policy_news.cli.search import search
from policy_news.cli.stage_commands import annotate, build, ingest, resolve, unmask, write
from policy_news.cli.terminal import prepare
from policy_news.cli.verify_command import verify

if TYPE_CHECKING:
    from policy_news.run.job import Stage

ABORTED = 130
"""The exit code of typer if a signal interrupts it."""
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
        typer.echo(f"policy-news-pipeline {__version__}")
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
        logging.getLogger(__name__.partition(".")[0]).setLevel(logging.DEBUG)


for _command in (
    run,
    ingest,
    unmask,
    annotate,
    resolve,
    write,
    build,
    check,
    verify,
    failures,
    explain,
    evaluate,
    report,
    export,
    search,
    diff,
    new,
    audit,
    review,
    mcp,
    serve,
):
    app.command(cls=Command)(_command)
app.add_typer(decisions_app, name="decisions")
app.add_typer(rules_app, name="rules")


def _narrowed(arguments: Sequence[str]) -> typer.Typer:
    """Return the program with only the requested command, if it is named first: typer needs time for the options of each command."""
    asked = [
        command
        for command in app.registered_commands
        if command.callback and command.callback.__name__ in arguments[:1]
    ]
    if not asked:
        return app
    narrowed = copy(app)
    narrowed.registered_commands, narrowed.registered_groups = asked, []
    return narrowed


def main(command: str | None = None, stages: Sequence[Stage] = ()) -> None:
    """Run the program.

    Args:
        command: The command of a script in `pipeline/`; the first argument of the command line if left out.
        stages: What the command runs instead of the stages of the library.
    """
    arguments = [command, *sys.argv[1:]] if command else sys.argv[1:]
    try:
        prepare()
        _narrowed(arguments)(arguments, obj=list(stages))
    except KeyboardInterrupt:  # between the steps of this function, where nothing else catches it
        show_error(INTERRUPTED)
        sys.exit(EXIT_RUN)
    except OSError as error:  # such as an output that is full
        if Debugging.on:
            raise
        show_error(of_environment(error) or str(error))
        sys.exit(EXIT_RUN)
    except SystemExit as end:
        if end.code != ABORTED:
            raise
        show_error(INTERRUPTED)  # before or after the work of a command
        sys.exit(EXIT_RUN)


__all__ = ["app", "main"]
