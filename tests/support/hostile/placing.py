"""Puts hostile input into a raw folder."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from tests.support.hostile.cases import Case, File, Special


def put_case(case: Case, folder: Path, root: Path) -> None:
    """Put what a case is made of into a folder.

    Args:
        case: The case.
        folder: A folder of its own below `raw` of the root.
        root: Its folders `raw` and `outside` are what links lead to.
    """
    folder.mkdir(parents=True)
    for item in case.put:
        if isinstance(item, File):
            data = item.data.replace(b"{name}", folder.name.encode()).replace(b"{}", folder.name.encode())
            path = folder / os.fsdecode(item.name)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        else:
            _put_special(item, folder / item.name, root)


def _put_special(item: Special, path: Path, root: Path) -> None:
    if item.kind == "link":
        path.symlink_to(item.target.format(raw=root / "raw", outside=root / "outside"))
    elif item.kind == "pipe":
        os.mkfifo(path)
    elif item.kind == "folder":
        path.mkdir()
    else:
        before = Path.cwd()
        os.chdir(path.parent)  # The path of a socket must be short.
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
        os.chdir(before)
