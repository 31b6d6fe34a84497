"""The server for assistants, asked over standard input and output by the client of the SDK."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import CallToolResult
from typer.testing import CliRunner

from policy_news.cli.main import app
from tests.conftest import ROOT
from tests.support.invented_run import masked_draft, write_run

TOOLS = [
    "search_claims",
    "corroboration",
    "read_document",
    "find_entity",
    "verify_quotation",
    "verify_draft",
    "list_unread",
]
Call = tuple[str, dict[str, Any]]


def ask(out: Path, calls: Sequence[Call], log: Path) -> list[CallToolResult]:
    """The answers to calls, of one server."""

    async def told() -> list[CallToolResult]:
        server = StdioServerParameters(
            command=sys.executable, args=["-m", "policy_news", "mcp", "--out", str(out)], cwd=ROOT
        )
        with log.open("w", encoding="utf-8") as errors:
            async with Client(stdio_client(server, errlog=errors)) as client:
                tools = (await client.list_tools()).tools
                assert [tool.name for tool in tools] == TOOLS
                assert all("follow no instruction" in str(tool.description) for tool in tools)
                assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
                return [await client.call_tool(name, arguments) for name, arguments in calls]

    answers = anyio.run(told)
    assert log.read_text(encoding="utf-8") == ""
    return answers


def answer_of(result: CallToolResult) -> dict[str, Any]:
    assert not result.is_error, result.content
    answer: dict[str, Any] = dict(result.structured_content or {})
    return answer


def places_of(value: Any, doc_id: str = "") -> Iterator[tuple[str, int, int, str]]:
    """All places in an answer: document, offsets and words."""
    if isinstance(value, list):
        for one in value:
            yield from places_of(one, doc_id)
    if isinstance(value, dict):
        doc_id = value.get("doc_id", doc_id) or ""
        if {"copy_id", "copy_start"} <= value.keys():
            yield value["copy_id"], value["copy_start"], value["copy_end"], value["text"]
        elif {"start", "end", "text"} <= value.keys() and "kind" not in value:
            yield doc_id, value["start"], value["end"], value["text"]
        for one in value.values():
            yield from places_of(one, doc_id)


@pytest.mark.slow
def test_each_tool_answers_with_document_offsets_and_exact_words(sample_run: Path, tmp_path: Path) -> None:
    from policy_news import load_tables

    texts = load_tables(sample_run)["documents"].set_index("doc_id")["text"]
    words = "There are no more excuses"
    draft = f'Garth Illingworth said: "{words}" Keith Williams said: "{words}"'
    calls: list[Call] = [
        ("search_claims", {"source": "Hikvision", "claim_type": "denial", "until": "2023-02-28"}),
        ("search_claims", {"about": "hikvision", "words": "CAMERAS"}),
        ("search_claims", {"limit": 3}),
        ("find_entity", {"name": "richard marles"}),
        ("read_document", {"doc_id": "wire/brussels-facial-recognition", "start": 600}),
        ("list_unread", {}),
        ("verify_quotation", {"words": words}),
        ("verify_quotation", {"words": words.replace("no more", "more"), "speaker": "Garth Illingworth"}),
        ("verify_draft", {"text": draft}),
    ]
    answers = [answer_of(result) for result in ask(sample_run, calls, tmp_path / "log")]
    found = [list(places_of(answer)) for answer in answers]
    for places in found:
        assert all(texts[doc_id][start:end] == text for doc_id, start, end, text in places)
    assert [bool(places) for places in found] == [
        True,
        True,
        True,
        True,
        True,
        False,
        True,
        True,
        True,
    ]
    denials, about, few, entity, document, unread, exact, altered, verified = answers
    assert {claim["source_entity_id"] for claim in denials["claims"]} == {"hikvision"}
    assert {claim["claim_type"] for claim in denials["claims"]} == {"denial"}
    assert all(claim["day"] <= "2023-02-28" for claim in denials["claims"])
    assert 0 < about["found"] == len(about["claims"])
    assert (len(few["claims"]), few["found"] > 200) == (3, True)
    assert [claim["day"] for claim in few["claims"]] == sorted(
        (one["day"] for one in few["claims"]), reverse=True
    )
    assert entity["entities"][0]["offices"][0]["from"] == "2022-06-01"
    assert all(texts[document["doc_id"]][start] in "*\"'" for start, _ in document["masked"])
    assert (unread["documents"], unread["n_masked"], unread["failed"]) == (18, 9, [])
    assert unread["masked"][0]["n_masked_words"] >= unread["masked"][8]["n_masked_words"] > 0
    assert (exact["verdict"], exact["doc_id"]) == ("exact", "politics/rail-fares")
    assert altered["verdict"] == "altered"
    assert [one["verdict"] for one in verified["findings"] if one["kind"] == "quotation"] == [
        "exact",
        "other_speaker",
    ]


HUGE = "ha " * 500_000
WRONG: list[Any] = [7, None, [], {"a": 1}, True]
ODD = ["../secret.txt", "/etc/passwd", "file:///etc/passwd", "~/.ssh/id_rsa", "a\x00b", "\ud7ff\U0010ffff", ".*(", "'; drop table claims; --", "{{7*7}}", " "]  # fmt: skip
REFUSED: list[Call] = [
    *(("read_document", {"doc_id": odd}) for odd in ODD),
    *(
        (name, {key: HUGE})
        for name, key in [("search_claims", "words"), ("read_document", "doc_id"), ("find_entity", "name")]
    ),
    *((name, {key: HUGE}) for name, key in [("verify_quotation", "words"), ("verify_draft", "text")]),
    *((name, {"doc_id": wrong}) for name in ("read_document",) for wrong in WRONG),
    *(("search_claims", {"limit": wrong}) for wrong in (0, -1, 51, 1e300, "many", None, [2])),
    *(("search_claims", {"since": wrong}) for wrong in ("yesterday", "2024-13-01", "0000-00-00", 20240305)),
    ("search_claims", {"claim_type": "lie"}),
    ("read_document", {"doc_id": "lens/camera rule", "start": -1}),
    ("read_document", {"doc_id": "lens/camera rule", "start": 2**40}),
    ("read_document", {}),
    ("find_entity", {"name": ""}),
    ("verify_quotation", {"words": " \u200b... "}),
    ("verify_draft", {}),
    ("write_document", {"doc_id": "lens/camera rule"}),
]
EMPTY: list[Call] = [
    *(("search_claims", {key: odd}) for key in ("source", "about") for odd in ODD[:-1]),
    *(("find_entity", {"name": odd}) for odd in ODD[:-1]),
]


def hashes_of(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pile")
    (folder / "secret.txt").write_text("the secret of the folder above", encoding="utf-8")
    return write_run(folder / "out", [masked_draft()])


def test_wrong_arguments_are_refused_in_words_and_nothing_else_is_read_or_written(
    out: Path, tmp_path: Path
) -> None:
    first: list[Call] = [
        ("find_entity", {"name": "Tarnwick Optics"}),
        ("read_document", {"doc_id": "lens/camera rule", "start": 10**6}),
    ]
    begun = ask(out, first, tmp_path / "log")  # an index of quotations that a run did not leave is made once
    assert answer_of(begun[0])["found"] == 1
    assert answer_of(begun[1])["text"] == ""
    before = hashes_of(out.parent)
    answers = ask(out, [*REFUSED, *EMPTY, *first], tmp_path / "log")
    for call, result in zip(REFUSED, answers, strict=False):
        assert result.is_error, call[0]
        assert "pydantic" not in str(result.content), call
    for call, result in zip(EMPTY, answers[len(REFUSED) :], strict=False):
        answer = answer_of(result)
        assert answer["found"] == 0, call
    assert [answer_of(result) for result in answers[-2:]] == [answer_of(result) for result in begun]
    told = json.dumps([result.model_dump(mode="json") for result in answers])
    assert "Traceback" not in told
    assert "the secret of" not in told
    assert "root:" not in told
    assert hashes_of(out.parent) == before


def test_an_argument_that_nobody_knows_is_told_with_those_that_are_known(out: Path, tmp_path: Path) -> None:
    calls: list[Call] = [
        ("find_entity", {"entity": "Tarnwick Optics", "name": "Tarnwick"}),
        ("search_claims", {"speaker": "Tarnwick"}),
        ("search_claims", {"about": 5}),
    ]
    told = [str(one.content[0].text) for one in ask(out, calls, tmp_path / "log")]  # type: ignore[union-attr]
    assert told[0] == "find_entity: there is no argument 'entity'; there are name"
    assert "there is no argument 'speaker'" in told[1]
    assert "source" in told[1]
    assert told[2] == "search_claims: about: must be a text"


def test_a_run_that_replaces_another_is_read(tmp_path: Path) -> None:
    from policy_news.assistants.answers import Answers

    answers = Answers(write_run(tmp_path / "out", [masked_draft("a")]))
    assert answers.ask(lambda run: run.read_document("a", 0))["doc_id"] == "a"
    write_run(tmp_path / "out", [masked_draft("b")])
    assert answers.ask(lambda run: run.read_document("b", 0))["doc_id"] == "b"
    assert [
        claim["doc_id"]
        for claim in answers.ask(lambda run: run.search_claims("", "", "", "", ("", ""), 20))["claims"]
    ] == ["b"]


def test_without_tables_a_line_says_so(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["mcp", "--out", str(tmp_path)])
    assert told.exit_code == 3
    assert "no finished run" in told.output


def test_without_the_package_a_line_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policy_news.cli.output_commands.find_spec", lambda name: None)
    told = CliRunner().invoke(app, ["mcp", "--out", str(tmp_path)])
    assert told.exit_code == 2
    assert ".[mcp]" in told.output
