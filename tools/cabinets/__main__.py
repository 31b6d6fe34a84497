"""Renew the table of cabinets from Wikidata: `python -m tools.cabinets --help`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from policy_news.cli.exit_codes import errors_shown
from policy_news.core.atomic_files import new_file
from policy_news.rules.world import TABLE, read_rows, write_rows
from tools.cabinets.listings import read_listing, with_listing
from tools.cabinets.wikidata import renewed
from tools.reference.manifest import MANIFEST, digest, read_manifest, write_manifest

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def main(
    table: Annotated[Path, typer.Option(help="The table.", exists=True, dir_okay=False)] = TABLE,
    listing: Annotated[
        Path | None,
        typer.Option(help="CSV of a listing; Wikidata is not asked.", exists=True, dir_okay=False),
    ] = None,
) -> None:
    """Ask Wikidata again who held the posts of the table; rows of other sources stay. Then run `pipeline build`."""
    with errors_shown():
        today = dt.date.today()
        rows = read_rows(table)
        made = with_listing(rows, read_listing(listing)) if listing else renewed(rows, today.isoformat())
        write_rows(made, table)
        entries = read_manifest(table.parent)
        changed = {"sha256": digest(table.read_text(encoding="utf-8"))}
        entries[table.name] = entries[table.name].model_copy(update=changed)
        with new_file(table.parent / MANIFEST) as part:
            part.write_text(write_manifest(entries), encoding="utf-8")
    typer.echo(f"{len(rows):,} terms before, {len(set(made)):,} now")


if __name__ == "__main__":
    app()
