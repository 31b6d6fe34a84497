"""Guesses the encoding of text that is not UTF-8 and does not name one.

The answer is cp1252 if that gives plausible letters, else a guess that the notes report.

Two signs show that cp1252 is wrong. Words of four or more letters, none of them in ASCII, are of another alphabet: then
charset-normalizer decides, if there is enough text for a clear answer. A symbol between two letters (`Wa³êsa`), or an
accented capital after a small letter (`firmÕs`), means another encoding of Latin letters: then the one with fewest of these.

Why not charset-normalizer alone: of 462 English news texts in cp1252 it reads 396 correctly and 66 wrongly without any sign,
this module 457 and 5; of 459 in Mac Roman it reads 92 correctly, this module 435 (`benchmarks/encodings.py`).
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

LATIN = "cp1252"
_LATIN_RIVALS = (
    "mac-roman", "cp1250", "iso8859-2", "cp850", "cp852", "mac-latin2", "cp1257", "iso8859-13", "cp1254",
)  # fmt: skip
"""Encodings of Latin letters, the more likely ones first."""
_OTHERS = [
    "cp1251", "koi8_r", "koi8_u", "iso8859_5", "cp866", "mac_cyrillic", "cp1253", "iso8859_7", "cp1255", "cp1256", "iso8859_6", "cp874",
    "cp932", "euc_jp", "gb18030", "big5", "cp949", "johab", "cp037",
]  # fmt: skip
"""Encodings of other alphabets, and that of mainframes."""
_ALIEN = re.compile(r"[^\x00-\x7f\xa0‘’“”–—…•£€°·«»©®™]{4,}")
_BETWEEN = "\xa0\xad‘’“”´–—…•·"
"""What may stand between two letters in cp1252: apostrophes, dashes and the like."""
_MOJIBAKE = "AÂÃâ"
"""What UTF-8 that was once read as cp1252 begins with, also if its accents are lost. It is not evidence about this file."""
_LETTER = re.compile(r"[^\W\d_]")
_ACCENTED = re.compile(r"[^\W\d_\x00-\x7f]")
_MOSTLY = 0.3
_MANY_ACCENTS = 0.055
"""Share of accented letters of all letters; French has less."""
_FEW = 5
_LEAST_ODD = 2
_CLEAR = 0.05
_CLEARLY_MORE = 1.5
_ALIKE = 0.8
_SAMPLE = 100_000
_MAX_NAMED = 3


@dataclass(frozen=True, slots=True)
class Guess:
    """The encoding to decode with, and a note for the reader of the tables."""

    encoding: str
    notes: str | None = None


def guess_encoding(data: bytes) -> Guess | None:
    """Guess the encoding of text that is neither declared nor UTF-8; None if no answer is much better than the others."""
    # Other alphabets first: in cp1252 their words are all accents, and a rival with Latin letters would look better.
    text, fits = data.decode(LATIN, "replace"), fits_latin(data)
    aliens = sum(len(run) for run in _ALIEN.findall(text))
    if aliens or not fits:
        other = _other_alphabet(data, text)
        if other is not None:
            return other
    if aliens > _MOSTLY * len(_LETTER.findall(text)):
        return None
    odd = count_odd(text)
    if odd >= _LEAST_ODD or not fits:
        rival = _rival(data, odd)
        if rival is not None or not fits:
            return rival
    return Guess(LATIN, _doubts(text, aliens, odd))


def is_plausible(text: str) -> bool:
    """Return whether text decoded as cp1252 looks like real text."""
    return not _ALIEN.search(text) and count_odd(text) < _LEAST_ODD


def fits_latin(data: bytes) -> bool:
    """Return whether all bytes are characters of cp1252."""
    return not data.translate(None, bytes(range(256)).translate(None, b"\x81\x8d\x8f\x90\x9d"))


def count_odd(text: str) -> int:
    """Count characters in impossible places: symbols between letters, capitals after small letters, control characters."""
    return sum(len(pattern.findall(text)) for pattern in _odd_patterns())


@lru_cache(maxsize=1)
def _odd_patterns() -> tuple[re.Pattern[str], ...]:
    """Compile the patterns, from the Unicode categories of the characters up to U+FFFD."""
    letters = [chr(code) for code in range(0x80, 0x3000) if unicodedata.category(chr(code))[0] == "L"]
    candidates = map(chr, (*range(0xA1, 0x3000), 0xFB01, 0xFB02, 0xFFFD))
    symbols = [c for c in candidates if unicodedata.category(c)[0] in "SPN" and c not in _BETWEEN]
    small = "a-z" + "".join(c for c in letters if c.islower())
    capital = "".join(c for c in letters if c.isupper() and c not in _MOJIBAKE)
    letter = r"[^\W\d_]"
    return (
        re.compile(rf"(?<={letter})(?<![{_MOJIBAKE}])[{re.escape(''.join(symbols))}](?={letter})"),
        re.compile(f"(?<=[{small}])[{capital}]"),
        re.compile(
            rf"\b[{capital}](?=[A-Z][a-z])|(?<=\b[A-Z])[{capital}](?=[a-z])|(?<=[A-Z])[{capital}](?=s\b)|(?<=[a-z][.,!?])[{capital}](?!\S)"
        ),
        re.compile("[\x80-\x9f\ufffd]"),
    )


def _rival(data: bytes, odd: int) -> Guess | None:
    """Return the encoding of Latin letters with the fewest odd places, if it has far fewer; name others with as few."""
    read: dict[str, str] = {}
    for name in _LATIN_RIVALS:
        text = _decoded(data, name)
        if text and not _ALIEN.search(text):
            read[name] = text
    counts = {name: count_odd(text) for name, text in read.items()}
    fewest = min(counts.values(), default=odd)
    if fewest > odd // 5:
        return None
    best, *others = [name for name, count in counts.items() if count == fewest]
    return _told([best, *(other for other in others if read[other] != read[best])])


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _told(names: Sequence[str]) -> Guess:
    """Return the first of these encodings, with a note that it is a guess."""
    known = [codecs.lookup(name).name for name in names]
    return Guess(known[0], f"encoding guessed: {' or '.join(known[:_MAX_NAMED])}")


def _other_alphabet(data: bytes, text: str) -> Guess | None:
    """Return the encoding of another alphabet for the lines with foreign words, if only one is likely."""
    import charset_normalizer

    # Only these lines: the English text around them would hide what is special about them.
    sample = b"\n".join(_alien_lines(data))[:_SAMPLE] or data[:_SAMPLE]
    matches = list(charset_normalizer.from_bytes(sample, cp_isolation=_OTHERS))
    if not matches or matches[0].chaos > _CLEAR:
        return None
    best, *others = matches
    rivals = [
        other for other in others if not _is_clear(best.chaos, best.coherence, other.chaos, other.coherence)
    ]
    if any(_alike(str(best), str(rival)) < _ALIKE for rival in rivals):
        return None
    if _decoded(data, best.encoding):
        return _told([best.encoding, *(rival.encoding for rival in rivals)])
    return None


def _alien_lines(data: bytes) -> Iterator[bytes]:
    """Return the lines that have foreign words."""
    return (line for line in data.splitlines() if _ALIEN.search(line.decode(LATIN, "replace")))


def _is_clear(chaos: float, coherence: float, other_chaos: float, other_coherence: float) -> bool:
    """Return whether the first is far better than the other."""
    return other_chaos - chaos >= _CLEAR or coherence > _CLEARLY_MORE * other_coherence


def _alike(text: str, other: str) -> float:
    """Return the share of the characters beyond ASCII that two decoded texts have in common."""
    if len(text) != len(other):
        return 0.0
    pairs = [(a, b) for a, b in zip(text, other, strict=True) if a > "\x7f" or b > "\x7f"]
    return sum(a == b for a, b in pairs) / max(len(pairs), 1)


def _doubts(text: str, aliens: int, odd: int) -> str | None:
    """Return a note on what speaks against cp1252, if anything."""
    accented = len(_ACCENTED.findall(text))
    if aliens:
        return f"read as {LATIN}, but {aliens} characters look like another alphabet"
    if odd:
        return f"read as {LATIN}, but {odd} characters look wrong"
    if accented > max(_FEW, _MANY_ACCENTS * len(_LETTER.findall(text))):
        return f"read as {LATIN}, but {accented} accented letters are more than expected: it may be another encoding"
    return None
