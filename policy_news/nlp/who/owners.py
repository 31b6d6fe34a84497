"""Bodies that every country has: whose one a text means, and the id that a ministry has in each country."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from policy_news.core.single import only
from policy_news.nlp.who.facts import Facts
from policy_news.nlp.who.name_ids import OPEN, NameLink, NameMention
from policy_news.nlp.who.words import BESIDE, BETWEEN, fold, identity_words, peoples

GENERIC = "generic-"
"""What the ids of entries begin with that stand for the ministry of any country."""
_RULED = r"[-‑–](?:run|led|controlled|held|ruled|backed|appointed)"
_OWNED = re.compile(rf"(?:['’]s?)?(?:{_RULED})?\s(?P<between>.*)")
"""Between an owner and what it owns: `Gaza's`, `Hamas-run`, `Gaza's besieged`."""
_BY = re.compile(rf"\w[\w.]*{_RULED}")
_OF = re.compile(r"\s(?:of|in)\s(?:the\s)?")
_ELSEWHERE = re.compile(r"\sin\sthe\s[a-z]")
"""After a ministry that is none of the country that the text is about: `the health ministry in the enclave`."""
_ASIDE = re.compile(r"(?:,\s|\s\()")
_CLOSES = (",", ".", ")", ";")
_ITS = re.compile(r"\s[^.:;\n\"“”]*(?:\bits|\.\sIts)\s")
"""Between a country and a body of its own in one clause."""
_THE_COUNTRY = re.compile(r"([^.!?\n]*)\bthe (?:country|nation|state)['’]s (?:own )?$")


def find_owners(text: str, bodies: Sequence[NameMention], facts: Facts) -> dict[int, str]:
    """Return the owners that a text gives to organisations: `Gaza's`, `the Dutch`, `Hamas-run`, `of Iran`, `Iran told its`.

    Returns:
        Start of a body to the code of a country (`IR`), or of a region that has ministries of its own (`us-texas`).
    """
    found = {}
    named = [None, *(body for body in bodies if body.group in ("org", "place")), None]
    for before, body, after in zip(named, named[1:], named[2:], strict=False):
        if body is None or body.group != "org":
            continue
        owner = (
            facts.without_country(body.text)[1]
            or _owner_before(text, before, body, facts)
            or people_before(text, body.start, facts)
            or _of_the_country(text, body.start, facts)
            or _owner_after(text, body, after, facts)
        )
        if owner:
            found[body.start] = owner
    return found


def _owner_before(text: str, owner: NameMention | None, owned: NameMention, facts: Facts) -> str | None:
    """Return the owner that stands right before a body, or that the body is called `its`."""
    if owner is None or owned.start - owner.end > BETWEEN or owner.label == "COMPANY":
        return None
    between = text[owner.end : owned.start]
    if (named := _OWNED.fullmatch(between)) and all(map(_says_nothing, named["between"].split())):
        return _code(owner, facts)
    if facts.is_country(owner.entry) and _ITS.fullmatch(between):
        return facts.country(owner.entry)
    is_place = between == ", " and text[max(owner.start - 3, 0) : owner.start].lower() == "in "
    return _code(owner, facts) if is_place else None  # `In Beijing, foreign ministry spokesman Lin Jian`


def _owner_after(text: str, body: NameMention, owner: NameMention | None, facts: Facts) -> str | None:
    if owner is None or owner.group != "place":
        return None
    if _OF.fullmatch(between := text[body.end : owner.start]):
        return _code(owner, facts)
    is_aside = _ASIDE.fullmatch(between) and text[owner.end : owner.end + 1] in _CLOSES
    return facts.country(owner.entry) if is_aside and facts.is_country(owner.entry) else None


def _of_the_country(text: str, start: int, facts: Facts) -> str | None:
    """Return the country that a clause has named, before `the country's` and a body."""
    before = _THE_COUNTRY.search(text, max(start - BESIDE, 0), start)
    words = [fold(word).strip(",“”\"'").removesuffix("'s") for word in before[1].split()] if before else []
    named = (peoples().get(word) or facts.countries.get(word) for word in reversed(words))
    return next(filter(None, named), None)


def _code(owner: NameMention, facts: Facts) -> str | None:
    """Return what stands for an owner in an id: its country, or a region of a federation itself."""
    country = facts.country(owner.entry)
    capital = identity_words().federations.get(country or "")
    if owner.group != "place" or capital in (None, owner.entry) or facts.is_country(owner.entry):
        return country
    return owner.entry.removeprefix("place-")


def country_of(owner: str | None) -> str | None:
    """Return the country of an owner that `find_owners` gave: `US` of `us-ohio`."""
    return owner and owner.partition("-")[0].upper()


def _says_nothing(word: str) -> bool:
    """Return whether a word between an owner and a body says nothing of whose it is: `federal`, `rebel-run`."""
    return word in identity_words().fillers or _BY.fullmatch(word) is not None


def people_before(text: str, start: int, facts: Facts) -> str | None:
    """Return the country of `the Dutch` or `Jordan's` before a name, or of `the Houthi-run`."""
    words = text[max(start - BETWEEN, 0) : start].split()
    while words and _says_nothing(words[-1]):
        if people := peoples().get(fold(words.pop()).rpartition("-")[0]):
            return people
    folded = [fold(word) for word in words[-2:]]
    for form in (" ".join(folded), *folded[-1:]):
        plain = form.removesuffix("'s")
        if country := peoples().get(plain) or (facts.countries.get(plain) if plain != form else None):
            return country
    return None


def kind_of(body: NameMention, facts: Facts) -> str:
    """Return the kind of a ministry, as ids have it: `foreign-ministry`."""
    return body.entry.removeprefix(GENERIC) if body.entry.startswith(GENERIC) else facts.kind(body.text)


def ministry_id(body: NameMention, owner: str, facts: Facts) -> str:
    """Return the id of a ministry of a country or region: that of the rule data, else one made of the kind."""
    plain = f"{owner.lower()}-{kind_of(body, facts)}"
    return plain if plain in facts.rows else facts.of_kind(kind_of(body, facts), owner) or plain


def find_repeated(bodies: Sequence[NameMention], owners: Mapping[int, str], facts: Facts) -> dict[int, str]:
    """Return the owners of bodies that the text tells elsewhere: all that it says of a kind is of one owner."""
    named: defaultdict[str, set[str]] = defaultdict(set)
    kinds = {
        body.start: kind_of(body, facts) if body.label == "DEPARTMENT" else fold(body.text)
        for body in bodies
        if is_of_any(body)
    }
    for start, kind in kinds.items():
        if start in owners:
            named[kind].add(owners[start])
    return {
        start: next(iter(named[kind]))
        for start, kind in kinds.items()
        if start not in owners and len(named[kind]) == 1
    }


def is_of_any(body: NameMention) -> bool:
    """Return whether many countries have a body of that name."""
    return (
        body.label == "DEPARTMENT"
        or body.entry.startswith(GENERIC)
        or (body.group == "org" and is_shared(body.text))
    )


def name_ministries(
    text: str,
    bodies: Sequence[NameMention],
    owners: Mapping[int, str],
    countries: Mapping[str, int],
    facts: Facts,
) -> dict[int, NameLink]:
    """Return the ids of the ministries and departments that several countries have, by start.

    Args:
        owners: What `find_owners` and `find_repeated` gave.
        countries: What a text says of countries, with the weight.
    """
    found = {}
    for body in bodies:
        own, owner = facts.country(body.entry), owners.get(body.start)
        is_any = not body.entry or body.entry.startswith(GENERIC) or is_shared(body.text)
        if body.label != "DEPARTMENT" or not (is_any or owner not in (None, own)):
            continue
        if owner is None and not body.entry and "ministry" not in body.text.lower():
            continue
        owner = owner or _main_owner(text, body, countries, facts)
        if owner is None:
            found[body.start] = NameLink(body.own_id + OPEN, "open", "no-country")
        elif owner == own:
            found[body.start] = NameLink(body.entry, "certain", "country")
        else:
            found[body.start] = NameLink(ministry_id(body, owner, facts), "likely", "country")
    return found


def is_shared(text: str) -> bool:
    """Return whether many countries have a body of that name."""
    return fold(text).removeprefix("the ") in identity_words().shared_names


def _main_owner(text: str, body: NameMention, countries: Mapping[str, int], facts: Facts) -> str | None:
    """Return the country that most of a text is about; of a listed name rather one that has such a body by the rule data."""
    if _ELSEWHERE.match(text, body.end):
        return None
    if having := _having(body, countries, facts):
        return only(having)
    without = identity_words().without_ministries if "ministry" in body.text.lower() else ()
    counts = {country: count for country, count in countries.items() if country not in without}
    most = max(counts.values(), default=0)
    return next((c for c, n in counts.items() if n == most and n * 2 > sum(counts.values())), None)


def likely_owner(
    body: NameMention, main: str | None, countries: Mapping[str, int], facts: Facts
) -> str | None:
    """Return the country that a text is about, or one that has such a body by the rule data: `Congress` in news of Israel.

    The text must speak of it half as much, or just name it if few countries have such a body.
    """
    having = _having(body, countries, facts)
    if not having or main in having:
        return main
    is_rare = fold(body.text) in identity_words().of_few_countries
    is_much = is_rare or main is None or countries[having[0]] * 2 >= countries[main]
    return having[0] if len(having) == 1 and is_much else main


def _having(body: NameMention, countries: Mapping[str, int], facts: Facts) -> list[str]:
    """Return the countries of a text that have such a body by the rule data; of several those that it speaks of most."""
    own = facts.country(body.entry)
    if own is None and body.label == "DEPARTMENT":
        return []
    having = {c: n for c, n in countries.items() if n > 0 and (c == own or facts.in_country(body.text, c))}
    return [country for country, count in having.items() if count == max(having.values())]
