"""What the local server answers, and what it refuses."""

from __future__ import annotations

import json
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.decisions.making import Maker
from policy_news.decisions.store import append_decisions
from tests.review.conftest import Served, ask, rows_of

pytestmark = pytest.mark.slow

DOC = "briefing/camera-policy-weekly"
RUNNER = CliRunner()
PAGES = (
    "/",
    "/doc?id=briefing%2Fcamera-policy-weekly",
    "/claims",
    "/entities",
    "/entity?id=hikvision",
    "/queue",
    "/decisions",
)


def send_raw(shared: Served, text: str, *, whole: bool = False) -> str:
    """Bytes to the server as they are; the answer's first line, or all of it."""
    with socket.create_connection(("127.0.0.1", shared.port), timeout=10) as own:
        own.sendall(text.encode("latin-1"))
        answer = own.recv(4096).decode("latin-1")
    return answer if whole else answer.partition("\r\n")[0]


def test_the_token_goes_into_a_cookie_and_out_of_the_address(shared: Served) -> None:
    with httpx.Client(base_url=shared.base) as client:
        answer = client.get(f"/doc?id={DOC}&token={shared.token}")
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            "/doc?id=briefing%2Fcamera-policy-weekly",
        )
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert client.get("/").status_code == 200
    host = f"127.0.0.1:{shared.port}"
    answer_ = send_raw(
        shared, f"GET //evil.example/?token={shared.token} HTTP/1.1\r\nHost: {host}\r\n\r\n", whole=True
    )
    assert "\r\nlocation: /evil.example/\r\n" in answer_
    assert shared.token not in shared.errors


@pytest.mark.parametrize("page", PAGES)
def test_every_page_forbids_what_is_not_ours(shared: Served, page: str) -> None:
    with shared.client() as client:
        answer = client.get(page)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "<script>" not in answer.text
    assert " style=" not in answer.text


REFUSED = [
    ({"Cookie": ""}, 403),
    ({"Cookie": "pipeline_review_{port}=wrong"}, 403),
    ({"Host": "evil.example"}, 421),
    ({"Host": "127.0.0.1:1"}, 421),
    ({"Origin": "http://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": "https://127.0.0.1:{port}"}, 403),
    ({"Origin": "http://127.0.0.1:1"}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
]


@pytest.mark.parametrize(("headers", "status"), REFUSED)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "PUT"])
def test_requests_of_others_are_refused(
    shared: Served, headers: dict[str, str], status: int, method: str
) -> None:
    with shared.client() as client:
        own = {name: value.format(port=shared.port) for name, value in headers.items()}
        if "Cookie" in own:
            client.cookies.clear()
        answer = client.request(method, "/decide" if method == "POST" else "/", headers=own, content=b"{}")
    assert answer.status_code == status
    assert "access-control-allow-origin" not in answer.headers
    assert not shared.decisions.exists()


def test_a_change_needs_an_origin(shared: Served) -> None:
    with shared.client() as client:
        del client.headers["Origin"]
        assert client.post("/done", json={"doc": DOC}).status_code == 403


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ("GET /../../etc/passwd HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n", "404"),
        ("GET /static/..%2fapp.py HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n", "404"),
        ("GET /static/%2e%2e/app.py HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n", "404"),
        ("GET /doc?id=../../../etc/passwd HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n", "404"),
        ("GET / HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\nCookie: {cookie}\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nCookie: {cookie}\r\n\r\n", "400"),
        ("GET /" + "a" * 20_000 + " HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n", "414"),
        ("POST /decide HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\nContent-Length: 10000000\r\n\r\n", "413"),
        ("POST /decide HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\nContent-Length: -1\r\n\r\n", "400"),
        ("\x16\x03\x01 hello\r\n\r\n", "400"),
    ],
)  # fmt: skip
def test_odd_requests(shared: Served, request_: str, status: str) -> None:
    host = f"127.0.0.1:{shared.port}"
    cookie = f"pipeline_review_{shared.port}={shared.token}"
    line = send_raw(shared, request_.format(host=host, cookie=cookie))
    assert line.split(" ")[1] == status
    assert "Traceback" not in shared.errors
    assert not shared.decisions.exists()


