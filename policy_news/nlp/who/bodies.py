"""Which mentions of a document are of one organisation or place: short forms, acronyms, former names, the text's own country."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

from policy_news.nlp.who.acronyms import find_stated_alias, initials, is_acronym, spells
from policy_news.nlp.who.facts import Facts
from policy_news.nlp.who.name_ids import MARK, OPEN, NameLink, NameMention
from policy_news.nlp.who.owners import (
    GENERIC,
    country_of,
    find_owners,
    find_repeated,
    is_of_any,
    is_shared,
    likely_owner,
    name_ministries,
)
from policy_news.nlp.who.state_chambers import find_state_chambers, find_state_courts, read_legislature
from policy_news.nlp.who.words import BESIDE, BETWEEN, fold, identity_words, is_renaming, peoples
from policy_news.rules.demonyms import ORGAN_WEIGHT
from policy_news.rules.name_forms import name_words, slug, without_legal_form
from policy_news.rules.word_lists import is_ordinary
from policy_news.tables.labels import ORGANISED

_HOLDING = frozenset({"group", "holding", "holdings"})
"""Last words of a company that owns others of its name."""
_KINDS = _HOLDING | {"associates", "company", "enterprises", "industries", "partners"}
"""Last words that say only that it is a company."""
_SIDE_LINES = frozenset(
    {"bank", "finance", "financial", "foundation", "insurance", "leasing", "trading", "ventures"}
)
"""Last words of units of companies that do something else."""
_INSTITUTES = frozenset({"advisers", "advisors", "associates", "center", "centre", "institute", "partners"})
"""Last words of bodies that the news leaves out once it has named them."""
_MONEY = frozenset({"bank", "capital", "trust"})
_SHORT_STATE = re.compile(r".*\.|[A-Z]{2}")
"""A state as it is written after a town: `Pa.`, `PA`."""
_WAS_CALLED = frozenset({"had been called", "had been known as", "was called", "was known as"})
_UNTIL = (" until", " till", " before")
_UNTIL_THEN = re.compile(r"(?:^|[.!?]\W*\s|\n)(?:Until|Till|Before)\s[^.,;\n]{1,20},?\s$")
"""Before a name that was another one: `Until 2019 Solace was called Painfree`."""
_OWNS = ("owns", "owner of", "parent of", "parent company of")
"""What stands after an owner and before what it owns."""
_OWN = frozenset({"its", "their", "whose"})


def count_countries(bodies: Iterable[NameMention], officers: Sequence[str], facts: Facts) -> Counter[str]:
    """Return what organs of state, places, ministers and peoples say of the countries of a text.

    Args:
        bodies: Its organisations, places and peoples.
        officers: Ids of the offices that its ministers hold.
    """
    counts: Counter[str] = Counter()
    for body in bodies:
        country = facts.country(body.entry)
        if body.label == "NORP":
            country = peoples().get(fold(body.text))
        elif read_legislature(body):
            country = "US"
        if country and not is_shared(body.text):
            counts[country] += ORGAN_WEIGHT if body.label in ORGANISED and body.label != "COMPANY" else 1
    for office in officers:
        if country := facts.country(office):
            counts[country] += ORGAN_WEIGHT
    return counts


def clear_country(counts: Mapping[str, int]) -> str | None:
    """Return the country that a text is about, or None where two are as likely."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:2]
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def name_bodies(
    text: str, bodies: Sequence[NameMention], countries: Mapping[str, int], facts: Facts
) -> list[NameLink]:
    """Return the ids of the organisations, places and other things of a document."""
    bodies = _in_their_state(text, _told_apart(text, _with_listed_name(bodies), facts), facts)
    bodies = _with_forms_apart(text, bodies)
    told = _without_seats(bodies, countries, facts)
    owners = find_owners(text, bodies, facts)
    owners |= find_repeated(bodies, owners, facts)
    ministries = name_ministries(text, bodies, owners, countries, facts)
    abroad = _of_other_chambers(bodies, countries, facts)
    known = [
        ministries.get(body.start)
        or _by_country(body, country_of(owners.get(body.start)), told, facts, elsewhere=body.start in abroad)
        for body in bodies
    ]
    known = _of_states(text, bodies, known)
    ids = [named.entity for named in known]
    known = _called_in_full(bodies, known)
    fuller = _fuller_forms(text, bodies, ids, facts)
    found = [
        named
        if named.reason in ("country", "no-country") or (body.entry and not _is_defined(body, named, fuller))
        else _shortened(body, named, fuller)
        for body, named in zip(bodies, known, strict=True)
    ]
    # `Nordan was called Anglia Oil`: what Nordan is short for.
    meant = {
        own: named.entity
        for own, named in zip(ids, found, strict=True)
        if named.entity != own and named.identity != "open" and MARK not in named.entity
    }
    return [
        replace(named, entity=meant[named.entity])
        if named.entity in meant and named.entity != own and meant[named.entity] != own
        else named
        for own, named in zip(ids, found, strict=True)
    ]


