"""Finds masked words and replaces each masked run by a placeholder, keeping exact offsets.

A paywall prints each masked word as asterisks of its length. Asterisks also make bullets, bold text, footnote marks,
separators, ratings and half-hidden swear words. They count as masks only in a document where they look like words: side by
side in a line, with different lengths (`*** ******** ** ****`). `core/mask_characters.py` has the characters that count.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice, pairwise
from typing import Any

from pydantic import ValidationError

from policy_news.core.mask_characters import BLOCKS
from policy_news.core.settings import MaskSettings
from policy_news.text.alignment import Alignment, Builder
from policy_news.text.document import Document, Section, Unmasked
from policy_news.text.emphasis import mark_spans
from policy_news.text.spacing import count_words, find_lost_spaces, find_wrong_spaces, glue_words

PUNCTUATION = "\"'“”‘’()[].,:;!?-–—/&£$€%~#|•"
JOINT = r"[ \t,'’\-–/&.~£$€%]"
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e01ef"
)
MAX_RUN = 24
"""Longest run of one symbol that the model sees: spaCy's tokenizer takes quadratic time for such runs."""
MAX_CHUNK = 1_000
"""Longest run without white space that the model sees."""


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
        """A masked run: masked words of one line, with punctuation between them and signs of numbers around them.

        A slash before it belongs to it, because the tokenizer would leave it on the word (`REUTERS/Ana Moll/****`).
        """
        core = f"{self.mask}+"
        return re.compile(
            rf"(?:[£$€]|(?<=\w)/)?{core}(?:{JOINT}{{1,4}}{core})*(?:['’]s\b|[,'’\-–]+(?![\w\"“]))?"
        )

    @cached_property
    def literal(self) -> re.Pattern[str] | None:
        """The literal marks, if any."""
        if self.words:
            return re.compile("|".join(map(re.escape, sorted(self.words, reverse=True))))
        return None

    @cached_property
    def glued(self) -> re.Pattern[str]:
        """A visible function word, or the end of a masked sentence, attached to a capitalised word."""
        return re.compile(
            rf"(?:\b(?:{'|'.join(map(re.escape, self.glue))})(?=[A-Z][a-z]{{2}})|(?<={self.mask})[.!?][\"'’”]?(?=[A-Z]))"
        )

    @cached_property
    def word(self) -> re.Pattern[str]:
        """A visible or a masked word."""
        return re.compile(rf"{self.mask}+(?:['’.,~\-]{self.mask}+)*|[^\W_]+(?:['’.,\-][^\W_]+)*")


def compile_patterns(settings: MaskSettings) -> MaskPatterns:
    """Compile the patterns of the settings, with the glue words of the rule data."""
    return MaskPatterns(settings.characters, settings.words, tuple(sorted(glue_words().words)))


def find_active(text: str, characters: str) -> str:
    """Return the characters that mask words in this text: blocks always, others if they look like words."""
    return "".join(c for c in characters if c in text and (c in BLOCKS or _is_mask_in(text, c)))


def starred(text: str, gaps: Sequence[tuple[int, int]]) -> str:
    """Return the text with asterisks for what is masked, at the same offsets."""
    parts, at = list[str](), 0
    for start, end in gaps:
        parts += [text[at:start], "*" * (end - start)]
        at = end
    return "".join([*parts, text[at:]])


def with_asterisks(text: str) -> str:
    """Return the text with asterisks for blocks, at the same offsets: who reads raw text looks for one sign of masked words."""
    return text.translate(_AS_ASTERISK)


_AS_ASTERISK = dict.fromkeys(map(ord, BLOCKS), "*")


def _is_mask_in(text: str, character: str) -> bool:
    return any(_shows_mask(line, character) for line in text.splitlines() if 2 * character in line)


def _shows_mask(line: str, character: str) -> bool:
    """Return whether a character stands for words in a line: neighbours of different length, or one too long for a rating."""
    lengths = [_mask_length(chunk, character) for chunk in line.split()]
    if all(lengths):
        return len(set(lengths)) > 1 and max(lengths) > 3
    # Beside visible words the threshold is higher: `*` and `**` are footnotes there, and `*****` is a rating.
    neighbours = any(left and right and max(left, right) > 3 for left, right in pairwise(lengths))
    banner = lengths[0] == lengths[-1] > 0
    return not banner and (neighbours or max(lengths) > 5)


