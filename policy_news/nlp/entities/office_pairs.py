"""Offices and the persons that a text puts beside them: `Foreign Minister X`, `X, the ports minister`, `named X home secretary`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from policy_news.nlp.entities.mentions import POSSESSIVES, REACH, Mention
from policy_news.nlp.entities.pair_words import pair_words
from policy_news.nlp.tags import FINITE
from policy_news.nlp.tokens import Tokens
from policy_news.rules.name_forms import honorifics
from policy_news.tables.labels import PEOPLE, PLACES

ADVERBS = 2
"""So many adverbs may stand between a title and its verb."""
WISHED = frozenset({"as", "be", "become", "becoming", "been", "being", "for"})
"""Words between which and a comma an office is what somebody is or wants to be, and not who is named after the comma."""
UNSURE = frozenset(
    {"PERSON", "ORG", "GPE", "COMPANY", "NORP", "PRODUCT", "WORK_OF_ART", "FAC", "LOC", "EVENT", "LAW"}
)
"""What the model may call a person whom it does not know."""


def pair_offices(tokens: Tokens, mentions: Sequence[Mention]) -> list[tuple[Mention, Mention]]:
    """Return office and person that stand together, in order of the offices; an office has at most one."""
    persons = [mention for mention in mentions if may_be_person(mention)]
    starts, ends = {p.start: p for p in persons}, {p.end: p for p in persons}
    places = _ends_of_places(mentions)
    pairs = []
    for office in mentions:
        if office.label == "OFFICE":
            person = _behind(tokens, office, starts, _past_place(tokens, office.end, places))
            # `X, the prime minister's mother`, is not the prime minister.
            owns = office.end < len(tokens) and tokens.texts[office.end] in POSSESSIVES
            if person is None and not owns and not _acts(tokens, office):
                person = _before(tokens, office, ends)
            if person is not None:
                pairs.append((office, person))
    return pairs


def _acts(tokens: Tokens, office: Mention) -> bool:
    """Return whether a verb follows a title, which is then its subject: `Like most voters, the president believes`, `However, the president also said`."""
    at = office.end
    while at < len(tokens) and at < office.end + ADVERBS and tokens.tags[at] == "RB":
        at += 1
    return at < len(tokens) and tokens.tags[at] in FINITE and at not in tokens.gaps


def is_past(tokens: Tokens, office: Mention) -> bool:
    """Return whether the words before a title say that it is no longer held: `former chancellor`, `ex-chancellor`."""
    before = range(max(office.start - 2, 0), office.start)
    return any(tokens.lower[i].strip("-") in pair_words().past for i in before)


def may_be_person(mention: Mention) -> bool:
    """Return whether a mention is of a person, or of an unlisted thing (one without a label: overlooked) that may turn out one."""
    return mention.label in ("PERSON", "MINISTER") or (
        mention.method == "model" and not mention.entry and (not mention.label or mention.label in UNSURE)
    )


def _ends_of_places(mentions: Iterable[Mention]) -> dict[int, int]:
    return {mention.start: mention.end for mention in mentions if mention.label in PLACES}


def _past_place(tokens: Tokens, end: int, places: Mapping[int, int]) -> int:
    """Return one past the country that follows a title before a comma: `the president of France, X`; else where the title ends."""
    start = end + 1 + (tokens.lower[end + 1 : end + 2] == ["the"])
    behind = places.get(start, end)
    is_led = tokens.lower[end : end + 1] == ["of"] and tokens.texts[behind : behind + 1] == [","]
    return behind if is_led else end


def _behind(tokens: Tokens, office: Mention, starts: dict[int, Mention], end: int) -> Mention | None:
    """Return the person of `Foreign Minister X` and `the foreign minister, Mr X`; not of `ran for president, X said`, nor of `a President X`."""
    before = tokens.lower[office.start - 1] if office.start else ""
    comma = tokens.texts[end : end + 1] == [","] and before not in WISHED
    if end in tokens.gaps or end in tokens.openings or (before in ("a", "an") and end in starts):
        return None
    for i in range(end + comma, min(end + 3, len(tokens))):
        person = starts.get(i)
        if (
            i in tokens.gaps
            or i in tokens.openings
            or (person is None and not _leads_to_name(tokens, i, quoted=not comma))
        ):
            return None
        if person is not None and (not comma or person.label in PEOPLE):
            return person
    return None


def _leads_to_name(tokens: Tokens, i: int, *, quoted: bool) -> bool:
    """Return whether a token may stand between a title and a name: an honorific, or a quotation mark."""
    return tokens.lower[i].rstrip(".") in honorifics().single or (quoted and tokens.doc[i].is_quote)


def _before(tokens: Tokens, office: Mention, ends: dict[int, Mention]) -> Mention | None:
    """Return the person of `X, the foreign minister`, `X was foreign minister`, `appointed X foreign minister`."""
    for end in range(office.start, max(office.start - REACH, 0), -1):
        if end - 1 in tokens.gaps or end in tokens.openings:
            return None
        person = ends.get(end)
        if person is not None:
            between = range(end, office.start)
            joined = _is_joined(tokens, person, between) and not _is_supposed(tokens, person.start, between)
            return person if joined else None
    return None


def _is_joined(tokens: Tokens, person: Mention, between: range) -> bool:
    words = [tokens.lower[i] for i in between if not tokens.spaces[i]]
    known = pair_words()
    verb = tokens.lemmas[person.start - 1] if person.start else ""
    if not words or words in (["as"], ["as", "the"], ["as", "his"], ["as", "her"], ["as", "its"]):
        return verb in known.appointing
    if person.label not in ("PERSON", "MINISTER") and len(words) == 1:
        return False
    if words[0] == ",":
        return all(_fills(tokens, i) for i in between[1:]) and words[-1] not in (
            ",",
            "of" if len(words) == 2 else "",
        )
    if words[0] in known.copulas:
        return all(_fills(tokens, i) for i in between[1:])
    serving = tokens.lemmas[between[0]] in known.serving
    return (
        serving
        and "as" in words
        and len(words) < 6
        and all(tokens.tags[i][:2] in ("VB", "RP", "IN", "DT", "RB", "PR") for i in between)
    )


def _is_supposed(tokens: Tokens, start: int, between: range) -> bool:
    """Return whether somebody does not hold an office yet: `the next president`, or an `if` before `X becomes president`."""
    words = tokens.lower[between.start : between.stop]
    if "next" in words or words[:1] != ["becomes"]:
        return "next" in words
    while start > 0 and not tokens.sentence_starts[start]:
        start -= 1
        if tokens.lower[start] in ("if", "should", "unless"):
            return True
    return False


def _fills(tokens: Tokens, i: int) -> bool:
    return (
        tokens.lower[i] in pair_words().fillers
        or tokens.ent_types[i] in ("GPE", "NORP")
        or tokens.tags[i] == "JJ"
    )


def find_plain_ministers(tokens: Tokens, mentions: Iterable[Mention]) -> list[Mention]:
    """Return persons whom the text calls a plain minister: `Junior minister X`, `X, a cabinet minister,`."""
    return [
        m
        for m in mentions
        if may_be_person(m)
        and (_plain_before(tokens, m) or (m.label == "PERSON" and _plain_behind(tokens, m)))
    ]


def _plain_before(tokens: Tokens, mention: Mention) -> bool:
    at = mention.start - 1
    if at < 0 or tokens.lower[at] != "minister":
        return False
    return at == 0 or tokens.lower[at - 1] not in pair_words().not_before


def _plain_behind(tokens: Tokens, mention: Mention) -> bool:
    """Return whether `, a junior minister` follows, and no `of` or `for` that makes another office of it."""
    if (
        mention.end + 2 >= len(tokens)
        or tokens.texts[mention.end] != ","
        or tokens.lower[mention.end + 1] not in ("a", "an", "the")
    ):
        return False
    for i in range(mention.end + 2, min(mention.end + 6, len(tokens))):
        if tokens.lower[i] == "minister":
            return True
        if (
            tokens.tags[i] not in ("JJ", "NN", "NNP", "HYPH", "VBN")
            or tokens.lower[i] in pair_words().not_before
        ):
            return False
    return False
