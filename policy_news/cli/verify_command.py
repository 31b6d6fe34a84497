"""The command `verify`. Mounted by `policy_news.cli.main`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policy_news.cli.exit_codes import EXIT_CHECK, errors_shown
from policy_news.cli.options import OUT, FindingsFormat, Tables
from policy_news.cli.progress_bars import show_progress
from policy_news.core.messages import printable

if TYPE_CHECKING:
    from policy_news.drafts.pile import Pile
    from policy_news.drafts.shown import Verified


def verify(
    drafts: Annotated[list[Path], typer.Argument(help="Drafts: text, Markdown, HTML, PDF or Word.")],
    out: Tables = OUT,
    form: Annotated[FindingsFormat, typer.Option("--format", help="Output format.")] = "text",
    fail_on: Annotated[
        str, typer.Option("--fail-on", help="Verdicts by which a draft fails, with commas between them.")
    ] = "altered,spliced,other_speaker,changed,denied",
    page: Annotated[bool, typer.Option("--page", help="Write an HTML page beside each draft.")] = False,
) -> None:
    """Hold drafts against the documents of a run: quotations, paraphrases, claims told as facts, offices and dates.

    Exits with 0, with 1 if a verdict of --fail-on occurs, with 2 if an option is invalid, with 3 without a finished run.

    Example: pipeline verify draft.md --out tables --page
    """
    with errors_shown():
        if page:
            from policy_news.drafts.draft_page import page_of
            from policy_news.outputs.report.render import check_page

            for path in drafts:  # before the work
                check_page(page_of(path))
        verified, pile = _verify(drafts, out, fail_on)
        for line in _lines(verified, form):
            typer.echo(line)
        if page:
            from policy_news.drafts.draft_page import write_page

            for draft, findings in verified.drafts:
                written = write_page(draft, findings, pile)
                typer.echo(f"page: {printable(str(written))}", err=form != "text")
    if verified.is_failed:
        raise typer.Exit(EXIT_CHECK)


def _verify(paths: list[Path], out: Path, fail_on: str) -> tuple[Verified, Pile]:
    """Return the findings of all drafts, and the documents. Imports are local, so that other commands start fast."""
    from policy_news.drafts.shown import Verified, read_failing

    failing = read_failing(fail_on)
    from policy_news.drafts.draft_verifier import Verifier
    from policy_news.drafts.pile import open_pile

    pile = open_pile(out)
    verifier = Verifier(pile)
    with show_progress() as progress:
        drafts = []
        for number, path in enumerate(paths, 1):
            draft = verifier.read(path)
            drafts.append((draft, verifier.verify(draft)))
            progress("verify", number, len(paths))
    return Verified(drafts, failing), pile


def _lines(verified: Verified, form: FindingsFormat) -> list[str]:
    from policy_news.drafts import shown

    if form == "junit":
        return [shown.to_junit(verified)]
    forms = {"text": shown.text_lines, "json": shown.json_lines, "github": shown.github_lines}
    return list(forms[form](verified))
