"""Bytes that tell whether they are as they were written."""

from __future__ import annotations

import hashlib

SIZE = hashlib.sha256().digest_size


def add_checksum(data: bytes) -> bytes:
    """The bytes with their sha256 sum behind them."""
    return data + hashlib.sha256(data).digest()


def strip_checksum(data: bytes) -> bytes:
    """The bytes that `add_checksum` was given.

    Raises:
        ValueError: A byte of them changed, or some are missing.
    """
    body, digest = data[:-SIZE], data[-SIZE:]
    if hashlib.sha256(body).digest() != digest:
        raise ValueError("checksum differs")
    return body
