"""From drafts to claims: parts trimmed and cut at gaps, claim type, quote kind, negation, date."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence

from policy_news.nlp.claims.constructions.phrases import is_negated, names_several
from policy_news.nlp.claims.constructions.quotes import QuoteIndex
from policy_news.nlp.claims.cue_lexicon import Cut, Lexicon
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.finish.claim_scores import Scores
from policy_news.nlp.claims.finish.cuts import CutsOf, at_ends, cut
from policy_news.nlp.claims.finish.polarity import polarity
from policy_news.nlp.claims.tree import Spread, Tree, overlap, size
from policy_news.nlp.extensions import ClaimData
from policy_news.rules.name_forms import honorifics, name_words

_WEAK_INSIDE = frozenset({"infinitive", "order", "passive"})
_CONJUNCTIONS = frozenset({"and", "but", "nor", "or"})
CONTRASTS = frozenset({"whereas", "while"})
"""Words that set the next clause against the one before."""


def trim_content(tree: Tree, span: Spread, cuts: Iterable[Cut]) -> Spread | None:
    """Return what the rows leave of a content, or None if no word is left."""
    start, end = cut(tree, span, cuts)
    return (start, end) if any(tree.words[start:end]) else None


def _trim_source(tree: Tree, span: Spread, cuts: Iterable[Cut]) -> Spread | None:
    """Return what the rows leave of a source, with the mark that closes what it opens; None if no word is left."""
    if names_several(tree, tree.top(*span)):
        cuts = at_ends(cuts)
    start, end = cut(tree, span, cuts, least=1)
    while end - start > 1 and _TIME.fullmatch(tree.lower[start]):
        start += 1
    return (start, _with_closing(tree, start, end)) if any(tree.words[start:end]) else None


_PAIRS = (
    (frozenset({'"', "''", "``", "“"}), frozenset({'"', "''", "”"})),
    (frozenset({"("}), frozenset({")"})),
)
"""Marks that open and close what belongs together."""


def _with_closing(tree: Tree, start: int, end: int) -> int:
    """Return the end of a source with the mark that closes what it opens: `the self-styled "harbour watch|"`."""
    if end >= len(tree):
        return end
    for opening, closing in _PAIRS:
        marks = [tree.lower[i] for i in range(start, end) if tree.lower[i] in opening | closing]
        if tree.lower[end] in closing and len(marks) % 2:
            return end + 1
    return end


_TIME = re.compile(r"\d{1,2}[:.]\d\d")
"""The time at the start of a line of a live report: `12:20 | The chancellor`."""


def split_at_sections(tree: Tree, draft: Draft) -> Draft:
    """Return the draft with no piece of content across a section's end, and none outside the sections."""
    pieces = []
    for start, end in draft.content:
        first = max(0, bisect_right(tree.limits, start, key=_start_of) - 1)
        last = bisect_right(tree.limits, end - 1, key=_start_of)
        parts = ((max(a, start), min(b, end)) for (a, b), _ in tree.limits[first:last])
        pieces += [(a, b) for a, b in parts if a < b]
    return draft.with_content(tuple(pieces))


def _start_of(limit: tuple[Spread, bool]) -> int:
    return limit[0][0]


def trim(tree: Tree, draft: Draft, cuts: CutsOf) -> Draft | None:
    """Return the draft with trimmed content and without a date as its source; None if nothing is left of it."""
    if draft.source is not None and any(
        tree.dates[n][1] >= draft.source[1] for n in tree.dates_within(draft.source[0], draft.source[0] + 1)
    ):
        draft = draft.with_source(None)
    if draft.source is not None:
        draft = draft.with_source(_whole_name(tree, draft, _trim_source(tree, draft.source, cuts["source"])))
    rows = cuts["content"] if draft.cue is not None else at_ends(cuts["content"])
    content = [piece for span in draft.content if (piece := trim_content(tree, span, rows))]
    if not content and draft.kind != "silence":
        return None
    return draft.with_content(tuple(content))


def _whole_name(tree: Tree, draft: Draft, source: Spread | None) -> Spread | None:
    """Return a source with all of the name that it ends in: the parse cuts `Co-op` and the like at the hyphen."""
    number = tree.ents.get(source[1] - 1) if source else None
    if source is None or number is None:
        return source
    end = tree.mentions[number].end
    taken = [*draft.content, *([draft.cue] if draft.cue else [])]
    if end <= source[1] or any(first < end and source[1] < last for first, last in taken):
        return source
    return source[0], end


