"""Words that mean the same or the opposite: lemmas, synonyms and antonyms, from the rule data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import product

from policy_news.core.data_files import RULES_DIR
from policy_news.nlp.passages import stem
from policy_news.rules.rule_files import read_rule_file
from policy_news.rules.rule_models import Strict

_SHARED = 6
"""Letters at the beginning of two words by which they are of one family (`investigate`, `investigation`)."""
_KNOWN = 100_000


class Slot(Strict):
    """A slot of a sentence in which classes of words differ.

    Attributes:
        classes: Words of each class.
        like: Classes that may mean the same.
        lost: What it is called when the draft is the surer one.
    """

    id: str
    classes: dict[str, tuple[str, ...]]
    like: tuple[tuple[str, str], ...] = ()
    lost: str = ""


class SlotWords(Strict):
    """The words of `verify/slots.yml`."""

    negators: tuple[str, ...]
    flips: tuple[str, ...]
    lacking: tuple[str, ...]
    shells: tuple[str, ...]
    sayings: tuple[str, ...]
    conditions: tuple[str, ...]
    clauses: tuple[str, ...]
    verbs: tuple[str, ...]
    loose: tuple[str, ...]
    tails: tuple[str, ...]
    slots: tuple[Slot, ...]
    bounds: dict[str, tuple[str, ...]]
    units: dict[str, tuple[str, ...]]
    letters: dict[str, str]
    hindering: tuple[str, ...]
    ordinals: dict[str, int]
    multiples: dict[str, float]
    fractions: dict[str, float]
    rates: dict[str, str]
    scales: dict[str, int]
    numerals: dict[str, int]
    force: dict[str, tuple[str, ...]]
    unlike: tuple[tuple[str, str], ...]
    generic: tuple[str, ...]
    empty: tuple[str, ...]
    irregular: dict[str, str]
    synonyms: tuple[tuple[str, ...], ...]
    antonyms: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


@cache
def slot_words() -> SlotWords:
    """Return the words of the slots."""
    return read_rule_file(RULES_DIR / "verify" / "slots.yml", SlotWords)


@cache
def find_slot(name: str) -> Slot:
    """Return the slot with an id."""
    return next(one for one in slot_words().slots if one.id == name)


@cache
def _groups() -> tuple[dict[str, frozenset[int]], frozenset[tuple[str, str]]]:
    """Return the groups of synonyms that each lemma is in, and all pairs of antonyms."""
    folder, own = RULES_DIR / "vocabulary", slot_words()
    lines = (folder / "synonyms.txt").read_text(encoding="utf-8").splitlines()
    groups = defaultdict[str, set[int]](set)
    for number, words in enumerate([*map(str.split, lines), *own.synonyms]):
        for word in words:
            groups[word].add(number)
    pairs = {(one, other) for line in (folder / "antonyms.txt").read_text(encoding="utf-8").splitlines() for one, other in (line.split(),)}  # fmt: skip
    for row in own.antonyms:
        pairs |= set(product(*row))
    both = frozenset(pairs | {(other, one) for one, other in pairs})
    return {word: frozenset(numbers) for word, numbers in groups.items()}, both


@lru_cache(maxsize=_KNOWN)
def lemma(word: str) -> str:
    """Return a word in lower case without its ending, as the synonyms have it if they know it."""
    irregular, known = slot_words().irregular, _groups()[0]
    if word in irregular:
        return irregular[word]
    return next((form for form in _forms(word) if form in known), stem(word))


def _forms(word: str) -> Iterable[str]:
    """Yield what a word may be without its ending, the likeliest first."""
    for ending, instead in (("ies", "y"), ("ied", "y"), ("es", "e"), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) > len(ending) + 2 and not word.endswith("ss"):
            yield word.removesuffix(ending) + instead
    for ending in ("ed", "ing"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            bare = word.removesuffix(ending)
            yield bare + "e"
            yield bare
            yield bare[:-1] if bare[-1] == bare[-2] else bare
    yield word


@lru_cache(maxsize=_KNOWN)
def keys_of(word: str) -> frozenset[str | int]:
    """Return what two lemmas share that mean the same: the stem, and the numbers of their groups of synonyms."""
    stemmed = stem(word)
    return frozenset(
        (stemmed, stemmed[:_SHARED] if len(stemmed) > _SHARED else stemmed, *_groups()[0].get(word, ()))
    )


@lru_cache(maxsize=_KNOWN)
def are_opposite(one: str, other: str) -> bool:
    """Return whether two lemmas are antonyms, or one is the other with `un` before it."""
    return (one, other) in _groups()[1] or f"un{one}" == other or f"un{other}" == one


@cache
def _forces() -> dict[str, str]:
    return {word: name for name, words in slot_words().force.items() for word in words}


def force_of(cue: str) -> str:
    """Return what a cue does with its content by its lemma; empty if it only says it."""
    return _forces().get(cue, "")


def are_unlike(one: str, other: str) -> bool:
    """Return whether two forces exclude each other."""
    return bool({(one, other), (other, one)} & set(slot_words().unlike))
