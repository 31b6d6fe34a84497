"""Our components in pipelines of other people: each alone, all together, without and with a model of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span

from policy_news.core.errors import ModelError
from policy_news.rules.list_import import import_list
from tests.conftest import MODEL, ROOT

pytestmark = pytest.mark.slow

MARKED = (
    "policy_gazetteer",
    "policy_large_gazetteer",
    "policy_grammar",
    "policy_document_pass",
    "policy_dates",
)
"""All that need no trained component."""
ALL = (*MARKED, "policy_claims")
TEXT = (
    "Hikvision said on 3 May 2022 that the Home Office was wrong. Tom Tugendhat, the security minister, denied the charge.\n\n"
    "Shares in Tarnwick Optics fell."
)


def labelled(doc: Doc) -> set[tuple[str, str]]:
    return {(ent.text, ent.label_) for ent in doc.ents}


def blank(*names: str, **configs: dict[str, Any]) -> Language:
    nlp = spacy.blank("en")
    for name in names:
        nlp.add_pipe(name, config=configs.get(name, {}))
    return nlp


@pytest.fixture(scope="module")
def marked() -> Language:
    """All that need no model, in a pipeline that has none."""
    return blank(*MARKED)


@pytest.fixture(scope="module")
def trained(base_nlp: Language) -> Language:
    """A trained pipeline of another maker, with all of our components behind its own."""
    nlp = spacy.blank("en", vocab=base_nlp.vocab)
    for name in base_nlp.pipe_names:
        nlp.add_pipe(name, source=base_nlp)
    for name in ALL:
        nlp.add_pipe(name)
    return nlp


def has_candidate(doc: Doc) -> bool:
    return ("Hikvision", "COMPANY") in {(span.text, span.label_) for span in doc.spans["candidates"]}


def has_pattern(doc: Doc) -> bool:
    return ("Tarnwick Optics", "COMPANY") in {(span.text, span.label_) for span in doc.spans["candidates"]}


def has_date(doc: Doc) -> bool:
    return [date["value"] for date in doc._.dates] == ["2022-05-03"] and doc.spans["dates"][
        0
    ].text == "3 May 2022"


def has_nothing(doc: Doc) -> bool:
    return not doc.ents


def has_ents(doc: Doc) -> bool:
    return isinstance(doc.ents, tuple) and doc._.mention_offices is not None


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("policy_gazetteer", has_candidate),
        ("policy_grammar", has_pattern),
        ("policy_document_pass", has_ents),
        ("policy_dates", has_date),
        ("policy_large_gazetteer", has_nothing),
    ],
)
def test_each_alone_in_a_blank_pipeline(name: str, holds: Callable[[Doc], bool]) -> None:
    nlp = blank(name)
    assert holds(nlp(TEXT))
    assert len(nlp("")) == 0
    assert Doc.has_extension("published")


def test_claims_alone_need_a_parse(base_nlp: Language) -> None:
    with pytest.raises(ModelError, match=r"policy_claims needs .*: parser, tagger, lemmatizer"):
        blank("policy_claims")(TEXT)
    assert blank("policy_claims")("")._.claims == []
    nlp = spacy.blank("en", vocab=base_nlp.vocab)
    for name in ("tok2vec", "tagger", "parser"):
        nlp.add_pipe(name, source=base_nlp)
    nlp.add_pipe("policy_claims")
    with pytest.raises(ModelError, match=r": lemmatizer\n"):
        nlp(TEXT)
    for name in ("attribute_ruler", "lemmatizer"):
        nlp.add_pipe(name, source=base_nlp, before="policy_claims")
    assert [TEXT[slice(*claim["cue"])] for claim in nlp(TEXT)._.claims] == ["said", "denied"]


def test_all_that_need_no_model_together(marked: Language) -> None:
    doc = marked(TEXT)
    expected = {
        ("Hikvision", "COMPANY"),
        ("Home Office", "DEPARTMENT"),
        ("Tom Tugendhat", "MINISTER"),
        ("security minister", "OFFICE"),
    }
    assert expected | {("Tarnwick Optics", "COMPANY")} <= labelled(doc)


def test_all_in_a_trained_pipeline(trained: Language) -> None:
    doc = trained(TEXT)
    assert {
        ("Hikvision", "COMPANY"),
        ("Home Office", "DEPARTMENT"),
        ("Tom Tugendhat", "MINISTER"),
    } <= labelled(doc)
    assert has_date(doc)
    claims = [(TEXT[slice(*claim["source"])], claim["claim_type"]) for claim in doc._.claims]
    assert claims == [("Hikvision", "statement"), ("Tom Tugendhat", "denial")]


def test_the_office_of_the_day(trained: Language) -> None:
    doc = trained.make_doc("Tom Tugendhat left.")
    doc._.published = "2022-11-25"
    (ent,) = trained(doc).ents
    assert (ent._.office_id, ent._.office_status) == ("gb-minister-for-security", "held")
    assert Span(doc, 0, 2, label="PERSON")._.office_id is None
    assert Span(trained("Nothing here."), 0, 1, label="OFFICE")._.office_id is None


def test_models_with_labels_of_their_own() -> None:
    ruler = [
        {"label": "PER", "pattern": "Zoe Quill"},
        {"label": "GADGET", "pattern": "Lensomat"},
        {"label": "ORG", "pattern": "Ferrant Guild"},
    ]
    text = "Transport minister Zoe Quill showed the Lensomat to Ferrant Guild. Quill left."
    for labels, person in (({}, "MINISTER"), ({"PER": "PERSON"}, "MINISTER")):
        nlp = spacy.blank("en")
        nlp.add_pipe("entity_ruler").add_patterns(ruler)  # type: ignore[attr-defined]
        for name in ("policy_grammar", "policy_document_pass"):
            nlp.add_pipe(name, config={"labels": labels} if name == "policy_document_pass" else {})
        found = labelled(nlp(text))
        assert {("Zoe Quill", person), ("Lensomat", "GADGET"), ("Ferrant Guild", "ORG")} <= found
        assert (("Quill", "MINISTER") in found) == (person == "MINISTER")


def test_an_own_list_in_any_pipeline(tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text(
        "id,name,aliases,label,kb_id,country,from,to\nq1,Quill & Daughters,,COMPANY,,,,\n", encoding="utf-8"
    )
    import_list(names, tmp_path / "list", "own")
    config = {"lists": [str(tmp_path / "list")]}
    nlp = blank("policy_large_gazetteer", "policy_document_pass", policy_large_gazetteer=config)
    assert labelled(nlp("They asked Quill & Daughters.")) == {("Quill & Daughters", "COMPANY")}


def test_what_is_found_survives_processes_bytes_and_disk(
    marked: Language, trained: Language, tmp_path: Path
) -> None:
    expected = labelled(marked(TEXT))
    docs = list(marked.pipe([TEXT, TEXT], n_process=2))
    assert [labelled(doc) for doc in docs] == [expected, expected]
    assert all(has_date(doc) for doc in docs)
    marked.to_disk(tmp_path / "nlp")
    assert labelled(spacy.load(tmp_path / "nlp")(TEXT)) == expected
    doc = trained(TEXT)
    (back,) = DocBin(docs=[doc], store_user_data=True).get_docs(trained.vocab)
    assert json.dumps([back._.claims, back._.dates]) == json.dumps([doc._.claims, doc._.dates])


def test_settings_of_dates_stay_with_the_pipeline(tmp_path: Path) -> None:
    blank("policy_dates", policy_dates={"day_first": False}).to_disk(tmp_path / "nlp")
    (date,) = spacy.load(tmp_path / "nlp")("It was due on 07/09/2022.")._.dates
    assert date["value"] == "2022-07-09"


def test_the_analysis_of_spacy_names_what_is_missing(marked: Language) -> None:
    claims, others = (nlp.analyze_pipes() for nlp in (blank("policy_claims"), marked))
    assert claims is not None
    assert {"token.dep", "token.tag", "token.lemma"} <= set(claims["problems"]["policy_claims"])
    assert others is not None
    assert others["problems"]["policy_document_pass"] == []


@pytest.mark.filterwarnings("default")
def test_the_examples_of_the_docs_run(
    nlp: Language, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each `python` block runs; what it prints is the `text` block behind it."""
    monkeypatch.chdir(ROOT)
    assert MODEL.is_dir()
    source = (ROOT / "docs" / "spacy.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```)?", source, re.DOTALL)
    names: dict[str, Any] = {}
    assert len(blocks) > 2
    for code, printed in blocks:
        exec(compile(code, "docs/spacy.md", "exec"), names)
        assert capsys.readouterr().out == printed
