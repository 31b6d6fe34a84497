"""The commands that show and hand on the tables of a run. Mounted by `pipeline.cli.main`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.exit_codes import errors_shown
from pipeline.core.messages import counted, printable

Out = Annotated[Path, typer.Option("--out", help="Folder with the tables.")]
OUT = Path("data/out")


class ExportFormat(StrEnum):
    """Forms that other programs read."""

    csv = "csv"
    jsonl = "jsonl"
    conll = "conll"
    spacy = "spacy"
    brat = "brat"
    webannotation = "webannotation"
    ftm = "ftm"
    schemaorg = "schemaorg"


def report(out: Out = OUT) -> None:
    """Write an offline HTML report into the folder. Example: pipeline report --out tables."""
    from pipeline.outputs.report import write_report

    with errors_shown():
        page, documents = write_report(out)
        typer.echo(f"report: {counted(documents, 'document')}, open {printable(str(page))}")


def export(
    form: Annotated[ExportFormat, typer.Option("--format", help="Form of the export.")],
    to: Annotated[Path, typer.Option("--to", help="File to write; a folder for csv and brat.")],
    out: Out = OUT,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write the tables in a form that other programs read. Example: pipeline export --out tables --format csv --to csv."""
    from pipeline.outputs.exports import write_export

    with errors_shown():
        typer.echo(f"export: {write_export(out, form.value, to, force=force)} in {printable(str(to))}")
