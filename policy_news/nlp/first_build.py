"""Builds the pipeline of an installed package when it is first needed, in the user's cache folder.

In a clone, `make setup` and `pipeline build` do that, and nothing else does: whoever edits rules decides when they count.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from policy_news.core import data_files
from policy_news.core.errors import StageError
from policy_news.core.settings import BUILT, PREFIX, Settings, find_model

_log = logging.getLogger(__name__)
_BASE = re.compile(r'^base = "([^"]+)"$', re.MULTILINE)
"""The base model, as spaCy writes it into the configuration of a built pipeline."""
_HINT = (
    "Make the cache folder writable, or name a folder of your own in the environment "
    f"({PREFIX}ANNOTATE__MODEL=FOLDER) and run `pipeline build`."
)


def ensure_built(model: str, base_model: str | None = None) -> None:
    """Build the default pipeline of an installed package if it is missing, unfinished, or of another version.

    A log line of the level WARNING says so, which Python prints to standard error if nobody set up logging.

    Args:
        model: The setting `annotate.model`; any other than the default is the user's own and stays as it is.
        base_model: The setting `base_model`; None means that of the pipeline that is there, else the default.

    Raises:
        ModelError: The base model is not installed, or its files are not the recorded ones.
        StageError: The cache folder cannot be written.
    """
    if model != BUILT or not data_files.IS_INSTALLED:
        return
    target = find_model(model)
    _ensure(target, base_model or _base_of(target))


@cache
def _ensure(target: Path, base: str) -> None:
    from policy_news.nlp.build import build_model, is_stamped

    if is_stamped(target, base):
        return
    try:
        with _only_one(target):
            if is_stamped(target, base):  # by now another process built it
                return
            _log.warning("building the spaCy pipeline in %s: once, about half a minute", target)
            build_model(target, base)
    except OSError as error:
        raise StageError(f"{target}: cannot be built: {error.strerror or error}", _HINT) from error
    except StageError as error:
        raise StageError(error.message, _HINT) from error


def _base_of(target: Path) -> str:
    try:
        found = _BASE.search((target / "config.cfg").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        found = None
    if found:
        return found[1]
    return Settings().base


@contextmanager
def _only_one(target: Path) -> Iterator[None]:
    """Let one process build; the others wait for it."""
    from filelock import FileLock, Timeout

    target.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(target.with_name(f"{target.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        _log.warning("another process builds the spaCy pipeline in %s: waiting for it", target)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
