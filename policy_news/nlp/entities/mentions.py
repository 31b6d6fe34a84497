"""Decides between the candidates of the layers: one label for each stretch of text.

Order of trust: names of the gazetteer, strong grammar rules, the model, weak rules. A longer name beats a shorter one
inside it (`University of Manchester`, `Jordan Smith`) unless the shorter is known and the rest is no name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from policy_news.core.grouping import grouped
from policy_news.nlp.entities.laws import is_law
from policy_news.nlp.entities.pair_words import pair_words
from policy_news.nlp.tags import NAMES, PLURALS
from policy_news.nlp.tokens import Tokens, spelled
from policy_news.nlp.who.words import usual_title
from policy_news.rules.name_forms import honorifics, name_words
from policy_news.rules.word_lists import (
    gender_of,
    is_given_somewhere,
    is_name_of_person,
    is_ordinary,
    is_spelled_lower,
)
from policy_news.tables.labels import ORGANISED, PEOPLE, find_label

NAMED = frozenset(
    {"PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE"}
)
"""Labels of the model that name something; the others (dates, numbers) never hide a candidate."""
NUMERIC = frozenset({"DATE", "TIME", "CARDINAL", "ORDINAL", "MONEY", "PERCENT", "QUANTITY"})
LONGEST = 15
"""No name has more tokens."""
REACH = 8
"""Most tokens between a name and what says something of it: its office, its acronym, a word of business."""
_ORDER = {"gazetteer": 0, "rule": 0, "document": 0, "model": 0, "weak": 3, "common": 4}
_TRUST = {"gazetteer": 0, "rule": 1, "document": 1, "model": 2, "weak": 3, "common": 3}
_AMOUNT = re.compile(r"(?:N|R)(?:\d[\d.,]*\s?(?:bn|k|m|mn|tn|trn)|\d{2,})|[A-Z]{0,3}\$ ?\d[\d., ]*\w*")
"""Naira, rand and dollars, which the model takes for names: `N2.9trn`, `N200`, `N$15 000`."""
QUESTION = re.compile(r"Q\.?\d+")
"""The number of a question in the minutes of a committee."""
CUTS = frozenset({"/", "|", "”"})
"""Marks between two names (`Reuters/Ana Moll`, `“Deep State” Justice Department`)."""
PARTY_LETTERS = frozenset({"D", "R", "I"})
"""What stands before the state of a member of Congress: `R-Texas`."""
PREFIXES = PARTY_LETTERS | {"pro", "anti", "ex", "non"}
"""Prefixes that a hyphen joins to a name, of which they are not part."""
ARTICLES = frozenset({"the", "a", "an"})
THINGS = frozenset({"COMPANY", "ORG", "GPE"})
"""Labels of names that no honorific leads to."""
BODIES = frozenset({"ORG", "DEPARTMENT", "COMMITTEE"})
NATIONS = {"U.S.": "US", "US": "US", "UK": "GB", "U.K.": "GB"}
"""Short names of nations that stand before their bodies."""
POSSESSIVES = frozenset({"'s", "’s", "'", "’"})
LOOSE_ENDS = frozenset({"and", "or", "&", "of", "for", "in", "at", "by", "with", "to", "from", "the"})
"""Small words that the model takes along and that close no name (`Quickbridge Lending and`)."""
EDGES = frozenset(
    {",", ".", ":", ";", "-", "–", "—", "―", '"', "“", "”", "‘", "(", ")", "[", "]", "*", "#", "|", "/"}
)
"""Marks that no name begins or ends with."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention of an entity: token offsets, label, and where it comes from.

    Attributes:
        method: gazetteer, rule, model or document; `common` and `weak` before they are confirmed.
        entry: Id in the rule data, or empty.
    """

    start: int
    end: int
    label: str
    method: str
    rule: str = ""
    entry: str = ""

    def covers(self, other: Mention) -> bool:
        """Return whether `other` lies inside."""
        return self.start <= other.start and other.end <= self.end


def tokens_of(mentions: Iterable[Mention]) -> set[int]:
    """Return the tokens of all mentions."""
    return {i for mention in mentions for i in range(mention.start, mention.end)}


_USER = re.compile(r"[A-Za-z][a-z]+\d{2,}")
"""What users of a site call themselves: `Bluebell22`."""


def read_candidates(tokens: Tokens) -> list[Mention]:
    """Return the candidates that the gazetteer and the grammar left on the doc, without articles and countries before titles."""
    found = _fitted(tokens, _from_spans(tokens))
    listed = [m for m in found if m.method == "gazetteer"]
    bodies = _ends_by_word(listed, {m.start for m in found if m.label == "OFFICE"})
    departments = grouped((m.start, m.end) for m in listed if m.label == "DEPARTMENT")
    people = {m.start for m in listed if m.label in PEOPLE}
    owned = tokens.rules_marked["after-department"]
    result = []
    for mention in found:
        if not _is_no_candidate(tokens, mention):
            leads = departments if mention.rule in owned else bodies
            result.append(_before_name(tokens, _without_lead(tokens, mention, leads), people))
    return result


def with_chamber(tokens: Tokens, mention: Mention) -> Mention:
    """Return a listed committee with the chamber that stands right before it: `Commons | Committee of Privileges`."""
    i = mention.start
    if mention.label != "COMMITTEE" or not i or tokens.texts[i - 1] not in CHAMBERS:
        return mention
    if i - 1 in tokens.gaps or i in tokens.openings:
        return mention
    words = 3 if tokens.lower[max(i - 3, 0) : i - 1] == ["house", "of"] else 1
    return replace(mention, start=i - words)


CHAMBERS = frozenset({"Commons", "Lords", "Senate"})
"""Last words of the names of chambers whose committees papers name with them."""


def _is_no_candidate(tokens: Tokens, mention: Mention) -> bool:
    """Tell whether a mention is a country before a title, is another peer than the listed one, or is money."""
    return (
        _is_of_country(tokens, mention)
        or _is_other_peer(tokens, mention)
        or _AMOUNT.fullmatch(tokens.text(mention.start, mention.end)) is not None
    )


def without_style(tokens: Tokens, mention: Mention) -> Mention:
    """Return a listed peer without what leads to the name: `Lord Mandelson`.

    The lists have the style, since the surname alone may be of others. It is an honorific all the same.
    """
    return replace(mention, start=mention.start + 1) if _is_peer(tokens, mention) else mention


def _is_peer(tokens: Tokens, mention: Mention) -> bool:
    listed = mention.label in PEOPLE and mention.method == "gazetteer"
    return (
        listed and mention.end - mention.start > 1 and tokens.lower[mention.start] in name_words().peer_styles
    )


def _is_other_peer(tokens: Tokens, mention: Mention) -> bool:
    """Return whether a place after a listed peer makes another one of him: `Lord Owen of the Roding`."""
    if not _is_peer(tokens, mention):
        return False
    behind = [text for text in tokens.texts[mention.end : mention.end + 3] if text != "the"]
    return behind[:1] == ["of"] and behind[1:] != [] and behind[1][:1].isupper()


def _fitted(tokens: Tokens, found: list[Mention]) -> list[Mention]:
    """Return the candidates, places without what they lead to (`Boston, Massachusetts` are two), bodies of a nation with its short name before them.

    That is `U.S. Central Command`; before a party a nation is said apart (`US Republicans`).
    """
    places = {m.start: m.entry for m in found if m.label == "GPE"}
    kept = []
    for m in found:
        inside = range(m.start, m.end) if m.label == "GPE" else ()
        commas = (i for i in inside if tokens.texts[i] == "," and places.get(i + 1, m.entry) != m.entry)
        kept.append(replace(m, start=m.start - _has_nation_before(tokens, m), end=next(commas, m.end)))
    return kept


def _has_nation_before(tokens: Tokens, mention: Mention) -> bool:
    if not mention.start or mention.label not in BODIES or mention.method != "gazetteer":
        return False
    nation = NATIONS.get(tokens.texts[mention.start - 1])
    is_party = tokens.lower[mention.end - 1] in name_words().party_words
    return nation is not None and not is_party and tokens.term_countries.get(mention.entry) == nation


def _is_of_country(tokens: Tokens, mention: Mention) -> bool:
    """Return whether a pattern took the country after `minister of` for a portfolio."""
    if mention.label != "OFFICE" or mention.method != "rule":
        return False
    return any(
        tokens.lower[i] == "of" and tokens.ent_types[i + 1] == "GPE"
        for i in range(mention.start, mention.end - 1)
    )


def _ends_by_word(listed: Iterable[Mention], titles: Container[int]) -> dict[int, list[int]]:
    """Return the ends of listed bodies and places before a title by each of their words: `Commission President` lies across `European Commission`."""
    leading = [m for m in listed if m.label in ("ORG", "GPE") and m.end in titles]
    return grouped((i, m.end) for m in leading for i in range(m.start, m.end))


def _from_spans(tokens: Tokens) -> list[Mention]:
    spans = tokens.candidates
    known = spelled(tokens.doc.vocab)
    methods = {key: known[key].partition(":") for key in {span.id for span in spans}}
    return [
        Mention(span.start, span.end, known[span.label], method, rule, known[span.kb_id])
        for span in spans
        for method, _, rule in (methods[span.id],)
    ]


def _without_lead(tokens: Tokens, mention: Mention, bodies: Mapping[int, Sequence[int]]) -> Mention:
    """Cut what leads to a name: `the Bank` -> `Bank`, `German Chancellor` -> `Chancellor`, `European Commission President` -> `President`."""
    start = mention.start
    # A country only says whose office it is.
    countries = ("NORP", "GPE") if mention.label == "OFFICE" else ()
    while start + 1 < mention.end and (
        tokens.lower[start] == "the"
        or (tokens.ent_types[start] in countries and tokens.texts[start][:1].isupper())
    ):
        start += 1
    if mention.label == "OFFICE" or mention.rule in tokens.rules_marked["after-department"]:
        start = max((end for end in bodies.get(start, ()) if end < mention.end), default=start)
    return mention if start == mention.start else replace(mention, start=start)


def _before_name(tokens: Tokens, mention: Mention, people: Container[int]) -> Mention:
    """Return a title that a pattern found, up to the listed person after it: `Minister for Ports | Mr Tom Hale`."""
    if mention.label != "OFFICE" or mention.method != "rule":
        return mention
    end = next((i for i in range(mention.start + 1, mention.end) if i in people), mention.end)
    while end < mention.end and _length_of_honorific(tokens, end - 1):
        end -= 1
    return replace(mention, end=end)


def read_model_entities(tokens: Tokens) -> list[Mention]:
    """Return the model's entities without determiner, possessive and gap tokens; what a gap cuts is left out.

    Entities are cut at slashes (`Reuters/Ana Moll`), those of persons also at a possessive (`Moll's new`).
    """
    found = []
    for left, right, seen in tokens.entities:
        if not tokens.gaps.isdisjoint(range(left, right)):
            continue
        for first, last in _parts(tokens, left, right, seen):
            label = "PERSON" if seen in THINGS and _opens_as_person(tokens, first, last) else seen
            first = _behind_opening(tokens, _behind_party(tokens, first, last), last)
            first = _behind_kind(tokens, first, last) if label in THINGS else first
            start, end = trim(tokens, first, last, label)
            if start < end and not is_handle(tokens, start) and not _is_no_name(tokens, start, end, label):
                found.append(Mention(start, end, _kind(tokens, start, end, label), "model", f"model.{seen}"))
    return _without_seams(found)


def _opens_as_person(tokens: Tokens, start: int, end: int) -> bool:
    """Return whether what the model takes for a thing begins with what a person is: `the Right Honourable Hale`, `Founder Ana Hale`."""
    start += tokens.lower[start] in ARTICLES
    if end - start > 2 and _opens_with_letters(tokens, start, end):
        return True
    if end - start == 3 and _is_postnominal(tokens, end - 1) and is_given_somewhere(tokens.texts[start]):
        return True
    if end - start == 3 and tokens.lower[start] in name_words().callings:
        return bool(gender_of(tokens.texts[start + 1]))
    while start < end and (length := honorifics().length_at(tokens.lower, start)):
        behind = start + length
        if length > 1 or is_of_person(tokens, start):
            return behind < end
        if behind + 1 < end and is_given_somewhere(tokens.texts[behind]):
            return True
        start += length
    return False


def _opens_with_letters(tokens: Tokens, start: int, end: int) -> bool:
    """Return whether a name is a rank or initials without full stops and two names: `CSP Musa Hale`, `SM Tarik Hale`."""
    letters, words = tokens.texts[start], tokens.texts[start + 1 : end]
    if not (letters.isupper() and letters.isalpha() and all(map(str.istitle, words))):
        return False
    if len(letters) > 2 and letters.lower() in honorifics().ranks:
        return True
    known = name_words().company_words | name_words().organisation_words
    is_person = is_given_somewhere(words[0]) and is_name_of_person(words[-1])
    return (
        1 < len(letters) < 4 and start not in tokens.listed and is_person and words[-1].lower() not in known
    )


def _kind(tokens: Tokens, start: int, end: int, seen: str) -> str:
    """Return the label of what the model sees, where its words say another: a law, a building, a person."""
    if seen in NAMED and is_law(tokens, start, end):
        return "LAW"
    if seen == "ORG" and end - start > 1 and _is_venue(tokens, end - 1):
        return "FAC"
    if seen in ("ORG", "PERSON") and start > 1 and tokens.texts[start - 1] == "-":
        # `R-Cedar Falls`: where a member of a chamber is from
        return "GPE" if tokens.texts[start - 2] in PARTY_LETTERS else seen
    if seen == "WORK_OF_ART" and _speaks(tokens, start, end):
        return "PERSON"
    if seen == "PERSON" and end - start == 1 and _is_acronym(tokens, start):
        return "ORG"
    return seen


def _is_acronym(tokens: Tokens, i: int) -> bool:
    """Return whether a word in capitals among others is not a person's name or initials: `the KCNA`, but not `FDR` or `MOLL VOTES`."""
    word = tokens.texts[i]
    beside = tokens.beside(i, i + 1)
    return (
        word.isalpha()
        and word.isupper()
        and 3 <= len(word) <= 5
        and word not in name_words().initials
        and not is_name_of_person(word)
        and not any(other.isupper() and len(other) > 1 for other in beside)
    )