def quote_kind(tree: Tree, content: Sequence[Spread], quotes: QuoteIndex) -> str:
    """Return `direct` if all words of the content are quoted, `mixed` if some are, else `indirect`."""
    if not any(quotes.within(*span) for span in content):
        return "indirect"
    quoted = total = 0
    for start, end in content:
        for index in range(start, end):
            if tree.is_word(index):
                total += 1
                quoted += quotes.at(index) is not None
    if not quoted:
        return "indirect"
    return "direct" if quoted == total else "mixed"


def claim_data(tree: Tree, draft: Draft, quotes: QuoteIndex, lexicon: Lexicon, scores: Scores) -> ClaimData:
    """Return the claim as plain data with character offsets."""
    return ClaimData(
        source=_chars(tree, draft.source),
        source_entity=None,
        cue=_chars(tree, draft.cue),
        cue_lemma=tree.lemmas[draft.head] if draft.cue else None,
        content=[span for piece in draft.content if (span := _chars(tree, piece))],
        claim_type=draft.claim_type,
        quote_kind=quote_kind(tree, draft.content, quotes),
        negated=draft.cue is not None and is_negated(tree, draft.head),
        polarity=polarity(tree, draft, lexicon.patterns),
        fillings=None,
        continues=None,
        headline_of=None,
        truncated=draft.truncated,
        spans_gap=False,
        date=_date(tree, draft),
        score=round(scores.claim, 4),
        source_score=round(scores.source, 4),
        method=draft.method,
    )


def _chars(tree: Tree, span: Spread | None) -> tuple[int, int] | None:
    return None if span is None else (tree.starts[span[0]], tree.ends[span[1] - 1])


def _date(tree: Tree, draft: Draft) -> int | None:
    """Index of the date that stands in the clause of the cue, outside the content."""
    if draft.cue is None:
        return None
    best: tuple[int, int] | None = None
    for number in tree.dated.get(draft.head, ()):
        span = tree.dates[number]
        if overlap([span], draft.content) or _is_of_other(tree, number, draft):
            continue
        distance = max(span[0] - draft.head, draft.head - span[1])
        if best is None or distance < best[0]:
            best = distance, number
    return None if best is None else best[1]


def _is_of_other(tree: Tree, number: int, draft: Draft) -> bool:
    """Return whether a date is not the claim's: it lies ahead of the article, says which law is meant, or stands in masked content.

    `Under the 1999 Constitution, she said`, but not `The 1999 Constitution says`; `denied that **** in 2021`.
    """
    span, head = tree.dates[number], draft.head
    first, published = tree.doc._.dates[number].get("earliest"), tree.doc._.published
    if tree.tags[head] == "VBD" and first and published and first[:10] > published[:10]:
        return True
    is_of_law = tree.lower[tree.heads[tree.top(*span)]] in name_words().law_words
    begin = max(head, draft.content[0][0] if draft.content else head)
    is_in_gap = not tree.gaps.isdisjoint(range(begin, span[0]))
    return is_in_gap or (is_of_law and not overlap([span], [draft.source] if draft.source else []))


def drop_doubles(drafts: Iterable[Draft]) -> list[Draft]:
    """Return drafts in order of the first token, without a second one that has nearly the same content and no cue of its own place."""
    kept: list[Draft] = []
    for draft in sorted(drafts, key=lambda draft: (draft.bounds[0], draft.head)):
        twin = any(_same(draft, other) for other in kept[-4:])
        if not twin:
            kept.append(draft)
    return kept


def drop_nested(tree: Tree, drafts: Sequence[Draft]) -> list[Draft]:
    """Return drafts without wishes and plans inside another content: they are what is claimed, not who claims it."""
    held: dict[int, int] = {}
    for draft in drafts:
        for start, end in draft.content:
            for index in range(start, end):
                held.setdefault(index, draft.head)
    return [draft for draft in drafts if not _is_nested_wish(draft, held)]


