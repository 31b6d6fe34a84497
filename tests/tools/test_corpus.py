"""The corpus: marks are checked when they are read, and texts are found by fingerprint."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policy_news.core.errors import GoldError
from tools.corpus.__main__ import app
from tools.corpus.marks import CORPUS, PARTS, Article, read_part, sha256_of, write_part
from tools.corpus.texts import Fetcher, fingerprint, read_folder, take_apart

TEXT = "Ferry bill delayed\n\nTransport minister Ada Quill said the bill would wait. “Not yet,” she said.\nHarbour Lines declined to comment.\n"
OTHER = "A second text that nobody marked."
PAGE = f"""<html><body><nav>Home</nav><h1>Ferry  bill delayed</h1>
<p>Transport minister <a href="x">Ada Quill</a> said the bill would wait. &ldquo;Not yet,&rdquo; she said.</p>
<p>Harbour Lines declined to comment.</p><p>{OTHER}</p></body></html>"""


def article(text: str = TEXT, doc: str = "a1", **changes: object) -> Article:
    lines, breaks = take_apart(text)
    start = text.find("Ada Quill")
    marks = {
        "doc": doc,
        "title": "Ferry bill",
        "published": "2024-05-01",
        "url": "https://news.example/ferry",
        "mirrors": ["https://mirror.example/all.jsonl"],
        "licence": "CC BY 2.5",
        "attribution": "The Example",
        "length": len(text),
        "sha256": sha256_of(text),
        "lines": lines,
        "breaks": breaks,
        "entities": [{"span": [start, start + 9], "label": "MINISTER", "who": 0}],
        "optional_entities": [],
        "claims": [
            {
                "source": [[text.find("she"), text.find("she") + 3]],
                "cue": [[text.rfind("said"), text.rfind("said") + 4]],
                "content": [[text.find("“"), text.find("”") + 1]],
                "types": ["statement"],
                "quote": "direct",
                "source_is": 0,
            }
        ],
        "optional_claims": [],
        "dates": [],
    }
    return Article.model_validate(marks | changes)


FILES = {
    "a page": PAGE.encode(),
    "a page with other line ends": PAGE.replace("\n", "\r\n").encode(),
    "lines of JSON": (json.dumps({"x": OTHER}) + "\n" + json.dumps({"y": [{"text": TEXT}]}) + "\n").encode(),
    "one JSON value": json.dumps([{"paragraphs": TEXT.split("\n")}]).encode(),
    "a table": f'url,text\nhttps://x.example,"{TEXT}"\n'.encode(),
    "markup inside XML": f"<content><![CDATA[{PAGE}]]></content>".encode(),
    "plain text": f"{OTHER}\n{TEXT}".encode(),
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES.keys())
def test_a_text_is_found_in_what_an_address_returns(data: bytes) -> None:
    found, reason = Fetcher([article()], lambda _: data).text(article())
    assert (found, reason) == (TEXT, "")


def test_a_changed_line_is_reported_and_the_next_address_is_asked() -> None:
    pages = {
        "https://mirror.example/all.jsonl": PAGE.replace("would wait", "may wait").encode(),
        "https://news.example/ferry": PAGE.encode(),
    }
    assert Fetcher([article()], lambda address: pages[address]).text(article())[0] == TEXT
    only = article(url=None)
    found, reason = Fetcher([only], lambda address: pages[address]).text(only)
    assert found is None
    assert "1 of 3 lines are not there as they were marked" in reason


def test_a_file_with_many_texts_is_read_once() -> None:
    asked: list[str] = []

    def get(address: str) -> bytes:
        asked.append(address)
        return FILES["lines of JSON"]

    articles = [article(doc=f"a{number}") for number in range(5)]
    fetcher = Fetcher(articles, get)
    assert [fetcher.text(one)[0] for one in articles] == [TEXT] * 5
    assert len(asked) == 1


def test_an_address_that_cannot_be_reached_is_reported() -> None:
    def get(address: str) -> bytes:
        raise OSError("no route")

    found, reason = Fetcher([article()], get).text(article())
    assert found is None
    assert "no route" in reason


def test_texts_are_taken_from_folders(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "any name.txt").write_text(TEXT, encoding="utf-8", newline="")
    with gzip.open(tmp_path / "pool.jsonl.gz", "wt", encoding="utf-8") as stream:
        stream.write(json.dumps({"id": 1, "text": OTHER}) + "\n")
    wanted = frozenset({sha256_of(TEXT), sha256_of(OTHER)})
    assert read_folder(tmp_path, wanted) == {sha256_of(TEXT): TEXT, sha256_of(OTHER): OTHER}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"length": 10}, "outside the text of 10 characters"),
        ({"entities": []}, "source_is 0 is not the number of a mention"),
        ({"dates": [{"span": [5, 5], "type": "DATE", "value": "2024"}]}, "span 5-5"),
        ({"dates": [{"span": [5, 9], "type": "DAY", "value": "2024"}]}, "type"),
        ({"words": "Ada Quill"}, "words"),
    ],
)
def test_a_wrong_mark_is_refused_with_its_place(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    line = json.dumps(article().model_dump() | changes)
    (tmp_path / "dev.jsonl").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(GoldError, match=r"dev\.jsonl:1") as raised:
        read_part("dev", tmp_path)
    assert message in str(raised.value)


def test_marks_that_are_not_those_of_the_sums_are_refused(tmp_path: Path) -> None:
    write_part(tmp_path / "dev.jsonl", [article()])
    assert read_part("dev", tmp_path) == [article()]
    write_part(tmp_path / "test.jsonl", [article(doc="a2")])
    assert read_part("dev", tmp_path) == [article()]
    data = (tmp_path / "dev.jsonl").read_text(encoding="utf-8")
    (tmp_path / "dev.jsonl").write_text(data.replace("MINISTER", "PERSON"), encoding="utf-8")
    with pytest.raises(GoldError, match="differs from the file that SHA256SUMS names"):
        read_part("dev", tmp_path)


def test_the_commands_go_from_marks_to_gold(tmp_path: Path) -> None:
    corpus, texts, have = tmp_path / "corpus", tmp_path / "texts", tmp_path / "have"
    for folder in (corpus, have):
        folder.mkdir()
    write_part(corpus / "train.jsonl", [article(), article(OTHER + " Ada Quill she said “x” said", doc="b1")])
    for part in ("dev", "test"):
        write_part(corpus / f"{part}.jsonl", [])
    (have / "x.txt").write_text(TEXT, encoding="utf-8", newline="")
    run = CliRunner().invoke
    options = ["--corpus", str(corpus)]
    fetched = run(app, ["fetch", *options, "--have", str(have), "--out", str(texts), "--offline"])
    assert fetched.exit_code == 1
    assert "1 of 2 texts" in fetched.output
    assert "left out b1" in fetched.output
    out = tmp_path / "gold.jsonl"
    written = run(app, ["gold", *options, "--part", "train", "--texts", str(texts), "--out", str(out)])
    assert written.exit_code == 0, written.output
    (row,) = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert row["text"] == TEXT
    assert row["entities"][0]["text"] == "Ada Quill"
    assert row["claims"][0]["source_is"] == "Ada Quill"


@pytest.mark.parametrize("part", PARTS)
def test_the_marks_of_the_project_can_be_read(part: str) -> None:
    articles = read_part(part)
    assert articles
    assert len({one.doc for one in articles}) == len(articles)
    for one in articles:
        assert one.licence
        assert one.attribution
        assert len(one.breaks) == len(one.lines) + 1


def test_no_text_is_in_two_parts() -> None:
    texts = [one.sha256 for part in PARTS for one in read_part(part)]
    assert len(set(texts)) == len(texts)


def test_every_file_of_marks_has_a_sum() -> None:
    sums = (CORPUS / "SHA256SUMS").read_text(encoding="utf-8")
    assert all(f"  {part}.jsonl\n" in sums for part in PARTS)


def test_lines_keep_their_breaks() -> None:
    for text in (TEXT, "\n\na\nb", "a", "a  b \n c\n\n"):
        lines, breaks = take_apart(text)
        assert sum(breaks) == text.count("\n")
        assert lines == [fingerprint(line) for line in text.split("\n") if line]
