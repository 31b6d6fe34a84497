"""The manifest of the reference data: where each copy comes from, which day it describes, and its hash."""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from policy_news.core.errors import RuleError
from policy_news.rules.rule_files import RULES_DIR
from policy_news.rules.rule_models import DataSource, Day, Strict

REFERENCE_DIR = RULES_DIR.parent / "reference"
MANIFEST = "manifest.toml"


class Reference(Strict):
    """A copy of a public source.

    Attributes:
        key: Key by which rows name the source.
        title: Its name, as its licence requires.
        address: Where to get it.
        licence: Licence under which it may be passed on.
        known_to: The last day that it describes.
        changes: How often the source changes.
        day: Meaning of its days.
        sha256: Hash of the file.
    """

    key: str
    title: str
    address: str
    licence: str
    known_to: dt.date
    changes: str
    day: Day | Literal[""] = ""
    sha256: str

    def source(self) -> DataSource:
        """Return the entry for the rule files."""
        return DataSource(title=f"{self.title} ({self.licence})", checked=self.known_to, day=self.day or None)


def read_manifest(folder: Path = REFERENCE_DIR) -> dict[str, Reference]:
    """Read the manifest.

    Returns:
        The sources by file name.

    Raises:
        RuleError: The manifest cannot be read or is wrong.
    """
    path = folder / MANIFEST
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: Reference.model_validate(entry) for name, entry in data.items()}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise RuleError(f"{path}: {error}", "Restore it from the repository.") from error


def write_manifest(entries: Mapping[str, Reference]) -> str:
    """Write the text of a manifest, sorted by file."""
    blocks = []
    for name, entry in sorted(entries.items()):
        lines = [f'["{name}"]']
        for key, value in entry.model_dump(exclude_defaults=True).items():
            shown = '"' + str(value).replace('"', '\\"') + '"'
            if isinstance(value, dt.date):
                shown = value.isoformat()  # TOML dates are written without quotes
            lines.append(f"{key} = {shown}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def digest(text: str) -> str:
    """Return the hash of a file's text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
