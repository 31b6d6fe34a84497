"""Bodies and papers by how they are built around a place: `Planned Parenthood of Tarnshire`, `Tarnbridge Daily News`, `Equality Ohio`; `KTRN` and `MollPAC` by their letters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.nlp.entities.built_places import is_name_word
from pipeline.nlp.entities.mentions import Mention
from pipeline.nlp.tokens import Tokens
from pipeline.rules.names import name_words

CHAPTER = "organisation.chapter"
"""Rule id of the part of a body that works in a place."""
PAPER = "company.paper-of-town"
"""Rule id of a newspaper that has the name of its town."""
AREAS = frozenset({"GPE", "LOC"})
TIMES = frozenset({"daily", "evening", "morning", "new", "sunday", "weekly"})
"""Words between the place and the last word of a newspaper's name."""
LODGES = frozenset({"chapter", "council", "local", "lodge", "post"})
"""Parts of bodies that have a number."""
MAX_PAPER = 5
"""Words of a newspaper's name after its place, the hyphen of a double name among them."""


def find_bodies(tokens: Tokens, candidates: Sequence[Mention]) -> list[Mention]:
    """Return the bodies, as candidates of rules, in order.

    Args:
        tokens: Of the doc.
        candidates: Of gazetteer and grammar, places and listed bodies among them.
    """
    listed = {m.end: m for m in candidates if m.method == "gazetteer" and m.label == "ORG"}
    found = {
        (mention.start, mention.end): mention
        for place in candidates
        if place.label in AREAS and place.method == "gazetteer"
        for mention in (*_papers(tokens, place), *_chapters(tokens, place, listed))
    }
    found |= {(m.start, m.end): m for body in listed.values() for m in _lodge(tokens, body)}
    return sorted(found.values(), key=lambda mention: (mention.start, mention.end))


def _papers(tokens: Tokens, place: Mention) -> Iterator[Mention]:
    """Yield the newspaper that begins with a place: an article before it and a word of papers, or two of them."""
    end, parts, times = place.end, 0, 0
    while end < min(len(tokens), place.end + MAX_PAPER) and _is_of_paper(tokens, end):
        parts += tokens.lower[end] in name_words().paper_parts
        times += tokens.lower[end] in TIMES
        end += 1
    if not parts or tokens.lower[end - 1] not in name_words().paper_parts or is_name_word(tokens, end):
        return
    has_article = place.start > 0 and tokens.lower[place.start - 1] == "the"
    if parts + times > 1 or (has_article and tokens.lower[end - 1] in name_words().town_papers):
        yield Mention(place.start, end, "COMPANY", "rule", PAPER)


def _is_of_paper(tokens: Tokens, i: int) -> bool:
    """Return whether a word is of a newspaper's name, or the hyphen between two of them (`Caller-Times`)."""
    if i in tokens.gaps or tokens.spaces[i]:
        return False
    behind = tokens.lower[i + 1 : i + 2]
    if tokens.texts[i] == "-":
        return not name_words().paper_parts.isdisjoint(behind)
    is_part = behind == ["-"] or tokens.lower[i] in TIMES | name_words().paper_parts
    return is_part and tokens.texts[i][:1].isupper()


def _chapters(tokens: Tokens, place: Mention, listed: Mapping[int, Mention]) -> Iterator[Mention]:
    """Yield the chapter that a place closes or opens: `ACLU of Ohio`, `Common Cause Georgia`, `Florida NAACP`."""
    start, end = place.start, place.end
    if start in tokens.headlines or start in tokens.gaps:
        return
    leads = start - 1 if start and tokens.lower[start - 1] == "of" else start
    body = listed.get(leads)
    if body is not None and tokens.text(body.start, body.end).lower() in name_words().chaptered:
        yield Mention(body.start, end, "ORG", "rule", CHAPTER)
    behind = listed.get(end + 1)
    if behind is not None and behind.start == end and tokens.lower[end] in name_words().chaptered:
        yield Mention(start, behind.end, "ORG", "rule", CHAPTER)


def _lodge(tokens: Tokens, body: Mention) -> Iterator[Mention]:
    """Yield the part of a listed body that has a number: `AFSCME Council 31`."""
    end = body.end + 2
    if end > len(tokens) or not tokens.texts[end - 1].isdigit() or not tokens.texts[body.end].istitle():
        return
    if tokens.lower[body.end] in LODGES and tokens.gaps.isdisjoint((body.end, end - 1)):
        yield Mention(body.start, end, "ORG", "rule", CHAPTER)
