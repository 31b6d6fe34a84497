"""The four columns of CoNLL-2003: word, part of speech, chunk, name (IOB2). We have neither of the middle two and write `-X-` and `O`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.outputs.exports.tokens import find_words, without_overlaps
from pipeline.tables.corpus import Article, Corpus
from pipeline.tables.schema import MentionRow

HEAD = "-DOCSTART- -X- -X- O\n\n"


def make_lines(corpus: Corpus) -> Iterator[str]:
    """The documents in order of their ids, each behind a `-DOCSTART-`; one block of words a section."""
    for article in corpus.articles:
        yield HEAD
        mentions = without_overlaps(article.mentions)
        for start, end in _stretches(article):
            inside = [mention for mention in mentions if mention.start < end and mention.end > start]
            lines = "".join(_lines(article.document.text, start, end, inside))
            yield lines + "\n" if lines else ""


def _stretches(article: Article) -> Iterator[tuple[int, int]]:
    """The sections, each character once."""
    at = 0
    for section in sorted(article.sections, key=lambda row: (row.start, row.end)):
        if section.end > at:
            yield max(at, section.start), section.end
            at = section.end


def _lines(text: str, start: int, end: int, mentions: Sequence[MentionRow]) -> Iterator[str]:
    edges = [edge for mention in mentions for edge in (mention.start, mention.end)]
    begun, place = "", 0
    for left, right in find_words(text, edges, start, end):
        while place < len(mentions) and mentions[place].end <= left:
            place += 1
        mention = mentions[place] if place < len(mentions) and mentions[place].start <= left else None
        name = "O" if mention is None else f"{'I' if begun == mention.mention_id else 'B'}-{mention.label}"
        begun = mention.mention_id if mention else ""
        yield f"{text[left:right]} -X- O {name}\n"
