"""Kept parses are those of the model, found by key."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from policy_news.nlp.inference.joining import LENGTHS, PARSE
from policy_news.run.parse_cache import KeptParses, dump_parse


def test_a_kept_parse_is_that_of_the_model(nlp: Language) -> None:
    doc = nlp("Dahua denied on Monday that its cameras were unsafe.")
    doc.user_data[LENGTHS] = [len(doc)]
    doc.spans["sections"] = [doc[:]]
    kept = KeptParses({"a": dump_parse(doc)}, nlp.vocab)
    assert "a" in kept
    assert "b" not in kept
    assert [*kept] == ["a"]
    assert doc.spans["sections"]
    assert kept["a"].text == doc.text
    assert kept["a"].to_array(PARSE).tolist() == doc.to_array(PARSE).tolist()
    assert kept["a"].user_data[LENGTHS] == [len(doc)]
    assert not kept["a"].spans


def test_a_text_without_words_is_kept(nlp: Language) -> None:
    doc = Doc(nlp.vocab)
    doc.user_data[LENGTHS] = []
    assert len(KeptParses({"a": dump_parse(doc)}, nlp.vocab)["a"]) == 0
