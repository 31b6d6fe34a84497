"""Odd requests to the review page: each is answered, none with a fault of the server, and what is stored is whole."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import ROOT
from tests.review.conftest import Served, rows_of, start
from tests.support.standing.hostile import change_value
from tests.support.standing.runs import run_local

RAW = ROOT / "data" / "raw" / "politics"
SECONDS = 120
ANSWERS = {200, 204, 303, 400, 403, 404, 405, 409, 413, 414, 421, 422, 431}
WORDS = ('" OR *', "NEAR(a b)", "' or 1=1--", "%_\\", "\ud800".encode("utf-8", "surrogatepass"), "\0", "a" * 3_000, "../x", "-1", "99999", "٣", "COMPANY", "denial", "mentions:5")  # fmt: skip
PAGES = ("/", "/doc", "/fragment", "/claims", "/entities", "/entity", "/names", "/queue", "/queue/next", "/decisions", "/version", "/static/..%2fapp.py", "/favicon.ico", "/nope", "//x", "/decide")  # fmt: skip
FIELDS = ("id", "q", "page", "label", "type", "source", "kind", "skip", "queue", "at", "passed")
HEADERS = ({"Origin": "null"}, {"Host": "evil.example"}, {"Cookie": "a=\xff"}, {"Sec-Fetch-Site": "cross-site"}, {"Transfer-Encoding": "chunked"})  # fmt: skip
WHOLE = (b"", b"[", b"[" * 200_000, b'{"id":' * 40_000, b"\xff\xfe", b"null", b"5", b"x" * 300_000)
"""Bodies that are no request at all."""


def check_page_requests(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Ask a server over some of the samples for odd pages and decisions; now and then somebody edits its file."""
    rng, raw, out = random.Random(seed), folder / "raw", folder / "out"
    shutil.copytree(RAW, raw)
    run_local(raw, out)
    with contextmanager(start)(out, folder) as served, served.client() as client:
        client.timeout = httpx.Timeout(SECONDS)
        asker = Asker(rng, served, client)
        for number in range(tries):
            fault = asker.ask()
            if fault:
                yield f"try {number}, seed {seed}: {fault}"
        if "Traceback" in served.errors:
            yield f"seed {seed}: {served.errors[-400:]!a}"
    shutil.rmtree(out)
    run_local(raw, out)  # with what was decided; a table that fails its check raises


