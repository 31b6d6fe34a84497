"""Stage `resolve`: mentions -> entities, one for each real thing of the corpus."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.errors import StageError
from pipeline.labels import ORGANISED, PEOPLE, PLACES
from pipeline.naming import is_acronym_of, person_id, slug, surname_start, without_legal_form
from pipeline.own_lists import known_names
from pipeline.rows import Annotated
from pipeline.schema import EntityRow, FailureRow, MentionRow
from pipeline.settings import Settings
from pipeline.stages import ANNOTATED, ENTITIES, FAILURES, INGEST_FAILURES, RESOLVED, SHARDS
from pipeline.stages.annotate import Result
from pipeline.storage import read_records, write_records


def run(out: Path, settings: Settings) -> int:
    """Resolve all mentions; returns the number of entities."""
    results = sorted(_read(out), key=lambda result: result.annotated.document.doc_id if result.annotated else "")
    resolved = [resolve_document(result.annotated) for result in results if result.annotated]
    ids = {mention.entity_id for annotated in resolved for mention in annotated.mentions}
    known = {**_known_names(settings), **known_names(settings.annotate.own_lists, ids)}
    entities = collect_entities(resolved, known)
    failures = [result.failure for result in results if result.failure]
    failures += read_records(out / INGEST_FAILURES, FailureRow, "ingest")
    write_records(out / RESOLVED, Annotated, resolved)
    write_records(out / ENTITIES, EntityRow, entities)
    write_records(out / FAILURES, FailureRow, sorted(failures, key=lambda row: (row.path, row.stage)))
    return len(entities)


def _read(out: Path) -> Iterator[Result]:
    try:
        keys = json.loads((out / ANNOTATED).read_text(encoding="utf-8"))
    except OSError as error:
        raise StageError(f"{out / ANNOTATED} is missing", "Run `pipeline annotate` first.") from error
    for key in keys:
        yield from read_records(out / SHARDS / f"{key}.jsonl", Result, "annotate")


def _known_names(settings: Settings) -> Mapping[str, tuple[str, str | None]]:
    """Id in the rule data to canonical name and Wikidata id."""
    path = Path(settings.annotate.model) / "names.json"
    if not path.is_file():
        return {}
    return {key: (name, kb) for key, (name, kb) in json.loads(path.read_text(encoding="utf-8")).items()}


def resolve_document(annotated: Annotated) -> Annotated:
    """Give every mention its entity id, and every claim the id of its source's."""
    fuller = _fuller_forms(annotated.mentions)
    mentions = tuple(replace(mention, entity_id=_entity_id(mention, fuller)) for mention in annotated.mentions)
    ids = {mention.mention_id: mention.entity_id for mention in mentions}
    claims = tuple(replace(claim, source_entity_id=ids.get(claim.source_entity_id or "")) for claim in annotated.claims)
    return replace(annotated, mentions=mentions, claims=claims)


def _fuller_forms(mentions: Sequence[MentionRow]) -> Mapping[tuple[str, str], set[str]]:
    """`(group, short form)` to the ids of the things of the document that it may stand for."""
    fuller: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    acronyms = {mention.text for mention in mentions if mention.text.isupper() and _group(mention.label) == "org"}
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
    return [word for word in mention.text.replace("-", " ").split() if word[0].isupper()] or mention.text.split()


def _short_forms(mention: MentionRow, group: str) -> Iterator[str]:
    words = mention.text.split()
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


def collect_entities(resolved: Sequence[Annotated], known: Mapping[str, tuple[str, str | None]]) -> list[EntityRow]:
    """The entities of all mentions, sorted by id."""
    mentions: defaultdict[str, list[MentionRow]] = defaultdict(list)
    days = {}
    for annotated in resolved:
        days[annotated.document.doc_id] = annotated.document.published
        for mention in annotated.mentions:
            mentions[mention.entity_id].append(mention)
    rows = []
    for entity_id in sorted(mentions):
        own = mentions[entity_id]
        documents = sorted({mention.doc_id for mention in own})
        dates = sorted(day.date() for doc_id in documents if (day := days[doc_id]))
        name, kb_id = known.get(entity_id) or (_best_name(own), None)
        rows.append(
            EntityRow(
                entity_id=entity_id,
                label=_most(mention.label for mention in own),
                name=name,
                kb_id=kb_id,
                aliases=sorted({mention.text for mention in own}),
                n_mentions=len(own),
                n_documents=len(documents),
                first_date=dates[0] if dates else None,
                last_date=dates[-1] if dates else None,
            )
        )
    return rows


def _most(values: Iterable[str]) -> str:
    counts = Counter(values)
    return min(counts, key=lambda value: (-counts[value], value))


def _best_name(mentions: Sequence[MentionRow]) -> str:
    """The longest form, of equally long ones the most frequent."""
    counts = Counter(" ".join(mention.text.split()) for mention in mentions)
    return min(counts, key=lambda text: (-len(text), -counts[text], text))
