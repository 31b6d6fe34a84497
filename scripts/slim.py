"""Removes from an environment what a run does not read: `python -m scripts.slim ENVIRONMENT`.

Debug symbols, tests of the packages, byte code, C headers and sources, and the parts of Arrow that talk to servers. Only for an
environment that does nothing but run this program: packages stay installed, but they cannot be tested or compiled against any more.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

REMOVED = ("tests", "test", "__pycache__")
"""Folders; Python writes the byte code again of what is imported."""
SOURCES = {".c", ".cc", ".cpp", ".cxx", ".h", ".hpp", ".pxd", ".pyx"}
SERVERS = ("flight", "s3", "gcs", "azure")
"""Parts of Arrow that nothing here imports, as their file names have them."""


def main() -> None:
    """Remove, and say what is left."""
    environment = Path(sys.argv[1])
    (site,) = environment.glob("lib/python*/site-packages")
    before = size(environment)
    for folder in [path for path in site.rglob("*") if path.is_dir() and path.name in REMOVED]:
        shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(site / "pyarrow" / "include", ignore_errors=True)
    for file in [path for path in site.rglob("*") if path.is_file()]:
        if file.suffix in SOURCES or _talks_to_servers(file, site):
            file.unlink()
    strip(site)
    print(f"slim: {environment}: {before} MB before, {size(environment)} MB now")


def _talks_to_servers(file: Path, site: Path) -> bool:
    is_arrow = file.relative_to(site).parts[0] == "pyarrow"
    return is_arrow and ".so" in file.name and any(part in file.name for part in SERVERS)


def strip(site: Path) -> None:
    """Remove the symbols that only a debugger reads, if there is a program that can."""
    program = shutil.which("strip")
    if program is None:
        print("slim: debug symbols stay, because `strip` is not installed (package binutils)")
        return
    for library in [path for path in site.rglob("*.so*") if path.is_file() and not path.is_symlink()]:
        # Libraries that a wheel changed after linking cannot be stripped again without harm.
        if not library.parent.name.endswith(".libs"):
            subprocess.run([program, "--strip-debug", library], check=False, capture_output=True)


def size(folder: Path) -> int:
    """Size of a folder on the disk in MB, as `du -sm` counts."""
    files = (path.lstat() for path in folder.rglob("*"))
    return round(sum(file.st_blocks for file in files) * 512 / 1024**2)


if __name__ == "__main__":
    main()