def _speaks(tokens: Tokens, start: int, end: int) -> bool:
    """Return whether two or three words with capitals say something: no work does."""
    words = tokens.texts[start:end]
    named = 2 <= len(words) <= 3 and all(word.istitle() and word.isalpha() for word in words)
    return named and tokens.lower[end : end + 1] != [] and tokens.lower[end] in name_words().speaking


def _is_venue(tokens: Tokens, last: int) -> bool:
    """Return whether a word closes the name of a building: `Moll Arena`, `Moll Convention Center`."""
    words = tokens.lower
    return words[last] in name_words().venues or (
        words[last] in ("center", "centre") and words[last - 1] in name_words().centres
    )


LEADING_ON = frozenset({"of", "for", "to"})
"""Words behind the head of a name: `Commissioner | of Police`."""


def head_of(tokens: Tokens, start: int, end: int) -> int:
    """Return the token that says what a name is of: the last, or that before the first `of`, `for` or `to` (there, before `General`)."""
    at = next((i for i in range(start + 1, end) if tokens.lower[i] in LEADING_ON), end) - 1
    while start < at < end - 1 and tokens.lower[at] in ("general", "-"):
        at -= 1
    return at


def is_post(tokens: Tokens, start: int, end: int) -> bool:
    """Return whether a name of several words is that of a post: `Divisional Police Officer`, `Commissioner of Police`."""
    at, known = head_of(tokens, start, end), name_words()
    if end - start == 1 or tokens.lower[start] == "office":
        return False
    head = tokens.lower[at]
    return head in known.posts or (tokens.lower[end - 1] != head and head in known.posts_of)


