"""The commands about corrections that last. Mounted by `policy_news.cli.main`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policy_news.cli.check_command import exit_if_failed, show
from policy_news.cli.exit_codes import EXIT_CHECK, errors_shown
from policy_news.cli.options import OUT, Command, Config, Out
from policy_news.core.atomic_files import require_new
from policy_news.core.errors import ArgumentError, StageError
from policy_news.core.messages import printable
from policy_news.core.settings import read_settings

if TYPE_CHECKING:
    from policy_news.core.settings import Settings
    from policy_news.decisions.told import DecisionOutcome

decisions_app = typer.Typer(
    help="Corrections that last: check, apply, list, export.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
File = Annotated[
    Path | None,
    typer.Option("--file", help="Decisions file; default: decisions.jsonl beside the raw folder."),
]


@decisions_app.command("check", cls=Command)
def check_decisions(out: Out = OUT, file: File = None, config: Config = None) -> None:
    """Report which decisions hold, and which are replaced or lost.

    Exits with 0 if all hold, 1 if one does not, 2 if the file is invalid, 3 without a finished run.

    Example: pipeline decisions check --out tables
    """
    from policy_news.decisions.told import FAILED

    with errors_shown():
        path, outcomes = _tried(out, file, config)
    bad = [outcome for outcome in outcomes if outcome.state in FAILED]
    for outcome in outcomes:
        if outcome.state in (*FAILED, "replaced"):
            told = f"{path}:{outcome.line}: {outcome.do} {outcome.place}: {outcome.note}"
            typer.echo(printable(told), err=True)
    typer.echo(f"decisions: {_summary(outcomes)}")
    if bad:
        raise typer.Exit(EXIT_CHECK)


@decisions_app.command("apply", cls=Command)
def apply_decisions(out: Out = OUT, config: Config = None) -> None:
    """Rewrite the tables with the current decisions. Example: pipeline decisions apply --out tables."""
    from policy_news.run.finished_run import raw_of
    from policy_news.run.job import Job
    from policy_news.run.runner import run_job
    from policy_news.run.stages.check import check, passed_parts

    with errors_shown():
        settings, raw, known = _settings(out, config), raw_of(out), passed_parts(out)
        if raw is None:
            raise StageError(f"{out}: the run does not say what it was made from", "Use `pipeline run`.")
        job = Job(raw, out, settings, say=lambda text: typer.echo(printable(text)), known=known)
        checked = check(run_job(job)).checked
    if checked is not None and checked.findings:
        show(checked)
        exit_if_failed(checked)


@decisions_app.command("list", cls=Command)
def list_decisions(out: Out = OUT, file: File = None, config: Config = None) -> None:
    """List the decisions and the state of each. Example: pipeline decisions list --out tables."""
    with errors_shown():
        path, outcomes = _tried(out, file, config)
        states = {outcome.id: outcome for outcome in outcomes}
        from policy_news.decisions.decisions_file import read_decisions
        from policy_news.decisions.told import place_of

        for one in read_decisions(path).lines:
            decision, state, why = one.decision, "", ""
            if decision.id in states:
                state = states[decision.id].state
            elif decision.do != "undo":  # only what was undone, and what undid it, has no outcome
                state = "undone"
            if decision.why:
                why = f" ({decision.why})"
            who = f"{decision.by}, {decision.when:%Y-%m-%d}{why}"
            typer.echo(printable(f"{one.line:>5}  {state:<8}  {decision.do:<16}  {place_of(one)}  {who}"))
        typer.echo(f"{path}: {_summary(outcomes)}")


@decisions_app.command("export", cls=Command)
def export_decisions(
    to: Annotated[Path, typer.Option("--to", help="File to write.")],
    out: Out = OUT,
    file: File = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    config: Config = None,
) -> None:
    """Write the decisions as expectations of `pipeline check`. Example: pipeline decisions export --to checks.yml."""
    from policy_news.decisions.decisions_file import read_decisions
    from policy_news.decisions.exports import write_expectations
    from policy_news.run.trial import find_decisions

    with errors_shown():
        require_new(to, force=force)
        settings = _settings(out, config)
        decisions = read_decisions(file or find_decisions(out, settings))
        typer.echo(f"export: {write_expectations(decisions, out, to)} in {printable(str(to))}")


def _settings(out: Path, config: Path | None) -> Settings:
    """Return the settings of --config, else those of the run."""
    from policy_news.run.finished_run import run_settings

    return read_settings(config) if config else run_settings(out)


def _tried(out: Path, file: Path | None, config: Path | None) -> tuple[Path, list[DecisionOutcome]]:
    from policy_news.decisions.decisions_file import read_decisions
    from policy_news.run.trial import find_decisions, try_decisions

    settings = _settings(out, config)
    path = file or find_decisions(out, settings)
    if file is not None and not file.is_file():
        raise ArgumentError(f"{file}: is not a file", "Name a file of decisions with --file.")
    return path, try_decisions(out, settings, read_decisions(path))


def _summary(outcomes: list[DecisionOutcome]) -> str:
    from policy_news.run.decisions_copy import summarise_outcomes

    return summarise_outcomes(outcomes).partition(";")[0]
