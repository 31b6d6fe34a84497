"""The command `diff`. Mounted by `policy_news.cli.main`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from policy_news.cli.exit_codes import errors_shown
from policy_news.core.messages import printable


class DiffKind(StrEnum):
    """What two runs are compared by."""

    articles = "articles"
    claims = "claims"
    entities = "entities"
    decisions = "decisions"


def diff(
    old: Annotated[Path, typer.Argument(help="Folder with the tables of the earlier run.")],
    new: Annotated[Path, typer.Argument(help="Folder with the tables of the later run.")],
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="How to print it.")] = "text",
    page: Annotated[Path | None, typer.Option("--page", help="HTML page to write as well.")] = None,
    expect: Annotated[
        Path | None,
        typer.Option(
            "--expect", help="File to write with the new claims as expectations of `pipeline check`."
        ),
    ] = None,
    fail_on: Annotated[
        list[DiffKind] | None,
        typer.Option("--fail-on", help="Exit with 1 if these differ; give it once for each."),
    ] = None,
) -> None:
    """Show what changed between two runs. Example: pipeline diff tables-monday tables --fail-on decisions."""
    from policy_news.outputs import run_diff

    with errors_shown():
        changes = run_diff.compare_folders(old, new)
        typer.echo(run_diff.format_changes(changes, form), nl=False)
        if page:
            run_diff.write_page(changes, old, new, page)
            typer.echo(f"diff: wrote {printable(str(page))}", err=True)
        if expect:
            written = run_diff.write_expectations(changes, new, expect)
            typer.echo(f"diff: {written} in {printable(str(expect))}", err=True)
    if {one.kind for one in changes} & set(fail_on or ()):
        raise typer.Exit(1)
