"""Round trips through the formats that are both written and read."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_news.core.errors import GoldError, SettingsError
from policy_news.outputs.formats import ENDINGS, READERS, gold_reader, write_export
from policy_news.outputs.formats.gold_files import read_gold
from policy_news.tables.corpus import read_corpus
from tests.support.invented_run import masked_draft, write_run

EXACT = [name for name in READERS if name != "conll"]
"""Formats that keep the raw text; CoNLL columns keep words only."""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("formats") / "out", [masked_draft()])


def exported(out: Path, name: str, folder: Path) -> Path:
    ending = next(ending for ending, form in ENDINGS.items() if form == name)
    write_export(out, name, folder / f"all{ending}")
    return folder / f"all{ending}"


@pytest.mark.parametrize("name", EXACT)
def test_mentions_claims_and_dates_come_back(name: str, out: Path, tmp_path: Path) -> None:
    (article,) = read_corpus(out).articles
    gold = read_gold(exported(out, name, tmp_path / "to"))
    (document,) = gold.documents
    assert gold.form == name
    assert document.text == article.document.text
    assert sorted((e.start, e.end, e.label) for e in document.entities or ()) == sorted(
        (m.start, m.end, m.label) for m in article.mentions
    )
    assert sorted(claim.content for claim in document.claims or ()) == sorted(
        tuple((span.start, span.end) for span in claim.content_spans) for claim in article.claims
    )
    assert sorted(claim.types for claim in document.claims or ()) == sorted(
        (claim.claim_type,) for claim in article.claims
    )
    assert sorted((d.start, d.end, d.value) for d in document.dates or ()) == sorted(
        (row.start, row.end, row.value or "") for row in article.dates
    )


def test_columns_keep_words_and_labels(out: Path, tmp_path: Path) -> None:
    (article,) = read_corpus(out).articles
    (document,) = read_gold(exported(out, "conll", tmp_path)).documents
    text = document.text or ""
    assert [(text[e.start : e.end], e.label) for e in document.entities or ()] == [
        (m.text, m.label) for m in article.mentions
    ]


def test_an_unknown_format_is_refused(out: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such format"):
        write_export(out, "xml", tmp_path / "a")
    with pytest.raises(SettingsError, match="cannot be read"):
        gold_reader("csv")
    with pytest.raises(GoldError, match="unknown extension"):
        read_gold(write_run(tmp_path / "run.xyz", []) / "run.json")
