"""Update a table of reference data from a newer copy of its source: `python -m tools.reference --help`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from policy_news.cli.exit_codes import errors_shown
from policy_news.core.messages import counted, printable
from tools.reference.refresh import Request, refresh, write
from tools.reference.tables import SHOWN, parse_option

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def main(
    name: Annotated[str, typer.Argument(help="Table to update, e.g. gb-ministers.")],
    file: Annotated[Path, typer.Option("--from", help="Newer copy of its source.")],
    known_to: Annotated[
        str | None,
        typer.Option("--known-to", help="Day of the copy, e.g. 2026-07-20; default: its last change."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; write nothing.")
    ] = False,
) -> None:
    """Update a table from a newer copy of its source, and keep what was written by hand.

    Example: python -m tools.reference gb-ministers --from data.
    """
    with errors_shown():
        made = refresh(name, Request(file, parse_option(known_to)))
        if not dry_run:
            write(made)
    for line in made.changes:
        typer.echo(printable(line))
    for problem in made.problems[:SHOWN]:
        typer.echo(f"{file}: {printable(problem)}", err=True)
    if len(made.problems) > SHOWN:
        typer.echo(f"and {len(made.problems) - SHOWN} more", err=True)
    came = sum(line.startswith("+") for line in made.changes)
    done = "changed"
    if dry_run:
        done = "would change"
    typer.echo(
        f"refresh {name}: {counted(made.rows, 'row')} read, {counted(len(made.problems), 'problem')}; "
        f"{done} {came} rows in, {len(made.changes) - came} out; known to {made.known_to}"
    )
    if not dry_run:
        typer.echo("Run `pipeline build` to use the new rows.")


if __name__ == "__main__":
    app()
