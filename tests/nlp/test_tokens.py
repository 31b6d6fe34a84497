"""The lists of tokens say what spaCy's tokens say."""

from __future__ import annotations

import pytest
from spacy.language import Language
from spacy.tokens import Span

from policy_news.nlp.tokens import Tokens

TEXTS = [
    "",
    "Moll",
    "Mr “Moll’s” twenty-five cafés 😀 said: go\n\n on the 3rd of May, don't.  The Bank of Tarnshire fell 4.5%.",
    "Ministers Visit Tarnshire\nAna Moll, the ports minister, met Reuters/Opa staff (HGWU) at Halvorsen Grid & Co.",
]


@pytest.mark.parametrize("text", TEXTS)
def test_lists_say_what_tokens_say(nlp: Language, text: str) -> None:
    doc = nlp(text)
    tokens = Tokens(doc)
    assert len(tokens) == len(doc)
    assert tokens.whole == doc.text
    for name, expected in {
        "texts": [t.text for t in doc],
        "lower": [t.lower_ for t in doc],
        "tags": [t.tag_ for t in doc],
        "deps": [t.dep_ for t in doc],
        "lemmas": [t.lemma_.lower() for t in doc],
        "ent_types": [t.ent_type_ for t in doc],
        "spaces": [t.is_space for t in doc],
        "numbers": [t.like_num for t in doc],
        "sentence_starts": [bool(t.is_sent_start) for t in doc],
        "starts": [t.idx for t in doc],
        "capitals": [t.i for t in doc if t.text[:1].isupper()],
    }.items():
        assert getattr(tokens, name) == expected, name
    assert [tokens.followed_by_space(t.i) for t in doc] == [bool(t.whitespace_) for t in doc]


@pytest.mark.parametrize("text", TEXTS)
def test_text_of_a_stretch_is_that_of_the_span(nlp: Language, text: str) -> None:
    doc = nlp.make_doc(text)
    tokens = Tokens(doc)
    for start in range(len(doc)):
        for end in range(start + 1, len(doc) + 1):
            assert tokens.text(start, end) == doc[start:end].text


@pytest.mark.parametrize(
    ("stretch", "together"),
    [((0, 2), True), ((0, 3), False), ((2, 3), False), ((3, 5), False), ((4, 6), True)],
)
def test_nothing_is_built_across_gaps_and_sections(
    nlp: Language, stretch: tuple[int, int], together: bool
) -> None:
    doc = nlp.make_doc("a b ; c d e")
    doc.spans["sections"] = [Span(doc, 0, 4, label="paragraph"), Span(doc, 4, 6, label="paragraph")]
    doc.spans["gaps"] = [Span(doc, 2, 3, label="gap")]
    assert Tokens(doc).are_together(*stretch) is together
