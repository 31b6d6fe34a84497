"""The House, the Senate and the Supreme Court of a state of the United States, told from those of the Union."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from policy_news.core.single import only
from policy_news.nlp.who.members import state_called
from policy_news.nlp.who.name_ids import OPEN, NameMention
from policy_news.rules.name_forms import slug
from policy_news.tables.labels import ORGANISED

_FEDERAL = {"us-house-of-representatives": "house", "us-senate": "senate"}
"""The chambers of Congress, to the word for them."""
_LEGISLATURE = re.compile(
    r"(?P<state>[A-Z][\w. ]+?)\s(?:(?P<chamber>House|Senate)(?:\sof\s(?:Representatives|Delegates))?|(?:General\s)?Assembly|Legislature)"
)
_STATE_LEVEL = re.compile(
    r"\bstate\s(?:House|Senate|Sens?\.|Reps?\.|[Ss]enators?|[Rr]epresentatives?|[Ll]egislat|[Ll]awmaker)"
)
_OF_UNION = re.compile(
    r"\bU\.?S\.?\s(?:House|Senate|Sen|Rep|Congress)|\bCongress(?:ional)?\b|\bcongressional\b|\bCapitol Hill\b|\bWhite House\b|\bWASHINGTON\b"
    r"|\bin Washington\b"
)
"""What shows that Congress may be meant, there and after it."""
_RACE = re.compile(
    r"\s(?:race|seat|candidate|nominee|nomination|primary|election|campaign|contest|bid|hopeful|runoff|debate)s?\b"
)
"""What makes `Iowa Senate` a seat in Congress."""

_STATE_COURT = re.compile(
    r"(?:\b(?P<state>[A-Z]\w+(?:\s[A-Z]\w+)?)(?:['’]s)?\s)?(?:the\s)?(?P<word>[Ss]tate\s)?$"
)
"""What before `Supreme Court` says that it is one of a state: `the state`, `Ohio's`."""
_UNION_COURT = re.compile(r"\b(?:U\.?S\.?|United States|[Ff]ederal) Supreme Court")


def find_state_courts(text: str, bodies: Sequence[NameMention]) -> dict[int, tuple[str, bool]]:
    """Start of each mention of the Supreme Court that is one of a state to its id, and whether it is known of which state.

    Args:
        bodies: Those that seem to be of the Union, in order.
    """
    courts = [body for body in bodies if body.text == "Supreme Court"]
    matches = {body.start: match for body in courts if (match := _read_state(text, body)) is not None}
    if not matches:
        return {}
    state = only({match["state"] for match in matches.values() if _is_state(match)})
    found = f"org-{slug(f'{state} Supreme Court')}" if state else f"org-supreme-court{OPEN}"
    is_alone = _UNION_COURT.search(text) is None
    return {body.start: (found, bool(state)) for body in courts if is_alone or body.start in matches}


def _read_state(text: str, court: NameMention) -> re.Match[str] | None:
    """Return the words before a mention of the Supreme Court, where they name a state or say `state`."""
    match = _STATE_COURT.search(text, max(court.start - 40, 0), court.start)
    return match if match is not None and (match["word"] or _is_state(match)) else None


def _is_state(match: re.Match[str]) -> bool:
    return match["state"] is not None and state_called(match["state"]) is not None


def find_state_chambers(text: str, bodies: Sequence[NameMention]) -> dict[int, tuple[str, bool]]:
    """Start of each body that is of a state to its id, and whether it is known of which state."""
    doubtful = [body for body in bodies if _chamber_of(body)]
    named = dict(_legislatures(text, bodies)) if doubtful else {}
    said = [match.start() for match in _STATE_LEVEL.finditer(text)] if doubtful else []
    if not (named or said):
        return {}
    first, union = min((*named, *said)), _OF_UNION.search(text)
    end = union.start() if union else len(text)
    state = only({match["state"] for match in named.values()}) or ""
    called = {
        match["chamber"].lower(): f"org-{slug(match[0])}" for match in named.values() if match["chamber"]
    }
    return {
        body.start: (_id_in(body, state, called), bool(state))
        for body in doubtful
        if body.start < end and _is_of_state(text, body, first)
    }


def _is_of_state(text: str, body: NameMention, first: int) -> bool:
    """Return whether a chamber stands after the first word of the state's, or in the headline, or is called so itself."""
    return body.start >= first or body.is_headline or text.endswith("state ", 0, body.start)


def _legislatures(text: str, bodies: Iterable[NameMention]) -> Iterator[tuple[int, re.Match[str]]]:
    """Start of each legislature of a state, or chamber of one, with the parts of its name."""
    for body in bodies:
        match = read_legislature(body)
        if match is not None and not _RACE.match(text, body.end):
            yield body.start, match


def _chamber_of(body: NameMention) -> str:
    """Return the chamber that a body is, or is a committee of, if it is listed as one of Congress; else empty."""
    if body.label == "COMMITTEE":
        chamber = body.text.split()[0].lower()
        return chamber if body.entry.startswith(f"us-{chamber}-") and chamber in _FEDERAL.values() else ""
    return _FEDERAL.get(body.entry, "") if "." not in body.text and "US" not in body.text else ""


def read_legislature(body: NameMention) -> re.Match[str] | None:
    """Return the parts of the name of a state's legislature or of its chamber."""
    if body.label not in ORGANISED:
        return None
    match = _LEGISLATURE.fullmatch(body.text)
    return match if match is not None and state_called(match["state"]) else None


def _id_in(body: NameMention, state: str, called: Mapping[str, str]) -> str:
    if not state:
        return f"org-{slug(body.text)}{OPEN}"
    if body.label == "COMMITTEE":
        return f"org-{slug(f'{state} {body.text}')}"
    chamber = _chamber_of(body)
    return called.get(chamber, f"org-{slug(f'{state} {chamber}')}")
