"""What the corpus makes of the ids that its documents give: the same person, another one, or open.

Two passes over the appearances, whatever their order, then one over the rows. Memory grows with the names, not with the
documents: of each person only the months of the mentions are kept, each with a fixed sample of the neighbours, and only of
those whose surname stands alone somewhere.
"""

from __future__ import annotations

import datetime as dt
from array import array
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from heapq import nsmallest
from itertools import combinations, product
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar
from zlib import crc32

from policy_news.core.faults import Fault, spared
from policy_news.core.single import only
from policy_news.nlp.who.acronyms import is_acronym
from policy_news.nlp.who.contradictions import SERVING, Cell
from policy_news.nlp.who.disjoint_sets import DisjointSets
from policy_news.nlp.who.facts import Facts
from policy_news.nlp.who.hashed_numbers import HashedNumbers, hash_of
from policy_news.nlp.who.local_ids import base_id, in_cell
from policy_news.nlp.who.members import member_ids
from policy_news.nlp.who.named import MARK
from policy_news.nlp.who.namesakes import Namesakes
from policy_news.nlp.who.people import is_of_peer
from policy_news.nlp.who.person_names import PersonName, read_name
from policy_news.nlp.who.words import identity_words, line_of_work, titles_in
from policy_news.rules.name_forms import slug
from policy_news.rules.word_lists import (
    is_common_surname,
    is_shared_by_many,
    is_shared_by_some,
    is_usual_surname,
)
from policy_news.tables.labels import ORGANISED, PEOPLE

V = TypeVar("V")
WORD = array("I").itemsize
"""Bytes of a number in what is packed."""
SAMPLE = 24
"""Neighbours of a person that are kept of a month: those of the smallest hashes, so that the order of documents is nothing."""
NEAR = 1
"""Months before and after a document in which a person must appear to be meant by the surname alone."""
MAX_PLACES = 2
"""So many places count, however many two documents share."""
ENOUGH = 1.0
"""Weight of the neighbours that two documents must share to speak of one person."""
WEIGHTS = {"unlisted": 1.0, "listed": 0.5, "place": 0.25, "title": 1.0, "title abroad": 0.5, "office": 3.0}
"""What speaks of one person: a shared neighbour (everybody writes of the famous, and of places), the same title (other countries have
ministers and mayors of their own), the same office in those months."""
ACTIVE = 2
"""Documents of those months that make somebody known by the surname alone."""
MAX_TITLES, MAX_NAMES, MAX_LISTED = 12, 4, 8
CROWD = 200
"""Names of a document above which it is a list, and who stands beside somebody tells nothing."""
MAX_CONSIDERED = 5
"""Persons that are told of as possible for a short name. If all were, each new bearer of a surname would change all documents that have it."""
LATE = 12 * 10_000
"""The month of who is in documents without a day alone, where months are compared."""
OWNED = "="
"""Between an acronym and the organisation that bears it beside a fuller name: an id that is asked for, but that no row has."""
MEMBER = Cell(country="us", lines=frozenset({"politics"}))
"""What every document says of a member of Congress."""
PERSON = "person-"
"""What the ids of persons begin with."""
OPEN_REASONS = frozenset({"surname-only", "ambiguous"})
"""Reasons of persons whom the corpus may still tell."""


class Appearance(NamedTuple):
    """An appearance, as far as identity asks for it."""

    local_id: str
    label: str
    name: str
    forms: Sequence[str]
    office_id: str | None
    role: str | None
    gender: str | None
    country: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Final:
    """What an id of a document became.

    Attributes:
        identity: What `mentions.identity` becomes, or None where it stays.
        reason: The same of `identity_reason`.
        considered: Others that could have been meant, the likeliest first.
        aliases: Rows of `entity_aliases` that follow: entity, other id, reason.
    """

    entity: str
    identity: str | None = None
    reason: str | None = None
    considered: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str, str], ...] = ()

    def row(self) -> list[Any]:
        """Return it as plain data."""
        return [
            self.entity,
            self.identity,
            self.reason,
            list(self.considered),
            [list(row) for row in self.aliases],
        ]

    @classmethod
    def of_row(cls, row: Sequence[Any]) -> Final:
        """Read it from plain data."""
        entity, identity, reason, considered, aliases = row
        others = tuple((one, other, why) for one, other, why in aliases)
        return cls(entity, identity, reason, tuple(considered), others)


Fact = tuple[Any, ...]
"""What a document says that may decide who is who elsewhere: its kind, then plain values, as JSON has them."""
Filed = Iterator[tuple[str, Fact]]
"""Facts with the topics that they are filed under: a name, a common name, an acronym or a surname."""


