"""Which posts of a cabinet are ministerial, and what they are called without their country."""

from __future__ import annotations

import re

NOT = re.compile(
    r"\b(shadow|permanent|under-?secretary|secretary[- ]general|general secretary|secretariat|spokes\w+"
    r"|advis[eo]r|ambassador|representative|speaker|governor|mayor|judge|justice of|commissioner|prosecutor"
    r"|assembly|senate|parliament|chamber|house of|sabha|senator|court|central bank|reserve bank|national bank"
    r"|chiefs? of (?:the )?(?:\w+ )*(?:staff|army|air force|navy|defen[cs]e|police|protocol)|council of state"
    r"|supreme council|federation council|party|chief minister of|premier of (?:the )?[A-Z]|minister-president"
    r"|institute|university|cabinet of|office of|minister \(embassy|plenipotentiary|consul|charg[eé])\b",
    re.IGNORECASE,
)  # fmt: skip
"""Posts of parliaments, courts, banks, forces and regions, and those of officials."""
HEAD = re.compile(
    r"(?:(?:acting|interim|transitional|first|second|third|deputy|vice|senior|state) |vice-)*"
    r"(?:(?:executive |federal )?(?:prime minister|premier|president|chancellor|taoiseach|tánaiste)"
    r"|chair(?:man|person)? of the (?:government|council of ministers|presidency|cabinet of ministers)"
    r"|head of (?:the )?government)"
    r"(?:,? (?:and|for|in charge of) .+|, (?:state council|cabinet|executive yuan|presidency council)"
    r"| of the (?:republic|government|council of ministers|presidency|federation|state council|union))?",
    re.IGNORECASE,
)
"""Heads of government and of republics, with their deputies, once the country is taken off."""
CHAIRMAN = re.compile(
    r"^((?:First )?(?:Deputy |Vice |))(?:chairman|chair|chairperson) of the "
    r"(?:government|council of ministers|cabinet of ministers)$",
    re.IGNORECASE,
)
"""How prime ministers are styled in some countries."""
MEMBER = re.compile(
    r"\bminister\b|\bministers\b|^cabinet secretary for\b|^(?:deputy |state )?secretary (?:of|for)\b|^secretary of state\b"
    r"|federal councill?or|member of the swiss federal council|^(?:chief|head),? (?:of the )?federal department"
    r"|^(?:first )?(?:deputy |vice )(?:chairman|chair) of the (?:government|council of ministers)"
    r"|^treasurer$|^president of the treasury board",
    re.IGNORECASE,
)
SECRETARIES_OF_OFFICES = re.compile(
    r"^(?:permanent |cabinet |foreign |home |finance |defence )?secretary$", re.IGNORECASE
)
"""Officials: the Foreign Secretary of India."""


def plain_title(title: str, names: re.Pattern[str]) -> str:
    """Return the title of a post without its country: `Minister of Health` of `Minister of Health of the Slovak Republic`.

    Args:
        title: As the source has it.
        names: Matches what the country is called before and after a title.
    """
    short = " ".join(names.sub("", " ".join(title.split())).split())
    short = CHAIRMAN.sub(r"\1Prime Minister", short)
    return short[:1].upper() + short[1:]


def country_pattern(names: list[str]) -> re.Pattern[str]:
    """Return a pattern for the names and adjectives of a country at either end of a title."""
    forms = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(
        rf"^(?:the )?(?:{forms})(?:['’]s)? (?=\w)|,? (?:of|for) (?:the )?(?:{forms})$| \((?:{forms})\)$",
        re.IGNORECASE,
    )


def is_ministerial(title: str) -> bool:
    """Return whether a post, by its title without the country, is one of a minister or of a head of government or republic."""
    if NOT.search(title) or SECRETARIES_OF_OFFICES.match(title):
        return False
    return bool(HEAD.fullmatch(title) or MEMBER.search(title))
