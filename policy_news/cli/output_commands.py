"""The commands that read finished tables: `report`, `export`, `new`, `audit`, `mcp`, `serve`."""

from __future__ import annotations

from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from policy_news.cli.exit_codes import errors_shown
from policy_news.cli.options import OUT, AuditKey, ExportFormat, ListingFormat, NewsFormat, Tables
from policy_news.core.errors import ArgumentError
from policy_news.core.faults import Fault
from policy_news.core.messages import counted, printable


def report(out: Tables = OUT) -> None:
    """Write an offline HTML report into the output folder. Example: pipeline report --out tables."""
    from policy_news.outputs.report import write_report

    with errors_shown():
        faults = list[Fault]()
        page, documents = write_report(out, faults)
        for name, error in faults:
            told = f"{name} could not be made: {type(error).__name__}: {error}"
            typer.echo(f"warning: {printable(told)}; please report it", err=True)
        typer.echo(f"report: {counted(documents, 'document')}, open {printable(str(page))}")


def export(
    form: Annotated[ExportFormat, typer.Option("--format", help="Export format.")],
    to: Annotated[Path, typer.Option("--to", help="File to write; for csv, a folder.")],
    out: Tables = OUT,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier export.")] = False,
) -> None:
    """Export the tables for other programs. Example: pipeline export --out tables --format csv --to csv."""
    from policy_news.outputs.formats import write_export

    with errors_shown():
        written = write_export(out, form, to, force=force)
        typer.echo(f"export: {written} in {printable(str(to))}")


def new(
    since: Annotated[
        Path, typer.Option("--since", help="File that remembers what was told; made if it is missing.")
    ],
    out: Tables = OUT,
    form: Annotated[NewsFormat, typer.Option("--format", help="How to print it.")] = "text",
) -> None:
    """Print what is new since the last call: documents, claims, entities, links. Example: pipeline new --since alerts.mark."""
    from policy_news.outputs.news import find_news, format_news, write_mark

    with errors_shown():
        news, seen = find_news(out, since)
        typer.echo(format_news(news, form), nl=False)
        write_mark(since, seen)  # last: rows that could not be printed are printed again next time


def audit(
    out: Tables = OUT,
    by: Annotated[
        list[AuditKey] | None,
        typer.Option("--by", help="What to make a row for; give it twice for pairs. Default: outlet."),
    ] = None,
    form: Annotated[ListingFormat, typer.Option("--format", help="How to print it.")] = "text",
) -> None:
    """Count who is quoted. Example: pipeline audit --by outlet --by month."""
    from policy_news.outputs.audit import MEASURES, key_columns, list_quoted
    from policy_news.outputs.listing import format_rows
    from policy_news.tables.parquet import load_tables

    with errors_shown():
        keys = [str(key) for key in by or ["outlet"]]
        rows = list_quoted(load_tables(out), keys)
        told = format_rows(rows, [*key_columns(keys), *MEASURES], form, [*keys, *MEASURES])
    typer.echo(told, nl=False)


def mcp(out: Tables = OUT) -> None:
    """Let an assistant ask about the tables, over standard input and output (Model Context Protocol). Example: pipeline mcp --out tables."""
    with errors_shown():
        if find_spec("mcp") is None:
            raise ArgumentError(
                "`pipeline mcp` needs the package mcp, which is not installed",
                "In the folder of the clone: pip install -e '.[mcp]'.",
            )
        from policy_news.assistants.mcp_server import serve

        with suppress(KeyboardInterrupt):  # Ctrl-C ends it as intended
            serve(out)


def serve(
    out: Tables = OUT,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 for any free one.")] = 8766,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read the run, report what would be served, and exit.")
    ] = False,
) -> None:
    """Serve drafts, claims and the tools for assistants over HTTP, to this machine only. Example: pipeline serve --out tables."""
    with errors_shown():
        from policy_news.assistants.web import serve_http
        from policy_news.tables.parquet import read_run

        if dry_run:
            counts = read_run(out)["counts"]
            documents, claims = counted(counts["documents"], "document"), counted(counts["claims"], "claim")
            typer.echo(f"serve: {documents}, {claims}")
            return
        with suppress(KeyboardInterrupt):  # Ctrl-C ends it as intended
            serve_http(out, port, lambda address: typer.echo(f"serve: {address}"))
