"""Applies decisions to the claims of one document, and updates references to its mentions.

Each decision gives some columns of one claim, found by its cue, else by its content. Of what is said about one column the latest stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import chain
from typing import Any

from policy_news.checks.integrity import overlap
from policy_news.decisions.anchor import LostError, Place, find_quote, look_for_quote
from policy_news.decisions.decision_format import ClaimChange, ClaimDecision, ClaimParts, Quote
from policy_news.decisions.decisions_file import Numbered
from policy_news.decisions.rows import Rows, decided_columns, make_row
from policy_news.decisions.told import PRESENT, OutcomeTally, State
from policy_news.tables.claim_words import reported_columns
from policy_news.tables.labels import CLAIMS, PEOPLE
from policy_news.tables.schema import ClaimMentionRow, ClaimRow, ContentSpan, MentionRow
from policy_news.text.document_ids import claim_id

QUOTE_KINDS = frozenset({"direct", "mixed", "indirect"})
JOINT = " ... "
"""Joins the spans of a content."""
ALIKE = 0.6
"""Share of characters that two contents must have in common to count as one claim without the same cue."""
_COLUMNS = {field.name for field in fields(ClaimRow)} - {"content_spans"}


@dataclass(frozen=True, slots=True)
class _Found:
    """The current places of a claim's parts."""

    source: Place | None
    cue: Place | None
    content: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What one decision asks of its claim: `row`, or one that is not there."""

    one: Numbered
    found: _Found
    row: ClaimRow | None
    values: Mapping[str, Any]

    @property
    def key(self) -> tuple[Any, ...]:
        """The same for all decisions about one claim, also about one that is missing."""
        if self.row is not None:
            return ("row", self.row.claim_id)
        return ("cue", self.found.cue) if self.found.cue else ("content", self.found.content)


def apply_claims(rows: Rows, ones: Sequence[Numbered], tally: OutcomeTally) -> None:
    """Apply decisions about the claims of a document."""
    groups: defaultdict[tuple[Any, ...], list[_Wish]] = defaultdict(list)
    for one in ones:
        with tally.losing(one):
            wish = _wish(rows, one)
            groups[wish.key].append(wish)
    claims = {row.claim_id: row for row in rows.claims}
    touched: dict[str, ClaimRow] = {}
    for group in groups.values():
        _apply_group(rows, group, claims, touched, tally)
    if touched or len(claims) != len(rows.claims):
        rows.put("claims", _follow_claims(rows, list(claims.values()), touched))
        _pair_anew(rows, touched, set())


def _wish(rows: Rows, one: Numbered) -> _Wish:
    decision = one.decision
    assert isinstance(decision, ClaimDecision)
    same = rows.sha256 == decision.doc.sha256
    found = _find(rows, decision.claim, same=same)
    row = _match(rows.claims, found)
    if decision.do == "claim.reject":
        return _Wish(one, found, row, {PRESENT: False})
    return _Wish(one, found, row, {PRESENT: True, **_values(rows, decision, found, row, same=same)})


def _apply_group(
    rows: Rows,
    group: Sequence[_Wish],
    claims: dict[str, ClaimRow],
    touched: dict[str, ClaimRow],
    tally: OutcomeTally,
) -> None:
    """Apply decisions about one claim."""
    row = group[0].row
    cells: defaultdict[str, list[tuple[Any, Numbered]]] = defaultdict(list)
    for wish in group:
        for name, value in wish.values.items():
            cells[name].append((value, wish.one))
    values, ones = tally.settle(cells)
    new = _built(rows, row, values) if values[PRESENT] else None
    problem = _problem(new, row, claims, touched) if new else ""
    # Where a rejected claim is not there, the tables already agree.
    state: State = "lost" if problem else "applied" if new or row else "held"
    tally.tell_each(ones, state, problem)
    if row is not None and not problem:
        del claims[row.claim_id]
    if new is not None and not problem:
        claims[new.claim_id] = touched[new.claim_id] = new


def _problem(new: ClaimRow, old: ClaimRow | None, claims: Collection[str], touched: Collection[str]) -> str:
    """Return why the tables cannot have such a claim; empty if they can."""
    moved = old is None or old.claim_id != new.claim_id
    problems = {
        f"there is no type {new.claim_type}": new.claim_type not in CLAIMS,
        f"there is no kind of quotation {new.quote_kind}": new.quote_kind not in QUOTE_KINDS,
        "nothing is left of its content": new.cue_start is None and not new.content_spans,
        "its source, cue and content overlap": overlap(chain.from_iterable(new.places.values())),
        "another claim has its cue": new.claim_id in touched or (moved and new.claim_id in claims),
    }
    return next((problem for problem, is_so in problems.items() if is_so), "")


# Find the claim


def _find(rows: Rows, parts: ClaimParts, *, same: bool) -> _Found:
    """Find the places of a claim. Without cue and content it is lost; a lost source only matters to some decisions."""
    cue = find_quote(rows.text, parts.cue, same=same) if parts.cue else None
    content = _find_all(rows, parts.content, same=same)
    source = look_for_quote(rows.text, parts.source, same=same) if parts.source else None
    return _Found(source, cue, content)


def _find_all(rows: Rows, quotes: Sequence[Quote], *, same: bool) -> tuple[Place, ...]:
    return tuple(sorted(find_quote(rows.text, quote, same=same) for quote in quotes))


def _match(claims: Sequence[ClaimRow], found: _Found) -> ClaimRow | None:
    """Find the row of a claim: the one with its cue, else the one with most of its content."""
    if found.cue is not None:
        # First by its beginning, which makes the id of the claim; then by overlap, because its edges may have moved.
        own = [row for row in claims if row.cue_start == found.cue[0]]
        own = own or [row for row in claims if _meets(row.places.get("cue", ()), found.cue)]
        if len(own) > 1:  # `his claims that A and that B`
            row = _match_content(own, found)
            if row is None:
                raise LostError("several claims have this cue")
            return row
        if own:
            return own[0]
    return _match_content(claims, found)


def _match_content(claims: Sequence[ClaimRow], found: _Found) -> ClaimRow | None:
    shares = [(_share(row, found), row) for row in claims if _may_share_source(row, found)]
    best = max((share for share, _ in shares), default=0.0)
    if best < ALIKE:
        return None
    own = [row for share, row in shares if share == best]
    if len(own) > 1:
        raise LostError("several claims have this content")
    return own[0]


def _meets(places: Iterable[Place], other: Place) -> bool:
    return any(start < other[1] and other[0] < end for start, end in places)


def _share(row: ClaimRow, found: _Found) -> float:
    own, other = _characters(row.places.get("content", ())), _characters(found.content)
    return len(own & other) / len(own | other) if own and other else 0.0


def _may_share_source(row: ClaimRow, found: _Found) -> bool:
    """Return whether a claim may be by the same source: if a report is disputed, the content of the report is another claim."""
    places = row.places.get("source", ())
    return found.source is None or not places or _meets(places, found.source)


def _characters(places: Iterable[Place]) -> set[int]:
    return {at for start, end in places for at in range(start, end)}


# Read and write its columns


def _values(
    rows: Rows, decision: ClaimDecision, found: _Found, row: ClaimRow | None, *, same: bool
) -> dict[str, Any]:
    """Return the columns that a decision gives, by name."""
    parts = decision.claim
    values: dict[str, Any] = {}
    if row is None or decision.do in ("claim.accept", "claim.add"):
        values |= {"claim_type": parts.type, "quote_kind": parts.quote_kind, "negated": parts.negated}
        values |= {"cue": found.cue, "content": found.content, "cue_lemma": parts.cue_lemma}
        if parts.source is not None and found.source is None:
            raise LostError("the words of the source are not found")
        values["source"] = found.source
    for name, value in (decision.set or ClaimChange()).given().items():
        if isinstance(value, Quote):
            value = find_quote(rows.text, value, same=same)
        elif name == "content":
            value = _find_all(rows, value, same=same)
        values["claim_type" if name == "type" else name] = value
    for name in ("cue", "source"):
        if values.get(name) is not None and rows.section_of(*values[name]) is None:
            raise LostError(f"the {name} is not within one section")
    return values


def _built(rows: Rows, row: ClaimRow | None, values: Mapping[str, Any]) -> ClaimRow:
    """Return the row with the values of a decision, or a new row."""
    own = make_row(ClaimRow, doc_id=rows.doc_id) if row is None else row
    if row is not None and "content" not in values:
        values = {**values, **_left_content(rows.text, row, values)}
    columns = _given_columns(rows, values)
    decided = {**decided_columns(ClaimRow)}
    if row is not None:  # its polarity stays unless the decision is about it
        decided.pop("polarity", None)
    if columns.get("content_text", own.content_text) != own.content_text:
        decided |= {"content_resolved": None, "is_resolved": False}
    new = replace(own, **{**decided, **columns})
    if new.places:
        new = replace(new, **reported_columns(rows.text, new.places, rows.gaps))
    return _in_section(rows, replace(new, claim_id=_claim_id(new, row)))


def _left_content(text: str, row: ClaimRow, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content without the words that are the source or the cue now; nothing if it stays."""
    before = row.places.get("content", [])
    left = list(before)
    for taken in (values[name] for name in ("source", "cue") if values.get(name)):
        if _meets(left, taken):
            left = [piece for place in left for piece in _pieces(text, place, taken)]
    return {} if left == before else {"content": tuple(left)}


