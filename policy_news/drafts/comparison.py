"""Holds two sentences against each other, slot by slot: the same, different, or undecided."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain, combinations, groupby, pairwise, product
from typing import Literal, NamedTuple

from policy_news.drafts.amounts import RANK, Amount, Day
from policy_news.drafts.finding import Difference
from policy_news.drafts.lexis import are_opposite, find_slot, keys_of, lemma, slot_words
from policy_news.drafts.slots import Clause, Item, Proposition, classes_of
from policy_news.drafts.speaker_match import name_matches
from policy_news.nlp.text_reuse import plain_words
from policy_news.nlp.who.words import peoples
from policy_news.rules.word_lists import is_ordinary

State = Literal["equal", "differs", "unknown"]
_LIKE = 1e-6
_DOLLARS = frozenset(("$", "USD", "AUD", "CAD", "NZD", "HKD"))
_EXCLUDING = (frozenset(("less", "more")), frozenset(("earlier", "later")), frozenset(("dozens", "hundreds", "thousands", "millions", "billions")))  # fmt: skip
_TOLD = frozenset(("percent", "points", "times", RANK))
"""Units that nobody leaves out."""
_ROUND = {"about": (0.95, 1.05), "more": (1, 1.15), "less": (0.85, 1)}
"""How many times as much a document may have as a draft that says so."""
_NEAR, _DIGITS = 0.05, 3
"""Share by which a rounded number differs, and digits that are not rounded."""
_SHARE = re.compile(r"(?:^O|\so)f\s(?:(?:the|its|his|her|their|all|those)\s)*")
_WAY = re.compile(r"\b([A-Za-z]+)\s(?:(?:the|an?|its|his|her|their)\s)?$")
"""The word before a noun with its article."""
_STOPS = re.compile(r"[,;:]|\b(?:and|but)\b")
"""What ends that which a word governs."""
_NEAR_WORDS = 30
"""Characters in which these stand."""
_HEDGES = frozenset(("likely", "possible"))
"""Classes of modality that leave it open."""
_NEGATED = 3
"""Letters that more than as many follow `un` of (`until` is not one)."""
_COUNTED = 3
"""Words behind an amount, one of which it counts."""
_SOME = 0.34
"""Share of the words of a clause up to which they may be negated otherwise: one may be paired with the same word elsewhere."""


class SlotFound(NamedTuple):
    """A slot of two sentences.

    Attributes:
        draft: What the draft has there.
        pile: What the document has.
        is_sure: Whether both stand in the same place also where nobody is said to have said it.
    """

    slot: str
    state: State
    draft: str = ""
    pile: str = ""
    is_sure: bool = True

    @property
    def note(self) -> str:
        """The same in words."""
        return f"{self.slot} differs: {self.draft or 'nothing'} for {self.pile}"

    @property
    def difference(self) -> Difference:
        """The same for a finding."""
        return (self.slot, self.draft, self.pile)


@dataclass(frozen=True)
class Compared:
    """Two sentences held against each other.

    Attributes:
        matter: Share of the words of the draft, apart from those that slots decide, that the other one has.
        pairs: Words and names of both that mean the same.
        loose: Words of the draft that the other one does not have.
        shared: How many words, names, numbers and days both have.
        has_other_tail: Whether the other one lacks a word of a time or cause (`once it is closed`).
    """

    matter: float
    pairs: tuple[tuple[Item, Item], ...]
    loose: tuple[Item, ...]
    slots: tuple[SlotFound, ...]
    shared: int
    has_other_tail: bool = False

    def of(self, state: State) -> list[SlotFound]:
        """Return the slots in a state."""
        return [one for one in self.slots if one.state == state]


def compare(
    draft: Proposition, pile: Proposition, around: Proposition | None = None, known: Set[str] = frozenset()
) -> Compared:
    """Hold a sentence of a draft against one of a document.

    Args:
        pile: What a claim of the document says.
        around: The whole sentence in which that stands: its names count too.
        known: All words of the document: a name that it does not have is wrong wherever it stands.
    """
    pairs, opposite = _pair_words(draft, pile)
    named = list(_pair_names(draft, pile))
    paired = {id(mine) for mine, _ in (*pairs, *opposite)}
    loose = [one for one in draft.words if id(one) not in paired]
    loose = [one for one in loose if not _stands_for_name(one, pile, named)]
    case = _Case(draft, pile, [*pairs, *opposite, *named], opposite, named, around or pile, known)
    slots = tuple(slot for read in _SLOTS for slot in read(case))
    values = sum(slot.slot in {"number", "day"} and slot.state == "equal" for slot in slots)
    whole = len(draft.words) + len(named) + values
    tails = {one.number for one in draft.clauses if {*one.words[:1]}.intersection(slot_words().tails)}
    is_other = any(one.clause in tails for one in loose)
    matter = (whole - len(loose)) / max(whole, 1)
    return Compared(matter, tuple(case.pairs), tuple(loose), slots, len(case.pairs) + values, is_other)


@dataclass(frozen=True)
class _Case:
    draft: Proposition
    pile: Proposition
    pairs: list[tuple[Item, Item]]
    opposite: list[tuple[Item, Item]]
    named: list[tuple[Item, Item]]
    around: Proposition
    known: Set[str]

    @cached_property
    def paired(self) -> Mapping[int, Pairs]:
        """The pairs by the clause of the draft, ascending."""
        ordered = sorted(self.pairs, key=lambda pair: pair[0].clause)
        return {number: list(own) for number, own in groupby(ordered, lambda pair: pair[0].clause)}

    @cached_property
    def clauses(self) -> Mapping[int, int]:
        """By the clause of the draft the one of the document that has most of it, if that is enough."""
        found = {}
        for number, own in self.paired.items():
            counts = Counter(theirs.clause for _, theirs in own)
            best, count = max(counts.items(), key=lambda one: (one[1], one[0] == own[-1][1].clause))
            if count * 3 >= self.draft.sizes[number]:
                found[number] = best
        return found


Pair = tuple[Item, Item]
Pairs = list[Pair]


def _pair_words(draft: Proposition, pile: Proposition) -> tuple[Pairs, Pairs]:
    """Return words of both that mean the same, and those that mean the opposite; each is used once, equal ones first."""
    free, left = dict(enumerate(pile.words)), draft.words
    pairs: Pairs = []
    for is_exact in (True, False):
        rest = []
        for one in left:
            alike = free.keys() & {number for key in keys_of(one.key) for number in pile.by_key.get(key, ())}
            # The one beside the word that was paired last: a word may stand there twice.
            near = pairs[-1][1].start if pairs else 0
            fitting = [
                (abs(free[number].start - near), number)
                for number in alike
                if not is_exact or free[number].key == one.key
            ]
            if fitting:
                pairs.append((one, free.pop(min(fitting)[1])))
            else:
                rest.append(one)
        left = rest
    return pairs, list(_pair_opposite(left, list(free.values())))


def _pair_opposite(left: Iterable[Item], free: list[Item]) -> Iterator[Pair]:
    """Yield words with the first one that is left and means the opposite."""
    for one in left:
        for other in [other for other in free if are_opposite(one.key, other.key)][:1]:
            free.remove(other)
            yield one, other


def _pair_names(draft: Proposition, pile: Proposition) -> Iterator[tuple[Item, Item]]:
    """Yield names of both that may be of one; where one stands several times, those in the same order."""
    used: set[int] = set()
    # A name at the beginning may be a word too (`Prat`), and a word a name.
    first = {lemma(one.key) for one in draft.names if not one.start}
    words = [one for one in pile.words if pile.text[one.start].isupper() or one.key in first]
    others = [*pile.names, *words]
    for one in draft.names:
        fitting = [number for number, other in enumerate(others) if may_be_one(one.key, other.key)]
        if fitting:
            best = next((number for number in fitting if number not in used), fitting[0])
            used.add(best)
            yield one, others[best]


def may_be_one(one: str, other: str) -> bool:
    """Return whether two names may be of one: one has the words of the other, stands for it, or is derived from it (`France`, `French`)."""
    first, second = one.split(), other.split()
    if other in (one, lemma(one)) or name_matches(one, other):
        return True
    return len(first) == len(second) == 1 and len(one) > 4 and one[:4] == other[:4]


@cache
def generic_nouns() -> frozenset[str]:
    """Return nouns that may stand for the name of a body or person (`the company`)."""
    return frozenset(slot_words().generic)


def _stands_for_name(one: Item, pile: Proposition, named: Sequence[tuple[Item, Item]]) -> bool:
    """Return whether a noun may stand for a name of the document that the draft does not have."""
    taken = {id(other) for _, other in named}
    return one.key in generic_nouns() and any(id(other) not in taken for other in pile.names)


def _polarity(case: _Case) -> Iterator[SlotFound]:
    for number, own in case.paired.items():
        if len(own) * 3 >= case.draft.sizes[number]:
            found = _clause_polarity(case.draft.clauses[number], own, case)
            is_sure = (found.slot, found.state) != ("polarity", "differs")
            is_open = not is_sure and (_has_negative(own, case) or _denies_beside(own, case))
            yield found._replace(state="unknown") if is_open else found


def _clause_polarity(clause: Clause, own: Sequence[tuple[Item, Item]], case: _Case) -> SlotFound:
    """Return whether a clause of the draft is as negated as the words of the document with which its own are paired."""
    turned = case.draft.is_rejected != case.pile.is_rejected
    if turned and not set(slot_words().sayings).isdisjoint(clause.words):
        return SlotFound("polarity", "unknown")  # who calls a claim wrong and who denies it say the same
    negated = [case.pile.clauses[theirs.clause].is_negated for _, theirs in own]
    differing = sum(other != clause.is_negated for other in negated) / len(own)
    if not turned and not clause.is_negated and any(negated) and _has_whole(case, clause.number):
        return SlotFound("polarity", "differs", _sign(False), _sign(True))
    if (0 < differing < 1 and not turned) or _SOME < differing < 1 - _SOME:
        # A word may be paired with the same one of another clause: the last clause, which has the verb, may still agree.
        agrees = negated[-1] == clause.is_negated and not turned and clause.is_negated
        is_mostly = differing <= _SOME and (clause.is_negated or turned)
        return SlotFound("polarity", "equal" if agrees or is_mostly else "unknown")
    return _turned(clause, own, case, differs=(differing > _SOME) != turned)


def _turned(clause: Clause, own: Sequence[tuple[Item, Item]], case: _Case, *, differs: bool) -> SlotFound:
    """Return whether words of opposite sense undo or make a difference of polarity."""
    turns = [pair for pair in case.opposite if pair[0].clause == clause.number]
    if differs == bool(len(turns) % 2):
        return SlotFound("polarity", "equal")
    if turns:
        return SlotFound("opposite", "differs", turns[0][0].key, turns[0][1].key)
    mine = clause.is_negated != case.draft.is_rejected
    state: State = "unknown" if len(own) == 1 and case.draft.amounts else "differs"
    return SlotFound("polarity", state, _sign(mine), _sign(not mine))


def _has_negative(own: Pairs, case: _Case) -> bool:
    """Return whether a clause has a word that negates another one itself (`unserviced`), and the other one has not."""
    paired = {id(one) for one in chain.from_iterable(case.pairs)}
    clauses = {own[0][0].clause}, {theirs.clause for _, theirs in own}
    return any(
        id(word) not in paired and word.clause in numbers and _is_negative(text.text, word)
        for text, numbers in zip((case.draft, case.pile), clauses, strict=True)
        for word in text.words
    )


def _denies_beside(own: Pairs, case: _Case) -> bool:
    """Return whether another clause of the draft has the denial: `had generators without fuel` for `generators had no fuel`."""
    denied = {theirs.clause for _, theirs in own if case.pile.clauses[theirs.clause].is_negated}
    return any(
        theirs.clause in denied and case.draft.clauses[mine.clause].is_negated
        for mine, theirs in case.pairs
        if mine.clause != own[0][0].clause
    )


def _is_negative(text: str, item: Item) -> bool:
    word = text[item.start : item.end].lower()
    bare = word.removeprefix("un")
    # `They had no choice` denies only the choice.
    is_object = text[: item.start].lower().endswith((" no ", " any "))
    return (
        is_object or word in slot_words().lacking or (len(word) > len(bare) > _NEGATED and is_ordinary(bare))
    )


def _has_whole(case: _Case, number: int) -> bool:
    """Return whether a clause of the draft has all words of a negated clause of the document."""
    paired = {id(theirs) for _, theirs in case.paired[number]}
    clauses = [
        [one for one in case.pile.words if one.clause == other.number]
        for other in case.pile.clauses
        if other.is_negated
    ]
    return any(own and all(id(one) in paired for one in own) for own in clauses)


def _sign(negated: bool) -> str:
    return "denied" if negated else "asserted"


def _modality(case: _Case) -> Iterator[SlotFound]:
    filled = {item.clause for item in case.pile.items}
    # `the bridge, which was old, may fall`: a clause without words of its own goes on with the one before.
    bare = {word for clause in case.pile.clauses if clause.number not in filled for word in clause.modality}
    for number, other in case.clauses.items():
        mine, theirs = case.draft.clauses[number], case.pile.clauses[other]
        if bare and not theirs.modality:
            yield _classed("modality", mine.modality or {"fact"}, bare)
            continue
        yield _hedged(mine.modality, theirs.modality) or _classed("modality", mine.modality or {"fact"}, theirs.modality or {"fact"}, both_negated=mine.is_negated and theirs.is_negated)  # fmt: skip


def _joined(words: Iterable[str]) -> str:
    return " ".join(sorted(words))


def _hedged(mine: set[str], theirs: set[str]) -> SlotFound | None:
    """Return that one of two clauses with the same modal verb has a hedge beside it (`would probably`)."""
    if not mine & theirs or mine & _HEDGES == theirs & _HEDGES:
        return None
    state: State = "differs" if theirs & _HEDGES else "unknown"
    return SlotFound("modality", state, _joined(mine), _joined(theirs))


def _side(case: _Case) -> Iterator[SlotFound]:
    """Yield that one has `against` where the other lacks it."""
    sides = find_slot("side").classes
    for number, other in case.clauses.items():
        words = set(case.draft.clauses[number].words), set(case.pile.clauses[other].words)
        mine, theirs = (not own.isdisjoint(sides["against"]) for own in words)
        if mine != theirs:
            is_for = not words[mine].isdisjoint(sides["for"])
            names = ("against", "for") if mine else ("for", "against")
            yield SlotFound("side", "differs" if is_for else "unknown", *names)


def _degree(case: _Case) -> Iterator[SlotFound]:
    for number, other in case.clauses.items():
        mine, theirs = case.draft.clauses[number].degree, case.pile.clauses[other].degree
        left = mine - theirs, theirs - mine
        if any(left[0] & group and left[1] & group for group in _EXCLUDING):
            own = [pair[1].start for pair in sorted(case.paired[number], key=lambda pair: pair[0].start)]
            turned = len(own) > 1 and own[0] > own[-1]
            yield SlotFound("degree", "unknown" if turned else "differs", _joined(mine), _joined(theirs))


def _quantifier(case: _Case) -> Iterator[SlotFound]:
    in_draft, in_pile = (
        {item.clause: item.quantifier for item in one.items if item.quantifier}
        for one in (case.draft, case.pile)
    )
    for mine, theirs in case.pairs:
        own, other = mine.quantifier, theirs.quantifier
        if own and not other:
            other = in_pile.get(case.clauses.get(mine.clause, 0), "")
        elif other and not own:
            own = in_draft.get(mine.clause, "")
        if own and other:
            yield _classed("quantifier", {own}, {other})
        elif own in {"all", "most"} or other in {"some", "few"}:
            yield SlotFound("quantifier", "unknown", own, other)


def _classed(slot: str, mine: set[str], theirs: set[str], *, both_negated: bool = False) -> SlotFound:
    """Return the state of a slot by classes of words: different unless one class is in both, or two that may mean the same."""
    if mine & theirs:
        return SlotFound(slot, "equal")
    like = find_slot(slot).like
    near = any((one, two) in like or (two, one) in like for one in mine for two in theirs)
    if near:
        return SlotFound(
            slot, "equal" if {"fact", "future"} >= mine | theirs or slot == "quantifier" else "unknown"
        )
    # Who leaves open what the document tells says less, and nothing else.
    is_open = both_negated or (mine <= _HEDGES and theirs.isdisjoint(_HEDGES | {"duty"}))
    return SlotFound(slot, "unknown" if is_open else "differs", _joined(mine), _joined(theirs))


def _condition(case: _Case) -> Iterator[SlotFound]:
    if case.pile.has_condition and not case.draft.has_condition:
        # The condition counts only if the draft tells what depends on it: the clause before it, or behind one that comes first.
        filled = {one.clause for one in case.pile.items}
        main = [one.number for one in case.pile.clauses if not one.is_condition and one.number in filled]
        first = next(one.number for one in case.pile.clauses if one.is_condition)
        near = [number for number in main if number < first][-1:] or main[:1]
        depends = any(other in near for _, other in case.clauses.items())
        text = next(" ".join(clause.words) for clause in case.pile.clauses if clause.is_condition)
        yield SlotFound("condition", "differs" if depends else "unknown", "", text)
    elif case.draft.has_condition and not case.pile.has_condition:
        yield SlotFound("condition", "unknown")


def _alternative(case: _Case) -> Iterator[SlotFound]:
    """Yield that the draft tells only what happens if a duty is not met: `they must pay or he would stop the sale`."""
    if case.draft.has_condition:
        return
    for number, other in case.clauses.items():
        before = case.pile.clauses[:other]
        opens = {*case.pile.clauses[other].words[:1]} - {*case.draft.clauses[number].words}
        if opens & {"or", "otherwise"} and any("duty" in one.modality for one in before):
            yield SlotFound("condition", "differs", "", " ".join(before[-1].words))


def _sequence(case: _Case) -> Iterator[SlotFound]:
    """Yield whether what stands behind `before`, `after` or `because` stands behind the same word in the document."""
    markers = list(_markers(case.draft))
    for word, start, end in markers:
        head, tail = _around(case, start, end, alone=len(markers) == 1)
        if head and tail and head != tail and not _STOPS.search(case.draft.text, end, tail[0].start):
            yield _ordered(case, word, head, tail)


def _around(case: _Case, start: int, end: int, *, alone: bool) -> tuple[Pair | None, Pair | None]:
    """Return the words before and behind a place, or behind a comma what a sentence that begins there goes on with."""
    ordered = sorted(case.pairs, key=lambda pair: pair[0].start)
    before = [pair for pair in ordered if pair[0].end <= start]
    behind = [pair for pair in ordered if pair[0].start >= end]
    comma = case.draft.text.find(",", end) if alone else -1
    fronted = next((pair for pair in behind if pair[0].start > comma > 0), None)
    return (before[-1] if before else fronted), next(iter(behind), None)


def _ordered(case: _Case, word: str, head: Pair, tail: Pair) -> SlotFound:
    """Return whether a document has the same word of order before the same of two words, or the opposite before the other."""
    other, turned = (_marker_of(case.pile, pair[1].start) for pair in (tail, head))
    told = other or turned
    ways = classes_of("sequence")
    if not told and ways[word] == "than" and not _is_turned(head, tail):
        return SlotFound("order", "equal")
    if not told or {ways[word], ways[told]} not in ({ways[word]}, {"after", "before"}):
        return SlotFound("order", "unknown", word, told)
    if (ways[word] == ways[told]) == bool(other):
        return SlotFound("order", "equal")
    said = f"{_written(case.draft, head[0])} {word} {_written(case.draft, tail[0])}"
    places = (head, tail) if other else (tail, head)
    return SlotFound(
        "order", "differs", said, f" {told} ".join(_written(case.pile, pair[1]) for pair in places)
    )


def _written(one: Proposition, item: Item) -> str:
    return one.text[item.start : item.end]


@cache
def _sequence_words() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(classes_of('sequence'))})\b(?!\s(?:of|to)\b)")


def _markers(one: Proposition) -> Iterator[tuple[str, int, int]]:
    """Yield the words that say in which order or for which reason things happen, with their places."""
    for match in _sequence_words().finditer(one.text.lower()):
        values = (value.start for value in chain[Amount | Day](one.amounts, one.days))
        if not any(start - 1 <= match.end() <= start for start in values):
            yield match[0], *match.span()


def _marker_of(one: Proposition, offset: int) -> str:
    """Return the word of order or reason that governs a place: the last one before it, in its clause."""
    found = [(word, end) for word, _, end in _markers(one) if end <= offset]
    if not found or _STOPS.search(one.text, found[-1][1], offset):
        return ""
    return found[-1][0]


def _amounts(case: _Case) -> Iterator[SlotFound]:
    shares = _shares(case.pile)
    for part, whole in _shares(case.draft):
        if (whole, part) in shares:
            yield SlotFound("number", "differs", f"{part:g} of {whole:g}", f"{whole:g} of {part:g}")
    last: dict[str, int] = {}
    for mine in case.draft.amounts:
        equal = [one for one in case.pile.amounts if _is_amount(mine, one)]
        counts = [found for found in _counts(mine, case) if found]
        # In another order than the document has them it is open what each counts that has no noun of its own.
        is_sure = any(has_amount(found, mine) for found in counts)
        is_turned = bool(equal) and not is_sure and all(one.unit and one.start < last.get(one.unit, 0) for one in equal)  # fmt: skip
        last |= {one.unit: max(last.get(one.unit, 0), one.start) for one in equal}
        yield (
            _exchanged(mine, equal, counts, case)
            or (SlotFound("number", "unknown", _text(case.draft, mine)) if is_turned else None)
            or _repeated(mine, equal, case)
            or _bounded(mine, equal, case)
            or _rounded(mine, case)
            or _other_amount(mine, counts, case)
        )


def _exchanged(
    mine: Amount, equal: Sequence[Amount], counts: Sequence[Sequence[Amount]], case: _Case
) -> SlotFound | None:
    """Return that an amount counts something else: `nine women and eleven men` for `eleven women and nine men`."""
    wrong = [found for found in counts if not has_amount(found, mine)]
    if not wrong or not any(_counted(case.pile, one) for one in equal):
        return None
    # It is sure if both are exchanged, or the draft has only one.
    others = [other for other in case.draft.amounts if other is not mine]
    is_sure = not has_amount(case.draft.amounts, wrong[0][0]) or any(
        found and not has_amount(found, other) for other in others for found in _counts(other, case)
    )
    return SlotFound(
        "number", "differs" if is_sure else "unknown", _text(case.draft, mine), _text(case.pile, wrong[0][0])
    )


def _shares(one: Proposition) -> set[tuple[float, float]]:
    """Return the parts of wholes: 30 and 50 of `30 of the 50 works`."""
    first = [one.amounts[0]] if one.amounts and _SHARE.search(one.text[: one.amounts[0].start]) else []
    pairs = [pair for pair in pairwise(one.amounts) if _SHARE.fullmatch(one.text, pair[0].end, pair[1].start)]
    return {(a.value, b.value) for a, b in (*pairs, *product(one.amounts[1:], first))}


def _repeated(mine: Amount, equal: Sequence[Amount], case: _Case) -> SlotFound | None:
    """Return that it is open what an amount counts that the draft has more often than the document."""
    is_more = 0 < len(equal) < sum(_is_amount(mine, one) for one in case.draft.amounts)
    return SlotFound("number", "unknown", _text(case.draft, mine)) if is_more else None


def _bounded(mine: Amount, equal: Sequence[Amount], case: _Case) -> SlotFound | None:
    """Return whether an equal amount has the same bound; `more than 90` is not `less than 90`."""
    if not equal:
        return None
    own, other = f"{mine.bound} {_text(case.draft, mine)}", f"{equal[0].bound} {_text(case.pile, equal[0])}"
    if mine.per not in {"", *(one.per for one in equal)}:
        is_told = all(one.per for one in equal)
        own += f" a {mine.per}"
        other += f" a {equal[0].per}" if equal[0].per else ""
        return SlotFound("number", "differs" if is_told else "unknown", own.strip(), other.strip())
    bounds = {one.bound for one in equal}
    state: State = "equal" if mine.bound in {*bounds, "about"} else "unknown"
    if {mine.bound, *bounds} == {"more", "less"}:
        state = "differs"
    return SlotFound("number", state, own.strip(), other.strip())


def _rounded(mine: Amount, case: _Case) -> SlotFound | None:
    """Return whether an amount is a rounded one of the document."""
    states = {_rounds(mine, one) for one in case.pile.amounts} - {"differs"}
    if not states:
        return None
    return SlotFound("number", "equal" if "equal" in states else "unknown", _text(case.draft, mine))


def _other_amount(mine: Amount, counts: Sequence[Sequence[Amount]], case: _Case) -> SlotFound:
    """Return which amount the document has in the place of one that it does not have."""
    free = [one for one in case.pile.amounts if not has_amount(case.draft.amounts, one)]
    near = [one for one in free if _is_unit(one.unit, mine.unit) or abs(one.value - mine.value) < _LIKE]
    counted = [one for one in near if any(one is other for found in counts for other in found)]
    if not counted and mine.unit in {"", RANK} and _counted(case.draft, mine):
        near = [one for one in near if mine.unit != RANK and not _counted(case.pile, one)]
    if not (found := counted or near):
        return SlotFound("number", "unknown", _text(case.draft, mine))
    other = _likeliest(mine, found, case)
    is_measured = {"", RANK}.isdisjoint((mine.unit, other.unit))
    is_sure = bool(counted) or is_measured or _is_part(mine, other, case)
    return SlotFound("number", "differs", _text(case.draft, mine), _text(case.pile, other), is_sure)


def _likeliest(mine: Amount, found: Sequence[Amount], case: _Case) -> Amount:
    """Return which of several amounts stands in the place of one: with its digits (`£3bn` for `£3m`), else as far on as it."""
    place = case.draft.amounts.index(mine)
    far = {id(one): abs(number - place) for number, one in enumerate(case.pile.amounts)}
    return min(found, key=lambda one: (_digits(one) != _digits(mine), far[id(one)]))


def _is_part(mine: Amount, other: Amount, case: _Case) -> bool:
    """Return whether two amounts are parts of one whole (`five of the nine`)."""
    wholes = {whole for part, whole in _shares(case.draft) if part == mine.value}
    return (other.value, *wholes) in _shares(case.pile)


def has_amount(amounts: Sequence[Amount], wanted: Amount) -> bool:
    """Return whether an amount is among some, whichever of two is the draft's."""
    return any(_is_amount(one, wanted) for one in amounts)


