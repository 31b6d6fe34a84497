"""What the tests of identity share: the annotator, and a text with its linked mentions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.language import Language

from policy_news.core.settings import AnnotateSettings, Settings
from policy_news.nlp.annotator import Annotator
from policy_news.tables.chunks import Annotated
from tests.conftest import MODEL
from tests.support.documents import make_document

Link = Callable[[str, str | None], Annotated]


@pytest.fixture(scope="module")
def annotator(nlp: Language) -> Annotator:
    return Annotator(nlp, Settings(annotate=AnnotateSettings(model=str(MODEL))))


@pytest.fixture(scope="module")
def link(annotator: Annotator) -> Link:
    """Gives the rows of a document `d` of a text and a day, with the ids that the document alone tells."""

    def linked(text: str, day: str | None) -> Annotated:
        (annotated,) = annotator.annotate([make_document("d", text, day)])
        return annotated

    return linked
