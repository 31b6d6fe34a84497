"""A disk without room for another file: a run says so, the tables stay those of one run, and the next run with room is whole."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from policy_news.core.errors import StageError
from tests.support.standing.runs import IN_PARTS, make_settings, run_local, table_sums

LAYOUTS = {"files": make_settings(), "parts": make_settings(tables=IN_PARTS)}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "nr_inodes=4000,size=100m", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no right to mount a disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def write(raw: Path, number: int) -> None:
    raw.mkdir(exist_ok=True)
    for name, jobs in (("a", number), ("b", 1), ("c", 1)):
        text = f"Tea\n\nMs Ann Lowe of Ofcom said on Friday that {jobs} jobs went.\n"
        (raw / f"{name}.txt").write_text(text, encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_run_without_inodes_says_so_and_loses_nothing(layout: str, disk: Path, tmp_path: Path) -> None:
    raw, settings, out = tmp_path / "raw", LAYOUTS[layout], disk / "out"
    write(raw, 11)
    run_local(raw, disk / "before", settings)
    before = table_sums(disk / "before")
    write(raw, 22)
    for left in (0, 3, 8, 12):
        shutil.copytree(disk / "before", out, symlinks=True)
        (disk / "others").mkdir()
        for number in range(os.statvfs(disk).f_ffree - left):
            (disk / "others" / str(number)).touch()
        with pytest.raises(StageError, match=r"No space left[^\n]*\n *Check .*space"):
            run_local(raw, out, settings)
        assert table_sums(out) == before
        shutil.rmtree(disk / "others")
        run_local(raw, out, settings)
        after = table_sums(out)
        shutil.rmtree(out)
    run_local(raw, disk / "fresh", settings)
    assert table_sums(disk / "fresh") == after != before
