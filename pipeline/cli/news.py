"""The command `new`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.exit_codes import errors_shown
from pipeline.cli.options import OUT, NewsFormat, Tables


def new(
    since: Annotated[
        Path, typer.Option("--since", help="File that remembers what was told; made if it is missing.")
    ],
    out: Tables = OUT,
    form: Annotated[NewsFormat, typer.Option("--format", help="How to print it.")] = "text",
) -> None:
    """Print what is new since the last call: documents, claims, entities, links. Example: pipeline new --since alerts.mark."""
    from pipeline.outputs.news import find_news, format_news, write_mark

    with errors_shown():
        news, seen = find_news(out, since)
        typer.echo(format_news(news, form), nl=False)
        write_mark(since, seen)  # last: rows that could not be printed are printed again next time
