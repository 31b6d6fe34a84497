"""Texts made to take the square of their length: long lists of names, capitals without end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import islice, product

import pytest
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from policy_news.drafts.comparison import compare
from policy_news.drafts.slots import read_proposition
from policy_news.nlp.entities.document_names import Name, fill
from policy_news.nlp.entities.gazetteer import _find_capitals
from policy_news.nlp.extensions import register
from policy_news.nlp.tokens import Tokens
from policy_news.nlp.who.cross_document import Appearance, CorpusResolver
from policy_news.nlp.who.evidence import NO_CONTEXT, PersonMention
from policy_news.nlp.who.facts import NO_FACTS
from policy_news.nlp.who.people import group_people
from policy_news.nlp.who.person_names import read_name
from tests.support.annotating import annotate_texts
from tests.support.steps import growing_modules, grows_at_most_linearly

SIZE = 250
"""Names of a text; above it nobody is told apart by more than the full name."""


def surnames() -> Iterator[str]:
    """Different words that look like surnames."""
    return ("".join(parts) for parts in product("BDKLMT", "aeiou", "lmnr", ("ton", "field", "well", "by")))


def sightings(names: list[str]) -> list[PersonMention]:
    return [PersonMention(20 * at, name, read_name(name), NO_CONTEXT) for at, name in enumerate(names)]


NAMES: dict[str, Callable[[str], list[str]]] = {
    "one first name": lambda word: [f"Ann {word}"],
    "one surname": lambda word: [f"{word} Smith"],
    "an initial": lambda word: [f"A. K. {word}", f"J {word}"],
    "a surname after each": lambda word: [f"Ann {word}", word],
    "first names after each": lambda word: [f"{word} Smith", word],
    "one surname again and again": lambda word: [f"{word} Smith", "Smith"],
}


@pytest.mark.parametrize("kind", NAMES)
def test_lists_of_names_take_linear_work(kind: str) -> None:
    def work(times: int) -> Callable[[], object]:
        words = islice(surnames(), SIZE * times)
        found = sightings([name for word in words for name in NAMES[kind](word)])
        return lambda: group_people(found)

    assert grows_at_most_linearly(work)


def test_sentences_of_many_clauses_take_linear_work() -> None:
    other = read_proposition("The minister said that the depots would close.")

    def work(times: int) -> Callable[[], object]:
        draft = read_proposition("The minister said that he " * SIZE * times)
        return lambda: compare(draft, other)

    assert grows_at_most_linearly(work)


def tokens_of(words: list[str]) -> Tokens:
    register()
    return Tokens(Doc(Vocab(), words=words))


def test_names_with_one_first_word_take_linear_work() -> None:
    def work(times: int) -> Callable[[], object]:
        words = list(islice(surnames(), SIZE * times))
        names = [Name(("Ann", word), "PERSON", "", "document.full") for word in words]
        tokens = tokens_of([part for word in words for part in ("Ann", word, "came", ".")])
        return lambda: fill(tokens, [], names)

    assert grows_at_most_linearly(work)


def test_capitals_without_end_take_linear_work() -> None:
    def work(times: int) -> Callable[[], object]:
        tokens = tokens_of([*["MINISTER", "OF", "STATE"] * SIZE * times, ","])
        return lambda: list(_find_capitals(tokens, {}))

    assert grows_at_most_linearly(work)


ENDLESS = {
    "claims that hold each other": "Carl Lowe said that ",
    "quotations that never close": "“I said “no, ",
    "a body meant again and again": "Tarnwick Optics accused the council of fraud. The council denied the allegations. ",
    "a claim denied again and again": "He denied it. ",
    "clauses with days": "Ofcom denied on Monday that it had lied; ",
    "paragraphs that open a quotation": "“It went on and the towns too\n\n",
    "paragraphs with masks": "*** ******** ** *** Home ****** (*****)\n\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ENDLESS)
def test_an_article_in_one_line_takes_linear_work(nlp: Language, kind: str) -> None:
    def work(times: int) -> Callable[[], object]:
        text = "Cameras under review\n\n" + ENDLESS[kind] * 100 * times
        return lambda: annotate_texts(nlp, [text], dt.datetime(2024, 5, 14))

    assert growing_modules(work, spare=10_000) == []


def test_a_crowd_of_common_names_takes_linear_work() -> None:
    def work(times: int) -> Callable[[], object]:
        seen = [
            Appearance(f"person-{word}-in-d1", "PERSON", f"John {word}", (), None, None, None, None, "name")
            for word in islice(surnames(), SIZE * times)
        ]
        list(CorpusResolver(NO_FACTS).names(seen))  # names are read once
        return lambda: list(CorpusResolver(NO_FACTS).names(seen))

    assert grows_at_most_linearly(work)