@dataclass(frozen=True, slots=True)
class _Month:
    """The documents of a month that name a person in full: how many, of which countries, and a sample of the neighbours, as hashes."""

    documents: int = 0
    countries: frozenset[str] = frozenset()
    neighbours: tuple[int, ...] = ()

    def packed(self) -> bytes:
        """Pack it in few bytes: there are as many months as persons and more."""
        head = array("I", (self.documents, len(self.neighbours), *self.neighbours))
        return head.tobytes() + " ".join(sorted(self.countries)).encode()

    @classmethod
    def of_packed(cls, data: bytes) -> _Month:
        """Read it back from bytes."""
        documents, count = array("I", data[: 2 * WORD])
        end = WORD * (2 + count)
        return cls(documents, frozenset(data[end:].decode().split()), tuple(array("I", data[2 * WORD : end])))

    def row(self) -> list[Any]:
        """Return it as plain data."""
        return [self.documents, sorted(self.countries), list(self.neighbours)]


@dataclass(slots=True)
class _Known:
    """A person by full name, of all documents; its names as they stand, and its months packed."""

    names: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    genders: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()
    months: dict[int, bytes] = field(default_factory=dict)
    _called: tuple[frozenset[str], list[PersonName]] = (frozenset(), [])

    def called(self) -> list[PersonName]:
        """Return the names."""
        if self._called[0] is not self.names:  # asked for again and again
            self._called = self.names, [read_name(name) for name in self.names]
        return self._called[1]

    def row(self) -> list[Any]:
        """Return it as plain data."""
        told = (self.names, self.titles, self.genders, self.offices)
        months = [[month, *_Month.of_packed(data).row()] for month, data in sorted(self.months.items())]
        return [*map(sorted, told), months]

    @classmethod
    def of_row(cls, row: Sequence[Any]) -> _Known:
        """Read it from plain data."""
        names, titles, genders, offices, months = row
        packed = {
            month: _Month(documents, frozenset(countries), tuple(neighbours)).packed()
            for month, documents, countries, neighbours in months
        }
        return cls(frozenset(names), frozenset(titles), frozenset(genders), frozenset(offices), packed)


