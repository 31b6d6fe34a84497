"""Who is who after a change: only what the changed documents bear on is asked again.

A document files facts under topics and asks under topics. When the facts of a topic changed, whoever asks under it is answered again:
for a name, with all names that some document joins to it; for a surname alone, with all who may be meant by it. An answer is the same
as if all facts were taken in, since `Corpus` keeps names and surnames apart that no fact joins.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from pipeline.nlp.identity.corpus import (
    MAX_CONSIDERED,
    NEAR,
    Corpus,
    Fact,
    Final,
    Seen,
    first_month,
    topics_of_person,
)
from pipeline.nlp.identity.facts import Facts
from pipeline.nlp.identity.names import read_name
from pipeline.run.keyed_files import KeyedFile, changed_keys, hash_keys
from pipeline.run.part_notes import ASKED, FACTS, FINAL, find_final

SURNAME = "surname "
Documents = Iterable[tuple[str, dt.date | None, list[Seen]]]


@dataclass(frozen=True, slots=True)
class PartView:
    """A part, as far as identity asks for it.

    Attributes:
        key: Of the part.
        notes: Its notes.
        results: What came of it in the run before; None for a part that changed.
        read: Gives who appears in those of its documents that are named.
    """

    key: str
    notes: KeyedFile
    results: KeyedFile | None
    read: Callable[[Iterable[str]], Documents]


@dataclass(slots=True)
class Answers:
    """What became of ids that were asked for again, and the parts in which something is not as it was."""

    finals: dict[str, Final] = field(default_factory=dict)
    dirty: set[str] = field(default_factory=set)


def answer_all(
    facts: Facts, names: Iterable[Fact], known: Iterable[Fact]
) -> Iterator[tuple[str, Sequence[Any]]]:
    """All that answers depend on, by key, from the facts of all documents. Of surnames one after the other is in memory.

    Args:
        facts: Of the rule data.
        names: The facts that tell which names there are.
        known: Those that tell when and with whom somebody appears, ascending by surname.
    """
    corpus = Corpus(facts)
    for fact in names:
        corpus.take(fact)
    corpus.settle()
    yield from corpus.settled()
    for word, own in groupby(known, key=itemgetter(1)):
        if corpus.is_short(word):
            for fact in own:
                corpus.take(fact)
            yield from corpus.settled_surname(word)


class Change:
    """What follows from a change of some parts.

    Args:
        facts: Of the rule data.
        parts: All parts as they are now.
        gone: Notes and results of the parts of the run before that are no more.
        fresh: Documents whose rows are new.
    """

    def __init__(
        self,
        facts: Facts,
        parts: Sequence[PartView],
        gone: Sequence[tuple[KeyedFile, KeyedFile]],
        fresh: Documents,
    ) -> None:
        self._facts = facts
        self._parts = parts
        self._gone = gone
        self._fresh = list(fresh)
        self._blank = Corpus(facts)
        self._found: dict[str, list[tuple[bool, Fact]]] = {}
        self._earlier: dict[str, Final | None] = {}
        self._answers = Answers()

    def answers(self) -> Answers:
        """Ask again whatever may be another now."""
        before = [notes for notes, _ in self._gone]
        after = [part.notes for part in self._parts if part.results is None]
        changed = {key.removeprefix(FACTS) for key in changed_keys(before, after) if key.startswith(FACTS)}
        surnames = {topic for topic in changed if topic.startswith(SURNAME)}
        moved = self._ask_names(changed - surnames)
        self._ask_surnames(surnames, moved)
        return self._answers

    def _facts_of(self, topic: str) -> list[Fact]:
        self._load([topic])
        return [fact for _, fact in self._found[topic]]

    def _load(self, topics: Iterable[str]) -> None:
        """Look up the facts of topics, many at once: that costs little more than one."""
        missing = sorted(topic for topic in topics if topic not in self._found)
        if not missing:  # as mostly: no part need be looked at
            return
        self._found |= {topic: [] for topic in missing}
        for part, topic, facts in self._filed(FACTS, missing):
            self._found[topic] += [(part.results is None, tuple(fact)) for fact in facts]

    def _filed(self, kind: str, topics: Sequence[str]) -> Iterator[tuple[PartView, str, Sequence[Any]]]:
        """What each part has filed under some topics."""
        keys = [f"{kind}{topic}" for topic in topics]
        hashes = hash_keys(keys)
        for part in self._parts:
            for key, values in part.notes.get_all(keys, hashes):
                yield part, key.removeprefix(kind), values

    def _joined(self, topics: Iterable[str]) -> set[str]:
        """Topics of names, with those that documents join to them by spellings of one name."""
        front = set(topics)
        found = set(front)
        while front:
            self._load(front)
            facts = [fact for topic in front for fact in self._facts_of(topic)]
            front = {f"name {name}" for fact in facts if fact[0] == "variant" for name in fact[1:]} - found
            found |= front
        return found

    def _settled(self, topics: Iterable[str]) -> Corpus:
        corpus = Corpus(self._facts)
        for topic in sorted(topics):
            for fact in self._facts_of(topic):
                if fact[0] != "known":
                    corpus.take(fact)
        corpus.settle()
        return corpus

    def _ask_names(self, changed: set[str]) -> set[str]:
        """Ask again for all under topics of names, and those joined to them; returns the surnames of all that one of these moved."""
        topics = self._joined(changed)  # all at once; then each is there
        groups = {frozenset(self._joined([topic])) for topic in changed}
        corpus, surnames = self._settled(topics), set[str]()
        asked = self._asked(topics)
        for group in groups:
            moved = [
                self._note(part, local_id, corpus.final(local_id))
                for topic in group
                for part, local_id in asked.get(topic, ())
            ]
            if any(moved):
                surnames |= self._borne(group)
        return surnames

    def _asked(self, topics: Iterable[str]) -> Mapping[str, list[tuple[PartView, str]]]:
        """The ids that are asked for under each topic of names, with their parts."""
        asked: defaultdict[str, list[tuple[PartView, str]]] = defaultdict(list)
        for part, topic, values in self._filed(ASKED, sorted(topics)):
            asked[topic] += [(part, local_id) for local_id, _, _ in values]
        self._load_earlier(pair for own in asked.values() for pair in own)
        return asked

    def _borne(self, topics: Iterable[str]) -> set[str]:
        """The surnames that names bear."""
        facts = (fact for topic in topics for fact in self._facts_of(topic))
        return {f"{SURNAME}{fact[1]}" for fact in facts if fact[0] == "bears"}

    def _load_earlier(self, asked: Iterable[tuple[PartView, str]]) -> None:
        """Look up what ids of parts that changed became in the run before, whatever part had them."""
        ids = sorted({local_id for part, local_id in asked if part.results is None} - self._earlier.keys())
        self._earlier |= dict.fromkeys(ids)
        keys = [f"{FINAL}{local_id}" for local_id in ids]
        hashes = hash_keys(keys)
        kept = (other.results for other in self._parts if other.results is not None)
        for results in chain((results for _, results in self._gone), kept):
            for key, rows in results.get_all(keys, hashes):
                local_id = key.removeprefix(FINAL)
                if rows and self._earlier[local_id] is None:
                    self._earlier[local_id] = Final.of_row(rows[0])

    def _note(self, part: PartView, local_id: str, final: Final) -> bool:
        """Keep an answer; returns whether it is another than before. Of an id that is new all that bears on others are its facts."""
        self._answers.finals[local_id] = final
        if part.results is not None:
            if (find_final([part.results], local_id) or Final(local_id)) == final:
                return False
            self._answers.dirty.add(part.key)
            return True
        self._load_earlier([(part, local_id)])
        return self._earlier[local_id] not in (None, final)

    def _ask_surnames(self, changed: set[str], moved: set[str]) -> None:
        """Ask again for all who are open under changed surnames, and for everybody in the fresh documents."""
        documents = [(part, *row) for part, ids in self._asking(changed, moved) for row in part.read(ids)]
        topics: set[str] = set()
        for seen in (*(row[-1] for row in documents), *(row[-1] for row in self._fresh)):
            topics |= {topic for one in seen for topic, _ in self._blank.asked(one)}
        surnames = sorted(topic for topic in topics if topic.startswith(SURNAME))
        self._load(surnames)
        names = topics.difference(surnames).union(*map(self._bearers, surnames))
        corpus = self._settled(self._joined(names))
        for fact in (fact for surname in surnames for fact in self._facts_of(surname)):
            if fact[0] == "known":
                corpus.take(fact)
        again = changed | moved
        questions = [
            [asked for one in seen for topic, asked in corpus.asked(one) if topic in again]
            for *_, seen in documents
        ]
        self._load_earlier(
            (part, asked) for (part, *_), own in zip(documents, questions, strict=True) for asked in own
        )
        for (part, _, day, seen), own in zip(documents, questions, strict=True):
            finals = corpus.answer(seen, day)
            for asked in own:
                self._note(part, asked, finals[asked])
        for _, day, seen in self._fresh:
            self._answers.finals |= corpus.answer(seen, day)

    def _bearers(self, surname: str) -> set[str]:
        """The topics of all who may be meant by a surname."""
        known = (fact for fact in self._facts_of(surname) if fact[0] == "known")
        return {topic for fact in known for topic in topics_of_person(fact[2])}

    def _asking(self, changed: set[str], moved: set[str]) -> Iterator[tuple[PartView, set[str]]]:
        """The documents of each part in which somebody is open under a changed surname."""
        reaches = self._reaches(changed - moved)
        asking: defaultdict[str, set[str]] = defaultdict(set)
        parts = {}
        for part, surname, values in self._filed(ASKED, sorted(changed | moved)):
            reach = reaches.get(surname)
            ids = {
                doc_id
                for local_id, doc_id, month in values
                if reach is None or _is_reached(part, local_id, month, reach)
            }
            if ids:
                parts[part.key] = part
                asking[part.key] |= ids
        for key, part in parts.items():
            yield part, asking[key]

    def _reaches(self, surnames: set[str]) -> dict[str, _Reach]:
        """Where changed surnames may mean others than before."""
        self._load(surnames)
        ordered = sorted(surnames)
        keys = [f"{FACTS}{surname}" for surname in ordered]
        hashes = hash_keys(keys)
        gone: defaultdict[str, list[Fact]] = defaultdict(list)
        for notes, _ in self._gone:
            for key, facts in notes.get_all(keys, hashes):
                gone[key.removeprefix(FACTS)] += map(tuple, facts)
        return {surname: self._reach(surname, gone[surname]) for surname in ordered}

    def _reach(self, surname: str, old: Sequence[Fact]) -> _Reach:
        now = [(is_new, fact) for is_new, fact in self._found[surname] if fact[0] == "known"]
        old = [fact for fact in old if fact[0] == "known"]
        differing = _differing(old, [fact for is_new, fact in now if is_new])
        months = frozenset(int(fact[7]) + step for fact in differing for step in range(-NEAR, NEAR + 1))
        after = _by_person(fact for _, fact in now)
        before = _by_person([*(fact for is_new, fact in now if not is_new), *old])
        others = _others(before, after, {fact[2] for fact in differing})
        if not others:
            return _Reach(months)
        others |= self._joined_with(others, before.keys() | after.keys())
        first = min(_bearer(told.get(one, ())).first for told in (before, after) for one in others)
        return _Reach(months, first, {one: own for one, own in after.items() if one not in others})

    def _joined_with(self, others: Iterable[str], every: Iterable[str]) -> set[str]:
        """Who is one person with some by another spelling, and so counts for them."""
        topics = self._joined(topic for one in others for topic in topics_of_person(one))
        return {one for one in every if not topics.isdisjoint(topics_of_person(one))}


def _others(
    before: Mapping[str, Sequence[Fact]], after: Mapping[str, Sequence[Fact]], touched: Iterable[str]
) -> set[str]:
    """Those of some persons who are told of in another way than before."""
    return {one for one in touched if _bearer(before.get(one, ())) != _bearer(after.get(one, ()))}


def _differing(old: Sequence[Fact], new: Sequence[Fact]) -> list[Fact]:
    """The facts of which there are not as many as before."""
    by_key = {repr(fact): fact for fact in (*old, *new)}
    counts = Counter(map(repr, new))
    counts.subtract(map(repr, old))
    return [by_key[key] for key, count in counts.items() if count]


def _by_person(facts: Iterable[Fact]) -> Mapping[str, Sequence[Fact]]:
    """The facts of each bearer of a surname."""
    own: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        own[fact[2]].append(fact)
    return own


@dataclass(frozen=True, slots=True)
class _Bearer:
    """What is said of somebody who bears a surname, whatever the month.

    Attributes:
        said: Names, titles, gender and office, as documents have them together.
        first: The first month.
    """

    said: frozenset[str]
    first: int


def _bearer(facts: Sequence[Fact]) -> _Bearer:
    return _Bearer(frozenset(repr(fact[3:7]) for fact in facts), first_month(fact[7] for fact in facts))


@dataclass(frozen=True, slots=True)
class _Reach:
    """Where a changed surname may mean others than before.

    Attributes:
        months: Those around the changes.
        first: The first month of those who came, went or are told of in another way; None where nobody is.
        known: The facts of the others.
    """

    months: frozenset[int]
    first: int | None = None
    known: Mapping[str, Sequence[Fact]] = field(default_factory=dict)

    def spares(self, final: Final) -> bool:
        """Whether an answer for a far month stays: as many are told of as may be, all known for longer than those who changed.

        Far from their months nothing speaks for these, so they neither are meant nor come before the others.
        """
        if self.first is None:
            return True
        known = [self.known.get(one, ()) for one in final.considered]
        return (
            len(known) == MAX_CONSIDERED
            and all(first_month(fact[7] for fact in told) < (self.first or 0) for told in known)
            # Where all have a suffix, one without would be meant before them.
            and any(not read_name(name).suffix for told in known for fact in told for name in fact[3])
        )


def _is_reached(part: PartView, local_id: str, month: int, reach: _Reach) -> bool:
    """Whether an open surname of a document may mean another than before."""
    if month in reach.months:
        return True
    if part.results is None:
        return reach.first is not None
    return not reach.spares(find_final([part.results], local_id) or Final(local_id))


def patched(
    earlier: Sequence[KeyedFile], documents: Documents, blank: Corpus, finals: Mapping[str, Final]
) -> dict[str, Final]:
    """What became of the ids of some documents: as was answered now, else as before.

    Args:
        earlier: Results of the run before.
        documents: The documents.
        blank: Tells who asks.
        finals: The answers of now.
    """
    found: dict[str, Final] = {}
    for local_id in {asked for _, _, seen in documents for one in seen for _, asked in blank.asked(one)}:
        final = finals.get(local_id) or find_final(earlier, local_id)
        if final is None:
            raise ValueError(f"nobody was asked for {local_id}")
        found[local_id] = final
    return found
