"""The rule layer: sections to drafts. Works alone in the fast mode."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy_news.nlp.claims.constructions.according_to import (
    find_according_to,
    find_as_clause,
    find_hearsay,
)
from policy_news.nlp.claims.constructions.colon_labels import find_colon_claim, find_signature, is_place
from policy_news.nlp.claims.constructions.headlines import find_headline_claims
from policy_news.nlp.claims.constructions.minds import find_mind
from policy_news.nlp.claims.constructions.non_responses import find_silence, silent_tokens
from policy_news.nlp.claims.constructions.nouns import find_noun_claim
from policy_news.nlp.claims.constructions.quotes import QuoteIndex
from policy_news.nlp.claims.constructions.quoting import (
    find_going_on,
    find_reports,
    numbers_behind,
    report_claims,
    take_quotations,
)
from policy_news.nlp.claims.constructions.transcripts import Turn, turn_claim
from policy_news.nlp.claims.constructions.verbs import find_verb_claim
from policy_news.nlp.claims.cue_lexicon import Lexicon
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import FEW, Spread, Tree

_SAFE_IN_HEADLINES = frozenset({"according", "noun", "passive", "quote", "signature", "silence"})
"""Constructions that are found in a headline as in a text; what its verbs say is read by its words alone."""


def find_rule_claims(
    tree: Tree, quotes: QuoteIndex, lexicon: Lexicon, turns: Sequence[Turn] = ()
) -> list[Draft]:
    """Return all claims that the rules find in a doc."""
    found: list[Draft] = []
    sections = tree.limits
    turn_at = {turn.start: turn for turn in turns}
    for number, (limit, headline) in enumerate(sections):
        if limit[0] in turn_at:
            # Claims in the words of a turn are those of a quotation, which the rules leave alone.
            found.append(turn_claim(tree, turn_at[limit[0]]))
            continue
        following = sections[number + 1][0] if number + 1 < len(sections) else limit
        leads_on = _ends_with_colon(tree, limit) or tree.lower[following[0]] in lexicon.patterns.dashes
        if headline:
            found += _in_headline(tree, limit, quotes, lexicon)
        else:
            reach = (limit[0], following[1]) if leads_on else limit
            found += _in_text(tree, limit, reach, quotes, lexicon)
    # `States` is not a verb
    return [draft for draft in found if not is_place(tree, draft.head, draft.head + 1)]


def _ends_with_colon(tree: Tree, limit: Spread) -> bool:
    """Return whether a section leads over to the next one: `The minister continued:`."""
    words = (tree.lower[i] for i in range(limit[1] - 1, limit[0] - 1, -1) if not tree.is_space(i))
    return next(words, "") == ":"


def _in_headline(tree: Tree, limit: Spread, quotes: QuoteIndex, lexicon: Lexicon) -> list[Draft]:
    claims = find_headline_claims(tree, *limit, lexicon, quotes)
    colon = find_colon_claim(tree, *limit, quotes, lexicon, headline=True)
    signed = len(claims) == 1 and tree.lower[claims[0].head] in lexicon.patterns.dashes
    if colon is not None and not signed:
        said = quotes.at(colon.content[0][0]) is not None
        # `Poll: Voters back ban`: what a poll or court says is one claim; after a name others may speak.
        if said or not claims or tree.lemmas[colon.head - 1] in lexicon.patterns.colon_sources:
            return [colon]
    return claims or [
        draft for draft in _in_text(tree, limit, limit, quotes, lexicon) if draft.kind in _SAFE_IN_HEADLINES
    ]


def _in_text(tree: Tree, limit: Spread, reach: Spread, quotes: QuoteIndex, lexicon: Lexicon) -> list[Draft]:
    taken: set[int] = set()
    labels = (
        find_colon_claim(tree, *limit, quotes, lexicon, headline=False),
        find_signature(tree, *reach, quotes, lexicon),
    )
    drafts = [label for label in labels if label is not None]
    own = list(_drafts(tree, limit, quotes, lexicon))
    silent = silent_tokens(own)  # `refused` in `refused to say` is part of a refusal
    drafts += [draft for draft in own if draft.kind == "silence" or draft.head not in silent]
    reports = find_reports(tree, quotes, limit, lexicon)
    found, drafts = report_claims(tree, drafts, reports, quotes, lexicon)
    taken.update(number for draft in found for span in draft.content for number in quotes.within(*span))
    # A cue with content in its own syntax comes first; what is left over are quotations beside a cue.
    for draft in sorted(drafts, key=lambda draft: (draft.kind == "quote", draft.head)):
        done = draft if draft.kind == "silence" else take_quotations(tree, draft, quotes, reach, taken)
        if done is not None:
            found.append(done)
    return [
        *found,
        *find_going_on(tree, quotes, limit, taken, numbers_behind(tree, reports.values(), quotes)),
    ]


def _drafts(tree: Tree, limit: Spread, quotes: QuoteIndex, lexicon: Lexicon) -> Iterator[Draft]:
    """Yield the drafts of all cue words of a section that stand outside quotations."""
    for index in _possible_cues(tree, limit, lexicon):
        if quotes.at(index) is not None or not tree.is_word(index):
            continue
        draft = (
            find_silence(tree, index, lexicon)
            or find_as_clause(tree, index, lexicon)
            or find_mind(tree, index, lexicon)
            or find_verb_claim(tree, index, lexicon)
            or find_noun_claim(tree, index, lexicon)
            or find_according_to(tree, index, lexicon)
            or find_hearsay(tree, index, lexicon)
        )
        draft = None if draft is None else _inside(draft, limit)
        if draft is None:
            continue
        yield draft.with_source(None) if _is_quoted(draft, quotes) else draft


def _is_quoted(draft: Draft, quotes: QuoteIndex) -> bool:
    """Return whether a source is a part of a quotation; a title in quotation marks beside the cue does not."""
    number = None if draft.source is None else quotes.at(draft.source[0])
    if draft.source is None or draft.cue is None or number is None:
        return False
    return max(quotes.all[number].end, draft.cue[0]) - draft.source[1] > FEW


def _possible_cues(tree: Tree, limit: Spread, lexicon: Lexicon) -> list[int]:
    """Return the tokens that one of the constructions may have as its head: most have not, and are left out at a glance."""
    known, lemmas, deps, lower = lexicon.lemmas, tree.lemmas, tree.deps, tree.lower
    other = {"according", "per", "words", *lexicon.patterns.hearsay_adverbs, *lexicon.patterns.minded}
    return [i for i in range(*limit) if lemmas[i] in known or deps[i] == "acomp" or lower[i] in other]


def _inside(draft: Draft, limit: Spread) -> Draft | None:
    """Return the draft without what lies beyond its section, which a sentence of the parser may cross."""
    first, last = limit
    if draft.cue is not None and not (first <= draft.cue[0] and draft.cue[1] <= last):
        return None
    source = draft.source if draft.source and first <= draft.source[0] and draft.source[1] <= last else None
    content = tuple((max(a, first), min(b, last)) for a, b in draft.content if max(a, first) < min(b, last))
    if draft.content and not content:
        return None
    return draft.with_source(source).with_content(content)