def _is_government(tokens: Tokens, start: int, end: int) -> bool:
    """Return whether a name only says whose government one is: `Federal Government of Nigeria`."""
    at = head_of(tokens, start, end)
    before = range(start, at)
    return tokens.lower[at] == "government" and all(
        is_spelled_lower(tokens.texts[i]) or is_people(tokens.lower[i]) for i in before
    )


def _closing_title(tokens: Tokens, start: int, end: int, label: str) -> str | None:
    """Return the title or party that closes no name: `the District Governor`, `the Garrison | Commander`, `Sheikh | Ahmad`."""
    closing = tokens.lower[end - 1]
    if label == "PERSON":
        if end - start > 1:
            return closing if closing in PARTISAN else None
        if closing in honorifics().single and not NAMES.isdisjoint(tokens.tags[end : end + 1]):
            return closing
        if tokens.lower[start - 1] == "the":
            return usual_title("".join(tokens.lower[end : end + 1]))
    return usual_title(closing.removesuffix("s")) if label == "GPE" and end - start > 1 else None


def _is_no_name(tokens: Tokens, start: int, end: int, label: str) -> bool:
    """Return whether a span of the model is no name: without a letter, of a link, or a noun with a nation (`Christian university`)."""
    if label not in NAMED:
        return False
    if label == "ORG" and (is_post(tokens, start, end) or _is_government(tokens, start, end)):
        return True
    others = tokens.texts[start + 1 : end]
    if others and is_people(tokens.lower[start]) and all(map(str.islower, others)):
        return True
    if _is_style(tokens, start, end) or _closing_title(tokens, start, end, label):
        return True
    text = tokens.text(start, end)
    if not others and text in PARTY_LETTERS and tokens.texts[end : end + 1] == ["-"]:
        return True
    if not others and (label != "GPE" or len(text.rstrip(".")) > 2) and _is_after_name(tokens, start):
        return True
    return not any(map(str.isalpha, text)) or "://" in text or '="' in text


