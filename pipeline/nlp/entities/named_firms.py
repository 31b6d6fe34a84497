"""Firms that bear the name of a person: `Tarrow's founder, Ana Tarrow`, `a partner at Hale Moll`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from pipeline.nlp.entities.mentions import Mention, is_of_person
from pipeline.nlp.tokens import Tokens
from pipeline.rules.names import name_words

RULE = "company.namesake"
"""Rule id of a firm with the surname of a person of the document."""
STAFF = "company.staffed"
"""Rule id of a firm with the name of a person, by who works there."""
SIGNS = frozenset(
    {
        "company.apposition",
        "company.apposition-the",
        "company.chief-of",
        "company.firm-before",
        "company.group-before",
        "company.is-a",
        "company.kind-before",
        "company.maker",
        "company.possessive-chief",
        "company.relative",
        "company.shares-in",
    }
)
"""Rules that speak for a firm even where a person of the document has that surname."""
WEAK_SIGNS = frozenset(
    {
        "company.agent-apposition",
        "company.agent-apposition-the",
        "company.followers",
        "company.noun",
        "company.possessive-asset",
        "company.verb",
    }
)
"""Rules that do so where the document shows elsewhere that a firm has it: by one of the others, or by two of these."""
REACH = 5
"""Tokens between a firm and the person of its name who leads it."""


def with_named_firms(
    tokens: Tokens, mentions: Sequence[Mention], candidates: Iterable[Mention]
) -> list[Mention]:
    """The mentions; of bare surnames those as companies that stand for a firm.

    The text shows a firm by a construction, or by an officer of the same surname. What stands before the full name of
    the person is the firm too: persons are called by their full names first.

    Args:
        tokens: Of the doc.
        mentions: In order; surnames follow their full names already.
        candidates: Of the grammar.
    """
    full = _full_names(tokens, mentions)
    bare = [m for m in mentions if _is_bare(tokens, m, full)]
    if not bare:
        return list(mentions)
    firms = _find_firms(tokens, bare, full, _rules_by_start(candidates))
    return [
        replace(m, label="COMPANY", method="rule", rule=RULE, entry="") if m.start in firms else m
        for m in mentions
    ]


def _full_names(tokens: Tokens, mentions: Iterable[Mention]) -> dict[str, list[Mention]]:
    """The persons of the document with more than a surname, by that."""
    full: dict[str, list[Mention]] = {}
    for mention in mentions:
        if mention.label == "PERSON" and mention.end - mention.start > 1:
            full.setdefault(tokens.texts[mention.end - 1], []).append(mention)
    return full


def _rules_by_start(candidates: Iterable[Mention]) -> dict[int, set[str]]:
    """The rules that take single words for companies."""
    rules: dict[int, set[str]] = {}
    for candidate in candidates:
        if candidate.label == "COMPANY" and candidate.end - candidate.start == 1:
            rules.setdefault(candidate.start, set()).add(candidate.rule)
    return rules


def _find_firms(
    tokens: Tokens,
    bare: Sequence[Mention],
    full: Mapping[str, Sequence[Mention]],
    rules: Mapping[int, Collection[str]],
) -> set[int]:
    """First tokens of the surnames that stand for a firm: those that show it, and those of the same name that come first or show it a little."""

    def is_told(mention: Mention, signs: frozenset[str]) -> bool:
        return not signs.isdisjoint(rules.get(mention.start, ()))

    firms = {m.start for m in bare if is_told(m, SIGNS) or _is_led(tokens, m, full) or _is_made(tokens, m)}
    weak = Counter(
        tokens.texts[m.start] for m in bare for rule in rules.get(m.start, ()) if rule in WEAK_SIGNS
    )
    names = {tokens.texts[start] for start in firms} | {form for form, count in weak.items() if count > 1}
    named = (m for m in bare if tokens.texts[m.start] in names)
    return firms | {m.start for m in named if _is_before(tokens, m, full) or is_told(m, WEAK_SIGNS)}


def _is_bare(tokens: Tokens, mention: Mention, full: Collection[str]) -> bool:
    """Whether a mention is the surname of a person of the document, with no honorific before it."""
    start = mention.start
    if mention.label != "PERSON" or mention.end - start > 1 or tokens.texts[start] not in full:
        return False
    before = tokens.lower[start - 1].rstrip(".") if start else ""
    return before not in name_words().honorifics and not (start and is_of_person(tokens, start - 1))


def _is_led(tokens: Tokens, mention: Mention, full: Mapping[str, Sequence[Mention]]) -> bool:
    """Whether a person of that surname leads it: `Tarrow's founder, Ana Tarrow`, `Tarrow boss Ana Tarrow`, `the founder of Tarrow, Ana Tarrow`."""
    lower, end = tokens.lower, mention.end
    for person in full[tokens.texts[mention.start]]:
        between = lower[end : person.start]
        if not 0 < len(between) <= REACH or person.start < end:
            continue
        roles = name_words().firm_roles.intersection(between)
        if roles and not any(tokens.texts[i].istitle() for i in range(end, person.start)):
            return True
        if (
            between == [","]
            and lower[mention.start - 1] == "of"
            and lower[mention.start - 2] in name_words().firm_roles
        ):
            return True
    return False


def _is_made(tokens: Tokens, mention: Mention) -> bool:
    """Whether somebody builds it, or works there: no person is built, and nobody is at a person."""
    if mention.start < 2:
        return False
    return tokens.lemmas[mention.start - 1] in name_words().founding or (
        tokens.lower[mention.start - 1] == "at"
        and tokens.lower[mention.start - 2] in name_words().staff_words
    )


def _is_before(tokens: Tokens, mention: Mention, full: Mapping[str, Sequence[Mention]]) -> bool:
    return all(mention.end <= person.start for person in full[tokens.texts[mention.start]])


def with_staffed_firms(tokens: Tokens, mentions: Iterable[Mention]) -> list[Mention]:
    """The mentions; what only the model takes for a person as a company, where staff is said to be at it, or `which` follows its subject."""
    return [
        replace(m, label="COMPANY", method="rule", rule=STAFF)
        if m.label == "PERSON" and m.method == "model" and (_has_staff(tokens, m) or _is_thing(tokens, m))
        else m
        for m in mentions
    ]


def _has_staff(tokens: Tokens, mention: Mention) -> bool:
    start = mention.start
    return (
        start > 1 and tokens.lower[start - 1] == "at" and tokens.lower[start - 2] in name_words().staff_words
    )


def _is_thing(tokens: Tokens, mention: Mention) -> bool:
    """Whether a sentence says of its first name `which`."""
    opens = mention.start == 0 or tokens.sentence_starts[mention.start]
    return opens and tokens.lower[mention.end : mention.end + 2] == [",", "which"]