def _mask_length(chunk: str, character: str) -> int:
    """Return the length of a chunk of nothing but the character and punctuation, else 0."""
    if character not in chunk:
        return 0
    core = chunk.strip(PUNCTUATION.replace(character, ""))
    if core and not core.strip(character + PUNCTUATION):
        return len(core)
    return 0


def unmask(document: Document, patterns: MaskPatterns, placeholder: str = ";") -> Unmasked:
    """Make the text that the model sees.

    Each masked run becomes one placeholder with white space around it. Attached words are separated; invisible characters
    the marks of list items and the rest of over-long runs are left out; the breaks of wrapped lines become
    spaces; odd spaces, ligatures and wrongly decoded characters are corrected. All edits are recorded in the alignment.

    Args:
        placeholder: Replaces a masked run in the text that the model sees.

    Returns:
        The text with its alignment, its sections moved to it, and the numbers of words and masked words of the raw text.
    """
    active = find_active(document.text, patterns.characters)
    used = replace(patterns, characters=active) if active else patterns
    edits = _edits(document.text, used, placeholder, masked=bool(active))
    edits = _without_overlaps(
        sorted(
            [*edits, *_wrap_edits(document), *_item_edits(document)], key=lambda edit: (edit.start, -edit.end)
        )
    )
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
    """Return all edits in order, without overlaps; of two that overlap the earlier and longer one stays."""
    starred = masked and "*" in patterns.characters
    edits = [
        *_gap_edits(text, patterns, placeholder, masked=masked),
        *(_Edit(*span, "") for span in mark_spans(text, masked=starred)),
        *(_Edit(*match.span(), "") for match in _INVISIBLE.finditer(text)),
        *_space_edits(text, patterns, masked=masked),
        *_odd_edits(text),
        *(_Edit(_end_of_shown(match), match.end(), "") for match in _SYMBOL_RUN.finditer(text)),
    ]
    # After all others: a chunk is cut around the gaps that are known by now, so that masked words stay gaps.
    edits += _chunk_edits(text, edits, placeholder)
    edits.sort(key=lambda edit: (edit.start, -edit.end))
    return _without_overlaps(edits)


def _gap_edits(text: str, patterns: MaskPatterns, placeholder: str, *, masked: bool) -> Iterator[_Edit]:
    """Replace masked runs and literal marks by the placeholder."""
    if masked:
        for match in patterns.run.finditer(text):
            yield _Edit(*match.span(), placeholder, gap=True)
    if patterns.literal:
        for match in patterns.literal.finditer(text):
            yield _Edit(*match.span(), placeholder, gap=True, literal=True)


def _space_edits(text: str, patterns: MaskPatterns, *, masked: bool) -> Iterator[_Edit]:
    """Add the spaces that are missing, and take out those that do not belong there."""
    counts = count_words(text)
    lost = set(find_lost_spaces(text, counts))
    if masked:
        lost.update(match.end() for match in patterns.glued.finditer(text))
    yield from (_Edit(at, at, " ") for at in lost)
    yield from (_Edit(*span, "") for span in find_wrong_spaces(text, counts))


def _odd_edits(text: str) -> Iterator[_Edit]:
    """Correct odd spaces, ligatures and wrongly decoded characters."""
    for match in _ODD.finditer(text):
        plain = _plain(match.group())
        if plain is not None:
            yield _Edit(*match.span(), plain, same=True)


def _wrap_edits(document: Document) -> Iterator[_Edit]:
    """Make one space of the breaks of wrapped lines: those inside a section of running text."""
    for section in document.sections:
        if section.kind in _RUNNING:
            for match in _WRAP.finditer(document.text, section.start, section.end):
                yield _Edit(*match.span(), " ", same=True)


def _item_edits(document: Document) -> Iterator[_Edit]:
    """Leave out the marks of list items, which the parser takes for words."""
    for section in document.sections:
        if section.kind == "list_item":
            mark = _ITEM.match(document.text, section.start, section.end)
            if mark:
                yield _Edit(*mark.span(), "")


def _end_of_shown(run: re.Match[str]) -> int:
    """Return where the shown part of a run ends: after `MAX_RUN` symbols, not counting invisible characters."""
    places = (place for place, character in enumerate(run[0], run.start()) if character == run[1])
    return next(islice(places, MAX_RUN - 1, None)) + 1


