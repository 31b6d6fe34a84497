"""Tells from its context what kind of thing an unlisted name stands for: company, person, place or other organisation.

A softmax regression over plain features, trained by `tools.training.kinds` on names that were replaced by invented
ones, so that it learns what the model and the grammar say of names that nobody has seen before.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from spacy.tokens import Token

from policy_news.nlp.tags import NAMES
from policy_news.nlp.tokens import Tokens
from policy_news.rules.name_forms import name_words
from policy_news.rules.word_lists import first_name_rank, ordinary_words, surname_rank

KINDS = ("COMPANY", "PERSON", "GPE", "FAC", "ORG", "OTHER")
"""`OTHER` is what is none of the rest: a people, a law, a work, a programme, a product, an event, a group of people, a handle."""
NEAR = ("NN", "VB", "JJ")
"""Beginnings of the tags of words that tell something of a name before them."""
KNOWN_CLASSES = frozenset({"legal", "company", "organisation", "ordinary"})
"""Classes of words of a name that say by themselves what it may be (`Tower`, `Operation`): of the others only the build counts."""
COMPANY_SIGNS = ("last=company", "last=legal", "ending=company", "ampersand")
"""Beginnings of the features of a name's build that speak for a company by themselves."""
OPENING = frozenset({"'s", "’s", ",", "(", "'", "’", "-"})
"""Words after a name that lead to one that says more of it."""
TELLING = frozenset({"appos", "relcl", "compound", "amod", "nmod", "prep", "conj"})
SAYING = frozenset({"attr", "acomp", "dobj", "ccomp", "xcomp"})
GOVERNED = frozenset((
    "compound", "nmod", "poss", "appos", "nsubj", "nsubjpass", "dobj", "pobj", "agent", "attr",
    "npadvmod", "conj",
))  # fmt: skip


def log_probabilities(totals: Sequence[float]) -> list[float]:
    """Return the logarithm of the probability of every kind, of the sums of their weights."""
    top = max(totals)
    norm = top + math.log(sum(math.exp(total - top) for total in totals))
    return [total - norm for total in totals]


def describe(
    tokens: Tokens, start: int, end: int, seen: str, rules: Collection[str], *, headline: bool
) -> list[str]:
    """Return the features of one mention of a name; its own letters are none of them.

    Args:
        seen: What the model calls it, or empty.
        rules: Grammar rules that found it.
        headline: Whether it stands in a title or heading.
    """
    where = "head" if headline else "body"
    return [
        f"seen={seen}",
        f"seen={seen}:{where}",
        f"where={where}",
        *(f"rule={rule}" for rule in rules),
        *_build(tuple(tokens.texts[start:end]), seen),
        *_around(tokens, start, end),
        *_governor(tokens, tokens.doc[start] if end - start == 1 else tokens.doc[start:end].root),
    ]


def speaks_for_company(tokens: Tokens, start: int, end: int, rules: Collection[str]) -> bool:
    """Return whether a construction (`shares in X`, `X workers`) or the build of the name (`X Airlines`, `A & B`) speaks for a company."""
    built = _build(tuple(tokens.texts[start:end]), "")
    return any(rule.startswith("company") for rule in rules) or any(
        feature.startswith(COMPANY_SIGNS) for feature in built
    )


@lru_cache(maxsize=10_000)
def _build(words: tuple[str, ...], seen: str) -> list[str]:
    """Return how the name is built."""
    length = min(len(words), 4)
    last, first = word_class(words[-1]), word_class(words[0])
    features = [f"length={length}", f"last={last}:{length > 1}"]
    if length > 1:
        features += [
            f"first={first}",
            f"build={first}+{last}",
            f"build={first}+{last}:{seen}",
            f"first-name={first_name_rank(words[0]) is not None}",
        ]
        if last in KNOWN_CLASSES:
            features.append(f"tail={words[-1].lower()}")
        if first in KNOWN_CLASSES or words[0].isupper():
            features.append(f"start={words[0].lower()}")
    else:
        features.append(f"last={last}:{seen}")
    features.append(f"shape={_shape(words[-1])}:{length > 1}")
    if "&" in words:
        features.append("ampersand")
    return features + [f"ending={ending}:{length > 1}" for ending in _endings(words[-1])]