def _is_style(tokens: Tokens, start: int, end: int) -> bool:
    """Return whether a span has only what precedes the name of a person: `Puan Sri`, `DSP | Hale`."""
    words, known = [word.rstrip(".") for word in tokens.lower[start:end]], honorifics()
    if 1 < len(words) <= known.length_at(tokens.lower, start):
        return True
    leads = len(words) > 1 or "".join(tokens.texts[end : end + 1]).istitle()
    is_style = is_of_person(tokens, start) or (leads and words[0] in known.ranks)
    return is_style and known.single.union(known.ranks).issuperset(words)


PARTISAN = frozenset({"democrat", "democratic", "democrats", "gop", "republican", "republicans"})
"""What follows a state, and is nobody's surname: `Virginia Democratic primary voters`."""


def is_people(lower: str) -> bool:
    """Return whether a word is an adjective of a nation or the noun for its people."""
    return lower in name_words().nationalities or lower in name_words().demonyms


def is_handle(tokens: Tokens, start: int) -> bool:
    """Return whether what begins at a token is a handle or a hashtag: no name of a person or a body."""
    before = tokens.texts[start - 1] if start else ""
    tied = before in ("@", "#") and not tokens.followed_by_space(start - 1)
    return tied or tokens.texts[start][:1] in ("@", "#") or _USER.fullmatch(tokens.texts[start]) is not None


