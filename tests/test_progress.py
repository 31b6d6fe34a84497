"""What is shown of a run's progress where there is no terminal."""

from __future__ import annotations

import json

import pytest

from pipeline.cli_progress import Lines, show_progress, write_json, write_text


def lines(monkeypatch: pytest.MonkeyPatch, seconds: float) -> Lines:
    """Lines with a clock that goes on `seconds` a call."""
    now = iter(range(1000))
    monkeypatch.setattr("pipeline.cli_progress.time.monotonic", lambda: next(now) * seconds)
    return Lines(write_text)


def test_a_line_every_tenth_of_a_slow_stage(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    shown = lines(monkeypatch, 10.0)
    for done in range(1, 101):
        shown("annotate", done, 100)
    printed = capsys.readouterr().err.splitlines()
    assert len(printed) == 10
    assert printed[0].startswith("annotate: 10/100, ")
    assert printed[-1].endswith("0 s left")


def test_a_quick_stage_is_not_worth_a_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    shown = lines(monkeypatch, 0.001)
    for done in range(1, 101):
        shown("write", done, 100)
    assert capsys.readouterr().err == ""


def test_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    write_json("annotate", 5, 20, 2.5)
    said = json.loads(capsys.readouterr().out)
    assert said == {"event": "progress", "stage": "annotate", "done": 5, "total": 20, "per_second": 2.5, "seconds_left": 6.0}


def test_a_bar_a_stage_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    with show_progress() as progress:
        for stage in ("ingest", "annotate"):
            progress(stage, 3, 3)
    printed = capsys.readouterr().err
    assert printed.count("3/3") >= 2
    assert "annotate" in printed


def test_quiet_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress(quiet=True) as progress:
        progress("annotate", 1, 1)
    assert capsys.readouterr() == ("", "")
