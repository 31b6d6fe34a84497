"""Reads the bytes of a decisions file, without what is needed to understand them."""

from __future__ import annotations

from pathlib import Path

from policy_news.core.errors import SettingsError


def read_bytes(path: Path) -> bytes:
    """Read the bytes of a decisions file at once, so that they are from one moment; empty if there is no file."""
    try:
        if path.exists() and not path.is_file():
            raise SettingsError(f"{path}: is not a file", "Name a file of decisions, or none.")
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read: {error.strerror or error}", "Name a file of decisions, or none."
        ) from error
