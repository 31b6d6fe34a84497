"""Finds masked words and replaces each masked run by a placeholder, keeping exact offsets.

A paywall prints each masked word as asterisks of its length. Asterisks also make bullets, bold text, footnote marks,
separators, ratings and half-hidden swear words; they count as masks only in a document where they come as words do:
side by side in a line, with lengths that differ (`*** ******** ** ****`).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, pairwise
from typing import Any

from pydantic import ValidationError

from pipeline.core.settings import MaskSettings
from pipeline.rules.reading import RULES_DIR, read_rule_file
from pipeline.rules.schema import Strict
from pipeline.text.alignment import Alignment, Builder
from pipeline.text.document import Document, Section, Unmasked
from pipeline.text.emphasis import mark_spans

PUNCTUATION = "\"'“”‘’()[].,:;!?-–—/&£$€%~#|•"
JOINT = r"[ \t,'’\-–/&.~£$€%]"
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e01ef"
)
_BLOCKS = frozenset("█▇▆▅▄▃▂▁▀■▓▒░")
"""Characters that no text has but to hide words."""
MAX_RUN = 24
"""Longest run of one symbol that the model is shown: spaCy's tokenizer is quadratic in such runs."""
MAX_CHUNK = 1_000
"""Longest run without white space that the model is shown."""


