"""Ministers of a document: known holders of office, and names that the text itself puts beside an office."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from policy_news.nlp.entities.countries import country_before
from policy_news.nlp.entities.document_names import surface
from policy_news.nlp.entities.mentions import Mention
from policy_news.nlp.entities.namesake_signs import has_sign, has_weak_sign
from policy_news.nlp.entities.office_pairs import find_plain_ministers, is_past, pair_offices
from policy_news.nlp.entities.offices import (
    Held,
    choose_country,
    find_office,
    find_titled,
    find_worded,
    has_held_office,
)
from policy_news.nlp.entities.state_titles import settle_state_titles
from policy_news.nlp.entities.titles import keep_ministerial
from policy_news.nlp.tokens import Tokens
from policy_news.rules.demonyms import ORGAN_WEIGHT, country_by_demonym
from policy_news.rules.lexicon import NameLexicon
from policy_news.rules.name_forms import name_words, slug
from policy_news.rules.rule_models import Holder, Office
from policy_news.rules.word_lists import first_name_rank, is_common_name, is_name_of_person, is_usual_surname


def mark_ministers(
    tokens: Tokens,
    mentions: Iterable[Mention],
    lexicon: NameLexicon,
    by: dt.date | None,
    leaders: Collection[int] = (),
) -> list[Mention]:
    """Call a person MINISTER who held an office by the day, or whom the text puts beside one; drop bare job titles.

    Args:
        by: The day by which the document was written.
        leaders: First tokens of what is the surname of a head of government.
    """
    mentions = settle_state_titles(tokens, list(mentions), lexicon, by)
    mentions = keep_ministerial(
        tokens, mentions, lexicon, leaders, count_countries(tokens, mentions, lexicon)
    )
    mentions = _with_bearers(tokens, mentions, lexicon, by)
    beside = {person for _, person in pair_offices(tokens, mentions)}
    beside |= set(find_plain_ministers(tokens, mentions))
    namesakes = _find_namesakes(tokens, mentions, lexicon, by)
    marked = []
    for mention in mentions:
        if mention not in beside and mention.start in namesakes:
            mention = replace(mention, entry="", method="model", rule="minister.namesake")
        known = mention.label == "PERSON" and mention.entry and has_held_office(lexicon, mention.entry, by)
        if known or mention in beside:
            rule = mention.rule if known else "minister.beside-office"
            marked.append(
                replace(mention, label="MINISTER", method=mention.method if known else "rule", rule=rule)
            )
        else:
            marked.append(mention)
    return sorted((m for m in marked if m.label), key=lambda m: m.start)


def _with_bearers(
    tokens: Tokens, mentions: Sequence[Mention], lexicon: NameLexicon, by: dt.date | None
) -> list[Mention]:
    return [_of_bearers(tokens, m, mentions, lexicon, by) for m in mentions]


def _of_bearers(
    tokens: Tokens, mention: Mention, mentions: Sequence[Mention], lexicon: NameLexicon, by: dt.date | None
) -> Mention:
    """Return a listed person as the namesake of the text's country, or as the only one of the name if that does not decide."""
    others = lexicon.namesakes.get(mention.entry, ()) if mention.entry else ()
    if not others:
        return mention
    counts = count_countries(tokens, (m for m in mentions if m.entry != mention.entry), lexicon)
    ranked = [
        (
            counts[lexicon.terms_of_office[entry][0][0].country],
            _is_in_office(lexicon, entry, by),
            -place,
            entry,
        )
        for place, entry in enumerate((mention.entry, *others))
        if entry in lexicon.terms_of_office and has_held_office(lexicon, entry, by)
    ]
    return replace(mention, entry=max(ranked)[-1]) if ranked else mention


def _find_namesakes(
    tokens: Tokens, mentions: Sequence[Mention], lexicon: NameLexicon, by: dt.date | None
) -> set[int]:
    """Return the first tokens of persons who only share a name with a minister: nothing else in the document is of that country.

    The name must be very common, or a usual one and the minister long out of office or of a country abroad: `Tom Clarke, a nursing home owner` in
    Virginia.
    """
    terms = lexicon.terms_of_office
    of_others = _entries_of_others(tokens, mentions)
    strangers = {m.start for m in mentions if m.entry in terms and m.entry in of_others}
    doubtful = [
        m
        for m in mentions
        if m.entry in terms and m.start not in strangers and _is_doubtful(tokens, m, lexicon, by)
    ]
    if not doubtful:
        return strangers
    known = set(doubtful)
    others = (m for m in mentions if m not in known)
    counts = count_countries(tokens, others, lexicon)
    most = max(counts.values(), default=0)
    # A lone place says little: `Bristol` in American news.
    signs = {country for country, count in counts.items() if count >= ORGAN_WEIGHT or count == most}
    # That the table of cabinets has somebody of a name is less than a line of the rule data, and any word for the country more.
    named = signs | _countries_named(tokens, lexicon)
    return strangers | {
        m.start
        for m in doubtful
        if not _is_of(named if lexicon.is_of_table(m.entry) else signs, terms[m.entry])
    }


