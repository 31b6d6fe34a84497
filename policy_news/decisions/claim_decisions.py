"""Applies decisions to the claims of one document, and updates references to its mentions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import chain
from typing import Any

from policy_news.checks.integrity import overlap
from policy_news.decisions.anchor import LostError, Place, find_quote, look_for_quote
from policy_news.decisions.decision_format import ClaimChange, ClaimDecision, ClaimParts, Quote
from policy_news.decisions.decisions_file import Numbered
from policy_news.decisions.mention_decisions import Changes
from policy_news.decisions.rows import Rows, decided_columns, make_row
from policy_news.decisions.told import OutcomeTally, State
from policy_news.tables.claim_words import reported_columns
from policy_news.tables.labels import CLAIMS, PEOPLE
from policy_news.tables.schema import ClaimLinkRow, ClaimMentionRow, ClaimRow, ContentSpan, MentionRow
from policy_news.text.document_ids import claim_id

QUOTE_KINDS = frozenset({"direct", "mixed", "indirect"})
JOINT = " ... "
"""Joins the spans of a content."""
ALIKE = 0.6
"""Share of characters that two contents must have in common to count as one claim without the same cue."""
_COLUMNS = {field.name for field in fields(ClaimRow)}
_DERIVED: dict[str, Any] = {"content_resolved": None, "is_resolved": False}
"""Columns about the content that are unknown after a person has changed it."""
_CLAIMS = ("continues", "headline_of")
"""Columns that refer to other claims of the document."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The current places of a claim's parts."""

    source: Place | None
    cue: Place | None
    content: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What one decision asks of its claim."""

    one: Numbered
    decision: ClaimDecision
    found: _Found
    row: ClaimRow | None
    values: Mapping[str, Any]


def apply_claims(rows: Rows, ones: Sequence[Numbered], tally: OutcomeTally) -> None:
    """Apply decisions about the claims of a document.

    Args:
        rows: The document, after decisions about its mentions: sources refer to them.
    """
    groups: defaultdict[tuple[Any, ...], list[_Wish]] = defaultdict(list)
    for one in ones:
        with tally.losing(one):
            wish = _wish(rows, one)
            groups[_key(wish)].append(wish)
    claims = {row.claim_id: row for row in rows.claims}
    touched: dict[str, ClaimRow] = {}
    for group in groups.values():
        values, about = _join_values(group, tally)
        if about:
            tally.conflict((wish.one for wish in group), about)
        else:
            _apply_group(rows, group, values, claims, touched, tally)
    if touched or len(claims) != len(rows.claims):
        rows.put("claims", _follow_claims(rows, list(claims.values()), touched))
        _pair_anew(rows, list(touched.values()), ())


def _follow_claims(rows: Rows, claims: Sequence[ClaimRow], touched: Mapping[str, ClaimRow]) -> list[ClaimRow]:
    """Update references between claims: to the new id of a changed claim, or to nothing if it is gone."""
    known = {row.claim_id for row in claims}
    gone = (row for row in rows.claims if row.claim_id not in known)
    successors = {row.claim_id: _find_successor(row, touched) for row in gone}
    followed: list[ClaimRow] = []
    for row in claims:
        old = {name: getattr(row, name) for name in _CLAIMS}
        changed: dict[str, Any] = {name: successors[one] for name, one in old.items() if one in successors}
        if changed:
            row = replace(row, **changed)
        followed.append(row)
    _follow_links(rows, successors)
    return followed


def _follow_links(rows: Rows, successors: Mapping[str, str | None]) -> None:
    """Lead the links of changed claims to their new ids; without the claim at one end there is no link."""
    links: list[ClaimLinkRow] = []
    for link in rows.claim_links:
        one, other = (successors.get(end, end) for end in (link.claim_id, link.other_claim_id))
        if one and other and one != other:
            links.append(replace(link, claim_id=one, other_claim_id=other))
    if links != rows.claim_links:
        rows.put("claim_links", links)


def _find_successor(row: ClaimRow, touched: Mapping[str, ClaimRow]) -> str | None:
    """Return the id of the changed claim with the same content: the id depends on the cue, which may have moved."""
    for new in touched.values():
        if new.content_spans == row.content_spans:
            return new.claim_id
    return None


def _wish(rows: Rows, one: Numbered) -> _Wish:
    decision = one.decision
    assert isinstance(decision, ClaimDecision)
    same = rows.sha256 == decision.doc.sha256
    found = _find(rows, decision.claim, same=same)
    row = _match(rows.claims, found)
    values = {} if decision.do == "claim.reject" else _values(rows, decision, found, row, same=same)
    return _Wish(one, decision, found, row, values)


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
        own = own or [row for row in claims if _overlap(row, found.cue)]
        if len(own) > 1:  # `his claims that A and that B`
            row = _match_content(own, found)
            if row is None:
                raise LostError("several claims have this cue")
            return row
        if own:
            return own[0]
    return _match_content(claims, found)


def _match_content(claims: Sequence[ClaimRow], found: _Found) -> ClaimRow | None:
    scored: list[tuple[float, str, ClaimRow]] = []
    for row in claims:
        share = _share(row, found)
        if share >= ALIKE and _may_share_source(row, found):
            scored.append((share, row.claim_id, row))
    scored.sort(key=lambda item: (-item[0], item[1]))
    if not scored:
        return None
    if len(scored) > 1 and scored[0][0] == scored[1][0]:
        raise LostError("several claims have this content")
    return scored[0][2]


def _overlap(row: ClaimRow, cue: Place) -> bool:
    return any(start < cue[1] and cue[0] < end for start, end in row.places.get("cue", ()))


def _share(row: ClaimRow, found: _Found) -> float:
    own = _characters(row.places.get("content", ()))
    other = _characters(found.content)
    if own and other:
        return len(own & other) / len(own | other)
    return 0.0


def _may_share_source(row: ClaimRow, found: _Found) -> bool:
    """Return whether a claim may be by the same source: if a report is disputed, the content of the report is another claim."""
    if found.source is None or row.source_start is None or row.source_end is None:
        return True
    return row.source_start < found.source[1] and found.source[0] < row.source_end


def _characters(places: Iterable[Place]) -> set[int]:
    return {at for start, end in places for at in range(start, end)}


def _key(wish: _Wish) -> tuple[Any, ...]:
    """Return a key that is the same for all decisions about one claim, also about one that is missing."""
    if wish.row is not None:
        return ("row", wish.row.claim_id)
    if wish.found.cue:
        return ("cue", wish.found.cue)
    return ("content", wish.found.content)


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
    values |= _changed(rows, decision.set or ClaimChange(), same=same)
    for name in ("cue", "source"):
        if values.get(name) is not None and rows.section_of(*values[name]) is None:
            raise LostError(f"the {name} is not within one section")
    return values


def _changed(rows: Rows, change: ClaimChange, *, same: bool) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in change.given().items():
        if isinstance(value, Quote):
            value = find_quote(rows.text, value, same=same)
        elif name == "content":
            value = _find_all(rows, value, same=same)
        values["claim_type" if name == "type" else name] = value
    return values


def _join_values(group: Sequence[_Wish], tally: OutcomeTally) -> tuple[dict[str, Any], str]:
    """Return the columns that decisions about one claim give, of one kind the latest; and about what they contradict each other."""
    if len({wish.decision.do == "claim.reject" for wish in group}) > 1:
        return {}, "one rejects the claim, one keeps it"
    values: dict[str, Any] = {}
    for name in sorted({name for wish in group for name in wish.values}):
        own = [wish for wish in group if name in wish.values]
        shown = name.removeprefix("claim_")
        if _is_contradicted(name, own):
            return {}, f"the {shown} is to be two things"
        own_values = [(wish.values[name], wish.one) for wish in own]
        values[name] = tally.keep_latest(own_values, f"its {shown}")[0][0]
    return values, ""


def _is_contradicted(name: str, group: Sequence[_Wish]) -> bool:
    """Check whether decisions of different kinds give a column different values."""
    kinds = {wish.decision.do for wish in group}
    values = {repr(wish.values[name]) for wish in group}
    return len(kinds) > 1 and len(values) > 1


def _apply_group(
    rows: Rows,
    group: Sequence[_Wish],
    values: Mapping[str, Any],
    claims: dict[str, ClaimRow],
    touched: dict[str, ClaimRow],
    tally: OutcomeTally,
) -> None:
    """Apply decisions about one claim that do not contradict each other."""
    row = group[0].row
    if group[0].decision.do == "claim.reject":
        _reject(group, row, claims, tally)
        return
    new = _built(rows, row, values)
    problem = _problem(new)
    taken = new.claim_id in claims and (row is None or row.claim_id != new.claim_id)
    if not problem and (taken or new.claim_id in touched):
        problem = "another claim has its cue"
    if problem:
        for wish in group:
            tally.tell(wish.one, "lost", problem)
        return
    if row is not None:
        del claims[row.claim_id]
    claims[new.claim_id] = touched[new.claim_id] = new
    for wish in group:
        tally.tell(wish.one, "applied")


def _problem(row: ClaimRow) -> str:
    """Return why the tables cannot have such a claim; empty if they can."""
    if row.claim_type not in CLAIMS:
        return f"there is no type {row.claim_type}"
    if row.quote_kind not in QUOTE_KINDS:
        return f"there is no kind of quotation {row.quote_kind}"
    if row.cue_start is None and not row.content_spans:
        return "nothing is left of its content"
    if overlap(chain.from_iterable(row.places.values())):
        return "its source, cue and content overlap"
    return ""


def _reject(
    group: Sequence[_Wish], row: ClaimRow | None, claims: dict[str, ClaimRow], tally: OutcomeTally
) -> None:
    state: State = "held"  # the claim is not there, so the tables already agree
    if row is not None:
        del claims[row.claim_id]
        state = "applied"
    for wish in group:
        tally.tell(wish.one, state)


def _built(rows: Rows, row: ClaimRow | None, values: Mapping[str, Any]) -> ClaimRow:
    """Return the row with the values of a decision, or a new row."""
    own = make_row(ClaimRow, doc_id=rows.doc_id) if row is None else row
    if row is not None and "content" not in values:
        values = {**values, **_left_content(rows.text, row, values)}
    columns = _given_columns(rows, values)
    new = replace(own, **{**columns, **_decided(own, columns)})
    if new.places:
        new = replace(new, **reported_columns(rows.text, new.places, rows.gaps))
    return _in_section(rows, replace(new, claim_id=_claim_id(new, row)))


def _left_content(text: str, row: ClaimRow, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content without the words that are the source or the cue now; nothing if it stays."""
    before = row.places.get("content", [])
    taken = [values[name] for name in ("source", "cue") if values.get(name)]
    left = _cut(text, before, taken)
    return {} if left == before else {"content": tuple(left)}