def test_a_body_that_is_sent_in_pieces_is_cut_off_too(shared: Served) -> None:
    def pieces() -> object:
        for _ in range(200):
            yield b"x" * 50_000

    with shared.client() as client:
        try:
            status = client.post("/decide", content=pieces()).status_code  # type: ignore[arg-type]
        except httpx.TransportError:  # the server hung up before all was sent
            status = 413
        assert status == 413
        assert client.get("/").status_code == 200
    assert "Traceback" not in shared.errors


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b'{"kind": "mention"}', b'{"kind": "mention", "doc": 1}', b"\xff",
        b'{"kind": "claim", "doc": "nowhere", "sha256": "", "action": "accept"}',
        b'{"kind": "mention", "doc": "briefing/camera-policy-weekly", "sha256": "x", "action": "accept", '
        b'"span": {"start": 5, "end": 6, "exact": "x"}}',
        b'{"kind": "date", "doc": "x", "sha256": "x", "action": "drop table", "span": {"start": 1e99, "end": 2, "exact": "x"}}',
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/decide", "/decide-entity", "/undo", "/done"])
def test_odd_bodies(shared: Served, path: str, body: bytes) -> None:
    with shared.client() as client:
        answer = client.post(path, content=body)
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"]
    assert "Traceback" not in shared.errors
    assert not shared.decisions.exists()


@pytest.mark.parametrize(
    "words", ['"', "a OR", "NEAR(", "x*", "title:", "'; drop table claims; --", "%", "\0", "é", "ban " * 500]
)
def test_search_takes_any_words(shared: Served, words: str) -> None:
    with shared.client() as client:
        for path in ("/", "/claims", "/entities", "/names"):
            assert client.get(path, params={"q": words}).status_code in (200, 414)
        assert (
            client.get("/claims", params={"q": "cameras", "type": "call", "page": "999999999"}).status_code
            == 200
        )
        assert "cameras" in client.get("/claims", params={"q": "cameras"}).text
    assert "Traceback" not in shared.errors


def test_decisions_are_seen_at_once_and_can_be_undone(served: Served) -> None:
    with served.client() as client:
        items = rows_of(client, DOC)
        mention = next(item for item in items if item["kind"] == "mention")
        answer = ask(client, DOC, mention, "relabel", label="COMPANY")
        assert answer.status_code == 200, answer.text
        (now,) = [item for item in rows_of(client, DOC) if item.get("start") == mention["start"]]
        assert (now["label"], now["seen"]) == ("COMPANY", answer.json()["id"])
        assert client.post("/undo", json={"id": now["seen"], "doc": DOC}).status_code == 200
        assert rows_of(client, DOC) == items
    assert served.live() == []


def test_what_a_document_says_of_itself_is_corrected_and_undone(served: Served) -> None:
    with served.client() as client:
        (sha256,) = {item["sha256"] for item in rows_of(client, DOC)}
        asked = {"doc": DOC, "sha256": sha256, "title": " Camera week ", "published": "2024-02-29"}
        answer = client.post("/decide-document", json=asked)
        assert answer.status_code == 200, answer.text
        assert answer.json()["words"] == "Document corrected: published 2024-02-29, title Camera week."
        page = client.get("/doc", params={"id": DOC}).text
        assert "<h1><bdi>Camera week</bdi></h1>" in page
        assert "Published 2024-02-29, by" in page
        assert client.post("/decide-document", json=asked).status_code == 422, "nothing is to be changed"
        for wrong in ({"published": "soon"}, {"language": "English"}, {"sha256": "other"}, {"day": "2024"}):
            assert client.post("/decide-document", json={**asked, **wrong}).status_code in (409, 422), wrong
        assert (
            "published: must be a day such as"
            in client.post("/decide-document", json={**asked, "published": "soon"}).text
        )
        assert client.post("/decide-document", json={**asked, "author": ""}).status_code == 200
        for left in ("Camera week", ""):  # one step back each
            assert client.post("/undo", json={"id": served.live()[-1].id, "doc": DOC}).status_code == 200
            assert ("<bdi>Camera week</bdi>" in client.get("/doc", params={"id": DOC}).text) == bool(left)
    assert served.live() == []


