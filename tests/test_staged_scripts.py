"""The scripts in `pipeline/` do what the installed command does."""

from __future__ import annotations

import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

STEPS = ("ingest", "unmask", "annotate", "resolve", "write", "check")
HELD = "tables:\n  documents: {min_rows: 3, max_rows: 3}\n"
MISSED = "tables:\n  documents: {max_rows: 2}\n"


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("raw")
    for path in sorted((ROOT / "data/raw/lensward").glob("*.txt"))[:3]:
        shutil.copy(path, folder)
    return folder


def call(
    module: str,
    arguments: list[str | Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> tuple[object, str]:
    """Run a module as a program; returns its exit code and what it printed."""
    monkeypatch.setattr(sys, "argv", [module, *map(str, arguments)])
    monkeypatch.delitem(sys.modules, module, raising=False)  # as in a new process
    with pytest.raises(SystemExit) as end:
        runpy.run_module(module, run_name="__main__", alter_sys=False)
    shown = capsys.readouterr()
    return end.value.code, shown.out + shown.err


def tables(out: Path) -> dict[str, bytes]:
    found = {path.name: path.read_bytes() for path in out.glob("*.parquet")}
    assert len(found) > 5
    return found


def test_all_steps_end_like_the_installed_command(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """First a new run, then one that finds nothing changed, with expectations that hold, and with others that do not."""
    (tmp_path / "held.yml").write_text(HELD, encoding="utf-8")
    (tmp_path / "missed.yml").write_text(MISSED, encoding="utf-8")
    ours, theirs, codes = tmp_path / "ours", tmp_path / "theirs", []
    for expect in (None, None, "held.yml", "missed.yml"):
        ends = []
        for module, command, out in (("pipeline", "", ours), ("policy_news", "run", theirs)):
            more: list[str | Path] = ["--expect", tmp_path / expect] if expect else []
            code, said = call(
                module,
                [*command.split(), "--raw", raw, "--out", out, "--workers", "1", *more],
                monkeypatch,
                capsys,
            )
            lines = said.replace(str(out), "OUT").splitlines()
            ends.append((code, [line for line in lines if not line.startswith("time ")]))
        assert ends[0] == ends[1]
        assert tables(ours) == tables(theirs)
        codes.append(ends[0][0])
    assert codes == [0, 0, 0, 1]


def test_the_steps_one_by_one_write_the_same_tables(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "missed.yml").write_text(MISSED, encoding="utf-8")
    for step in STEPS:
        more = ["--raw", raw] if step == "ingest" else ["--workers", "1"] if step == "annotate" else []
        code, said = call(f"pipeline.{step}", ["--out", tmp_path / "steps", *more], monkeypatch, capsys)
        assert (code, said.partition(":")[0]) == (0, step)
    code, _ = call(
        "pipeline.check",
        ["--out", tmp_path / "steps", "--expect", tmp_path / "missed.yml"],
        monkeypatch,
        capsys,
    )
    assert code == 1
    call(
        "policy_news", ["run", "--raw", raw, "--out", tmp_path / "run", "--workers", "1"], monkeypatch, capsys
    )
    assert tables(tmp_path / "steps") == tables(tmp_path / "run")


def test_a_step_says_which_step_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = call("pipeline.unmask", ["--out", tmp_path], monkeypatch, capsys)
    assert code == 3
    assert "Run `pipeline ingest` first." in said


def test_each_script_is_short_and_says_what_it_reads_calls_and_writes() -> None:
    for step in STEPS:
        text = (ROOT / f"pipeline/{step}.py").read_text(encoding="utf-8")
        assert text.count("\n") < 30
        for word in ("Reads: ", "Calls: ", "Writes: ", "Alone: "):
            assert f"\n{word}" in text


@pytest.mark.slow
def test_scripts_run_from_the_clone_as_programs() -> None:
    for module in ("pipeline", "pipeline.annotate"):
        shown = subprocess.run(
            [sys.executable, "-m", module, "--help"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        assert "--workers" in shown
