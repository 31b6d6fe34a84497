"""Bytes with a checksum, which shows whether they are as they were written."""

from __future__ import annotations

import hashlib
from pathlib import Path

SIZE = hashlib.sha256().digest_size


def add_checksum(data: bytes, of: str = "") -> bytes:
    """Append the sha256 sum to bytes.

    Args:
        of: The name of what they are, so that they are not taken for something else of the same kind.
    """
    return data + _digest(data, of)


def strip_checksum(data: bytes, of: str = "") -> bytes:
    """Return the bytes that `add_checksum` got.

    Raises:
        ValueError: A byte changed, some are missing, or they are of something else.
    """
    body, digest = data[:-SIZE], data[-SIZE:]
    if _digest(body, of) != digest:
        raise ValueError("checksum differs")
    return body


def write_checked(path: Path, data: bytes | memoryview, of: str = "") -> None:
    """Write what `add_checksum` gives, without a copy of the data."""
    with path.open("wb") as file:
        file.write(data)
        file.write(_digest(data, of))


def _digest(data: bytes | memoryview, of: str) -> bytes:
    digest = hashlib.sha256(data)
    digest.update(of.encode())
    return digest.digest()
