"""Finds names by their head word: `Environment, Food and Rural Affairs Committee`, `Ministry of Public Security`."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Span

from pipeline.components.extensions import gap_tokens, register
from pipeline.rules import EntryId, Strict

NO_NAME_TAGS = frozenset({"DT", "IN", "PRP", "PRP$", "WRB", "WDT", "CC", "MD"})
OPENING_TAGS = frozenset({"VBG", "VBN", "RB", "UH"})
"""A word of these tags has its capital only because it opens a sentence (`Regarding Tarnshire Province, ...`)."""
MAX_WORDS = 14
LOWERED_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS", "JJ", "VBG", "VBN", "HYPH"})


class Head(Strict):
    """A head word and the names that it makes.

    Attributes:
        words: Forms of the head, as written.
        before: The name stands before the head (`Home Affairs Committee`).
        after: Prepositions by which it follows (`Committee on Climate Change`).
        headlines: Whether it makes names in title case too, where the capitals say nothing.
        lists: The name may list things with commas and `and` (`Environment, Food and Rural Affairs Committee`).
        stop: Words that never belong to the name, in lower case.
        examples: Sentences with the mention in square brackets.
        counterexamples: Sentences without one.
    """

    id: EntryId
    label: str
    words: tuple[str, ...]
    before: bool = True
    after: tuple[str, ...] = ()
    headlines: bool = True
    lists: bool = False
    stop: tuple[str, ...] = ()
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]


class HeadFile(Strict):
    """All head words."""

    heads: tuple[Head, ...] = ()


register()


def find_headed_names(doc: Doc, rules: HeadFile) -> list[Span]:
    """All names with a head word of the rules, as candidates `rule:<id>`."""
    by_word: dict[str, list[Head]] = {}
    for head in rules.heads:
        for word in head.words:
            by_word.setdefault(word, []).append(head)
    gaps = gap_tokens(doc)
    lowered = frozenset(doc._.lowered or ())
    places = _place_starts(doc)
    found = []
    for token in doc:
        for head in by_word.get(token.text.capitalize() if token.i in lowered else token.text, ()):
            if token.i in lowered and not head.headlines:
                continue
            start = _extend_left(doc, token.i, head, gaps) if head.before else token.i
            end = _extend_right(doc, token.i, head, gaps, places)
            if end - start > 1:
                found.append(Span(doc, start, end, label=head.label, span_id=f"rule:{head.id}"))
    return found


def _extend_left(doc: Doc, head_at: int, head: Head, gaps: frozenset[int]) -> int:
    """Index of the first token of the name that ends in the head word."""
    start, joined = head_at, False
    for i in range(head_at - 1, max(head_at - MAX_WORDS, -1), -1):
        token = doc[i]
        if i in gaps or token.is_space or token.lower_ in head.stop:
            break
        if _is_name_word(doc, i):
            if joined and not head.lists and (i and _is_name_word(doc, i - 1)):
                break
            start = i
        elif token.lower_ in ("and", "&"):
            joined = True
        elif not (head.lists and joined and _is_list_comma(doc, i)) and not (token.lower_ in ("of", "for", "on") and i + 1 == start):
            break
    return start


def _is_list_comma(doc: Doc, i: int) -> bool:
    return doc[i].text == "," and i > 0 and _is_name_word(doc, i - 1)


def _place_starts(doc: Doc) -> frozenset[int]:
    """First tokens of places, by the list or the model."""
    spans = [*doc.spans.get("candidates", ()), *doc.ents]
    return frozenset(span.start for span in spans if span.label_ == "GPE")


def _extend_right(doc: Doc, head_at: int, head: Head, gaps: frozenset[int], places: frozenset[int]) -> int:
    """One past the last token of the name that follows the head word."""
    if head_at + 2 >= len(doc) or doc[head_at + 1].lower_ not in head.after or head_at + 1 in gaps:
        return head_at + 1
    if _is_seat(doc, head_at + 1, head, places):
        return head_at + 1
    end = head_at + 1
    for i in _following(doc, head_at + 2, gaps):
        if _is_name_word(doc, i):
            end = i + 1
        elif not _goes_on(doc, i, head) or _is_seat(doc, i, head, places):
            break
    return end


def _is_seat(doc: Doc, i: int, head: Head, places: frozenset[int]) -> bool:
    """Whether `in` or `of` leads to the place of a committee or department, which is no part of its name."""
    return i + 1 in places and (doc[i].lower_ == "in" or (doc[i].lower_ == "of" and head.lists))


def _goes_on(doc: Doc, i: int, head: Head) -> bool:
    """Whether a small word inside a name behind its head lets the name go on."""
    word = doc[i].lower_
    if word == ",":
        return head.lists and _list_goes_on(doc, i + 1)
    if word in ("and", "&"):
        return head.lists and i + 1 < len(doc) and _is_name_word(doc, i + 1)
    return word in ("of", "the", "for", "in", "to", "on") and doc[i - 1].lower_ not in ("and", "&")


def _following(doc: Doc, start: int, gaps: frozenset[int]) -> Iterator[int]:
    for i in range(start, min(start + MAX_WORDS, len(doc))):
        if i in gaps or doc[i].is_space:
            return
        yield i


def _list_goes_on(doc: Doc, start: int) -> bool:
    """Whether `A, B and C` follows: capitalised words up to an `and` with one more behind it."""
    for i in range(start, min(start + 6, len(doc) - 1)):
        if doc[i].lower_ in ("and", "&"):
            return i > start and _is_name_word(doc, i + 1)
        if not _is_name_word(doc, i) and doc[i].text != ",":
            return False
    return False


def _is_name_word(doc: Doc, i: int) -> bool:
    """Whether a token can be part of a name: it has a capital, or had one in a headline and is no verb of it."""
    token = doc[i]
    if not token.text[:1].isupper():
        return i in (doc._.lowered or ()) and token.tag_ in LOWERED_TAGS and token.dep_ != "ROOT"
    opens = i == 0 or bool(token.is_sent_start)
    return token.tag_ not in NO_NAME_TAGS and not (opens and token.tag_ in OPENING_TAGS)
