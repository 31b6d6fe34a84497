"""Bytes with a checksum, which shows whether they are as they were written."""

from __future__ import annotations

import hashlib
from pathlib import Path

from policy_news.core.atomic_files import new_state_file

SIZE = hashlib.sha256().digest_size


def strip_checksum(data: bytes, of: str = "") -> bytes:
    """Return the bytes that `write_checked` got, of what it wrote.

    Raises:
        ValueError: A byte changed, some are missing, or they are of something else.
    """
    body, digest = data[:-SIZE], data[-SIZE:]
    if _digest(body, of) != digest:
        raise ValueError("checksum differs")
    return body


def write_checked(path: Path, data: bytes | memoryview, of: str = "") -> None:
    """Write bytes and their sha256 sum; the file appears complete."""
    with new_state_file(path) as partial, partial.open("wb") as file:
        file.write(data)
        file.write(_digest(data, of))


def _digest(data: bytes | memoryview, of: str) -> bytes:
    digest = hashlib.sha256(data)
    digest.update(of.encode())
    return digest.digest()
