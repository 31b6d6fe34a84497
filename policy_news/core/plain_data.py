"""Reads JSON and TOML that others wrote: whatever is in it, an error is a `ValueError`."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

MAX_TOML = 2**20
"""Bytes of a TOML file; a longer one, or a device that never ends, is not read to its end."""


def parse_json(text: str | bytes) -> Any:
    """Parse JSON.

    Raises:
        ValueError: It is not JSON, or nested deeper than the parser goes.
    """
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        OSError: It cannot be read.
        ValueError: It is not TOML, nested too deeply, or too long.
    """
    with path.open("rb") as file:
        data = file.read(MAX_TOML + 1)
    if len(data) > MAX_TOML:
        raise ValueError(f"longer than {MAX_TOML} bytes")
    try:
        return tomllib.loads(data.decode("utf-8"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def require_text(value: Any) -> None:
    """Refuse plain data with half of a surrogate pair, which no file can hold.

    Raises:
        ValueError: It has one.
    """
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise ValueError("a text holds half of a surrogate pair") from error