def _text(one: Proposition, amount: Amount) -> str:
    return one.text[amount.start : amount.end]


def _is_other_kind(one: Amount, other: Amount) -> bool:
    return bool(
        (one.noun and other.unit) or (other.noun and one.unit)
    )  # `three seasons` are not three months


def _is_amount(one: Amount, other: Amount) -> bool:
    if _is_other_kind(one, other):
        return False
    return abs(one.value - other.value) < _LIKE * max(one.value, 1) and _is_unit(one.unit, other.unit)


def _rounds(mine: Amount, other: Amount) -> State:
    """Return whether an amount of the draft may be a rounded one: told by its bound, or only by its zeros."""
    if mine.value == other.value and {mine.unit, other.unit} == {"", RANK}:
        return "unknown"  # `round six` is the sixth one
    low, high = _ROUND.get(mine.bound, (1 - _NEAR, 1 + _NEAR))
    if (
        _is_other_kind(mine, other)
        or not _is_unit(mine.unit, other.unit)
        or RANK in (mine.unit, other.unit)
        or other.bound not in {"", mine.bound}
        or not low <= other.value / max(mine.value, _LIKE) <= high
    ):
        return "differs"
    return "equal" if mine.bound else "unknown" if len(_digits(mine)) < _DIGITS else "differs"