def test_nothing_is_stored_if_the_document_to_show_is_missing(served: Served) -> None:
    with served.client() as client:
        mention = next(item for item in rows_of(client, DOC) if item["kind"] == "mention")
        own = ask(client, DOC, mention, "relabel", label="COMPANY").json()["id"]
        assert client.post("/undo", json={"id": own, "doc": "nowhere"}).status_code == 404
    assert [decision.id for decision in served.live()] == [own]


def test_two_windows_lose_nothing(served: Served) -> None:
    """The second window shows what was before the first one decided: it is told so, and may then decide."""
    with served.client() as first, served.client() as second:
        claim = next(item for item in rows_of(second, DOC) if item["kind"] == "claim")
        assert ask(first, DOC, claim, "change", type="denial").status_code == 200
        late = ask(second, DOC, claim, "change", type="opinion")
        assert late.status_code == 409
        now = next(item for item in rows_of(second, DOC) if item.get("claim") == claim["claim"])
        assert now["label"] == "denial"
        assert ask(second, DOC, now, "change", negated=True).status_code == 200
        now = next(item for item in rows_of(second, DOC) if item.get("claim") == claim["claim"])
        assert (now["label"], now["negated"]) == ("denial", "yes"), "the second adds to the first"


def test_an_edit_of_the_file_meanwhile_is_seen(served: Served) -> None:
    with served.client() as client:
        mention = next(item for item in rows_of(client, DOC) if item["kind"] == "mention")
        ask(client, DOC, mention, "reject")
        (decision,) = served.live()
        append_decisions(served.decisions, [Maker("finn").undo([decision.id])])
        assert mention in rows_of(client, DOC)
        with served.decisions.open("a", encoding="utf-8") as file:
            file.write('{"v": 1, "half')
        assert "is cut off" in client.get("/").text
        refused = ask(client, DOC, mention, "reject")
        assert refused.status_code == 422
        assert "is cut off" in refused.json()["error"]
        whole = served.decisions.read_bytes().splitlines()[:-1]
        served.decisions.write_bytes(b"".join(line + b"\n" for line in whole))
        assert ask(client, DOC, mention, "reject").status_code == 200
    assert [decision.do for decision in served.live()] == ["mention.reject"]


@pytest.mark.parametrize(("steps", "last"), [
    ([("relabel", {"label": "ORG"}), ("reject", {}), ("undo", {})], "ORG"),
    ([("accept", {}), ("relabel", {"label": "ORG"}), ("relabel", {"label": "GPE"})], "GPE"),
    ([("assign", {"entity": "q"}), ("relabel", {"label": "ORG"}), ("assign", {"entity": "p"})], "ORG"),
])  # fmt: skip
def test_a_person_may_change_their_mind(
    served: Served, steps: list[tuple[str, dict[str, str]]], last: str
) -> None:
    with served.client() as client:
        start = next(item["start"] for item in rows_of(client, DOC) if item["kind"] == "mention")
        for action, more in steps:
            items = [item for item in rows_of(client, DOC) if item.get("start") == start]
            if action == "undo":
                own = served.live()[-1].id
                assert client.post("/undo", json={"id": own, "doc": DOC}).status_code == 200
            else:
                label = {"label": items[0]["label"]} if action == "accept" else {}
                assert ask(client, DOC, items[0], action, **{**label, **more}).status_code == 200
        assert [item["label"] for item in rows_of(client, DOC) if item.get("start") == start] == [last]
        assert "0 to look at" in client.get("/queue", params={"kind": "lost"}).text


def test_moved_and_added_mentions_can_be_decided_upon_again(served: Served) -> None:
    with served.client() as client:
        items = [item for item in rows_of(client, DOC) if item["kind"] == "mention" and " " in item["exact"]]
        item = items[0]
        first, _, rest = item["exact"].partition(" ")
        start = int(item["start"]) + len(first) + 1
        to = {"start": start, "end": int(item["end"]), "exact": rest}
        assert ask(client, DOC, item, "move", to=to).status_code == 200
        moved = next(one for one in rows_of(client, DOC) if one.get("start") == str(start))
        assert ask(client, DOC, moved, "relabel", label="ORG").status_code == 200
        moved = next(one for one in rows_of(client, DOC) if one.get("start") == str(start))
        assert (moved["exact"], moved["label"]) == (rest, "ORG")
        assert ask(client, DOC, moved, "reject").status_code == 200
        starts = {one.get("start") for one in rows_of(client, DOC)}
        assert starts.isdisjoint({str(start), item["start"]}), "neither where it was nor where it was moved"