LEADING_TO_DAYS = frozenset({"by", "in", "last", "next", "on", "since", "this", "until"})
"""Words before a month or day."""
ADVERBS = frozenset({"RB", "RBR", "RBS", "UH"})
"""Tags of an adverb."""


def _behind_party(tokens: Tokens, start: int, end: int) -> int:
    """Return where the state of a member begins, at `Ore.` of `D-Ore.`, or whom somebody is for: `Cruz` of `pro-Cruz`."""
    if start + 2 < end and tokens.texts[start + 1] == "-" and tokens.texts[start] in PREFIXES:
        return start + 2
    return start


def _behind_kind(tokens: Tokens, start: int, end: int) -> int:
    """Return where a name begins after a noun for what it is: `Danish drugmaker | Verodyne`."""
    lowered = [i for i in range(start + 1, end - 1) if tokens.texts[i].islower() and tokens.tags[i] == "NN"]
    if end - start > 1 and tokens.lower[start] in name_words().firm_nouns:
        return start + 1
    if len(lowered) != 1 or tokens.tags[lowered[0] + 1] not in NAMES:
        return start
    return lowered[0] + 1 if all(map(is_people, tokens.lower[start : lowered[0]])) else start


def _behind_opening(tokens: Tokens, start: int, end: int) -> int:
    """Return where a surname begins after an adverb that opens the sentence or a month: `Later Hale left`, `In March Hale left`."""
    if end - start != 2 or is_spelled_lower(tokens.texts[end - 1]) or not start:
        return start
    dated = tokens.lower[start] in name_words().calendar and tokens.lower[start - 1] in LEADING_TO_DAYS
    opens = tokens.sentence_starts[start] and tokens.tags[start] in ADVERBS
    return start + 1 if dated or (opens and is_ordinary(tokens.texts[start])) else start


def _without_seams(found: list[Mention]) -> list[Mention]:
    """Return the entities with places joined that the model cuts in two: nothing stands between `Hemel` and `Hempstead`."""
    joined: list[Mention] = []
    for mention in found:
        if joined and mention.label == joined[-1].label == "GPE" and mention.start == joined[-1].end:
            joined[-1] = replace(joined[-1], end=mention.end)
        else:
            joined.append(mention)
    return joined


def _parts(tokens: Tokens, start: int, end: int, label: str) -> list[tuple[int, int]]:
    if label in NUMERIC or (end - start == 1 and tokens.texts[start] not in CUTS):
        return [(start, end)]
    cuts = [i for i in range(start, end) if tokens.texts[i] in CUTS]
    length = end - start - (tokens.lower[start] in ARTICLES)
    if label == "ORG" and length == 2 and tokens.lower[end - 1] in pair_words().led:
        cuts.append(end - 1)  # `the Bush Administration` names the person
    if label in THINGS:
        cuts += _between_names(tokens, start, end)
    if label == "PERSON":
        cuts += [i for i in range(start, end) if tokens.lower[i] in ("'s", "’s")][:1]
        if len(cuts) == 1 and tokens.texts[cuts[0]] not in CUTS:
            return [(start, cuts[0])]
    edges = [start - 1, *sorted(cuts), end]
    return [(left + 1, right) for left, right in pairwise(edges) if left + 1 < right]


def _between_names(tokens: Tokens, start: int, end: int) -> list[int]:
    """Return where a span of the model holds two names: at `or`, colon, comma, or `and` with an article or beside a listed name.

    The number of a resolution is not part of the name of a body: `Security Council Resolution 12`.
    """
    words = tokens.lower
    if end - start > 2 and words[end - 2] == "resolution" and words[end - 1].isdigit():
        return [*_between_names(tokens, start, end - 2), end - 2, end - 1]
    lists = "and" in words[start:end] or "&" in words[start:end]  # `Environment, Food and Rural Affairs`
    return [i for i in range(start + 1, end - 1) if _parts_names(tokens, start, i, end, lists=lists)]


