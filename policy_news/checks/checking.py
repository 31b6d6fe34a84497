"""Checks a finished run: are its tables sound, do they hold what the user expects, and how do they differ from an earlier run?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy_news.checks.checked import Checked
from policy_news.checks.integrity import CHECKS, check_in_parts
from policy_news.checks.outcomes import MAX_NAMED, Outcome, Severity, group_findings
from policy_news.core.errors import StageError
from policy_news.core.messages import counted
from policy_news.tables.chunks import DOCUMENT_TABLES, empty_chunk
from policy_news.tables.later_articles import read_published, say_young
from policy_news.tables.parquet import read_chunks, read_files, read_run, read_table
from policy_news.tables.schema import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

    from policy_news.checks.drift import Drift
    from policy_news.checks.expectations_file import ExpectationFile
    from policy_news.checks.update import Update


def run(
    out: Path, file: ExpectationFile | None = None, baseline: Path | None = None, known: Collection[str] = ()
) -> Checked:
    """Return all that can be said about a finished run.

    Args:
        baseline: Folder of an earlier run to compare it with.
        known: Hashes of files of parts that were checked already; without file and baseline these are not read again.

    Raises:
        StageError: There is no finished run, or a table is broken.
        ExpectationError: The file names a label that neither the program nor the run knows.
    """
    told = read_run(out)
    if file is None and baseline is None:  # the rows need not all be in memory
        parts = _parts(out, told, known)
        return Checked(tuple(_soundness(out, told, parts, "warn")), out, notes=_notes(out, told))
    from policy_news.checks.drift import drift_outcomes
    from policy_news.checks.expectation_checks import evaluate
    from policy_news.checks.expectations_file import check_labels

    tables = _read(out, told)
    if file is not None:
        check_labels(file, tables)
    drift = _compare(baseline, tables, file) if baseline is not None else None
    if file is None:
        outcomes = _soundness(out, told, [tables], "warn")
        return Checked(tuple(outcomes), out, None, baseline, drift, _notes(out, told))
    # Who expects something of a run does not expect it to be empty.
    outcomes = _soundness(out, told, [tables], "error")
    outcomes += [*evaluate(file, tables), *drift_outcomes(file, drift)]
    return Checked(tuple(outcomes), out, file.path, baseline, drift, _notes(out, told))


def _notes(out: Path, run: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(filter(None, [say_young(run, read_published(out, run))]))


def update(out: Path, path: Path) -> tuple[Update, int]:
    """Add to a file of expectations what it does not speak of yet; also how many of those in it do not hold.

    Raises:
        StageError: There is no finished run, or it is not sound: nothing to take as an example.
        ExpectationError: The file does not fit.
    """
    from policy_news.checks.expectation_checks import evaluate
    from policy_news.checks.expectations_file import read_expectations
    from policy_news.checks.update import update_file

    told = read_run(out)
    tables = _read(out, told)
    findings = group_findings(_soundness(out, told, [tables], "error"))
    if findings:
        raise StageError(
            f"{out}: not an example to follow: {findings[0].message}", "`pipeline check --out` says more."
        )
    written = update_file(path, tables)
    return written, sum(outcome.status == "failed" for outcome in evaluate(read_expectations(path), tables))


def _soundness(
    out: Path, told: Mapping[str, Any], parts: Iterable[Mapping[str, pa.Table]], severity: Severity
) -> list[Outcome]:
    """Return the checks that hold for any run."""

    def columns(table: str, column: str, values: Sequence[str] | None) -> Iterator[pa.ChunkedArray]:
        for _, rows in read_files(out, told, table, [column], verify=False, among=values):
            if rows is not None:
                yield rows[column]

    failed = check_in_parts(parts, told, columns)
    sound = [name for name in CHECKS if name not in {one.check for one in failed}]
    passed = [Outcome(name, "", f"{name} of all tables") for name in sound]
    return [*failed, *passed, _not_empty(out, told, severity)]


def _read(out: Path, run: Mapping[str, Any]) -> dict[str, pa.Table]:
    return {name: read_table(out, name, run) for name in TABLES}


def _parts(out: Path, told: Mapping[str, Any], known: Collection[str]) -> Iterator[dict[str, pa.Table]]:
    """Yield all tables in pieces: those of documents together, the others file by file."""
    for name in TABLES:
        if name in DOCUMENT_TABLES:
            continue
        for _, rows in read_files(out, told, name, None, known):
            if rows is not None:
                yield {name: rows}
    is_empty = True
    for chunk in read_chunks(out, known=known):
        is_empty = False
        yield dict(chunk)
    if is_empty:  # tables without any document are checked too
        yield dict(empty_chunk())


def _compare(baseline: Path, tables: Mapping[str, pa.Table], file: ExpectationFile | None) -> Drift:
    from policy_news.checks.drift import compare_runs

    try:
        earlier = _read(baseline, read_run(baseline))
    except StageError as error:
        raise StageError(
            f"the earlier run: {error.message}", error.hint or "Give --baseline the folder of a finished run."
        ) from error
    if file is None:
        return compare_runs(earlier, tables, "all")
    return compare_runs(earlier, tables, file.expected.drift.scope)


def _not_empty(out: Path, told: Mapping[str, Any], severity: Severity) -> Outcome:
    """Return a run of which nothing came is sound, but nobody wants it to pass unseen."""
    name = "the run has documents"
    if told["counts"]["documents"]:
        return Outcome("empty", "", name, "passed", severity)
    failures = read_table(out, "failures", told).select(["path", "message"]).to_pylist()
    problem = "the run has no documents"
    if failures:
        problem += f": {counted(len(failures), 'input')} failed"
    named = [f"{failure['path']}: {failure['message']}" for failure in failures[:MAX_NAMED]]
    return Outcome("empty", "", name, "failed", severity, problem, tuple(named), len(failures))
