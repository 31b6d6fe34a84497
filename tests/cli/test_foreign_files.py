"""No command replaces a file of the user unasked, whatever option names it."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from pipeline.cli.main import app
from pipeline.outputs.formats import FORMATS, export_formats
from tests.conftest import MODEL
from tests.support.invented_run import masked_draft, write_run

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "out"
    write_run(folder, [masked_draft()])
    return folder


def zipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("word/document.xml", "<w:t>my thesis</w:t>")


def empty_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w"):
        pass


def arrays(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, weights=np.arange(3))


def named_like_ours(path: Path) -> None:
    """Keys as in a mark, with other arrays behind them."""
    save: Any = np.savez
    with path.open("wb") as file:
        save(file, **{f"documents {'0' * 64}": np.array(["text"])})


def text(path: Path) -> None:
    path.write_text("my notes\n", encoding="utf-8")


def nothing(path: Path) -> None:
    path.touch()


FOREIGN: list[Callable[[Path], None]] = [zipped, empty_zip, arrays, named_like_ours, text, nothing]
REFUSED = (2, 3)
"""Exit codes: an option is invalid, the work could not be done."""
GOLD = '{"doc": "a", "text": "Ann said that it rained.", "claims": []}\n'


def call(*args: object) -> int:
    command = [str(arg) for arg in args]
    return RUNNER.invoke(app, command, env={"POLICY_NEWS__ANNOTATE__MODEL": str(MODEL)}).exit_code


@pytest.mark.parametrize("make", FOREIGN)
def test_what_is_not_a_mark_is_not_replaced_by_one(
    make: Callable[[Path], None], out: Path, tmp_path: Path
) -> None:
    target = tmp_path / "thesis.docx"
    make(target)
    before = target.read_bytes()
    assert call("new", "--since", target, "--out", out) in REFUSED
    assert target.read_bytes() == before
    assert call("new", "--since", tmp_path / "mark", "--out", out) == 0
    assert call("new", "--since", tmp_path / "mark", "--out", out) == 0


@pytest.mark.skipif(os.name == "nt", reason="devices of Unix")
def test_a_pipe_or_device_is_not_replaced(out: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for command in (
        ("new", "--since", pipe),
        ("export", "--format", "jsonl", "--to", pipe, "--force"),
    ):
        assert call(*command, "--out", out) in REFUSED
    assert pipe.is_fifo()


@pytest.mark.parametrize("form", export_formats())
def test_an_export_leaves_what_is_there(form: str, out: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    kind = FORMATS[form]
    beside = tmp_path / kind.beside.format(stem="mine") if kind.beside else None
    for place in filter(None, (target, beside)):
        text(place)
        assert call("export", "--format", form, "--to", target, "--out", out) in REFUSED
        assert place.read_text(encoding="utf-8") == "my notes\n"
        place.unlink()
        shutil.rmtree(target, ignore_errors=True)


def test_an_evaluation_and_a_name_list_leave_what_is_there(out: Path, tmp_path: Path) -> None:
    gold, names, page = tmp_path / "gold.jsonl", tmp_path / "names.csv", tmp_path / "page.html"
    gold.write_text(GOLD, encoding="utf-8")
    names.write_text("id,name\nacme,Acme Holdings\n", encoding="utf-8")
    text(page)
    assert call("evaluate", "--gold", gold, "--out", out, "--html", page) in REFUSED
    assert page.read_text(encoding="utf-8") == "my notes\n"
    folder = tmp_path / "list"
    folder.mkdir()
    text(folder / "names.tsv")
    assert call("rules", "import", names, "--format", "csv", "--label", "COMPANY", "--out", folder) in REFUSED
    assert (folder / "names.tsv").read_text(encoding="utf-8") == "my notes\n"


def edit(folder: Path, ending: str) -> Path:
    path = sorted(folder.glob(f"*.{ending}"))[0]
    path.write_bytes(path.read_bytes() + b"T99\tPERSON 0 4\tedit\n")
    return path


def test_annotations_that_people_edited_stay_when_they_are_exported_again(out: Path, tmp_path: Path) -> None:
    folder = tmp_path / "brat"
    command = ("export", "--format", "brat", "--to", folder, "--out", out)
    assert call(*command) == 0
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    edited = edit(folder, "ann")
    (folder / "notes.md").write_text("mine", encoding="utf-8")
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    # Once more than once: the second export must not take what it kept for its own.
    for _ in range(2):
        result = RUNNER.invoke(app, [str(arg) for arg in command])
        assert result.exit_code == 0
        for name in (edited.name, edited.with_suffix(".txt").name, "notes.md"):
            assert name in result.output
        now = {path.name: path.read_bytes() for path in folder.iterdir()}
        assert {name: data for name, data in now.items() if not name.startswith(".")} == {
            name: data for name, data in after.items() if not name.startswith(".")
        }
    assert call(*command, "--force") == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first


def test_tables_that_people_edited_are_not_replaced(out: Path, tmp_path: Path) -> None:
    folder = tmp_path / "csv"
    command = ("export", "--format", "csv", "--to", folder, "--out", out)
    assert call(*command) == call(*command) == 0
    edited = edit(folder, "csv")
    data = edited.read_bytes()
    assert call(*command) in REFUSED
    assert edited.read_bytes() == data
    assert call(*command, "--force") == 0
    assert edited.read_bytes() != data
