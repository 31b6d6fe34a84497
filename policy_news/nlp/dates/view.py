"""What the annotation of a Doc says about a span of its text; empty answers where the Doc has none."""

from __future__ import annotations

from bisect import bisect_right

from spacy.tokens import Doc, Span

from policy_news.nlp.dates.class_patterns import Hit
from policy_news.nlp.dates.context import Tense
from policy_news.nlp.dates.lexer import WordClasses
from policy_news.nlp.dates.tense import find_tense, has_happened
from policy_news.nlp.tokens import Tokens


class DocView:
    """Labels, tags and tenses of a doc by character offset."""

    def __init__(self, tokens: Tokens, lexicon: WordClasses) -> None:
        self._tokens = tokens
        self._lexicon = lexicon
        self._entities = [(ent.start_char, ent.end_char, ent.label_) for ent in tokens.ents]
        self._entity_starts = [start for start, _, _ in self._entities]
        self._tagged = tokens.doc.has_annotation("TAG")
        self._parsed = tokens.doc.has_annotation("DEP")

    def label(self, hit: Hit) -> str:
        """Return the label of the entity over the month of a match, or over its last piece if it has no month."""
        piece = hit.last - 1
        if hit.has("month"):
            piece = hit.groups["month"][0]
        at = hit.pieces.starts[piece]
        found = bisect_right(self._entity_starts, at) - 1
        if found < 0 or self._entities[found][1] <= at:
            return ""
        return self._entities[found][2]

    def tag(self, offset: int) -> str:
        """Tag of the token at a character offset."""
        if not self._tagged or offset < 0:
            return ""
        return self._tokens.tags[self._token(offset)]

    def _token(self, offset: int) -> int:
        """Index of the token at a character offset."""
        return max(0, bisect_right(self._tokens.starts, offset) - 1)

    def _is_masked_plan(self, first: int) -> bool:
        """Return whether a modal stands before masked words that end before a token: `would **** in May`."""
        start = self._masked_before(first)
        return 0 < start < first and self._lexicon.has("modal", self._tokens.lower[start - 1])

    def _masked_before(self, first: int) -> int:
        """Return where the masked words begin that end before a token or its preposition; the token itself without any."""
        at = first - 1 if first and self._tokens.tags[first - 1] == "IN" else first
        start = at
        while start and start - 1 in self._tokens.gaps:
            start -= 1
        return start if start < at else first

    def _names_deed(self, hit: Hit) -> bool:
        """Return whether what has happened stands right after the expression: `the 7 October attack`, `Hamas' 7 October assault`."""
        if hit.before() not in ("the", "'", "’", "'s", "’s"):
            return False
        return any(self._lexicon.has("happened", hit.after(distance)) for distance in (1, 2, 3))

    def tense(self, hit: Hit) -> Tense:
        """Return the tense of the clause of a match; words like `since` and `due` before it come first."""
        before = [hit.before(distance) for distance in (1, 2, 3)]
        # Pieces are finer than tokens, so both ends are looked up by their characters.
        first = self._token(hit.pieces.starts[hit.first])
        last = self._token(hit.pieces.ends[hit.last - 1] - 1)
        span = self._tokens.doc[first : last + 1]
        # Words beside the expression come before the grammar of the clause: `will run until Monday` needs no verb.
        told = self._beside(hit, before, span)
        if told is not None:
            return told
        if self._is_masked_plan(first):
            return "future"
        tense = find_tense(span, self._lexicon, parsed=self._parsed)
        if tense == "past" and self._masked_before(first) < first:
            return "unclear"  # `told them **** before the end of the year`: its verb may be masked
        return self._led_to(tense, before, span.doc, first)

    def _led_to(self, tense: Tense, before: list[str], doc: Doc, first: int) -> Tense:
        """Return the tense of a clause for an expression behind `until`, `by`, `for` or `to`."""
        if tense == "likely" and before[0] == "by":
            return "future"  # `called on firms to publish their data of May by Christmas`
        if any(self._lexicon.has("until", word) for word in before[:2]):
            return "future" if tense == "future" else "likely"
        if tense == "past" and self._lexicon.has("toward", before[0]) and before[1] != "prior":
            # `the report, promised for May`
            promised = first > 1 and self._lexicon.has("intends", doc[first - 2].lemma_)
            return "future" if promised else "unclear"
        return tense

    def _beside(self, hit: Hit, before: list[str], span: Span) -> Tense | None:
        """Return the tense by the words beside a match, or by the noun that it belongs to."""
        if "since" in before[:2] or self._lexicon.has("never_times", before[0]) or self._names_deed(hit):
            return "past"
        if self._parsed and has_happened(span.root, self._lexicon):
            return "past"
        # `as planned in May` tells nothing: its clause decides.
        if any(
            self._lexicon.has("future_sign", word) and hit.before(distance + 1) != "as"
            for distance, word in enumerate(before, 1)
        ):
            return "future"
        if self._is_scheduled(hit, before):
            return "likely"
        return "past" if hit.after() == "'s" or not self._tagged else None

    def _is_scheduled(self, hit: Hit, before: list[str]) -> bool:
        """Return whether something with a day beforehand stands beside a match: `November's election`, `announced a vote for June`."""
        if hit.after() == "'s":
            return any(self._lexicon.has("scheduled", hit.after(distance)) for distance in (2, 3, 4))
        return before[0] == "for" and self._tagged and self._lexicon.has("scheduled", before[1])