def _chunk_edits(text: str, edits: list[_Edit], placeholder: str) -> list[_Edit]:
    """Cut the over-long parts of chunks, between the gaps in them; gaps stay gaps."""
    gaps = sorted((edit.start, edit.end) for edit in edits if edit.gap)
    found = []
    for match in _CHUNK.finditer(text):
        first, last = (bisect_left(gaps, (place, 0)) for place in match.span())
        begin = match.start()
        if first:
            begin = max(begin, gaps[first - 1][1])  # a gap may reach into the chunk from the left
        borders = [begin, *chain.from_iterable(gaps[first:last]), match.end()]
        parts = zip(borders[::2], borders[1::2], strict=True)
        found += [_Edit(start, end, placeholder) for start, end in parts if end - start >= MAX_CHUNK]
    return found


def _without_overlaps(edits: list[_Edit]) -> list[_Edit]:
    """Merge overlapping edits into the first of them; the result hides something if one of them does."""
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
        # A placeholder needs white space around it, or the tokenizer would join it to a visible word. The
        # spaces are
        # edits of their own, so that the placeholder stands for the masked characters only.
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
    """Return what an odd space, a ligature or UTF-8 read as cp1252 should be; None if it is correct as it is."""
    if len(odd) == 1:
        if odd.isspace():
            return " "
        return unicodedata.normalize("NFKC", odd)
    try:
        read = b"".join(_BYTES.get(c) or c.encode("cp1252") for c in odd).decode()
    except UnicodeError:
        return None
    if read.isspace():
        return " "
    return _INVISIBLE.sub("", read)


_BYTES = {chr(byte): bytes([byte]) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
"""The bytes that are not characters of cp1252."""
_HIGH = (
    "[\u0080-\u00bf" + "".join(bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xA0)) + "]"
)
_ODD = re.compile(
    f"[\u00a0\u2000-\u200a\u202f\u205f\u3000\ufb00-\ufb06]|Â[\u00a0-\u00bf]|Ã{_HIGH}|â[€‚„]{_HIGH}"
)
"""Spaces of special width, ligatures, and UTF-8 read as cp1252 (`donâ€™t`): accented letters, quotation marks, dashes, signs."""
_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
_WRAP = re.compile(r"(?<=[\w,;:.!?\"”’)\]–—-])[ \t]*\r?\n[ \t]*(?=[\w\"“‘'(\[£$€])")
_ITEM = re.compile(r"(?:[•◦‣▪●○·–+-]|\d{1,3}[.)]|\(?[a-z]\)|\([ivx]{1,5}\))\s+(?=\S)|[•◦‣▪●○·](?=\w)")
"""Marks of list items that no mask looks like."""
_RUNNING = frozenset({"block_quote", "comment", "paragraph"})
"""Kinds of section whose lines are wrapped, if they have several."""
_SYMBOL_RUN = re.compile(rf"([^\w\s{INVISIBLE}])(?:[{INVISIBLE}]*\1){{{MAX_RUN},}}")
_CHUNK = re.compile(rf"\S{{{MAX_CHUNK},}}")


def patterns_of_run(run: Mapping[str, Any]) -> MaskPatterns:
    """Compile the patterns that a run used, from its `run.json`; the defaults if it does not name any."""
    try:
        return compile_patterns(MaskSettings(**run.get("settings", {}).get("mask", {})))
    except ValidationError:
        return compile_patterns(MaskSettings())


def find_gaps(text: str, patterns: MaskPatterns) -> list[tuple[int, int]]:
    """Find the masked spans of a raw text: half-open offsets, in order, without touching.

    Each mask character is judged alone: ordinary asterisks beside blocks that mask words are not masks.
    """
    active = find_active(text, patterns.characters)
    found: list[tuple[int, int]] = []
    if active:
        found += [match.span() for match in replace(patterns, characters=active).run.finditer(text)]
    if patterns.literal:
        found += [match.span() for match in patterns.literal.finditer(text)]
    gaps: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if gaps and start <= gaps[-1][1]:
            gaps[-1] = (gaps[-1][0], max(end, gaps[-1][1]))
        else:
            gaps.append((start, end))
    return gaps
