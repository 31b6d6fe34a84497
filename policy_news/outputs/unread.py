"""What was not read: masked words, texts that break off, failed inputs, and what another copy of the same article has there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from policy_news.core.grouping import grouped
from policy_news.core.messages import counted
from policy_news.nlp.relations.copies import SMALLER, shingle_hashes
from policy_news.nlp.relations.copy_words import Missing, Span, find_missing, read_tokens
from policy_news.nlp.text_reuse import Word, find_pairs
from policy_news.outputs.listing import format_rows
from policy_news.tables.corpus import Article, Corpus
from policy_news.tables.schema import DocumentRow, EntityRow, MentionRow
from policy_news.text.document import FURNITURE, LINKS, MASKED, STUB
from policy_news.text.masking import find_gaps, patterns_of_run

STATES = {
    "failed": "the input could not be read",
    "all masked": "no word can be read",
    "links": "only links and page furniture",
    "stub": "only the beginning: the page asks for a subscription",
    "masked": "some words are masked",
    "cut": "another copy goes on where this one ends",
}
"""Why an article was not read, the first that holds."""
COLUMNS = [
    "doc_id", "state", "title", "n_words", "n_masked_words", "masked_share", "breaks_off", "last_words", "cut_claims", "near_masks",
    "copies", "found_words",
]  # fmt: skip
"""Keys of an article, as `docs/audit.md` explains them. `doc_id` and `title` of a failed input are its path and what is wrong."""
_NOTES = {"all masked": MASKED, "links": LINKS, "stub": STUB}
_ASIDE = FURNITURE | {
    "boilerplate", "byline", "comment", "comment_author", "comment_date", "comment_header", "published",
}  # fmt: skip
"""Kinds of section in which copies of an article differ."""
_BEFORE = 60
"""Characters of `last_words`."""
_LEAST_HASHES, _ROUGHLY, _MOST = 2, 0.1, 8
"""Before words are compared: hashes that both documents have, their share of those of the shorter one, and documents that one is compared with."""


class Elsewhere(NamedTuple):
    """Words that a copy of an article has where a document has none: both places in the raw texts, and what the copy has there."""

    doc_id: str
    start: int
    end: int
    copy_id: str
    copy_start: int
    copy_end: int
    words: int
    text: str


class Unread(NamedTuple):
    """What was not read.

    Attributes:
        articles: A row for each document that is not there as a whole, those with most masked words first, and for each failed input.
        elsewhere: What copies have.
        total: Numbers of the whole pile.
    """

    articles: list[dict[str, Any]]
    elsewhere: list[Elsewhere]
    total: dict[str, int | float]


def list_unread(corpus: Corpus) -> Unread:
    """Return what was not read; the keys of its articles are those of `COLUMNS`."""
    patterns = patterns_of_run(corpus.run)
    gaps = [find_gaps(article.document.text, patterns) for article in corpus.articles]
    elsewhere = list(_find_elsewhere(corpus.articles, gaps))
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in elsewhere:
        found[one.doc_id][one.copy_id] += one.words
    rows = []
    for article, masks in zip(corpus.articles, gaps, strict=True):
        state = _state(article.document, found[article.document.doc_id])
        if state:
            rows.append(_row(article, state, masks, found[article.document.doc_id], corpus.entities))
    rows.sort(key=lambda row: (-row["n_masked_words"], row["doc_id"]))
    nothing = dict.fromkeys(COLUMNS) | {"cut_claims": 0, "near_masks": [], "copies": [], "found_words": 0}
    rows += [
        nothing | {"doc_id": row.path, "state": "failed", "title": row.message} for row in corpus.failures
    ]
    return Unread(rows, elsewhere, _sum_up(corpus, rows))


def _state(document: DocumentRow, copies: Collection[str]) -> str:
    """Return the word of `STATES` for a document; empty if all of it was read."""
    noted = [state for state, note in _NOTES.items() if note in (document.notes or "")]
    masked = ["masked"] if document.n_masked_words else []
    return [*noted, *masked, "cut" if copies else ""][0]


def _row(
    article: Article,
    state: str,
    masks: Sequence[Span],
    copies: Counter[str],
    entities: Mapping[str, EntityRow],
) -> dict[str, Any]:
    document = article.document
    ends = document.n_chars if state in ("stub", "cut") else _breaks_off(document.n_chars, masks)
    values = (
        document.title,
        document.n_words,
        document.n_masked_words,
        round(document.masked_share, 4),
        ends,
        None if ends is None else _words_before(document.text, ends),
        sum(claim.truncated for claim in article.claims),
        sorted(entities[entity_id].name for entity_id in _near_masks(article.mentions)),
        list(copies),
        max(copies.values(), default=0),
    )
    return dict(zip(COLUMNS, (document.doc_id, state, *values), strict=True))


def _sum_up(corpus: Corpus, rows: Sequence[Mapping[str, Any]]) -> dict[str, int | float]:
    documents = [article.document for article in corpus.articles]
    states = Counter(row["state"] for row in rows)
    words, masked = sum(row.n_words for row in documents), sum(row.n_masked_words for row in documents)
    return {
        "documents": len(documents),
        **{state: states[state] for state in STATES},
        "n_words": words,
        "n_masked_words": masked,
        "masked_share": masked / max(words, 1),
        "cut_claims": sum(row["cut_claims"] for row in rows),
        "near_masks": len(
            _near_masks(mention for article in corpus.articles for mention in article.mentions)
        ),
        "found_words": sum(row["found_words"] for row in rows),
    }


def _near_masks(mentions: Iterable[MentionRow]) -> set[str]:
    """Return the entities that are mentioned only beside masks."""
    seen: tuple[set[str], set[str]] = (set(), set())
    for mention in mentions:
        if mention.counted:
            seen[mention.near_mask].add(mention.entity_id)
    return seen[True] - seen[False]


def _breaks_off(length: int, masks: Sequence[Span]) -> int | None:
    """Return the first masked character from which on more than half of a text is masked."""
    masked, found = 0, None
    for start, end in reversed(masks):
        masked += end - start
        if 2 * masked > length - start:
            found = start
    return found


def _words_before(text: str, end: int) -> str:
    start = max(end - _BEFORE, 0)
    return text[start and text.find(" ", start, end) + 1 : end]


def _find_elsewhere(articles: Sequence[Article], gaps: Sequence[Sequence[Span]]) -> Iterator[Elsewhere]:
    for numbers in _pairs([article.document for article in articles], gaps):
        one, other = (articles[number] for number in numbers)
        found = find_missing(*(_tokens(articles[number], gaps[number]) for number in numbers))
        if found is not None:
            yield from _told(one, other, found[0])
            yield from _told(other, one, found[1])


def _tokens(article: Article, masks: Sequence[Span]) -> list[Word]:
    aside = [(row.start, row.end) for row in article.sections if row.kind in _ASIDE]
    return read_tokens(article.document.text, masks, aside)


def _told(one: Article, other: Article, rows: Sequence[Missing]) -> Iterator[Elsewhere]:
    document, copy = one.document, other.document
    for place, there, words in rows:
        yield Elsewhere(document.doc_id, *place, copy.doc_id, *there, words, copy.text[slice(*there)])


def _pairs(documents: Sequence[DocumentRow], gaps: Sequence[Sequence[Span]]) -> Iterator[tuple[int, int]]:
    """Yield numbers of documents that share words, of which one was not read or that share most of the words of one."""
    if not documents:
        return
    hashes = [shingle_hashes(row.text, own) for row, own in zip(documents, gaps, strict=True)]
    lengths = np.array([len(own) for own in hashes])
    days, numbers = np.zeros(len(hashes), np.int64), np.repeat(np.arange(len(hashes)), lengths)
    shared: Counter[int] = Counter()
    for pairs, counts in find_pairs(np.concatenate(hashes), numbers, days, 0):
        shared.update(dict(zip(pairs.tolist(), counts.tolist(), strict=True)))
    is_unread = [bool(row.n_masked_words or STUB in (row.notes or "")) for row in documents]
    compared: Counter[int] = Counter()
    for code, count in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0])):
        one, other = divmod(code, 2**32)
        share = _ROUGHLY if is_unread[one] or is_unread[other] else SMALLER
        is_near = count >= max(_LEAST_HASHES, share * min(lengths[one], lengths[other]))
        is_new = documents[one].text != documents[other].text and max(compared[one], compared[other]) < _MOST
        if is_near and is_new:
            compared.update((one, other))
            yield one, other


def format_unread(unread: Unread, form: str) -> str:
    """Return what was not read in one of the forms of `listing`; JSON also has the words that copies have."""
    rows = unread.articles
    if form == "json":
        there = grouped((one.doc_id, one._asdict()) for one in unread.elsewhere)
        rows = [row | {"elsewhere": there.get(row["doc_id"], [])} for row in rows]
    if form != "text":
        return format_rows(rows, COLUMNS, form)
    total = unread.total
    states = ", ".join(f"{total[state]} {state}" for state in STATES if total[state])
    told = f"unread: {states or 'nothing'} of {counted(int(total['documents']), 'document')}; "
    told += f"{total['masked_share']:.1%} of {total['n_words']} words masked, {total['found_words']} found in other copies\n"
    for row in rows:
        row["near"], row["found_in"] = len(row["near_masks"]), ", ".join(row["copies"])
    shown = [
        "doc_id",
        "state",
        "n_words",
        "masked_share",
        "breaks_off",
        "cut_claims",
        "near",
        "found_words",
        "found_in",
    ]
    return (format_rows(rows, [], form, shown) if rows else "") + told
