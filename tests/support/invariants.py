"""What holds for any text after ingest and unmask, for the property tests and the fuzzers alike."""

from __future__ import annotations

import re

from policy_news.text.document import Document, Unmasked
from policy_news.text.masking import MAX_CHUNK, MAX_RUN, find_active

_SYMBOL_RUN = re.compile(rf"([^\w\s])\1{{{MAX_RUN}}}")


def check_document(document: Document) -> None:
    """Valid UTF-8; the sections lie in the text, in order, and hold all that is to be seen."""
    document.text.encode()
    at, between = 0, []
    for section in document.sections:
        assert at <= section.start <= section.end <= len(document.text), section
        between.append(document.text[at : section.start])
        at = section.end
    between.append(document.text[at:])
    assert not "".join(between).strip(), "text outside of the sections"


def check_unmasked(document: Document, unmasked: Unmasked, characters: str) -> None:
    """The alignment covers both texts and copies are copies; nothing masked and nothing endless reaches the model."""
    raw, seen = document.text, unmasked.text
    at = raw_at = 0
    for piece in unmasked.alignment.pieces:
        assert (piece.start, piece.raw_start) == (at, raw_at), "the pieces leave a hole"
        at, raw_at = at + piece.length, raw_at + piece.raw_length
        if piece.kept:
            assert seen[piece.start : at] == raw[piece.raw_start : raw_at]
            assert unmasked.alignment.to_raw(piece.start, at) == (piece.raw_start, raw_at)
            assert unmasked.alignment.from_raw(piece.raw_start) == piece.start
        assert unmasked.alignment.to_raw(piece.start, at) in (None, (piece.raw_start, raw_at))
        assert piece.kept or piece.same or unmasked.alignment.to_raw(piece.start, at) is None
    assert (at, raw_at) == (len(seen), len(raw))
    assert not set(find_active(raw, characters)) & set(seen), "masked text is seen"
    mended = any(
        piece.same for piece in unmasked.alignment.pieces
    )  # what was mended is a run of one symbol only then
    assert mended or not _SYMBOL_RUN.search(seen), "a long run of one symbol is seen"
    assert max(map(len, seen.split()), default=0) < MAX_CHUNK + MAX_RUN, "a giant token is seen"
    assert 0 <= unmasked.masked_words <= unmasked.words
    for section, own in zip(unmasked.sections, document.sections, strict=True):
        assert 0 <= section.start <= section.end <= len(seen)
        assert (section.kind, section.author, section.date) == (own.kind, own.author, own.date)
