"""Ministers of a document: known holders of office, and names that the text itself puts beside an office."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from spacy.tokens import Doc

from pipeline.components.lexicon import Lexicon
from pipeline.components.mentions import Mention
from pipeline.components.offices import Held, choose_country, find_office, has_held_office
from pipeline.components.pairs import find_plain_ministers, pair_offices, pair_words
from pipeline.rules import Office


def mark_ministers(doc: Doc, mentions: Iterable[Mention], lexicon: Lexicon, day: dt.date | None) -> list[Mention]:
    """Call a person MINISTER who held an office by the day, or whom the text puts beside one; drop bare job titles."""
    mentions = [m for m in mentions if m.label != "OFFICE" or is_ministerial(doc, m, list(mentions), lexicon)]
    beside = {id(person) for _, person in pair_offices(doc, mentions)}
    beside |= {id(person) for person in find_plain_ministers(doc, mentions)}
    marked = []
    for mention in mentions:
        known = mention.label == "PERSON" and mention.entry and has_held_office(lexicon, mention.entry, day)
        if known or id(mention) in beside:
            rule = mention.rule if known else "minister.beside-office"
            marked.append(replace(mention, label="MINISTER", method=mention.method if known else "rule", rule=rule))
        else:
            marked.append(mention)
    return sorted((m for m in marked if m.label), key=lambda m: m.start)


def is_ministerial(doc: Doc, mention: Mention, mentions: list[Mention], lexicon: Lexicon) -> bool:
    """Whether an OFFICE is one: a title that companies and clubs use too needs a country or a minister beside it."""
    text = doc[mention.start : mention.end].text
    if mention.rule == "office.pm":
        return text == "PM" and not (mention.start and doc[mention.start - 1].like_num)
    if mention.rule == "office.noun":
        return doc[mention.start].ent_type_ not in ("GPE", "NORP", "LOC") and doc[mention.start].lower_ not in pair_words().no_portfolio
    if text.lower() not in BARE_TITLES:
        return True
    before = doc[mention.start - 1] if mention.start else None
    if before is not None and (before.ent_type_ in ("NORP", "GPE") or before.lower_ in ("us", "u.s.")):
        return True
    behind = [m for m in mentions if m.start == mention.end or (m.start == mention.end + 1 and doc[mention.end].text == ",")]
    if any(m.label == "PERSON" and m.entry in lexicon.terms_of_office for m in behind):
        return True
    return mention.end + 1 < len(doc) and doc[mention.end].lower_ == "of" and doc[mention.end + 1].ent_type_ == "GPE"


ORGAN_WEIGHT = 3
"""What an organ of state, a party or a minister says of a document's country, against a place."""
BARE_TITLES = frozenset(
    {"president", "vice president", "vice-president", "secretary", "premier", "attorney general", "speaker", "administrator"}
)


def decide_offices(doc: Doc, mentions: list[Mention], lexicon: Lexicon, day: dt.date | None) -> dict[str, list[str | None]]:
    """Office id and status by first token (as text) of every MINISTER and OFFICE mention."""
    by_title = lexicon.offices_by_title
    main = main_country(mentions, lexicon)
    named: dict[str, set[str]] = {}
    decided: dict[str, list[str | None]] = {}
    paired = {office.start: person for office, person in pair_offices(doc, mentions)}
    for mention in mentions:
        if mention.label == "OFFICE":
            person = paired.get(mention.start)
            held = _office_of(doc, mention, person, lexicon, day, by_title, main)
            decided[str(mention.start)] = [held.office, held.status]
            if person and held.office:
                named.setdefault(person.entry, set()).add(held.office)
    for mention in mentions:
        if mention.label == "MINISTER":
            held = find_office(lexicon, mention.entry, day, named.get(mention.entry, ()))
            decided[str(mention.start)] = [held.office, held.status]
    return decided


def _office_of(
    doc: Doc,
    mention: Mention,
    person: Mention | None,
    lexicon: Lexicon,
    day: dt.date | None,
    by_title: dict[str, tuple[Office, ...]],
    main: str | None,
) -> Held:
    titled = by_title.get(doc[mention.start : mention.end].text.lower(), ())
    if person and person.entry and day:
        own = [
            o for o in titled if any(o is office and holder.holds(day) for office, holder in lexicon.terms_of_office.get(person.entry, ()))
        ]
        if len(own) == 1:
            return Held(own[0].id, "held")
    near = doc[max(mention.start - 3, 0) : mention.start]
    nearby = {lexicon.countries[token.text] for token in near if token.text in lexicon.countries}
    return choose_country(titled, nearby, main)


def main_country(mentions: Iterable[Mention], lexicon: Lexicon) -> str | None:
    """The country of most known organs of state, parties and places in the document, if it is clear."""
    counts: Counter[str] = Counter()
    for mention in mentions:
        term = lexicon.term_by_id.get(mention.entry)
        if term and term.country and mention.label in ("DEPARTMENT", "COMMITTEE", "ORG", "GPE"):
            counts[term.country] += 1 if mention.label == "GPE" else ORGAN_WEIGHT
        for office, _ in lexicon.terms_of_office.get(mention.entry, ()):
            counts[office.country] += ORGAN_WEIGHT
            break
    ranked = counts.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]
