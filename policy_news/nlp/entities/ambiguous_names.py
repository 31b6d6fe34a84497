"""Names that are also ordinary words or other names (`Next`, `Apple`, `Victoria`): which of them are meant as names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from policy_news.nlp.entities.mentions import Mention
from policy_news.nlp.entities.shared_names import OPEN_RULE
from policy_news.nlp.entities.us_states import is_state
from policy_news.nlp.tokens import Tokens
from policy_news.nlp.who.acronyms import is_acronym
from policy_news.rules.name_forms import name_words
from policy_news.rules.word_lists import is_first_name, is_name_of_person
from policy_news.tables.labels import ORGANISED, PLACES

_RENAMED = ([",", "formerly"], [",", "previously"])
ORGANS = ORGANISED - {"COMPANY"}
"""Bodies that say of which country a text speaks: firms of a country are in the news of all."""
MIN_NEIGHBOURS = 2
"""So many other places of its country make a place of a word that is also a first name."""


def confirm_common(tokens: Tokens, candidates: list[Mention], model: list[Mention]) -> list[Mention]:
    """Return the candidates with those of common names that the text confirms, as mentions of the gazetteer.

    What confirms one: it speaks; the model or a grammar rule sees an organisation there; the full name stands elsewhere; a first name stands among places of the country that has it as a place.

    Args:
        candidates: What gazetteer and grammar marked, ambiguous names among them (method `common`).

    Returns:
        The other candidates, and those of the ambiguous names that are confirmed.
    """
    support = _gather(tokens, candidates, model)
    confirmed = [m for m in candidates if m.method != "common" or _is_meant(tokens, m, support)]
    return _with_longer(tokens, confirmed, {(m.start, m.end) for m in candidates if m.method == "common"})


def _with_longer(
    tokens: Tokens, mentions: Sequence[Mention], doubtful: Collection[tuple[int, int]]
) -> list[Mention]:
    """Return the mentions, common names as mentions of the gazetteer, and of the longer name that the text has for them."""
    longer = [m for m in mentions if m.method == "gazetteer" and m.end - m.start > 1]
    first: dict[str, int] = {}
    for mention in mentions:  # a headline is short of what the text names in full
        if (mention.start, mention.end) in doubtful and mention.start not in tokens.headlines:
            first.setdefault(mention.entry, mention.start)
    found = []
    for mention in mentions:
        if mention.method in ("common", "gazetteer") and (mention.start, mention.end) in doubtful:
            mention = _as_longer(tokens, replace(mention, method="gazetteer"), longer, first)
        found.append(mention)
    return found


def _as_longer(
    tokens: Tokens, mention: Mention, longer: Sequence[Mention], first: Mapping[str, int]
) -> Mention:
    """Return a word as short for the longer name before it that ends so: `the Times` after the New York Times.

    Args:
        mention: A name that is also an ordinary word.
        longer: The sure names of several words.
        first: Where the text first has each such word; of a text that has it before any longer name, it is its own.
    """
    if mention.end - mention.start > 1 or any(m.entry == mention.entry for m in longer):
        return mention
    if mention.label in PLACES:
        return mention  # `Virginia` is not West Virginia
    if tokens.lower[mention.start] in name_words().chambers:
        return mention  # `the House` is not the White House
    word = tokens.texts[mention.end - 1]
    before = [
        m
        for m in longer
        if m.end < mention.start and m.label == mention.label and tokens.texts[m.end - 1] == word
    ]
    if not before or first.get(mention.entry, mention.start) < min(m.start for m in before):
        return mention
    nearest = max(before, key=lambda m: m.start)
    return replace(mention, entry=nearest.entry, rule=nearest.rule)


@dataclass(frozen=True, slots=True)
class _Support:
    """Evidence for a common name: sure names and their ids, spans of the model, places where rules see a company, towns, first names."""

    firm: Sequence[Mention]
    entries: Collection[str]
    seen: Mapping[tuple[int, int], str]
    ruled: Collection[tuple[int, int]]
    places: Collection[tuple[int, int]]
    bearers: Collection[str]


def _gather(tokens: Tokens, candidates: Sequence[Mention], model: Sequence[Mention]) -> _Support:
    firm = [m for m in candidates if m.method == "gazetteer"]
    return _Support(
        firm,
        {m.entry for m in firm},
        {(m.start, m.end): m.label for m in model} | {(i, i + 1): "ORG" for i in _joined(tokens, model)},
        {(m.start, m.end) for m in candidates if m.method in ("rule", "weak") and m.label == "COMPANY"},
        {(m.start, m.end) for m in candidates if m.label in PLACES},
        {tokens.texts[m.start] for m in model if m.label == "PERSON" and m.end - m.start > 1},
    )


def _is_meant(tokens: Tokens, mention: Mention, support: _Support) -> bool:
    """Return whether the text confirms a common name."""
    if not tokens.texts[mention.start][:1].isupper():
        return False
    if tokens.lower[mention.start] in name_words().chambers:
        return _is_chamber(tokens, mention, support.firm)
    span = (mention.start, mention.end)
    label = support.seen.get(span, "")
    return (
        mention.entry in support.entries
        or span in support.ruled
        or label in ("ORG", "PRODUCT")
        or (label == "GPE" and mention.label == "COMPANY" and span not in support.places)
        or (label == "GPE" and is_state(mention.entry) and tokens.texts[mention.start] not in support.bearers)
        or _speaks(tokens, mention)
        or _is_place(tokens, mention, label, support.firm)
    )


def _is_chamber(tokens: Tokens, mention: Mention, firm: Iterable[Mention]) -> bool:
    """Return whether one word means a chamber: by what is of it (`House Speaker`), the other one, or an article among bodies of its country."""
    country = tokens.term_countries.get(mention.entry)
    if mention.label != "ORG" or country is None:
        return False
    known, following = name_words(), tokens.lower[mention.end : mention.end + 2]
    if not known.of_chamber.isdisjoint(following[:1]) or following == ["and", "senate"]:
        return True
    behind = tokens.texts[mention.end] if mention.end < len(tokens) else ""
    before = tokens.lower[mention.start - 1] if mention.start else ""
    if before not in known.before_chamber or behind[:1].isupper():
        return False
    return any(m.label in ORGANS and tokens.term_countries.get(m.entry) == country for m in firm)


def without_other_meanings(
    tokens: Tokens, candidates: Sequence[Mention], signs: Collection[str]
) -> list[Mention]:
    """Return the candidates without listed names that mean something else where they stand.

    Followers of a creed are no party (`Conservatives` in Ohio); the acronym of a committee needs something else of its country.

    Args:
        signs: Countries of the document, by other names than the doubtful ones.
    """
    full = _named_in_full(candidates)
    return [m for m in candidates if not _means_other(tokens, m, signs, full)]


def _named_in_full(mentions: Iterable[Mention]) -> frozenset[str]:
    """Return the listed things with a name of several words."""
    return frozenset(m.entry for m in mentions if m.entry and m.end - m.start > 1)


def without_namesakes(tokens: Tokens, mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions, those of towns and letters that two countries have without an id where the text speaks for another country."""
    full = _named_in_full(mentions)
    twins = {m for m in mentions if _is_twin(tokens, m) and m.entry not in full}
    if not twins:
        return list(mentions)
    countries, begins = tokens.term_countries, {m.start: m for m in mentions if m.label in PLACES}
    known = [m for m in {*mentions} - twins if m.entry in countries]
    named = {countries[m.entry] for m in known if not _is_in_other_region(tokens, m, begins)}
    away = {m for m in twins if _is_elsewhere(tokens, m, begins, named)}
    return [replace(m, entry="", rule=OPEN_RULE) if m in away else m for m in mentions]


