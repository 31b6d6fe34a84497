"""Installs a wheel into a folder of its own and runs it in an empty one: `python -m scripts.try_wheel build/wheel`.

It takes the packages of this environment and hides the clone, so that only what the wheel holds can be found.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ARTICLE = """Camera Ban Widened

Published 7 September 2022

Hikvision said on Monday that the ban was "unfair". Tom Tugendhat, the security minister, denied it.
"""
SHOWN = """
import pipeline
from pathlib import Path
assert "site-packages" in pipeline.__file__, pipeline.__file__
assert (Path(pipeline.__file__).parent / "py.typed").is_file()
tables = pipeline.load_tables("tables", verify=True)
print(sorted(set(tables["mentions"]["text"])), list(tables["claims"]["cue_text"]))
assert "Hikvision" in set(tables["mentions"]["text"])
assert len(tables["claims"]) >= 1
"""


def main() -> None:
    """Install, build the model, run one article, look at the tables."""
    (wheel,) = Path(sys.argv[1]).resolve().glob("*.whl")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "raw").mkdir()
        (folder / "raw" / "a.txt").write_text(ARTICLE, encoding="utf-8")
        python = _make_environment(folder / "env")
        _run(
            python,
            "-m",
            "pip",
            "--disable-pip-version-check",
            "-q",
            "install",
            "--no-deps",
            str(wheel),
            at=folder,
        )
        for arguments in (
            ("--version",),
            ("build",),
            ("run", "--raw", "raw", "--out", "tables", "--workers", "1"),
            ("report", "--out", "tables"),
            ("export", "--out", "tables", "--format", "csv", "--to", "csv"),
        ):
            _run(python, "-m", "pipeline", *arguments, at=folder)
        _run(python, "-c", SHOWN, at=folder)
    print(f"{wheel.name}: installed and run in an empty folder")


def _make_environment(folder: Path) -> Path:
    """An environment that also sees the packages of the one that runs this, but not the clone."""
    venv.create(folder, with_pip=True)
    (site,) = (folder / "lib").glob("python*/site-packages")
    (own,) = (Path(path) for path in sys.path if path.endswith("site-packages"))
    # The packages come after those of the new environment; the editable install of the clone is a `.pth` file, which a path
    # from a `.pth` file does not bring along.
    (site / "packages.pth").write_text(f"{own}\n", encoding="utf-8")
    return folder / "bin" / "python"


def _run(python: Path, *arguments: str, at: Path) -> None:
    done = subprocess.run([python, *arguments], cwd=at, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(arguments)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    print(done.stdout, end="")


if __name__ == "__main__":
    main()