def _is_of(countries: Collection[str], terms: Iterable[tuple[Office, Holder]]) -> bool:
    """Return whether somebody held office in one of some countries, or led any."""
    return any(office.country in countries or office.head_of_government for office, _ in terms)


def _is_doubtful(tokens: Tokens, mention: Mention, lexicon: NameLexicon, by: dt.date | None) -> bool:
    """Return whether a name may be of somebody else: in a cabinet of that day only by a place, an age or a time."""
    terms = lexicon.terms_of_office[mention.entry]
    if _sits_in_cabinet(lexicon, mention.entry, by) and not has_weak_sign(tokens, mention.start, mention.end):
        return False
    gone = [holder.end is not None and by is not None and holder.end + LONG < by for _, holder in terms]
    is_abroad = all(office.country.partition("-")[0] not in HOME for office, _ in terms)
    return (
        (mention.label == "PERSON" and is_common_name(surface(tokens, mention).split()))
        or (_has_english_name(tokens, mention) and (all(gone) or is_abroad))
        or (lexicon.is_of_table(mention.entry) and not _has_rare_name(mention.entry, lexicon))
    )


def _sits_in_cabinet(lexicon: NameLexicon, person: str, by: dt.date | None) -> bool:
    """Return whether an office file says that somebody holds an office of cabinet level on a day."""
    return by is not None and any(
        holder.holds(by) and not (office.shared or office.generic or lexicon.is_of_table(person))
        for office, holder in lexicon.terms_of_office[person]
    )


def _entries_of_others(tokens: Tokens, mentions: Sequence[Mention]) -> set[str]:
    """Return the listed persons whose names the text gives to somebody of another job, and nowhere to who holds an office."""
    named = [m for m in mentions if m.label == "PERSON" and m.entry and m.end - m.start > 1]
    found = {m.entry for m in named if has_sign(tokens, m.start, m.end)}
    if not found:
        return found
    return found - {person.entry for _, person in pair_offices(tokens, mentions)}


def _countries_named(tokens: Tokens, lexicon: NameLexicon) -> set[str]:
    """Return the countries that a document names, or whose adjectives it has, wherever they stand."""
    found = (
        lexicon.countries.get(tokens.texts[i]) or country_by_demonym().get(tokens.lower[i])
        for i in tokens.capitals
    )
    return {country for country in found if country}


def _has_english_name(tokens: Tokens, mention: Mention) -> bool:
    """Return whether a name may well be of somebody in Britain or the United States."""
    words = tokens.texts[mention.start : mention.end]
    return len(words) == 2 and first_name_rank(words[0]) is not None and is_usual_surname(words[1])


def _has_rare_name(person: str, lexicon: NameLexicon) -> bool:
    """Return whether a word of a name is rare: few ministers of the world have it, and no list of names."""
    words = person.split("-")[1:]
    return any(
        lexicon.bearers_of_word[word] <= FEW and len(word) > SHORT and not is_name_of_person(word)
        for word in words
    )


FEW, SHORT = 1, 4
"""Bearers and letters of a rare word of a name."""


HOME = frozenset({"GB", "US"})
"""Countries whose news most texts are."""
LONG = dt.timedelta(days=5 * 365)
"""So long after their last office ministers are seldom in the news of other countries."""


def _is_in_office(lexicon: NameLexicon, person: str, by: dt.date | None) -> bool:
    """Return whether the person holds an office on a day; without a day, whether no end of it is known."""
    terms = (holder for _, holder in lexicon.terms_of_office.get(person, ()))
    if by is None:
        return any(holder.end is None for holder in terms)
    return any(holder.holds(by) for holder in terms)


def decide_offices(
    tokens: Tokens, mentions: list[Mention], lexicon: NameLexicon, day: dt.date | None
) -> dict[str, list[str | None]]:
    """Return the office id and status by first token (as text) of every MINISTER and OFFICE mention.

    Returns:
        For each first token the office id, None if it is not known, and the status.
    """
    ministers = frozenset(m.entry for m in mentions if m.label == "MINISTER" and m.entry)
    news = _News(lexicon, day, main_country(tokens, mentions, lexicon), ministers)
    named: dict[str, set[str]] = {}
    decided: dict[str, list[str | None]] = {}
    paired = {office.start: person for office, person in pair_offices(tokens, mentions)}
    for mention in mentions:
        if mention.label == "OFFICE":
            person = paired.get(mention.start)
            held = _office_of(tokens, mention, person, news)
            decided[str(mention.start)] = [held.office, held.status]
            if person and held.office and not is_past(tokens, mention):
                # A person whom the data do not have is only known here by the place of the name.
                named.setdefault(person.entry or str(person.start), set()).add(held.office)
    for mention in mentions:
        if mention.label == "MINISTER":
            told = named.get(mention.entry or str(mention.start), ())
            held = find_office(lexicon, mention.entry, day, told)
            decided[str(mention.start)] = [held.office, held.status]
    return decided


