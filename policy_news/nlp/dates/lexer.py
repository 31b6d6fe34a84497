"""Text to pieces: each piece gets a letter that stands for the set of word classes it belongs to.

The letters of a section form a string over which the patterns run as plain regular expressions, one letter per piece.
Pieces are cut without the tokenizer of the pipeline, so that the rules work the same in every spaCy pipeline.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FILLER = "."
"""Letter of a piece without a class."""
BARRIER = "|"
"""Letter of masked text: patterns cannot match it."""

_PIECE = re.compile(
    r"[$£€¥]\s?[0-9][0-9,.]*[0-9]|[$£€¥]\s?[0-9]"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?(?![\w-])"
    r"|[0-9]{1,2}([/.-])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})(?![\w/-]|[.,][0-9])"
    r"|[0-9]{1,2}(?:[:.][0-9]{2})?(?::[0-9]{2})?[ap](?:\.m\.?|m\b)"
    r"|[0-9]{0,3}[½¼¾]|[123]/[234](?![0-9/])"
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:hrs\b|h\b)?(?![0-9:])"
    r"|(?<![\w])['’][0-9]{2}(?:['’]?s)?(?!\w)"
    r"|[0-9]{2,4}['’]s\b"
    r"|[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?(?: ?%)?\w*"
    r"|[ap]\.m\b\.?|[bB]\.[cC]\b\.?|[oO]['’]clock\b"
    r"|[^\W\d_][^\W_]*|['’]s\b|\S",
    re.IGNORECASE,
)
_DASHES = frozenset("-‐‑–—/")
_PLAIN = str.maketrans({"’": "'", "‐": "-", "‑": "-", "–": "-", "—": "-"})
TIGHT, DASH, SLASH = "hyphen", "dash", "slash"

SHAPES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), tuple(classes.split()))
    for pattern, classes in (
        (r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*", "iso"),
        (r"[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{2,4}", "numdate"),
        (r"[0-9]{1,2}(?:[:.][0-9]{2})?(?::[0-9]{2})?[ap]\.?m\.?", "clock sure_clock"),
        (r"[0-9]{1,2}:[0-5][0-9](?::[0-5][0-9])?(?:hrs|h)", "clock sure_clock"),
        (r"[0-9]{1,2}:[0-5][0-9](?::[0-5][0-9])?", "clock"),
        (r"(?:[01]?[0-9]|2[0-4])\.[0-5][0-9]", "decimal dotclock"),
        (r"[0-9]{4}(?:hrs|h)", "clock sure_clock"),
        (r"[0-9]{1,2}(?:hrs|h)", "filler"),
        (r"['’][0-9]0['’]?s", "short_decade"),
        (r"['’][0-9]{2}", "short_year"),
        (r"[0-9]{3}0['’]?s", "decade"),
        (r"[1-9]0['’]?s", "bare_decade"),
        (r"(?:0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th)", "ordinal_day ordinal_number"),
        (r"[0-9]{1,4}(?:st|nd|rd|th)", "ordinal_number"),
        (r"[1-9]", "int day hour month_number small"),
        (r"0[1-9]|1[0-2]", "int day hour month_number two"),
        (r"1[3-9]|2[0-4]", "int day hour two"),
        (r"2[5-9]|3[01]", "int day two"),
        (r"0|00", "int hour two"),
        (r"[3-9][0-9]", "int two"),
        (r"1[0-9][0-5][0-9]|2[01][0-5][0-9]", "int year hhmm"),
        (r"1[0-9]{3}|2[01][0-9]{2}", "int year"),
        (r"0[0-9][0-5][0-9]|2[23][0-5][0-9]", "int hhmm"),
        (r"[0-9]{1,6}", "int"),
        (r"[0-9]{1,3}(?:,[0-9]{3}){1,2}", "bigint"),
        (r"[0-9]{1,6}\.[0-9]{1,4}", "decimal"),
        (r"1/2|1/4|3/4|1/3|2/3|[½¼¾]", "fraction"),
        (r"[0-9]{1,3}[½¼¾]", "decimal"),
        (r"Q[1-4]", "q_code"),
        (r"[1-4]Q", "q_code"),
        (r"H[12]", "h_code"),
        (r"[12]H", "h_code"),
        (r"FY(?:[0-9]{2}|[12][0-9]{3})", "fy_code"),
        (r"(?:Q[1-4]|[1-4]Q|H[12]|[12]H)FY(?:[0-9]{2}|[12][0-9]{3})", "fy_share"),
        (r"[0-9][0-9,.]* ?%.*|[0-9][0-9,.]*(?:bn|m|tn|k|p)", "amount"),
        (r"[$£€¥].*", "amount money"),
    )
)
"""Classes of pieces with digits. The first form that fits the whole piece counts, so narrow forms stand before wide ones
(`[1-9]` before `[0-9]{1,6}`)."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of one section.

    Attributes:
        letters: One letter per piece.
        starts: Offsets of the pieces in the doc's text.
        ends: Offsets after them.
    """

    text: str
    letters: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def word(self, index: int) -> str:
        """Return a piece in lower case with straight apostrophe and hyphen; empty beyond the ends of the section."""
        if not 0 <= index < len(self.starts):
            return ""
        return self.text[self.starts[index] : self.ends[index]].lower().translate(_PLAIN)


class WordClasses:
    """Words by class and the letters of class sets.

    Args:
        classes: Values of words by class, then by word.
        proper: Classes whose words count only with a capital.
        literals: Words that patterns spell out; each forms a class `=word`.
    """

    def __init__(
        self, classes: Mapping[str, Mapping[str, str | int]], proper: Iterable[str], literals: Iterable[str]
    ) -> None:
        self.classes = classes
        self._proper = frozenset(proper)
        self._literals = frozenset(literals)
        self._letters: dict[frozenset[str], str] = {}
        self._of_word: dict[str, frozenset[str]] = {}
        self._add_words()
        self._shape_letters = [self._letter(frozenset(names)) for _, names in SHAPES]
        self._dashes = {
            kind: self._letter(frozenset({kind, f"={dash}"}))
            for kind, dash in ((TIGHT, "-"), (DASH, "--"), (SLASH, "/"))
        }
        # All letters are assigned by now: a class is the set of letters whose class set contains it.
        self._of_class: dict[str, str] = {}
        for names, letter in self._letters.items():
            for name in names:
                self._of_class[name] = self._of_class.get(name, "") + letter
        self._cache: dict[str, str] = {}

    def _add_words(self) -> None:
        names: dict[str, set[str]] = {word: {f"={word}"} for word in self._literals}
        for name, words in self.classes.items():
            for word in words:
                names.setdefault(word, set()).add(name)
        # Sorted, so that the letters do not depend on the order of sets, and compiled patterns are the same
        # in every process.
        for word in sorted(names):
            self._of_word[word] = frozenset(names[word])
            self._letter(self._of_word[word])
            # Without a capital a word loses its `proper` classes (`march`): that set needs a letter too.
            self._letter(self._of_word[word] - self._proper)

    def _letter(self, names: frozenset[str]) -> str:
        """Return the letter of a class set; a new one comes from the private use area, where text has no characters."""
        if not names:
            return FILLER
        return self._letters.setdefault(names, chr(0xE000 + len(self._letters)))

    def letters(self, name: str) -> str:
        """Return all letters of a class or of a `=word`, for use in a regular expression."""
        return self._of_class.get(name, "")

    def value(self, name: str, word: str) -> str | int:
        """Return what a word of a class stands for."""
        return self.classes[name][word]

    def has(self, name: str, word: str) -> bool:
        """Return whether a word in lower case is of a class."""
        return word in self.classes[name]

    def _classify(self, piece: str) -> str:
        lower = piece.lower().replace("’", "'")
        names = self._of_word.get(lower)
        if names is not None and piece[:1].isupper():
            return self._letter(names)
        if names is not None:
            return self._letter(names - self._proper)
        if any(c.isnumeric() for c in piece):
            for (form, _), letter in zip(SHAPES, self._shape_letters, strict=True):
                if form.fullmatch(piece):
                    return letter
        return FILLER

    def split(self, text: str, start: int, end: int, barriers: frozenset[int]) -> Pieces:
        """Cut a part of a text into pieces.

        Args:
            barriers: Offsets of masked characters; a piece that begins at one cannot be matched.
        """
        # A long run must not collect every number that it ever sees.
        if len(self._cache) > 50_000:
            self._cache.clear()
        spans = [match.span() for match in _PIECE.finditer(text, start, end)]
        letters = [self._letter_at(text, *span) for span in spans]
        if barriers:
            letters = [
                BARRIER if at in barriers else letter for (at, _), letter in zip(spans, letters, strict=True)
            ]
        return Pieces(text, "".join(letters), tuple(at for at, _ in spans), tuple(at for _, at in spans))

    def _letter_at(self, text: str, start: int, end: int) -> str:
        piece = text[start:end]
        if piece in _DASHES:
            return self._dash(text, start)
        letter = self._cache.get(piece)
        if letter is None:
            letter = self._cache[piece] = self._classify(piece)
        return letter

    def _dash(self, text: str, at: int) -> str:
        # A dash between spaces separates clauses, a tight one binds (`2014-16`): patterns tell them apart.
        tight = text[at - 1 : at].strip() and text[at + 1 : at + 2].strip()
        if text[at] == "/":
            if tight:
                return self._dashes[SLASH]
            return FILLER
        if tight:
            return self._dashes[TIGHT]
        return self._dashes[DASH]
