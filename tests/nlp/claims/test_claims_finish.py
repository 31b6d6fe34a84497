"""How claims are cut: what joins the next claim, dates for sources, and what masks leave. `;` stands for masked words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from spacy.language import Language
from spacy.tokens import Doc, Span

from policy_news.nlp.claims.constructions.quotes import QuoteIndex, find_quotations
from policy_news.nlp.claims.cue_lexicon import read_lexicon
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.finish.cuts import cuts_of
from policy_news.nlp.claims.finish.gaps import MOSTLY_MASKED, cut_at_gaps, masked_share
from policy_news.nlp.claims.finish.polish import cut_next_cue, with_name
from policy_news.nlp.claims.finish.trimming import close, trim
from policy_news.nlp.claims.tree import Spread, Tree
from policy_news.nlp.extensions import register
from policy_news.rules.rule_files import RULES_DIR

LEXICON = read_lexicon(RULES_DIR / "claims")
PATTERNS = LEXICON.patterns
CUTS = cuts_of(LEXICON.cuts)


def read(nlp: Language, text: str) -> tuple[Doc, Tree]:
    register()
    doc = nlp(text)
    return doc, Tree(doc)


def tokens(doc: Doc, words: str) -> Spread:
    start = doc.text.index(words)
    span = doc.char_span(start, start + len(words))
    assert span is not None
    return span.start, span.end


def draft(doc: Doc, source: str | None, cue: str, *content: str) -> Draft:
    at = tokens(doc, cue)
    return Draft(
        at[1] - 1,
        at,
        tokens(doc, source) if source else None,
        tuple(tokens(doc, piece) for piece in content),
        "clause",
        "statement",
    )


def contents(doc: Doc, claim: Draft) -> list[str]:
    return [doc[slice(*piece)].text for piece in claim.content]


@pytest.mark.parametrize(
    ("content", "cue", "kept"),
    [
        ("prices rose and", "hoped", "prices rose"),
        ("prices rose and hoped", "hoped", "prices rose"),
        ("prices rose and hoped", "said", "prices rose and hoped"),
        ("that prices rose", "hoped", "that prices rose"),
    ],
)
def test_what_joins_the_next_claim_belongs_to_neither(
    base_nlp: Language, content: str, cue: str, kept: str
) -> None:
    doc, tree = read(base_nlp, "The bank said that prices rose and hoped that they would fall.")
    first = draft(doc, "The bank", "said", content)
    assert contents(doc, close(tree, [first, draft(doc, "The bank", cue, "they would fall")])[0]) == [kept]


@pytest.mark.parametrize(
    ("text", "cue", "content", "next_cue", "kept"),
    [
        (
            "MPs called on the firm to act and promised a fund.",
            "called on",
            "the firm to act and promised a fund",
            "promised",
            "the firm to act",
        ),
        (
            "MPs welcomed the plan but said it was late.",
            "welcomed",
            "the plan but said it was late",
            "said",
            "the plan",
        ),
        (
            "MPs said the firm had a plan and promised a fund.",
            "said",
            "the firm had a plan and promised a fund",
            "promised",
            "",
        ),
        (
            "MPs urged the firm to act and promise a fund.",
            "urged",
            "the firm to act and promise a fund",
            "promise",
            "",
        ),
        (
            "MPs urged the firm to act, saying that prices had doubled.",
            "urged",
            "the firm to act, saying that prices had doubled",
            "saying",
            "the firm to act",
        ),
        (
            "MPs urged the firm to stop saying that prices had doubled.",
            "urged",
            "the firm to stop saying that prices had doubled",
            "saying",
            "",
        ),
        (
            "MPs promised it would close the port and Anna Moll told the town to wait.",
            "promised",
            "it would close the port and Anna Moll told the town to wait",
            "told",
            "it would close the port",
        ),
    ],
)
def test_a_second_cue_of_the_sentence_is_no_content(
    base_nlp: Language, text: str, cue: str, content: str, next_cue: str, kept: str
) -> None:
    doc, tree = read(base_nlp, text)
    first = replace(draft(doc, "MPs", cue, content), head=tokens(doc, cue)[0])
    quotes, cues = QuoteIndex(find_quotations(tree)), {tokens(doc, next_cue)[0]}
    done, tails = cut_next_cue(tree, first, quotes, cues, PATTERNS)
    assert contents(doc, done) == [kept or content]
    assert [next_cue in doc[slice(*tail)].text for tail in tails] == [True] * bool(kept)


def test_a_claim_in_a_content_keeps_its_cue(base_nlp: Language) -> None:
    doc, tree = read(base_nlp, "The bank repeated what the minister had said.")
    outer, inner = (
        draft(doc, "The bank", "repeated", "what the minister had said"),
        draft(doc, "the minister", "had said", "what"),
    )
    assert close(tree, [outer, inner]) == [outer, inner]


@pytest.mark.parametrize(
    ("source", "kept"), [("3 May", False), ("The vote of 3 May", True), ("The vote", True)]
)
def test_a_date_says_nothing(base_nlp: Language, source: str, kept: bool) -> None:
    doc, _ = read(base_nlp, "The vote of 3 May showed that the plan is dead.")
    at = doc.text.index("3 May")
    doc._.dates = [{"start": at, "end": at + 5}]
    done = trim(Tree(doc), draft(doc, source, "showed", "the plan is dead"), CUTS)
    assert done is not None
    assert (done.source is not None) is kept


@pytest.mark.parametrize(
    ("text", "source", "left"),
    [
        ("The minister said taxes fall.", "The minister", "The minister"),
        ("Many of ; said taxes fall.", "Many of", "Many"),
        ("The ; said taxes fall.", "The", ""),
        ("; minister said taxes fall.", "minister", "minister"),
        ("The ; minister said taxes fall.", "The ; minister", ""),
    ],
)
def test_of_a_source_a_whole_phrase_is_left_or_nothing(
    base_nlp: Language, text: str, source: str, left: str
) -> None:
    doc, tree = read(base_nlp, text)
    gaps = frozenset(token.i for token in doc if token.text == ";")
    claim, limit = draft(doc, source, "said", "taxes fall"), (0, len(doc))
    done, truncated = cut_at_gaps(tree, claim, gaps, limit, 0.2, CUTS["content"])
    assert done is not None
    assert (doc[slice(*done.source)].text if done.source else "") == left
    assert truncated is bool(gaps)


def test_where_most_is_masked_only_what_touches_the_cue_is_left(base_nlp: Language) -> None:
    doc, tree = read(base_nlp, "Harland ; ; denied the report ; plan ; . ; Treasury ; ; rates")
    doc.spans["gaps"] = [Span(doc, token.i, token.i + 1) for token in doc if token.text == ";"]
    gaps, limit = frozenset(span.start for span in doc.spans["gaps"]), (0, len(doc))
    claim = draft(doc, "Harland", "denied", "the report", "plan", "rates")
    share = masked_share(tree, limit, gaps)
    assert share == 7 / 14 >= MOSTLY_MASKED
    near, far = (cut_at_gaps(tree, claim, gaps, limit, part, CUTS["content"])[0] for part in (share, 0.2))
    assert near is not None
    assert far is not None
    assert near.source is None
    assert contents(doc, near) == ["the report"]
    assert far.source is None  # whether `Harland` denies, or somebody who is masked, nobody can tell
    assert contents(doc, far) == ["the report", "plan", "rates"]


def with_names(doc: Doc, *names: tuple[str, str]) -> Tree:
    """The doc with these names only."""
    spans = [(tokens(doc, words), label) for words, label in names]
    doc.ents = [Span(doc, *span, label=label) for span, label in spans]
    return Tree(doc)


@pytest.mark.parametrize(
    ("text", "source", "names", "kept"),
    [
        ("The minister, Ana Moll, said so.", "The minister", [("Ana Moll", "PERSON")], "Ana Moll"),
        (
            "The Democrat, Representative Ana Moll of Maine, said so.",
            "The Democrat",
            [("Ana Moll", "PERSON")],
            "Ana Moll",
        ),
        ("The senator, Ana Moll (D-Me.), said so.", "The senator", [("Ana Moll", "PERSON")], "Ana Moll"),
        ("The company, Kestrel Foods, said so.", "The company", [("Kestrel Foods", "ORG")], "Kestrel Foods"),
        ("A rival, Kestrel Foods, said so.", "A rival", [("Kestrel Foods", "ORG")], "A rival"),
        (
            "The minister, Ana Moll and Jon Berg said so.",
            "The minister",
            [("Ana Moll", "PERSON")],
            "The minister",
        ),
        (
            "After a call to Ana Moll, the chairman, said so.",
            "the chairman",
            [("Ana Moll", "PERSON")],
            "the chairman",
        ),
        ("Ana Moll, the chairman said so.", "the chairman", [("Ana Moll", "PERSON")], "the chairman"),
    ],
)
def test_a_name_beside_its_title_is_the_source(
    base_nlp: Language, text: str, source: str, names: list[tuple[str, str]], kept: str
) -> None:
    doc, _ = read(base_nlp, text)
    found = with_name(with_names(doc, *names), draft(doc, source, "said"), PATTERNS).source
    assert found is not None
    assert doc[slice(*found)].text == kept