def _without_seats(bodies: Iterable[NameMention], countries: Mapping[str, int], facts: Facts) -> Counter[str]:
    """Return the countries of a text without the seats of its companies: `Facebook` in news of Labour says little."""
    seats = Counter(facts.country(body.entry) or "" for body in bodies if body.label == "COMPANY")
    return Counter(countries) - seats


def _with_listed_name(bodies: Sequence[NameMention]) -> Sequence[NameMention]:
    """Return the bodies; one that no list has with its legal form is what the text also calls without: `Hewlett-Packard Co.`."""
    listed = {(body.label, body.text): body.entry for body in bodies if body.entry}
    found = []
    for body in bodies:
        entry = body.entry
        if not entry and body.group == "org":
            short = identity_words().one_letter.get(body.text, "")
            entry = listed.get((body.label, without_legal_form(body.text)), short)
        found.append(body if entry == body.entry else replace(body, entry=entry))
    return found


def _moved_towns(text: str, bodies: Sequence[NameMention], facts: Facts) -> dict[str, str]:
    """Return the towns, folded, after which a state of another country stands; the id that they have there, or nothing."""
    moved: dict[str, str] = {}
    for town, region in pairwise(bodies):
        if region.start - town.end != 2 or text[town.end : region.start] != ", ":
            continue
        if town.group != "place" or region.group != "place":
            continue
        if facts.is_country(region.entry) or (
            facts.is_country(town.entry) and not _SHORT_STATE.fullmatch(region.text)
        ):
            continue  # a list: `Iran, Libya`, `Mexico, Texas`; not `Mexico, Mo.`
        countries = facts.country(town.entry), facts.country(region.entry)
        if None not in countries and countries[0] != countries[1]:
            moved[fold(town.text)] = facts.town_in(town.text, region.entry) or ""
    return moved


def _in_their_state(text: str, bodies: Sequence[NameMention], facts: Facts) -> Sequence[NameMention]:
    """Return the bodies; a town that the text puts in another country than the listed one's is not the listed one: `Birmingham, Ala.`."""
    moved = _moved_towns(text, bodies, facts)
    if not moved:
        return bodies
    return [
        replace(body, entry=moved[fold(body.text)])
        if body.group == "place" and fold(body.text) in moved
        else body
        for body in bodies
    ]


def _with_forms_apart(text: str, bodies: Sequence[NameMention]) -> Sequence[NameMention]:
    """Return the bodies; of two names that differ in the legal form alone, what the text calls a unit is a body of its own."""
    formed = [
        body
        for body in bodies
        if body.label == "COMPANY" and not body.entry and without_legal_form(body.text) != body.text
    ]
    counts = Counter(name for name, _ in {(body.own_id, body.text) for body in formed})
    units = {body.text for body in formed if counts[body.own_id] > 1 and _is_unit(text, body)}
    if not units:
        return bodies
    return [replace(body, is_apart=body.text in units) for body in bodies]