def _parts_names(tokens: Tokens, start: int, i: int, end: int, *, lists: bool) -> bool:
    """Return whether a word or mark inside of a name stands between two names."""
    word, following = tokens.lower[i], tokens.lower[i + 1]
    if word in ("or", ":"):
        return True
    if word == "(":
        return ")" not in tokens.texts[i:end]
    if word in ("and", "&"):
        return (word == "and" and following in ARTICLES) or _joins_listed(tokens, start, i, end)
    if word == ",":
        return not lists and following.strip(".") not in name_words().legal_forms
    return word in ("'s", "’s") and _is_listed(tokens, i + 1, end)


def _joins_listed(tokens: Tokens, start: int, i: int, end: int) -> bool:
    """Return whether a listed firm or body stands whole on one side of `and`: `Committee for Fair Ports and FreedomWorks`."""
    if tokens.lower[i + 1].strip(".") in name_words().partners:
        return False  # `Moll and Sons`
    sides = {(start + (tokens.lower[start] in ARTICLES), i), (i + 1, end)}
    return any(
        (span.start, span.end) in sides
        and span.label_ in ORGANISED
        and span.id_.startswith("gazetteer:")
        and not (len(span) == 1 and is_ordinary(tokens.texts[span.start]))
        for span in tokens.candidates
    )


def _is_listed(tokens: Tokens, start: int, end: int) -> bool:
    """Return whether a listed firm or body stands there, which what is before it owns: `Moll's Infowars`."""
    return any(
        (span.start, span.end) == (start, end)
        and span.label_ in ORGANISED
        and span.id_.startswith(("gazetteer:", "common:"))
        for span in tokens.candidates
    )


def trim(tokens: Tokens, start: int, end: int, label: str) -> tuple[int, int]:
    """Return a span without leading determiner or honorific and without trailing possessive or punctuation.

    Args:
        label: Honorifics and ordinary plurals are cut from a PERSON only.

    Returns:
        First token and the one after the last; equal if nothing is left.
    """
    spaces, lower = tokens.spaces, tokens.lower
    while start < end and (spaces[start] or lower[start] in ARTICLES or tokens.texts[start] in EDGES):
        start += 1
    if label == "PERSON":
        start, end = _trim_person(tokens, start, end)
    while start < end and (
        spaces[end - 1] or lower[end - 1] in POSSESSIVES or tokens.texts[end - 1] in EDGES | LOOSE_ENDS
    ):
        end -= 1
    if end - start > 1 and label in DATED and lower[end - 1] in WEEKDAYS:
        end -= 1
    return start, end


def _trim_person(tokens: Tokens, start: int, end: int) -> tuple[int, int]:
    while start + 1 < end and (length := _lead_of_name(tokens, start, end)) and start + length < end:
        start += length
    while start + 1 < end and _is_postnominal(tokens, end - 1):
        end -= 1
    while start + 1 < end and _is_thing_of(tokens, end - 1):
        end -= 1
    return start, end


DATED = frozenset({"FAC", "GPE", "LOC", "PERSON"})
"""Labels of what the model runs on into the day after it: `an interview with Moll Sunday`."""
WEEKDAYS = frozenset({"friday", "monday", "saturday", "sunday", "thursday", "tuesday", "wednesday"})


def _is_postnominal(tokens: Tokens, i: int) -> bool:
    """Return whether a token is of the letters after a name, or a comma between them."""
    if tokens.texts[i] == ",":
        return tokens.texts[i - 1].isupper() and tokens.lower[i - 1] in honorifics().after
    text = tokens.texts[i]
    return text[1:] != text[1:].lower() and text.lower() in honorifics().after


def _is_after_name(tokens: Tokens, i: int) -> bool:
    """Return whether a token is of the letters after two words of a name, or after a comma or bracket there: `Ann Orr, CBE, agreed`."""
    if i < 3 or not _is_postnominal(tokens, i):
        return False
    last = i - 2 if tokens.texts[i - 1] in (",", "(") else i - 1
    given, family = tokens.texts[last - 1 : last + 1]
    return given.istitle() and family.istitle() and not is_ordinary(family)


def _is_thing_of(tokens: Tokens, i: int) -> bool:
    """Return whether an ordinary plural closes what the model takes for a person: `James Comey Memos`."""
    word = tokens.texts[i]
    return tokens.tags[i] in PLURALS and is_ordinary(word) and not is_name_of_person(word)


def is_of_person(tokens: Tokens, i: int) -> bool:
    """Return whether a word before a name says that a person bears it (`Mr`, `Sen.`), which `General` and `King` do not."""
    word = tokens.lower[i]
    abbreviated = word.endswith(".") and word.rstrip(".") in honorifics().single
    return abbreviated or word in honorifics().sure


