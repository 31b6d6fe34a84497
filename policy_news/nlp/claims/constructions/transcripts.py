"""Interviews and transcripts: lines that begin with who speaks (`Q:`, `MS. ORR:`, `Sunniva Dahl:`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from policy_news.nlp.claims.constructions.colon_labels import MIN_STATEMENT, is_label, is_place, is_shouted
from policy_news.nlp.claims.cue_lexicon import Patterns
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import PHRASE, Spread, Tree

_LETTERS = frozenset({"a", "a.", "answer", "q", "q.", "question"})
"""Labels of questions and answers that name nobody."""
_NUMBER = re.compile(r"q\d+")


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says, in one line.

    Attributes:
        start: First token of the line.
        label: Who speaks; None where question and full stop are one token (`Q.`).
        sign: The colon, or the token `Q.`; None where the line before names who speaks.
        words: What is said.
    """

    start: int
    label: Spread | None
    sign: int | None
    words: Spread


def find_turns(tree: Tree, patterns: Patterns) -> list[Turn]:
    """Return the turns of a text, in order; none unless two lines in a row show that it is a transcript.

    One line with a label may be anything (`Price: four crowns`). What makes a transcript is a question with an answer below it, two
    names in capitals, or the label of an interviewer.
    """
    lines = [_read(tree, limit, patterns, headline=headline) for limit, headline in tree.limits]
    speakers = {
        name
        for one, other in pairwise(lines)
        if one is not None and other is not None and _follow(tree, one, other, patterns)
        for name in (_name(tree, one), _name(tree, other))
    }
    return [turn for turn in lines if turn is not None and _name(tree, turn) in speakers]


def turn_claim(tree: Tree, turn: Turn) -> Draft:
    """Return the claim of a turn: all of it is what one speaker says."""
    asks = any(tree.lower[i] == "?" for i in range(turn.words[1] - 2, turn.words[1]))
    kind = "question" if asks else "statement"
    if turn.sign is None:
        return Draft(turn.words[0], None, turn.label, (turn.words,), "turn", kind)
    return Draft(turn.sign, (turn.sign, turn.sign + 1), turn.label, (turn.words,), "turn", kind)


def _read(tree: Tree, limit: Spread, patterns: Patterns, *, headline: bool) -> Turn | None:
    """Return the line as a turn, if it begins as one; a heading does only with `Q`, since it names topics."""
    start, end = _first_word(tree, limit), limit[1]
    if start >= end or (headline and tree.lower[start] not in _LETTERS):
        return None
    if tree.lower[start] in {"a.", "q."}:
        sign, label = start, None
    else:
        found = next((i for i in range(start, min(end, start + PHRASE + 1)) if tree.lower[i] == ":"), None)
        if found is None or not _may_speak(tree, start, found, patterns):
            return None
        sign, label = found, (start, found)
    words = without_spaces(tree, sign + 1, end)
    return Turn(limit[0], label, sign, words) if words[1] - words[0] >= MIN_STATEMENT else None


def _first_word(tree: Tree, limit: Spread) -> int:
    """Return the first word of a line, after the number that committees give their questions: `Q101 | Chair:`."""
    start, end = limit
    while start < end and (not tree.is_word(start) or _NUMBER.fullmatch(tree.lower[start])):
        start += 1
    return start


def without_spaces(tree: Tree, start: int, end: int) -> Spread:
    """Return a range without white space at its edges; empty where it has nothing else."""
    while start < end and tree.is_space(start):
        start += 1
    while start < end and tree.is_space(end - 1):
        end -= 1
    return start, end


def _may_speak(tree: Tree, start: int, colon: int, patterns: Patterns) -> bool:
    """Return whether words are written like a speaker's name or part: each with a capital, no label, no place."""
    if start == colon or is_label(tree, start, colon, patterns) or is_place(tree, start, colon):
        return False
    words = [tree.doc[i].text for i in range(start, colon) if tree.is_word(i)]
    return all(word[0].isupper() for word in words) and not any(
        tree.tags[i] == "CD" for i in range(start, colon)
    )


def _name(tree: Tree, turn: Turn) -> str:
    if turn.label is not None:
        span = turn.label
    else:
        assert turn.sign is not None
        span = turn.sign, turn.sign + 1
    return " ".join(tree.lower[i] for i in range(*span))


def _follow(tree: Tree, one: Turn, other: Turn, patterns: Patterns) -> bool:
    """Return whether two lines in a row are said by two people."""
    first, second = _name(tree, one), _name(tree, other)
    if first == second:
        return False
    if first in _LETTERS and second in _LETTERS:
        return True
    if first.split()[-1] in patterns.interviewers or second.split()[-1] in patterns.interviewers:
        return True
    if all(turn.label is not None and is_shouted(tree, *turn.label, patterns) for turn in (one, other)):
        return True
    return any(tree.lower[i] == "?" for i in range(one.words[1] - 2, one.words[1]))