def test_entities(served: Served) -> None:
    with served.client() as client:
        for right in (
            {"action": "rename", "entity": "hikvision", "value": "Hikvision Digital"},
            {"action": "kb", "entity": "hikvision", "value": "Q1"},
            {"action": "merge", "entity": "dahua", "into": "hikvision"},
        ):
            assert client.post("/decide-entity", json=right).status_code == 200
        page = client.get("/entity", params={"id": "hikvision"}).text
        assert page.count("data-undo") == 3
        assert "Hikvision Digital" in page
        for wrong in (
            {"action": "merge", "entity": "dahua", "into": "dahua"},
            {"action": "merge", "entity": "dahua", "into": "nothing"},
            {"action": "kb", "entity": "dahua", "value": "q1"},
            {"action": "rename", "entity": "nobody", "value": "x"},
            {"action": "split", "entity": "dahua", "into": "dahua-2", "docs": []},
        ):
            assert client.post("/decide-entity", json=wrong).status_code == 422
        docs = [item for item in rows_of(client, DOC) if item.get("exact") == "Dahua"]
        assert docs
        body: dict[str, Any] = {"action": "split", "entity": "dahua", "into": "dahua-2", "docs": [DOC]}
        assert client.post("/decide-entity", json=body).status_code == 200
    assert len(served.live()) == 4


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"action": "rename", "value": "Hik"}, {"action": "rename", "value": "Vision"}),
        ({"action": "kb", "value": "Q1"}, {"action": "kb", "value": "Q2"}),
        ({"action": "merge", "into": "dahua"}, {"action": "merge", "into": "asml"}),
    ],
)
def test_of_two_decisions_about_an_entity_the_later_stands(
    served: Served, first: dict[str, Any], second: dict[str, Any]
) -> None:
    with served.client() as client:
        for body in (first, second):
            assert client.post("/decide-entity", json={"entity": "hikvision", **body}).status_code == 200
        assert "0 to look at" in client.get("/queue", params={"kind": "lost"}).text
        assert "replaced: line 2 replaces" in client.get("/decisions").text


def test_read_only_takes_no_decision(reading: Served) -> None:
    with reading.client() as client:
        for page in PAGES:
            text = client.get(page).text
            assert "data-do=" not in text
            assert "data-undo" not in text
        for path in ("/decide", "/decide-entity", "/undo", "/done"):
            assert client.post(path, json={}).status_code in (404, 405)
    assert not reading.decisions.exists()


def test_the_queue_leads_through_what_is_undecided(served: Served) -> None:
    with served.client() as client:
        seen = []
        for _ in range(4):
            answer = client.get("/queue/next", params={"kind": "claims"})
            query = httpx.URL(str(answer.url)).params
            item = next(
                one for one in rows_of(client, query["id"]) if f"{one['kind']}:{one['at']}" == query["at"]
            )
            seen.append((query["id"], item["claim"]))
            assert ask(client, query["id"], item, "reject").status_code == 200
        assert len(set(seen)) == 4
        assert client.get("/queue/next", params={"kind": "nothing"}).status_code == 404


def test_decisions_that_lost_their_place_wait_in_a_queue(served: Served) -> None:
    with served.client() as client:
        assert "0 to look at" in client.get("/queue", params={"kind": "lost"}).text
        item = next(item for item in rows_of(client, DOC) if item["kind"] == "claim")
        assert ask(client, DOC, item, "reject").status_code == 200
        own = json.loads(served.decisions.read_text(encoding="utf-8").splitlines()[-1])
        # Somebody else rejects a claim whose words are not there.
        lost = {"cue": {"exact": "whispered", "start": 3, "end": 12}}
        other = own | {"id": f"{own['id']}x", "claim": lost}
        with served.decisions.open("a", encoding="utf-8") as file:
            file.write(json.dumps(other) + "\n")
        text = client.get("/queue", params={"kind": "lost"}).text
        assert "1 to look at" in text
        assert "lost: the words are not in the text any more" in text
        answer = client.get("/queue/next", params={"kind": "lost"})
        assert httpx.URL(str(answer.url)).params["id"] == DOC


