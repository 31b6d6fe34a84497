"""Where an indirect content ends by both readers, and which claims neither believes."""

from __future__ import annotations

import numpy as np
import pytest
from spacy.language import Language

from policy_news.nlp.claims.constructions.quotes import QuoteIndex, find_quotations
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.finish.second_reader import is_doubted, settle_ends
from policy_news.nlp.claims.tree import Tree
from policy_news.nlp.encoder.roles import NAME_CLASSES, Floats, Ints
from policy_news.nlp.encoder.transformer import Sight

LINE = "Growers said the levy would fall , which pleased nobody in the north ."
QUOTED = 'Growers said the levy was " absurd " , which pleased nobody in the north .'


def read(nlp: Language, line: str, rules: str, encoder: str, sure: float = 0.97, chance: float = 0.95) -> str:
    """Return the content after both readers; what each reads is a part of the line."""
    doc = nlp(line)
    tree, words = Tree(doc), [token.text for token in doc]

    def place(part: str) -> tuple[int, int]:
        span = doc.char_span(line.index(part), line.index(part) + len(part))
        assert span is not None
        return span.start, span.end

    start, end = place(encoder)

    def roles(head: int) -> tuple[Ints, Floats]:
        table = np.full((len(words), 5), (1 - sure) / 4, dtype=np.float32)
        table[:, 0] = sure
        table[start:end] = (1 - sure) / 4
        table[start, 3] = table[start + 1 : end, 4] = sure
        return np.arange(len(words)), table

    head = words.index("said")
    draft = Draft(head, (head, head + 1), (0, 1), (place(rules),), "clause", "statement")
    nowhere = np.zeros(len(words), dtype=np.float32)
    sight = Sight(np.full(len(words), chance, dtype=np.float32), nowhere, roles, NO_NAMES)
    (settled,) = settle_ends(tree, [draft], sight, QuoteIndex(find_quotations(tree)))
    ((first, last),) = settled.content
    return " ".join(words[first:last])


NO_NAMES = np.zeros((0, NAME_CLASSES), dtype=np.float32)
NOTHING: tuple[Ints, Floats] = np.zeros(0, dtype=np.int64), np.zeros((0, 5), dtype=np.float32)
SHORT, LONG = "the levy would fall", "the levy would fall , which pleased nobody in the north"


@pytest.mark.parametrize(
    ("rules", "encoder", "content"),
    [
        (LONG, SHORT, SHORT),  # a clause less
        (SHORT, LONG, LONG),  # a clause more
        (LONG, "the levy would fall , which pleased nobody", "the levy would fall , which pleased nobody"),
        (LONG, "the levy would", LONG),  # no clause ends there
        (LONG, "levy would fall", LONG),  # it begins elsewhere
    ],
)
def test_the_encoder_ends_a_content(rules: str, encoder: str, content: str, base_nlp: Language) -> None:
    assert read(base_nlp, LINE, rules, encoder) == content


def test_the_rules_end_it_where_the_encoder_is_not_sure(base_nlp: Language) -> None:
    assert read(base_nlp, LINE, LONG, SHORT, sure=0.75) == LONG
    assert read(base_nlp, LINE, LONG, SHORT, chance=0.4) == LONG


def test_a_partial_quotation_stays_whole(base_nlp: Language) -> None:
    whole = 'the levy was " absurd " , which pleased nobody in the north'
    assert read(base_nlp, QUOTED, whole, 'the levy was " absurd "') == whole


@pytest.mark.parametrize(
    ("kind", "score", "chance", "doubted"),
    [
        ("object", 0.4, 0.01, True),
        ("object", 0.9, 0.01, False),
        ("object", 0.4, 0.2, False),
        ("silence", 0.4, 0.01, False),
    ],
)
def test_what_both_doubt_is_no_claim(kind: str, score: float, chance: float, doubted: bool) -> None:
    draft = Draft(1, (1, 2), (0, 1), ((2, 4),), kind, "opinion")
    chances = np.full(4, chance, dtype=np.float32)
    sight = Sight(chances, chances, lambda head: NOTHING, NO_NAMES)
    assert is_doubted(draft, score, sight) == doubted


@pytest.mark.parametrize(
    ("inside", "asked"),
    [
        ([0, 0, 0.9, 0.9, 0.1, 0], False),
        ([0, 0, 0.9, 0.9, 0.6, 0], True),  # the encoder goes on
        ([0, 0, 0.9, 0.4, 0.1, 0], True),  # it ends earlier
    ],
)
def test_roles_are_read_only_where_the_end_may_be_another(
    base_nlp: Language, inside: list[float], asked: bool
) -> None:
    tree = Tree(base_nlp("Bakers said prices rose yesterday ."))
    heads: list[int] = []

    def roles(head: int) -> tuple[Ints, Floats]:
        heads.append(head)
        return NOTHING

    draft = Draft(1, (1, 2), (0, 1), ((2, 4),), "clause", "statement")
    chances = np.full(6, 0.9, dtype=np.float32)
    sight = Sight(chances, np.array(inside, dtype=np.float32), roles, NO_NAMES)
    assert settle_ends(tree, [draft], sight, QuoteIndex(find_quotations(tree))) == [draft]
    assert heads == [1] * asked