def _given_columns(rows: Rows, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a row that the values of a decision fill."""
    columns = {name: value for name, value in values.items() if name in _COLUMNS and name != "content_spans"}
    if "cue" in values:
        columns |= _part_columns(rows.text, "cue", values["cue"])
    if "content" in values:
        columns |= _content_columns(rows.text, values["content"])
    if "source" in values:
        columns |= _source_columns(rows, values["source"])
    if "source_entity" in values:
        columns["source_entity_id"] = values["source_entity"]
    return columns


def _in_section(rows: Rows, row: ClaimRow) -> ClaimRow:
    """Return the row with the section of its words, and with the date of that section if it is another one."""
    start = row.cue_start if row.cue_start is not None else row.content_start or 0
    section = rows.section_of(start, start + 1)
    if section is None or section.section_id == row.section_id:
        return row
    return replace(row, section_id=section.section_id, claim_date=section.date, date_id=None)


def _cut(text: str, places: Iterable[Place], taken: Iterable[Place]) -> list[Place]:
    """Return places without the words that others took, and without white space at their ends."""
    left = list(places)
    for start, end in taken:
        pieces = [
            piece
            for first, last in left
            for piece in ((first, min(last, start)), (max(first, end), last))
            if piece[0] < piece[1]
        ]
        if pieces != left and any(first < end and start < last for first, last in left):
            left = [trimmed for piece in pieces if (trimmed := _trimmed(text, piece))[0] < trimmed[1]]
    return left


def _trimmed(text: str, place: Place) -> Place:
    words = text[slice(*place)]
    return place[0] + len(words) - len(words.lstrip()), place[1] - len(words) + len(words.rstrip())


def _claim_id(new: ClaimRow, old: ClaimRow | None) -> str:
    """Return the id by the cue, or by the content: of a claim without cue, or that shares it with one before."""
    by_content = old is not None and old.claim_id.endswith("q") and old.cue_start == new.cue_start
    if new.cue_start is not None and not (by_content and new.content_start is not None):
        return claim_id(new.doc_id, new.cue_start, by_content=False)
    return claim_id(new.doc_id, new.content_start or 0, by_content=True)


def _decided(row: ClaimRow, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns that follow from the fact that a person has looked at the claim."""
    decided = {name: value for name, value in decided_columns(ClaimRow).items() if name not in columns}
    if row.claim_id:  # the claim was in the tables: its polarity stays unless the decision is about it
        decided.pop("polarity", None)
    if "content_text" in columns and columns["content_text"] != row.content_text:
        decided |= _DERIVED
    return decided


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
    """Return the columns of a source, with the mention in it that speaks."""
    start, end = place or (0, 0)
    speaker = _speaker([row for row in rows.mentions if start <= row.start and row.end <= end])
    return {
        **_part_columns(rows.text, "source", place),
        "source_mention_id": speaker.mention_id if speaker else None,
        "source_entity_id": speaker.entity_id if speaker else None,
    }


def _speaker(inside: Sequence[MentionRow]) -> MentionRow | None:
    """Choose the speaker of a source with several names: the last person, else the first name."""
    people = [row for row in inside if row.label in PEOPLE]
    if people:
        return people[-1]
    if inside:
        return inside[0]
    return None


def follow_mentions(rows: Rows, changes: Changes) -> None:
    """Update references to changed mentions: to their successors, or to nothing; add new mentions to contents."""
    if not changes:
        return
    entities = _followed_entities(rows, changes)
    sources = {*rows.column("claims", "source_mention_id"), *rows.column("claims", "source_entity_id")}
    if sources & (changes.moved.keys() | entities.keys()):
        rows.put("claims", [_followed(claim, changes, entities) for claim in rows.claims])
    _pair_anew(rows, [], changes.new)


def _followed_entities(rows: Rows, changes: Changes) -> dict[str, str | None]:
    """Map entities without mentions in the document to the one entity of their former mentions, or to None."""
    known = {row.entity_id for row in rows.mentions}
    candidates: dict[str, set[str]] = {}
    for mention_id, entity in changes.was.items():
        if entity in known:
            continue
        own = candidates.setdefault(entity, set())
        new = changes.moved.get(mention_id)
        if new:
            own.add(new.entity_id)
    followed: dict[str, str | None] = dict.fromkeys(candidates)
    for entity, own in candidates.items():
        if len(own) == 1:
            followed[entity] = min(own)
    return followed


def _followed(claim: ClaimRow, changes: Changes, entities: Mapping[str, str | None]) -> ClaimRow:
    mention, entity = claim.source_mention_id, claim.source_entity_id
    if mention is not None and mention in changes.moved:
        heir = changes.moved[mention]
        if heir is not None and not _within(heir, claim):
            heir = None
        return replace(
            claim,
            source_mention_id=heir.mention_id if heir else None,
            source_entity_id=heir.entity_id if heir else None,
        )
    if entity is not None and entity in entities:
        return replace(claim, source_entity_id=entities[entity])
    return claim


def _within(row: MentionRow, claim: ClaimRow) -> bool:
    if claim.source_start is None or claim.source_end is None:
        return False
    return claim.source_start <= row.start < claim.source_end


def _pair_anew(rows: Rows, claims: Sequence[ClaimRow], mentions: Sequence[MentionRow]) -> None:
    """Update the pairs of claim and mention: keep unchanged ones, find those of changed claims and new mentions."""
    known_claims = {row.claim_id for row in rows.claims}
    known_mentions = {row.mention_id for row in rows.mentions}
    anew_claims = {row.claim_id for row in claims}
    anew_mentions = {row.mention_id for row in mentions}
    kept = [
        pair
        for pair in rows.claim_mentions
        if pair.claim_id in known_claims - anew_claims and pair.mention_id in known_mentions - anew_mentions
    ]
    found = [
        ClaimMentionRow(claim.claim_id, mention.mention_id, "content")
        for claim in rows.claims
        for mention in rows.mentions
        if (claim.claim_id in anew_claims or mention.mention_id in anew_mentions) and _inside(mention, claim)
    ]
    if found or len(kept) != len(rows.claim_mentions):
        rows.put("claim_mentions", [*kept, *found])


def _inside(mention: MentionRow, claim: ClaimRow) -> bool:
    return any(span.start <= mention.start and mention.end <= span.end for span in claim.content_spans)
