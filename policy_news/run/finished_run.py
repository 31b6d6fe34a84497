"""What a run depends on, at the price of a directory listing: is there anything to do at all?"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from policy_news.core.atomic_files import new_state_file
from policy_news.core.errors import StageError
from policy_news.core.settings import Settings
from policy_news.core.versions import package_version
from policy_news.nlp.fingerprints import pipeline_fingerprint
from policy_news.run.decision_places import decisions_digest, read_ingested
from policy_news.run.paths import CHECKED
from policy_news.run.raw_files import Listing, list_raw
from policy_news.tables.commit import locate
from policy_news.tables.parquet import AGAIN, is_whole, read_run
from policy_news.tables.schema import RUN_FILE, VERSION


def inputs_digest(raw: Path, out: Path, settings: Settings, listing: Listing | None = None) -> str:
    """Hash of names, sizes and times of the raw files, of the settings, the model, own lists and the program's version."""
    digest = hashlib.sha256(settings.model_dump_json().encode())
    digest.update(
        f"{VERSION} {package_version('policy-news-pipeline')} {pipeline_fingerprint(settings)}".encode()
    )
    digest.update(os.fsencode(raw_place(raw, out)))
    digest.update(decisions_digest(raw, settings).encode())
    digest.update((listing or list_raw(raw, out)).told())
    return digest.hexdigest()


def raw_place(raw: Path, out: Path) -> str:
    """Return where the raw folder is, seen from the output folder: the same from any working folder, and when both are moved together."""
    try:
        return os.path.relpath(raw.resolve(), out.resolve())
    except ValueError:  # on Windows there is no way from one drive to another
        return str(raw.resolve())


def raw_of(out: Path) -> Path | None:
    """Return the raw folder of the finished run of a folder, or the one that was ingested stage by stage; None if unknown."""
    place = read_run(out).get("raw") or read_ingested(out)
    return (out.resolve() / place).resolve() if place else None


def sum_run(out: Path) -> str:
    """Hash of the `run.json` of a folder, which has the hashes of its tables; empty without a finished run."""
    try:
        return hashlib.sha256(locate(out, RUN_FILE).read_bytes()).hexdigest()
    except OSError:
        return ""


def note_checked(out: Path, run_sum: str) -> None:
    """Note that the tables of a run passed their check."""
    with new_state_file(out / CHECKED) as partial:
        partial.write_text(run_sum, encoding="utf-8")


def has_passed(out: Path) -> bool:
    """Return whether the current tables of a folder passed their check when they were new."""
    try:
        return (out / CHECKED).read_text(encoding="utf-8") == sum_run(out) != ""
    except (OSError, UnicodeDecodeError):
        return False


def is_unchanged(out: Path, digest: str) -> bool:
    """Return whether the finished run was made from the same and is as it was, by sizes and `run.json`."""
    try:
        run = read_run(out)
    except StageError:
        return False
    return run.get("inputs") == digest and is_whole(out, run)


def run_settings(out: Path, run: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings that a finished run was made with."""
    try:
        return Settings(**(read_run(out) if run is None else run)["settings"])
    except (KeyError, TypeError, ValueError) as error:
        raise StageError(f"{out / RUN_FILE}: not the file that the run wrote", AGAIN) from error
