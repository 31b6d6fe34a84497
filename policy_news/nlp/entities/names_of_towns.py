"""Newspapers and seats in parliament that have the name of a town: `Tarnbridge Daily News`, `Norwich South`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy_news.nlp.entities.mentions import Mention
from policy_news.nlp.tokens import Tokens
from policy_news.rules.name_forms import name_words

PAPER = "company.paper-of-town"
"""Rule id of a newspaper that has the name of its town."""
SEAT = "place.seat"
"""Rule id of the part of a town that sends a member to parliament."""
SEATS_OF = "GB"
"""The country whose seats are called by a town and a point of the compass."""
AREAS = frozenset({"GPE", "LOC"})
TIMES = frozenset({"daily", "evening", "morning", "new", "sunday", "weekly"})
"""Words between the place and the last word of a newspaper's name."""
MAX_PAPER = 5
"""Words of a newspaper's name after its place, the hyphen of a double name among them."""


def find_of_towns(tokens: Tokens, candidates: Sequence[Mention]) -> list[Mention]:
    """Return the newspapers and seats, as candidates of rules, in order."""
    found: dict[tuple[int, int], Mention] = {}
    for place in candidates:
        if place.label in AREAS and place.method == "gazetteer":
            named = (*_papers(tokens, place), *_seats(tokens, place))
            found |= {(m.start, m.end): m for m in named}
    return sorted(found.values(), key=lambda mention: (mention.start, mention.end))


def _seats(tokens: Tokens, town: Mention) -> Iterator[Mention]:
    """Yield a British town with the point of the compass after it."""
    end = town.end
    is_british = tokens.term_countries.get(town.entry) == SEATS_OF
    if not is_british or not _is_name_word(tokens, end) or _is_name_word(tokens, end + 1):
        return
    if tokens.lower[end] in name_words().seat_words:
        yield Mention(town.start, end + 1, "GPE", "rule", SEAT)


def _is_name_word(tokens: Tokens, i: int) -> bool:
    """Return whether a token is a word of a name: it has a capital and the tag of one, and is not masked.

    Args:
        i: Number of the token, which need not exist.
    """
    if not 0 <= i < len(tokens) or i in tokens.gaps or tokens.spaces[i]:
        return False
    return tokens.texts[i][:1].isupper() and tokens.tags[i].startswith("NNP")


def _papers(tokens: Tokens, place: Mention) -> Iterator[Mention]:
    """Yield the newspaper that begins with a place: an article before it and a word of papers, or two of them."""
    end, parts, times = place.end, 0, 0
    while end < min(len(tokens), place.end + MAX_PAPER) and _is_of_paper(tokens, end):
        parts += tokens.lower[end] in name_words().paper_parts
        times += tokens.lower[end] in TIMES
        end += 1
    if not parts or tokens.lower[end - 1] not in name_words().paper_parts or _is_name_word(tokens, end):
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
