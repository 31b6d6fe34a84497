"""Exports: what a reader of each form gets back is what the tables hold."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import DocBin
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.core.errors import StageError
from policy_news.outputs.formats import WRITERS, write_export
from policy_news.outputs.formats.csv_tables import FORMULA, neutralise
from policy_news.tables.corpus import Corpus, read_corpus
from policy_news.tables.parquet import read_table
from policy_news.tables.schema import TABLES, FailureRow, arrow_schema
from tests.conftest import ROOT
from tests.support.invented_run import Draft, masked_draft, write_run

ODD = (
    "=Rail\u00a0Fares 🚆 Rise\r\n\r\n"
    '"Fares must fall," Zoë Quill told Ferrant\r\nHaulage plc, "and soon." She praised Cafe\u0301 Rail\'s e-tickets.\r\n\r\n'
    "+44 20 7946 0000\r\n\r\n-- the end --\t"
)


def odd_draft() -> Draft:
    """Line breaks inside spans, characters beyond the BMP, a content in two pieces, and what a spreadsheet takes for formulas."""
    draft = Draft("=cmd|odd [b]", ODD, "=Rail Fares", "@Nell", "javascript:alert(1)", None)
    for words in ("=Rail\u00a0Fares 🚆 Rise", ODD.split("\r\n\r\n")[1], "+44 20 7946 0000", "-- the end --"):
        draft.section(words)
    draft.mention("Zoë Quill", "PERSON", "person-zoe-quill")
    draft.mention("Ferrant\r\nHaulage plc", "COMPANY", "ferrant")
    draft.mention("Cafe\u0301 Rail", "COMPANY", "cafe-rail")
    draft.claim("Zoë Quill", "told", ['"Fares must fall,"', '"and soon."'], "call", "person-zoe-quill")
    draft.claim(
        "She", "praised", ["Cafe\u0301 Rail's e-tickets"], "opinion", "person-zoe-quill", ["Cafe\u0301 Rail"]
    )
    return draft


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    failure = FailureRow("-b.pdf", "ingest", "ReadError", "+broken", "=Save it anew.")
    return write_run(tmp_path_factory.mktemp("exports") / "out", [masked_draft(), odd_draft()], [failure])


@pytest.fixture(scope="module")
def corpus(out: Path) -> Corpus:
    return read_corpus(out)


def export(out: Path, form: str, to: Path) -> Path:
    result = CliRunner().invoke(app, ["export", "--out", str(out), "--format", form, "--to", str(to)])
    assert result.exit_code == 0, result.output
    return to


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def test_csv_comes_back_by_pandas(out: Path, tmp_path: Path) -> None:
    folder = export(out, "csv", tmp_path / "csv")
    for name, table in TABLES.items():
        rows = read_table(out, name).to_pylist()
        frame = pd.read_csv(folder / f"{name}.csv", keep_default_na=False, dtype=str, encoding="utf-8")
        assert list(frame.columns) == arrow_schema(table).names
        assert len(frame) == len(rows)
        for got, row in zip(frame.to_dict("records"), rows, strict=True):
            for column, value in row.items():
                assert read_cell(got[column], value) == value, (name, column)


def read_cell(cell: str, like: Any) -> Any:
    if like is None:
        return None if cell == "" else cell
    if isinstance(like, bool):
        return cell == "true"
    if isinstance(like, dt.datetime):
        return dt.datetime.fromisoformat(cell)
    if isinstance(like, dt.date):
        return dt.date.fromisoformat(cell)
    if isinstance(like, list):
        return json.loads(cell)
    return restore(cell) if isinstance(like, str) else type(like)(cell)


def restore(text: str) -> str:
    """The text that `neutralise` was given."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


FORMULAS = [
    "=1+1", "+1+1", "-2+3", "@SUM(1+1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x.example","Click")', "\t=1+1",
    "\r=1+1", "\n=1+1", "＝1+1", "＋1", "－1", "＠SUM(1)", "'=1+1", "''=1+1", "=\u200b1", '=1+1";=1+1', "=A1,=A2", "@\x00",
]  # fmt: skip


WITHOUT_TEXTS = {
    "dates", "claim_mentions", "appearances", "entity_aliases", "offices", "claim_links", "document_groups", "origins"
}  # fmt: skip
"""Tables that hold no text of the drafts."""


