"""Makes `synonyms.txt` and `antonyms.txt` of `models/rules/vocabulary` from the database files of WordNet: `python -m tools.reference.thesaurus DICT`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from policy_news.core.data_files import RULES_DIR
from policy_news.rules.word_lists import ordinary_words

PARTS = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
CODES = "nvara"
"""The part of speech of each number of a sense, less one."""
SENSES = 3
"""Meanings of a word, the most frequent first, in which it is taken for a synonym."""
SEEN = 2
"""Or so often the meaning was counted in texts."""
Key = tuple[str, str]


class Synset(NamedTuple):
    """Words of one meaning, and pointers: kind, other meaning, numbers of the words in both from 1; 0 for all."""

    words: list[str]
    pointers: list[tuple[str, Key, int, int]]


def read_synsets(folder: Path) -> dict[Key, Synset]:
    """Return all meanings by part of speech and offset."""
    found: dict[Key, Synset] = {}
    for part, name in PARTS.items():
        for line in (folder / f"data.{name}").read_text(encoding="latin-1").splitlines():
            fields = line.split("|")[0].split()
            if line.startswith("  ") or not fields:
                continue
            at = 4 + 2 * int(fields[3], 16)
            words = [word.partition("(")[0].lower() for word in fields[4:at:2]]
            found[part, fields[0]] = Synset(words, list(_pointers(fields[at:])))
    return found


def _pointers(fields: list[str]) -> Iterator[tuple[str, Key, int, int]]:
    for i in range(1, 1 + 4 * int(fields[0]), 4):
        kind, offset, part, ends = fields[i : i + 4]
        yield kind, ("a" if part == "s" else part, offset), int(ends[:2], 16), int(ends[2:], 16)


def read_usual(folder: Path) -> set[tuple[str, Key]]:
    """Return the words with the meanings that are usual for them."""
    usual = set()
    for line in (folder / "index.sense").read_text(encoding="latin-1").splitlines():
        sense, offset, number, seen = line.split()
        word, _, rest = sense.partition("%")
        if (
            word.isalpha()
            and len(word) > 1
            and word in ordinary_words()
            and (int(number) <= SENSES or int(seen) >= SEEN)
        ):
            usual.add((word, (CODES[int(rest[0]) - 1], offset)))
    return usual


def make(folder: Path) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    """Return the groups of synonyms and derived words, and the pairs of antonyms."""
    synsets, usual = read_synsets(folder), read_usual(folder)
    groups, antonyms = set(), set()
    for key, (words, pointers) in synsets.items():
        groups.add(tuple(sorted({word for word in words if (word, key) in usual})))
        for kind, other, one, two in pointers:
            if not one or not two or (words[one - 1], key) not in usual:
                continue
            pair = tuple(sorted((words[one - 1], synsets[other].words[two - 1])))
            if kind == "!" and ordinary_words().issuperset(pair):
                antonyms.add(pair)
            elif kind == "+" and (synsets[other].words[two - 1], other) in usual:
                groups.add(pair)
    return {group for group in groups if len(set(group)) > 1}, antonyms


if __name__ == "__main__":
    for name, rows in zip(("synonyms", "antonyms"), make(Path(sys.argv[1])), strict=True):
        text = "".join(f"{' '.join(row)}\n" for row in sorted(rows))
        (RULES_DIR / "vocabulary" / f"{name}.txt").write_text(text, encoding="utf-8")
