"""Reads what the pipeline found: from a finished run, or from a run made for the purpose."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from policy_news.core.errors import GoldError
from policy_news.core.settings import Settings
from policy_news.outputs.formats.gold import Expression, GoldAttribution, GoldDocument, GoldEntity
from policy_news.run.engines.local import LocalEngine
from policy_news.run.runner import count_workers, run_all
from policy_news.tables.chunks import Annotated
from policy_news.tables.corpus import Article, Corpus, read_corpus
from policy_news.tables.schema import ClaimRow


@dataclass(frozen=True, slots=True)
class Predictions:
    """Predicted documents, and the names of those that failed, with the reason.

    Attributes:
        source: Where they come from, in words.
        complete: Whether a missing gold document counts as one without any predictions.
    """

    source: str
    documents: tuple[GoldDocument, ...]
    failed: dict[str, str]
    complete: bool = False


def read_predictions(out: Path) -> Predictions:
    """Read the documents of a finished run."""
    corpus = read_corpus(out)
    reasons: dict[str, str] = {}
    for row in corpus.failures:
        # A gold document may be named with or without the ending of its file.
        reasons[row.path] = reasons[row.path.rpartition(".")[0]] = row.message
    return Predictions(f"the run in {out}", _documents(corpus), reasons)


def predict(documents: Sequence[GoldDocument], settings: Settings, workers: int) -> Predictions:
    """Run the pipeline on the texts of gold documents, in a temporary folder.

    Args:
        workers: Number of processes; 0 for one per core.
    """
    for document in documents:
        if document.text is None:
            raise GoldError(
                f"document '{document.name}': has no text",
                "Add it, or give --out a run over the texts.",
            )
    with tempfile.TemporaryDirectory(prefix="evaluate-") as folder:
        raw, out = Path(folder, "raw"), Path(folder, "out")
        raw.mkdir()
        names: dict[str, str] = {}
        for number, document in enumerate(documents):
            record = {
                "id": document.name,
                "text": document.text,
                "published": document.published,
                "title": document.title,
            }
            # A file of its own for each, under a number: a name may be anything, and one that fails to be
            # read must not cost the others.
            names[f"{number:06d}"] = document.name
            (raw / f"{number:06d}.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
        run_all(raw, out, settings, engine=LocalEngine(count_workers(workers)))
        corpus = read_corpus(out)
    reasons = {names[row.path[:6]]: row.message for row in corpus.failures}
    return Predictions("a run of the pipeline on the texts of the gold", _documents(corpus), reasons)


def _documents(corpus: Corpus) -> tuple[GoldDocument, ...]:
    return tuple(predicted_document(article) for article in corpus.articles)


def predicted_document(article: Article | Annotated) -> GoldDocument:
    """Return the rows of an article as gold files have them."""
    entities = [GoldEntity(row.start, row.end, row.label) for row in article.mentions]
    dates = [Expression(row.start, row.end, row.timex_type, row.value or "") for row in article.dates]
    return GoldDocument(
        article.document.doc_id,
        article.document.text,
        entities=tuple(entities),
        claims=tuple(map(_claim, article.claims)),
        dates=tuple(dates),
    )


def _claim(row: ClaimRow) -> GoldAttribution:
    source, cue, content = (tuple(row.places.get(part, ())) for part in ("source", "cue", "content"))
    return GoldAttribution(source, cue, content, (row.claim_type,), row.quote_kind)
