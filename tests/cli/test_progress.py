"""What is shown of a run's progress where there is no terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from contextlib import suppress

import pytest

from policy_news.cli.progress_bars import Lines, show_progress, write_json, write_text


def lines(monkeypatch: pytest.MonkeyPatch, seconds: float) -> Lines:
    """Lines with a clock that goes on `seconds` a call."""
    now = iter(range(1000))
    monkeypatch.setattr("policy_news.cli.progress_bars.time.monotonic", lambda: next(now) * seconds)
    return Lines(write_text)


def test_a_long_stage_has_a_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = lines(monkeypatch, 5.0)
    for done in range(1, 101):
        shown("annotate", done, 100)
    printed = capsys.readouterr().err.splitlines()
    assert len(printed) == 33
    assert printed[0] == "annotate: 4/100, 0.3/s, 6 min left"
    assert printed[-1].endswith("0 s left")


def test_a_quick_stage_is_not_worth_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = lines(monkeypatch, 0.001)
    for done in range(1, 101):
        shown("write", done, 100)
    assert capsys.readouterr().err == ""


def test_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    write_json("annotate", 5, 20, 2.5)
    said = json.loads(capsys.readouterr().out)
    assert said == {
        "event": "progress",
        "stage": "annotate",
        "done": 5,
        "total": 20,
        "per_second": 2.5,
        "seconds_left": 6.0,
    }


def test_quiet_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress(quiet=True) as progress:
        progress("annotate", 1, 1)
    assert capsys.readouterr() == ("", "")


SAYS = """
from policy_news.cli.run_command import _say
from policy_news.cli.progress_bars import show_progress
with show_progress() as progress:
    for stage in ("ingest", "annotate"):
        progress(stage, 1, 3)
        _say(f"{stage}: said")
"""


def on_terminal(program: str) -> str:
    """What a Python program sends to a terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    ) as process:
        os.close(theirs)
        sent = b""
        with suppress(OSError):  # Linux says so at the end
            while chunk := os.read(ours, 4096):
                sent += chunk
    os.close(ours)
    assert process.returncode == 0, sent
    return sent.decode()


def test_what_is_said_stands_on_lines_of_its_own_and_the_bars_go() -> None:
    sent = on_terminal(SAYS)
    assert "\u2501" in sent
    for stage in ("ingest", "annotate"):
        assert re.search(rf"(^|\n|\x1b\[2K){stage}: said\r\n", sent)
    assert sent.rstrip("\r\n").endswith("\x1b[2K")
