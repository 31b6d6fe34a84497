"""Who cannot be the speaker: who is spoken of in a passive, a label, a dateline, who is asked; and what reports nothing.

These checks come after rules and encoder, for drafts of both alike: each makes the errors of the parse.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from policy_news.nlp.claims.constructions.acts import is_act
from policy_news.nlp.claims.constructions.colon_labels import is_caption
from policy_news.nlp.claims.constructions.phrases import agent, noun_phrase
from policy_news.nlp.claims.constructions.quotes import QuoteIndex
from policy_news.nlp.claims.constructions.verbs import quoted_by
from policy_news.nlp.claims.cue_lexicon import Lexicon
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.readings import ClaimReading
from policy_news.nlp.claims.tree import Spread, Tree, subtract
from policy_news.nlp.tags import FINITE

_REDUCED = frozenset({"acl", "advcl"})


def check_speakers(tree: Tree, drafts: Iterable[Draft], quotes: QuoteIndex, lexicon: Lexicon) -> list[Draft]:
    """Return the drafts that report something, none with a source that is only spoken of."""
    reported = [
        draft
        for draft in drafts
        if not is_caption(tree, draft, lexicon.patterns) and not _is_deed(tree, draft, quotes, lexicon)
    ]
    checked = (_without_spoken_of(tree, draft, lexicon) for draft in reported)
    return [draft for draft in checked if draft is not None]


def without_headlines(tree: Tree, readings: Iterable[ClaimReading]) -> list[ClaimReading]:
    """Drop the readings of verbs and colons in headlines: there, only the rules are trusted."""
    headlines = [limit for limit, headline in tree.limits if headline]
    return [one for one in readings if not _is_doubtful(tree, one, headlines)]


def _is_doubtful(tree: Tree, reading: ClaimReading, headlines: Sequence[Spread]) -> bool:
    head, source = reading.head, reading.source
    if not any(start <= head < end for start, end in headlines):
        return False
    verbal = tree.tags[head].startswith("VB") or tree.tags[head] == ":"
    return verbal or (source is not None and not FINITE.isdisjoint(tree.tags[slice(*source)]))


def _is_deed(tree: Tree, draft: Draft, quotes: QuoteIndex, lexicon: Lexicon) -> bool:
    """Return whether it is told what somebody does, not what he says: `launched an inquiry`."""
    # Words in quotation marks anywhere in it are somebody's: `called the vote "a farce"` is no vote that is called.
    if any(quotes.within(*span) for span in draft.content):
        return is_act(tree, draft, lexicon, quoted=True)
    return (draft.kind != "silence" and is_act(tree, draft, lexicon)) or _is_weak(tree, draft, lexicon)


def _is_weak(tree: Tree, draft: Draft, lexicon: Lexicon) -> bool:
    """Return whether a word that hardly ever reports is said to report no clause: `The weather was dry on the coast`."""
    if draft.method != "model" or tree.lemmas[draft.head] not in lexicon.patterns.weak_cues:
        return False
    top = tree.top(*draft.content[0]) if draft.content else draft.head
    clause = tree.tags[top].startswith("VB") and top > draft.head and tree.deps[top] == "ccomp"
    return not clause


def _without_spoken_of(tree: Tree, draft: Draft, lexicon: Lexicon) -> Draft | None:
    """Return a passive with its agent as source and who is spoken of in its content; None where nothing is claimed."""
    head = draft.head
    if tree.tags[head] != "VBN" or draft.kind in _OWN_GRAMMAR or draft.cue is None:
        return draft
    subject = _passive_subject(tree, head)
    if subject is None or draft.source is None:
        return draft
    if not draft.source[0] <= subject < draft.source[1]:
        return draft
    if tree.lower[subject] in lexicon.patterns.no_source:
        return replace(draft, source=None)  # `it is understood that`
    if any(quoted_by(tree, kid) == head for prep in tree.kids[head] for kid in tree.kids[prep]):
        return draft  # `was reported as saying`
    return _with_agent(tree, draft, lexicon)


_OWN_GRAMMAR = frozenset({"headline", "headline_passive", "mind", "silence"})
"""Constructions whose source is right in a passive too."""


def _with_agent(tree: Tree, draft: Draft, lexicon: Lexicon) -> Draft | None:
    """Return the passive with its agent as the source, and what was the source in the content."""
    assert draft.source is not None
    assert draft.cue is not None
    by, cue = agent(tree, draft.head), lexicon.verbs.get(tree.lemmas[draft.head])
    if by is None and (cue is None or cue.lemma not in lexicon.patterns.sourceless_passives):
        return None
    holes, source = [draft.cue], None
    if by is not None:
        source = noun_phrase(tree, by, lexicon.patterns, draft.head)
        holes.append((source[0] - 1, source[1]))
    rest = [piece for span in draft.content for piece in subtract(span, holes)]
    return replace(draft, source=source, content=tuple(sorted([draft.source, *rest])))


def _passive_subject(tree: Tree, head: int) -> int | None:
    """Return who a passive speaks of: its subject, or what a participle hangs on (`Hale, accused of theft, ...`)."""
    subject = tree.child(head, "nsubjpass", "csubjpass")
    if subject is not None or tree.child(head, "auxpass") is not None:
        return subject
    if tree.child(head, "aux", "dobj", "nsubj") is not None or tree.deps[head] not in _REDUCED:
        return None
    if tree.deps[head] == "acl":
        return tree.heads[head]
    return tree.subject(tree.heads[head])