def _told_apart(text: str, bodies: Sequence[NameMention], facts: Facts) -> Sequence[NameMention]:
    """Return the bodies; of two names of one entry that the text says to be parent and subsidiary only the usual one has the entry."""
    other_names: set[tuple[str, str]] = set()
    for one, other in pairwise(bodies):
        if not one.entry or one.entry != other.entry or one.text == other.text:
            continue
        if _said_to_own(text, one, other):
            usual = facts.rows.get(one.entry, ("", "", ""))[0]
            other_names |= {(body.entry, body.text) for body in (one, other) if body.text != usual}
    other_names |= _abroad(bodies, facts) | _joint(bodies, facts)
    if not other_names:
        return bodies
    return [replace(body, entry="") if (body.entry, body.text) in other_names else body for body in bodies]


def _said_to_own(text: str, one: NameMention, other: NameMention) -> str:
    """Return what between two names says that one owns the other; else empty."""
    if other.start - one.end > BETWEEN:
        return ""
    said = " ".join(text[one.end : other.start].replace("’", "'").strip(" ,").split())
    return said if said in identity_words().owning else ""


def _owned(text: str, bodies: Sequence[NameMention]) -> Iterator[str]:
    """Yield the names of companies of which the text says that another one of their name owns them: `MAG owns MAG Airlines`."""
    for one, other in pairwise(bodies):
        is_of_name = (
            one.text.split()[0] == other.text.split()[0] or is_acronym(one.text) or is_acronym(other.text)
        )
        if one.group == other.group == "org" and is_of_name and (said := _said_to_own(text, one, other)):
            yield (other if said.endswith(_OWNS) else one).text


def _joint(bodies: Sequence[NameMention], facts: Facts) -> set[tuple[str, str]]:
    """Return the names of a listed company in which another one's name stands that the text has too: `Nokia Siemens Networks` beside `Siemens`."""
    listed = {body.text: body.entry for body in bodies if body.entry and body.label == "COMPANY"}
    return {
        (entry, name)
        for name, entry in listed.items()
        if name != facts.rows.get(entry, ("", "", ""))[0]
        and any(listed.get(part, entry) != entry for part in _parts(name))
    }


def _parts(name: str) -> Iterator[str]:
    """Yield all words of a name, and all rows of some."""
    words = name.split()
    return (" ".join(words[i:j]) for i, j in combinations(range(len(words) + 1), 2))


def _abroad(bodies: Sequence[NameMention], facts: Facts) -> set[tuple[str, str]]:
    """Return the units in other countries that a text names beside the company: `Uber London` beside `Uber`; entry and name."""
    named: dict[str, set[str]] = {}
    for body in bodies:
        if body.entry and body.label == "COMPANY":
            named.setdefault(body.entry, set()).add(body.text)
    return {(entry, name) for entry, names in named.items() for name in _named_abroad(entry, names, facts)}


def _named_abroad(entry: str, names: Collection[str], facts: Facts) -> Iterator[str]:
    """Yield the names of a company that a text has by its usual one and that end in another country."""
    usual, own = facts.rows.get(entry, ("", "", ""))[0], facts.country(entry)
    if usual not in names or own is None:
        return
    for name in names:
        place = without_legal_form(name).removeprefix(f"{usual} ").removeprefix("of ")
        country = facts.country_called(place) if name.startswith(f"{usual} ") else None
        if country and country != own:
            yield name


def _by_country(
    body: NameMention, owner: str | None, countries: Mapping[str, int], facts: Facts, *, elsewhere: bool
) -> NameLink:
    """Return the ids: a listed thing is itself, unless many countries have one and the text speaks of another country."""
    main = clear_country(countries)
    if elsewhere:
        place = f"-{slug(main)}" if main and _is_of_any_chamber(body) else ""
        return NameLink(f"{body.own_id}{place}", "likely", "country")
    if not is_of_any(body) or body.label == "DEPARTMENT":
        return (
            NameLink(body.entry, "certain", "listed")
            if body.entry
            else NameLink(body.own_id, "likely", "same-name")
        )
    country = owner or likely_owner(body, main, countries, facts)
    if country is None:
        return NameLink(body.own_id + OPEN, "open", "no-country")
    if facts.country(body.entry) == country:
        return NameLink(body.entry, "certain", "country")
    found = facts.in_country(body.text, country)
    return NameLink(found or f"{body.own_id}-{slug(country)}", "likely", "country")


