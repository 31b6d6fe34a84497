"""Files and folders of others stay; ours are replaced whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from policy_news.core.atomic_files import MARK, new_file, new_folder
from policy_news.core.errors import StageError
from tests.conftest import ROOT


def fill(target: Path, text: str) -> None:
    with new_folder(target, "a test") as folder:
        (folder / "page.html").write_text(text, encoding="utf-8")


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_of_ours_is_replaced(tmp_path: Path) -> None:
    fill(tmp_path / "report", "old")
    fill(tmp_path / "report", "new")
    assert everything(tmp_path) == {"report/page.html": b"new", f"report/{MARK}": b"a test"}


def with_file(target: Path) -> None:
    target.mkdir()
    (target / "notes.txt").write_text("mine", encoding="utf-8")


def as_file(target: Path) -> None:
    target.write_text("mine", encoding="utf-8")


def as_link(target: Path) -> None:
    with_file(target.with_name("elsewhere"))
    target.symlink_to("elsewhere")


def as_dead_link(target: Path) -> None:
    target.symlink_to("nowhere")


@pytest.mark.parametrize("make", [with_file, as_file, as_link, as_dead_link])
def test_what_is_not_ours_stays(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "report")
    before = everything(tmp_path)
    with pytest.raises(StageError, match="did not write"):
        fill(tmp_path / "report", "new")
    assert everything(tmp_path) == before


def test_a_folder_of_ours_of_another_kind_stays(tmp_path: Path) -> None:
    fill(tmp_path / "report", "old")
    with pytest.raises(StageError, match="did not write"), new_folder(tmp_path / "report", "another"):
        pass
    assert (tmp_path / "report" / "page.html").read_text(encoding="utf-8") == "old"


def test_folders_that_only_look_like_our_temporary_ones_stay(tmp_path: Path) -> None:
    for name in ("report.tmp", ".report.tmp", "report.old"):
        with_file(tmp_path / name)
    before = everything(tmp_path)
    fill(tmp_path / "report", "new")
    assert before.items() <= everything(tmp_path).items()


def test_a_failed_folder_leaves_the_old_one(tmp_path: Path) -> None:
    fill(tmp_path / "report", "old")
    with pytest.raises(RuntimeError), new_folder(tmp_path / "report", "a test"):
        raise RuntimeError
    assert (tmp_path / "report" / "page.html").read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


KILLED = """
import os, signal, sys
from pathlib import Path
from policy_news.core.atomic_files import {function}
with {function}(Path(sys.argv[1]){kind}) as place:
    (place / "page.html" if place.is_dir() else place).write_text("new", encoding="utf-8")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
@pytest.mark.parametrize(("function", "kind"), [("new_folder", ", 'a test'"), ("new_file", "")])
def test_what_a_killed_program_left_goes_with_the_next_one(function: str, kind: str, tmp_path: Path) -> None:
    target = tmp_path / "report"
    code = KILLED.format(function=function, kind=kind)
    assert subprocess.run([sys.executable, "-c", code, str(target)], cwd=ROOT).returncode == -signal.SIGKILL
    assert [path.name for path in tmp_path.glob(".report.*.tmp")]
    with new_folder(target, "a test") if kind else new_file(target) as place:
        if not kind:
            place.write_text("newer", encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
