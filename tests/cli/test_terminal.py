"""What the process owes to whoever started it; each test is a process of its own."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from policy_news.cli.terminal import Patient
from policy_news.tables.parquet import load_tables
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and pipes of Unix")
PIPELINE = (sys.executable, "-m", "policy_news")


@pytest.mark.slow
def test_a_reader_that_leaves_does_not_stop_the_work(tmp_path: Path) -> None:
    command = [*PIPELINE, "run", "--raw", "data/raw/wire", "--out", str(tmp_path), "--workers", "1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read()
    assert (process.returncode, told) == (0, b"")
    assert len(load_tables(tmp_path, verify=True)["documents"]) == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
@pytest.mark.parametrize("unbuffered", ["", pytest.param("1", marks=pytest.mark.slow)])
def test_a_full_output_is_said(unbuffered: str) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PIPELINE, "rules", "list"],
            cwd=ROOT,
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 3
    assert (
        done.stderr.decode()
        == "error: No space left on device\n  Check the path, its permissions and the disk.\n"
    )


def test_a_name_that_is_no_utf8_is_said(tmp_path: Path) -> None:
    command: list[str | bytes] = [
        *PIPELINE,
        "run",
        "--raw",
        os.fsencode(tmp_path) + b"/\xff",
        "--out",
        str(tmp_path / "out"),
    ]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii"}
    )
    assert done.returncode == 3
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("seconds", [1.0, pytest.param(4.0, marks=pytest.mark.slow)])
def test_a_signal_ends_the_work_with_one_line(number: signal.Signals, seconds: float, tmp_path: Path) -> None:
    """Ctrl-C reaches all processes of the terminal, a manager's SIGTERM the first one."""
    command = [*PIPELINE, "run", "--raw", "data/raw", "--out", str(tmp_path), "--workers", "2"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    time.sleep(seconds)
    if process.poll() is None:
        (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
    told = process.communicate(timeout=60)[1].decode()
    # `python -m` ends itself by SIGINT where the signal fell into `exec` of a text, as of a dataclass, however it is handled.
    assert process.returncode in (0, 3, -number, -signal.SIGINT)
    assert told in ("", "error: interrupted; the next run resumes where this one stopped\n")


def test_direction_marks_of_arguments_are_not_obeyed() -> None:
    stream = io.StringIO()
    Patient(stream, is_for_people=True).write("No such command 'x\u202ey\u2066'\n")
    assert stream.getvalue() == "No such command 'x\ufffdy\ufffd'\n"