def _is_nested_wish(draft: Draft, held: dict[int, int]) -> bool:
    if draft.kind == "noun":
        return draft.source is None and draft.head in held
    return draft.kind in _WEAK_INSIDE and held.get(draft.head, draft.head) != draft.head


def end_with_sentence(tree: Tree, drafts: Sequence[Draft], quotes: QuoteIndex) -> list[Draft]:
    """Return drafts whose content stops where the next sentence has a source and cue of its own: `a profit of £31m. | The company warned`.

    A full stop that is part of an abbreviation hides the end of a sentence from the parser. So do semicolons part a clause
    in which somebody else speaks: `the port may close; | asked about this, a spokeswoman said`.
    """
    starts = {
        draft.source[0]
        for draft in drafts
        if draft.source is not None and draft.cue is not None and _follows_stop(tree, draft.source[0])
    }
    starts |= _behind_semicolons(tree, drafts)
    starts |= {i for i, text in enumerate(tree.lower) if text == "|"}  # between links in a row
    ended = [_ended(tree, draft, starts, quotes) for draft in drafts]
    return [draft for draft, before in zip(ended, drafts, strict=True) if draft.content or not before.content]


def _behind_semicolons(tree: Tree, drafts: Sequence[Draft]) -> set[int]:
    """Return the semicolons after which a clause has a source and cue of its own."""
    semicolons = [i for i, text in enumerate(tree.lower) if text == ";"]
    found = set()
    for draft in drafts:
        if draft.source is None or draft.cue is None:
            continue
        first = min(draft.source[0], draft.cue[0])
        before = bisect_left(semicolons, first) - 1
        if before >= 0 and semicolons[before] >= tree.sents[first]:
            found.add(semicolons[before])
    return found


def _follows_stop(tree: Tree, index: int) -> bool:
    before = tree.lower[index - 1] if index else ""
    if before.rstrip(".") in honorifics().single:  # `Dr. Orr`
        return False
    return before.endswith(".") and len(before) > 1 and tree.doc[index].text[:1].isupper()


def _ended(tree: Tree, draft: Draft, starts: Collection[int], quotes: QuoteIndex) -> Draft:
    if draft.cue is None:
        return draft
    pieces = []
    for start, end in draft.content:
        behind = draft.cue[1] <= start
        stop = next((i for i in range(start + 1, end) if behind and i in starts), end)
        if stop > start:
            pieces.append((start, stop))
    return draft.with_content(_without_other_clause(tree, draft, pieces))


def _without_other_clause(tree: Tree, draft: Draft, pieces: Sequence[Spread]) -> tuple[Spread, ...]:
    """Return the pieces without one that a semicolon parts from who speaks after it: `Muto had asked for help; | Tokyo said it was late`."""
    if draft.kind == "quote" or draft.source is None or draft.cue is None:
        return tuple(pieces)  # a semicolon in somebody's words parts nothing
    if not any(start >= draft.cue[1] for start, _ in pieces):
        return tuple(pieces)
    first = min(draft.source[0], draft.cue[0])
    return tuple(
        span
        for span in pieces
        if span[1] > first or ";" not in (tree.lower[i] for i in range(span[0], first))
    )


def close(tree: Tree, drafts: Sequence[Draft]) -> list[Draft]:
    """Return drafts without what joins the next claim to the end of their content (`had stopped selling | and`, `| and expected`)."""
    cues = {draft.cue[1]: draft.cue[0] for draft in drafts if draft.cue is not None}
    return [
        draft.with_content(tuple(_closed(tree, span, cues) for span in draft.content)) for draft in drafts
    ]


def _closed(tree: Tree, span: Spread, cues: Mapping[int, int]) -> Spread:
    start, end = span
    last = cues.get(end, end) - 1
    return (start, last) if last > start and tree.lower[last] in _CONJUNCTIONS | CONTRASTS else span


def _same(one: Draft, other: Draft) -> bool:
    shared = overlap(one.content, other.content)
    if one.head != other.head and (one.claim_type == "denial") != (other.claim_type == "denial"):
        return False  # `uses forced labour, which it denies`: both are about the same
    if shared and shared * 10 >= 9 * max(size(one.content), size(other.content)):
        return True
    same_cue = one.cue is not None and other.cue is not None and overlap([one.cue], [other.cue]) > 0
    return same_cue and (shared > 0 or not one.content)