def _digits(one: Amount) -> str:
    """Return the digits of a number without the zeros of its size."""
    return f"{one.value:g}".partition("e")[0].replace(".", "").rstrip("0")


def _counted(one: Proposition, amount: Amount) -> list[Item]:
    """Return the words one of which an amount counts: the first behind it; before one with a unit the last (`to capture 12%`)."""
    others = [other for other in one.amounts if other is not amount]
    if amount.unit not in {"", RANK}:
        start = max((other.end for other in others if other.end <= amount.start), default=0)
        before = [item for item in one.words if start <= item.start < amount.start]
        return [] if one.text[: amount.start].rstrip().endswith("from") else before[-1:]
    stop = re.compile(r"[,;:.()]|\band\b").search(one.text, amount.end)
    ends = [other.start for other in others if other.start >= amount.end]
    end = min([*ends, stop.start() if stop else len(one.text)])
    return [item for item in one.words if amount.end <= item.start < end][:_COUNTED]


def _counts(mine: Amount, case: _Case) -> Iterator[list[Amount]]:
    """Yield, for each word that an amount of the draft may count, the amounts of the document that may count it."""
    counted = [
        (other, _counted(case.pile, other)) for other in case.pile.amounts if _is_unit(mine.unit, other.unit)
    ]
    for item in _counted(case.draft, mine):
        keys = keys_of(item.key)
        yield [other for other, words in counted if any(keys & keys_of(one.key) for one in words)]


