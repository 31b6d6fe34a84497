"""Links between the claims of a document, where the text itself shows that one is about another: within a sentence, or in its neighbour."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from policy_news.core.grouping import grouped
from policy_news.nlp.relations.link_rules import BARE, BY, LinkRule, LinkRules, Pointing
from policy_news.tables.chunks import Annotated
from policy_news.tables.schema import ClaimLinkRow, ClaimRow, MentionRow
from policy_news.text.document import HEADLINES

NEAR = 1
"""Sentences between a claim and one that it points to; a name may point one further."""
MOST = 12
"""Claims of a sentence above which it is a list of something, and nobody can tell which is meant."""
STEM = 6
"""Letters that words are compared by."""
_END = re.compile(
    r"(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bDr)(?<!\bSt)(?<!\bSen)(?<!\bRep)(?<!\bGov)(?<!\bGen)(?<!\b[A-Z])"
    r"[.!?][\"”’')\]]*\s+(?=[\"“‘'(\[]*[A-Z0-9])"
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_TOLD = re.compile(r"[,.;:\"“]| as ")
"""Where the words end that say which claim is meant."""
_ALONE = re.compile(r"\W*(?:\Z|[,.;:]| as | (?:\w+ly|too|also)\b)")
"""What stands after a bare word that is all that is said: `this`, `that as nonsense`."""
_QUESTIONS = frozenset({"ask", "press", "quiz"})
_ANSWERED = re.compile(
    r"[^.?!,;:]{0,40}[,;:](?!.*\b(?:where|which|who|whose|whom|that|when|while)\b).{0,80}", re.DOTALL
)
"""What stands between a question and its answer in one sentence."""
_TITLES = re.compile(r"(?:[Tt]he )?(?:[A-Z][\w.]* ){0,3}")
"""What stands between a place and the name that is read there: `Ms`, `the`."""
_SILENT = ("question", "non_response", "denial")
"""Types of claims that nothing but a question's answer is about."""
_DONE = (*_SILENT, "call", "commitment")
"""Those that cannot be denied; calls and commitments can be turned down."""
_RELATIVE = re.compile(r"\b(?:who|whom|which)\b")
_REPLIES = frozenset({"answer", "reply", "respond"})
_NEGATED = re.compile(
    r"\b(?:not|never|neither|nor|no|cannot|without|if|would|could|might|may)\b|n['’]t\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Pointer:
    """Words with which a claim points to another one.

    Attributes:
        way: How they point.
        words: The words.
        noun: The noun that stands for the claim, in the singular; empty for none.
        many: The noun is a plural.
        name: Mention of whom they name; None for nobody.
        rest: What stands after them.
    """

    way: Pointing
    words: str
    noun: str = ""
    many: bool = False
    name: MentionRow | None = None
    rest: str = ""


class _Claim:
    """A claim with its place among the sentences of its document."""

    def __init__(self, row: ClaimRow, text: str, sentence_at: Sequence[int]) -> None:
        ends = (
            row.source_start,
            row.source_end,
            row.cue_start,
            row.cue_end,
            row.content_start,
            row.content_end,
        )
        places = [place for place in ends if place is not None]
        self.row = row
        self.start, self.end = min(places), max(places)
        self.first = bisect_right(sentence_at, self.start) - 1
        self.last = bisect_right(sentence_at, self.end - 1) - 1
        self.content = row.content_text or ""
        self.cue = row.cue_start if row.cue_start is not None else self.start
        self.cue_sentence = bisect_right(sentence_at, self.cue) - 1
        self._text = text

    @cached_property
    def stems(self) -> frozenset[str]:
        """The longer words of the content, cut."""
        return _stems(self.content)

    @property
    def source(self) -> str:
        """Who speaks: the entity, else the words."""
        return self.row.source_entity_id or (self.row.source_text or "").lower()

    def holds(self, other: _Claim) -> bool:
        """Return whether another claim stands inside the content of this one."""
        own = self.row.content_start, self.row.content_end
        return (
            self is not other
            and own[0] is not None
            and own[1] is not None
            and own[0] <= other.start
            and other.end <= own[1]
        )


def link_claims(annotated: Annotated, rules: LinkRules) -> tuple[ClaimLinkRow, ...]:
    """Return the links between the claims of a document."""
    return tuple(_Document(annotated, rules).links())


class _Document:
    """The claims of a document, and how they point to each other."""

    def __init__(self, annotated: Annotated, rules: LinkRules) -> None:
        self._text = annotated.document.text
        self._rules = rules
        self._mentions = annotated.mentions
        self._names = {row.mention_id: row for row in annotated.mentions}
        headlines = {row.section_id for row in annotated.sections if row.kind in HEADLINES}
        self._sentence_at = sorted({0, *self._ends(annotated)})
        own = [
            _Claim(row, self._text, self._sentence_at)
            for row in annotated.claims
            if row.kept and row.section_id not in headlines
        ]
        self._claims = sorted(own, key=lambda claim: (claim.start, claim.row.claim_id))
        self._by_end = grouped((claim.last, claim) for claim in self._claims)
        self._mention_starts = [row.start for row in self._mentions]
        self._inside: dict[str, set[str]] = {}
        for pair in annotated.claim_mentions:
            self._inside.setdefault(pair.claim_id, set()).add(self._names[pair.mention_id].entity_id)

    def _ends(self, annotated: Annotated) -> Iterator[int]:
        """Yield where sentences begin."""
        for section in annotated.sections:
            yield section.start
            for match in _END.finditer(self._text, section.start, section.end):
                yield match.end()

    def links(self) -> Iterator[ClaimLinkRow]:
        """Yield at most one link of each claim."""
        for claim in self._claims:
            found = next(filter(None, (self._try(claim, rule) for rule in self._rules.rules)), None)
            if found is not None:
                yield found

    def _try(self, claim: _Claim, rule: LinkRule) -> ClaimLinkRow | None:
        if rule.place == "question":
            other, told = self._question_of(claim), "the question before it"
        else:
            other, told = self._pointed_at(claim, rule)
        if other is None:
            return None
        ids = claim.row.claim_id, other.row.claim_id
        return ClaimLinkRow(*ids, rule.relation, rule.score, "document", told)

    def _pointed_at(self, claim: _Claim, rule: LinkRule) -> tuple[_Claim | None, str]:
        """Return the claim that another one points to by a rule, and why in words."""
        for pointer in self._pointers(claim, rule) if self._fits(claim, rule) else ():
            other = self._target(claim, rule, pointer)
            if other is not None:
                where = "in the same sentence" if claim.first <= other.last else "right before it"
                cue = f"{claim.row.cue_text} " if claim.row.cue_text else ""
                said = f"what {other.row.source_text or 'somebody'} said {where}"
                return other, f"{cue}'{pointer.words}': {said}"
        return None, ""

    def _fits(self, claim: _Claim, rule: LinkRule) -> bool:
        """Return whether cue, type and verdict of a claim are those of a rule."""
        row = claim.row
        if (rule.types and row.claim_type not in rule.types) or not row.source_text:
            return False
        if row.claim_type == "question":
            return False
        if rule.cues and row.cue_lemma not in rule.cues:
            return False
        return not (rule.relation == "denies" and (row.negated or self._is_negated(claim)))

    def _is_negated(self, claim: _Claim) -> bool:
        """Return whether the cue is negated, or only supposed, as far as the words around it tell."""
        row = claim.row
        if row.cue_start is None or row.cue_end is None:
            return False
        start = row.cue_start
        if row.source_end is not None and row.source_end <= start:
            start = row.source_end
        return _NEGATED.search(self._text[start : row.cue_end]) is not None

    # What a claim points with.

    def _pointers(self, claim: _Claim, rule: LinkRule) -> Iterator[Pointer]:
        for pointer in self._read(claim, rule):
            # A bare word must be all that a claim says: not `denied it had paid`.
            is_all = pointer.way != "bare" or rule.says or _ALONE.match(pointer.rest)
            if pointer.way in rule.to and self._fits_verdict(pointer, rule) and is_all:
                yield replace(pointer, rest="") if rule.says else pointer

    def _read(self, claim: _Claim, rule: LinkRule) -> Iterator[Pointer]:
        if "lead" in rule.to:
            yield from self._read_lead(claim)
            return
        at = claim.row.content_start
        if at is None or claim.row.content_end is None:
            return
        text = self._text[at : claim.row.content_end]
        if self._shared(claim) is not None:
            yield Pointer("bare", "which")
        opened = len(text) - len(text.lstrip("\"“‘' "))
        yield from self._parse(text[opened:], at + opened)

    def _read_lead(self, claim: _Claim) -> Iterator[Pointer]:
        """Yield what the sentence of a claim opens with."""
        begin = self._sentence_at[claim.cue_sentence]
        opening = self._text[begin : max(claim.start, begin)] if claim.start > begin else ""
        low = opening.lower().replace("’", "'")
        match = self._rules.lead_pattern.match(low)
        if match is None:
            return
        if match["bare"]:
            yield Pointer("lead", opening[: match.end("bare")])
            return
        at = begin + match.end()
        name = self._mention_at(at)
        if name is not None and not opening[name.end - begin :].strip(" ,"):
            yield Pointer("lead", self._text[begin : name.end], name=name)
            return
        for pointer in self._parse(opening[match.end() :], at):
            if pointer.way == "named":
                yield replace(pointer, way="lead", words=opening[: match.end()] + pointer.words)

    def _parse(self, text: str, at: int) -> Iterator[Pointer]:
        """Yield the pointers that a text may begin with."""
        low = text.lower().replace("’", "'")
        match = BARE.match(low)
        if match is not None:
            yield Pointer("bare", text[: match.end()], rest=text[match.end() :])
        match = self._rules.noun_pattern.match(low)
        if match is not None:
            noun, many = self._rules.singular(match["noun"])
            by = BY.match(low, match.end())
            mention = self._mention_at(at + by.end()) if by else None
            if mention is not None:
                end = mention.end - at
                yield Pointer("named", text[:end], noun, many, mention, text[end:])
            elif noun in self._rules.plain and match["det"]:
                yield Pointer("noun", text[: match.end()], noun, many, rest=text[match.end() :])
        mention = self._mention_at(at + (4 if low.startswith("the ") else 0)) or self._mention_at(at)
        if mention is not None:
            match = self._rules.possessed_pattern.match(low, mention.end - at)
            if match is not None:
                noun, many = self._rules.singular(match["noun"])
                end = match.end()
                yield Pointer("named", text[:end], noun, many, mention, text[end:])

    def _mention_at(self, start: int) -> MentionRow | None:
        """Return the mention that begins at a place, or after a title there: `Ms Fenn`, `the Dockers' Union`."""
        place = bisect_left(self._mention_starts, start)
        if place == len(self._mentions) or not _TITLES.fullmatch(
            self._text[start : self._mention_starts[place]]
        ):
            return None
        return self._mentions[place]

    def _fits_verdict(self, pointer: Pointer, rule: LinkRule) -> bool:
        """Return whether the verdict of a rule, if it wants one, stands right after a pointer: `the claim was false`."""
        words = " ".join(_WORD.findall(pointer.rest.lower().replace("’", "'")))
        return not rule.says or rule.verdict_pattern.match(words) is not None

    # Which claim it points to.

    def _target(self, claim: _Claim, rule: LinkRule, pointer: Pointer) -> _Claim | None:
        same = self._in_sentence(claim)
        if pointer.way == "bare" and pointer.words.lower() == "which":
            return self._shared(claim) or self._only(claim, same, rule, pointer)
        if pointer.name is not None:
            return self._named(claim, rule, pointer, pointer.name.entity_id)
        if pointer.way != "lead":
            found = self._only(claim, same, rule, pointer)
            if found is not None or same:
                return found
        return self._only(claim, self._before(claim, NEAR), rule, pointer)

    def _in_sentence(self, claim: _Claim) -> list[_Claim]:
        """Return the claims before one in its sentence; none where there are very many."""
        own = self._by_end.get(claim.first, ())
        if len(own) > MOST:
            return []
        return [one for one in own if one.start < claim.start and one.row.cue_start != claim.row.cue_start]

    def _shared(self, claim: _Claim) -> _Claim | None:
        """Return the claim of somebody else in the sentence that has the same content: `said it was late, which Ms Fenn denied`."""
        row = claim.row
        own = row.content_start, row.content_end
        twins = (
            one for one in self._in_sentence(claim) if (one.row.content_start, one.row.content_end) == own
        )
        return next((one for one in twins if one.source != claim.source), None)

    def _inside_of(self, claim: _Claim) -> list[_Claim]:
        """Return the claims inside the content of one: `denied Ms Fenn's claim that it had failed`."""
        own = self._by_end.get(claim.last, ())
        return [] if len(own) > MOST else [one for one in own if claim.holds(one)]

    def _before(self, claim: _Claim, most: int) -> list[_Claim]:
        """Return the claims that end at most so many sentences before that of one; none where there are very many."""
        own = [one for place in range(claim.first - most, claim.first) for one in self._by_end.get(place, ())]
        return [] if len(own) > MOST * most else own

    def _named(self, claim: _Claim, rule: LinkRule, pointer: Pointer, entity: str) -> _Claim | None:
        """Return the last near claim of the entity that a pointer names."""
        near = [*self._before(claim, NEAR + 1), *self._in_sentence(claim)]
        # What a noun tells (`Ms Fenn's claim that it failed`) is her own claim only where she has made none before.
        own = [one for one in near if one.row.source_entity_id == entity] or [
            one for one in self._inside_of(claim) if one.row.source_entity_id == entity
        ]
        fitting = (
            one
            for one in own
            if not self._is_of_one(claim, one, named=True) and self._tells(one, rule, pointer)
        )
        found = max(fitting, key=lambda one: (one.last, one.cue), default=None)
        if found is None or (claim.first - found.last > NEAR and self._speaks_between(found, claim)):
            return None
        return found

    def _speaks_between(self, one: _Claim, other: _Claim) -> bool:
        """Return whether somebody else speaks in the sentence between two claims."""
        between = (own for place in range(one.last + 1, other.first) for own in self._by_end.get(place, ()))
        return any(not self._is_of_one(one, own) for own in between)

    def _only(self, claim: _Claim, near: Sequence[_Claim], rule: LinkRule, pointer: Pointer) -> _Claim | None:
        """Return the claim that a pointer without a name means: the only one of another source among those near."""
        found = self._last_of_one(claim, near, rule, pointer)
        if found is None or rule.relation != "denies" or self._is_accused(claim, found):
            return found
        return None if self._is_unsure(found, pointer) else found

    def _last_of_one(
        self, claim: _Claim, near: Sequence[_Claim], rule: LinkRule, pointer: Pointer
    ) -> _Claim | None:
        """Return the last of some claims that a pointer may mean, where all of the last sentence are of one source, and none holds another."""
        outer = [one for one in near if not any(other.holds(one) for other in near)]
        last = max((one.last for one in outer), default=0)
        outer = [one for one in outer if one.last == last]
        if len({one.source for one in outer}) != 1 or any(self._is_of_one(claim, one) for one in outer):
            return None
        found = next((one for one in reversed(outer) if self._tells(one, rule, pointer)), None)
        return None if found is None or any(found.holds(other) for other in near) else found

    def _is_unsure(self, other: _Claim, pointer: Pointer) -> bool:
        """Return whether a denier who is not named in a claim may mean another one: no noun, a charge, or somebody else spoke shortly before."""
        if (
            not pointer.noun
            or pointer.many
            or pointer.noun in self._rules.charges
            or not other.row.source_text
        ):
            return True
        before = [one for one in self._before(other, NEAR) if not self._is_of_one(one, other)]
        return bool(before) or other.row.claim_type == "opinion"

    def _tells(self, claim: _Claim, rule: LinkRule, pointer: Pointer) -> bool:
        """Return whether a claim may be what a pointer names, and has the words after it."""
        if claim.row.claim_type in (_DONE if rule.relation == "denies" else _SILENT) or not claim.content:
            return False
        told = _TOLD.split(pointer.rest.lower())[0] if pointer.way != "bare" else ""
        own = [word for word in _WORD.findall(told) if word not in self._rules.empty]
        rest = _stems(" ".join(own))
        return 3 * len(rest & claim.stems) >= len(rest)

    def _is_of_one(self, one: _Claim, other: _Claim, *, named: bool = False) -> bool:
        """Return whether two claims may be of one speaker; where the one names who made the other, a description beside it is of somebody else."""
        first, second = one.row, other.row
        if first.source_entity_id and second.source_entity_id:
            return first.source_entity_id == second.source_entity_id
        if not named and self._may_describe(one, other):
            return True
        if not _OWN.isdisjoint((row.source_text or "").lower() for row in (first, second)):
            return True
        mine, theirs = (_stems(row.source_text or "") for row in (first, second))
        return bool(mine & theirs) or not mine or (not theirs and bool(second.source_text))

    def _may_describe(self, one: _Claim, other: _Claim) -> bool:
        """Return whether one of two speakers is only described, as a person who may be the other: `the candidate`."""
        known = [bool(claim.row.source_entity_id) for claim in (one, other)]
        if known[0] == known[1] or self._is_accused(one, other):
            return False
        words = _WORD.findall(((other if known[0] else one).row.source_text or "").lower())
        return bool(words) and words[-1] in self._rules.persons

    def _is_accused(self, claim: _Claim, other: _Claim) -> bool:
        """Return whether a claim is about who speaks in another."""
        own = claim.row
        if own.source_entity_id and own.source_entity_id in self._inside.get(other.row.claim_id, ()):
            return True
        return bool(_stems(own.source_text or "") & other.stems)

    # Questions and their answers.

    def _question_of(self, claim: _Claim) -> _Claim | None:
        """Return the question that a claim answers."""
        row = claim.row
        if row.claim_type == "question" or not row.source_text:
            return None
        near = [*self._in_sentence(claim), *self._before(claim, NEAR)]
        asked = [one for one in near if one.row.claim_type == "question" and one.row.content_text]
        questions = (one for one in asked if one.row.cue_lemma in _QUESTIONS)
        return next((one for one in questions if self._is_answered(one, claim)), None)

    def _is_answered(self, question: _Claim, claim: _Claim) -> bool:
        """Return whether a claim is the first after a question of somebody else: in its sentence, or replied in the next one."""
        asked, told = (one.row.source_text or "" for one in (question, claim))
        if claim.source == question.source or _stems(asked) & _stems(told) or _RELATIVE.search(told):
            return False
        near = (*self._in_sentence(claim), *self._before(claim, NEAR))
        if any(question.cue < one.cue < claim.cue and not question.holds(one) for one in near):
            return False
        between = self._text[question.end : claim.start]
        if question.last == claim.first:
            return _ANSWERED.fullmatch(between) is not None
        return claim.first - question.last == 1 and claim.row.cue_lemma in _REPLIES


def _stems(text: str) -> frozenset[str]:
    return frozenset(
        word.lower().replace("’", "'").removesuffix("'s")[:STEM]
        for word in _WORD.findall(text)
        if len(word) > 2 and word.lower() not in _COMMON
    )


_OWN = frozenset({"i", "we", "you"})
"""Sources that may be anybody."""
_COMMON = frozenset((
    "the", "and", "for", "that", "this", "with", "was", "were", "are", "has", "have", "had", "his",
    "her", "their", "its", "from", "who", "which", "when", "not", "but", "they", "she", "him", "them",
    "will", "would", "said", "says", "been", "being", "also", "than", "then", "into", "over", "about",
    "after", "before",
))  # fmt: skip
