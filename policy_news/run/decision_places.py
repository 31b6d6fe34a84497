"""Which decisions are of a raw folder: asked by every run, also one that finds nothing new."""

from __future__ import annotations

import hashlib
from pathlib import Path

from policy_news.core.settings import Settings
from policy_news.decisions.file_bytes import read_bytes
from policy_news.run.paths import INGESTED

FILE = "decisions.jsonl"
"""Name of the file, where the settings name none."""


def decisions_path(raw: Path, settings: Settings) -> Path:
    """Return the decisions file of a raw folder: the one of the settings, else the one beside the folder."""
    return Path(settings.decisions) if settings.decisions else raw.resolve().parent / FILE


def decisions_digest(raw: Path, settings: Settings) -> str:
    """Hash of the decisions of a raw folder; empty where there are none."""
    data = read_bytes(decisions_path(raw, settings))
    return hashlib.sha256(data).hexdigest() if data else ""


def read_ingested(out: Path) -> str | None:
    """Return the raw folder whose decisions were taken, seen from the output folder."""
    path = out / INGESTED
    return path.read_text(encoding="utf-8") if path.is_file() else None