def _is_unit(one: str, other: str) -> bool:
    is_left_out = "" in (one, other) and (one or other).islower() and (one or other) not in _TOLD
    return one == other or is_left_out or ("$" in (one, other) and {one, other} <= _DOLLARS)


def _before(one: Proposition, offset: int) -> Item | None:
    """Return the name before an offset."""
    before = [item for item in one.items if item.end <= offset]
    return before[-1] if before and before[-1].is_name else None


def _days(case: _Case) -> Iterator[SlotFound]:
    """Yield the state of each day of a draft."""
    draft, pile = case.draft, case.pile
    for mine in draft.days:
        own = draft.text[mine.start : mine.end]
        likely = [(same_day(mine, other), other) for other in pile.days]
        # `with Ford on Monday and with Fiat on Friday`: each name has its day.
        before = _before(draft, mine.start)
        bound = [
            one
            for one in likely
            if before and (last := _before(pile, one[1].start)) and may_be_one(before.key, last.key)
        ]
        likely = bound or likely
        states = [state for state, _ in likely]
        if "equal" in states:
            yield SlotFound("day", "equal")
        elif "differs" in states:
            other = likely[states.index("differs")][1]
            yield SlotFound("day", "differs", own, pile.text[other.start : other.end])
        else:
            yield SlotFound("day", "unknown", own)


