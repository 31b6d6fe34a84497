"""The command `audit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.exit_codes import errors_shown
from pipeline.cli.options import OUT, AuditKey, ListingFormat, Tables
from pipeline.core.errors import ArgumentError


def audit(
    out: Tables = OUT,
    by: Annotated[
        list[AuditKey] | None,
        typer.Option("--by", help="What to make a row for; give it twice for pairs. Default: outlet."),
    ] = None,
    unread: Annotated[
        bool, typer.Option("--unread", help="List what was not read instead, and which copy has it.")
    ] = False,
    form: Annotated[ListingFormat, typer.Option("--format", help="How to print it.")] = "text",
) -> None:
    """Count who is quoted, or list what was not read. Example: pipeline audit --by outlet --by month."""
    with errors_shown():
        if unread and by:
            raise ArgumentError("--by does not go with --unread", "Leave one of them out.")
        told = _unread(out, form) if unread else _quoted(out, [str(key) for key in by or ["outlet"]], form)
    typer.echo(told, nl=False)


def _quoted(out: Path, by: list[str], form: str) -> str:
    from pipeline.outputs.audit import MEASURES, SHOWN, key_columns, list_quoted
    from pipeline.outputs.listing import format_rows
    from pipeline.tables.parquet import load_tables

    tables = load_tables(out)
    rows = list_quoted(tables, by)
    if form != "text":
        return format_rows(rows, [*key_columns(by), *MEASURES], form)
    total = [dict.fromkeys(by, "") | {by[0]: "all"} | row for row in list_quoted(tables)]
    return format_rows([*rows, *total], [], form, [*by, *SHOWN])


def _unread(out: Path, form: str) -> str:
    from pipeline.outputs.unread import format_unread, list_unread
    from pipeline.tables.corpus import read_corpus

    return format_unread(list_unread(read_corpus(out)), form)
