"""What relations are decided by: facts of the claims of a document, read from the rows of the tables alone."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipeline.nlp.relations.described import find_described
from pipeline.nlp.relations.leads import name_leads
from pipeline.nlp.relations.writers import find_writers
from pipeline.tables.chunks import Chunk, plain_values
from pipeline.tables.labels import PEOPLE
from pipeline.text.document import HEADLINES

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "documents": ("doc_id", "published", "text"),
    "appearances": ("doc_id", "entity_id", "label", "name"),
    "sections": ("section_id", "doc_id", "kind", "start", "end"),
    "mentions": ("mention_id", "doc_id", "start", "end", "entity_id", "label", "office_id"),
    "claims": (
        "claim_id", "doc_id", "section_id", "source_start", "source_end", "source_text", "source_entity_id",
        "cue_start", "cue_end", "cue_text", "cue_lemma", "content_start", "content_end", "content_text",
        "claim_type", "negated", "polarity", "continues", "headline_of", "claim_date", "kept", "content_lemmas",
    ),
    "claim_mentions": ("claim_id", "mention_id"),
}  # fmt: skip
"""Tables and columns that facts are read from."""
NEGATION = "not"
"""What stands for any negation among the words of a content."""
STEM = 6
"""Letters that a word is cut to."""
FAR_APART = 40
"""Characters between source and cue above which what stands there is a clause of its own."""
MEANT = "meant"
"""Attribute of a claim under which its words are kept while their meanings are compared."""
TELLS = "tells"
"""Attribute of a claim under which it is kept whether it tells what was claimed."""
QUOTED_ROW = 4
"""Words in a row of a quotation that make a key, and that quotations are compared by."""
_QUOTED = re.compile(
    r"[“\"‘]([^“”\"]{2,}?)[”\"’](?![^\W_])"
    r"|(?<![\w'’])'([^'“”\"]{2,80})'(?![^\W_])"  # in a headline, not behind a word: `the workers' rights'`
    r"|[“\"]([^“”\"]{2,})$"
)
_RECALLED = re.compile(
    r"\bwhen (?:he|she|they|I|it) (?:had )?(?:said|spoke|called|referred|described|talked)\b"
)
_NUMBER = re.compile(r"\d[\d,.]*")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


@dataclass(frozen=True)
class ClaimFacts:
    """What is known of one claim.

    Attributes:
        claim_id: Its id.
        place: Where it begins in the document: its first word.
        end: One past its last character.
        section: Number of its section.
        headline: It stands in a title or heading.
        speaker: Entity behind the source, or None.
        name: Its fullest name in the document.
        person: It is a person.
        source: The words of the source in lower case.
        day: The day that it is dated to; None if that is unknown.
        claim_type: Its type.
        polarity: How the source stands to the content.
        negated: Its cue is negated.
        between: The words between source and cue in lower case.
        cue: The reporting words in lower case.
        cue_lemma: Base form of the head of the cue.
        content: The words of the content as written.
        lemmas: Base forms of the words that mean something, in order.
        names: Entities inside the content.
        pieces: Ids of its pieces, where it is a quotation that goes on.
        cue_at: First character of the cue; -1 without one.
        content_at: First character of the content and one past its last.
        continues: The claim whose quotation goes on in this one.
        headline_of: The claim of the text that says the same.
        words_in: The quotation by which its speaker did what it tells: `downplayed the charges`.
        described: What the document calls the speaker beside the name, in lower case: `chief executive of the trust`.
        offices: Entities of the offices beside the name, with single spaces between them.
        bodies: Entities of what else stands beside it: whom the speaker may speak for.
        spread: Of each of its stems, in order, the number of claims of the document that have it.
    """

    claim_id: str
    place: int
    end: int
    section: int
    headline: bool
    speaker: str | None
    name: str
    person: bool
    source: str
    day: dt.date | None
    claim_type: str
    polarity: str | None
    negated: bool
    between: str
    cue: str
    cue_lemma: str
    content: str
    lemmas: tuple[str, ...]
    names: frozenset[str]
    continues: str | None
    headline_of: str | None
    pieces: tuple[str, ...] = ()
    words_in: str | None = None
    cue_at: int = -1
    content_at: tuple[int, int] = (-1, -1)
    described: str = ""
    offices: str = ""
    bodies: str = ""
    spread: tuple[int, ...] = ()

    @property
    def document(self) -> str:
        """Its document."""
        return self.claim_id.rsplit("#", 1)[0]

    def holds(self, other: ClaimFacts) -> bool:
        """Whether another claim stands inside the content of this one: `she said that [the firm had not answered]`."""
        return self.content_at[0] <= other.cue_at < self.content_at[1]

    def forget(self) -> None:
        """Drop what was worked out of the words: it takes several times the room of the words, and can be worked out again."""
        for name in (*_WORKED_OUT, MEANT, TELLS):
            self.__dict__.pop(name, None)

    @cached_property
    def words(self) -> frozenset[str]:
        """The different words of the content, without negation."""
        return frozenset(self.lemmas) - {NEGATION}

    @cached_property
    def stems(self) -> frozenset[str]:
        """The words cut to what a verb and its noun share: `investigate` and `investigation`."""
        return frozenset(word[:STEM] if len(word) > STEM else word for word in self.words)

    @cached_property
    def quoted(self) -> tuple[tuple[str, ...], ...]:
        """The words of each quotation in the content, without what it tells of an earlier remark."""
        recalled = _RECALLED.search(self.content)
        return read_quotations(self.content, recalled.start() if recalled else len(self.content))

    @cached_property
    def said(self) -> tuple[str, ...]:
        """All words of the content."""
        return tuple(split_words(self.content))

    @cached_property
    def spoken(self) -> str:
        """All words of the content with single spaces between and around them."""
        return f" {' '.join(self.said)} "

    @cached_property
    def places(self) -> Mapping[str, list[int]]:
        """Where each word of the content stands in it."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self.said):
            found[word].append(place)
        return dict(found)

    @cached_property
    def capitals(self) -> frozenset[str]:
        """The words of the content that are written with a capital, in lower case: most are of names."""
        return frozenset(
            word.lower().replace("’", "'") for word in _WORD.findall(self.content) if word[0].isupper()
        )

    @cached_property
    def said_rows(self) -> frozenset[tuple[str, ...]]:
        """Each four words in a row of the content."""
        return frozenset(rows_of(self.said, QUOTED_ROW))

    @cached_property
    def quoted_rows(self) -> frozenset[tuple[str, ...]]:
        """Each four words in a row of a quotation in the content."""
        return frozenset(row for words in self.quoted for row in rows_of(words, QUOTED_ROW))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers of the content."""
        return frozenset(match.strip(",.") for match in _NUMBER.findall(self.content))

    @cached_property
    def denied(self) -> bool:
        """The content is negated, as far as its words tell."""
        return NEGATION in self.lemmas


def read_quotations(content: str, end: int) -> tuple[tuple[str, ...], ...]:
    """The words of each quotation in a content, up to a character."""
    found = (match[1] or match[2] or match[3] for match in _QUOTED.finditer(content, 0, end))
    return tuple(tuple(split_words(text)) for text in found)


_WORKED_OUT = tuple(name for name, value in vars(ClaimFacts).items() if isinstance(value, cached_property))


@dataclass(frozen=True)
class DocumentFacts:
    """What is known of one document.

    Attributes:
        doc_id: Its id.
        day: When it was published; None if that is unknown.
        text: Its raw text.
        claims: The claims that are kept, in order.
        names: Names of the entities in it, by id.
    """

    doc_id: str
    day: dt.date | None
    text: str
    claims: tuple[ClaimFacts, ...]
    names: Mapping[str, str]


@dataclass(frozen=True)
class Beside:
    """What stands beside the name of a person in a document.

    Attributes:
        words: Words of the descriptions, in lower case.
        offices: Entities of offices in them.
        bodies: Entities of anything else in them but people.
    """

    words: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()

    def __or__(self, other: Beside) -> Beside:
        """Both together."""
        return Beside(self.words | other.words, self.offices | other.offices, self.bodies | other.bodies)


NOTHING = Beside()
"""Nothing stands beside a name."""
_BEFORE = re.compile(r"[^.;:!?()\"“”\n]*\Z")
_BEHIND = re.compile(
    r", (?P<words>(?:an?|the|its|their|his|her|who|chief|general|head|director|president|chairman|chairwoman|chair|spokes\w+|leader)"
    r"\b[^,.;:!?()\"“”\n]{3,60})[,.]"
)
_BREAKS = frozenset(
    [
        "to",
        "on",
        "in",
        "at",
        "by",
        "from",
        "with",
        "that",
        "and",
        "but",
        "or",
        "said",
        "says",
        "say",
        "told",
        "tells",
        "asks",
        "as",
        "about",
        "after",
        "before",
        "when",
        "while",
        "because",
        "over",
        "against",
        "into",
        "was",
        "were",
        "is",
        "are",
        "be",
        "been",
        "has",
        "have",
        "had",
        "did",
        "not",
        "also",
        "of",
    ]
)
MOST_BEFORE = 60
"""Characters before a name among which the words stand that describe who it is."""
BEFORE_WORDS = 4
"""Words before a name that may describe who it is."""


def describe_people(text: str, mentions: Sequence[Mapping[str, Any]]) -> Mapping[str, Beside]:
    """What stands beside the names of the people of a document: `transport secretary Olivia Crane`, `Paul Ashe, its director,`.

    Args:
        text: The raw text.
        mentions: Its mentions, in order.
    """
    found: defaultdict[str, Beside] = defaultdict(Beside)
    for place, row in enumerate(mentions):
        if row["label"] in PEOPLE:
            others = [
                one for one in mentions[max(place - CLOSE, 0) : place + CLOSE] if one["label"] not in PEOPLE
            ]
            found[row["entity_id"]] |= _beside(text, row, others)
    return found


def _beside(text: str, row: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> Beside:
    """What stands beside one mention of a person."""
    windows = list(_windows(text, row["start"], row["end"]))
    words = {word for start, end in windows for word in split_words(text[start:end])}
    within = [one for one in others if any(start <= one["start"] < end for start, end in windows)]
    offices = {one["entity_id"] for one in within if one["label"] == "OFFICE"}
    bodies = {one["entity_id"] for one in within if one["label"] != "OFFICE"}
    if row["office_id"]:
        offices.add(row["office_id"])
    return Beside(frozenset(words), frozenset(offices), frozenset(bodies))


CLOSE = 5
"""Mentions before and behind one among which those that stand beside it are."""


def _windows(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where a description may stand: the words before a name, and what stands between commas behind it."""
    first = max(start - MOST_BEFORE, 0)
    before = _BEFORE.search(text[first:start])
    at = start
    if before is not None:
        found = list(_WORD.finditer(text, first + before.start(), start))[-BEFORE_WORDS:]
        for match in reversed(found):
            word = match[0].lower()
            if word in _BREAKS or word.endswith("ed"):
                break
            at = match.start()
    if at < start:
        yield at, start
    behind = _BEHIND.match(text, end)
    if behind is not None:
        yield behind.span("words")