def _pieces(text: str, place: Place, taken: Place) -> Iterator[Place]:
    """Yield what is left of a place before and behind what others took, without white space at the ends."""
    for start, end in ((place[0], min(place[1], taken[0])), (max(place[0], taken[1]), place[1])):
        words = text[start:end]
        if words.strip():
            yield start + len(words) - len(words.lstrip()), start + len(words.rstrip())


def _given_columns(rows: Rows, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a row that the values of a decision fill."""
    columns = {name: value for name, value in values.items() if name in _COLUMNS}
    if "cue" in values:
        columns |= _part_columns(rows.text, "cue", values["cue"])
    if "content" in values:
        columns |= _content_columns(rows.text, values["content"])
    if "source" in values:
        columns |= _source_columns(rows, values["source"])
    if "source_entity" in values:
        columns["source_entity_id"] = values["source_entity"]
    return columns


def _part_columns(text: str, part: str, place: Place | None) -> dict[str, Any]:
    """Return the columns of the place of a source or a cue."""
    start, end = place or (None, None)
    words = text[slice(*place)] if place else None
    return {f"{part}_start": start, f"{part}_end": end, f"{part}_text": words}


def _content_columns(text: str, places: Sequence[Place]) -> dict[str, Any]:
    return {
        "content_spans": [ContentSpan(*place) for place in places],
        "content_start": places[0][0] if places else None,
        "content_end": places[-1][1] if places else None,
        "content_text": JOINT.join(text[slice(*place)] for place in places) or None,
    }


def _source_columns(rows: Rows, place: Place | None) -> dict[str, Any]:
    """Return the columns of a source, with the mention in it that speaks: the last person, else the first name."""
    start, end = place or (0, 0)
    inside = [row for row in rows.mentions if start <= row.start and row.end <= end]
    people = [row for row in inside if row.label in PEOPLE]
    speaker = next(iter([*people[-1:], *inside]), None)
    return {**_part_columns(rows.text, "source", place), **_speaker_columns(speaker)}


def _speaker_columns(speaker: MentionRow | None) -> dict[str, Any]:
    return {
        "source_mention_id": speaker.mention_id if speaker else None,
        "source_entity_id": speaker.entity_id if speaker else None,
    }


def _in_section(rows: Rows, row: ClaimRow) -> ClaimRow:
    """Return the row with the section of its words, and with the date of that section if it is another one."""
    start = row.cue_start if row.cue_start is not None else row.content_start or 0
    section = rows.section_of(start, start + 1)
    if section is None or section.section_id == row.section_id:
        return row
    return replace(row, section_id=section.section_id, claim_date=section.date, date_id=None)


def _claim_id(new: ClaimRow, old: ClaimRow | None) -> str:
    """Return the id by the cue, or by the content: of a claim without cue, or that shares it with one before."""
    by_content = old is not None and old.claim_id.endswith("q") and old.cue_start == new.cue_start
    if new.cue_start is not None and not (by_content and new.content_start is not None):
        return claim_id(new.doc_id, new.cue_start, by_content=False)
    return claim_id(new.doc_id, new.content_start or 0, by_content=True)


# Follow references


def _follow_claims(rows: Rows, claims: Sequence[ClaimRow], touched: Mapping[str, ClaimRow]) -> list[ClaimRow]:
    """Update references between claims: to the new id of a changed claim, which has its content, or to nothing."""
    known = {row.claim_id for row in claims}
    moved = {
        row.claim_id: next((new.claim_id for new in touched.values() if new.content_spans == row.content_spans), None)
        for row in rows.claims
        if row.claim_id not in known
    }  # fmt: skip
    links = [
        replace(link, claim_id=one, other_claim_id=other)
        for link in rows.claim_links
        if (one := moved.get(link.claim_id, link.claim_id))
        and (other := moved.get(link.other_claim_id, link.other_claim_id))
        and one != other
    ]
    if links != rows.claim_links:
        rows.put("claim_links", links)
    return [
        replace(
            row,
            continues=moved.get(row.continues or "", row.continues),
            headline_of=moved.get(row.headline_of or "", row.headline_of),
        )
        for row in claims
    ]


def follow_mentions(rows: Rows, before: Sequence[MentionRow]) -> None:
    """Update references to mentions that decisions changed: to what stands on their words now, or to nothing."""
    now = {row.mention_id: row for row in rows.mentions}
    changed = {row.mention_id for row in before if now.get(row.mention_id) != row}
    new = now.keys() - {row.mention_id for row in before}
    heirs = {row.mention_id: _heir(row, rows.mentions) for row in before if row.mention_id in changed}
    left = {row.entity_id for row in rows.mentions}
    entities: defaultdict[str, set[str]] = defaultdict(set)
    for row in before:
        if row.entity_id not in left:
            heir = heirs[row.mention_id]
            entities[row.entity_id] |= {heir.entity_id} if heir else set()
    if not {*heirs, *entities}.isdisjoint(
        {*rows.column("claims", "source_mention_id"), *rows.column("claims", "source_entity_id")}
    ):
        rows.put("claims", [_followed(claim, heirs, entities) for claim in rows.claims])
    _pair_anew(rows, {}, changed | new)


def _heir(row: MentionRow, mentions: Sequence[MentionRow]) -> MentionRow | None:
    """Return the row that replaced another one: on the same words, or on some of them."""
    near = [other for other in mentions if other.start < row.end and row.start < other.end]
    return near[0] if len(near) == 1 else None


def _followed(
    claim: ClaimRow, heirs: Mapping[str, MentionRow | None], entities: Mapping[str, set[str]]
) -> ClaimRow:
    mention, entity = claim.source_mention_id, claim.source_entity_id
    if mention is not None and mention in heirs:
        heir = heirs[mention]
        if heir is not None and not _meets(claim.places.get("source", ()), (heir.start, heir.start + 1)):
            heir = None
        return replace(claim, **_speaker_columns(heir))
    if entity is not None and entity in entities:
        own = entities[entity]
        return replace(claim, source_entity_id=next(iter(own)) if len(own) == 1 else None)
    return claim


def _pair_anew(rows: Rows, claims: Mapping[str, ClaimRow], mentions: set[str]) -> None:
    """Update the pairs of claim and mention: keep unchanged ones, find those of changed claims and mentions."""
    known_claims = {row.claim_id for row in rows.claims} - claims.keys()
    known_mentions = {row.mention_id for row in rows.mentions} - mentions
    kept = [
        pair
        for pair in rows.claim_mentions
        if pair.claim_id in known_claims and pair.mention_id in known_mentions
    ]
    found = [
        ClaimMentionRow(claim.claim_id, mention.mention_id, "content")
        for claim in rows.claims
        for mention in rows.mentions
        if (claim.claim_id in claims or mention.mention_id in mentions)
        and any(span.start <= mention.start and mention.end <= span.end for span in claim.content_spans)
    ]
    if found or len(kept) != len(rows.claim_mentions):
        rows.put("claim_mentions", [*kept, *found])