def test_many_at_once(served: Served) -> None:
    """Many clients that search, decide and break in at the same time: all are answered, no decision is lost."""
    with served.client() as client:
        cookies = dict(client.cookies)
    kept: list[str] = []
    lock = threading.Lock()

    def work(number: int) -> int:
        with httpx.Client(base_url=served.base, cookies=cookies, timeout=60) as own:
            if number % 4 == 0:
                return own.get("/claims", params={"q": "cameras"}).status_code - 200
            if number % 4 == 1:
                return own.get("/", headers={"Host": "evil.example"}).status_code - 421
            if number % 4 == 2:
                return (
                    own.post(
                        "/done", json={"doc": DOC}, headers={"Origin": "http://evil.example"}
                    ).status_code
                    - 403
                )
            answer = own.post("/done", json={"doc": DOC}, headers={"Origin": served.base})
            with lock:
                kept.append(answer.json()["id"])
            return answer.status_code - 200

    with ThreadPoolExecutor(40) as pool:
        assert set(pool.map(work, range(200))) == {0}
    lines = served.decisions.read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(kept) == 50
    assert all(f'"{own}"' in "".join(lines) for own in kept)
    assert "Traceback" not in served.errors


def test_what_stops_the_command(sample_run: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        arguments = ["review", "--out", str(sample_run), "--no-browser", "--port", str(port)]
        result = RUNNER.invoke(app, [*arguments, "--file", str(tmp_path / "d.jsonl")])
    assert result.exit_code == 2
    assert f"port {port} is in use" in result.stderr
    result = RUNNER.invoke(app, ["review", "--out", str(tmp_path / "none"), "--no-browser"])
    assert result.exit_code == 3
    assert "no finished run" in result.stderr
    (tmp_path / "bad.jsonl").write_text('{"v": 1', encoding="utf-8")
    arguments = ["review", "--out", str(sample_run), "--no-browser", "--port", "0"]
    result = RUNNER.invoke(app, [*arguments, "--file", str(tmp_path / "bad.jsonl")])
    assert result.exit_code == 2
    assert "is cut off" in result.stderr


def test_a_queue_ends_behind_its_last_item(served: Served) -> None:
    with served.client() as client:
        found = re.search(r">(\d+) to look at", client.get("/queue", params={"kind": "mentions"}).text)
        assert found
        count = found[1]
        answer = client.get("/queue/next", params={"kind": "mentions", "skip": count})
        assert "You have seen all of this queue" in answer.text
        assert "left, " in client.get("/queue/next", params={"kind": "mentions", "skip": 1}).text


def test_an_entity_may_be_named(served: Served) -> None:
    with served.client() as client:
        item = next(item for item in rows_of(client, DOC) if item["kind"] == "mention")
        refused = ask(client, DOC, item, "assign", entity="No Such Company")
        assert "choose one from the list" in refused.json()["error"]
        assert ask(client, DOC, item, "assign", entity="hikVISION").status_code == 200
    assert served.live()[0].entity == "hikvision"


def test_a_browser_that_leaves_within_a_request_leaves_no_traceback(served: Served) -> None:
    with served.client() as client:
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        host = f"127.0.0.1:{served.port}"
        head = f"POST /decide HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n"
        with socket.create_connection(("127.0.0.1", served.port), timeout=10) as own:
            own.sendall(f"{head}Content-Length: 1000\r\n\r\nabc".encode())
        assert client.get("/").status_code == 200
        assert client.get("/decisions").status_code == 200
    assert "Traceback" not in served.errors


def test_the_search_for_entities_knows_the_reference_data(served: Served) -> None:
    with served.client() as client:
        found = client.get("/names", params={"q": "office for budget resp"}).json()
        assert {"name": "Office for Budget Responsibility", "n": 0}.items() <= found[0].items()