def split_words(text: str) -> list[str]:
    """The words of a text in lower case, with straight apostrophes."""
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


def stems_of(text: str) -> frozenset[str]:
    """The longer words of a text, cut as those of a content are."""
    return frozenset(word.removesuffix("'s")[:STEM] for word in split_words(text) if len(word) > 3)


def rows_of(words: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    """Each so many words in a row."""
    return (tuple(words[i : i + size]) for i in range(len(words) - size + 1))


def longest_row(quotation: Sequence[str], other: ClaimFacts) -> Sequence[str]:
    """The longest stretch of words of a quotation that another claim has too, the first of several."""
    if f" {' '.join(quotation)} " in other.spoken:
        return quotation
    best, end = 0, 0
    lengths: dict[int, int] = {}
    for place, word in enumerate(quotation):
        lengths = {j: lengths.get(j - 1, 0) + 1 for j in other.places.get(word, ())}
        longest = max(lengths.values(), default=0)
        if longest > best:
            best, end = longest, place + 1
    return quotation[end - best : end]


def read_facts(chunk: Chunk) -> Iterator[DocumentFacts]:
    """The facts of each document of a chunk, which has at least the columns `COLUMNS`."""
    claims = _grouped(chunk["claims"], COLUMNS["claims"])
    sections = _grouped(chunk["sections"], COLUMNS["sections"])
    names = _grouped(chunk["appearances"], COLUMNS["appearances"])
    mentions = _grouped(chunk["mentions"], COLUMNS["mentions"])
    inside = _names_inside(chunk)
    documents = (chunk["documents"][name].to_pylist() for name in COLUMNS["documents"])
    for doc_id, published, text in zip(*documents, strict=True):
        places = {row["section_id"]: number for number, row in enumerate(sections.get(doc_id, ()))}
        headlines = {row["section_id"] for row in sections.get(doc_id, ()) if row["kind"] in HEADLINES}
        rows = [row for row in claims.get(doc_id, ()) if row["kept"]]
        known = {row["entity_id"]: (row["name"], row["label"] in PEOPLE) for row in names.get(doc_id, ())}
        beside = describe_people(text, mentions.get(doc_id, ()))
        rows = _with_writers(text, rows, mentions.get(doc_id, ()))
        own = name_leads([_claim_facts(row, text, places, headlines, inside, known, beside) for row in rows])
        yield DocumentFacts(
            doc_id,
            published.date() if published else None,
            text,
            count_spread(sorted(join_quotations(own), key=lambda claim: (claim.place, claim.claim_id))),
            {entity: name for entity, (name, _) in known.items()},
        )


def _with_writers(
    text: str, rows: Sequence[Mapping[str, Any]], mentions: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The claims; a letter that speaks speaks for who wrote it, and a description for whom it describes."""
    described, writers = find_described(text, rows, mentions), find_writers(text, rows, mentions)
    own = []
    for row in rows:
        writer = writers.get(row["claim_id"])
        entity = writer.entity if writer else described.get(row["claim_id"], row["source_entity_id"])
        words = row["source_text"] if not writer or writer.entity else writer.words
        own.append({**row, "source_entity_id": entity, "source_text": words})
    return own


def join_quotations(claims: Sequence[ClaimFacts]) -> list[ClaimFacts]:
    """The claims with those that go on a quotation joined to where it begins: one report of one statement.

    The id is that of the longest piece, or of the one with the cue if it is about as long; the cue and what precedes it are those of the first.
    """
    known = {claim.claim_id: claim for claim in claims}
    pieces: defaultdict[str, list[ClaimFacts]] = defaultdict(list)
    for claim in claims:
        first = claim
        while first.continues in known and known[first.continues].place < first.place:
            first = known[first.continues]
        pieces[first.claim_id].append(claim)
    return [_joined(known[first], own) for first, own in pieces.items()]


def count_spread(claims: Sequence[ClaimFacts]) -> tuple[ClaimFacts, ...]:
    """The claims of a document with the spread of their stems: a word that most of them have tells the topic, not what one says."""
    counts = Counter(stem for claim in claims for stem in claim.stems)
    return tuple(
        replace(claim, spread=tuple(counts[stem] for stem in sorted(claim.stems))) for claim in claims
    )


HEAD = 0.05
"""Share of a quotation by which another piece must be longer than the one with the cue to stand for it."""


def _joined(first: ClaimFacts, pieces: Sequence[ClaimFacts]) -> ClaimFacts:
    if len(pieces) == 1:
        return first
    own = sorted(pieces, key=lambda claim: claim.place)
    total = sum(len(claim.content) for claim in own)
    longest = max(
        own, key=lambda claim: (len(claim.content) + HEAD * total * (claim.cue_at >= 0), -claim.place)
    )
    return replace(
        first,
        claim_id=longest.claim_id,
        end=max(claim.end for claim in own),
        content=" ... ".join(claim.content for claim in own),
        lemmas=tuple(lemma for claim in own for lemma in claim.lemmas),
        names=frozenset().union(*(claim.names for claim in own)),
        headline_of=next((claim.headline_of for claim in own if claim.headline_of), None),
        pieces=tuple(claim.claim_id for claim in own),
    )


def _grouped(table: pa.Table, columns: Sequence[str]) -> Mapping[str, list[dict[str, Any]]]:
    """The rows of a table by their document."""
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    values = [plain_values(table[name]) for name in columns]
    for row in zip(*values, strict=True):
        named = dict(zip(columns, row, strict=True))
        found[named["doc_id"]].append(named)
    return found


def _names_inside(chunk: Chunk) -> Mapping[str, frozenset[str]]:
    """The entities inside the content of each claim."""
    mentions = chunk["mentions"]
    entities = dict(zip(mentions["mention_id"].to_pylist(), mentions["entity_id"].to_pylist(), strict=True))
    found: defaultdict[str, set[str]] = defaultdict(set)
    pairs = (chunk["claim_mentions"][name].to_pylist() for name in ("claim_id", "mention_id"))
    for claim_id, mention_id in zip(*pairs, strict=True):
        found[claim_id].add(entities[mention_id])
    return {claim_id: frozenset(ids) for claim_id, ids in found.items()}


def _claim_facts(
    row: Mapping[str, Any],
    text: str,
    places: Mapping[str, int],
    headlines: set[str],
    inside: Mapping[str, frozenset[str]],
    known: Mapping[str, tuple[str, bool]],
    beside: Mapping[str, Beside],
) -> ClaimFacts:
    starts = [row[name] for name in ("source_start", "cue_start", "content_start") if row[name] is not None]
    ends = [row[name] for name in ("source_end", "cue_end", "content_end") if row[name] is not None]
    content = row["content_text"] or ""
    name, person = known.get(row["source_entity_id"], ("", False))
    description = beside.get(row["source_entity_id"], NOTHING)
    return ClaimFacts(
        claim_id=row["claim_id"],
        place=min(starts, default=0),
        end=max(ends, default=0),
        section=places.get(row["section_id"], 0),
        headline=row["section_id"] in headlines,
        speaker=row["source_entity_id"],
        name=name,
        person=person,
        source=" ".join(split_words(row["source_text"] or "")),
        day=row["claim_date"],
        claim_type=row["claim_type"],
        polarity=row["polarity"],
        negated=row["negated"],
        between=_between(row, text),
        cue=" ".join(split_words(row["cue_text"] or "")),
        cue_lemma=row["cue_lemma"] or "",
        content=content,
        # A claim that a person made has no base forms: its words must do.
        lemmas=tuple(map(sys.intern, row["content_lemmas"] or split_words(content))),
        names=inside.get(row["claim_id"], frozenset()),
        continues=row["continues"],
        headline_of=row["headline_of"],
        cue_at=-1 if row["cue_start"] is None else row["cue_start"],
        content_at=(-1, -1) if row["content_start"] is None else (row["content_start"], row["content_end"]),
        described=" ".join(sorted(description.words)),
        offices=" ".join(sorted(description.offices)),
        bodies=" ".join(sorted(description.bodies)),
    )


def _between(row: Mapping[str, Any], text: str) -> str:
    """The words between source and cue, where they follow each other."""
    end, start = row["source_end"], row["cue_start"]
    if end is None or start is None or not 0 <= start - end < FAR_APART:
        return ""
    return " ".join(split_words(text[end:start]))
