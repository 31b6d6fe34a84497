"""Bytes with a checksum, which shows whether they are as they were written."""

from __future__ import annotations

import hashlib
from pathlib import Path

SIZE = hashlib.sha256().digest_size


def add_checksum(data: bytes) -> bytes:
    """Append the sha256 sum to bytes."""
    return data + hashlib.sha256(data).digest()


def strip_checksum(data: bytes) -> bytes:
    """Return the bytes that `add_checksum` got.

    Raises:
        ValueError: A byte changed, or some are missing.
    """
    body, digest = data[:-SIZE], data[-SIZE:]
    if hashlib.sha256(body).digest() != digest:
        raise ValueError("checksum differs")
    return body


def write_checked(path: Path, data: bytes | memoryview) -> None:
    """Write what `add_checksum` gives, without a copy of the data."""
    with path.open("wb") as file:
        file.write(data)
        file.write(hashlib.sha256(data).digest())