@lru_cache(maxsize=50_000)
def word_class(word: str) -> str:
    """Return what a word of a name is known for."""
    lower = word.lower().strip(".,")
    known = name_words()
    for label, words in (
        ("legal", known.legal_forms),
        ("company", known.company_words),
        ("organisation", known.organisation_words),
    ):
        if lower in words:
            return label
    first, last = first_name_rank(lower), surname_rank(lower)
    if first is not None and (last is None or first < last):
        return "first-name"
    if lower in ordinary_words():
        return "ordinary"
    return "surname" if last is not None else "unknown"


def _shape(word: str) -> str:
    if word.isupper():
        return "XX" if len(word) > 1 else "X"
    if word.istitle():
        return "Xx"
    return "xX" if word[:1].islower() else "XxX"


def _endings(word: str) -> list[str]:
    lower, known = word.lower(), name_words()
    found = ["place"] if lower.endswith(tuple(known.place_endings)) else []
    return [*found, "company"] if lower.endswith(tuple(known.company_endings)) else found


def _around(tokens: Tokens, start: int, end: int) -> list[str]:
    """Return words and tags on both sides, within the sentence."""
    left, left_of_it = _form(tokens, start - 1), _form(tokens, start - 2)
    right, right_of_it = _form(tokens, end), _form(tokens, end + 1)
    before, after = _tag(tokens, start - 1), _tag(tokens, end)
    features = [
        f"l1={left}",
        f"l2={left_of_it}",
        f"l12={left_of_it} {left}",
        f"r1={right}",
        f"r2={right_of_it}",
        f"r12={right} {right_of_it}",
        f"lt={before}",
        f"rt={after}",
        f"lt12={_tag(tokens, start - 2)} {before}",
        f"rt12={after} {_tag(tokens, end + 1)}",
        f"sides={before} {after}",
    ]
    if right in OPENING:
        features += [f"r3={right} {_form(tokens, end + 2)}", f"r4={right} {_form(tokens, end + 3)}"]
    return features + [
        f"near={tokens.lemmas[i]}"
        for i, tag in enumerate(tokens.tags[end : end + 6], end)
        if tag.startswith(NEAR) and tag not in NAMES and tokens.lemmas[i]
    ]


def _form(tokens: Tokens, i: int) -> str:
    if not 0 <= i < len(tokens) or tokens.spaces[i]:
        return ""
    if tokens.numbers[i]:
        return "0"
    label = tokens.ent_types[i]
    return f"<{label}>" if label and tokens.texts[i][:1].isupper() else tokens.lower[i]


def _tag(tokens: Tokens, i: int) -> str:
    return tokens.tags[i] if 0 <= i < len(tokens) and not tokens.spaces[i] else ""


def _governor(tokens: Tokens, root: Token) -> Iterator[str]:
    """Yield what the parse hangs the name on."""
    deps, lemmas = tokens.deps, tokens.lemmas
    head = root.head
    dep, at = deps[root.i], head.i
    yield f"dep={dep}"
    if dep == "pobj":
        beyond = lemmas[head.head.i]
        yield f"prep={tokens.lower[at]}"
        yield f"prep={tokens.lower[at]}:{beyond}"
        yield f"gov=prep:{beyond}"
    elif dep in GOVERNED:
        governor = _name_or_lemma(tokens, at)
        yield f"gov={dep}:{governor}"
        yield f"gov={'subject' if dep in ('nsubj', 'poss') else 'part'}:{governor}"
    for child in root.children:
        i = child.i
        if deps[i] in TELLING:
            yield f"child={deps[i]}:{_name_or_lemma(tokens, i)}"
    if dep in ("nsubj", "nsubjpass") and head.pos_ in ("AUX", "VERB"):
        for child in head.children:
            i = child.i
            if deps[i] in SAYING:
                yield f"says={deps[i]}:{lemmas[i]}"


def _name_or_lemma(tokens: Tokens, i: int) -> str:
    label = tokens.ent_types[i]
    return f"<{label}>" if label and tokens.texts[i][:1].isupper() else tokens.lemmas[i]