def same_day(one: Day, other: Day) -> State:
    """Return whether two may be one day; unknown if they tell nothing of the same kind."""
    mine, theirs = one.told(), other.told()
    shared = mine.keys() & theirs.keys()
    if not shared:
        return "unknown"
    return "equal" if all(mine[name] == theirs[name] for name in shared) else "differs"


def _names(case: _Case) -> Iterator[SlotFound]:
    mine = [one for one in case.draft.names if all(one is not paired for paired, _ in case.named)]
    theirs = [one for one in case.pile.names if all(one is not paired for _, paired in case.named)]
    for one in mine:
        text = case.draft.text[one.start : one.end]
        if any(may_be_one(one.key, other.key) for other in case.around.names):
            yield SlotFound("name", "equal", text)
            continue
        beside = _in_place(case, one, theirs, is_only=len(mine) == len(theirs) == 1)
        known = case.pile.text[beside[0].start : beside[0].end] if beside else ""
        yield SlotFound("name", "differs" if beside else "unknown", text, known)


def _in_place(case: _Case, one: Item, theirs: Sequence[Item], *, is_only: bool) -> Sequence[Item]:
    """Return the names of the document that stand in the place of one."""
    # A name of no place in the document, or one instead of the subject where all else is there, is wrong however the sentence is turned.
    is_whole = len(case.pairs) - len(case.named) == len(case.draft.words)
    is_new = not case.known >= set(plain_words(one.key)) or (
        is_whole and is_only and _is_first(theirs[0], case.pile)
    )
    beside = theirs if is_only and is_new else _instead(case, one, theirs)
    # `French bidders` may stand for `bidders from France`.
    return [other for other in beside if one.key not in peoples() or other.key in peoples()]


