"""Commands for the corpus: `python -m tools.corpus COMMAND --help`."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from policy_news.cli.exit_codes import errors_shown
from policy_news.core.atomic_files import new_file, require_new
from policy_news.core.errors import ArgumentError
from tools.corpus.marks import CORPUS, PARTS, Article, gold_line, read_part, sha256_of
from tools.corpus.texts import Fetcher, read_folder

app = typer.Typer(
    help="The corpus: fetch its texts, write gold files.", no_args_is_help=True, rich_markup_mode=None
)
TEXTS = Path("build/corpus")


@app.command()
def fetch(
    have: Annotated[
        list[Path] | None,
        typer.Option(
            help="Folder that has the texts already; may be repeated.", exists=True, file_okay=False
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the texts.")] = TEXTS,
    corpus: Annotated[Path, typer.Option(help="Folder of the marks.")] = CORPUS,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no address.")] = False,
) -> None:
    """Get the texts from folders that have them, or from where they are published. Example: python -m tools.corpus fetch."""
    with errors_shown():
        articles = [article for part in PARTS for article in read_part(part, corpus)]
        missing = _fetch(articles, have or [], out, offline)
    typer.echo(f"{len(articles) - len(missing)} of {len(articles)} texts are in {out}")
    for name, reason in missing.items():
        typer.echo(f"left out {name}: {reason}", err=True)
    if missing:
        raise typer.Exit(1)


def _fetch(articles: list[Article], have: list[Path], out: Path, offline: bool) -> dict[str, str]:
    """Write the texts that are not there yet; return why others are missing, by document."""
    out.mkdir(parents=True, exist_ok=True)
    wanted = {article.sha256 for article in articles if read_text(article, out) is None}
    found: dict[str, str] = {}
    for folder in have:
        found |= read_folder(folder, frozenset(wanted))
    fetcher, missing = Fetcher(articles), {}
    for article in articles:
        if article.sha256 not in wanted:
            continue
        text, reason = found.get(article.sha256), "in none of the folders"
        if text is None and not offline:
            text, reason = fetcher.text(article)
        if text is None:
            missing[article.doc] = reason
        elif (out / f"{article.doc}.txt").exists():
            missing[article.doc] = f"{out / article.doc}.txt is another text: move it away"
        else:
            (out / f"{article.doc}.txt").write_text(text, encoding="utf-8", newline="")
    return missing


def read_text(article: Article, folder: Path) -> str | None:
    """Return the text of an article from a folder; None if it is not there or is another text."""
    path = folder / f"{article.doc}.txt"
    if not path.is_file():
        return None
    text = path.read_bytes().decode("utf-8", errors="replace")
    if sha256_of(text) == article.sha256:
        return text
    return None


@app.command()
def gold(
    part: Annotated[str, typer.Option(help="train, dev or test.")],
    out: Annotated[Path, typer.Option(help="File to write.")],
    texts: Annotated[Path, typer.Option(help="Folder of `fetch`.")] = TEXTS,
    corpus: Annotated[Path, typer.Option(help="Folder of the marks.")] = CORPUS,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Write a part with its texts as a gold file. Example: python -m tools.corpus gold --part dev --out build/dev.jsonl."""
    with errors_shown():
        require_new(out, force=force)
        if part not in PARTS:
            raise ArgumentError(f"there is no part '{part}'", f"Parts: {', '.join(PARTS)}.")
        lines, left_out = [], []
        for article in read_part(part, corpus):
            text = read_text(article, texts)
            if text is None:
                left_out.append(article.doc)
            else:
                lines.append(json.dumps(gold_line(article, text), ensure_ascii=False) + "\n")
        if not lines:
            raise ArgumentError(f"{texts}: has none of the texts", "First run: python -m tools.corpus fetch")
        out.parent.mkdir(parents=True, exist_ok=True)
        with new_file(out) as partial:
            partial.write_text("".join(lines), encoding="utf-8")
    typer.echo(f"wrote {len(lines)} articles to {out}")
    if left_out:
        typer.echo(f"left out {len(left_out)} whose text is not there: {', '.join(left_out)}", err=True)


@app.command()
def facts(corpus: Annotated[Path, typer.Option(help="Folder of the marks.")] = CORPUS) -> None:
    """Print counts for the datasheet."""
    with errors_shown():
        for part in PARTS:
            articles = read_part(part, corpus)
            labels = Counter(entity.label for article in articles for entity in article.entities)
            licences = Counter(article.licence for article in articles)
            typer.echo(
                f"{part}: {len(articles)} articles, {sum(labels.values())} mentions, "
                f"{sum(len(article.claims) for article in articles)} claims, "
                f"{sum(len(article.dates) for article in articles)} dates"
            )
            for counts in (labels, licences):
                typer.echo("  " + ", ".join(f"{name} {count}" for name, count in counts.most_common()))


if __name__ == "__main__":
    app()
