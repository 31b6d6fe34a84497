"""Makes the list of ordinary words from the case-sensitive word probabilities of the package `spacy-lookups-data` (MIT).

An ordinary word is written in lower case clearly more often than with a capital: `ban`, `calls`, `looms`, but not
`London`, `Hikvision` or `Brown`. Usage:
`python -m tools.training.vocabulary models/rules/vocabulary/ordinary_words.txt`.

With word lists of a spelling dictionary after the target, the rarer words are selected instead:
`python -m tools.training.vocabulary models/rules/vocabulary/dictionary_words.txt american-english british-english`.

`python -m tools.training.vocabulary models/rules/vocabulary/name_words.txt names` selects the words of the names in the rule data.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Collection, Mapping
from importlib import resources
from pathlib import Path

from policy_news.rules.lexicon import read_lexicon
from policy_news.rules.rule_files import RULES_DIR
from policy_news.rules.word_lists import (
    first_name_rank,
    is_inflected,
    is_spelled_lower,
    ordinary_words,
    surname_rank,
)

MIN_LOG_PROBABILITY = -16.5
MIN_LOG_RATIO = 0.9
UNSEEN = -20.0
MIN_LENGTH = 3
_WORD = re.compile(r"[^\W\d_]+")
MIN_FIRST_NAME = 3_000
MIN_SURNAME = 8_000
"""Ranks above which a word of a dictionary is more of a name than of a word."""


def select_ordinary_words(probability: Mapping[str, float]) -> list[str]:
    """Select words whose lower-case form is frequent and clearly more frequent than the capitalised one, sorted."""
    return sorted(
        word
        for word, value in probability.items()
        if word.isascii()
        and word.isalpha()
        and word.islower()
        and len(word) > 1
        and value > MIN_LOG_PROBABILITY
        and value - probability.get(word.title(), UNSEEN) > MIN_LOG_RATIO
    )


def select_dictionary_words(spelled: Collection[str]) -> list[str]:
    """Select words that a dictionary spells in lower case only, that are not common names or forms of ordinary words."""
    return sorted(
        word
        for word in spelled
        if word.isascii()
        and word.isalpha()
        and word.islower()
        and len(word) > MIN_LENGTH
        and word.title() not in spelled
        and _is_rare(first_name_rank(word), MIN_FIRST_NAME)
        and _is_rare(surname_rank(word), MIN_SURNAME)
        and not is_inflected(word, ordinary_words())
    )


def select_name_words(names: Collection[str]) -> list[str]:
    """Select the words of names that are not ordinary ones, as they are written, sorted."""
    selected: set[str] = set()
    for name in names:
        words = _WORD.findall(name)
        for word in words:
            is_written_so = len(words) == 1 and not word.islower()
            if (len(word) >= MIN_LENGTH and word[0].isupper()) or (is_written_so and len(word) > 1):
                selected.add(word)
    return sorted(word for word in selected if not word.istitle() or not is_spelled_lower(word))


def _is_rare(rank: int | None, least: int) -> bool:
    return rank is None or rank > least


def main(target: str, *dictionaries: str) -> None:
    """Write the list, one word per line."""
    if dictionaries == ("names",):
        entries = read_lexicon(RULES_DIR).entries()
        words = select_name_words({entry.name for entry in entries if entry.kind != "office"})
    elif dictionaries:
        spelled = {word for path in dictionaries for word in Path(path).read_text(encoding="utf-8").split()}
        words = select_dictionary_words(spelled)
    else:
        packed = resources.files("spacy_lookups_data").joinpath("data/en_lexeme_prob.json.gz").read_bytes()
        words = select_ordinary_words(json.loads(gzip.decompress(packed)))
    Path(target).write_text("\n".join(words) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
