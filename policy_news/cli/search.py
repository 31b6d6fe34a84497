"""The command `search`. Mounted by `policy_news.cli.main`."""

from __future__ import annotations

from typing import Annotated

import typer

from policy_news.cli.exit_codes import errors_shown
from policy_news.cli.options import OUT, ListingFormat, Tables
from policy_news.core.messages import counted, printable


def search(
    words: Annotated[list[str] | None, typer.Argument(help="Words of the claim, in any order.")] = None,
    by: Annotated[str, typer.Option("--by", help="Who speaks: a name or id, or words of the source.")] = "",
    about: Annotated[str, typer.Option("--about", help="Whom or what it names: a name or id.")] = "",
    claim_type: Annotated[str, typer.Option("--type", help="Type of claim, e.g. denial.")] = "",
    since: Annotated[str, typer.Option("--since", help="First day, e.g. 2024-03-05.")] = "",
    until: Annotated[str, typer.Option("--until", help="Last day.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="Claims to print.")] = 20,
    form: Annotated[ListingFormat, typer.Option("--format", help="How to print them.")] = "text",
    as_json: Annotated[bool, typer.Option("--json", help="Short for --format json.")] = False,
    out: Tables = OUT,
) -> None:
    """Find claims, the newest first. Example: pipeline search licence --by "Southern Water" --type denial."""
    import pyarrow as pa

    from policy_news.outputs.claim_search import SHOWN, ClaimQuery, parse_day, search_run
    from policy_news.outputs.listing import format_rows
    from policy_news.tables.claim_words import with_name
    from policy_news.tables.parquet import read_run

    pa.set_memory_pool(pa.system_memory_pool())  # the usual one keeps what it no longer needs
    with errors_shown():
        query = ClaimQuery(" ".join(words or ()), by, about, claim_type, parse_day(since), parse_day(until))
        answer = search_run(out, read_run(out), query, limit)
        for name in answer.near:
            typer.echo(f"search: did you mean '{printable(name)}'?", err=True)
        if as_json or form != "text":
            typer.echo(format_rows(answer.claims, SHOWN, "json" if as_json else form), nl=False)
            return
    for row in answer.claims:
        said = with_name(printable(row["reported"]), printable(row["source"] or ""))
        typer.echo(f"{row['claim_date'] or 'no day':<10}  {row['claim_type']:<12}  {said}")
        typer.echo(f"{'':<10}  {printable(row['title'] or row['doc_id'])}  ({printable(row['claim_id'])})")
    shown = "" if answer.found <= limit else f", the newest {limit} are shown"
    typer.echo(f"search: {counted(answer.found, 'claim')}{shown}")