def _lead_of_name(tokens: Tokens, i: int, end: int) -> int:
    """Return how many words are not part of the name after them: `Mr`, `Welshman`, `Billionaire`, `Tan Sri`."""
    word = tokens.lower[i]
    if i + 2 < end and word in name_words().callings:
        return 1
    is_nation = is_people(word) if i + 2 < end else word in name_words().demonyms
    if (is_nation and not gender_of(word)) or word in name_words().born:
        return 1
    return _length_of_honorific(tokens, i)


def without_honorific(tokens: Tokens, mention: Mention) -> Mention:
    """Return the mention of a person that no list has, from the first word of the name."""
    start, end = mention.start, mention.end
    if mention.label not in PEOPLE or mention.entry:
        return mention
    while (length := _length_of_honorific(tokens, start)) and start + length < end:
        start += length
    return replace(mention, start=start)


def _length_of_honorific(tokens: Tokens, i: int) -> int:
    """Return how many words an honorific has; after another one it is a first name (`Rep. Earl Moll`)."""
    length = honorifics().length_at(tokens.lower, i)
    word = tokens.lower[i].rstrip(".")
    is_first_name = (
        length == 1 and i and gender_of(word) and tokens.lower[i - 1].rstrip(".") in honorifics().single
    )
    return 0 if is_first_name else length


def choose(tokens: Tokens, candidates: Iterable[Mention], model: Iterable[Mention]) -> list[Mention]:
    """Return the mentions that stand, in order, without overlaps.

    Args:
        candidates: Of the gazetteer (`gazetteer`), the grammar (`rule`, `weak`) and confirmed common words.
    """
    candidates = list(candidates)
    known = [
        m
        for m in _allowed(candidates)
        if (m.method != "weak" or not _is_ordinary(tokens, m)) and not _is_never_name(tokens, m)
    ]
    barred = {(m.start, m.end) for m in candidates if m.label == "NONE"}
    names = [*known, *_plausible(tokens, model, known, barred)]
    first = tokens.rules_marked["first"]
    kept = _without_overlaps(sorted(names, key=lambda mention: _rank(mention, first)))
    return sorted(kept, key=lambda mention: mention.start)


def _plausible(
    tokens: Tokens, model: Iterable[Mention], known: Iterable[Mention], barred: Container[tuple[int, int]]
) -> Iterator[Mention]:
    """Yield the model's entities that can be names, without what they begin with that is another's."""
    firm = grouped((other.start, other) for other in known if other.method in ("gazetteer", "rule"))
    for seen in model:
        mention = _without_lead_of_others(tokens, seen, firm)
        is_barred = mention.label in NUMERIC or (mention.start, mention.end) in barred
        if not is_barred and _is_plausible(tokens, mention, firm):
            yield mention


LONGEST_TITLE = 12
"""Words of a title of an office and its portfolios."""


def _without_lead_of_others(
    tokens: Tokens, mention: Mention, firm: Mapping[int, Sequence[Mention]]
) -> Mention:
    """Return an entity of the model without what it begins with that is another's name.

    The title of an office before a person (`President Moll`), or a known body that owns the rest
    (`Justice Department's Office of Appeals`).
    """
    mention = _without_owner(tokens, mention, firm.get(mention.start, ()))
    near = chain.from_iterable(
        firm.get(i, ()) for i in range(mention.start - LONGEST_TITLE, mention.start + 1)
    )
    titles = [m for m in near if m.label == "OFFICE" and mention.start < m.end < mention.end]
    # `Minister of | Mines and Energy Ana Moll`: what the model joins to a part of the title is its holder.
    if not titles or (mention.label != "PERSON" and any(m.start == mention.start for m in titles)):
        return mention
    return replace(mention, start=max(m.end for m in titles), label="PERSON")


def _without_overlaps(ranked: Iterable[Mention]) -> list[Mention]:
    """Keep each mention that no earlier one overlaps."""
    kept: list[Mention] = []
    taken: set[int] = set()
    for mention in ranked:
        places = range(mention.start, mention.end)
        if taken.isdisjoint(places):
            kept.append(mention)
            taken.update(places)
    return kept


def _is_never_name(tokens: Tokens, mention: Mention) -> bool:
    """Return whether a pattern took for a name what is none wherever it stands: `the MSP`, `EV makers`."""
    no_list = mention.method in ("rule", "weak")
    return no_list and tokens.text(mention.start, mention.end).lower() in name_words().no_names


def _without_owner(tokens: Tokens, mention: Mention, known: Iterable[Mention]) -> Mention:
    """Return an entity without the known body that owns it."""
    owners = [
        m.end
        for m in known
        if m.label in ORGANISED and m.end + 1 < mention.end and tokens.texts[m.end] in POSSESSIVES
    ]
    return replace(mention, start=max(owners) + 1) if owners else mention


