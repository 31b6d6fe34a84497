"""Cuts texts into passages of about a sentence, and codes their words: what the quotation index holds of a document.

A passage is found again by its words, whatever their endings and order: so also where a quotation of it was altered.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence

from policy_news.nlp.text_reuse import plain_words

HIDDEN = "\0"
"""Stands for each character of masked text."""
MASK = 0
"""The code of masked text; no word has it."""
CODES = 1 << 14
"""Words share a code where their hashes do: passages are looked at before anything is said of them."""
_MASKED = re.compile(r"[^\s\-–—'’‘\".,;:!?()/&%$£€“”]")
_MOST = 600
"""Characters of a passage; longer ones are cut at a space."""
_END = re.compile(
    r"(?<=[.!?…])(?<!\bM[rs]\.)(?<!\bMrs\.)(?<!\b[DS][rt]\.)(?<!\b[A-Z]\.)(?<!\b(?:Col|Eng|Gen|Gov|Hon|Rep|Rev|Sen|Jan|Feb|Aug|Oct|Nov|Dec)\.)(?<!\b(?:Capt|Prof|Sept)\.)[\"'”’»)\]]*\s+|(?<!\s)[^\S\n]*\n\s*"
)
_LEFT_OUT = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "been", "by", "for", "from", "had", "has", "have", "he", "his", "in", "is", "it",
    "of", "on", "that", "the", "this", "to", "was", "were", "with",
))  # fmt: skip
"""Words that are in most passages."""
_ENDINGS = ("ingly", "edly", "ing", "ied", "ies", "ed", "es", "'s", "ly", "s", "e", "y")


def hide(text: str, gaps: Sequence[tuple[int, int]]) -> str:
    """Return a text of the same length in which `HIDDEN` stands for what is masked, but for white space and punctuation."""
    parts, at = [], 0
    for start, end in gaps:
        parts += [text[at:start], _MASKED.sub(HIDDEN, text[start:end])]
        at = end
    return "".join([*parts, text[at:]])


def cut_passages(text: str) -> Iterator[tuple[int, int]]:
    """Yield the first and last-plus-one offset of each passage, in order."""
    at = 0
    for end, after in (*(match.span() for match in _END.finditer(text)), (len(text), len(text))):
        while end - at > _MOST:
            space = text.rfind(" ", at + 1, at + _MOST)
            cut = space if space > at else at + _MOST
            yield at, cut
            at = cut
        if text[at:end].strip():
            yield at, end
        at = after


def stem(word: str) -> str:
    """Return a word without its ending, as `plain_words` gives words."""
    if len(word) > 3 and not word[0].isdigit():
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                return word[: -len(ending)]
    return word


class Coder(dict[str, int]):
    """The code of each word; -1 for words that are left out. It remembers all words that it has seen."""

    def __missing__(self, word: str) -> int:
        code = -1
        if word not in _LEFT_OUT:
            code = (zlib.crc32(stem(word).encode("utf-8", "surrogatepass")) % (CODES - 1)) + 1
        self[word] = code
        return code

    def read(self, passage: str) -> list[int]:
        """Return the codes of a passage, each once, ascending."""
        codes = {self[word] for word in plain_words(passage)}
        codes.discard(-1)
        if HIDDEN in passage:
            codes.add(MASK)
        return sorted(codes)
