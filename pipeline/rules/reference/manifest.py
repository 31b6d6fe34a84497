"""The manifest of the reference data: where each copy comes from, of which day it is, and its hash."""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from pipeline.core.errors import RuleError
from pipeline.rules.reading import RULES_DIR
from pipeline.rules.schema import Day, Source, Strict

REFERENCE_DIR = RULES_DIR.parent / "reference"
MANIFEST = "manifest.toml"


class Reference(Strict):
    """A copy of a public source.

    Attributes:
        key: By which rows name it.
        title: Its name, as its licence asks to be named.
        address: Where it is to be had.
        licence: Under which it may be passed on.
        known_to: The last day of which it speaks.
        changes: How often the source changes.
        day: What its days are.
        sha256: Of the file.
    """

    key: str
    title: str
    address: str
    licence: str
    known_to: dt.date
    changes: str
    day: Day | Literal[""] = ""
    sha256: str

    def source(self) -> Source:
        """What the rule files say of it."""
        return Source(title=f"{self.title} ({self.licence})", checked=self.known_to, day=self.day or None)


def read_manifest(folder: Path = REFERENCE_DIR) -> dict[str, Reference]:
    """File name to what is known of it.

    Raises:
        RuleError: The manifest cannot be read or does not fit.
    """
    path = folder / MANIFEST
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: Reference.model_validate(entry) for name, entry in data.items()}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise RuleError(f"{path}: {error}", "Restore it from the repository.") from error


def write_manifest(entries: Mapping[str, Reference]) -> str:
    """The text of a manifest, sorted by file."""
    blocks = []
    for name, entry in sorted(entries.items()):
        lines = [f'["{name}"]']
        for key, value in entry.model_dump(exclude_defaults=True).items():
            if isinstance(value, dt.date):
                shown = value.isoformat()
            else:
                shown = '"' + str(value).replace('"', '\\"') + '"'
            lines.append(f"{key} = {shown}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def digest(text: str) -> str:
    """The hash of a file's text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
