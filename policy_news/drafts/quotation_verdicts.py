"""The verdict on each quotation of a draft."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise

from policy_news.core.messages import counted
from policy_news.drafts.finding import DraftFinding, Verdict
from policy_news.drafts.matching import Change, Match, find_exact, find_near
from policy_news.drafts.passage_search import Passage
from policy_news.drafts.pile import Judging, Pile
from policy_news.drafts.propositions import judge_frame
from policy_news.drafts.quotation_words import LONG, Words, is_readable, read_quotation
from policy_news.drafts.speaker_match import PRONOUNS, Likeness, Said, Speaker, is_named, like_source
from policy_news.nlp.text_reuse import telling_words

PASSAGES = 14
"""Passages of all documents that a quotation is held against."""
ASKED = 40
"""Words of a quotation by which passages are found: the rarest words of a longer one may be one in each passage."""
ENOUGH = 3
"""Words of a quotation by which its absence can be told, and words that an altered one shares."""
ALTERED = 0.58
"""Share of the words that an altered quotation has in common with the original."""
WHOLE = 0.85
"""The same for two documents that have one quotation in different words."""
PIECE = 4
"""Words in a row that are a piece of another quotation."""
ACCUSING = frozenset({"altered", "spliced", "other_speaker", "not_found"})
"""Verdicts that say that something is wrong."""
UNNAMED = 6
"""Words from which a quotation that nobody is said to have said counts as one."""
TITLE = 12
"""Words of a title."""
NESTED = 5
"""Words below which a quotation may be of one of two who are named beside it."""


def judge_quotations(quotations: Sequence[Said], pile: Pile, file: str) -> Judging:
    """Find the verdict on each quotation; none on a few words that nobody says and no document has."""
    judged = [_Case(one, read_quotation(one.text)) for one in quotations]
    yield from _look_up(judged, pile)
    yield from _look_up([piece for case in judged for piece in case.pieces()], pile)
    judges = [_Judge(case, pile, file) for case in judged]
    found = [finding for judge in judges if (finding := judge.finding()) is not None]
    return [*found, *chain.from_iterable(judge.frame() for judge in judges)]


class _Case:
    """A quotation, or a piece of one, with the places that may have it."""

    def __init__(self, quotation: Said, words: Words) -> None:
        self.quotation = quotation
        self.words = words
        self.exact: list[Match] = []
        self.near: list[Match] = []
        self.rest: _Case | None = None

    @property
    def best(self) -> Match | None:
        """The place that has most of it."""
        return max(self.near, key=lambda match: (match.same, match.score), default=None)

    def pieces(self) -> Iterator[_Case]:
        """Yield what the best place does not have, if it is many words in a row at one end."""
        best = self.best
        if self.exact or best is None or best.hidden:
            return
        size = len(self.words.words)
        runs = [run for run in best.runs if run[1] - run[0] >= PIECE]
        if not runs:
            return
        before, behind = (0, runs[0][0]), (runs[-1][1], size)
        start, end = max(before, behind, key=lambda span: span[1] - span[0])
        if end - start >= PIECE:
            self.rest = _Case(self.quotation, Words(self.words.words[start:end]))
            yield self.rest

    def look_at(self, passages: Sequence[Passage], pile: Pile) -> None:
        """Hold the words against some passages."""
        if not self.words.words:
            return
        seen: set[int] = set()
        for passage in passages:
            document = pile.document(passage.document)
            if passage.document not in seen:
                seen.add(passage.document)
                self.exact += find_exact(self.words, document)
        for passage in () if self.exact else passages:
            document = pile.document(passage.document)
            match = find_near(self.words, document, document.passages[passage.number])
            if match is not None:
                self.near.append(match)


def _look_up(cases: Sequence[_Case], pile: Pile) -> Iterator[set[int]]:
    found = pile.search.find(
        [[word for word in case.words.words[:ASKED] if word[0].isalnum()] for case in cases], PASSAGES
    )
    yield {passage.document for own in found for passage in own}
    for case, passages in zip(cases, found, strict=True):
        case.look_at(passages, pile)


class _Judge:
    """Says what is the matter with a quotation."""

    def __init__(self, case: _Case, pile: Pile, file: str) -> None:
        self._case, self._pile, self._file = case, pile, file
        self._notes = list(case.words.notes)

    def finding(self) -> DraftFinding | None:
        """Return the verdict; None where nothing can be said."""
        found = self._judge() if self._case.words.words else None
        return None if found and found.verdict in ACCUSING and self._is_mere_name(found) else found

    def frame(self) -> Iterator[DraftFinding]:
        """Yield what is wrong beside a quotation that a document has."""
        quotation, best = (
            self._case.quotation,
            [one for one in self._case.exact if self._compare(one) == "same"],
        )
        claim = best[0].document.claim_at(*best[0].span) if best else None
        if claim is not None:
            yield from judge_frame(quotation, claim, best[0].document, self._pile, self._file)

    def _is_mere_name(self, found: DraftFinding) -> bool:
        """Return whether marks hold a title, a word of distance or another language rather than what somebody said."""
        text, size = self._case.quotation.text, len(self._case.words.words)
        if size < ENOUGH or _is_title(text) or not is_readable(text):
            return True
        if self._case.quotation.speaker is not None or size >= UNNAMED:
            return False
        return found.verdict != "altered" or not found.places or found.places[0].claim_id is None

    def _judge(self) -> DraftFinding | None:
        case = self._case
        whole = case.exact or [match for match in case.near if match.is_exact and not self._crosses(match)]
        if whole:
            return self._judge_exact(whole)
        masked = [match for match in case.near if _is_masked(match)]
        altered = [match for match in case.near if _is_altered(match) and not match.hidden]
        best = max(altered, key=lambda match: match.score, default=None)
        spliced = self._spliced(best)
        if spliced is not None:
            return spliced
        if best is not None and not any(match.score > best.score for match in masked):
            return self._judge_altered(best, altered)
        if masked:
            match = max(masked, key=lambda match: (match.score, match.same))
            return self._found("masked", match.score, [match])
        nearest = case.best
        return self._found("not_found", nearest.score if nearest else 0.0, [])

    def _judge_exact(self, matches: Sequence[Match]) -> DraftFinding | None:
        likely = [self._compare(match) for match in matches]
        same = [match for match, like in zip(matches, likely, strict=True) if like == "same"]
        if len(self._case.words.words) < ENOUGH:
            matches = self._telling(matches, same)
            if not matches:
                return None
        elif self._case.quotation.speaker and all(like == "other" for like in likely):
            return self._found("other_speaker", 1.0, self._earliest(matches))
        ordered = self._earliest(same or matches)
        if not ordered[0].is_quoted:
            self._notes.append("no quotation there")
        if not same and any(map(self._is_of_other, matches)):
            return None  # the speaker may quote somebody, or speak for a body
        if self._case.quotation.speaker and not same:
            self._notes.append("the documents do not say clearly that it is the same speaker")
        if same and "other" in likely:
            self._notes.append("another document gives it to somebody else")
        return self._found("exact", 1.0, ordered)

    def _is_of_other(self, match: Match) -> bool:
        """Return whether a place is not told to be of the speaker, and gives its words to somebody."""
        claim = match.document.claim_at(*match.span)
        first = self._pile.first_piece(match.document, claim) if claim else None
        source = (first.entity_id or first.source or "") if first else ""
        return self._case.quotation.speaker is not None and source.lower() not in {"", *PRONOUNS}

    def _telling(self, matches: Sequence[Match], same: Sequence[Match]) -> Sequence[Match]:
        """Return the places that tell something of a word or two."""
        return same if self._case.quotation.speaker else [match for match in matches if match.is_quoted]

    def _judge_altered(self, best: Match, altered: Sequence[Match]) -> DraftFinding:
        same = [match for match in altered if match.score >= min(best.score, WHOLE)]
        place = max(same, key=lambda match: (match.score, self._compare(match) == "same"))
        others = [match for match in same if match.document is not place.document]
        self._notes += _tell(place.changes)
        if self._case.quotation.speaker and self._compare(place) == "other":
            self._notes.append("and somebody else said it")
        if others:
            self._notes.append(
                f"{counted(len({m.document.doc_id for m in others}), 'other document')} has it too"
            )
        finding = self._found("altered", place.score, [place, *self._earliest(others)])
        return replace(finding, difference=place.differences())

    def _spliced(self, best: Match | None) -> DraftFinding | None:
        """Return the verdict where a place has one piece, and another one the other; or one place has words of two speakers."""
        case, rest = self._case, self._case.rest
        first = case.best
        if best is not None and self._crosses(best):
            return self._found("spliced", best.score, [best])
        if rest is None or first is None or (best is not None and best.score >= WHOLE):
            return None
        near = [match for match in rest.near if match.score >= WHOLE and match.same >= PIECE]
        others = [*rest.exact, *near]
        covered = first.same + max((match.same for match in others), default=0)
        if not others or covered < WHOLE * len(case.words.words):
            return None
        other = max(others, key=lambda match: (match.same, match.document is first.document))
        return self._found("spliced", covered / len(case.words.words), [first, other])

    def _crosses(self, match: Match) -> bool:
        """Return whether words of several speakers follow each other in a place."""
        told = [self._pile.place(match.document, *span) for span in match.stretches]
        said = [place.speaker for place, run in zip(told, match.runs, strict=True) if place.claim_id and run[1] - run[0] > 1]  # fmt: skip
        return any(one != other and one and other for one, other in pairwise(said))

    def _compare(self, match: Match) -> Likeness:
        """Return whether the speaker of the draft is the one of a place."""
        speaker = self._case.quotation.speaker
        if speaker is None:
            return "unknown"
        return like_speaker(speaker, match, self._pile)

    def _earliest(self, matches: Iterable[Match]) -> list[Match]:
        """One match of each document, the earliest document first; those of the speaker and in quotation marks first in a document."""
        best: dict[str, Match] = {}
        for match in sorted(matches, key=lambda one: (self._compare(one) != "same", not one.is_quoted)):
            best.setdefault(match.document.doc_id, match)
        return sorted(best.values(), key=lambda one: (str(one.document.day or "9"), one.document.doc_id))

    def _found(self, verdict: Verdict, score: float, matches: Sequence[Match]) -> DraftFinding:
        places = (self._pile.place(match.document, *match.span) for match in matches)
        return self._case.quotation.found(self._file, "quotation", verdict, score, places, notes=self._notes)


def like_speaker(speaker: Speaker, match: Match, pile: Pile) -> Likeness:
    """Return whether a speaker is the one of a place in a document."""
    document = match.document
    claim = document.claim_at(*match.span)
    if claim is None:
        return "other" if match.is_quoted and not is_named(speaker, document) else "unknown"
    like = like_source(speaker, claim, document, pile)
    if like == "other" and match.size < NESTED and is_named(speaker, document, around=match.span):
        return "unknown"  # a few words may be quoted by one from the other
    return like


def _is_title(text: str) -> bool:
    """Return whether all long words of some words in quotation marks have capitals, as those of a title or bill."""
    words = re.findall(r"[^\W\d_]+", text)
    long = [word for word in words if len(word) >= LONG]
    return 1 < len(words) <= TITLE and len(long) > 1 and all(word[0].isupper() for word in long)


def _is_masked(match: Match) -> bool:
    """Return whether enough of a quotation can be seen to say that the rest is masked."""
    if not match.hidden or match.score < WHOLE:
        return False
    longest = max(end - start for start, end in match.runs)
    return longest >= ENOUGH or match.same * 3 >= match.size * 2


def _is_altered(match: Match) -> bool:
    return match.score >= ALTERED and match.same >= min(ENOUGH, max(match.size - 1, 2))


def _tell(changes: Iterable[Change]) -> Iterator[str]:
    """Negations and numbers that differ, in words."""
    for change in changes:
        mine, theirs = telling_words(change.draft), telling_words(change.pile)
        for word in sorted(theirs - mine):
            yield f"the draft lacks '{word}'"
        for word in sorted(mine - theirs):
            yield f"the documents do not have '{word}'"