class _Found(dict[str, V]):
    """Values that are looked up when they are asked for, and kept.

    Args:
        find: Gives the value of a key, None where there is none.
    """

    def __init__(self, find: Callable[[str], V | None]) -> None:
        super().__init__()
        self._find = find

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a key."""
        if key not in self:
            found = self._find(key)
            if found is None:
                return default
            self[key] = found
        return self[key]


class _Cells:
    """What documents say of the bearers of each name. A name is kept as a hash, with the number of its set of cells: millions of names have a few sets."""

    def __init__(self) -> None:
        self._numbers = HashedNumbers()
        self._sets: list[frozenset[str]] = [frozenset()]
        self._known: dict[frozenset[str], int] = {frozenset(): 0}

    def add(self, base: str, cell: str) -> None:
        """Take in that a document says this of a bearer."""
        key = hash_of(base)
        old = self._sets[self._numbers.get(key)]
        if cell not in old:
            new = old | {cell}
            if new not in self._known:
                self._known[new] = len(self._sets)
                self._sets.append(new)
            self._numbers.set(key, self._known[new])

    def of(self, base: str) -> frozenset[str]:
        """Return all cells of a name."""
        return self._sets[self._numbers.get(hash_of(base))]

    def several(self) -> Iterator[tuple[int, frozenset[str]]]:
        """Yield the names with several cells that are not all of one person, as hashes, ascending."""
        apart = [len(cells) > 1 and any(_tags(cells).values()) for cells in self._sets]
        for key, number in sorted(self._numbers.items()):
            if apart[number]:
                yield key, self._sets[number]


class _FoundCells(_Cells):
    """The same of a corpus that was settled elsewhere.

    Args:
        find: Gives the cells of a name by its hash.
    """

    def __init__(self, find: Callable[[int], Sequence[str]]) -> None:
        super().__init__()
        self._find = find

    def of(self, base: str) -> frozenset[str]:
        """Return all cells of a name that several persons bear."""
        return frozenset(self._find(hash_of(base)))


def _first(values: Iterable[V]) -> V | None:
    return next(iter(values), None)


class CorpusResolver:
    """Takes in the facts of all documents, or all those that bear on some of them, and tells what each local id became.

    Args:
        facts: Of the rule data.
        faults: Receives the names that could not be settled.
    """

    def __init__(self, facts: Facts, faults: list[Fault] | None = None) -> None:
        self._facts = facts
        self._faults = [] if faults is None else faults
        self._shorts: set[str] = set()
        self._cells = _Cells()
        self._variants = DisjointSets()
        self._common = Namesakes()
        self._acronyms: dict[str, set[str]] = {}
        self._known: dict[str, dict[str, _Known]] = {}
        self._final: dict[str, Final] = {}

    # Facts of one document

    def names(self, seen: Sequence[Appearance], day: dt.date | None = None) -> Filed:
        """Return which names there are, and which short ones are open."""
        bearers = Counter(_common_base(one.local_id) for one in seen)
        beside = seen if len(seen) <= CROWD else ()
        for one in seen:
            if one.label in PEOPLE:
                if "-in-" in one.local_id and one.reason not in OPEN_REASONS:
                    is_alone = bearers[_common_base(one.local_id)] == 1
                    yield from self._facts_of_common(one, beside, _month(day), is_alone=is_alone)
                else:
                    yield from self._names_of(one)
                    yield from self._facts_of_member(one, beside, _month(day))
            elif one.label in ORGANISED and MARK not in one.local_id:
                for acronym in own_acronyms(one):
                    yield f"acronym {acronym}", ("owner", acronym, one.local_id)

    def _marks(self, seen: Iterable[Appearance], month: int) -> list[str]:
        """Return what tells one bearer of a common name from another: a neighbour in no list, or two listed ones in one month."""
        marks, listed = [], []
        for one in seen:
            weight, name = self._weight(one), _base(one.local_id)
            if weight == WEIGHTS["unlisted"]:
                marks.append(f"with {name}")
            elif weight == WEIGHTS["listed"]:
                listed.append(name)
        if month:  # everybody writes of the famous, so two of them tell only together with the time
            for name, other in combinations(sorted(listed)[:MAX_LISTED], 2):
                marks.append(f"{month} {name} {other}")
        return marks

    def _facts_of_common(
        self, one: Appearance, seen: Iterable[Appearance], month: int, *, is_alone: bool
    ) -> Filed:
        """Yield of a name that many bear what the document says of the bearer, and what stands beside."""
        base = _common_base(one.local_id)
        topic = f"common {base}"
        yield topic, ("common", one.local_id, self._cell(one).written())
        if not is_alone:
            return  # of two in one document no other document tells which it has
        others = [other for other in seen if other is not one]
        shown = self._marks(others, month)
        if one.country:
            shown += [f"{title} {one.country}" for title in sorted(titles_in(one.role or ""))]
        for mark in shown:
            yield topic, ("shown", base, one.local_id, one.gender or "", mark)
        name = read_name(one.name)
        if month and not is_shared_by_many(name.given, name.family):
            marks = self._likely_marks(one, others)
            # Two months share one of these where one follows on the other.
            for first, mark in product((month - NEAR, month), marks):
                yield topic, ("likely", base, one.local_id, f"{first} {mark}")

    def _facts_of_member(self, one: Appearance, seen: Iterable[Appearance], month: int) -> Filed:
        """Yield of a member of Congress whose name others bear what stands beside: by it a document that does not say so much may be of him."""
        if one.local_id not in member_ids():
            return
        name = read_name(_name_by_id(one.local_id))
        if not is_shared_by_some(name.given, name.family):
            return
        topic = f"common {one.local_id}"
        yield topic, ("common", one.local_id, MEMBER.written())
        for mark in self._marks([other for other in seen if other is not one], month):
            yield topic, ("shown", one.local_id, one.local_id, one.gender or "", mark)

    def _cell(self, one: Appearance) -> Cell:
        """Return what a document says of somebody, as far as the appearance has it."""
        names = map(read_name, one.forms)
        initials = {name.middle[0][:1] for name in names if name.middle}
        titles = titles_in(one.role or "") | self._titles_of(one.office_id)
        country = (one.country or "").lower().partition("-")[0]  # Wales is of one country with England
        return Cell(
            one.gender or "", only(initials) or "", country, frozenset(map(line_of_work, titles)) - SERVING
        )

    def _likely_marks(self, one: Appearance, others: Iterable[Appearance]) -> list[str]:
        """Return what suggests, in news of the same days, that two documents are of one person."""
        marks = []
        if one.country:
            marks.append(one.country)
        listed = {_base(other.local_id) for other in others if self._weight(other) == WEIGHTS["listed"]}
        return marks + sorted(listed)[:MAX_LISTED]

    def _names_of(self, one: Appearance) -> Filed:
        if one.reason in OPEN_REASONS:
            word = _last_word(one.name)
            yield f"surname {word}", ("short", word)
        elif not self._is_listed(one.local_id):
            base, _, cell = one.local_id.partition(MARK)
            yield f"name {base}", ("cell", base, cell)
            yield from self._variants_of(base, one)
        else:
            yield from self._variants_of(one.local_id, one)

    def _variants_of(self, base: str, one: Appearance) -> Filed:
        """Yield spellings of a name that one document gives one person."""
        for form in one.forms:
            name = read_name(form)
            if name.is_full and not is_shared_by_some(name.given, name.family):
                own = base_id(name)
                if own != base and own not in self._facts.rows:
                    yield f"name {base}", ("variant", base, own)
                    yield f"name {own}", ("variant", base, own)

    def people(
        self, seen: Sequence[Appearance], day: dt.date | None, surnames: Container[str] | None = None
    ) -> Filed:
        """Yield when, with whom and as what those appear who may be meant by a surname alone.

        Args:
            seen: Who appears in the document.
            surnames: The words that stand alone somewhere, which alone matter; None for all, and for the words of each name.
        """
        persons = [one for one in seen if one.label in PEOPLE and one.reason not in OPEN_REASONS]
        named = [(one, _surnames_of(one, surnames)) for one in persons]
        beside = self._marked(seen) if any(words for _, words in named) else []
        for one, words in named:
            if words:
                yield from self._known_facts(one, words, beside, day)
            if surnames is None and not self._is_listed(one.local_id):
                yield from _bears(one.local_id, words)

    def _marked(self, seen: Iterable[Appearance]) -> list[tuple[int, Appearance]]:
        """Return those in a document who tell something as neighbours, with what stands for each, by that."""
        return sorted(((self._mark(one), one) for one in seen if self._weight(one)), key=itemgetter(0))

    def _known_facts(
        self,
        one: Appearance,
        words: Iterable[str],
        beside: Iterable[tuple[int, Appearance]],
        day: dt.date | None,
    ) -> Filed:
        names = sorted({form for form in one.forms if read_name(form).is_full})
        titles = sorted(titles_in(one.role or "") | self._titles_of(one.office_id))[:MAX_TITLES]
        said = (one.local_id, names, titles, one.gender or "", one.office_id or "")
        sample = list(dict.fromkeys(mark for mark, other in beside if other is not one))[:SAMPLE]
        fact = (*said, _month(day), one.country or "", 1, sample)
        for word in words:
            yield f"surname {word}", ("known", word, *fact)

    def _titles_of(self, office: str | None) -> frozenset[str]:
        row = self._facts.rows.get(office or "")
        if row is None:
            return frozenset()
        return titles_in(row[0])

    def asked(self, one: Appearance) -> Sequence[tuple[str, str]]:
        """Return the ids of an appearance that others decide, each with the topic under which; none where the document alone says it."""
        if one.label in PEOPLE:
            if one.reason in OPEN_REASONS:
                return ((f"surname {_last_word(one.name)}", one.local_id),)
            if self._is_listed(one.local_id):
                return ()
            return [(topic, one.local_id) for topic in topics_of_person(one.local_id)]
        if MARK in one.local_id:
            return ((f"acronym {_base(one.local_id)}", one.local_id),)
        if one.label not in ORGANISED:
            return ()
        return [(f"acronym {acronym}", f"{acronym}{OWNED}{one.local_id}") for acronym in own_acronyms(one)]

    def answer(self, seen: Sequence[Appearance], day: dt.date | None) -> dict[str, Final]:
        """Return what became of all ids of a document that others decide.

        Args:
            seen: Who appears in it.
        """
        finals: dict[str, Final] = {}
        scene: _Scene | None = None
        for one in seen:
            is_open = one.label in PEOPLE and one.reason in OPEN_REASONS
            for _, asked in self.asked(one):
                if is_open:
                    scene = scene or self._scene(seen, day)
                    finals[asked] = self._tell(one, scene)
                else:
                    finals[asked] = self.final(asked)
        return finals

    def _scene(self, seen: Sequence[Appearance], day: dt.date | None) -> _Scene:
        persons = {self.final(one.local_id).entity for one in seen if one.label in PEOPLE}
        # Somebody open weighs nothing, so whoever it is that is asked for need not be left out.
        return _Scene(_month(day), persons, {self._mark(one): self._weight(one) for one in seen})

    def is_short(self, word: str) -> bool:
        """Return whether a surname stands alone somewhere."""
        return word in self._shorts

    # Taking in

    def survey(self, seen: Sequence[Appearance], day: dt.date | None = None) -> None:
        """Take in which names a document has."""
        for _, fact in self.names(seen, day):
            self.take(fact)

    def learn(self, seen: Sequence[Appearance], day: dt.date | None) -> None:
        """Take in who appears in a document; once the names of all are settled."""
        for _, fact in self.people(seen, day, self._shorts):
            self.take(fact)

    def take(self, fact: Fact) -> None:
        """Take in a fact. Their order is nothing, nor how often one comes, but that `known` comes when all others are settled."""
        kind, *values = fact
        if kind == "short":
            self._shorts.add(values[0])
        elif kind == "cell":
            self._cells.add(*values)
        elif kind == "variant":
            self._variants.join(*values)
        elif kind == "owner":
            acronym, owner = values
            self._acronyms.setdefault(acronym, set()).add(owner)
        elif kind == "common":
            self._common.add(*values)
        elif kind == "shown":
            self._common.show(*values)
        elif kind == "likely":
            self._common.suggest(*values)
        elif kind == "known":
            self._take_known(*values)

    def _take_known(
        self,
        word: str,
        local_id: str,
        names: Sequence[str],
        titles: Sequence[str],
        gender: str,
        office: str,
        month: int,
        country: str,
        times: int,
        sample: Sequence[int],
    ) -> None:
        known = self._known.setdefault(word, {}).setdefault(self.final(local_id).entity, _Known())
        called = list(names) or [_name_by_id(local_id)]
        if len(called) > 1:
            called.sort(key=lambda name: (read_name(name).words, name))
        known.names = _with(known.names, tuple(called[:MAX_NAMES]))
        known.titles = _with(known.titles, tuple(titles))
        known.genders = _with(known.genders, (gender,) if gender else ())
        known.offices = _with(known.offices, (office,) if office else ())
        seen = _Month.of_packed(known.months[month]) if month in known.months else _Month()
        known.months[month] = _Month(
            seen.documents + times,
            _with(seen.countries, (country,) if country else ()),
            tuple(sorted({*seen.neighbours, *sample})[:SAMPLE]),
        ).packed()

    def settle(self) -> None:
        """Decide the names that documents join, and the common ones; call it between the passes. Each other name is decided when it is asked for."""
        for variants in self._variants.groups():
            with spared(self._faults, min(variants)):
                cells = {base: self._cells.of(base) for base in variants}
                bases = [base for base in variants if cells[base]]
                if bases:
                    self._final.update(self._settle_name(bases, variants, cells))
        for members, reason in self._common.groups():
            with spared(self._faults, min(members)):
                self._settle_common(members, reason)

    def _settle_name(
        self, bases: Sequence[str], variants: Sequence[str], cells: Mapping[str, frozenset[str]]
    ) -> Iterator[tuple[str, Final]]:
        """Yield what became of the local ids of a name.

        Args:
            bases: Its spellings that documents have, ascending.
            cells: What documents say of the bearers, by spelling.
        """
        listed = [name for name in variants if self._is_listed(name)]
        every = frozenset[str]().union(*(cells[base] for base in bases))
        tags: Mapping[str, str]
        if len(listed) == 1:  # whom the rule data know is one person, whatever documents say of him
            entity, tags = listed[0], dict.fromkeys(every, "")
        else:
            entity, tags = min(bases, key=lambda base: (len(base), base)), _tags(every)
        ways = tuple(sorted({f"{entity}-{tag}" for tag in tags.values() if tag}))
        for base in bases:
            variant = _alias(entity, base, "variant")
            for cell in cells[base]:
                final = _final_of(entity, cell, tags.get(cell), ways)
                yield in_cell(base, cell), replace(final, aliases=final.aliases + variant)

    def _settle_common(self, members: Sequence[str], reason: str) -> None:
        entity = min(members)
        for member in members:
            self._final[member] = Final(entity, "likely", reason, aliases=_alias(entity, member, reason))

    # What is settled, in another process

    def settled(self) -> Iterator[tuple[str, list[Any]]]:
        """Yield all that answers depend on, as plain data by key; `CorpusResolver.of_settled` gives the same answers."""
        for local_id, final in self._final.items():
            yield f"final {local_id}", [final.row()]
        for key, cells in self._cells.several():
            yield f"cells {key:x}", sorted(cells)
        for acronym, owners in self._acronyms.items():
            yield f"acronym {acronym}", sorted(owners)
        for word in list(self._known):
            yield from self.settled_surname(word)

    def settled_surname(self, word: str) -> Iterator[tuple[str, list[Any]]]:
        """Yield who may be meant by a surname, in the same form; afterwards the corpus knows nothing of it."""
        bearers = self._known.pop(word, {})
        if bearers:
            yield f"known {word}", [[entity, *known.row()] for entity, known in sorted(bearers.items())]

    @classmethod
    def of_settled(cls, facts: Facts, find: Callable[[str], Sequence[Any]]) -> CorpusResolver:
        """Return a corpus that answers from what another one settled, and takes in nothing more.

        Args:
            find: Gives the values of a key, none of one that is not there.
        """
        corpus = cls(facts)
        corpus._final = _Found(lambda own: _first(map(Final.of_row, find(f"final {own}"))))
        corpus._cells = _FoundCells(lambda key: find(f"cells {key:x}"))
        corpus._acronyms = _Found(lambda acronym: set(find(f"acronym {acronym}")) or None)
        corpus._known = _Found(
            lambda word: {entity: _Known.of_row(row) for entity, *row in find(f"known {word}")} or None
        )
        return corpus

    # Answers

    def final(self, local_id: str) -> Final:
        """Return what a full name or a body became."""
        known = self._final.get(local_id)
        if known is not None:
            return known
        base, _, cell = local_id.partition(MARK)
        cells = self._cells.of(base) if base.startswith(PERSON) else frozenset[str]()
        if len(cells) > 1 and cell in cells:
            return next(
                final for own, final in self._settle_name([base], [base], {base: cells}) if own == local_id
            )
        if MARK in local_id:
            return self._final_acronym(local_id)
        acronym, _, owner = local_id.partition(OWNED)
        if owner and len(self._acronyms.get(acronym, ())) == 1:
            return Final(local_id, aliases=((owner, acronym, "acronym"),))
        return Final(local_id)

    def _final_acronym(self, local_id: str) -> Final:
        acronym, _, doc = local_id.partition(MARK)
        owners = sorted({self.final(owner).entity for owner in self._acronyms.get(acronym, ())})
        if not owners:
            return Final(acronym)
        if len(owners) == 1:
            return Final(owners[0], "likely", "acronym")
        own = f"{acronym}-in-{doc}"
        split = tuple((own, owner, "split") for owner in (*owners, acronym))
        return Final(own, "open", "ambiguous", tuple(owners), split)

    def _tell(self, one: Appearance, scene: _Scene) -> Final:
        """Return who an open short name of a document is, where days, neighbours and titles tell."""
        short = read_name(one.name)
        bearers = self._bearers(one)
        ranked = _rank(one, scene, bearers)
        considered = _likeliest(ranked, bearers, scene.month)
        plain = [row for row in ranked if not all(name.suffix for name in bearers[row[2]].called())]
        if plain and not short.suffix:  # `Trump` beside `Trump Jr` is the father
            ranked = plain
        strong = [row for row in ranked if row[0] >= ENOUGH]
        if len(strong) == 1 or (len(strong) > 1 and strong[0][0] >= 2 * strong[1][0]):
            _, reason, entity = strong[0]
            others = tuple(other for other in considered if other != entity)
            return Final(entity, "likely", reason, others, _alias(entity, one.local_id, reason))
        if not strong and len(ranked) == 1:
            entity = ranked[0][2]
            if self._is_known_by_surname(entity, bearers[entity], one, scene.month):
                return Final(entity, "likely", "days", aliases=_alias(entity, one.local_id, "days"))
        unclear = "ambiguous" if len(ranked) > 1 else None
        return Final(one.local_id, None, unclear, considered)

    def _bearers(self, one: Appearance) -> Mapping[str, _Known]:
        """Return who has the surname of a short name; of a minister only those of the lists, where these have any.

        `President Clinton` is nobody's daughter.
        """
        bearers = self._known.get(_last_word(one.name), {})
        if one.label != "MINISTER":
            return bearers
        listed = {entity: known for entity, known in bearers.items() if entity in self._facts.rows}
        return listed or bearers

    def _is_known_by_surname(self, entity: str, known: _Known, one: Appearance, month: int) -> bool:
        """Return whether a rare surname of somebody of the news of those days says enough; of somebody in no list only in that country."""
        word, near = _last_word(one.name), _months_near(known, month)
        if not near or is_common_surname(word):
            return False
        is_rare = not is_usual_surname(word)
        is_near = is_rare and any(one.country in seen.countries for seen in near)
        is_active = sum(seen.documents for seen in near) >= ACTIVE
        if entity in self._facts.rows:
            return is_active or is_near
        return is_active and is_near

    def _is_listed(self, local_id: str) -> bool:
        return local_id in self._facts.rows or ":" in local_id

    def _mark(self, one: Appearance) -> int:
        """Return what stands for a neighbour; of one in no list the bare name, as one document takes for a person what another takes for a firm."""
        name = _base(one.local_id)
        if not self._is_listed(name):
            name = name.partition("-")[2]
        return _hash(name)

    def _weight(self, one: Appearance) -> float:
        if one.reason in OPEN_REASONS or one.label == "OFFICE" or "-in-" in one.local_id:
            return 0.0
        if one.label not in PEOPLE and one.label not in ORGANISED:
            return WEIGHTS["place"]
        if not self._is_listed(one.local_id):
            return WEIGHTS["unlisted"]
        if one.label == "ORG":  # parties, unions and the like: as common beside a name as a place is
            return WEIGHTS["place"]
        return WEIGHTS["listed"]


@lru_cache(4_000)
def _with(known: frozenset[str], more: tuple[str, ...]) -> frozenset[str]:
    """Return values and some more; persons and months with the same values share them."""
    return known.union(more)


@lru_cache(4_000)
def _tags(cells: frozenset[str]) -> Mapping[str, str]:
    """Return for each cell of a name what its person's id ends with; empty where all cells are of one person. A cell that may be anybody's has none."""
    ordered = sorted(cells)
    clusters = _cluster(list(map(Cell.read, ordered)))
    if len(clusters) == 1:
        return dict.fromkeys(ordered, "")
    return {ordered[i]: _tag(ordered[members[0]]) for members in clusters for i in members}


def _final_of(entity: str, cell: str, tag: str | None, ways: tuple[str, ...]) -> Final:
    """Return what a cell of a name became."""
    if tag == "":
        return Final(entity)
    if tag is None:
        return Final(entity, "open", "ambiguous", ways)
    own = f"{entity}-{tag}"
    told = _alias(own, entity, "split") + _alias(own, f"{entity}-{_tag(cell)}", "same-name")
    return Final(own, "likely", "told-apart", aliases=told)


@dataclass(frozen=True, slots=True)
class _Scene:
    """What a document tells of those whom it calls by a short name.

    Attributes:
        month: Of the document.
        persons: What the ids of its persons became.
        weights: What its neighbours weigh, by what stands for them.
    """

    month: int
    persons: Container[str]
    weights: Mapping[int, float]


def _rank(one: Appearance, scene: _Scene, bearers: Mapping[str, _Known]) -> list[tuple[float, str, str]]:
    """Return those whom a short name may mean, the likeliest first: evidence, reason, entity."""
    short, titles = read_name(one.name), titles_in(one.role or "")
    ranked = []
    for entity, known in bearers.items():
        # The persons of the document were considered there: none of them is meant, or it is not clear which.
        if entity not in scene.persons and _may_be(one, short, titles, known):
            ranked.append((*_evidence(one, titles, scene, known), entity))
    ranked.sort(key=lambda row: (-row[0], row[2]))
    return ranked


def _months_near(known: _Known, month: int) -> list[_Month]:
    """Return what is known of a person in the months around one; nothing where the day is not known."""
    if not month:
        return []
    around = range(month - NEAR, month + NEAR + 1)
    return [_Month.of_packed(known.months[one]) for one in around if one in known.months]


def _likeliest(
    ranked: Iterable[tuple[float, str, str]], bearers: Mapping[str, _Known], month: int
) -> tuple[str, ...]:
    """Return some of those whom a short name may mean: for whom enough speaks, then whom documents of those months name, then who is known longest."""

    def rank(row: tuple[float, str, str]) -> tuple[float, bool, int, str]:
        evidence, _, entity = row
        months = bearers[entity].months.keys()
        return -evidence if evidence >= ENOUGH else 0.0, months.isdisjoint(near), first_month(months), entity

    near = range(month - NEAR, month + NEAR + 1) if month else ()
    return tuple(entity for _, _, entity in nsmallest(MAX_CONSIDERED, ranked, rank))


def first_month(months: Iterable[int]) -> int:
    """Return the first of some months, 0 standing for none."""
    return min((month for month in months if month), default=LATE)


def _evidence(one: Appearance, titles: frozenset[str], scene: _Scene, known: _Known) -> tuple[float, str]:
    """Return how much speaks for a person, and what most."""
    near, weights = _months_near(known, scene.month), scene.weights
    if not near:
        return 0.0, "surname-only"
    shared = set().union(*(seen.neighbours for seen in near)) & weights.keys()
    places = sum(weights[mark] == WEIGHTS["place"] for mark in shared)
    score = sum(weights[mark] for mark in sorted(shared)) - WEIGHTS["place"] * max(places - MAX_PLACES, 0)
    if one.office_id and one.office_id in known.offices:
        return score + WEIGHTS["office"], "office"
    if titles & known.titles:
        is_there = not one.country or any(
            one.country in seen.countries or not seen.countries for seen in near
        )
        return score + WEIGHTS["title" if is_there else "title abroad"], "title"
    return score, "neighbours"


def _may_be(one: Appearance, short: PersonName, titles: frozenset[str], known: _Known) -> bool:
    """Return whether a short name can be that of a person: neither gender nor title contradicts, nor the style of a peer (`Lord Hale`)."""
    shared = titles & known.titles
    if is_of_peer(one.local_id) and one.office_id not in known.offices:
        return False
    if not _is_named(short, shared, known.called()):
        return False
    if one.gender and known.genders and one.gender not in known.genders:
        return False
    if not titles or shared:
        return True
    if not known.titles:
        return identity_words().sole.isdisjoint(titles)
    if not identity_words().sole.isdisjoint(known.titles):
        return False  # nobody calls a president `Secretary`
    lines = {line_of_work(title) for title in known.titles}
    return any(line_of_work(title) in lines for title in titles) and identity_words().sole.isdisjoint(titles)


def _is_named(short: PersonName, shared: frozenset[str], names: Sequence[PersonName]) -> bool:
    """Return whether a short name is short for one of some names: by surname, or by the first name with a title that one person bears (`President Vladimir`)."""
    if any(name.is_called(short) for name in names):
        return True
    is_first = any(short.words == (name.given,) for name in names)
    return is_first and not identity_words().sole.isdisjoint(shared)


def _bears(local_id: str, words: Iterable[str]) -> Filed:
    """Yield by which words alone somebody may be called."""
    for topic in topics_of_person(local_id):
        for word in words:
            yield topic, ("bears", word)


def _cluster(cells: Sequence[Cell]) -> list[list[int]]:
    """Return the cells of one name in groups that do not contradict each other; one group where nothing contradicts.

    A cell that contradicts nobody belongs to the one group of its country; where there is none, it stands in no group.
    """
    poles = [i for i, cell in enumerate(cells) if any(cell.contradicts(other) for other in cells)]
    if not poles:
        return [list(range(len(cells)))]
    groups = _group_poles(cells, poles)
    for i, cell in enumerate(cells):
        if i in poles or not cell.country:
            continue
        own = [group for group in groups if any(cells[j].country == cell.country for j in group)]
        if len(own) == 1:
            own[0].append(i)
    return groups


def _group_poles(cells: Sequence[Cell], poles: Iterable[int]) -> list[list[int]]:
    """Return the cells that contradict others: each with the one group of its kin that it does not contradict, or alone."""
    groups: list[list[int]] = []
    for i in poles:
        fitting = [group for group in groups if not any(cells[i].contradicts(cells[j]) for j in group)]
        akin = [group for group in fitting if any(_are_akin(cells[i], cells[j]) for j in group)]
        if len(akin) == 1:
            akin[0].append(i)
        else:
            groups.append([i])
    return groups


def _are_akin(one: Cell, other: Cell) -> bool:
    return bool(
        (one.country and one.country == other.country)
        or (one.initial and one.initial == other.initial)
        or not one.lines.isdisjoint(other.lines)
    )


def _name_by_id(local_id: str) -> str:
    """Return the name of somebody whom a document calls by a short name only, and the rule data know."""
    return " ".join(word.title() for word in local_id.removeprefix(PERSON).split("-"))


def _surnames_of(one: Appearance, among: Container[str] | None = None) -> list[str]:
    """Return the words by which alone somebody may be called, or those of them that are among some."""
    names = [name for name in map(read_name, one.forms) if name.is_full] or [
        read_name(_name_by_id(one.local_id))
    ]
    words: set[str] = set()
    for name in names:
        words.update(
            (name.words[-1], name.words[0])
        )  # the first one too: not everybody's surname is the last
    return sorted(words if among is None else (word for word in words if word in among))


def topics_of_person(local_id: str) -> tuple[str, ...]:
    """Return the topic on which the id of somebody by full name depends, if not that of a list."""
    if "-in-" in local_id:
        return (f"common {local_id.partition('-in-')[0]}",)
    return (f"name {_base(local_id)}",)


def own_acronyms(one: Appearance) -> list[str]:
    """Return the ids of the acronyms that an organisation bears beside a fuller name."""
    return [own_acronym_id(form) for form in one.forms if is_acronym(form) and len(one.forms) > 1]


def _alias(entity: str, other: str, reason: str) -> tuple[tuple[str, str, str], ...]:
    if entity == other:
        return ()
    return ((entity, other, reason),)


def _common_base(local_id: str) -> str:
    return local_id.partition("-in-")[0]


def _base(local_id: str) -> str:
    return local_id.partition(MARK)[0]


def _last_word(name: str) -> str:
    words = read_name(name).words
    if not words:
        return ""
    return words[-1]


def _hash(text: str) -> int:
    return crc32(text.encode())


def _month(day: dt.date | None) -> int:
    if day is None:
        return 0
    return 12 * day.year + day.month


def _tag(cell: str) -> str:
    return slug(cell.replace("+", " ").replace(".", " ")) or "x"


def own_acronym_id(form: str) -> str:
    """Return the id of an acronym that no document explains."""
    return f"org-{slug(form)}"
