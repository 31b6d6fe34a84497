"""Which body `it`, `the firm` or `the Company` means: by kind, what the text calls it, and how near each is."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from policy_news.core.grouping import grouped
from policy_news.nlp.claims.claim_sections import WITHOUT_CLAIMS
from policy_news.nlp.claims.constructions.quotes import QuoteIndex
from policy_news.nlp.claims.cue_lexicon import Patterns
from policy_news.nlp.claims.finish.salience import (
    CAUTIOUS_MARGIN,
    EMBEDDED,
    LEAST,
    MARGIN,
    MINOR,
    NEAR,
    ONE_OF_MANY,
    ROLES,
    Salience,
    Spreads,
    add_weight,
    find_clearest,
)
from policy_news.nlp.claims.tree import SUBJECTS, Tree
from policy_news.nlp.who.name_ids import NameLink
from policy_news.nlp.who.within_document import Who
from policy_news.rules.name_forms import name_words

_PREDICATES = frozenset({"appos", "attr"})
"""What a noun is that says of somebody named what he is: `Orbis, a group of clinics`."""
_BRACKETS = re.compile(r"(?:\s?\([^()\n]{1,80}\)){1,2}")
_QUOTED = re.compile(r"[\"“‘'«„]([^\W\d_]{2,30})[\"”’'»“]")
OFTEN = 3
"""Mentions of what a text is about."""
CENTRAL = (["apex", "bank"], ["central", "bank"])
OUTLET_SHARE = 0.3
"""Share of its mentions in which somebody speaks to a body, from which it is one that only reports."""
_ASIDE = WITHOUT_CLAIMS - {"caption"}
"""Sections in which a page names bodies that its article is not about: `Sign up for the newsletter of Orbis`."""


@dataclass(frozen=True, slots=True)
class Able:
    """The bodies that a noun may stand for.

    Attributes:
        first: Where each body is first named, by its key, in order.
        told: The same of those that the text calls by the noun.
    """

    first: dict[str, int] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)

    def add(self, key: str, start: int, *, is_told: bool) -> None:
        """Take in a mention, by the key of its body and the first token."""
        self.first.setdefault(key, start)
        if is_told:
            self.told.setdefault(key, start)


class BodyAntecedents(Salience):
    """The organisations of a doc, and what `it` and `the firm` stand for."""

    def __init__(
        self, tree: Tree, quotes: QuoteIndex, patterns: Patterns, speaking: frozenset[int], who: Who
    ) -> None:
        super().__init__(tree, quotes, patterns, speaking)
        self._entities = [own.entity if isinstance(own, NameLink) else "" for own in who.meant]
        self._heads = {
            **dict.fromkeys(patterns.company_heads, patterns.company_labels),
            **dict.fromkeys(patterns.organisation_heads, patterns.organisation_labels),
            **dict.fromkeys(
                patterns.heads_of_no_company, patterns.organisation_labels - patterns.company_labels
            ),
            **dict.fromkeys(patterns.department_heads, patterns.department_labels),
            **dict.fromkeys(patterns.committee_heads, patterns.committee_labels),
            **dict.fromkeys(patterns.strictly_naming_heads, patterns.organisation_labels),
        }
        self._naming = patterns.naming_heads | patterns.strictly_naming_heads
        self.defined = _defined_names(tree, patterns)
        aside = {i for s in tree.sections if s.label_ in _ASIDE for i in range(s.start, s.end)}
        named = {
            tree.top(ent.start, ent.end): n
            for n, ent in enumerate(tree.mentions)
            if ent.label_ in patterns.organisation_labels
            and ent.start not in aside
            # `it` is none of many (`Democrats`); a company is one, whatever its name (`Calder Foods`).
            and (ent.label_ in patterns.company_labels or tree.tags[tree.top(ent.start, ent.end)] != "NNPS")
        }
        self._named = sorted(named.values())
        self._able_by_noun: dict[str, Able] = {}
        self._unnamed: dict[str, list[int]] = {}
        """Where a noun is a body without a name."""
        for i, dep in enumerate(tree.deps):
            if i in named:
                self._add(i, named[i])
            elif dep in SUBJECTS:
                self._add_subject(i)

    def _add_subject(self, i: int) -> None:
        """Add the body that a clause is of which names none: `it`, `the Company`, `the company`."""
        tree = self.tree
        if tree.lower[i] == "it" and self.quotes.at(i) is None:
            found = self.meant_by(i)
            if found is not None:
                self._add(i, found)
        elif i in tree.ents:
            return
        elif self.defined and tree.doc[i].text in self.defined:
            self._add(i, self.defined[tree.doc[i].text])
        elif tree.tags[i] == "NN":
            # `the company` is one that the text has named; `the statement` is something else that `it` may mean.
            self._add(i, self.described(i) if tree.lower[tree.left[i]] == "the" else None)

    def _role(self, i: int) -> float:
        dep = self.tree.deps[i]
        if dep == "compound":
            return self._weight_of_owner(self.tree.heads[i])
        if dep in ("dobj", "dative") and self.tree.lemmas[self.tree.heads[i]] == "tell":
            return MINOR / 2  # `he told Reuters`
        weight = ROLES.get(dep, MINOR)
        if i in self.speaking:
            weight = 1.0
        elif dep in SUBJECTS and self.tree.heads[i] != i and self.tree.deps[self.tree.heads[i]] != "ROOT":
            weight *= EMBEDDED
        return weight * MINOR * MINOR if dep == "conj" or self.tree.child(i, "conj") is not None else weight

    def _weight_of_owner(self, head: int) -> float:
        """Return what a body weighs by whose name others are called: `Orbis officials said` tells more than `Orbis shares fell`."""
        speaks = self.tree.lemmas[head] in self.patterns.voices and self.tree.deps[head] in SUBJECTS
        return ROLES["agent"] if speaks else MINOR / 2

    def meant_by(self, i: int, apart: Spreads = ()) -> int | None:
        """Return the number of the mention that `it` stands for, or None where something without a name is as near at hand."""
        return self._nearest(i, apart)

    def are_one(self, one: int, other: int) -> bool:
        """Return whether two mentions are of one body."""
        return self._key(one) == self._key(other)

    def described(self, i: int, apart: Spreads = ()) -> int | None:
        """Return the number of the mention that `the company` stands for."""
        noun = self.tree.lemmas[i]
        found = None if self.tree.tags[i] == "NNS" else self._described(noun, i, apart)
        if found is None or self._is_another(noun, self.tree.mentions[found].end, i):
            return None
        return None if noun in self.patterns.plain_heads and self._is_aside(found, i) else found

    def _is_aside(self, found: int, i: int) -> bool:
        """Return whether a body has been named once, and another often: `Moody's said that Tata would ... The company`."""
        before = self._named[: bisect_left(self._named, i, key=lambda n: self.tree.mentions[n].start)]
        counts = Counter(map(self._key, before))
        return counts[self._key(found)] == 1 and max(counts.values()) >= OFTEN

    def central_bank(self, i: int) -> int | None:
        """Return the number of the last mention of the only central bank of the text: `the apex bank` is not the lender that it closes."""
        texts = ((n, self.tree.mentions[n].text.lower()) for n in self._named)
        keys = {self._key(n) for n, text in texts if any(one in text for one in self.patterns.central_banks)}
        return self._last(i, keys) if len(keys) == 1 else None

    def _described(self, noun: str, i: int, apart: Spreads) -> int | None:
        """Return the same, whatever stands between."""
        able = self._able(noun)
        is_named = noun in self._naming
        if is_named and len(able.told) == 1:
            return self._last(i, able.told)
        if noun in self.patterns.strictly_naming_heads:
            return None
        is_told = next(iter(able.told.values()), i) < i
        # Of two ministries one must be much nearer than the other to be `the ministry`.
        margin = CAUTIOUS_MARGIN if is_named and able.told else MARGIN
        is_sure = is_told or is_named or noun in self.patterns.plain_heads
        return self._nearest(
            i, apart, able.told if is_told else able.first, margin if is_sure else CAUTIOUS_MARGIN
        )

    def _is_another(self, noun: str, start: int, i: int) -> bool:
        """Return whether a body without a name comes between two tokens: `the trade group for clinics`, then `the group`."""
        if noun not in self._unnamed:
            self._unnamed[noun] = [j for j in self._nouns.get(noun, ()) if self._is_unnamed(j)]
        others = self._unnamed[noun]
        return bisect_left(others, start) < bisect_left(others, i)

    @cached_property
    def _nouns(self) -> Mapping[str, Sequence[int]]:
        """Where each lemma stands, outside of names."""
        places = enumerate(self.tree.lemmas)
        return grouped((lemma, j) for j, lemma in places if j not in self.tree.ents)

    def _is_unnamed(self, j: int) -> bool:
        is_new = self.tree.lower[self.tree.left[j]] in ONE_OF_MANY  # `a firm`
        is_another = self.tree.child(j, "prep") is not None or is_new
        return is_another and self.tree.deps[j] not in _PREDICATES

    def _last(self, i: int, keys: Container[str]) -> int | None:
        """Return the last mention of some bodies before a token."""
        end = bisect_left(self._named, i, key=lambda n: self.tree.mentions[n].start)
        return next((n for n in reversed(self._named[:end]) if self._key(n) in keys), None)

    def only_one(self, i: int) -> int | None:
        """Return the number of the mention that `the firm` stands for where the text has named one firm so far, and no other."""
        noun = self.tree.lemmas[i]
        able = self._able(noun)
        own = able.told if noun in self.patterns.strictly_naming_heads else able.first  # a firm is no council
        firsts = [*islice(own.values(), 2), i, i]
        is_one = firsts[0] < i <= firsts[1] and not self._is_another(noun, 0, i)
        return self._last(i, own) if is_one else None

    def named_by(self, i: int) -> int | None:
        """Return the number of the last mention of the only body in whose name a noun with a capital is: `the Commission`."""
        noun = self.tree.lower[i]
        keys = {self._key(n) for n in self._named if self._is_called(n, noun)}
        return self._last(i, keys) if len(keys) == 1 and noun in self._heads else None

    def _able(self, noun: str) -> Able:
        """Return the mentions that a noun may stand for, by their labels."""
        if noun not in self._able_by_noun:
            self._able_by_noun[noun] = self._find_able(noun)
        return self._able_by_noun[noun]

    def _find_able(self, noun: str) -> Able:
        patterns = self.patterns
        labels, others = self._heads.get(noun, frozenset()), patterns.other_kinds - {noun}
        if noun != "party":
            others |= name_words().party_words
        if noun in patterns.company_heads | patterns.heads_of_no_company:
            labels -= patterns.department_labels  # an agency can be one, no group or watchdog
        barred = frozenset() if noun in patterns.outlet_heads | self._naming else self._outlets
        able, other = Able(), Able()
        for n in self._named:
            ent, key = self.tree.mentions[n], self._key(n)
            is_told = noun not in patterns.plain_heads and self._is_told(n, noun)
            is_named = is_told and noun in self._naming
            if is_named or (ent.label_ in labels and others.isdisjoint(ent.text.lower().split())):
                (able if ent.label_ in labels else other).add(key, ent.start, is_told=is_told)
        for key in barred:
            able.first.pop(key, None)
            able.told.pop(key, None)
        return able if able.first else other  # a bank that was taken for another kind of body

    @cached_property
    def _outlets(self) -> frozenset[str]:
        """The bodies to which others say something: they are seldom what it is about."""
        told = Counter(self._key(n) for n in self._named if self._is_receiving(n))
        named = Counter(map(self._key, self._named))
        return frozenset(key for key, count in told.items() if count >= OUTLET_SHARE * named[key])

    def _is_receiving(self, number: int) -> bool:
        tree, ent = self.tree, self.tree.mentions[number]
        if ent.start in self._starts and not self.patterns.dashes.isdisjoint(
            tree.lower[ent.end : ent.end + 1]
        ):
            return True  # `CNN — The bank ...`
        top = tree.top(ent.start, ent.end)
        head = tree.heads[top]
        if tree.deps[top] in ("dobj", "dative"):
            return tree.lemmas[head] == "tell"
        is_told = tree.deps[top] == "pobj" and tree.lower[head] in ("to", "with")
        return is_told and tree.lemmas[tree.heads[head]] in self.patterns.media

    @cached_property
    def _starts(self) -> frozenset[int]:
        return frozenset(section.start for section in self.tree.sections)

    def _is_told(self, number: int, noun: str) -> bool:
        """Return whether a text calls a body by a noun: `the watchdog Ofsted`, `the watchdog, Ofsted`, `Ofsted, a watchdog`, `Ofsted is a watchdog`."""
        tree, ent = self.tree, self.tree.mentions[number]
        if self._is_called(number, noun):
            return True
        at = ent.start - 1
        while at > 0 and tree.lower[at] in (",", "the"):
            at -= 1
        top = tree.top(ent.start, ent.end)
        said = [at, *tree.children(top, "appos")]
        if tree.deps[top] in SUBJECTS and tree.lemmas[tree.heads[top]] == "be":
            said += tree.children(tree.heads[top], "attr")
        return any(tree.lemmas[j] == noun and tree.sents[j] == tree.sents[top] for j in said if j >= 0)

    def _is_called(self, number: int, noun: str) -> bool:
        *before, last = self.tree.mentions[number].text.lower().split()
        return noun in (*before, last) or (not before and last.endswith(noun))  # `Rijnbank`

    def _nearest(
        self, i: int, apart: Spreads, among: Collection[str] | None = None, margin: float = MARGIN
    ) -> int | None:
        """Return the number of the mention of the body that is named nearest before a token, if it is clear.

        Args:
            apart: Ranges of tokens in which it is not named.
            among: Keys of the only ones who may be meant; None for all, and for nouns that are no names.
            margin: How much more than the next the nearest must weigh.
        """
        scores: dict[str, float] = {}
        latest: dict[str, int | None] = {}
        for event, distance in self._before(i, apart):
            key = "" if event.whom is None else self._key(event.whom)
            if among is None or key in among:
                latest.setdefault(key, event.whom)
                add_weight(scores, key, event.weight * NEAR[distance])
        found = find_clearest(scores, margin, LEAST)
        return None if found is None else latest[found]

    def _key(self, number: int) -> str:
        return self._entities[number]


def _defined_names(tree: Tree, patterns: Patterns) -> dict[str, int]:
    """Return what a text defines in brackets after a name, `Orbis Bank plc (LSE: ORB) ("Orbis" or the "Company")`, to the number of the mention."""
    defined: dict[str, int] = {}
    for number, ent in enumerate(tree.mentions):
        told = _BRACKETS.match(tree.text, ent.end_char)
        if told is not None and ent.label_ in patterns.organisation_labels:
            for form in _QUOTED.findall(told[0]):
                defined.setdefault(form, number)
    return defined
