"""Hostile and broken input: one run over all of it, and what must come out of each case."""

from __future__ import annotations

import re
import resource
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from policy_news.checks import checking
from policy_news.cli.main import app
from policy_news.core.errors import ReadError
from policy_news.core.settings import AnnotateSettings, IngestSettings, MaskSettings, Settings
from policy_news.nlp.annotator import Annotator
from policy_news.run.raw_files import RawFile, readable_name
from policy_news.run.records import read_documents as read_kept
from policy_news.run.runner import run_all
from policy_news.run.stages import ingest
from policy_news.run.stages.ingest import read_documents
from policy_news.tables.parquet import read_table
from policy_news.text.document import Document, Source
from policy_news.text.document_ids import document_id
from policy_news.text.masking import compile_patterns, unmask
from policy_news.text.readers import read_file
from policy_news.text.readers.decoding import decode, find_declared
from policy_news.text.readers.isolation import Parser
from tests.conftest import MODEL, ROOT
from tests.support.hostile.bombs import BOMBS, LAST, Bomb
from tests.support.hostile.cases import Case, Failed, File, Kept
from tests.support.hostile.encodings import CHINESE, DECLARED, ENCODINGS, ENGLISH, MIXED, RUSSIAN, Encoding
from tests.support.hostile.inputs import FILES
from tests.support.hostile.placing import put_case
from tests.support.hostile.records import RECORDS
from tests.support.hostile.texts import MASKED, TEXTS

CASES = (*TEXTS, *FILES, *RECORDS)
SETTINGS = Settings(
    annotate=AnnotateSettings(model=str(MODEL)), ingest=IngestSettings(max_bytes=2_000_000, reader_seconds=15)
)


