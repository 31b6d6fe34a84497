"""The command `verify`. Mounted by `policy_news.cli.main`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policy_news.cli.exit_codes import EXIT_CHECK, errors_shown
from policy_news.cli.options import OUT, FindingsFormat, Tables
from policy_news.cli.progress_bars import show_progress
from policy_news.core.messages import printable

if TYPE_CHECKING:
    from policy_news.drafts.draft_report import DraftReport
    from policy_news.drafts.pile import Pile
    from policy_news.drafts.sources import SourceText


def verify(
    drafts: Annotated[
        list[Path],
        typer.Argument(
            help="Drafts: text, Markdown, HTML, PDF, Word, JSON, JSON lines; - for standard input."
        ),
    ],
    out: Tables = OUT,
    against: Annotated[
        list[Path] | None,
        typer.Option(
            "--against", help="File or folder to hold the drafts against, instead of a run; repeatable."
        ),
    ] = None,
    form: Annotated[FindingsFormat, typer.Option("--format", help="Output format.")] = "text",
    records: Annotated[
        bool, typer.Option("--json", help="One JSON object for each sentence of a draft.")
    ] = False,
    fail_on: Annotated[
        str, typer.Option("--fail-on", help="Verdicts by which a draft fails, with commas between them.")
    ] = "altered,spliced,other_speaker,changed,denied",
    page: Annotated[bool, typer.Option("--page", help="Write an HTML page beside each draft.")] = False,
) -> None:
    """Hold drafts against the documents of a run, or against files: quotations, paraphrases, claims told as facts, offices and dates.

    Exits with 0, with 1 if a verdict of --fail-on occurs, with 2 if an option is invalid, with 3 if a draft or source cannot be read.

    Example: pipeline verify draft.md --against articles --page
    """
    with errors_shown():
        if page:
            from policy_news.drafts.draft_page import page_of
            from policy_news.outputs.report.render import check_page

            for path in drafts:  # before the work
                check_page(page_of(path))
        from policy_news.drafts.shown import read_failing

        failing = read_failing(fail_on)
        reports = list(_reports(drafts, against or [], out))
        for line in _lines([report for report, _ in reports], failing, "records" if records else form):
            typer.echo(line)
        if page:
            from policy_news.drafts.draft_page import write_page

            for report, pile in reports:
                written = write_page(report, pile)
                typer.echo(f"page: {printable(str(written))}", err=records or form != "text")
    if any(report.failing(failing) for report, _ in reports):
        raise typer.Exit(EXIT_CHECK)


def _reports(paths: list[Path], against: list[Path], out: Path) -> Iterator[tuple[DraftReport, Pile]]:
    """Yield what was found in each draft, with what it was held against. Imports are local, so that other commands start fast."""
    from policy_news.drafts.draft_report import make_report, verify_text
    from policy_news.drafts.draft_verifier import Verifier
    from policy_news.drafts.inputs import is_text, read_texts
    from policy_news.drafts.pile import open_pile
    from policy_news.drafts.sources import open_sources

    piles: dict[tuple[Path | SourceText, ...], Pile] = {}
    with show_progress() as progress:
        for number, path in enumerate(paths, 1):
            for draft in read_texts(path) if is_text(path) else [None]:
                sources: tuple[Path | SourceText, ...] = (*(draft.citations if draft else ()), *against)
                if sources not in piles:
                    piles = {sources: open_sources(sources) if sources else open_pile(out)}
                pile = piles[sources]
                if draft is not None:
                    yield verify_text(draft, pile), pile
                else:
                    pile.verifier = pile.verifier or Verifier(pile)
                    yield make_report(pile.verifier.read(path), pile.verifier), pile
            progress("verify", number, len(paths))


def _lines(reports: list[DraftReport], failing: frozenset[str], form: str) -> list[str]:
    from policy_news.drafts import shown

    verified = shown.Verified(reports, failing)
    if form == "junit":
        return [shown.to_junit(verified)]
    forms = {"text": shown.text_lines, "json": shown.json_lines, "github": shown.github_lines, "records": shown.record_lines}  # fmt: skip
    return list(forms[form](verified))
