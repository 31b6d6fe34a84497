"""The commands `report` and `export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.exit_codes import errors_shown
from pipeline.cli.options import OUT, ExportFormat, Tables
from pipeline.core.messages import counted, printable


def report(out: Tables = OUT) -> None:
    """Write an offline HTML report into the output folder. Example: pipeline report --out tables."""
    from pipeline.outputs.report import write_report

    with errors_shown():
        page, documents = write_report(out)
        typer.echo(f"report: {counted(documents, 'document')}, open {printable(str(page))}")


def export(
    form: Annotated[ExportFormat, typer.Option("--format", help="Export format.")],
    to: Annotated[Path, typer.Option("--to", help="File to write; for csv and brat, a folder.")],
    out: Tables = OUT,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Export the tables for other programs. Example: pipeline export --out tables --format csv --to csv."""
    from pipeline.outputs.formats import write_export

    with errors_shown():
        written = write_export(out, form, to, force=force)
        typer.echo(f"export: {written} in {printable(str(to))}")
