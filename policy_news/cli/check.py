"""The command `check` and the printing of what it finds. Mounted by `policy_news.cli.main`."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policy_news.cli.exit_codes import EXIT_CHECK, errors_shown
from policy_news.cli.options import OUT, Expect, FindingsFormat, Tables
from policy_news.core.errors import ArgumentError, ExpectationError, PipelineError, StageError

if TYPE_CHECKING:
    from policy_news.checks.outcomes import Checked
    from policy_news.checks.reading import ExpectationFile


def check(
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
    with errors_shown(), _annotated_errors(form):
        if update:
            _update(out, expect, form, baseline)
            return
        checked = check_run(out, read_expected(expect), baseline)
        show(checked, form)
    exit_if_failed(checked)


def read_expected(path: Path | None) -> ExpectationFile | None:
    """Read the expectations; None without a file."""
    if path is None:
        return None
    from policy_news.checks.reading import read_expectations

    return read_expectations(path)


def check_run(
    out: Path, expected: ExpectationFile | None, baseline: Path | None = None, known: Collection[str] = ()
) -> Checked:
    """Check a run. Imports are local, so that other commands start fast.

    Args:
        out: Output folder of the run.
        expected: Expectations, if any.
        baseline: Output folder of an earlier run to compare with.
        known: Hashes of files that were checked when an earlier run wrote them.

    Returns:
        The outcomes of all checks.
    """
    from policy_news.checks import checking

    return checking.run(out, expected, baseline, known)


def passed_parts(out: Path) -> Collection[str]:
    """Return the hashes of the files of tables in parts that passed their check, which need not be checked again."""
    from policy_news.run.change_detection import has_passed
    from policy_news.tables.parquet import part_hashes

    return part_hashes(out) if has_passed(out) else frozenset()


def check_unless_passed(
    out: Path, expected: ExpectationFile | None, known: Collection[str]
) -> Checked | None:
    """Check the tables of a run; None if they passed before and nothing is expected of them.

    Args:
        out: Output folder of the run.
        expected: Expectations, if any.
        known: What `passed_parts` returned before the run.
    """
    from policy_news.run.change_detection import has_passed, note_checked, sum_run

    if expected is None and has_passed(out):
        return None
    run_sum = sum_run(out)
    checked = check_run(out, expected, known=known)
    if not is_failed(checked):
        note_checked(out, run_sum)
    return checked


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


def is_failed(checked: Checked) -> bool:
    """Return whether an error was found."""
    return any(found.severity == "error" for found in checked.findings)


def exit_if_failed(checked: Checked) -> None:
    """Exit with 1 if an error was found."""
    if is_failed(checked):
        raise typer.Exit(EXIT_CHECK)


def _show_text(checked: Checked) -> None:
    from policy_news.checks.text import drift_lines, finding_lines, summary_line

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
