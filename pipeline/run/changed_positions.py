"""The turns of sources that a change bears on: the same as if all claims were gone through.

Whether a claim repeats or reverses another is decided by the last claims of its series before it that share a word with it. So of a
series only those are looked at that follow on a changed claim under one of its words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from pipeline.nlp.relations.candidates import MOST
from pipeline.nlp.relations.corpus import DocumentRelations
from pipeline.nlp.relations.lexicon import RelationRules
from pipeline.nlp.relations.positions import (
    Series,
    Stance,
    age,
    denied_series,
    find_turn,
    first_denial,
    refusals,
    series_of,
    stance_words,
)
from pipeline.run.claim_files import key_of, linked_claims
from pipeline.run.claim_views import Difference, Ref, View, claim_at, day_at, relations_of
from pipeline.tables.schema import PositionRow

TURNS = ("repeats", "reverses")
Key = tuple[str, ...]
Rows = dict[Key, PositionRow | None]
"""Rows by their key; None for a row that is no more."""


def position_key(row: PositionRow) -> Key:
    """What a row is known by."""
    return row.source_entity_id, row.subject_entity_id, row.claim_id, row.flag


class ChangedPositions:
    """Works them out.

    Args:
        difference: What changed.
        rules: The rule data.
        statement: Tells the statement of a claim.
    """

    def __init__(
        self, difference: Difference, rules: RelationRules, statement: Callable[[Ref], str | None]
    ) -> None:
        self._difference = difference
        self._rules = rules
        self._statement = statement
        self._stances: dict[tuple[str, Ref], Stance] = {}
        self._days: dict[tuple[View, int], list[tuple[int, Ref]]] = {}

    def find(self, restated: Iterable[Ref]) -> Rows:
        """The rows that may be others than before.

        Args:
            restated: Claims of now that are in another statement than before.
        """
        gone = ((series, ref) for ref in self._difference.gone_claims for series in series_of(claim_at(ref)))
        rows: Rows = {key: None for pair in gone for key in _turn_keys(*pair)}
        affected = self._affected(restated)
        self._difference.after.load_names(subject for (_, subject), _ in affected)
        words = (key for series, ref in affected for key in self._word_keys(series, ref))
        self._difference.after.load("stances", words)
        for series, ref in affected:
            rows |= dict.fromkeys(_turn_keys(series, ref))
            row = self._turn(series, ref)
            if row is not None:
                rows[position_key(row)] = row
        rows |= {position_key(row): None for row in self._refusals(self._difference.gone)}
        rows |= {position_key(row): row for row in self._refusals(self._difference.new)}
        return rows | self._denials()

    def _affected(self, restated: Iterable[Ref]) -> set[tuple[Series, Ref]]:
        """The claims, with a series of each, of which other claims may be turned to than before."""
        found: set[tuple[Series, Ref]] = set()
        for view, claims in (*self._difference.sides(), (self._difference.after, list(restated))):
            self._load(view, claims)
            found.update(pair for ref in claims for pair in self._around(view, ref))
        renamed = list(self._renamed())
        self._difference.after.load("subjects", map(key_of, renamed))
        for entity in renamed:
            named = self._difference.after.listed("subjects", key_of(entity))
            found.update((series, ref) for ref in named for series in _about(ref, entity))
        moved = ((series, self._difference.moved(ref)) for series, ref in found)
        return {(series, ref) for series, ref in moved if ref is not None}

    def _around(self, view: View, ref: Ref) -> Iterator[tuple[Series, Ref]]:
        """A claim and those that follow on it, in each of its series."""
        for series in series_of(claim_at(ref)):
            yield series, ref
            for one in self._following(view, series, ref):
                yield series, one

    def _load(self, view: View, refs: Iterable[Ref]) -> None:
        view.load("stances", (key for ref in refs for key in view.keys(ref)["stances"]))

    def _following(self, view: View, series: Series, ref: Ref) -> Iterator[Ref]:
        for word in stance_words(claim_at(ref), self._rules):
            yield from self._next(view, key_of(*series, word), ref)

    def _renamed(self) -> Iterator[str]:
        """Entities whose fullest name is another than before."""
        documents = (*self._difference.gone, *self._difference.new)
        named = {entity for document in documents for entity in relations_of(document).names}
        for view in (self._difference.before, self._difference.after):
            view.load_names(named)
        for entity in named:
            if self._difference.before.name(entity) != self._difference.after.name(entity):
                yield entity

    def _turn(self, series: Series, ref: Ref) -> PositionRow | None:
        view, stance = self._difference.after, self._stance(series, ref)
        earlier = {one for key in self._word_keys(series, ref) for one in self._last(view, key, ref)}
        statements: Mapping[str, str] = {
            claim_at(one).claim_id: self._statement(one) or "" for one in (ref, *earlier)
        }
        return find_turn(series, stance, [self._stance(series, one) for one in earlier], statements)

    def _word_keys(self, series: Series, ref: Ref) -> list[int]:
        """The keys of the claims of a series that share a word with one."""
        return [key_of(*series, word) for word in self._stance(series, ref).words]

    def _stance(self, series: Series, ref: Ref) -> Stance:
        subject = series[1]
        if (subject, ref) not in self._stances:
            name = self._difference.after.name(subject)
            self._stances[subject, ref] = Stance.of(claim_at(ref), name, self._rules)
        return self._stances[subject, ref]

    def _dated(self, view: View, key: int) -> list[tuple[int, Ref]]:
        if (view, key) not in self._days:
            self._days[view, key] = [(day_at(ref), ref) for ref in view.listed("stances", key)]
        return self._days[view, key]

    def _next(self, view: View, key: int, ref: Ref) -> list[Ref]:
        """The first claims after one in a list; no claims of the days behind these are read."""
        own, day = age(claim_at(ref)), day_at(ref)
        later = sorted(other for other, _ in self._dated(view, key) if other > day)[:MOST]
        ranked = self._between(view, key, day, max(later, default=day))
        return [one for one in ranked if age(claim_at(one)) > own][:MOST]

    def _last(self, view: View, key: int, ref: Ref) -> list[Ref]:
        """The last claims before one in a list."""
        own, day = age(claim_at(ref)), day_at(ref)
        before = sorted(other for other, _ in self._dated(view, key) if other < day)[-MOST:]
        ranked = self._between(view, key, min(before, default=day), day)
        return [one for one in ranked if age(claim_at(one)) < own][-MOST:]

    def _between(self, view: View, key: int, first: int, last: int) -> list[Ref]:
        own = (one for day, one in self._dated(view, key) if first <= day <= last)
        return sorted(own, key=lambda one: age(claim_at(one)))

    def _refusals(self, documents: Iterable[Ref]) -> Iterator[PositionRow]:
        for document in documents:
            for claim, other, relation in linked_claims(relations_of(document)):
                yield from refusals(claim, other, relation)

    def _denials(self) -> Rows:
        """The first denials of the series in which a changed document denies something."""
        documents = (*self._difference.gone, *self._difference.new)
        changed = {
            series
            for document in documents
            for claim, other, relation in linked_claims(relations_of(document))
            for series in denied_series(claim, other, relation, self._rules)
        }
        rows: Rows = {}
        for series in changed:
            was, now = (
                self._first(view, series) for view in (self._difference.before, self._difference.after)
            )
            if was is not None:
                rows[position_key(was)] = None
            if now is not None:
                rows[position_key(now)] = now
        return rows

    def _first(self, view: View, series: Series) -> PositionRow | None:
        own = view.listed("denials", key_of(*series))
        if not own:
            return None
        day = min(map(day_at, own))
        file, number = min((ref for ref in own if day_at(ref) == day), key=lambda ref: age(claim_at(ref)))
        document = relations_of((file, file.document_of(number)))
        return next(_denials_by(document, file.claim(number).claim_id, series, self._rules))


def _turn_keys(series: Series, ref: Ref) -> Iterator[Key]:
    """The keys of the rows that a claim may have in a series for what it repeats or reverses."""
    return ((*series, claim_at(ref).claim_id, flag) for flag in TURNS)


def _about(ref: Ref, entity: str) -> Iterator[Series]:
    """The series of a claim that are about an entity."""
    return (series for series in series_of(claim_at(ref)) if series[1] == entity)


def _denials_by(
    document: DocumentRelations, claim_id: str, series: Series, rules: RelationRules
) -> Iterator[PositionRow]:
    for claim, other, relation in linked_claims(document):
        if claim.claim_id == claim_id and series in denied_series(claim, other, relation, rules):
            yield first_denial(series, claim, other)