def _of_other_chambers(
    bodies: Sequence[NameMention], countries: Mapping[str, int], facts: Facts
) -> frozenset[int]:
    """Return the starts of listed committees that the text's country may have too, where nothing else is of the listed one's country.

    These are those of a chamber that it has as well, and those whose name says of no chamber (`Environment Committee`).
    """
    sitting = {facts.country(b.entry) for b in bodies if b.entry and b.label == "ORG" and _has_chamber(b)}
    doubtful = _doubtful_committees(bodies, any_subject=bool(sitting))
    if not doubtful:
        return frozenset()
    others = Counter(countries)
    for body in doubtful:
        others[facts.country(body.entry) or ""] -= ORGAN_WEIGHT
    main = clear_country(+others)
    own = tuple(f"{chamber} " for chamber in identity_words().chambers.get(main or "", ()))
    alone = [b for b in doubtful if others[facts.country(b.entry) or ""] <= 0]
    return frozenset(b.start for b in alone if _is_there(b, own, is_sitting=main in sitting))


def _doubtful_committees(bodies: Iterable[NameMention], *, any_subject: bool) -> list[NameMention]:
    """Return the listed committees of a chamber that several countries have; those of a mere subject too, where that is asked for."""
    chambers = identity_words().chambers.values()
    shared = tuple(f"{chamber} " for own in chambers for chamber in own)
    listed = [b for b in bodies if b.label == "COMMITTEE" and b.entry]
    return [b for b in listed if fold(b.text).startswith(shared) or (any_subject and _is_of_any_chamber(b))]


def _is_there(body: NameMention, chambers: tuple[str, ...], *, is_sitting: bool) -> bool:
    """Return whether the text's country may have a committee of that name: it has such a chamber, or its parliament is named."""
    return bool(chambers and fold(body.text).startswith(chambers)) or (
        is_sitting and _is_of_any_chamber(body)
    )


def _has_chamber(body: NameMention) -> bool:
    return not _CHAMBERS.isdisjoint(fold(body.text).split())


def _is_of_any_chamber(body: NameMention) -> bool:
    """Return whether the name of a committee is a subject alone, as any parliament may have it."""
    return fold(body.text).endswith("committee") and not _has_chamber(body)


_CHAMBERS = frozenset({"assembly", "commons", "congress", "house", "lords", "parliament", "senate"})
"""Words of the names of committees that tell the chamber."""


COURT = "us-supreme-court"
"""What `the Supreme Court` is in news of the United States."""


def _of_states(text: str, bodies: Sequence[NameMention], known: Sequence[NameLink]) -> list[NameLink]:
    """Return the ids; `the House` in news of the Ohio House is not that of Congress, nor `the state Supreme Court` that of the Union."""
    federal = [body for body, named in zip(bodies, known, strict=True) if named.entity == COURT]
    found = find_state_chambers(text, bodies) | find_state_courts(text, federal)
    if not found:
        return list(known)
    own = {
        start: NameLink(entity, "likely", "country") if is_known else NameLink(entity, "open", "no-country")
        for start, (entity, is_known) in found.items()
    }
    return [own.get(body.start, named) for body, named in zip(bodies, known, strict=True)]


def _called_in_full(bodies: Sequence[NameMention], known: Sequence[NameLink]) -> list[NameLink]:
    """Return the ids, where a body that stands for any country's is the one that the text has called so in full: `the Commission`."""
    # Few forms are asked for, so one pass is linear in the bodies.
    full: dict[tuple[str, str], set[str]] = {
        (body.label, body.text): set() for body in bodies if body.entry.startswith(GENERIC)
    }
    if not full:
        return list(known)
    called = []
    for body, named in zip(bodies, known, strict=True):
        own = full.get((body.label, body.text), set()) if body.entry.startswith(GENERIC) else set()
        called.append(NameLink(next(iter(own)), "likely", "short-form") if len(own) == 1 else named)
        for (label, form), entities in full.items():
            if body.label == label and body.text.endswith(f" {form}"):
                entities.add(named.entity)
    return called


