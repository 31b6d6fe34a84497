"""One list of drafts in the accurate mode: those of the rules, and what the encoder finds beside them."""

from __future__ import annotations

from collections.abc import Sequence

from policy_news.nlp.claims.constructions.non_responses import silent_tokens
from policy_news.nlp.claims.constructions.phrases import (
    agent,
    find_source,
    is_clause,
    is_passive,
    names_several,
    noun_phrase,
    trim_phrase,
    verb_group,
)
from policy_news.nlp.claims.constructions.quotes import QuoteIndex
from policy_news.nlp.claims.constructions.quoting import join, stretch
from policy_news.nlp.claims.cue_lexicon import Lexicon
from policy_news.nlp.claims.draft import Draft, cue_tokens
from policy_news.nlp.claims.finish.content_edges import complete_phrases
from policy_news.nlp.claims.overlap_index import Holders
from policy_news.nlp.claims.readings import ClaimReading, accept
from policy_news.nlp.claims.tree import PHRASE, Spread, Tree, overlap, size, subtract

SURE = 0.8
"""Chance of having no source from which a missing source is believed."""
_INSIDE_NAMES = frozenset({"amod", "compound", "det", "nmod", "nummod"})


def combine(
    tree: Tree, rules: Sequence[Draft], readings: Sequence[ClaimReading], quotes: QuoteIndex, lexicon: Lexicon
) -> list[Draft]:
    """Return the claims of the rules, and the readings that are claims beside them."""
    known, silent = _Known(rules), silent_tokens(rules)
    found = []
    for reading in accept([one for one in readings if one.head not in silent]):
        draft = complete_phrases(tree, draft_of(tree, reading, lexicon))
        draft = _cut(tree, draft, quotes)
        if not known.has(draft):
            found.append(draft)
    return [*rules, *_outside(found, [draft for draft in rules if draft.kind == "turn"])]


def _outside(found: Sequence[Draft], turns: Sequence[Draft]) -> list[Draft]:
    """Return the drafts outside of turns: what somebody says in a turn is his, and nothing in it is a claim of the writer."""
    spoken = Holders()
    for turn in turns:
        spoken.add(turn.content)
    return [draft for draft in found if not spoken.shared([(draft.head, draft.head + 1)])]


class _Known:
    """Answers whether drafts have the cue of another one, or most of its content."""

    def __init__(self, found: Sequence[Draft]) -> None:
        self._cues = cue_tokens(found)
        self._contents = [draft.content for draft in found]
        self._sizes = [size(content) for content in self._contents]
        self._held = Holders()
        for draft in found:
            self._held.add(draft.content)

    def has(self, draft: Draft) -> bool:
        """Return whether one of the drafts is this one."""
        if draft.cue and not self._cues.isdisjoint(range(*draft.cue)):
            return True
        shared, own = self._held.shared(draft.content), size(draft.content)
        if draft.cue is None and shared:
            return True
        return any(
            2 * tokens > max(own, self._sizes[number])
            for number, tokens in shared.items()
            if not any(start <= draft.head < end for start, end in self._contents[number])
        )


def draft_of(tree: Tree, reading: ClaimReading, lexicon: Lexicon) -> Draft:
    """Return a draft of an accepted reading; bounds of cue and source come from the parse."""
    kind, claim_type = _kind(tree, reading, lexicon)
    return Draft(
        reading.head,
        _cue(tree, reading),
        _source(tree, reading, lexicon),
        reading.content,
        kind,
        claim_type,
        "model",
        reading.score,
        source_sure=reading.source_sure,
    )


def _cut(tree: Tree, draft: Draft, quotes: QuoteIndex) -> Draft:
    """Return the draft with content kept off cue and source, and whole quotations."""
    holes = [part for part in (draft.cue, draft.source) if part]
    whole = [stretch(draft, piece, quotes) for span in draft.content for piece in subtract(span, holes)]
    return draft.with_content(tuple(join(tree, whole, draft)))


def _cue(tree: Tree, reading: ClaimReading) -> Spread:
    head = reading.head
    start, end = verb_group(tree, head) if tree.tags[head].startswith("VB") else (head, head + 1)
    state = tree.child(head, "acomp")
    if tree.lemmas[head] == "be" and state is not None and head < state <= head + PHRASE:
        end = state + 1  # `are furious that`, `were reportedly worried that`
    first = min((span[0] for span in reading.content if span[0] > head), default=end)
    if end == first - 1 and tree.tags[end] in {"IN", "RP"} and tree.heads[end] == head:
        end += 1
    return start, max(head + 1, min(end, first))


def _source(tree: Tree, reading: ClaimReading, lexicon: Lexicon) -> Spread | None:
    """Return the source as a minimal noun phrase; if the encoder saw none and is not sure, the subject."""
    head = reading.head
    if reading.source is not None:
        return snap(tree, reading.source, head, lexicon)
    if reading.source_sure >= SURE or not tree.tags[head].startswith("VB"):
        return None
    noun = agent(tree, head) if is_passive(tree, head) else find_source(tree, head, lexicon.patterns)
    if noun is None or tree.lower[noun] in lexicon.patterns.no_source:
        return None
    spare = noun_phrase(tree, noun, lexicon.patterns, head)
    return None if overlap([spare], reading.content) or spare[0] <= head < spare[1] else spare


def snap(tree: Tree, span: Spread, head: int, lexicon: Lexicon) -> Spread:
    """Return the span cut to the minimal noun phrase of its governing word: without apposition, relative clause and titles."""
    top = _noun_of(tree, tree.top(*span), span, head)
    if not tree.tags[top].startswith(("NN", "PRP")):
        return trim_phrase(tree, *span)
    first, last = noun_phrase(tree, top, lexicon.patterns, head)
    start = max(first, span[0])
    end = last if names_several(tree, top) else min(last, max(span[1], top + 1))
    return (start, end) if start <= top < end else trim_phrase(tree, *span)


def _noun_of(tree: Tree, top: int, span: Spread, head: int) -> int:
    """Return the noun of a word at which a span ends inside a name or noun phrase: `Hill` for `Mr` in `Mr Hill`."""
    while (
        (tree.deps[top] in _INSIDE_NAMES or tree.tags[top] == "PRP$")
        and top < tree.heads[top] <= span[1] + PHRASE
        and not top < head <= tree.heads[top]
    ):
        top = tree.heads[top]
    return top


def _kind(tree: Tree, reading: ClaimReading, lexicon: Lexicon) -> tuple[str, str]:
    """Return construction and claim type by the lexicon; a word that it lacks goes by the form of its content."""
    head = reading.head
    first = reading.content[0][0] if reading.content else head
    to = tree.lower[first] == "to"
    cue = lexicon.verbs.get(tree.lemmas[head]) if tree.tags[head].startswith("VB") else None
    if cue is not None:
        after = tree.lower[head + 1] if head + 1 < len(tree) else ""
        plain = "infinitive" if to else "clause"
        return "clause", cue.type_in(after if after in cue.preps else plain)
    noun = lexicon.nouns.get(tree.lemmas[head])
    if noun is not None:
        return "noun", noun.type
    if tree.lemmas[head] == "be" and tree.child(head, "acomp") is not None:
        return "clause", "opinion"  # `are furious that`
    return "clause", lexicon.patterns.other_types.get(tree.lemmas[head], _plain_type(tree, reading, to=to))


def _plain_type(tree: Tree, reading: ClaimReading, *, to: bool) -> str:
    """Return the type of a word that is in no list."""
    if to:
        return "commitment"
    return "statement" if is_clause(tree, reading.content) else "opinion"
