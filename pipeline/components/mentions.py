"""Decides between the candidates of the layers: one label for each stretch of text.

Order of trust: names of the gazetteer, strong grammar rules, the model, weak rules. A longer name beats a shorter one
inside it (`University of Manchester`, `Jordan Smith`) unless the shorter is known and the rest is no name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from spacy.tokens import Doc, Span

from pipeline.components.extensions import gap_tokens
from pipeline.components.gazetteer import PRIORITY
from pipeline.components.truecase import ordinary_words
from pipeline.naming import name_words

NAMED = frozenset({"PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE"})
"""Labels of the model that name something; the others (dates, numbers) never hide a candidate."""
NUMERIC = frozenset({"DATE", "TIME", "CARDINAL", "ORDINAL", "MONEY", "PERCENT", "QUANTITY"})
ORGANISED = frozenset({"ORG", "COMPANY", "COMMITTEE", "DEPARTMENT"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention of an entity: token offsets, label, and where it comes from.

    Attributes:
        method: gazetteer, rule, model or document; `common` and `weak` before they are confirmed.
        entry: Id in the rule data, or empty.
    """

    start: int
    end: int
    label: str
    method: str
    rule: str = ""
    entry: str = ""

    def overlaps(self, other: Mention) -> bool:
        """Whether they share a token."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: Mention) -> bool:
        """Whether `other` lies inside."""
        return self.start <= other.start and other.end <= self.end


def read_candidates(doc: Doc) -> list[Mention]:
    """The candidates that the gazetteer and the grammar left on the doc."""
    return [_from_span(span) for span in doc.spans.get("candidates", ())]


def _from_span(span: Span) -> Mention:
    method, _, rule = span.id_.partition(":")
    start = span.start
    while start + 1 < span.end and (span.doc[start].lower_ == "the" or (span.label_ == "OFFICE" and _is_country(span.doc, start))):
        start += 1
    return Mention(start, span.end, span.label_, method, rule, span.kb_id_)


def _is_country(doc: Doc, i: int) -> bool:
    """Whether a token only says of which country an office is (`German Chancellor`)."""
    return doc[i].ent_type_ in ("NORP", "GPE") and doc[i].text[:1].isupper()


def read_model_entities(doc: Doc) -> list[Mention]:
    """The model's entities without determiner, possessive and gap tokens; what a gap cuts is left out."""
    gaps = gap_tokens(doc)
    found = []
    for ent in doc.ents:
        if not gaps.isdisjoint(range(ent.start, ent.end)):
            continue
        start, end = trim(doc, ent.start, ent.end, ent.label_)
        if start < end:
            found.append(Mention(start, end, ent.label_, "model", f"model.{ent.label_}"))
    return found


def trim(doc: Doc, start: int, end: int, label: str) -> tuple[int, int]:
    """A span without leading determiner or honorific and without trailing possessive or punctuation."""
    while start < end and (doc[start].is_space or doc[start].lower_ in ("the", "a", "an") or _is_edge(doc, start)):
        start += 1
    while start + 1 < end and doc[start].lower_.rstrip(".") in name_words().honorifics and label == "PERSON":
        start += 1
    while start < end and (doc[end - 1].is_space or doc[end - 1].lower_ in ("'s", "’s", "'", "’") or _is_edge(doc, end - 1)):
        end -= 1
    return start, end


def _is_edge(doc: Doc, i: int) -> bool:
    return doc[i].text in {",", ".", ":", ";", "-", "–", "—", '"', "“", "”", "‘", "(", ")", "[", "]", "*", "#", "|", "/"}


def choose(doc: Doc, candidates: Iterable[Mention], model: Iterable[Mention]) -> list[Mention]:
    """The mentions that stand, in order, without overlaps.

    Args:
        doc: The doc.
        candidates: Of the gazetteer (`gazetteer`), the grammar (`rule`, `weak`) and confirmed common words.
        model: The model's entities.
    """
    known = _allowed(list(candidates))
    model = [mention for mention in model if mention.label not in NUMERIC and _is_plausible(doc, mention, known)]
    ranked = sorted([*known, *model], key=lambda mention: _rank(doc, mention))
    kept: list[Mention] = []
    taken: dict[int, Mention] = {}
    for mention in ranked:
        if not any(i in taken for i in range(mention.start, mention.end)):
            kept.append(mention)
            taken.update(dict.fromkeys(range(mention.start, mention.end), mention))
    return sorted(kept, key=lambda mention: mention.start)


def _allowed(candidates: list[Mention]) -> list[Mention]:
    """Candidates without those that a rule forbids: the same span, or an office that it overlaps."""
    forbidden = [mention for mention in candidates if mention.label == "NONE"]
    spans = {(mention.start, mention.end) for mention in forbidden}
    return [
        mention
        for mention in candidates
        if mention.label != "NONE"
        and (mention.start, mention.end) not in spans
        and not (mention.label == "OFFICE" and any(other.overlaps(mention) for other in forbidden))
    ]


def _is_plausible(doc: Doc, mention: Mention, known: list[Mention]) -> bool:
    """Whether an entity of the model can be a name, and adds something to the known names in it."""
    words = doc[mention.start : mention.end]
    if not any(character.isupper() or character.isdigit() for character in words.text):
        return False
    if len(words) == 1 and mention.label in ("ORG", "PERSON", "PRODUCT", "GPE") and words[0].is_title and words[0].lower_ in ordinary_words():
        return False
    inside = [other for other in known if other.method in ("gazetteer", "rule") and mention.covers(other) and other.label != "OFFICE"]
    covered = {i for other in inside for i in range(other.start, other.end)}
    return not inside or any(token.i not in covered and token.text[:1].isupper() for token in words)


def _rank(doc: Doc, mention: Mention) -> tuple[int, int, int, int]:
    order = {"gazetteer": 0, "rule": 0, "document": 0, "model": 0, "weak": 3, "common": 4}[mention.method]
    if mention.method == "model" and mention.label not in NAMED:
        order = 2
    trust = {"gazetteer": 0, "rule": 1, "document": 1, "model": 2}.get(mention.method, 3)
    label = PRIORITY.index(mention.label) if mention.label in PRIORITY else len(PRIORITY)
    return order, mention.start - mention.end, trust, label
