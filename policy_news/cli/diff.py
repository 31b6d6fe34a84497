"""The command `diff`. Mounted by `policy_news.cli.main`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from policy_news.cli.exit_codes import errors_shown


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
    fail_on: Annotated[
        list[DiffKind] | None,
        typer.Option("--fail-on", help="Exit with 1 if these differ; give it once for each."),
    ] = None,
) -> None:
    """Show what changed between two runs. Example: pipeline diff tables-monday tables --fail-on decisions."""
    from policy_news.outputs.run_diff import compare_folders, format_changes

    with errors_shown():
        changes = compare_folders(old, new)
        typer.echo(format_changes(changes, form), nl=False)
    if {one.kind for one in changes} & set(fail_on or ()):
        raise typer.Exit(1)