def _is_first(name: Item, pile: Proposition) -> bool:
    return name == next(one for one in pile.items if one.clause == name.clause)


def _instead(case: _Case, one: Item, others: Sequence[Item]) -> list[Item]:
    """Return which of some items of the document stand where the draft has another one: between the same words."""
    own = sorted(case.paired.get(one.clause, ()), key=lambda pair: pair[0].start)
    before = [theirs for mine, theirs in own if mine.end <= one.start][-1:]
    behind = [theirs for mine, theirs in own if mine.start >= one.end][:1]
    beside = [*before, *behind]
    low = before[0].end if before else 0
    high = behind[0].start if behind else len(case.pile.text)
    clauses = {theirs.clause for theirs in beside}
    return [other for other in others if low <= other.start < high and other.clause in clauses]


def _roles(case: _Case) -> Iterator[SlotFound]:
    """Yield whether two that a verb stands between have changed sides: sure of names, open of other words."""
    for number, other in case.clauses.items():
        own = [pair for pair in case.paired[number] if pair[1].clause == other]
        own.sort(key=lambda pair: pair[0].start)
        clauses = case.draft.clauses[number], case.pile.clauses[other]
        named = [pair for pair in own if pair[0].is_name or pair in case.named]
        words = [pair for pair in own if pair not in named]
        yield from _sides(named, words, turned=clauses[0].is_passive != clauses[1].is_passive)
        yield from _agents(case, clauses, words)
        subject = next((item for item in case.draft.items if item.clause == number), None)
        if all(clause.is_active for clause in clauses):
            yield from (
                _exchange("unknown", first, last) for first, last in _inverted(words, subject, case.draft)
            )