def name_office(tokens: Tokens, mention: Mention, decided: Mapping[str, Sequence[str | None]]) -> Mention:
    """Return an OFFICE mention with the office that it stands for, or with the title alone: many countries share one.

    Args:
        mention: Any mention; one that is not a listed OFFICE is returned as it is.
        decided: What `decide_offices` returned.
    """
    if mention.label != "OFFICE" or mention.method != "gazetteer":
        return mention
    office = decided[str(mention.start)][0]
    title = slug(surface(tokens, mention))
    return replace(mention, rule=office or f"title.{title}", entry=office or "")


@dataclass(frozen=True, slots=True)
class _News:
    """What tells whose office a title is.

    Attributes:
        lexicon: Offices and their holders.
        day: The document's date.
        main: The country that the document is about.
        ministers: Ids of the listed ministers that it names.
    """

    lexicon: NameLexicon
    day: dt.date | None
    main: str | None
    ministers: Collection[str]


def _office_of(tokens: Tokens, mention: Mention, person: Mention | None, news: _News) -> Held:
    """Return the office of a title: by the person or country beside it, the document's country, or its only holder in the text."""
    lexicon, day = news.lexicon, news.day
    titled = lexicon.offices_by_title.get(surface(tokens, mention).lower(), ())
    beside = person.entry if person else ""
    own = find_titled(lexicon, titled, [beside], day)
    if not own.office:
        own = find_worded(lexicon, surface(tokens, mention), beside, day)
    if own.office:
        return own
    nearby = _countries_beside(tokens, mention, lexicon)
    held = choose_country(lexicon, titled, nearby, news.main, day)
    if held.status == "unresolved" and not nearby:
        held = find_titled(lexicon, titled, news.ministers, day)  # `Nicola Sturgeon ... The first minister`
    terms = lexicon.terms_of_office.get(beside, ())
    chosen = {office.country for office in titled if office.id == held.office}
    if terms and chosen.isdisjoint(office.country for office, _ in terms):
        return Held(None, "unresolved")  # `Derek Mackay, the former transport minister`, of Scotland
    return held


def _countries_beside(tokens: Tokens, mention: Mention, lexicon: NameLexicon) -> set[str]:
    """Return the country of the adjective right before a title, else the countries named close before it."""
    country = country_before(tokens, mention.start, lexicon)
    if country:
        return {country}
    near = tokens.texts[max(mention.start - 3, 0) : mention.start]
    return {lexicon.countries[text] for text in near if text in lexicon.countries}


def main_country(tokens: Tokens, mentions: Iterable[Mention], lexicon: NameLexicon) -> str | None:
    """Return the country of most known organs of state, parties and places in the document, if it is clear.

    Returns:
        Code of the country; None where two lead, or none is named.
    """
    ranked = count_countries(tokens, mentions, lexicon).most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def count_countries(tokens: Tokens, mentions: Iterable[Mention], lexicon: NameLexicon) -> Counter[str]:
    """Return what the known organs of state, parties, places and ministers say of the countries of a document.

    Returns:
        Weight of the evidence by country code: 1 for a place, `ORGAN_WEIGHT` for all else.
    """
    counts: Counter[str] = Counter()
    for mention in mentions:
        if not mention.entry:
            continue
        country = tokens.term_countries.get(mention.entry)
        if country and mention.label in ("DEPARTMENT", "COMMITTEE", "ORG", "GPE"):
            counts[country] += 1 if mention.label == "GPE" else ORGAN_WEIGHT
        for office, _ in lexicon.terms_of_office.get(mention.entry, ()):
            counts[office.country] += ORGAN_WEIGHT
            break
    return counts


def find_signs(tokens: Tokens, candidates: Iterable[Mention]) -> frozenset[str]:
    """Return the countries of the listed names of a doc, but for words for parties and acronyms: those are in question."""
    return frozenset(
        country
        for m in candidates
        if m.method == "gazetteer" and m.label in ("DEPARTMENT", "COMMITTEE", "ORG", "GPE", "OFFICE")
        for country in (tokens.term_countries.get(m.entry),)
        if country
        and tokens.lower[m.start] not in name_words().party_words
        and not (m.end - m.start == 1 and tokens.texts[m.start].isupper() and m.label == "COMMITTEE")
    )
