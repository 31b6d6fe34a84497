"""Words as the pieces of a vocabulary that the encoder knows, without regard to capitals and accents."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from policy_news.core.errors import ModelError
from policy_news.nlp.claims.tree import MAX_WORDS

CONTINUED = "##"
"""Before a piece that does not begin a word."""
UNKNOWN, START, END, HIDDEN = "[UNK]", "[CLS]", "[SEP]", "[MASK]"
MOST_PIECES = 12
"""Pieces of a word that are read: what is longer is a link or a string of signs."""
LONGEST = 100
"""Characters of a word from which it is taken as unknown, as in the training of the vocabulary."""
_IDEOGRAPHS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F))


class WordPieces:
    """Splits words by a vocabulary: the longest piece first.

    Args:
        numbers: The number of each piece.
    """

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self._numbers = numbers
        self.start, self.end = numbers[START], numbers[END]
        self.hidden = numbers[HIDDEN]
        self.of = lru_cache(MAX_WORDS)(self._split)

    def _split(self, word: str) -> tuple[int, ...]:
        """Return the numbers of a word's pieces; none for white space."""
        found: list[int] = []
        for part in plain_parts(word):
            found += self._pieces(part)
        return tuple(found[:MOST_PIECES])

    def _pieces(self, part: str) -> list[int]:
        if len(part) > LONGEST:
            return [self._numbers[UNKNOWN]]
        found: list[int] = []
        start = 0
        while start < len(part):
            before = CONTINUED if start else ""
            end = len(part)
            while end > start and before + part[start:end] not in self._numbers:
                end -= 1
            if end == start:
                return [self._numbers[UNKNOWN]]
            found.append(self._numbers[before + part[start:end]])
            start = end
        return found


def plain_parts(word: str) -> Iterator[str]:
    """Yield the parts of a word in small letters and without accents, each sign by itself."""
    part = ""
    for sign in unicodedata.normalize("NFD", word.lower()):
        kind = unicodedata.category(sign)
        if kind == "Mn" or (kind.startswith("C") and not sign.isspace()):
            continue
        if not (sign.isspace() or _stands_alone(sign, kind)):
            part += sign
            continue
        if part:
            yield part
        part = ""
        if not sign.isspace():
            yield sign
    if part:
        yield part


def _stands_alone(sign: str, kind: str) -> bool:
    """Return whether a sign is a part of its own: punctuation, an ideograph."""
    if sign.isascii():
        return not sign.isalnum()
    return kind.startswith("P") or any(low <= ord(sign) <= high for low, high in _IDEOGRAPHS)


def read_vocabulary(path: Path) -> dict[str, int]:
    """Read the numbers of pieces from a file with a piece a line.

    Returns:
        The number of each piece, from 0.

    Raises:
        ModelError: The file cannot be read, or has no marks of start, end and hidden words.
    """
    try:
        pieces = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: cannot be read: {error}", "Train the encoder again.") from error
    numbers = {piece: number for number, piece in enumerate(pieces) if piece}
    missing = [mark for mark in (UNKNOWN, START, END, HIDDEN) if mark not in numbers]
    if missing:
        raise ModelError(f"{path}: lacks {', '.join(missing)}", "Give the vocabulary of a BERT model.")
    return numbers