def _fuller_forms(
    text: str, bodies: Sequence[NameMention], ids: Sequence[str], facts: Facts
) -> dict[tuple[str, str], dict[str, str]]:
    """Return the ids of the things that a short form may stand for, each with the reason, by kind and short form."""
    fuller: dict[tuple[str, str], dict[str, str]] = {}
    units = {body.text for body in bodies if body.label == "COMPANY" and _is_unit(text, body)}
    units.update(_owned(text, bodies))
    numbers = _distinct(bodies, ids)
    distinct = [bodies[number] for number in numbers]
    local = {body.text for body in distinct if body.label == "COMPANY" and _ends_in_place(body.text, facts)}
    apart = units | _named_apart(text, bodies) | local
    apart.update(body.text for body in distinct if _is_side_line(body.text) or _is_body(body))
    for number, form, reason in _all_short_forms(bodies, numbers, ids, apart):
        fuller.setdefault((bodies[number].group, form), {}).setdefault(ids[number], reason)
    for number, form in _acronyms(bodies, numbers):
        fuller.setdefault(("org", form), {}).setdefault(ids[number], "acronym")
    for number, form, reason in _told_names(text, bodies):
        fuller["org", form] = {ids[number]: reason}
    owners = {body.text for body in distinct if _is_of_owner(body.text, facts)} - units
    return _clearest(bodies, ids, fuller, owners, units | local)


def _distinct(bodies: Sequence[NameMention], ids: Sequence[str]) -> list[int]:
    """Return the numbers of the bodies; of those in the body of the text that are alike only the first."""
    firsts: dict[tuple[str | int, ...], int] = {}
    for number, body in enumerate(bodies):
        place = number if body.is_headline else -1
        firsts.setdefault((ids[number], body.label, body.text, body.entry, place), number)
    return list(firsts.values())


