"""Tells passages in another language than English, only where small words or the script leave no doubt."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from policy_news.text.layout.vocabulary import LanguageWords, default_vocabulary

LEAST = 20
"""Words of the shortest passage that is judged."""
MOST_ENGLISH = 0.1
"""Share of small words of English from which on a passage is English; prose in English has some .4."""
OWN = 0.12
"""Share of small words of another language that a passage in it has at least."""
MOST = 20_000
"""Characters of a passage by which it is judged."""
_WORD = re.compile(r"[^\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class LanguageReader:
    """Tells languages by small words and scripts.

    Attributes:
        english: The commonest words of English, but for those that are common elsewhere too.
        words: Small words of other languages by their codes.
        scripts: First and last character of a script by the code of a language in it.
    """

    english: frozenset[str]
    words: Mapping[str, frozenset[str]]
    scripts: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, rules: LanguageWords) -> LanguageReader:
        """Return the reader of the rule data."""
        english = frozenset(rules.english)
        words = {code: frozenset(own) - english for code, own in rules.words.items()}
        return cls(english, words, rules.scripts)

    def find_foreign(self, text: str, least: int = LEAST) -> str | None:
        """Return the language of a passage; None if it is English, not sure, or has fewer words than so many."""
        shown = text[:MOST]
        if not shown.isascii() and (code := self._script(shown)):
            return code
        written = _WORD.findall(shown)
        words = [word.lower() for word in written]
        if len(words) < least or _share(words, self.english) >= MOST_ENGLISH:
            return None
        # Names have capitals: `La Paz, Los Angeles` is no Spanish.
        shares = {code: sum(word in own for word in written) / len(words) for code, own in self.words.items()}
        best = max(shares, key=shares.__getitem__)
        return best if shares[best] >= OWN else None

    def _script(self, text: str) -> str | None:
        """Return the language of the script that most letters are in, if it is not Latin."""
        letters = Counter("".join(_LETTER.findall(text)))
        for code, (first, last) in self.scripts.items():
            own = sum(times for letter, times in letters.items() if first <= letter <= last)
            if own >= LEAST and 2 * own > letters.total():
                return code
        return None


@lru_cache(maxsize=1)
def default_languages() -> LanguageReader:
    """Return the reader of the rule data that came with the package."""
    return LanguageReader.of(default_vocabulary().languages)


def _share(words: list[str], own: frozenset[str]) -> float:
    return sum(word in own for word in words) / len(words)
