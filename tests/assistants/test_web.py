"""The service over HTTP: drafts, claims, tools, bounds and guard."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
import uvicorn
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from starlette.testclient import TestClient

from policy_news.assistants.answers import LONGEST
from policy_news.assistants.web import MAX_BODY, make_app
from policy_news.review.guard import Guard
from tests.support.invented_run import masked_draft, write_run

TOKEN = "secret"
OWN = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("served") / "out", [masked_draft()])


@pytest.fixture(scope="module")
def client(out: Path) -> Iterator[TestClient]:
    with TestClient(Guard(make_app(out), 8766, TOKEN, "serve", MAX_BODY), "http://127.0.0.1:8766") as client:
        yield client


def test_a_draft_is_verified_against_the_texts_that_come_with_it(client: TestClient) -> None:
    body = {
        "text": "Ida Brandt said the mill would close in June [1].",
        "citations": [
            {"id": "1", "text": "4 March 2024\n\nIda Brandt, an owner, said the mill would close in May."}
        ],
    }
    told = client.post("/verify", json=body, headers=OWN)
    assert told.status_code == 200
    answer: dict[str, Any] = told.json()
    assert [(one["verdict"], one["notes"]) for one in answer["findings"]] == [
        ("changed", ["day differs: June for May"])
    ]
    assert [(one["verdict"], one["cited"]) for one in answer["sentences"]] == [("changed", ["1"])]


def test_claims_are_found(client: TestClient) -> None:
    every = client.get("/claims", headers=OWN).json()
    assert every["found"] > 0
    day = every["claims"][0]["day"]
    assert client.get(f"/claims?day={day}&limit=1", headers=OWN).json()["found"] <= every["found"]
    assert client.get("/claims?source=nobody+at+all", headers=OWN).json()["found"] == 0


def test_voices_are_counted(client: TestClient) -> None:
    (claim,) = client.get("/claims?limit=1", headers=OWN).json()["claims"]
    told = client.get("/corroboration", params={"claim_id": claim["claim_id"]}, headers=OWN).json()
    assert (told["said"]["n_articles"], told["said"]["n_origins"], told["denied"]["n_articles"]) == (1, 1, 0)
    assert client.get("/corroboration?claim_id=none", headers=OWN).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/claims?day=tomorrow", None, 400),
        ("GET", "/claims?days=2024-01-01", None, 422),
        ("GET", "/claims?limit=100000", None, 422),
        ("POST", "/verify", b"{", 422),
        ("POST", "/verify", b'{"text": "a", "sources": [{"id": "1", "path": "/etc/passwd"}]}', 422),
        ("POST", "/verify", b'{"text": "%s"}' % (b"a" * (LONGEST + 1)), 422),
        ("POST", "/verify", b"a" * (MAX_BODY + 1), 413),
        ("GET", "/verify", None, 405),
    ],
)
def test_what_cannot_be_answered_is_refused(
    client: TestClient, method: str, path: str, body: bytes | None, status: int
) -> None:
    assert client.request(method, path, content=body, headers=OWN).status_code == status


def test_only_who_has_the_token_is_answered(client: TestClient) -> None:
    assert client.get("/claims").status_code == 403
    assert (
        client.post("/verify", json={"text": "a"}, headers={"authorization": "Bearer other"}).status_code
        == 403
    )
    assert client.get("/claims", headers={**OWN, "host": "evil.example"}).status_code == 421
    assert client.get("/claims", headers={**OWN, "origin": "http://evil.example"}).status_code == 403


def test_tools_are_served_beside(out: Path) -> None:
    config = uvicorn.Config(make_app(out), port=0, log_level="error", lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]

    async def ask() -> list[str]:
        async with Client(streamable_http_client(f"http://127.0.0.1:{port}/mcp")) as client:
            return [tool.name for tool in (await client.list_tools()).tools]

    try:
        assert "verify_draft" in anyio.run(ask)
    finally:
        server.should_exit = True
        thread.join()