def _acronyms(bodies: Sequence[NameMention], numbers: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Yield the number of a body, and an acronym of the text that its letters spell."""
    acronyms = {
        body.text: bool(body.entry)
        for body in sorted(bodies, key=lambda body: (body.text, body.entry))
        if body.group == "org" and body.text.isupper() and " " not in body.text
    }
    for number in numbers if acronyms else ():
        name = bodies[number].text
        if bodies[number].group == "org" and " " in name:
            spelled = [form for form, listed in acronyms.items() if spells(name, form, is_listed=listed)]
            own = sorted(initials(name.split()).intersection(spelled))  # with NERC in the text it is not NLC
            yield from ((number, form) for form in own or spelled)


def _told_names(text: str, bodies: Sequence[NameMention]) -> Iterator[tuple[int, str, str]]:
    """Yield the number of a body, another name that the text gives it right there, and how."""
    for number, (one, other) in enumerate(pairwise(bodies)):
        if one.group == other.group == "org" and other.start - one.end <= BESIDE:
            said = _said_between(text, one, other)
            if said and (said == "former-name" or not other.entry):
                yield number, other.text, said


def _said_between(text: str, one: NameMention, other: NameMention) -> str | None:
    """Return how a text gives a body another name, if it does."""
    between, before = text[one.end : other.start], text[max(one.start - BETWEEN, 0) : one.start]
    if between.strip() in _WAS_CALLED and _UNTIL_THEN.search(before):
        return "former-name"
    alias = find_stated_alias(text, one.start, one.end)
    # `once known as CNN Headline News` gives no acronym.
    if alias and alias.start == other.start and (alias.way != "said" or alias.form == other.text):
        # `(NASDAQ: ACRB)` says where it is traded; `GWU (Global Workers Union)` gives the longer name.
        is_other = text.startswith(":", other.end) or (is_acronym(one.text) and not is_acronym(other.text))
        return None if is_other else "defined"
    # `was called` alone may be abuse, with a time after it is a name.
    is_former = between.strip() in _WAS_CALLED and text.startswith(_UNTIL, other.end)
    is_former |= between == ", the former " and text.startswith((",", ".", ";", ")"), other.end)
    return "former-name" if is_former or is_renaming(between) else None


def _clearest(
    bodies: Sequence[NameMention],
    ids: Sequence[str],
    fuller: dict[tuple[str, str], dict[str, str]],
    owners: Collection[str],
    apart: Collection[str],
) -> dict[tuple[str, str], dict[str, str]]:
    """Return the short forms, those that several may be called by with the likeliest alone.

    A name that is itself short for another is no further one (`Wolfram Motor` beside `Wolfram Motor Group`), nor is that of a unit or side line
    (`Wolfram Poland`, `Wolfram Finance`); of a holding and its units the holding is meant. Letters that spell a name stand for it before they
    are what a longer one begins with (`Punjab Northern Bank` beside `PNB Housing`).
    """
    several = [key for key, found in fuller.items() if key[0] == "org" and len(found) > 1]
    if not several:
        return fuller
    forms = _forms_of(bodies, ids)
    for key in several:
        found = fuller[key]
        own = {entity: why for entity, why in found.items() if not _is_short(entity, forms, found, fuller)}
        whole = _without_minor(key[1], own, forms, apart)
        holding = {entity: why for entity, why in whole.items() if not forms[entity].isdisjoint(owners)}
        fuller[key] = next((likelier for likelier in (holding, whole) if len(likelier) == 1), found)
    return fuller


def _without_minor(
    form: str, found: dict[str, str], forms: Mapping[str, set[str]], apart: Collection[str]
) -> dict[str, str]:
    """Keep of the bodies that a form may stand for those that it stands for before the others, if there are any."""
    if is_acronym(form):
        found = {entity: why for entity, why in found.items() if why == "acronym"} or found
    minor = {
        name
        for entity in found
        for name in forms[entity]
        # `Halden Finance` is what else `Halden` does.
        if name in apart or (_is_side_line(name) and without_legal_form(name).rpartition(" ")[0] == form)
    }
    return {entity: why for entity, why in found.items() if forms[entity].isdisjoint(minor)} or found


def _forms_of(bodies: Sequence[NameMention], ids: Sequence[str]) -> dict[str, set[str]]:
    """Return the names of each organisation of a text."""
    forms: dict[str, set[str]] = {}
    for body, entity in zip(bodies, ids, strict=True):
        if body.group == "org":
            forms.setdefault(entity, set()).add(body.text)
    return forms


def _is_short(
    entity: str,
    forms: Mapping[str, Iterable[str]],
    others: Container[str],
    fuller: Mapping[tuple[str, str], Mapping[str, str]],
) -> bool:
    """Return whether all names of a body are short for just one of some others."""
    meant = [fuller.get(("org", form), {}).keys() - {entity} for form in forms[entity]]
    return all(len(found) == 1 and next(iter(found)) in others for found in meant)


def _is_of_owner(name: str, facts: Facts) -> bool:
    """Return whether a name is one of a company that may own others: by `Group`, or by a legal form where no country is named."""
    bare = without_legal_form(name)
    if bare.rpartition(" ")[2].lower() in _HOLDING:
        return True
    return bare != name.removeprefix("The ") and facts.countries.keys().isdisjoint(map(fold, bare.split()))


def _ends_in_place(name: str, facts: Facts) -> bool:
    """Return whether a name of several words ends with a country or a town that a list has."""
    bare = without_legal_form(name).split()
    return len(bare) > 1 and facts.country_called(bare[-1]) is not None


def _all_short_forms(
    bodies: Sequence[NameMention], numbers: Iterable[int], ids: Sequence[str], units: Container[str]
) -> Iterator[tuple[int, str, str]]:
    """Yield the number of a body, of some, a short form of its name, and the reason."""
    whole = _whole_names(bodies)
    firms = {body.text for body in bodies if body.label == "COMPANY" and not body.entry}
    first = _first_places(bodies)
    for number in numbers:
        body = bodies[number]
        for form, reason in _short_forms(body):
            meant = body.group != "org" or ids[number] in whole.get(form, (ids[number],))
            if meant and (reason != "short-form" or not _is_of_parent(body, form, units, first)):
                yield number, form, reason
        more = (*_later_ends(body, first), *_words_of_firm(body, firms))
        yield from ((number, form, "short-form") for form in more)


def _is_body(body: NameMention) -> bool:
    """Return whether a name ends as no firm's does, so that no firm is called so for short: `Calder University` beside `Calder University Press`."""
    words = body.text.split()
    return body.label != "COMPANY" and len(words) > 1 and words[-1].lower() in name_words().body_words


def _first_places(bodies: Iterable[NameMention]) -> dict[str, int]:
    """Return names of organisations to where the body of the text first has them."""
    first: dict[str, int] = {}
    for body in bodies:
        if body.group == "org" and not body.is_headline:
            first.setdefault(body.text, body.start)
    return first


def _words_of_firm(body: NameMention, firms: Container[str]) -> Iterator[str]:
    """Yield the first word of a body of two that the text calls by it as a company: `Xanter Services`, `Xanter News Agency`."""
    words = body.text.removesuffix(" News Agency").split()
    if (
        body.label == "ORG"
        and len(words) < 3
        and body.text != words[0]
        and words[0] in firms
        and not is_ordinary(words[0])
    ):
        yield words[0]


def _is_of_parent(body: NameMention, form: str, units: Container[str], first: Mapping[str, int]) -> bool:
    """Return whether a short form is the parent's and not that of a unit: `Rosgaz ... its export arm, Rosgaz Export`."""
    was_before = first.get(form, body.start) < first.get(body.text, 0)
    is_unit = body.text in units or (" " in form and not _is_of_kind(body.text, form))
    return (is_unit and was_before) or form in units


def _is_side_line(name: str) -> bool:
    """Return whether a name ends with what a company does beside its business: `Halden Bank`, `Halden Trading Ltd`."""
    words = without_legal_form(name).lower().split()
    return len(words) > 1 and words[-1] in _SIDE_LINES


def _named_apart(text: str, bodies: Iterable[NameMention]) -> set[str]:
    """Return the longer names of companies that stand after their beginning in one sentence: `Severgaz will borrow from Severgaz Bank`."""
    found: set[str] = set()
    last: dict[str, int] = {}
    for body in bodies:
        if body.is_headline or body.label != "COMPANY":
            continue
        form = body.text.split()[0]
        end = last.get(form)
        if end is not None and not _ENDS.search(text, end, body.start) and not _is_of_kind(body.text, form):
            found.add(body.text)
        last[body.text] = body.end
    return found


_ENDS = re.compile(r"[.!?]\W*\s|\n")


def _is_of_kind(name: str, form: str) -> bool:
    """Return whether a name adds to a form at most what kind of company it is: `Halden`, `Halden Group plc`."""
    rest = without_legal_form(name).removeprefix(form).lower().split()
    return _KINDS.issuperset(rest)


def _later_ends(body: NameMention, first: Mapping[str, int]) -> Iterator[str]:
    """Yield the ends of a body's name that the text may use later (`the Dairy Board`); of an institute its beginning."""
    if body.group != "org" or body.label == "COMPANY":
        return
    words = body.text.split()
    begin = [" ".join(words[:-1])] if len(words) > 2 and words[-1].lower() in _INSTITUTES else []
    yield from (form for form in (*_ends(body.text), *begin) if first.get(form, -1) > body.start)


def _ends(name: str) -> Iterator[str]:
    """Yield the ends of two words and more of a longer name."""
    words = name.removeprefix("The ").removeprefix("the ").split()
    for i in range(1, len(words) - 1):
        if words[i][0].isupper():
            yield " ".join(words[i:])
            yield " ".join(("The", *words[i:]))


def _is_unit(text: str, body: NameMention) -> bool:
    """Return whether the text says beside a name that it is one of a unit: `Its export arm, Rosgaz Export`, `its water company, Dorvale Water`."""
    units = identity_words().units
    before = re.split(r"[.;\n]", text[max(body.start - BETWEEN, 0) : body.start])[-1]
    behind = text[body.end : body.end + BETWEEN]
    said = [fold(word.strip(",")) for word in before.split()]
    if before.rstrip().endswith(",") and not _OWN.isdisjoint(said):
        return not (units | identity_words().owned).isdisjoint(said[-1:])
    if behind.startswith(","):
        said += map(fold, re.split(r"[.;,\n]", behind[1:])[0].split())
    return not units.isdisjoint(said)


def _whole_names(bodies: Sequence[NameMention]) -> dict[str, set[str]]:
    """Return names to the ids of the bodies of which they are all the name, so that no longer name is meant by them.

    A legal form shows that (`Haldenstein SE` beside `Haldenstein Leasing AG`), and so do the parents of a joint venture (`Fujikawa` beside
    `Fujikawa Brandt Energy`).
    """
    organised = [body for body in bodies if body.group == "org"]
    alone = {body.text: body for body in organised if " " not in body.text}
    whole: dict[str, set[str]] = {}
    for body in organised:
        own = _owners(body, alone)
        if without_legal_form(body.text) != body.text:
            own = [*own, body]
        for one in own:
            whole.setdefault(without_legal_form(one.text), set()).add(one.entry or one.own_id)
    return whole


def _owners(body: NameMention, alone: Mapping[str, NameMention]) -> list[NameMention]:
    """Return the two bodies whose names a joint venture begins with; else none."""
    found = [alone[word] for word in body.text.split()[:2] if word in alone]
    return found if len(found) == 2 else []


def _is_defined(
    body: NameMention, named: NameLink, fuller: Mapping[tuple[str, str], Mapping[str, str]]
) -> bool:
    """Return whether the text says that a listed acronym stands for something else here."""
    found = fuller.get((body.group, body.text), {})
    if "former-name" in found.values():
        return True
    # Not by a longer name that begins with it: `HSBC` beside `HSBC Bank USA` is the parent.
    spelled = "acronym" in found.values() or "defined" in found.values()
    return is_acronym(body.text) and spelled and named.entity not in found


def _short_forms(body: NameMention) -> Iterator[tuple[str, str]]:
    if body.group == "place" and not body.text.isupper():
        yield body.text.upper(), "same-name"  # as a dateline has it
    words = body.text.split()
    bare = without_legal_form(body.text)
    if body.label == "COMPANY" and bare.endswith(".com"):
        yield bare.removesuffix(".com"), "short-form"
    if body.group != "org" or len(words) < 2:
        return
    if words[-1].lower() in name_words().paper_words:
        yield words[-1], "short-form"
    # A body that is no company by its label may be one by its last word: `Calumet Trust`.
    if body.label == "COMPANY" or (len(words) == 2 and words[-1].lower() in _MONEY):
        yield from ((form, "short-form") for form in _begins(body.text))
    if not body.text.isupper():
        yield body.text.upper(), "same-name"


def _begins(name: str) -> Iterator[str]:
    """Yield a company's name without its legal form, what it begins with, and its first word if that is no plain one."""
    bare, words = without_legal_form(name), name.split()
    yield bare
    yield from (" ".join(words[:size]) for size in range(2, len(bare.split())))
    if len(words[0]) > 2 and not is_ordinary(words[0]):
        yield words[0]


def _shortened(
    body: NameMention, named: NameLink, fuller: Mapping[tuple[str, str], Mapping[str, str]]
) -> NameLink:
    found = dict(fuller.get((body.group, body.text), {}))
    found.pop(named.entity, None)
    if len(found) == 1:
        ((entity, reason),) = found.items()
        return NameLink(
            entity, "certain" if reason in ("defined", "former-name", "same-name") else "likely", reason
        )
    if found:
        return NameLink(named.entity + OPEN, "open", "ambiguous")
    if body.group == "org" and is_acronym(body.text):  # what it stands for another document may say
        return NameLink(named.entity + MARK, named.identity, named.reason)
    return named
