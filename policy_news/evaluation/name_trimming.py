"""Cuts from a name what guidelines differ on: article, honorific, possessive, outer punctuation."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from policy_news.rules.rule_files import read_rule_file
from policy_news.rules.rule_models import Strict

WORDS = Path(__file__).with_name("trimmed.yml")
_TAIL = re.compile(r"(?:['’]s|['’]|(?<![\"“”,.;:!?)\]\s])[\"“”,.;:!?)\]\s]+)$", re.IGNORECASE)


class _Words(Strict):
    """The words of the data file.

    Attributes:
        before: Articles and honorifics, with or without a full stop.
        abbreviations: Last words that keep their full stop.
    """

    before: tuple[str, ...]
    abbreviations: tuple[str, ...]


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Cut articles, honorifics, possessives and outer punctuation off a span.

    Returns:
        The span that is left; it is never empty.
    """
    lead_of, abbreviation = _patterns()
    # Again and again, as they come in rows (`the Rt Hon. Sir`), but never down to nothing (`The The`).
    while (lead := lead_of.match(text, start, end)) and lead.end() < end:
        start = lead.end()
    while (tail := _TAIL.search(text[start:end])) and tail.start() > 0:
        # The full stop of `Inc.` belongs to the name.
        if tail.group()[0] == "." and abbreviation.search(text[start:end]):
            break
        end = start + tail.start()
    return start, end


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = read_rule_file(WORDS, _Words)
    before = "|".join(map(re.escape, words.before))
    return (
        re.compile(rf"(?:{before})(?:(?<=\w\w)\.)?\s+|[\"'“”‘’(\[\s]+", re.IGNORECASE),
        re.compile(rf"(?:\b[A-Z]\.|\b(?:{'|'.join(map(re.escape, words.abbreviations))})\.)$"),
    )
