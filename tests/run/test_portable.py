"""What only some systems have is not needed."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from policy_news.run import raw_files, runner
from policy_news.tables import commit
from policy_news.text.readers import child


def test_workers_without_affinity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert runner.count_workers(0) == os.cpu_count()
    assert runner.count_workers(3) == 3


def test_files_are_read_without_flags_of_unix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_files, "_READ", os.O_RDONLY)
    (tmp_path / "a.txt").write_bytes(b"a\r\nb")
    assert raw_files.read_limited(tmp_path / "a.txt", 10) == b"a\r\nb"


def test_a_parser_without_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(signal, "setitimer", raising=False)
    child._set_alarm(1)


def test_folders_that_cannot_be_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"a")
    monkeypatch.setattr(os, "name", "nt")
    opened = []
    monkeypatch.setattr(os, "open", lambda *args: opened.append(args))
    commit._sync(tmp_path)
    assert opened == []


def test_no_module_needs_what_only_unix_has() -> None:
    """Imports at the top of a module; those within functions may be guarded."""
    unix = ("fcntl", "resource", "pwd", "grp", "termios", "pty", "posix")
    for path in Path(runner.__file__).parents[1].rglob("*.py"):
        for line in path.read_text(encoding="utf-8").split("\n"):
            assert not line.startswith(tuple(f"import {name}" for name in unix)), path
