"""The commands `rules ...` and `explain`."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from policy_news.cli.exit_codes import EXIT_CHECK, errors_shown
from policy_news.cli.options import OUT, Command, Config, Tables
from policy_news.core.messages import counted, printable
from policy_news.core.settings import read_settings

rules_app = typer.Typer(
    help="Import, test and list rules and name lists.", no_args_is_help=True, rich_markup_mode=None
)

OWN = Path("models/own")
NAMED = 4
"""How many stale files a line names."""


@rules_app.command("import", cls=Command)
def import_names(
    file: Annotated[Path, typer.Argument(help="CSV file to import.")],
    label: Annotated[
        str | None, typer.Option("--label", help="Label for rows without one, e.g. COMPANY.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the list; default: models/own/NAME.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Name of the list; default: from the file name.")
    ] = None,
) -> None:
    """Make a custom name list. Example: pipeline rules import suppliers.csv."""
    from policy_news.rules.list_import import import_list, list_name

    with errors_shown():
        own = list_name(name, file)
        folder = out or OWN / own
        info, counts = import_list(file, folder, own, label)
        for line in counts.lines():
            typer.echo(printable(line))
        typer.echo(
            f"import: {counted(info.entries, 'line')}, {counted(info.names, 'name')} ({info.anchored} need context) in {folder}"
        )
        typer.echo(
            f'To use it: own_lists = ["{folder.as_posix()}"] under [annotate] in the file of --config.'
        )


@rules_app.command("test", cls=Command)
def run_examples(
    text: Annotated[
        str | None, typer.Option("--text", help="Show which rules fire on this text instead.")
    ] = None,
    release: Annotated[
        bool,
        typer.Option("--release", help="Fail if facts were not checked for 120 days, instead of warning."),
    ] = False,
    config: Config = None,
) -> None:
    """Run the examples of all rules, and report outdated facts.

    Example: pipeline rules test --text "Shares in Tarn fell.".
    """
    from policy_news.nlp.annotator import load_pipeline
    from policy_news.nlp.rule_examples import find_firings, run_rule_cases

    with errors_shown():
        nlp = load_pipeline(read_settings(config).annotate.model)
        if text is not None:
            firings = find_firings(nlp, text)
            for firing in firings:
                typer.echo(
                    f"{firing.start}-{firing.end}  {firing.label:<10}  {firing.rule:<36}  {printable(firing.text)}"
                )
            typer.echo(counted(len(firings), "rule fires", "rules fire"))
            return
        cases = list(run_rule_cases(nlp))
    failed = [case for case in cases if not case.passed]
    for case in failed:
        typer.echo(f"{case.file}: {case.rule}: {printable(case.text)}")
        typer.echo(f"    wanted {_items(case.wanted)}")
        typer.echo(f"    found  {_items(case.found)}")
    rules = {(case.file, case.rule) for case in cases}
    typer.echo(f"{len(cases)} examples of {len(rules)} rules, {len(failed)} failed")
    # Outdated facts fail a release only: else CI would turn red one day without any change.
    severity = "error" if release else "warning"
    is_stale = _report_stale(severity)
    if failed or (release and is_stale):
        raise typer.Exit(EXIT_CHECK)


def _items(items: Iterable[str]) -> str:
    return ", ".join(f"[{printable(item)}]" for item in items) or "nothing"


def _report_stale(severity: str) -> bool:
    """Report the files that nobody has checked for long, on GitHub as annotations; returns whether there are any."""
    from policy_news.rules.horizon import MAX_AGE, find_stale

    stale = find_stale(dt.datetime.now(tz=dt.UTC).date())
    mark = f"::{severity}::" if os.environ.get("GITHUB_ACTIONS") else f"{severity}: "
    for day, files in sorted(stale.items(), key=lambda item: str(item[0])):
        named = ", ".join(files[:NAMED])
        if len(files) > NAMED:
            named += f" and {len(files) - NAMED} more"
        known = f"know to {day}" if day else "do not say to which day they know"
        typer.echo(f"{mark}{known}, more than {MAX_AGE.days} days ago: {named}")
    return bool(stale)


@rules_app.command("list", cls=Command)
def list_rules(
    label: Annotated[str | None, typer.Option("--label", help="List only this label.")] = None,
    config: Config = None,
) -> None:
    """Count names and rules by file and label, including custom name lists. Example: pipeline rules list --label COMPANY."""
    from policy_news.nlp.rule_counts import count_rules

    with errors_shown():
        own_lists = read_settings(config).annotate.own_lists
        rows = [row for row in count_rules(own_lists) if label in (None, row.label)]
    width = max((len(row.file) for row in rows), default=0)
    for row in rows:
        typer.echo(
            f"{row.file:<{width}}  {row.label:<10}  {row.entries:>7} {row.kind:<9} {row.names:>8} names"
        )
    typer.echo(
        f"{sum(row.entries for row in rows)} entries, {sum(row.names for row in rows)} names in {len(rows)} rows"
    )


def explain(
    place: Annotated[
        str,
        typer.Argument(
            metavar="DOC[:OFFSET]",
            help="A doc_id or path, with a character offset in the raw text unless WORDS follow; or a claim_id.",
        ),
    ],
    words: Annotated[
        str | None, typer.Argument(metavar="WORDS", help="Words to look for in the document, or an offset.")
    ] = None,
    out: Tables = OUT,
    raw: Annotated[
        Path | None, typer.Option("--raw", help="Read the article from this folder instead of a run.")
    ] = None,
    config: Config = None,
) -> None:
    """Explain why words are a mention or not, or what a claim relates to. Example: pipeline explain article-17 "Tarnwick Optics" --out tables."""
    from policy_news.outputs.explain_claims import explain_claim, is_claim_id

    with errors_shown():
        if words is None and is_claim_id(place):
            for line in explain_claim(place, out):
                typer.echo(printable(line))
            return
        from policy_news.outputs.explain import explain_place

        for line in explain_place(place, out, raw, read_settings(config), words):
            typer.echo(printable(line))