def test_formulas_in_any_place_are_cells_of_text(tmp_path: Path) -> None:
    drafts = []
    for number, formula in enumerate(FORMULAS):
        draft = Draft(f"{formula} {number}", f"{formula} said {formula} so.", formula, formula, formula)
        draft.section(f"{formula} said {formula} so.", "paragraph", formula)
        draft.mention(formula, formula, f"{formula} {number}")
        draft.claim(formula, "said", [f"{formula} so."], formula, f"{formula} {number}", [formula])
        drafts.append(draft)
    failures = [FailureRow(f"{formula}.txt", formula, formula, formula, formula) for formula in FORMULAS]
    out = write_run(tmp_path / "out", drafts, failures, {f"{f} {n}": f for n, f in enumerate(FORMULAS)})
    folder = export(out, "csv", tmp_path / "csv")
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert [cell for cell in cells if cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))] == []
        assert path.stem in WITHOUT_TEXTS or any(cell.startswith("'") for cell in cells), path.stem


@given(st.text(alphabet="'=+-@\t\r\nab＝", max_size=8))
def test_neutralised_text_can_be_restored(text: str) -> None:
    assert restore(neutralise(text)) == text
    assert neutralise(text)[:1] not in set("=+-@\t\r\n＝")


def test_jsonl_nests_all_and_has_the_form_of_gold(out: Path, corpus: Corpus, tmp_path: Path) -> None:
    records = read_lines(export(out, "jsonl", tmp_path / "all.jsonl"))
    assert [record["doc"] for record in records] == [article.document.doc_id for article in corpus.articles]
    for record, article in zip(records, corpus.articles, strict=True):
        text = record["text"]
        assert text == article.document.text
        for mention in [*record["entities"], *record["dates"]]:
            assert text[mention["start"] : mention["end"]] == mention["text"]
        for claim, row in zip(record["claims"], article.claims, strict=True):
            assert claim["type"] == row.claim_type
            assert " ... ".join(text[start:end] for start, end in claim["content"]) == row.content_text
            assert [text[start:end] for start, end in claim["source"]] == [row.source_text]
            assert [text[start:end] for start, end in claim["cue"]] == [row.cue_text]
            assert set(claim["about"]) == {mention.mention_id for mention in article.mentions_in(row)}


def read_conll(text: str) -> Iterator[list[tuple[str, str]]]:
    """Names with their labels, document by document."""
    for part in re.split(r"^-DOCSTART- -X- -X- O$", text, flags=re.MULTILINE)[1:]:
        found: list[tuple[str, str]] = []
        for line in filter(None, part.split("\n")):
            word, pos, chunk, name = line.split(" ")
            assert (pos, chunk) == ("-X-", "O")
            if name.startswith("B-"):
                found.append((word, name[2:]))
            elif name.startswith("I-"):
                assert found[-1][1] == name[2:]
                found[-1] = (f"{found[-1][0]} {word}", name[2:])
        yield found


def test_conll_comes_back(out: Path, corpus: Corpus, tmp_path: Path) -> None:
    text = export(out, "conll", tmp_path / "all.conll").read_text(encoding="utf-8")
    for found, article in zip(read_conll(text), corpus.articles, strict=True):
        wanted = [("".join(mention.text.split()), mention.label) for mention in article.mentions]
        assert [("".join(words.split()), label) for words, label in found] == wanted


def test_docbin_comes_back(out: Path, corpus: Corpus, tmp_path: Path) -> None:
    path = export(out, "spacy", tmp_path / "all.spacy")
    docs = list(DocBin(store_user_data=True).from_disk(path).get_docs(spacy.blank("en").vocab))
    for doc, article in zip(docs, corpus.articles, strict=True):
        assert doc.text == article.document.text
        assert doc.user_data["doc_id"] == article.document.doc_id
        ents = [(ent.start_char, ent.end_char, ent.label_, ent.kb_id_, ent.id_) for ent in doc.ents]
        assert ents == [
            (row.start, row.end, row.label, row.entity_id, row.mention_id) for row in article.mentions
        ]
        contents = [(span.start_char, span.end_char, span.label_, span.id_) for span in doc.spans["contents"]]
        assert contents == [
            (span.start, span.end, row.claim_type, row.claim_id)
            for row in article.claims
            for span in row.content_spans
        ]
        assert [(span.start_char, span.label_) for span in doc.spans["dates"]] == [
            (row.start, row.value) for row in article.dates
        ]
        assert [span.text for span in doc.spans["cues"]] == [row.cue_text for row in article.claims]
        assert len(doc.spans["sections"]) == len(article.sections)