def _is_twin(tokens: Tokens, mention: Mention) -> bool:
    if not mention.entry or mention.method != "gazetteer":
        return False
    if mention.label == "COMMITTEE":
        # `Standing Committee on Public Accounts`: many parliaments have one. A chamber in the name says whose it is.
        return tokens.lower[mention.start] in name_words().committee_words
    text = tokens.text(mention.start, mention.end)
    if mention.label in ORGANS:
        return is_acronym(text) and text not in name_words().letters_of_all
    return mention.label in PLACES and text.lower() in name_words().twin_towns


def _is_elsewhere(
    tokens: Tokens, town: Mention, begins: Mapping[int, Mention], named: Collection[str]
) -> bool:
    """Return whether the text names other countries and never that of a name, or a region of another stands after a town (`Lincoln, Neb.`)."""
    if _is_in_other_region(tokens, town, begins):
        return True
    return bool(named) and tokens.term_countries.get(town.entry) not in named


def _is_in_other_region(tokens: Tokens, town: Mention, begins: Mapping[int, Mention]) -> bool:
    """Return whether a region of another country than the listed one stands after a town: `Derry, N.H.`."""
    region = begins.get(town.end + 1) if tokens.texts[town.end : town.end + 1] == [","] else None
    countries = tokens.term_countries
    return region is not None and countries.get(region.entry) != countries.get(town.entry)


