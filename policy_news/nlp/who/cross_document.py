"""Links the ids of documents across the corpus: the same person, another one, or open.

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
from hashlib import blake2b
from heapq import nsmallest
from itertools import combinations, product
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar
from zlib import crc32

from policy_news.core.faults import Fault, spared
from policy_news.core.grouping import grouped
from policy_news.core.single import only
from policy_news.nlp.who.acronyms import is_acronym
from policy_news.nlp.who.contradictions import SERVING, Attributes
from policy_news.nlp.who.disjoint_sets import DisjointSets
from policy_news.nlp.who.facts import Facts
from policy_news.nlp.who.local_ids import base_id, with_attributes
from policy_news.nlp.who.members import member_ids
from policy_news.nlp.who.name_ids import MARK
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
MEMBER = Attributes(country="us", lines=frozenset({"politics"}))
"""The attributes of every member of Congress."""
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
class Resolution:
    """What an id of a document became in the corpus.

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
    def of_row(cls, row: Sequence[Any]) -> Resolution:
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
class _Candidate:
    """A person of the corpus by full name, whom a short name may mean; the months are packed."""

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
        attributes = (self.names, self.titles, self.genders, self.offices)
        months = [[month, *_Month.of_packed(data).row()] for month, data in sorted(self.months.items())]
        return [*map(sorted, attributes), months]

    @classmethod
    def of_row(cls, row: Sequence[Any]) -> _Candidate:
        """Read it from plain data."""
        names, titles, genders, offices, months = row
        packed = {
            month: _Month(documents, frozenset(countries), tuple(neighbours)).packed()
            for month, documents, countries, neighbours in months
        }
        return cls(frozenset(names), frozenset(titles), frozenset(genders), frozenset(offices), packed)


class _LazyDict(dict[str, V]):
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


class _Blocks:
    """The attributes that documents give the bearers of each name.

    A name is kept as a hash, with the number of its set of attributes: millions of names have a few sets.
    """

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._shared: set[int] = set()
        self._sets: list[frozenset[str]] = [frozenset()]
        self._number_of: dict[frozenset[str], int] = {frozenset(): 0}

    def add(self, base: str, attributes: str) -> None:
        """Take in the attributes that a document gives a bearer."""
        key = _hash_name(base)
        old = self._sets[self._numbers.get(key, 0)]
        if attributes not in old:
            new = old | {attributes}
            if new not in self._number_of:
                self._number_of[new] = len(self._sets)
                self._sets.append(new)
            self._numbers[key] = self._number_of[new]
            if old:
                self._shared.add(key)

    def of(self, base: str) -> frozenset[str]:
        """Return all attributes of a name."""
        return self._sets[self._numbers.get(_hash_name(base), 0)]

    def several(self) -> Iterator[tuple[int, frozenset[str]]]:
        """Yield the blocks that are of several persons, ascending, with the hashes of their names."""
        for key in sorted(self._shared):
            block = self._sets[self._numbers[key]]
            if any(_id_endings(block).values()):
                yield key, block


class _SettledBlocks(_Blocks):
    """The same of a corpus that was settled elsewhere.

    Args:
        find: Gives the attributes of a name by its hash.
    """

    def __init__(self, find: Callable[[int], Sequence[str]]) -> None:
        super().__init__()
        self._find = find

    def of(self, base: str) -> frozenset[str]:
        """Return all attributes of a name that several persons bear."""
        return frozenset(self._find(_hash_name(base)))


