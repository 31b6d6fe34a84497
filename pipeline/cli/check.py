"""The command `check` and the printing of what it finds. Mounted by `pipeline.cli.main`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.exit_codes import EXIT_CHECK, errors_shown
from pipeline.core.errors import ArgumentError, ExpectationError, PipelineError, StageError

if TYPE_CHECKING:
    from pipeline.checks.reading import ExpectationFile
    from pipeline.checks.result import Checked


class CheckFormat(StrEnum):
    """Forms of the result."""

    text = "text"
    json = "json"
    junit = "junit"
    github = "github"


def check(
    out: Annotated[Path, typer.Option("--out", help="Folder with the tables.")] = Path("data/out"),
    expect: Annotated[
        Path | None, typer.Option("--expect", help="YAML file with what the tables must hold.")
    ] = None,
    form: Annotated[CheckFormat, typer.Option("--format", help="Form of the result.")] = CheckFormat.text,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", help="Tables of an earlier run to compare with.")
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Add to the file of --expect what it does not speak of yet.")
    ] = False,
) -> None:
    """Check the tables: are they sound, and as expected?

    Leaves with 0 if all is well, 1 if a check failed, 2 if the command or the expectations do not fit, 3 if there is no finished run.

    Example: pipeline check --out tables --expect checks.yml --baseline earlier
    """
    with errors_shown(), _annotated_errors(form):
        if update:
            _update(out, expect, form, baseline)
            return
        checked = check_run(out, read_expected(expect), baseline)
        show(checked, form)
    leave(checked)


def read_expected(path: Path | None) -> ExpectationFile | None:
    """The expectations, if there are any."""
    if path is None:
        return None
    from pipeline.checks.reading import read_expectations

    return read_expectations(path)


def check_run(out: Path, expected: ExpectationFile | None, baseline: Path | None = None) -> Checked:
    """Check a run; imports what that needs only now."""
    from pipeline.run.stages import check as stage

    return stage.run(out, expected, baseline)


def show(checked: Checked, form: CheckFormat = CheckFormat.text) -> None:
    """Print a check."""
    if form is CheckFormat.json:
        from pipeline.checks.machine import to_json

        typer.echo(to_json(checked))
    elif form is CheckFormat.junit:
        from pipeline.checks.machine import to_junit

        typer.echo(to_junit(checked))
    elif form is CheckFormat.github:
        _show_github(checked)
    else:
        _show_text(checked)


def leave(checked: Checked) -> None:
    """Leave with 1 if an error was found."""
    if any(found.severity == "error" for found in checked.findings):
        raise typer.Exit(EXIT_CHECK)


def _show_text(checked: Checked) -> None:
    from pipeline.checks.text import drift_lines, finding_lines, summary_line

    for line in drift_lines(checked.drift) if checked.drift else ():
        typer.echo(line)
    for line in finding_lines(checked):
        typer.echo(line, err=True)
    for note in checked.notes:
        typer.echo(f"note: {note}")
    typer.echo(summary_line(checked), err=bool(checked.findings))


def _show_github(checked: Checked) -> None:
    from pipeline.checks.github import annotation_lines, log_lines, write_summary

    for line in annotation_lines(checked):
        typer.echo(line)
    for line in log_lines(checked):
        typer.echo(line)
    try:
        write_summary(checked, os.environ)
    except OSError as error:
        raise StageError(f"the summary of the step cannot be written: {error}") from error


def _update(out: Path, expect: Path | None, form: CheckFormat, baseline: Path | None) -> None:
    if expect is None or baseline is not None or form is not CheckFormat.text:
        raise ArgumentError(
            "--update needs --expect FILE and goes with no --baseline or --format",
            "Example: pipeline check --update --expect checks.yml",
        )
    from pipeline.run.stages import check as stage

    update, broken = stage.update(out, expect)
    typer.echo(f"check: {expect}: {update.shown()}")
    if broken:
        typer.echo(
            f"check: {broken} expectations in it do not hold in this run; `pipeline check --expect` names them"
        )


@contextmanager
def _annotated_errors(form: CheckFormat) -> Iterator[None]:
    """On GitHub, also annotate what keeps the check from its work."""
    try:
        yield
    except PipelineError as error:
        if form is CheckFormat.github:
            from pipeline.checks.github import error_line

            where = (error.file, error.line) if isinstance(error, ExpectationError) else ("", None)
            typer.echo(error_line(error, *where))
        raise
