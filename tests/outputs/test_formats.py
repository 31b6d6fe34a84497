"""One registry of formats, and round trips through those that are both written and read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from pkgutil import resolve_name

import pytest
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.core.errors import GoldError, SettingsError
from policy_news.outputs.formats import FORMATS, Format, gold_formats, gold_reader, write_export
from policy_news.outputs.formats.gold import GoldDocument, GoldSet
from policy_news.outputs.formats.gold_files import read_gold
from policy_news.tables.corpus import read_corpus
from tests.support.invented_run import masked_draft, write_run

EXACT = [name for name in gold_formats() if name != "conll"]
"""Formats that keep the raw text; CoNLL columns keep words only."""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("formats") / "out", [masked_draft()])


def exported(out: Path, name: str, folder: Path) -> Path:
    form = FORMATS[name]
    target = folder if form.is_folder else folder / f"all{form.endings[0]}"
    write_export(out, name, target)
    return target


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


@pytest.mark.parametrize("name", FORMATS)
def test_every_registered_function_exists(name: str) -> None:
    form = FORMATS[name]
    assert form.write or form.read
    for function in filter(None, (form.write, form.read)):
        assert callable(resolve_name(function))


def write_titles(out: Path, to: Path) -> str:
    """An export of the tests: one document id per line."""
    to.write_text("".join(f"{article.document.doc_id}\n" for article in read_corpus(out).articles), "utf-8")
    return "titles"


def read_titles(path: Path) -> GoldSet:
    documents = tuple(GoldDocument(line) for line in path.read_text("utf-8").splitlines())
    return GoldSet(path, "titles", documents)


def test_a_format_is_added_in_one_place(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    added = Format(f"{__name__}:write_titles", f"{__name__}:read_titles", (".titles",))
    monkeypatch.setitem(FORMATS, "titles", added)
    target = tmp_path / "all.titles"
    assert write_export(out, "titles", target) == "titles"
    assert [document.name for document in read_gold(target).documents] == [
        article.document.doc_id for article in read_corpus(out).articles
    ]


def test_the_command_line_offers_what_is_registered() -> None:
    code = (
        "from policy_news.outputs.formats import FORMATS, Format; FORMATS['titles'] = Format('a:b', 'a:c');"
        "from policy_news.cli.main import app; app(['{}', '--help'])"
    )
    for command in ("export", "evaluate"):
        shown = subprocess.run(
            [sys.executable, "-c", code.format(command)], capture_output=True, text=True, check=True
        ).stdout
        assert "titles" in shown


def test_an_unknown_format_is_refused(out: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such format"):
        write_export(out, "xml", tmp_path / "a")
    with pytest.raises(SettingsError, match="cannot be read"):
        gold_reader("csv")
    with pytest.raises(GoldError, match="unknown extension"):
        read_gold(write_run(tmp_path / "run.xyz", []) / "run.json")
    result = CliRunner().invoke(app, ["export", "--format", "xml", "--to", str(tmp_path / "a")])
    assert result.exit_code == 2