class Asker:
    """Sends requests and compares what was stored with what was answered.

    Args:
        rng: Chooses.
        served: The server.
        client: A browser that it knows.
    """

    def __init__(self, rng: random.Random, served: Served, client: httpx.Client) -> None:
        self._rng, self._served, self._client = rng, served, client
        documents = [str(path.relative_to(RAW).with_suffix("")) for path in sorted(RAW.rglob("*.txt"))]
        known = [doc for doc in documents if client.get("/doc", params={"id": doc}).status_code == 200]
        self._rows = [(doc, row) for doc in known for row in rows_of(client, doc)]
        self._entities = [row["id"] for row in client.get("/names", params={"q": "a"}).json()]

    def ask(self) -> str:
        """Send one request; returns what is wrong with its answer, empty if nothing is."""
        before = self._stored()
        path, body = self._request()
        headers = dict(self._rng.choice(HEADERS)) if self._rng.random() < 0.05 else {}
        shown = f"{path} {headers} {body[:200] if body else ''!a}"
        begun = time.monotonic()
        try:
            if body is None:
                answer = self._client.get(path, headers=headers, follow_redirects=False)
            else:
                answer = self._client.post(path, content=body, headers=headers)
        except (httpx.LocalProtocolError, UnicodeError, httpx.InvalidURL):
            return ""  # which the client refuses to send
        except httpx.HTTPError as error:
            return "" if headers else f"{shown}: {type(error).__name__}"
        if time.monotonic() - begun > SECONDS:
            return f"{shown}: takes {time.monotonic() - begun:.0f} s"
        if answer.status_code not in ANSWERS:
            return f"{shown}: {answer.status_code}"
        after = self._stored()
        wanted = len(before) + (body is not None and answer.status_code == 200)
        if len(after) != wanted or after[: len(before)] != before:
            return f"{shown}: {answer.status_code}, but {len(before)} decisions became {len(after)}"
        if self._rng.random() < 0.02:
            self._edit(after)
        return ""

    def _stored(self) -> list[Any]:
        path = self._served.decisions
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def _edit(self, stored: list[Any]) -> None:
        """Remove or reorder lines by hand."""
        self._rng.shuffle(stored)
        lines = [json.dumps(row) + "\n" for row in stored[self._rng.randint(0, 3) :]]
        beside = self._served.decisions.with_suffix(".edited")
        beside.write_text("".join(lines))
        beside.replace(self._served.decisions)

    def _request(self) -> tuple[str, bytes | None]:
        rng = self._rng
        if rng.random() < 0.25:
            fields = {name: rng.choice(WORDS) for name in rng.sample(FIELDS, rng.randint(0, 3))}
            return f"{rng.choice(PAGES)}?{httpx.QueryParams(_decoded(fields))}", None
        if rng.random() < 0.05:
            return rng.choice(("/decide", "/decide-entity", "/undo", "/done")), rng.choice(WHOLE)
        path, asked = self._asked()
        for _ in range(rng.choice((0, 0, 1, 2))):
            change_value(rng, asked)
        return path, json.dumps(asked).encode()

    def _asked(self) -> tuple[str, dict[str, Any]]:
        """A request as the page makes them, not always one that fits."""
        rng = self._rng
        doc, row = rng.choice(self._rows)
        kind, entity = rng.random(), rng.choice(self._entities)
        if kind < 0.1 and (stored := self._stored()):
            return "/undo", {"id": rng.choice(stored)["id"], "doc": doc}
        if kind < 0.15:
            return "/done", {"doc": doc}
        if kind < 0.3:
            action = rng.choice(("rename", "kb", "merge", "split"))
            more = {
                "value": rng.choice(("Q42", "Name", "<b>", "\u202eevil")),
                "into": rng.choice((*self._entities, "new <one>")),
            }
            return "/decide-entity", {"action": action, "entity": entity, "docs": [doc], **more}
        return "/decide", self._about(doc, row, entity)

    def _about(self, doc: str, row: dict[str, str], entity: str) -> dict[str, Any]:
        rng = self._rng
        asked: dict[str, Any] = {
            "doc": doc,
            "sha256": row["sha256"],
            "kind": row["kind"],
            "seen": row["seen"].split(),
        }
        start, end, exact = int(row.get("start") or 0), int(row.get("end") or 1), row.get("exact") or "x"
        span = {"start": start, "end": end, "exact": exact}
        if row["kind"] == "claim":
            changes = (
                {"type": "denial"},
                {"negated": True},
                {"no_source": True},
                {"source_entity": "acme-holdings"},
                {"content": [span]},
                {"source": span},
            )
            action = rng.choice(("accept", "reject", "change", "add"))
            return {
                **asked,
                "action": action,
                "claim": row["claim"],
                **(rng.choice(changes) if action in ("change", "add") else {}),
            }
        action = rng.choice(("accept", "reject", "relabel", "move", "assign", "add"))
        to = {"start": start, "end": max(end - 1, start + 1), "exact": exact[:-1] or exact}
        more: dict[str, dict[str, Any]] = {
            "relabel": {"label": "ORG"},
            "add": {"label": "GPE"},
            "move": {"to": to},
            "assign": {"entity": entity},
        }
        return {**asked, "action": action, "span": span, **more.get(action, {})}


def _decoded(fields: dict[str, Any]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else value.decode("latin-1") for name, value in fields.items()
    }