def _crossed(case: _Case) -> Iterator[SlotFound]:
    """Yield a word of each of two clauses that the document has in the other one: `red fell and white rose`."""
    for (one, mine), (other, theirs) in combinations(case.clauses.items(), 2):
        first = [pair for pair in case.paired[one] if pair[1].clause == theirs]
        last = [pair for pair in case.paired[other] if pair[1].clause == mine]
        if mine != theirs and first and last:
            is_sure = len(first) == len(last) == 1
            yield _exchange("differs" if is_sure else "unknown", first[0], last[0])


def _sides(named: Pairs, words: Pairs, *, turned: bool) -> Iterator[SlotFound]:
    """Yield the names that have changed sides around a word, unless the voice of their clause has changed too."""
    for first, last in pairwise(named):
        if any(_is_between(word, first, last) for word in words) and _is_turned(first, last) != turned:
            yield _exchange("differs", first, last)


def _agents(case: _Case, clauses: tuple[Clause, Clause], words: Pairs) -> Iterator[SlotFound]:
    """Yield that somebody else does the same, where one clause says by whom it is done."""
    mine, theirs = _agent(case.draft, clauses[0]), _agent(case.pile, clauses[1])
    is_turned = clauses[0].is_passive != clauses[1].is_passive
    if is_turned and mine and theirs and not may_be_one(mine.key, theirs.key):
        by, passive = (mine, 0) if clauses[0].is_passive else (theirs, 1)
        if any(0 < by.start - pair[passive].end <= _NEAR_WORDS for pair in words):
            yield SlotFound("roles", "differs", mine.key, theirs.key)