@dataclass(frozen=True)
class Tables:
    """What came out of the run, by the folder of each case."""

    documents: dict[str, list[dict[str, Any]]]
    mentions: dict[str, list[dict[str, Any]]]
    failures: dict[str, list[dict[str, Any]]]
    inputs: int


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of a run over all cases."""
    root = tmp_path_factory.mktemp("hostile")
    (root / "outside").mkdir()
    (root / "outside" / "secret.txt").write_text("It is a secret.", encoding="utf-8")
    for number, case in enumerate(CASES):
        put_case(case, root / "raw" / _folder(number), root)
    run_all(root / "raw", root / "out", SETTINGS)
    return root / "out"


def _folder(number: int) -> str:
    return f"{number:03d}"


@pytest.fixture(scope="module")
def tables(out: Path) -> Tables:
    """The tables, by case."""
    documents, mentions, failures = (
        read_table(out, name).to_pylist() for name in ("documents", "mentions", "failures")
    )
    folders = {row["doc_id"]: row["path"].split("/")[0] for row in documents}
    return Tables(
        _by_case((row["path"].split("/")[0], row) for row in documents),
        _by_case((folders[row["doc_id"]], row) for row in mentions),
        _by_case((row["path"].split("/")[0], row) for row in failures),
        len(documents) + len(failures),
    )


def _by_case(rows: Any) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for folder, row in rows:
        found.setdefault(folder, []).append(row)
    return found


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.name for case in CASES])
def test_case(number: int, tables: Tables) -> None:
    case, folder = CASES[number], _folder(number)
    documents, failures = tables.documents.get(folder, []), tables.failures.get(folder, [])
    kept = [item for item in case.gives if isinstance(item, Kept)]
    failed = [item for item in case.gives if isinstance(item, Failed)]
    assert {row["doc_id"] for row in documents} == {_filled(item.doc_id, folder) for item in kept}
    assert {row["path"] for row in failures} == {f"{folder}/{item.path}" for item in failed}
    assert (len(documents), len(failures)) == (len(kept), len(failed))
    for item in kept:
        row = next(row for row in documents if row["doc_id"] == _filled(item.doc_id, folder))
        _check_kept(
            case,
            item,
            row,
            [mention for mention in tables.mentions.get(folder, []) if mention["doc_id"] == row["doc_id"]],
        )
    for fault in failed:
        row = next(row for row in failures if row["path"] == f"{folder}/{fault.path}")
        assert re.search(fault.message, row["message"]), row
        assert re.search(fault.hint, row["hint"]), row
        assert row["stage"] == fault.stage


def _filled(pattern: str, folder: str) -> str:
    return pattern.replace("{name}", folder).replace("{}", folder)


def _check_kept(case: Case, item: Kept, row: dict[str, Any], mentions: list[dict[str, Any]]) -> None:
    only = case.put[0]
    text = item.text if item.text is not None else only.data.decode() if isinstance(only, File) else None
    assert row["text"] == text
    assert row["encoding"] == item.encoding
    assert (row["notes"] is None) == (not item.notes), row["notes"]
    assert item.notes in (row["notes"] or "")
    assert (str(row["published"].date()) if row["published"] else None) == item.published
    assert set(item.mentions) <= {(mention["text"], mention["label"]) for mention in mentions}


def test_at_least_sixty_cases_of_different_names() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60


def test_nothing_is_lost_and_all_tables_are_sound(out: Path, tables: Tables) -> None:
    """Documents in = documents out + failures, in all cases together, and every table keeps its rules."""
    assert tables.inputs == sum(len(case.gives) for case in CASES)
    assert checking.run(out).findings == []
    for path in (*out.rglob("*.jsonl"), out / "run.json"):
        path.read_bytes().decode()


def test_nothing_from_outside_came_in(out: Path) -> None:
    for path in out.rglob("*.jsonl"):
        content = path.read_text(encoding="utf-8")
        assert "It is a secret" not in content
        assert "root:x:0" not in content


# Names and ids


@pytest.mark.parametrize(
    ("name", "has_twin", "doc_id"),
    [
        ("a.txt", False, "a"),
        ("x/a.html", False, "x/a"),
        ("a.b.txt", True, "a.b"),
        ("x/a.html", True, "x/a.html"),
        ("a.TXT", True, "a.TXT"),
        ("a.md.txt", False, "a.md.txt"),
        ("a.PDF.txt", True, "a.PDF.txt"),
        ("a.txt.html", False, "a.txt.html"),
        ("a.jsonl.txt", False, "a.jsonl"),
    ],
)
def test_ids_of_files(name: str, has_twin: bool, doc_id: str) -> None:
    assert document_id(name, has_twin) == doc_id


@pytest.mark.parametrize("name", ["a/b c.txt", "é/報告.txt", "[x]'\"$.txt", "a:b.txt", "10:30 news.txt"])
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    assert readable_name(name) == name


# Encodings


@pytest.mark.parametrize("case", [*ENCODINGS, *MIXED], ids=lambda case: f"{case.codec}-{len(case.text)}")
def test_encodings(case: Encoding) -> None:
    """No encoding is a crash; what comes out is valid UTF-8 with the encoding that was found, or a failure with a hint."""
    if case.found is None:
        with pytest.raises(ReadError) as refused:
            list(read_file(Path("a.txt"), case.data))
        assert refused.value.hint
        return
    (source,) = read_file(Path("a.txt"), case.data)
    assert not isinstance(source, ReadError)
    source.text.encode()
    assert source.encoding == case.found
    assert (source.text == case.text) == case.exact
    assert case.notes in (source.notes or "")
    assert bool(source.notes) == bool(case.notes)


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252"])
@pytest.mark.parametrize(("codec", "text"), [("utf-8", ENGLISH), ("cp1251", RUSSIAN), ("gb18030", CHINESE)])
def test_a_page_that_names_a_wrong_encoding(charset: str, codec: str, text: str) -> None:
    """Many programs write one of these two on all pages; bytes that show another encoding count for more."""
    data = f"<meta charset='{charset}'><p>{text}</p>".encode(codec)
    decoded = decode(data, find_declared(data))
    assert (decoded.text, decoded.encoding) == (data.decode(codec), codec)
    assert f"declared {charset}" in (decoded.notes or "")


@pytest.mark.parametrize(("charset", "text"), DECLARED)
def test_a_page_is_read_in_the_encoding_that_it_names(charset: str, text: str) -> None:
    data = f"<meta charset='{charset}'><p>{text}</p>".encode(charset, "ignore")
    assert decode(data, find_declared(data)).text == data.decode(charset)


def test_at_least_forty_encodings() -> None:
    assert len({case.codec for case in ENCODINGS}) >= 40


# Time


@pytest.mark.parametrize(
    "text",
    [
        "*" * 100_000,
        "Tugendhat" + "*" * 100_000,
        f"{MASKED} {'*' * 100_000}Tugendhat",
        '"' * 50_000,
        "\U0001f600" * 50_000,
        "'\"" * 25_000,
        "\u0301" * 50_000,
    ],
    ids=["asterisks", "glued", "masks", "quotation marks", "emoji", "two signs", "marks"],
)
def test_runs_of_symbols_hide_no_name(text: str, tmp_path: Path, nlp: Any) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"Hikvision said so.\n\n{text}\n\nDahua denied it.", encoding="utf-8")
    (document,) = read_documents(RawFile(path, "a.txt"), SETTINGS)
    assert isinstance(document, Document)
    unmasked = unmask(document, compile_patterns(SETTINGS.mask))
    (annotated,) = Annotator(nlp, SETTINGS, "").annotate([(document, unmasked)])
    names = [
        (mention.text, document.text[mention.start : mention.end])
        for mention in annotated.mentions
        if mention.label == "COMPANY"
    ]
    assert names == [("Hikvision", "Hikvision"), ("Dahua", "Dahua")]


INGEST = """
import re, sys
from pathlib import Path
from policy_news.core.settings import Settings
from policy_news.run.stages import ingest
done = ingest.run(Path(sys.argv[1]), Path(sys.argv[2]), Settings())
print(*done, re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""
"""Reads a folder; prints numbers of documents and failures, and the most kilobytes that it took."""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no such figures on this system")
def test_a_file_of_100_mb_in_one_line_is_not_read(tmp_path: Path) -> None:
    """The whole command takes less memory than the file has bytes."""
    (tmp_path / "raw").mkdir()
    with (tmp_path / "raw" / "a.txt").open("wb") as file:
        file.truncate(100_000_000)
    command = [sys.executable, "-c", INGEST, str(tmp_path / "raw"), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    documents, failures, kilobytes = map(float, done.stdout.split())
    assert (documents, failures) == (0, 1)
    assert kilobytes < 100_000


# Bombs


@pytest.fixture(scope="module")
def parser() -> Any:
    parser = Parser(seconds=2, megabytes=600, max_characters=3_000_000)
    yield parser
    parser.close()


def _parsed(parser: Parser, bomb: Bomb, data: bytes) -> Source | ReadError:
    try:
        return parser.parse(bomb.suffix[1:], data)
    except ReadError as error:
        return error


@pytest.mark.slow
@pytest.mark.parametrize("bomb", BOMBS, ids=[bomb.name for bomb in BOMBS])
def test_bombs_are_read_whole_or_fail(bomb: Bomb, parser: Parser) -> None:
    data = bomb.make(bomb.small)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = _parsed(parser, bomb, data)
    assert result.hint if isinstance(result, ReadError) else result.text.count(LAST) == bomb.whole(bomb.small)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000
    assert parser.parse("html", b"<p>It is over.</p>").text == "It is over."


@pytest.mark.slow
def test_a_parser_that_aborts_costs_its_file(parser: Parser) -> None:
    slow = next(bomb for bomb in BOMBS if bomb.name == "html: 100,000 attributes").make(60_000)
    assert parser.parse("html", b"<p>It is over.</p>").text == "It is over."
    process = parser._process
    assert process is not None
    timer = threading.Timer(0.5, process.send_signal, [signal.SIGABRT])
    timer.start()
    with pytest.raises(ReadError, match=r"crashed|took more than"):
        parser.parse("html", slow)
    timer.join()
    assert process.wait() == -signal.SIGABRT
    assert parser.parse("html", b"<p>It is over.</p>").text == "It is over."


# Mask characters of the settings


@pytest.mark.parametrize("character", ["•", "▒", "_", "#", "~"])
def test_other_mask_characters_reach_layout_and_mentions(character: str, tmp_path: Path) -> None:
    """A text masked in another way has the sections and the masked words of the same text masked by asterisks."""
    found = []
    for sign in ("*", character):
        path = tmp_path / "a.txt"
        text = f"Never ********\n\nBy Jane Roe\n\n{MASKED}\n\nHikvision **** ******* it.\n\n*** *****."
        path.write_text(text.replace("*", sign), encoding="utf-8")
        chosen = SETTINGS.model_copy(update={"mask": MaskSettings(characters=sign)})
        (document,) = read_documents(RawFile(path, "a.txt"), chosen)
        assert isinstance(document, Document)
        unmasked = unmask(document, compile_patterns(chosen.mask))
        found.append((document.sections, unmasked.text, unmasked.masked_words))
        assert document.title == f"Never {sign * 8}"
    assert found[0] == found[1]


def test_other_mask_characters_are_a_change(tmp_path: Path) -> None:
    """A second run with other mask characters reads the layout anew."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    (raw / "a.txt").write_text("Never said\n\nThe minister said so.\n\n▒▒▒ ▒▒▒▒▒▒.\n", encoding="utf-8")
    kinds = []
    for characters in ("*", "▒"):
        ingest.run(raw, out, SETTINGS.model_copy(update={"mask": MaskSettings(characters=characters)}))
        (document,) = read_kept(out)
        kinds.append(document.sections[-1].kind)
    assert kinds == ["boilerplate", "paragraph"]


# What is made of the tables


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ["failures"],
        ["check"],
        ["report"],
        *(["export", "--format", form] for form in ("csv", "jsonl")),
    ],
)
def test_commands_survive_what_is_in_the_tables(command: list[str], out: Path, tmp_path: Path) -> None:
    """No id or path of the input decides where a file is written, and nothing that a terminal would act on is printed."""
    target = ["--to", str(tmp_path / "export")] if command[0] == "export" else []
    before = {path for path in out.parent.rglob("*") if out not in path.parents}
    done = CliRunner().invoke(app, [*command, "--out", str(out), *target])
    assert done.exit_code == 0, done.output
    assert all(character.isprintable() or character == "\n" for character in done.output)
    assert {path for path in out.parent.rglob("*") if out not in path.parents} == before
    assert {path.name for path in tmp_path.iterdir()} <= {"export"}
