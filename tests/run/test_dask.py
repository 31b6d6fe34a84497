"""What can be wrong with a cluster ends with a message, not with a hang or a traceback."""

from __future__ import annotations

import importlib.util
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from policy_news.core.errors import SettingsError, StageError
from policy_news.run.engines import dask
from policy_news.run.runner import run_all
from tests.conftest import ROOT
from tests.run.test_run import hashes, settings

pytestmark = pytest.mark.slow

needs_dask = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason="Dask is not installed"
)


def test_dask_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask, "find_spec", lambda name: None)
    with pytest.raises(SettingsError, match="Dask is not installed"):
        dask.DaskEngine()


def closed_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def http_server() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@contextmanager
def silent_server() -> Iterator[int]:
    """Takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


@needs_dask
@pytest.mark.filterwarnings("default")
def test_no_scheduler_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask, "CONNECT_SECONDS", 1)
    with http_server() as other, silent_server() as mute:
        for address in (
            f"127.0.0.1:{closed_port()}",
            f"127.0.0.1:{other}",
            f"127.0.0.1:{mute}",
            f"tls://127.0.0.1:{other}",
            "nope",
            "foo://x:1",
        ):
            with pytest.raises(SettingsError, match="no Dask scheduler answers"):
                list(dask.DaskEngine(address)(print, ["x"]))


@contextmanager
def scheduler(workers: int) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A scheduler in a process of its own, with workers."""
    command = [
        sys.executable,
        "-m",
        "distributed.cli.dask_scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        address = next(line.split()[-1] for line in process.stderr if "Scheduler at" in line)
        threading.Thread(target=process.stderr.read, daemon=True).start()
        run: Any = [
            sys.executable,
            "-m",
            "distributed.cli.dask_worker",
            address,
            "--no-nanny",
            "--nthreads",
            "1",
            "--no-dashboard",
        ]
        started: list[subprocess.Popen[Any]] = [process]
        started += [subprocess.Popen(run, stderr=subprocess.DEVNULL) for _ in range(workers)]
        try:
            yield address, process
        finally:
            for one in reversed(started):
                one.kill()
                one.wait()


@needs_dask
@pytest.mark.filterwarnings("default")
def test_no_worker_comes() -> None:
    with scheduler(0) as (address, _), pytest.raises(StageError, match="no Dask worker for 2 seconds"):
        list(dask.DaskEngine(address, patience=2)(print, ["x"]))


def sleep(task: str) -> None:
    time.sleep(30 if task == "long" else 0)


@needs_dask
@pytest.mark.filterwarnings("default")
def test_the_scheduler_is_killed() -> None:
    with scheduler(1) as (address, process):
        done = dask.DaskEngine(address)(sleep, ["short", "long"])
        assert next(done) == ("short", True)
        process.send_signal(signal.SIGKILL)
        with pytest.raises(StageError, match="the Dask scheduler was lost"):
            next(done)


@needs_dask
@pytest.mark.filterwarnings("default")
def test_a_worker_of_a_version_without_the_function(tmp_path: Path) -> None:
    """A module that only this process has."""
    (tmp_path / "only_here.py").write_text("def work(task):\n    pass\n", encoding="utf-8")
    sys.path.insert(0, str(tmp_path))
    try:
        work = __import__("only_here").work
        with scheduler(1) as (address, _), pytest.raises(StageError, match="another version of this program"):
            list(dask.DaskEngine(address)(work, ["x"]))
    finally:
        sys.path.remove(str(tmp_path))


@needs_dask
@pytest.mark.filterwarnings("default")
def test_a_cluster_gives_the_tables_of_one_process(sample_run: Path, tmp_path: Path) -> None:
    engine = dask.DaskEngine(workers=2)
    run_all(ROOT / "data" / "raw", tmp_path / "out", settings(shard_documents=4), engine=engine)
    assert hashes(tmp_path / "out") == hashes(sample_run)