def _hash_name(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


class CorpusResolver:
    """Takes in the facts of all documents, or all those that bear on some of them, and tells what each local id became.

    Args:
        faults: Receives the names that could not be settled.
    """

    def __init__(self, facts: Facts, faults: list[Fault] | None = None) -> None:
        self._facts = facts
        self._faults = [] if faults is None else faults
        self._shorts: set[str] = set()
        self._blocks = _Blocks()
        self._variants = DisjointSets()
        self._common = Namesakes()
        self._acronyms: dict[str, set[str]] = {}
        self._candidates: dict[str, dict[str, _Candidate]] = {}
        self._resolutions: dict[str, Resolution] = {}

    # Facts of one document

    def names(self, appearances: Sequence[Appearance], day: dt.date | None = None) -> Filed:
        """Return which names there are, and which short ones are open."""
        namesakes = Counter(_common_base(one.local_id) for one in appearances)
        beside = appearances if len(appearances) <= CROWD else ()
        for one in appearances:
            if one.label in PEOPLE:
                if "-in-" in one.local_id and one.reason not in OPEN_REASONS:
                    is_alone = namesakes[_common_base(one.local_id)] == 1
                    yield from self._facts_of_common(one, beside, _month(day), is_alone=is_alone)
                else:
                    yield from self._names_of(one)
                    yield from self._facts_of_member(one, beside, _month(day))
            elif one.label in ORGANISED and MARK not in one.local_id:
                for acronym in own_acronyms(one):
                    yield f"acronym {acronym}", ("owner", acronym, one.local_id)

    def _evidence_keys(self, appearances: Iterable[Appearance], month: int) -> list[str]:
        """Return the evidence for one bearer of a common name: a neighbour in no list, or two listed ones in one month."""
        keys, listed = [], []
        for one in appearances:
            weight, name = self._weight(one), _base(one.local_id)
            if weight == WEIGHTS["unlisted"]:
                keys.append(f"with {name}")
            elif weight == WEIGHTS["listed"]:
                listed.append(name)
        if month:  # everybody writes of the famous, so two of them tell only together with the time
            for name, other in combinations(sorted(listed)[:MAX_LISTED], 2):
                keys.append(f"{month} {name} {other}")
        return keys

    def _facts_of_common(
        self, one: Appearance, appearances: Iterable[Appearance], month: int, *, is_alone: bool
    ) -> Filed:
        """Yield the attributes of the bearer of a common name, and the evidence beside it."""
        base = _common_base(one.local_id)
        topic = f"common {base}"
        yield topic, ("common", one.local_id, self._attributes(one).written())
        if not is_alone:
            return  # of two in one document no other document tells which it has
        others = [other for other in appearances if other is not one]
        evidence = self._evidence_keys(others, month)
        if one.country:
            evidence += [f"{title} {one.country}" for title in sorted(titles_in(one.role or ""))]
        for key in evidence:
            yield topic, ("shown", base, one.local_id, one.gender or "", key)
        name = read_name(one.name)
        if month and not is_shared_by_many(name.given, name.family):
            keys = self._hint_keys(one, others)
            # Two months share one of these where one follows on the other.
            for first, key in product((month - NEAR, month), keys):
                yield topic, ("likely", base, one.local_id, f"{first} {key}")

    def _facts_of_member(self, one: Appearance, appearances: Iterable[Appearance], month: int) -> Filed:
        """Yield the evidence beside a member of Congress whose name others bear: it links documents that say less."""
        if one.local_id not in member_ids():
            return
        name = read_name(_name_by_id(one.local_id))
        if not is_shared_by_some(name.given, name.family):
            return
        topic = f"common {one.local_id}"
        yield topic, ("common", one.local_id, MEMBER.written())
        for key in self._evidence_keys([other for other in appearances if other is not one], month):
            yield topic, ("shown", one.local_id, one.local_id, one.gender or "", key)

    def _attributes(self, one: Appearance) -> Attributes:
        """Return the attributes of somebody, as far as the appearance has them."""
        names = map(read_name, one.forms)
        initials = {name.middle[0][:1] for name in names if name.middle}
        titles = titles_in(one.role or "") | self._titles_of(one.office_id)
        country = (one.country or "").lower().partition("-")[0]  # Wales is of one country with England
        return Attributes(
            one.gender or "", only(initials) or "", country, frozenset(map(line_of_work, titles)) - SERVING
        )

    def _hint_keys(self, one: Appearance, others: Iterable[Appearance]) -> list[str]:
        """Return what hints, in news of the same days, that two documents are of one person."""
        keys = []
        if one.country:
            keys.append(one.country)
        listed = {_base(other.local_id) for other in others if self._weight(other) == WEIGHTS["listed"]}
        return keys + sorted(listed)[:MAX_LISTED]

    def _names_of(self, one: Appearance) -> Filed:
        if one.reason in OPEN_REASONS:
            word = _last_word(one.name)
            yield f"surname {word}", ("short", word)
        elif not self._is_listed(one.local_id):
            base, _, attributes = one.local_id.partition(MARK)
            yield f"name {base}", ("cell", base, attributes)
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
        self, appearances: Sequence[Appearance], day: dt.date | None, surnames: Container[str] | None = None
    ) -> Filed:
        """Yield when, with whom and as what those appear who may be meant by a surname alone.

        Args:
            surnames: The words that stand alone somewhere, which alone matter; None for all, and for the words of each name.
        """
        persons = [one for one in appearances if one.label in PEOPLE and one.reason not in OPEN_REASONS]
        named = [(one, _surnames_of(one, surnames)) for one in persons]
        beside = self._keyed_neighbours(appearances) if any(words for _, words in named) else []
        for one, words in named:
            if words:
                yield from self._candidate_facts(one, words, beside, day)

    def _keyed_neighbours(self, appearances: Iterable[Appearance]) -> list[tuple[int, list[Appearance]]]:
        """Return the first keys of the neighbours in a document that count, with whose they are: one more than a sample, which lacks somebody."""
        keyed = [(self._neighbour_key(one), one) for one in appearances if self._weight(one)]
        return [*grouped(sorted(keyed, key=itemgetter(0))).items()][: SAMPLE + 1]

    def _candidate_facts(
        self,
        one: Appearance,
        words: Iterable[str],
        beside: Iterable[tuple[int, list[Appearance]]],
        day: dt.date | None,
    ) -> Filed:
        names = sorted({form for form in one.forms if read_name(form).is_full})
        titles = sorted(titles_in(one.role or "") | self._titles_of(one.office_id))[:MAX_TITLES]
        said = (one.local_id, names, titles, one.gender or "", one.office_id or "")
        sample = [key for key, own in beside if any(other is not one for other in own)][:SAMPLE]
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

    def answer(self, appearances: Sequence[Appearance], day: dt.date | None) -> dict[str, Resolution]:
        """Return what became of all ids of a document that others decide."""
        resolutions: dict[str, Resolution] = {}
        context: _DocumentContext | None = None
        for one in appearances:
            is_open = one.label in PEOPLE and one.reason in OPEN_REASONS
            for _, asked in self.asked(one):
                if is_open:
                    context = context or self._context_of(appearances, day)
                    resolutions[asked] = self._resolve_short(one, context)
                else:
                    resolutions[asked] = self.resolution(asked)
        return resolutions

    def _context_of(self, appearances: Sequence[Appearance], day: dt.date | None) -> _DocumentContext:
        persons = {self.resolution(one.local_id).entity for one in appearances if one.label in PEOPLE}
        # Somebody open weighs nothing, so whoever it is that is asked for need not be left out.
        return _DocumentContext(
            _month(day), persons, {self._neighbour_key(one): self._weight(one) for one in appearances}
        )

    def is_short(self, word: str) -> bool:
        """Return whether a surname stands alone somewhere."""
        return word in self._shorts

    # Taking in

    def take(self, fact: Fact) -> None:
        """Take in a fact. Their order is nothing, nor how often one comes, but that `known` comes when all others are settled."""
        kind, *values = fact
        if kind == "short":
            self._shorts.add(values[0])
        elif kind == "cell":
            self._blocks.add(*values)
        elif kind == "variant":
            self._variants.join(*values)
        elif kind == "owner":
            acronym, owner = values
            self._acronyms.setdefault(acronym, set()).add(owner)
        elif kind == "common":
            self._common.add(*values)
        elif kind == "shown":
            self._common.add_evidence(*values)
        elif kind == "likely":
            self._common.add_hint(*values)
        elif kind == "known":
            self._take_candidate(*values)

    def _take_candidate(
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
        candidate = self._candidates.setdefault(word, {}).setdefault(
            self.resolution(local_id).entity, _Candidate()
        )
        called = list(names) or [_name_by_id(local_id)]
        if len(called) > 1:
            called.sort(key=lambda name: (read_name(name).words, name))
        candidate.names = _with(candidate.names, tuple(called[:MAX_NAMES]))
        candidate.titles = _with(candidate.titles, tuple(titles))
        candidate.genders = _with(candidate.genders, (gender,) if gender else ())
        candidate.offices = _with(candidate.offices, (office,) if office else ())
        seen = _Month.of_packed(candidate.months[month]) if month in candidate.months else _Month()
        candidate.months[month] = _Month(
            seen.documents + times,
            _with(seen.countries, (country,) if country else ()),
            tuple(sorted({*seen.neighbours, *sample})[:SAMPLE]),
        ).packed()

    def settle(self) -> None:
        """Decide the names that documents join, and the common ones; call it between the passes. Each other name is decided when it is asked for."""
        for variants in self._variants.groups():
            with spared(self._faults, min(variants)):
                blocks = {base: self._blocks.of(base) for base in variants}
                bases = [base for base in variants if blocks[base]]
                if bases:
                    self._resolutions.update(self._settle_name(bases, variants, blocks))
        for members, reason in self._common.groups():
            with spared(self._faults, min(members)):
                self._settle_common(members, reason)

    def _settle_name(
        self, bases: Sequence[str], variants: Sequence[str], blocks: Mapping[str, frozenset[str]]
    ) -> Iterator[tuple[str, Resolution]]:
        """Yield what became of the local ids of a name.

        Args:
            bases: Its spellings that documents have, ascending.
            blocks: Attributes of the bearers, by spelling.
        """
        listed = [name for name in variants if self._is_listed(name)]
        every = frozenset[str]().union(*(blocks[base] for base in bases))
        endings: Mapping[str, str]
        if len(listed) == 1:  # whom the rule data know is one person, whatever documents say of him
            entity, endings = listed[0], dict.fromkeys(every, "")
        else:
            entity, endings = min(bases, key=lambda base: (len(base), base)), _id_endings(every)
        ways = tuple(sorted({f"{entity}-{ending}" for ending in endings.values() if ending}))
        for base in bases:
            variant = _alias(entity, base, "variant")
            for attributes in blocks[base]:
                resolution = _resolution_of(entity, attributes, endings.get(attributes), ways)
                own = replace(resolution, aliases=resolution.aliases + variant)
                yield with_attributes(base, attributes), own

    def _settle_common(self, members: Sequence[str], reason: str) -> None:
        entity = min(members)
        for member in members:
            self._resolutions[member] = Resolution(
                entity, "likely", reason, aliases=_alias(entity, member, reason)
            )

    # What is settled, in another process

    def settled(self) -> Iterator[tuple[str, list[Any]]]:
        """Yield all that answers depend on, as plain data by key; `CorpusResolver.of_settled` gives the same answers."""
        for local_id, resolution in self._resolutions.items():
            yield f"final {local_id}", [resolution.row()]
        for key, block in self._blocks.several():
            yield f"cells {key:x}", sorted(block)
        for acronym, owners in self._acronyms.items():
            yield f"acronym {acronym}", sorted(owners)
        for word in list(self._candidates):
            yield from self.settled_surname(word)

    def settled_surname(self, word: str) -> Iterator[tuple[str, list[Any]]]:
        """Yield who may be meant by a surname, in the same form; afterwards the corpus knows nothing of it."""
        candidates = self._candidates.pop(word, {})
        if candidates:
            rows = [[entity, *candidate.row()] for entity, candidate in sorted(candidates.items())]
            yield f"known {word}", rows

    @classmethod
    def of_settled(cls, facts: Facts, find: Callable[[str], Sequence[Any]]) -> CorpusResolver:
        """Return a corpus that answers from what another one settled, and takes in nothing more.

        Args:
            find: Gives the values of a key, none of one that is not there.
        """
        corpus = cls(facts)
        corpus._resolutions = _LazyDict(lambda own: next(map(Resolution.of_row, find(f"final {own}")), None))
        corpus._blocks = _SettledBlocks(lambda key: find(f"cells {key:x}"))
        corpus._acronyms = _LazyDict(lambda acronym: set(find(f"acronym {acronym}")) or None)
        corpus._candidates = _LazyDict(
            lambda word: {entity: _Candidate.of_row(row) for entity, *row in find(f"known {word}")} or None
        )
        return corpus

    # Answers

    def resolution(self, local_id: str) -> Resolution:
        """Return what a full name or a body became."""
        known = self._resolutions.get(local_id)
        if known is not None:
            return known
        base, _, attributes = local_id.partition(MARK)
        block = self._blocks.of(base) if base.startswith(PERSON) else frozenset[str]()
        if len(block) > 1 and attributes in block:
            return next(
                resolution
                for own, resolution in self._settle_name([base], [base], {base: block})
                if own == local_id
            )
        if MARK in local_id:
            return self._resolve_acronym(local_id)
        acronym, _, owner = local_id.partition(OWNED)
        if owner and len(self._acronyms.get(acronym, ())) == 1:
            return Resolution(local_id, aliases=((owner, acronym, "acronym"),))
        return Resolution(local_id)

    def _resolve_acronym(self, local_id: str) -> Resolution:
        acronym, _, doc = local_id.partition(MARK)
        owners = sorted({self.resolution(owner).entity for owner in self._acronyms.get(acronym, ())})
        if not owners:
            return Resolution(acronym)
        if len(owners) == 1:
            return Resolution(owners[0], "likely", "acronym")
        own = f"{acronym}-in-{doc}"
        split = tuple((own, owner, "split") for owner in (*owners, acronym))
        return Resolution(own, "open", "ambiguous", tuple(owners), split)

    def _resolve_short(self, one: Appearance, context: _DocumentContext) -> Resolution:
        """Return who an open short name of a document is, if days, neighbours and titles say so."""
        short = read_name(one.name)
        candidates = self._candidates_for(one)
        ranked = _rank(one, context, candidates)
        considered = _likeliest(ranked, candidates, context.month)
        plain = [row for row in ranked if not all(name.suffix for name in candidates[row[2]].called())]
        if plain and not short.suffix:  # `Trump` beside `Trump Jr` is the father
            ranked = plain
        if (strongest := _strongest(ranked)) is not None:
            _, reason, entity = strongest
            others = tuple(other for other in considered if other != entity)
            return Resolution(entity, "likely", reason, others, _alias(entity, one.local_id, reason))
        if len(ranked) == 1:
            entity = ranked[0][2]
            if self._is_known_by_surname(entity, candidates[entity], one, context.month):
                return Resolution(entity, "likely", "days", aliases=_alias(entity, one.local_id, "days"))
        unclear = "ambiguous" if len(ranked) > 1 else None
        return Resolution(one.local_id, None, unclear, considered)

    def _candidates_for(self, one: Appearance) -> Mapping[str, _Candidate]:
        """Return the candidates for a short name; for a minister only those of the lists, if these have any.

        `President Clinton` is nobody's daughter.
        """
        candidates = self._candidates.get(_last_word(one.name), {})
        if one.label != "MINISTER":
            return candidates
        listed = {entity: candidate for entity, candidate in candidates.items() if entity in self._facts.rows}
        return listed or candidates

    def _is_known_by_surname(self, entity: str, candidate: _Candidate, one: Appearance, month: int) -> bool:
        """Return whether a rare surname is enough: of somebody in the news of those days; in no list, in that country too."""
        word, near = _last_word(one.name), _months_near(candidate, month)
        if not near or is_common_surname(word):
            return False
        is_rare = not is_usual_surname(word)
        is_near = is_rare and any(one.country in then.countries for then in near)
        is_active = sum(then.documents for then in near) >= ACTIVE
        if entity in self._facts.rows:
            return is_active or is_near
        return is_active and is_near

    def _is_listed(self, local_id: str) -> bool:
        return local_id in self._facts.rows or ":" in local_id

    def _neighbour_key(self, one: Appearance) -> int:
        """Return the key of a neighbour: of one in no list by the bare name, which may be a person here and a firm there."""
        name = _base(one.local_id)
        if not self._is_listed(name):
            name = name.partition("-")[2]
        return crc32(name.encode())

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
def _id_endings(block: frozenset[str]) -> Mapping[str, str]:
    """Return how the ids of the persons of a block end, by attributes.

    The ending is empty if all are one person. Attributes that may be anybody's have none.
    """
    ordered = sorted(block)
    clusters = _cluster(list(map(Attributes.read, ordered)))
    if len(clusters) == 1:
        return dict.fromkeys(ordered, "")
    return {ordered[i]: _id_ending(ordered[members[0]]) for members in clusters for i in members}


def _resolution_of(entity: str, attributes: str, ending: str | None, ways: tuple[str, ...]) -> Resolution:
    """Return what a name with these attributes became."""
    if ending == "":
        return Resolution(entity)
    if ending is None:
        return Resolution(entity, "open", "ambiguous", ways)
    own = f"{entity}-{ending}"
    aliases = _alias(own, entity, "split") + _alias(own, f"{entity}-{_id_ending(attributes)}", "same-name")
    return Resolution(own, "likely", "told-apart", aliases=aliases)


@dataclass(frozen=True, slots=True)
class _DocumentContext:
    """What speaks in a document for the candidates of its short names.

    Attributes:
        month: Of the document.
        persons: What the ids of its persons became.
        weights: Of its neighbours, by key.
    """

    month: int
    persons: Container[str]
    weights: Mapping[int, float]


def _rank(
    one: Appearance, context: _DocumentContext, candidates: Mapping[str, _Candidate]
) -> list[tuple[float, str, str]]:
    """Return the candidates for a short name, the likeliest first: evidence, reason, entity."""
    short, titles = read_name(one.name), titles_in(one.role or "")
    ranked = []
    for entity, candidate in candidates.items():
        # The persons of the document were considered there: none of them is meant, or it is not clear which.
        if entity not in context.persons and _may_be(one, short, titles, candidate):
            ranked.append((*_evidence(one, titles, context, candidate), entity))
    ranked.sort(key=lambda row: (-row[0], row[2]))
    return ranked


def _strongest(ranked: Sequence[tuple[float, str, str]]) -> tuple[float, str, str] | None:
    """Return the first candidate if its evidence is enough, and twice that of the next one with enough."""
    evidence = [row[0] for row in ranked if row[0] >= ENOUGH]
    return ranked[0] if evidence and evidence[0] >= 2 * max(evidence[1:], default=0.0) else None


def _months_near(candidate: _Candidate, month: int) -> list[_Month]:
    """Return the months of a candidate around one month; none if that is not known."""
    if not month:
        return []
    around = range(month - NEAR, month + NEAR + 1)
    return [_Month.of_packed(candidate.months[one]) for one in around if one in candidate.months]


def _likeliest(
    ranked: Iterable[tuple[float, str, str]], candidates: Mapping[str, _Candidate], month: int
) -> tuple[str, ...]:
    """Return the first candidates: by evidence if it is enough, then those in the news of those months, then the earliest."""

    def rank(row: tuple[float, str, str]) -> tuple[float, bool, int, str]:
        evidence, _, entity = row
        months = candidates[entity].months.keys()
        return -evidence if evidence >= ENOUGH else 0.0, months.isdisjoint(near), first_month(months), entity

    near = range(month - NEAR, month + NEAR + 1) if month else ()
    return tuple(entity for _, _, entity in nsmallest(MAX_CONSIDERED, ranked, rank))


def first_month(months: Iterable[int]) -> int:
    """Return the first of some months, 0 standing for none."""
    return min((month for month in months if month), default=LATE)


def _evidence(
    one: Appearance, titles: frozenset[str], context: _DocumentContext, candidate: _Candidate
) -> tuple[float, str]:
    """Return the weight of the evidence for a candidate, and its main reason."""
    near, weights = _months_near(candidate, context.month), context.weights
    if not near:
        return 0.0, "surname-only"
    shared = set().union(*(then.neighbours for then in near)) & weights.keys()
    places = sum(weights[key] == WEIGHTS["place"] for key in shared)
    score = sum(weights[key] for key in sorted(shared)) - WEIGHTS["place"] * max(places - MAX_PLACES, 0)
    if one.office_id and one.office_id in candidate.offices:
        return score + WEIGHTS["office"], "office"
    if titles & candidate.titles:
        is_there = not one.country or any(
            one.country in then.countries or not then.countries for then in near
        )
        return score + WEIGHTS["title" if is_there else "title abroad"], "title"
    return score, "neighbours"


def _may_be(one: Appearance, short: PersonName, titles: frozenset[str], candidate: _Candidate) -> bool:
    """Return whether a short name fits a candidate: no gender, title or style of a peer (`Lord Hale`) contradicts."""
    shared = titles & candidate.titles
    if is_of_peer(one.local_id) and one.office_id not in candidate.offices:
        return False
    if not _is_named(short, shared, candidate.called()):
        return False
    if one.gender and candidate.genders and one.gender not in candidate.genders:
        return False
    if not titles or shared:
        return True
    if not candidate.titles:
        return identity_words().sole.isdisjoint(titles)
    if not identity_words().sole.isdisjoint(candidate.titles):
        return False  # nobody calls a president `Secretary`
    lines = {line_of_work(title) for title in candidate.titles}
    return any(line_of_work(title) in lines for title in titles) and identity_words().sole.isdisjoint(titles)


def _is_named(short: PersonName, shared: frozenset[str], names: Sequence[PersonName]) -> bool:
    """Return whether a short name is short for a name: by surname, or by first name with a sole title (`President Vladimir`)."""
    if any(name.is_called(short) for name in names):
        return True
    is_first = any(short.words == (name.given,) for name in names)
    return is_first and not identity_words().sole.isdisjoint(shared)


def _cluster(block: Sequence[Attributes]) -> list[list[int]]:
    """Cluster the attributes of a block so that none in a cluster contradict each other; return their numbers.

    Attributes that contradict nothing join the one cluster of their country; if there is none, they are in no cluster.
    """
    poles = [i for i, attributes in enumerate(block) if any(attributes.contradicts(other) for other in block)]
    if not poles:
        return [list(range(len(block)))]
    groups = _group_poles(block, poles)
    for i, attributes in enumerate(block):
        if i in poles or not attributes.country:
            continue
        own = [group for group in groups if any(block[j].country == attributes.country for j in group)]
        if len(own) == 1:
            own[0].append(i)
    return groups


def _group_poles(block: Sequence[Attributes], poles: Iterable[int]) -> list[list[int]]:
    """Cluster attributes that contradict others: each joins the one akin cluster that it does not contradict, or is alone."""
    groups: list[list[int]] = []
    for i in poles:
        fitting = [group for group in groups if not any(block[i].contradicts(block[j]) for j in group)]
        akin = [group for group in fitting if any(_are_akin(block[i], block[j]) for j in group)]
        if len(akin) == 1:
            akin[0].append(i)
        else:
            groups.append([i])
    return groups


def _are_akin(one: Attributes, other: Attributes) -> bool:
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
        # The first one too: not everybody's surname is the last.
        words.update((name.words[-1], name.words[0]))
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


def _month(day: dt.date | None) -> int:
    if day is None:
        return 0
    return 12 * day.year + day.month


def _id_ending(attributes: str) -> str:
    return slug(attributes.replace("+", " ").replace(".", " ")) or "x"


def own_acronym_id(form: str) -> str:
    """Return the id of an acronym that no document explains."""
    return f"org-{slug(form)}"