def test_follow_the_money_entities_refer_to_each_other(out: Path, tmp_path: Path) -> None:
    records = read_lines(export(out, "ftm", tmp_path / "all.ftm.json"))
    by_id = {record["id"]: record for record in records}
    assert len(by_id) == len(records)
    schemata = {
        (record["schema"], *record["properties"].get("name", [])[:1])
        for record in records
        if record["schema"] != "Mention"
    }
    assert {("Document",), ("Company", "Tarnwick Optics"), ("Person", "Orla Fenn")} <= schemata
    for record in records:
        assert all(isinstance(value, str) for values in record["properties"].values() for value in values)
        if record["schema"] == "Mention":
            assert by_id[record["properties"]["document"][0]]["schema"] == "Document"
            assert (
                by_id[record["properties"]["resolved"][0]]["schema"]
                == record["properties"]["detectedSchema"][0]
            )
    assert [
        record["properties"].get("sourceUrl") for record in records if record["schema"] == "Document"
    ] == [
        None,
        ["https://news.example.org/camera-rule"],
    ]


@pytest.mark.slow
@pytest.mark.parametrize("form", WRITERS)
def test_exports_do_not_depend_on_hash_seeds_or_what_was_there(form: str, out: Path, tmp_path: Path) -> None:
    target = export(out, form, tmp_path / "one")
    before = fingerprint(target)
    code = f"from pathlib import Path as P; from policy_news.outputs.formats import write_export as w; w(P({str(out)!r}), {form!r}, P('one'), force=True)"
    environment = os.environ | {"PYTHONHASHSEED": "77", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, env=environment)
    assert fingerprint(target) == before
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def fingerprint(target: Path) -> dict[str, str]:
    files = sorted(target.rglob("*")) if target.is_dir() else [target]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("form", WRITERS)
def test_an_empty_run_can_be_exported(form: str, tmp_path: Path) -> None:
    write_export(write_run(tmp_path / "out", []), form, tmp_path / "to")
    assert (tmp_path / "to").exists()


def test_a_folder_of_the_user_stays(out: Path, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(app, ["export", "--out", str(out), "--format", "csv", "--to", str(tmp_path)])
    assert result.exit_code == 2
    assert "did not write" in result.output
    assert (tmp_path / "letters.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("form", ["jsonl", "conll", "spacy", "ftm"])
def test_a_file_of_the_user_stays_without_force(form: str, out: Path, tmp_path: Path) -> None:
    target = tmp_path / "letters.txt"
    target.write_text("mine", encoding="utf-8")
    command = ["export", "--out", str(out), "--format", form, "--to", str(target)]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 2
    assert "already exists" in result.output
    assert target.read_text(encoding="utf-8") == "mine"
    assert CliRunner().invoke(app, [*command, "--force"]).exit_code == 0
    assert target.read_bytes() != b"mine"


def test_a_failed_export_leaves_the_old_file(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = export(out, "jsonl", tmp_path / "all.jsonl")
    before = target.read_bytes()

    def fail(*_: Any, **__: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("policy_news.outputs.formats.files.json", SimpleNamespace(dumps=fail))
    with pytest.raises(StageError, match="No space left"):
        write_export(out, "jsonl", target, force=True)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["all.jsonl"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--format", "jsonl", "--to", "."], 2, "is a folder"),
        (["--format", "csv", "--to", "letter.txt"], 2, "letter.txt: is a file"),
        (["--format", "jsonl", "--to", "letter.txt/all.jsonl"], 2, "letter.txt is a file"),
        (["--format", "odt", "--to", "x"], 2, "odt"),
        (["--format", "csv", "--to", "x", "--out", "nowhere"], 3, "no finished run"),
        (["--format", "csv"], 2, "--to"),
    ],
)
def test_errors_say_what(
    arguments: list[str], code: int, says: str, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(app, ["export", "--out", str(out), *arguments])
    assert result.exit_code == code
    assert says in result.output