def _agent(one: Proposition, clause: Clause) -> Item | None:
    """Return the name of who does what a clause says: its first item, or the one right behind `by`."""
    items = [item for item in one.items if item.clause == clause.number]
    if clause.is_passive:
        items = [item for item in items if re.search(r"\bby\s(?:the\s)?$", one.text[: item.start])]
    return items[0] if items and items[0].is_name else None


def _is_between(word: Pair, first: Pair, last: Pair) -> bool:
    """Return whether a word stands between two others in both sentences."""
    low, high = sorted((first[1].start, last[1].start))
    return first[0].end < word[0].start < last[0].start and low < word[1].start < high


def _is_turned(first: Pair, last: Pair) -> bool:
    """Return whether the document has two in the other order."""
    return first[1].start > last[1].start


def _inverted(words: Sequence[Pair], subject: Item | None, draft: Proposition) -> Iterator[tuple[Pair, Pair]]:
    """Yield the words before and behind another one that have changed places around it, and a subject behind the word that it is before."""
    is_done = bool(words[1:]) and _written(draft, words[1][0]).endswith("ed")
    if is_done and words[0][0] is subject and _is_turned(words[0], words[1]):
        yield words[0], words[1]
    for number, word in enumerate(words):
        before = [pair for pair in words[:number] if _is_turned(pair, word)]
        behind = [pair for pair in words[number + 1 :] if _is_turned(word, pair)]
        if before and behind:
            yield before[-1], behind[0]


def _exchange(state: State, first: Pair, last: Pair) -> SlotFound:
    return SlotFound(
        "roles", state, f"{first[0].key} > {last[0].key}", f"{last[1].key} > {first[1].key}", is_sure=False
    )


def _direction(case: _Case) -> Iterator[SlotFound]:
    """Yield what has `from` before it in one and `to` in the other: sure of names and amounts, open of other words."""
    amounts = [(mine, theirs) for mine in case.draft.amounts for theirs in case.pile.amounts if _is_amount(mine, theirs)]  # fmt: skip
    sure: list[tuple[Item | Amount, Item | Amount]] = [*case.named, *amounts]
    others: list[tuple[Item | Amount, Item | Amount]] = [
        pair for pair in case.pairs if pair not in case.named
    ]
    for mine, theirs in (*sure, *others):
        own, other = _way(case.draft.text, mine.start), _way(case.pile.text, theirs.start)
        # `bought from a dealer`, `sold to a dealer`: the dealer is not who bought or sold.
        if (not own and other and _acts(mine, theirs, case)) or (own and other and own != other):
            words = case.draft.text[mine.start : mine.end], case.pile.text[theirs.start : theirs.end]
            state: State = "differs" if own and (mine, theirs) in sure else "unknown"
            yield SlotFound("direction", state, f"{own} {words[0]}".strip(), f"{other} {words[1]}")


def _acts(mine: Item | Amount, theirs: Item | Amount, case: _Case) -> bool:
    """Return whether something is the first of a clause of the draft, with a word behind it that the document has before it."""
    own = [item for item in case.draft.items if isinstance(mine, Item) and item.clause == mine.clause]
    verbs = [other for item, other in case.pairs if item in own[1:2] and not item.is_name]
    return own[:1] == [mine] and any(verb.start < theirs.start for verb in verbs)


def _way(text: str, start: int) -> str:
    """Return the class of the preposition before an offset; empty if it is none of direction."""
    found = _WAY.search(text, max(start - _NEAR_WORDS, 0), start)
    return classes_of("direction").get(found[1].lower(), "") if found else ""


_SLOTS: tuple[Callable[[_Case], Iterable[SlotFound]], ...] = (
    _polarity, _amounts, _days, _names, _roles, _crossed, _direction, _sequence, _modality, _side, _degree, _quantifier, _condition, _alternative,
)  # fmt: skip
