"""The command `check` and the printing of what it finds. Mounted by `policy_news.cli.main`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policy_news.cli.exit_codes import EXIT_CHECK, errors_shown
from policy_news.cli.options import OUT, RAW, Expect, FindingsFormat, Tables
from policy_news.core.errors import ArgumentError, ExpectationError, PipelineError, StageError

if TYPE_CHECKING:
    from policy_news.checks.checked import Checked
    from policy_news.checks.expectations_file import ExpectationFile


def check(
    context: typer.Context,
    out: Tables = OUT,
    expect: Expect = None,
    form: Annotated[FindingsFormat, typer.Option("--format", help="Output format.")] = "text",
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", help="Folder with the tables of an earlier run to compare with."),
    ] = None,
    update: Annotated[
        bool,
        typer.Option("--update", help="Add expectations for anything the --expect file does not cover yet."),
    ] = False,
) -> None:
    """Check the tables for integrity and against expectations.

    Exits with 0 if every check passed, 1 if one failed, 2 if an option or the expectations are invalid, 3 without a finished run.

    Example: pipeline check --out tables --expect checks.yml --baseline earlier
    """
    from policy_news.core.settings import Settings
    from policy_news.run.job import Job
    from policy_news.run.stages.check import check as check_tables

    with errors_shown(), _annotated_errors(form):
        if update:
            _update(out, expect, form, baseline)
            return
        (stage,) = context.obj or [check_tables]
        job = Job(RAW, out, Settings(), expected=read_expected(expect), baseline=baseline)
        checked = stage(job).checked
        assert checked is not None
        show(checked, form)
    exit_if_failed(checked)


def read_expected(path: Path | None) -> ExpectationFile | None:
    """Read the expectations; None without a file."""
    if path is None:
        return None
    from policy_news.checks.expectations_file import read_expectations

    return read_expectations(path)


def show(checked: Checked, form: FindingsFormat = "text") -> None:
    """Print a check."""
    if form == "json":
        from policy_news.checks.machine import to_json

        typer.echo(to_json(checked))
    elif form == "junit":
        from policy_news.checks.machine import to_junit

        typer.echo(to_junit(checked))
    elif form == "github":
        _show_github(checked)
    else:
        _show_text(checked)


def exit_if_failed(checked: Checked) -> None:
    """Exit with 1 if an error was found."""
    if checked.is_failed:
        raise typer.Exit(EXIT_CHECK)


def _show_text(checked: Checked) -> None:
    from policy_news.checks.plain_text import drift_lines, finding_lines, summary_line

    for line in drift_lines(checked.drift) if checked.drift else ():
        typer.echo(line)
    for line in finding_lines(checked):
        typer.echo(line, err=True)
    for note in checked.notes:
        typer.echo(f"note: {note}")
    typer.echo(summary_line(checked), err=bool(checked.findings))


def _show_github(checked: Checked) -> None:
    from policy_news.checks.github import annotation_lines, log_lines, write_summary

    for line in annotation_lines(checked):
        typer.echo(line)
    for line in log_lines(checked):
        typer.echo(line)
    try:
        write_summary(checked, os.environ)
    except OSError as error:
        raise StageError(f"cannot write the step summary: {error}") from error


def _update(out: Path, expect: Path | None, form: FindingsFormat, baseline: Path | None) -> None:
    if expect is None or baseline is not None or form != "text":
        raise ArgumentError(
            "--update requires --expect FILE and cannot be combined with --baseline or --format",
            "Example: pipeline check --update --expect checks.yml",
        )
    from policy_news.checks import checking

    update, broken = checking.update(out, expect)
    typer.echo(f"check: {expect}: {update.shown()}")
    if broken:
        typer.echo(
            f"check: {broken} of its expectations fail on this run; `pipeline check --expect` lists them"
        )


@contextmanager
def _annotated_errors(form: FindingsFormat) -> Iterator[None]:
    """On GitHub, also annotate the error that stopped the check."""
    try:
        yield
    except PipelineError as error:
        if form == "github":
            from policy_news.checks.github import error_line

            where = (error.file, error.line) if isinstance(error, ExpectationError) else ("", None)
            typer.echo(error_line(error, *where))
        raise
