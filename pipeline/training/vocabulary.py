"""Makes the list of ordinary words from the case-sensitive word probabilities of the package `spacy-lookups-data` (MIT).

An ordinary word is one that is written in lower case clearly more often than with a capital: `ban`, `calls`, `looms`, but
not `London`, `Hikvision` or `Brown`. Usage: `python -m pipeline.training.vocabulary models/rules/vocabulary/ordinary_words.txt`.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

MIN_LOG_PROBABILITY = -16.5
MIN_LOG_RATIO = 0.9
UNSEEN = -20.0


def select_ordinary_words(probability: Mapping[str, float]) -> list[str]:
    """Words whose lower-case form is frequent and clearly more frequent than the capitalised one, sorted."""
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


def main(target: str) -> None:
    """Write the list, one word a line."""
    packed = resources.files("spacy_lookups_data").joinpath("data/en_lexeme_prob.json.gz").read_bytes()
    words = select_ordinary_words(json.loads(gzip.decompress(packed)))
    Path(target).write_text("\n".join(words) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
