"""A server over the sample tables, as a user starts it, and a browser."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from _pytest.runner import runtestprotocol

from policy_news.decisions.decisions_file import read_decisions
from tests.conftest import MODEL
from tests.outputs.test_report import CHROMIUM
from tests.support.reviewing import FORKS, run_command

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\?token=\S+(?=\s)")


@dataclass
class Served:
    """A running server.

    Attributes:
        address: With the token.
        base: Without.
        decisions: The decisions file.
        errors: What it wrote to standard error so far.
    """

    address: str
    base: str
    out: Path
    decisions: Path
    log: Path

    @property
    def token(self) -> str:
        return self.address.partition("token=")[2]

    @property
    def port(self) -> int:
        return int(self.base.rpartition(":")[2])

    @property
    def errors(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def live(self) -> list[Any]:
        return [one.decision for one in read_decisions(self.decisions).live]

    @contextmanager
    def client(self) -> Iterator[httpx.Client]:
        """A client that has opened the address, as a browser does."""
        headers = {"Origin": self.base}
        with httpx.Client(base_url=self.base, headers=headers, follow_redirects=True, timeout=30) as client:
            client.get(f"/?token={self.token}")
            yield client


def start(out: Path, folder: Path, *options: str) -> Iterator[Served]:
    """Run `pipeline review` until the test is done."""
    decisions, log, told = (folder / name for name in ("decisions.jsonl", "errors.txt", "told.txt"))
    arguments = ["review", "--out", str(out), "--file", str(decisions)]
    arguments += ["--by", "nell", "--port", "0", "--no-browser", *options]
    environment = {"POLICY_NEWS__ANNOTATE__MODEL": str(MODEL)}
    process = FORKS.Process(target=run_command, args=(arguments, environment, told, log))
    process.start()
    try:
        wait_until(lambda: not process.is_alive() or (told.is_file() and ADDRESS.search(told.read_text())))
        found = ADDRESS.search(told.read_text())
        assert found, log.read_text(encoding="utf-8")
        yield Served(found[0], found[0].partition("/?")[0], out, decisions, log)
    finally:
        process.terminate()
        process.join(20)
    assert process.exitcode == 0, "SIGTERM ends a review as Ctrl+C does"


@pytest.fixture
def own_run(sample_run: Path, tmp_path: Path) -> Path:
    """Tables of the samples that a test may change."""
    return Path(shutil.copytree(sample_run, tmp_path / "out"))


@pytest.fixture
def served(own_run: Path, tmp_path: Path) -> Iterator[Served]:
    yield from start(own_run, tmp_path)


@pytest.fixture(scope="module")
def shared(sample_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server for tests that decide nothing."""
    yield from start(sample_run, tmp_path_factory.mktemp("shared"))


@pytest.fixture
def reading(own_run: Path, tmp_path: Path) -> Iterator[Served]:
    yield from start(own_run, tmp_path, "--read-only")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium, driven by Playwright.

    Not for the session: Playwright's event loop runs in this thread until it ends, and Dask cannot start beside it.
    """
    if CHROMIUM is None:
        pytest.skip("no Chromium: install one to try the pages as a user does")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def wait_until(condition: Any, seconds: float = 60.0) -> None:
    """Wait for what another process does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


def rows_of(client: httpx.Client, doc: str) -> list[dict[str, str]]:
    """The items of a document's page."""
    from lxml import html

    tree = html.fromstring(client.get("/fragment", params={"id": doc}).text)
    items = []
    for item in tree.xpath("//ul[@id='items']/li"):
        data = {name.removeprefix("data-"): value for name, value in item.attrib.items()}
        items.append({**data, "sha256": tree.xpath("//@data-sha256")[0]})
    return items


def ask(client: httpx.Client, doc: str, item: dict[str, str], action: str, **more: Any) -> httpx.Response:
    """Send what the page sends for an item."""
    body: dict[str, Any] = {"doc": doc, "sha256": item["sha256"], "kind": item["kind"], "action": action}
    body["seen"] = item["seen"].split()
    if item["kind"] == "claim":
        body["claim"] = item["claim"]
    else:
        body["span"] = {"start": int(item["start"]), "end": int(item["end"]), "exact": item["exact"]}
    return client.post("/decide", content=json.dumps({**body, **more}))


TRIES = 3
"""Times that a test in the browser may run: on a busy machine a page is redrawn between two actions of a test."""


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Run a test in the browser again if it fails; the last try counts."""
    if "browser" not in getattr(item, "fixturenames", ()):
        return None
    reports = []
    for _ in range(TRIES):
        if hasattr(item, "_initrequest"):
            item._initrequest()
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        if not any(report.failed for report in reports):
            break
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    return True
