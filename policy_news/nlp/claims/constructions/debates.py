"""Records of debates, where a line before each speech names who speaks: `David Davis (Goole and Pocklington) (Con)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy_news.nlp.claims.constructions.transcripts import Turn, without_spaces
from policy_news.nlp.claims.cue_lexicon import Patterns
from policy_news.nlp.claims.tree import Spread, Tree

# In any case: what looks like a heading has been given the case of running text.
_MEMBER = re.compile(r"([^()\d:;!?]{5,60})(?: \([^()]{3,60}\))? \(([\w/ -]{2,12})\)")
"""A name, a constituency and a party."""
_TITLED = re.compile(r"(?:the|mr|madam) [^()]{3,120} \(([^()\d:;!?]{5,60})\)", re.IGNORECASE)
"""`Madam Deputy Speaker (Dame Ann Orr)`, `The Minister for Ports (Jon Berg)`."""


def find_speeches(tree: Tree, patterns: Patterns) -> list[Turn]:
    """Return the paragraphs of the speeches of a debate as turns, in order; none where no line names a member with a party."""
    names = [_name_of(tree, limit, patterns) for limit, _ in tree.limits]
    if not any(name is not None and name[1] for name in names):
        return []
    known = {_text(tree, *name[0]).lower() for name in names if name is not None}
    return [*_turns(tree, [name and name[0] for name in names], known)]


def _turns(tree: Tree, names: list[Spread | None], known: set[str]) -> Iterator[Turn]:
    speaker: Spread | None = None
    for (limit, headline), name in zip(tree.limits, names, strict=True):
        if name is None and _text(tree, *limit).lower() in known:
            name = without_spaces(tree, *limit)  # later lines give the name alone
        if name is not None or headline:
            speaker = name
            continue
        words = without_spaces(tree, *limit)
        if speaker is not None and words[0] < words[1]:
            yield Turn(limit[0], speaker, None, words)


def _name_of(tree: Tree, limit: Spread, patterns: Patterns) -> tuple[Spread, bool] | None:
    """Return the name in a line that says who speaks, and whether it gives a party."""
    first, end = without_spaces(tree, *limit)
    if first == end:
        return None
    text, start = _text(tree, first, end), tree.starts[first]
    member = _MEMBER.fullmatch(text)
    if member is not None and member[2].lower() in patterns.party_codes:
        return tree.tokens_of(start + member.start(1), start + member.end(1)), True
    titled = _TITLED.fullmatch(text)
    if titled is not None:
        return tree.tokens_of(start + titled.start(1), start + titled.end(1)), False
    return None


def _text(tree: Tree, start: int, end: int) -> str:
    return tree.text[tree.starts[start] : tree.ends[end - 1]].strip()
