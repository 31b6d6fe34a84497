"""Finds names by their head word: `Environment, Food and Rural Affairs Committee`, `Ministry of Public Security`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from spacy.tokens import Span

from policy_news.core.grouping import grouped
from policy_news.nlp.entities.mentions import LONGEST, PREFIXES, REACH
from policy_news.nlp.entities.token_patterns import Marked
from policy_news.nlp.extensions import register
from policy_news.nlp.tokens import Tokens
from policy_news.rules.name_forms import name_words
from policy_news.rules.rule_models import Strict
from policy_news.rules.word_lists import is_ordinary, is_surname

NO_NAME_TAGS = frozenset({"DT", "IN", "PRP", "PRP$", "WRB", "WDT", "CC", "MD"})
OPENING_TAGS = frozenset({"VBG", "VBN", "RB", "UH"})
"""A word of these tags has its capital only because it opens a sentence (`Regarding Tarnshire Province, ...`)."""
APOSTROPHES = frozenset({"'", "’"})
DATING = frozenset({"on", "in", "for", "of"})
"""What leads to a day or month, which is no part of a name: `told the Ports Committee on Tuesday`."""
PARTIES = frozenset({"democratic", "republican"})
LOWERED_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS", "JJ", "VBG", "VBN", "HYPH"})


class Head(Marked):
    """A head word and the names that it makes.

    Attributes:
        words: Forms of the head, as written.
        before: The name stands before the head (`Home Affairs Committee`).
        after: Prepositions by which it follows (`Committee on Climate Change`).
        needs_after: Whether something must follow it so (`Commission on Elder Care`, which `Harbour Commission` is not).
        headlines: Whether it makes names in title case too, where the capitals say nothing.
        rare_in_headlines: Whether one of its words must then be no ordinary one (`Gallowmere Trust`, not `Hospital Trust`).
        lists: The name may list things with commas and `and` (`Environment, Food and Rural Affairs Committee`).
        stop: Words that never belong to the name, in lower case.
        labels: Words before the head, in lower case, that make another thing of it (`National Committee` of a party).
        of_party: What a name is that has a party in it (`Republican Policy Committee`).
        examples: Sentences with the mention in square brackets.
        counterexamples: Sentences without one.
    """

    label: str
    words: tuple[str, ...]
    before: bool = True
    after: tuple[str, ...] = ()
    headlines: bool = True
    rare_in_headlines: bool = False
    needs_after: bool = False
    lists: bool = False
    stop: tuple[str, ...] = ()
    labels: Mapping[str, str] = {}
    of_party: str = ""
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]


class HeadFile(Strict):
    """All head words."""

    heads: tuple[Head, ...] = ()

    @cached_property
    def by_word(self) -> Mapping[str, Sequence[Head]]:
        """The heads by their forms."""
        return grouped((word, head) for head in self.heads for word in head.words)


class Listed(NamedTuple):
    """What lists and model know of the doc: first tokens of places, last tokens of bodies, the end of the longest name from a token."""

    places: frozenset[int]
    bodies: frozenset[int]
    ends: dict[int, int]


register()


def find_headed_names(tokens: Tokens, rules: HeadFile) -> list[Span]:
    """Return all names with a head word of the rules, as candidates `rule:<id>`."""
    by_word, all_lowered = rules.by_word, tokens.lowered
    listed = Listed(_place_starts(tokens), _body_ends(tokens), _listed_ends(tokens))
    found = []
    for i in [i for i, text in enumerate(tokens.texts) if text in by_word or i in all_lowered]:
        lowered = i in all_lowered
        text = tokens.texts[i].capitalize() if lowered else tokens.texts[i]
        for head in by_word.get(text, ()):
            if not lowered or head.headlines:
                span = _headed_name(tokens, i, head, listed)
                if span is not None:
                    found.append(span)
    return found


def _listed_ends(tokens: Tokens) -> dict[int, int]:
    """Return the token after the longest listed name, by the first token."""
    ends: dict[int, int] = {}
    for span in tokens.candidates:
        if span.id_.startswith("gazetteer:"):
            ends[span.start] = max(span.end, ends.get(span.start, 0))
    return ends


def _headed_name(tokens: Tokens, i: int, head: Head, listed: Listed) -> Span | None:
    """Return the name of a head word at a token; None where it stands alone, or lacks what must follow it."""
    start = i
    if head.before:
        start = _extend_left(tokens, i, head, listed.bodies)
    elif i and _is_name_word(tokens, i - 1):
        return None
    end = _extend_right(tokens, i, head, listed)
    if end - start <= 1 or (end == i + 1 and head.needs_after):
        return None
    if head.label == "DEPARTMENT" and listed.ends.get(start + 1) == end and is_surname(tokens.texts[start]):
        start += 1  # who led it stands before a listed body: `Bush Justice Department`
    if listed.ends.get(i, end) > end:
        return None  # the head of `CSX and Union Pacific` is not `Union`, which opens a listed name
    if head.rare_in_headlines and i in tokens.lowered and all(map(is_ordinary, tokens.texts[start:end])):
        return None
    label = head.labels.get(tokens.lower[i - 1], head.label) if start < i else head.label
    if head.of_party and not PARTIES.isdisjoint(tokens.lower[start:end]):
        label = head.of_party
    return Span(tokens.doc, start, end, label=label, span_id=f"rule:{head.id}")


def _extend_left(tokens: Tokens, head_at: int, head: Head, bodies: frozenset[int]) -> int:
    """Index of the first token of the name that ends in the head word."""
    start, joined = head_at, False
    for i in range(head_at - 1, max(head_at - LONGEST, -1), -1):
        if _ends_name(tokens, i, head):
            break
        if _is_of_members(tokens, i):
            continue
        if _is_name_word(tokens, i) or _is_hyphenated(tokens, i):
            if joined and not head.lists and i and _is_other_name(tokens, i, bodies):
                break
            start = i
        elif _joins_names(tokens, i, head):
            joined = True
        elif not _is_inside(tokens, i, head, start, joined=joined):
            break
    return start


def _joins_names(tokens: Tokens, i: int, head: Head) -> bool:
    """Return whether `and` may go on to the left with the same name."""
    return tokens.lower[i] in ("and", "&") and (head.lists or not head.needs_after)


def _ends_name(tokens: Tokens, i: int, head: Head) -> bool:
    """Return whether a token cannot be of the name that goes on after it: a mask, a break, a barred word, `Moll` of `pro-Moll PAC`."""
    if i in tokens.gaps or tokens.spaces[i] or tokens.lower[i] in head.stop:
        return True
    return i > 1 and tokens.texts[i - 1] == "-" and tokens.lower[i - 2] in PREFIXES


def _is_other_name(tokens: Tokens, i: int, bodies: frozenset[int]) -> bool:
    """Return whether what ends before `and` is a name of its own: of several words, or a listed body that nothing leads to."""
    return _is_name_word(tokens, i - 1) or (i in bodies and tokens.lower[i - 1] not in ("of", "for"))


def _is_hyphenated(tokens: Tokens, i: int) -> bool:
    """Return whether a token is a hyphen after a word of a name, or what one ties to it (`Co-operative Federation`)."""
    at = i if tokens.texts[i] == "-" else i - 1
    if at < 1 or tokens.texts[at] != "-" or tokens.followed_by_space(at):
        return False
    return not tokens.followed_by_space(at - 1) and _is_name_word(tokens, at - 1)


def _is_inside(tokens: Tokens, i: int, head: Head, start: int, *, joined: bool) -> bool:
    """Return whether a name goes on to the left of a comma of a list or of an `of`, which no person may precede."""
    if joined and tokens.texts[i] == "," and i > 1 and _is_name_word(tokens, i - 1):
        # Trades whose body it is: `the Rail, Tram and Bus Union`.
        is_body = tokens.lower[i - 1] in name_words().organisation_words
        leads = tokens.lower[i - 2] in (",", "the")
        return head.lists or (leads and is_ordinary(tokens.texts[i - 1]) and not is_body)
    leads = tokens.lower[i] in ("of", "for") or (tokens.lower[i] == "on" and "on" in head.after)
    return leads and i + 1 == start and not (i and tokens.ent_types[i - 1] == "PERSON")


def _is_of_members(tokens: Tokens, i: int) -> bool:
    """Return whether an apostrophe stands after those whose body it is: `Developers' Forum`, `Farmers’ Union`."""
    return (
        i > 0
        and tokens.texts[i] in APOSTROPHES
        and tokens.lower[i - 1].endswith("s")
        and is_ordinary(tokens.texts[i - 1])
    )


def _body_ends(tokens: Tokens) -> frozenset[int]:
    """Return the last tokens of listed bodies: before `and` they are names of their own (`Republican and Independence Party`)."""
    return frozenset(span.end - 1 for span in tokens.candidates if span.label_ in ("ORG", "COMPANY"))


def _place_starts(tokens: Tokens) -> frozenset[int]:
    """Return the first tokens of places, by the list or the model."""
    return frozenset(span.start for span in (*tokens.candidates, *tokens.ents) if span.label_ == "GPE")


def _extend_right(tokens: Tokens, head_at: int, head: Head, listed: Listed) -> int:
    """Return one past the last token of the name that follows the head word."""
    places = listed.places
    if (
        head_at + 2 >= len(tokens)
        or tokens.lower[head_at + 1] not in head.after
        or head_at + 1 in tokens.gaps
    ):
        return head_at + 1
    if _is_seat(tokens, head_at + 1, head, places):
        return head_at + 1
    end = head_at + 1
    for i in _following(tokens, head_at + 2):
        if tokens.lower[i] in name_words().calendar and tokens.lower[i - 1] in DATING:
            break
        if _is_name_word(tokens, i):
            end = i + 1
        elif not _goes_on(tokens, i, head) or _is_seat(tokens, i, head, places):
            break
    return end


def _is_seat(tokens: Tokens, i: int, head: Head, places: frozenset[int]) -> bool:
    """Return whether `in` or `of` leads to the place of a committee or department, which is no part of its name."""
    return i + 1 in places and (tokens.lower[i] == "in" or (tokens.lower[i] == "of" and head.lists))


def _goes_on(tokens: Tokens, i: int, head: Head) -> bool:
    """Return whether a small word inside a name after its head lets the name go on."""
    word = tokens.lower[i]
    if word == ",":
        return head.lists and _list_goes_on(tokens, i + 1)
    if word in ("and", "&"):
        if head.lists or not _joins_word(tokens, i):  # nothing follows the last word of a text
            return _joins_word(tokens, i)
        # Between ordinary words `and` joins words and not names: `Party for Freedom and Progress`.
        return is_ordinary(tokens.texts[i - 1]) and is_ordinary(tokens.texts[i + 1])
    return (head.lists and _after_and(tokens, i - 1) == i + 1) or (
        word in ("of", "the", "for", "in", "to", "on", "a") and tokens.lower[i - 1] not in ("and", "&")
    )


def _joins_word(tokens: Tokens, i: int) -> bool:
    """Return whether a word of a name follows `and`."""
    after = _after_and(tokens, i)
    return after < len(tokens) and _is_name_word(tokens, after)


def _after_and(tokens: Tokens, i: int) -> int:
    """Return the token that `and` joins; after a comma `the` may come first: `Courts, Intellectual Property, and the Internet`."""
    return i + 2 if tokens.lower[i - 1 : i + 2] == [",", "and", "the"] else i + 1


def _following(tokens: Tokens, start: int) -> Iterator[int]:
    for i in range(start, min(start + LONGEST, len(tokens))):
        if i in tokens.gaps or tokens.spaces[i]:
            return
        yield i


def _list_goes_on(tokens: Tokens, start: int) -> bool:
    """Return whether `A, B and C` follows: capitalised words up to an `and` with one more after it, or that `and` after the last comma."""
    is_list = "," in tokens.texts[max(start - REACH, 0) : start - 1]
    for i in range(start, min(start + REACH, len(tokens) - 1)):
        if tokens.lower[i] in ("and", "&"):
            return (i > start or is_list) and _joins_word(tokens, i)
        if not _is_name_word(tokens, i) and tokens.texts[i] != ",":
            return False
    return False


def _is_name_word(tokens: Tokens, i: int) -> bool:
    """Return whether a token can be part of a name: by its capital, or one in a headline if it is no verb."""
    tag = tokens.tags[i]
    if not tokens.texts[i][:1].isupper():
        return i in tokens.lowered and tag in LOWERED_TAGS and tokens.deps[i] != "ROOT"
    opens = i == 0 or tokens.sentence_starts[i]
    if tag == "PRP$" and not opens:
        return True  # `Our Values PAC`
    return tag not in NO_NAME_TAGS and not (opens and tag in OPENING_TAGS)