def _allowed(candidates: list[Mention]) -> list[Mention]:
    """Return the candidates without those that a rule forbids: the same span, or an office that it overlaps."""
    forbidden = [mention for mention in candidates if mention.label == "NONE"]
    spans = {(mention.start, mention.end) for mention in forbidden}
    tokens = tokens_of(forbidden)
    return [
        mention
        for mention in candidates
        if mention.label != "NONE"
        and (mention.start, mention.end) not in spans
        and not (mention.label == "OFFICE" and not tokens.isdisjoint(range(mention.start, mention.end)))
    ]


def _is_ordinary(tokens: Tokens, mention: Mention) -> bool:
    """Return whether a mention is one ordinary word that only wears a capital."""
    word = tokens.texts[mention.start]
    return mention.end - mention.start == 1 and word.istitle() and is_ordinary(word)


def _is_plausible(tokens: Tokens, mention: Mention, firm: Mapping[int, Sequence[Mention]]) -> bool:
    """Return whether an entity of the model can be a name, and adds something to the known names in it."""
    if not _may_be_name(tokens.text(mention.start, mention.end), mention.label):
        return False
    if mention.label in ("ORG", "PERSON", "PRODUCT", "GPE") and _is_ordinary(tokens, mention):
        return False
    words = tokens.lower[mention.start : mention.end]
    if mention.label == "ORG" and words[1:] == [] and words[0] in name_words().bare_bodies:
        return False  # `the Bureau and the Union agreed`
    places = range(mention.start, mention.end)
    inside = [other for i in places if i in firm for other in firm[i] if mention.covers(other)]
    if not inside or _is_of_place(tokens, mention, inside):
        return True
    covered = tokens_of(inside)
    return any(i not in covered and _adds(tokens, i, firm) for i in places)


def _is_of_place(tokens: Tokens, mention: Mention, inside: Sequence[Mention]) -> bool:
    """Return whether a body is a listed one with its place before it, or after a hyphen: `Akron Chamber of Commerce`, `University of Texas-Dallas`."""
    party_words = name_words().party_words
    listed = [m for m in inside if m.label == "ORG" and m.method == "gazetteer"]
    bodies = [m for m in listed if tokens.lower[m.end - 1] not in party_words]
    places = [m for m in inside if m.label == "GPE"]
    if mention.label != "ORG":
        return False
    return any(
        (place.start, place.end, body.end) == (mention.start, body.start, mention.end)
        or (body.start, body.end + 1, place.end) == (mention.start, place.start, mention.end)
        for body in bodies
        for place in places
    )


def _may_be_name(text: str, label: str) -> bool:
    """Return whether a text has the form of a name, and is none of the words that are never one."""
    if not text[0].isupper() and not any(character.isupper() or character.isdigit() for character in text):
        return False
    if text.lower() in name_words().no_names or QUESTION.fullmatch(text) or _AMOUNT.fullmatch(text):
        return False
    return label == "NORP" or not is_people_alone(text)


def is_people_alone(text: str) -> bool:
    """Return whether a word says of which people something or somebody is, and is no usual surname (`Norman`)."""
    lower = text.lower()
    one = lower if lower in name_words().nationalities else lower.removesuffix("s")  # `Hausas`
    return lower in name_words().demonyms or (
        one in name_words().nationalities and not is_name_of_person(lower)
    )


def _adds(tokens: Tokens, i: int, firm: Mapping[int, Sequence[Mention]]) -> bool:
    """Return whether a word beside a known name can be part of a longer name; a model number (`Airbus A350`) is none."""
    word = tokens.texts[i]
    if any(character.isdigit() for character in word):
        return False
    if i in tokens.headlines and is_spelled_lower(word):
        return False  # its capital says nothing there: `Minister Approves Verodyne Line`
    if is_people(tokens.lower[i]) and any(m.label == "DEPARTMENT" for m in firm.get(i + 1, ())):
        return False  # `French | Foreign Office`: whose ministry it is, is told elsewhere
    return (
        word[:1].isupper() and tokens.ent_types[i] != "NORP" and tokens.lower[i] not in name_words().generic
    )


def _rank(mention: Mention, first: Collection[str]) -> tuple[int, int, int, int]:
    method, label = mention.method, mention.label
    order = 2 if method == "model" and label not in NAMED else _ORDER[method]
    trust = -1 if mention.rule in first else _TRUST[method]  # `Mr London` is no place
    if label in PEOPLE and mention.entry:
        trust = -2  # an honorific says nothing of a listed person
    return order, mention.start - mention.end, trust, find_label(label).priority
