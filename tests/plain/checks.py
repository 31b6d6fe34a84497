"""Compare the rows of a document with the marks of a plain case."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from policy_news.tables.chunks import Annotated
from policy_news.tables.schema import ClaimRow, DateRow, MentionRow
from tests.plain.tables import Case, Mark

LEAST = 0.85
"""Share of the letters of marked and found content that both have."""
_CLAIM = re.compile(r"([SCE])(\d)(\??)(.*)")
FIGURES = ("PERSON", "MINISTER", "OFFICE", "COMPANY", "ORG", "COMMITTEE", "DEPARTMENT", "GPE")
"""Labels of mentions that must be marked."""


def _fits(text: str, mark: Mark, start: int, end: int) -> bool:
    """Return whether a span is that of a mark, with or without what is optional at its ends."""
    starts, ends = {mark.start}, {mark.end}
    for first, last in mark.optional:
        starts |= {last + len(text[last:]) - len(text[last:].lstrip())} if first == mark.start else set()
        ends |= {len(text[:first].rstrip())} if last == mark.end else set()
    return start in starts and end in ends


def _letters(text: str, spans: Iterable[tuple[int, int]]) -> set[int]:
    return {i for start, end in spans for i in range(start, end) if text[i].isalnum()}


class _Claim:
    """What is marked of one claim."""

    def __init__(self) -> None:
        self.source: Mark | None = None
        self.means: Mark | None = None
        self.pieces: list[Mark] = []
        self.words: set[str] = set()
        self.may = False


def _claims(case: Case) -> dict[str, _Claim]:
    found: dict[str, _Claim] = {}
    for mark in case.marks:
        for part in mark.says.split(", "):
            match = _CLAIM.fullmatch(part)
            assert match, f"{mark.says}: no mark of a claim"
            kind, number, may, words = match.groups()
            claim = found.setdefault(number, _Claim())
            claim.may |= bool(may)
            claim.words.update(words.split())
            if kind == "S":
                claim.source = mark
            elif kind == "E":
                claim.means = mark
            else:
                claim.pieces.append(mark)
    return found


def check_claims(case: Case, found: Annotated) -> list[str]:
    """Return what is wrong with the claims of a case. What continues a claim counts to it."""
    kept = {row.claim_id: row for row in found.claims if row.kept}
    heads = {row.claim_id: row for row in kept.values() if row.continues not in kept}
    spans = {key: [(s.start, s.end) for s in row.content_spans] for key, row in heads.items()}
    for row in kept.values():
        first = row
        while first.continues in kept:
            first = kept[first.continues]
        if first is not row:
            spans[first.claim_id] += [(s.start, s.end) for s in row.content_spans]
    here = {
        key: row
        for key, row in heads.items()
        if case.start <= (row.content_start or row.cue_start or 0) < case.end
    }
    faults, owners = list[str](), dict[str, str]()
    wanted = _claims(case)
    for number, claim in wanted.items():
        goal = _letters(case.text, [(mark.start, mark.end) for mark in claim.pieces])
        scores = {key: _likeness(goal, _letters(case.text, spans[key])) for key in here if key not in owners}
        best = max(scores, key=scores.__getitem__, default=None)
        if best is None or scores[best] < LEAST:
            faults += [] if claim.may else [f"no claim {number}"]
            continue
        owners[best] = number
        faults += _faults(case, number, claim, here[best], found)
    numbers = {number: key for key, number in owners.items()}
    links = {(link.claim_id, link.relation, link.other_claim_id) for link in found.claim_links}
    wants = set()
    for number, claim in wanted.items():
        for word in claim.words:
            relation, _, other = word.partition(":")
            if other and number in numbers and other in numbers:
                wants.add((numbers[number], relation, numbers[other]))
    faults += [f"no link {link}" for link in wants - links]
    faults += [f"link {link}" for link in links - wants if link[0] in owners and link[2] in owners]
    faults += [
        f"extra claim: {row.source_text} | {row.content_text}"
        for key, row in here.items()
        if key not in owners
    ]
    return faults


def _likeness(wanted: set[int], have: set[int]) -> float:
    return len(wanted & have) / len(wanted | have) if wanted or have else 1.0


def _faults(case: Case, number: str, claim: _Claim, row: ClaimRow, found: Annotated) -> Iterator[str]:
    if claim.source is None:
        if row.source_text is not None:
            yield f"claim {number}: source {row.source_text}"
    elif (
        row.source_start is None
        or row.source_end is None
        or not _fits(case.text, claim.source, row.source_start, row.source_end)
    ):
        yield f"claim {number}: source {row.source_text}"
    stated = {row.claim_type, str(row.polarity), "negated" if row.negated else "plain"}
    stated |= {"truncated"} if row.truncated else {"whole"}
    yield from (
        f"claim {number}: not {word}"
        for word in sorted(claim.words)
        if ":" not in word and word not in stated
    )
    if claim.means is not None:
        ids = {m.entity_id for m in found.mentions if _fits(case.text, claim.means, m.start, m.end)}
        if row.source_entity_id not in ids:
            yield f"claim {number}: the source means {row.source_entity_id}"


def check_mentions(case: Case, found: Annotated) -> list[str]:
    """Return what is wrong with the mentions of a case: span, label, figures, and mentions that are not marked."""
    rows = [row for row in found.mentions if row.label in FIGURES and case.start <= row.start < case.end]
    faults, ids, used = list[str](), dict[str, set[str]](), set[str]()
    for mark in case.marks:
        label, _, figure = mark.says.rstrip("?").partition(" ")
        row = next((r for r in rows if _fits(case.text, mark, r.start, r.end)), None)
        if row is None:
            faults += [] if mark.says.endswith("?") else [f"no {label} {case.text[mark.start : mark.end]}"]
            continue
        used.add(row.mention_id)
        if label and row.label not in label.split("/"):
            faults.append(f"{row.text} is {row.label}")
        if figure:
            ids.setdefault(figure, set()).add(row.entity_id)
    faults += [f"{figure} is several: {sorted(own)}" for figure, own in ids.items() if len(own) > 1]
    shared = [entity for own in ids.values() for entity in own]
    faults += [
        f"{entity} is several figures" for entity in sorted({e for e in shared if shared.count(e) > 1})
    ]
    return faults + [f"extra {row.label} {row.text}" for row in rows if row.mention_id not in used]


def check_dates(case: Case, found: Annotated) -> list[str]:
    """Return what is wrong with the dates of a case: span, type, value, and dates that are not marked."""
    rows = [row for row in found.dates if case.start <= row.start < case.end]
    faults, used = list[str](), set[str]()
    for mark in case.marks:
        row = next((r for r in rows if _fits(case.text, mark, r.start, r.end)), None)
        if row is None:
            faults += [] if mark.says.endswith("?") else [f"no date {case.text[mark.start : mark.end]}"]
            continue
        used.add(row.date_id)
        stated = _stated(row)
        faults += [f"{row.text}: not {word}" for word in mark.says.rstrip("?").split() if word not in stated]
    return faults + [f"extra date {row.text}" for row in rows if row.date_id not in used]


def _stated(row: DateRow) -> set[str]:
    """Return what may be said of a date in a mark: its type, its value, its interval as `first/last`."""
    return {row.timex_type, str(row.value), f"{row.earliest}/{row.latest}"}


def told(case: Case, found: Annotated) -> str:
    """Return what was found in a case, in words."""
    rows: list[str] = []
    if case.checks == "claims":
        rows = [
            f"{r.source_text} | {r.cue_text} | {r.content_text} | {r.claim_type} {r.polarity}"
            for r in found.claims
            if r.kept
        ]
    elif case.checks == "mentions":
        rows = [f"{r.text} {r.label} {r.entity_id}" for r in _inside(case, found.mentions)]
    else:
        rows = [f"{r.text} {r.timex_type} {r.value}" for r in found.dates if case.start <= r.start < case.end]
    return "\n      ".join(rows)


def _inside(case: Case, rows: Iterable[MentionRow]) -> Iterator[MentionRow]:
    return (row for row in rows if case.start <= row.start < case.end)


CHECKS: Mapping[str, Callable[[Case, Annotated], list[str]]] = {
    "claims": check_claims,
    "mentions": check_mentions,
    "dates": check_dates,
}
"""The comparison that a table names."""
