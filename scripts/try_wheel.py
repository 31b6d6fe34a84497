"""Installs a wheel into a folder of its own and runs it elsewhere: `python -m scripts.try_wheel build/wheel [PYTHON]`.

It hides the clone, so that only what the wheel holds can be found. Without PYTHON it takes the packages of this environment;
with one, such as `python3.13`, it installs all that the wheel requires.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ARTICLE = """Camera Ban Widened

Published 7 September 2022

Hikvision said on Monday that the ban was "unfair". Tom Tugendhat, the security minister, denied it.
"""
OTHER = 'raise SystemExit("the file `pipeline.py` of the user was imported")\n'
"""A module that many projects have, in the folder where the commands run."""
SHOWN = """
import policy_news
from pathlib import Path
assert "site-packages" in policy_news.__file__, policy_news.__file__
assert (Path(policy_news.__file__).parent / "py.typed").is_file()
tables = policy_news.load_tables("tables", verify=True)
print(policy_news.__version__, sorted(set(tables["mentions"]["text"])), list(tables["claims"]["cue_text"]))
assert "Hikvision" in set(tables["mentions"]["text"])
assert len(tables["claims"]) >= 1
nlp = policy_news.load_pipeline()
assert nlp.get_pipe("policy_claims").__class__.__module__.startswith("policy_news.")
"""
BUILDING = "building the spaCy pipeline in"


def main() -> None:
    """Install, run one article twice, look at the tables; the first run builds the model."""
    (wheel,) = Path(sys.argv[1]).resolve().glob("*.whl")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "work" / "raw").mkdir(parents=True)
        (folder / "work" / "raw" / "a.txt").write_text(ARTICLE, encoding="utf-8")
        (folder / "work" / "pipeline.py").write_text(OTHER, encoding="utf-8")
        bin_folder = _install(wheel, folder / "env", *sys.argv[2:3])
        python, command = bin_folder / "python", bin_folder / "pipeline"
        at, home = folder / "work", folder / "home"
        home.mkdir()
        _run(command, "--version", at=at, home=home)
        first = _run(command, "run", "--raw", "raw", "--out", "tables", "--workers", "2", at=at, home=home)
        if first.count(BUILDING) != 1:
            sys.exit("the first run does not say in one line that it builds the model")
        second = _run(command, "run", "--raw", "raw", "--out", "tables", at=at, home=home)
        if BUILDING in second:
            sys.exit("the second run builds the model again")
        for arguments in (
            ("build",),
            ("report", "--out", "tables"),
            ("export", "--out", "tables", "--format", "csv", "--to", "csv"),
            ("export", "--out", "tables", "--format", "sqlite", "--to", "tables.sqlite"),
            ("explain", "a.txt", "Hikvision", "--out", "tables"),
        ):
            _run(python, "-m", "policy_news", *arguments, at=at, home=home)
        _run(python, "-c", SHOWN, at=at, home=home)
    print(f"{wheel.name}: installed and run in an empty folder")


def _install(wheel: Path, folder: Path, interpreter: str = "") -> Path:
    """Make an environment with the wheel; returns its folder of programs."""
    pip = ("-m", "pip", "--disable-pip-version-check", "-q", "install")
    if interpreter:
        subprocess.run([shutil.which(interpreter) or interpreter, "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin" / "python", *pip, wheel], check=True)
        return folder / "bin"
    venv.create(folder, with_pip=True)
    (site,) = (folder / "lib").glob("python*/site-packages")
    (own,) = (Path(path) for path in sys.path if path.endswith("site-packages"))
    # The packages come after those of the new environment; the editable install of the clone is a `.pth` file, which a path
    # from a `.pth` file does not bring along.
    (site / "packages.pth").write_text(f"{own}\n", encoding="utf-8")
    subprocess.run([folder / "bin" / "python", *pip, "--no-deps", wheel], check=True)
    return folder / "bin"


def _run(program: Path, *arguments: str, at: Path, home: Path) -> str:
    """Run a program with a home of its own; returns what it printed."""
    hidden = ("PYTHONPATH", "XDG_CACHE_HOME")
    env = {name: value for name, value in os.environ.items() if name not in hidden} | {"HOME": str(home)}
    done = subprocess.run(
        [program, *arguments],
        cwd=at,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(arguments)}: exit code {done.returncode}\n{done.stdout}")
    print(done.stdout, end="")
    return done.stdout


if __name__ == "__main__":
    main()