def _means_other(tokens: Tokens, mention: Mention, signs: Collection[str], full: Collection[str]) -> bool:
    if mention.method != "gazetteer" or mention.end - mention.start > 1:
        return False
    if mention.entry in full:
        return False
    country = tokens.term_countries.get(mention.entry)
    word = tokens.lower[mention.start]
    if mention.label == "COMMITTEE" and tokens.texts[mention.start].isupper():
        return country not in signs
    if mention.label != "ORG" or word not in name_words().party_words:
        return False
    if tokens.lower[mention.end : mention.end + 1] in ([word] for word in name_words().not_of_party):
        return True
    if word in name_words().parties_of_one_country:
        return _is_of_people(tokens, mention.start)
    return bool(signs) and country not in signs


def _is_of_people(tokens: Tokens, i: int) -> bool:
    """Return whether a nationality or a creed before a party makes another one of it (`Australian Democrats`, `Christian Democrats`)."""
    before = tokens.lower[i - 1] if i and tokens.texts[i - 1][:1].isupper() else ""
    return before in name_words().of_other_parties or (
        before in name_words().nationalities
        and before not in ("american", "texan", "floridian", "californian")
    )


def _speaks(tokens: Tokens, mention: Mention) -> bool:
    """Return whether a company says something, or its former name follows (`Meta, formerly`)."""
    behind = tokens.lower[mention.end : mention.end + 2]
    if mention.label != "COMPANY" or not behind:
        return False
    if behind in _RENAMED:
        return True
    return behind[0] in name_words().speaking and not is_name_of_person(tokens.texts[mention.start])


def _joined(tokens: Tokens, model: Iterable[Mention]) -> Iterator[int]:
    """Yield the words of what the model takes for one organisation (`Gap and Target`)."""
    for m in model:
        if m.label == "ORG" and m.end - m.start == 3 and tokens.lower[m.start + 1] in ("and", ","):
            yield from (m.start, m.end - 1)


def _is_place(tokens: Tokens, mention: Mention, seen: str, firm: Iterable[Mention]) -> bool:
    if mention.label != "GPE" or (
        seen not in PLACES and not (seen == "PERSON" and is_first_name(tokens.texts[mention.start]))
    ):
        return False
    country = tokens.term_countries.get(mention.entry)
    if seen in PLACES and not _is_main(tokens, country, firm):
        return False
    near = {m.entry for m in firm if m.label in PLACES}
    return (
        country is not None
        and sum(tokens.term_countries.get(entry) == country for entry in near) >= MIN_NEIGHBOURS
    )


def _is_main(tokens: Tokens, country: str | None, firm: Iterable[Mention]) -> bool:
    """Return whether a document names no country more often, by its places and bodies: Victoria is a state in news of Australia."""
    counts = Counter(tokens.term_countries.get(m.entry) for m in firm if m.label in PLACES | ORGANS)
    counts.pop(None, None)
    return counts[country] > 0 and counts[country] == max(counts.values())
