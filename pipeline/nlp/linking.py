"""Which mentions of one document are of one thing: full names, surnames, acronyms, short forms of companies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.rules.names import is_acronym_of, person_id, slug, surname_start, without_legal_form
from pipeline.tables.chunks import Annotated
from pipeline.tables.labels import ORGANISED, PEOPLE, PLACES
from pipeline.tables.schema import MentionRow


def link_mentions(annotated: Annotated) -> Annotated:
    """Give every mention its entity id, and every claim the id of its source's."""
    fuller = _fuller_forms(annotated.mentions)
    ids = {mention.mention_id: _entity_id(mention, fuller) for mention in annotated.mentions}
    # Most stay as they are, and a row is made slowly.
    mentions = [
        m if m.entity_id == ids[m.mention_id] else replace(m, entity_id=ids[m.mention_id])
        for m in annotated.mentions
    ]
    claims = [
        c if c.source_entity_id is None else replace(c, source_entity_id=ids.get(c.source_entity_id))
        for c in annotated.claims
    ]
    return replace(annotated, mentions=tuple(mentions), claims=tuple(claims))


def _fuller_forms(mentions: Sequence[MentionRow]) -> Mapping[tuple[str, str], set[str]]:
    """`(group, short form)` to the ids of the things of the document that it may stand for."""
    fuller: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    acronyms = {
        mention.text for mention in mentions if mention.text.isupper() and _group(mention.label) == "org"
    }
    for mention in mentions:
        group, known = _group(mention.label), mention.entity_id or _own_id(mention)
        for form in _short_forms(mention, group):
            fuller[group, form].add(known)
        if group == "org" and " " in mention.text:
            for form in acronyms:
                if is_acronym_of(form, _name_words(mention)):
                    fuller[group, form].add(known)
    return fuller


def _name_words(mention: MentionRow) -> list[str]:
    return [
        word for word in mention.text.replace("-", " ").split() if word[0].isupper()
    ] or mention.text.split()


def _short_forms(mention: MentionRow, group: str) -> Iterator[str]:
    words = mention.text.split()
    if group == "place" and not mention.text.isupper():
        yield mention.text.upper()  # as a dateline has it
    if len(words) < 2:
        return
    if group == "person":
        yield " ".join(words[surname_start(words) :])
        yield words[-1]
    if mention.label == "COMPANY":
        yield words[0]
        yield without_legal_form(mention.text)


def _entity_id(mention: MentionRow, fuller: Mapping[tuple[str, str], set[str]]) -> str:
    """The id in the rule data, else that of the one full form, else one of its own.

    A surname that two people of a document bear is no third person of the corpus: its id is of this document alone.
    """
    if mention.label == "OFFICE":
        return mention.office_id or _own_id(mention)
    group = _group(mention.label)
    ids = fuller.get((group, mention.text), set())
    if mention.entity_id or not ids:
        return mention.entity_id or _own_id(mention)
    if len(ids) == 1:
        return next(iter(ids))
    return f"{_own_id(mention)}-in-{slug(mention.doc_id)}" if group == "person" else _own_id(mention)


def _own_id(mention: MentionRow) -> str:
    return _slugged(_group(mention.label), mention.text)


def _slugged(group: str, text: str) -> str:
    name = without_legal_form(text) if group == "org" else text
    return person_id(text) if group == "person" else f"{group}-{slug(name) or 'sign'}"


def _group(label: str) -> str:
    if label in PEOPLE:
        return "person"
    if label in PLACES:
        return "place"
    return "org" if label in ORGANISED else label.lower()