class GlueWords(Strict):
    """Words that a copied link leaves glued to their neighbour."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class MaskPatterns:
    """The compiled patterns of one set of mask characters."""

    characters: str
    words: tuple[str, ...]
    glue: tuple[str, ...]

    @cached_property
    def mask(self) -> str:
        """A character class of the mask characters."""
        return f"[{re.escape(self.characters)}]"

    @cached_property
    def run(self) -> re.Pattern[str]:
        """A masked run: masked words of one line with the punctuation inside and around their numbers.

        A slash before it belongs to it: the tokenizer leaves it on the word (`REUTERS/Ana Moll/****`).
        """
        core = f"{self.mask}+"
        return re.compile(
            rf"(?:[£$€]|(?<=\w)/)?{core}(?:{JOINT}{{1,4}}{core})*(?:['’]s\b|[,'’\-–]+(?![\w\"“]))?"
        )

    @cached_property
    def literal(self) -> re.Pattern[str] | None:
        """The literal marks, if any."""
        return re.compile("|".join(map(re.escape, sorted(self.words, reverse=True)))) if self.words else None

    @cached_property
    def glued(self) -> re.Pattern[str]:
        """A visible function word, or the end of a masked sentence, glued to a capitalised word."""
        return re.compile(
            rf"(?:\b(?:{'|'.join(map(re.escape, self.glue))})(?=[A-Z][a-z]{{2}})|(?<={self.mask})[.!?][\"'’”]?(?=[A-Z]))"
        )

    @cached_property
    def word(self) -> re.Pattern[str]:
        """A visible or a masked word."""
        return re.compile(rf"{self.mask}+(?:['’.,~\-]{self.mask}+)*|[^\W_]+(?:['’.,\-][^\W_]+)*")


def compile_patterns(settings: MaskSettings) -> MaskPatterns:
    """The patterns of the settings, with the glue words of the rule data."""
    glue = read_rule_file(RULES_DIR / "mask" / "glue.yml", GlueWords)
    return MaskPatterns(settings.characters, settings.words, glue.words)


def find_active(text: str, characters: str) -> str:
    """Those of the mask characters that mask words in this text: blocks always, others where they come as words do."""
    return "".join(c for c in characters if c in text and (c in _BLOCKS or _is_mask_in(text, c)))


def _is_mask_in(text: str, character: str) -> bool:
    return any(_shows_mask(line, character) for line in text.splitlines() if 2 * character in line)


def _shows_mask(line: str, character: str) -> bool:
    """Whether a line has a character as words: neighbours of unlike length, or one too long for a rating."""
    lengths = [_mask_length(chunk, character) for chunk in line.split()]
    if all(lengths):
        return len(set(lengths)) > 1 and max(lengths) > 3
    neighbours = any(left and right and max(left, right) > 3 for left, right in pairwise(lengths))
    banner = lengths[0] == lengths[-1] > 0
    return not banner and (neighbours or max(lengths) > 5)


def _mask_length(chunk: str, character: str) -> int:
    """Length of a chunk that has nothing but the character and punctuation, else 0."""
    if character not in chunk:
        return 0
    core = chunk.strip(PUNCTUATION.replace(character, ""))
    return len(core) if core and not core.strip(character + PUNCTUATION) else 0


def unmask(document: Document, patterns: MaskPatterns, placeholder: str = ";") -> Unmasked:
    """The text that the model sees.

    Each masked run becomes one placeholder with white space around it; glued words are set apart; characters that are
    invisible, and the rest of over-long runs, are left out; odd spaces, ligatures and what was decoded wrongly are put
    right. All edits are recorded in the alignment.
    """
    active = find_active(document.text, patterns.characters)
    used = replace(patterns, characters=active) if active else patterns
    edits = _edits(document.text, used, placeholder, masked=bool(active))
    text, alignment = _rewrite(document.text, edits)
    words = patterns.word.findall(document.text)
    starred = [word for word in words if word[0] in patterns.characters]
    marks = sum(edit.literal for edit in edits)
    masked = sum(word[0] in active for word in starred) + marks
    sections = tuple(_moved(section, alignment) for section in document.sections)
    visible = len(words) - len(starred) - marks
    return Unmasked(document.doc_id, "", masked, visible + masked, text, alignment, sections)


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    replacement: str
    gap: bool = False
    literal: bool = False
    same: bool = False


def _edits(text: str, patterns: MaskPatterns, placeholder: str, *, masked: bool) -> list[_Edit]:
    """All edits in order; where two overlap the earlier and longer one stands."""
    edits: list[_Edit] = []
    if masked:
        edits += [_Edit(*match.span(), placeholder, gap=True) for match in patterns.run.finditer(text)]
        edits += [_Edit(match.end(), match.end(), " ") for match in patterns.glued.finditer(text)]
    if patterns.literal:
        edits += [
            _Edit(*match.span(), placeholder, gap=True, literal=True)
            for match in patterns.literal.finditer(text)
        ]
    starred = masked and "*" in patterns.characters
    edits += [_Edit(*span, "") for span in mark_spans(text, masked=starred)]
    edits += [_Edit(*match.span(), "") for match in _INVISIBLE.finditer(text)]
    edits += [
        _Edit(*match.span(), plain, same=True)
        for match in _ODD.finditer(text)
        if (plain := _plain(match.group())) is not None
    ]
    edits += [_Edit(_end_of_shown(match), match.end(), "") for match in _SYMBOL_RUN.finditer(text)]
    edits += _chunk_edits(text, edits, placeholder)
    edits.sort(key=lambda edit: (edit.start, -edit.end))
    return _without_overlaps(edits)


def _end_of_shown(run: re.Match[str]) -> int:
    """Where the part of a run ends that the model is shown: behind so many symbols, whatever is invisible among them."""
    places = (place for place, character in enumerate(run[0], run.start()) if character == run[1])
    return next(islice(places, MAX_RUN - 1, None)) + 1


def _chunk_edits(text: str, edits: list[_Edit], placeholder: str) -> list[_Edit]:
    """The over-long parts of chunks between what is masked in them; gaps stay gaps."""
    gaps = sorted((edit.start, edit.end) for edit in edits if edit.gap)
    found = []
    for match in _CHUNK.finditer(text):
        first, last = (bisect_left(gaps, (place, 0)) for place in match.span())
        begin = max(match.start(), gaps[first - 1][1] if first else 0)
        borders = [begin, *(border for gap in gaps[first:last] for border in gap), match.end()]
        parts = zip(borders[::2], borders[1::2], strict=True)
        found += [_Edit(start, end, placeholder) for start, end in parts if end - start >= MAX_CHUNK]
    return found


def _without_overlaps(edits: list[_Edit]) -> list[_Edit]:
    kept: list[_Edit] = []
    for edit in edits:
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
        elif edit.end > kept[-1].end:
            kept[-1] = replace(kept[-1], end=edit.end, gap=kept[-1].gap or edit.gap)
    return kept


def _rewrite(text: str, edits: list[_Edit]) -> tuple[str, Alignment]:
    builder, at = Builder(), 0
    for edit in edits:
        builder.keep(text[at : edit.start])
        spaced = bool(edit.replacement.strip()) and not edit.same
        if spaced and edit.start and not text[edit.start - 1].isspace():
            builder.edit(0, " ")
        builder.edit(edit.end - edit.start, edit.replacement, gap=edit.gap, same=edit.same)
        if spaced and edit.end < len(text) and not text[edit.end].isspace():
            builder.edit(0, " ")
        at = edit.end
    builder.keep(text[at:])
    return builder.build()


def _moved(section: Section, alignment: Alignment) -> Section:
    return replace(section, start=alignment.from_raw(section.start), end=alignment.from_raw(section.end))


def _plain(odd: str) -> str | None:
    """What stands for an odd space, a ligature, or a character of UTF-8 that was once read as cp1252; None if it is as it should be."""
    if len(odd) == 1:
        return " " if odd.isspace() else unicodedata.normalize("NFKC", odd)
    try:
        read = b"".join(_BYTES.get(c) or c.encode("cp1252") for c in odd).decode()
    except UnicodeError:
        return None
    return " " if read.isspace() else _INVISIBLE.sub("", read)


_BYTES = {chr(byte): bytes([byte]) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
"""The bytes that cp1252 has no character for."""
_HIGH = (
    "[\u0080-\u00bf" + "".join(bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xA0)) + "]"
)
_ODD = re.compile(
    f"[\u00a0\u2000-\u200a\u202f\u205f\u3000\ufb00-\ufb06]|Â[\u00a0-\u00bf]|Ã{_HIGH}|â[€‚„]{_HIGH}"
)
"""Spaces of a width of their own, ligatures, and UTF-8 read as cp1252 (`donâ€™t`): accented letters, quotation marks, dashes, signs."""
_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
_SYMBOL_RUN = re.compile(rf"([^\w\s{INVISIBLE}])(?:[{INVISIBLE}]*\1){{{MAX_RUN},}}")
_CHUNK = re.compile(rf"\S{{{MAX_CHUNK},}}")


def patterns_of_run(run: Mapping[str, Any]) -> MaskPatterns:
    """The patterns that a run used, from its `run.json`; the defaults where it names none."""
    try:
        return compile_patterns(MaskSettings(**run.get("settings", {}).get("mask", {})))
    except ValidationError:
        return compile_patterns(MaskSettings())


def find_gaps(text: str, patterns: MaskPatterns) -> list[tuple[int, int]]:
    """The masked stretches of a raw text, in order and apart: half-open offsets.

    Each mask character counts by itself: ordinary asterisks beside blocks that mask words are none.
    """
    active = find_active(text, patterns.characters)
    found = (
        [match.span() for match in replace(patterns, characters=active).run.finditer(text)] if active else []
    )
    if patterns.literal:
        found += [match.span() for match in patterns.literal.finditer(text)]
    gaps: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if gaps and start <= gaps[-1][1]:
            gaps[-1] = (gaps[-1][0], max(end, gaps[-1][1]))
        else:
            gaps.append((start, end))
    return gaps
