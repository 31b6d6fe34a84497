"""Names that several things bear, mostly acronyms (`FSB`): which of them a document means.

Full form, date, country and neighbours decide, for the whole document at once. Where they do not, the name stays open: a mention without
an id. A form that is also a word (`IS`) has one owner, and needs one of these signs.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from policy_news.core.single import only
from policy_news.nlp.entities.gazetteer import Sense
from policy_news.nlp.entities.leaders import YEAR
from policy_news.nlp.entities.mentions import Mention
from policy_news.nlp.tokens import Tokens
from policy_news.nlp.who.owners import is_shared

FULL_FORM, BESIDE, NEAR, ANYWHERE, COUNTRY = 10, 4, 3, 1, 2
"""What a sense gains by its full form in the text, its country right before the name, a word of its own near the name or elsewhere, and
by being of the country of most that the text names."""
WINDOW = 15
"""So many tokens on either side are near."""
OPEN_RULE = "shared"
"""Rule id of a name that stays open."""
Span = tuple[int, int]


def decide_shared(tokens: Tokens, candidates: Sequence[Mention], day: dt.date | None) -> list[Mention]:
    """Return the candidates, where each shared name stands for one thing or for none in particular."""
    forms = _group(tokens, candidates)
    if not forms:
        return list(candidates)
    shared = {m for own in forms.values() for m in own}
    others = [m for m in candidates if m not in shared]
    whole = frozenset(_words(tokens, 0, len(tokens)))
    decided = [m for own in forms.values() for m in _decide(tokens, own, others, day, whole)]
    return sorted([*others, *decided], key=lambda m: (m.start, -m.end))


def _group(tokens: Tokens, candidates: Iterable[Mention]) -> dict[str, list[Mention]]:
    forms: dict[str, list[Mention]] = {}
    for mention in candidates:
        sense = tokens.term_senses.get(mention.entry)
        if sense is None or mention.method not in ("gazetteer", "common"):
            continue
        form = tokens.text(mention.start, mention.end)
        if form in sense["names"]:
            forms.setdefault(form, []).append(mention)
    return forms


def _decide(
    tokens: Tokens,
    own: Sequence[Mention],
    others: Sequence[Mention],
    day: dt.date | None,
    whole: Collection[str],
) -> list[Mention]:
    entries = sorted({mention.entry for mention in own})
    spans = sorted({(mention.start, mention.end) for mention in own})
    known = [entry for entry in entries if _is_of_the_time(tokens.term_senses[entry], day)]
    if len(entries) == 1:
        # The form may also be a plain word (`IS`): without a sign it is not a mention.
        if known and _score(tokens, known[0], spans, others, whole):
            return _not_in_capitals(tokens, own)
        return []
    if len(known) > 1:
        known = _best(tokens, known, spans, others, whole)
    if len(known) != 1:
        return [_open(span, own) for span in spans]
    return [mention for mention in own if mention.entry == known[0]]


def _best(
    tokens: Tokens,
    entries: Sequence[str],
    spans: Sequence[Span],
    others: Sequence[Mention],
    whole: Collection[str],
) -> list[str]:
    """Return the senses for which most speaks."""
    scores = {entry: _score(tokens, entry, spans, others, whole) for entry in entries}
    best = max(scores.values())
    return [entry for entry in entries if scores[entry] == best]


def _not_in_capitals(tokens: Tokens, mentions: Iterable[Mention]) -> list[Mention]:
    return [mention for mention in mentions if not _is_in_capitals(tokens, mention)]


def _is_in_capitals(tokens: Tokens, mention: Mention) -> bool:
    """Return whether a word before or after a name is in capitals as well: `WHO IS BEHIND IT` names nobody."""
    beside = tokens.beside(mention.start, mention.end)
    return any(len(text) > 1 and text.isalpha() and text.isupper() for text in beside)


def _open(span: Span, own: Iterable[Mention]) -> Mention:
    """Return a mention that stands for none of them in particular, with their label where it is one."""
    here = [m for m in own if (m.start, m.end) == span and m.label != "NONE"]
    label = only({mention.label for mention in here}) or "ORG"
    return replace(here[0], label=label, rule=OPEN_RULE, entry="")


def _is_of_the_time(sense: Sense, day: dt.date | None) -> bool:
    start, end = (dt.date.fromisoformat(text) if text else None for text in (sense["start"], sense["end"]))
    if day is None:
        return True
    return (start is None or start <= day) and (end is None or day <= end + YEAR)


def _score(
    tokens: Tokens, entry: str, spans: Sequence[Span], others: Sequence[Mention], whole: Collection[str]
) -> int:
    country = tokens.term_countries.get(entry)
    score = FULL_FORM * any(m.entry == entry for m in others)
    telling = [m for m in others if not is_shared(tokens.text(m.start, m.end))]
    countries = Counter(tokens.term_countries[m.entry] for m in telling if m.entry in tokens.term_countries)
    if country:
        before = {start - 1 for start, _ in spans} | {start - 2 for start, _ in spans}
        beside = any(m.end - 1 in before and tokens.term_countries.get(m.entry) == country for m in others)
        most = max(countries.values(), default=0)
        score += BESIDE * beside + COUNTRY * (0 < countries[country] == most)
    near = {word for start, end in spans for word in _words(tokens, start - WINDOW, end + WINDOW)}
    for words in tokens.term_senses[entry]["near"]:
        needed = set(words.split())
        if needed <= near:
            score += NEAR
        elif needed.issubset(whole):
            score += ANYWHERE
    return score


def _words(tokens: Tokens, start: int, end: int) -> Iterable[str]:
    inside = slice(max(start, 0), min(end, len(tokens)))
    return [*tokens.lower[inside], *tokens.lemmas[inside]]
