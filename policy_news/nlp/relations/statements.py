"""Claims that report one statement: a quotation or a content and its repetition, within a document and across documents.

What is known of the claims of some documents is kept in `Notes`: arrays that are small. Each run goes through all of them, but compares only the pairs
that no earlier run compared.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from policy_news.core.faults import Fault, spared
from policy_news.core.grouping import grouped
from policy_news.nlp.relations.copies import shingle_hashes
from policy_news.nlp.text_reuse import (
    LEAST,
    ODD,
    ROW,
    Codes,
    Numbers,
    Stretch,
    connect,
    count_shared,
    cut,
    find_pairs,
    hash_rows,
    hash_text,
    longest_stretch,
    read_words,
    spans_of,
)
from policy_news.tables.chunks import Chunk, plain_values
from policy_news.text.masking import MaskPatterns, find_gaps

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "documents": ("doc_id", "published", "text"),
    "appearances": ("doc_id", "entity_id", "identity"),
    "claims": (
        "claim_id", "doc_id", "source_entity_id", "source_text", "content_start", "content_end", "content_text", "claim_type",
        "quote_kind", "polarity", "continues", "headline_of", "claim_date", "kept",
    ),
}  # fmt: skip
"""Tables and columns that notes are taken from."""
SHORT, LONG = 7, 30
"""Days that may be between two reports of one statement: of few words, and of many."""
MANY = 12
"""Words of a repetition that are hardly said twice."""
MOST_OF = 0.8
"""Share of a content that its repetition has, where the words are not quoted."""
MUCH_OF = 0.6
"""Share of a quotation that its repetition has, where it is not known who speaks in one of them."""
LONGEST = 200
"""Words of a claim that are compared, as comparing takes the square of them: a longer one is a text without full stops."""
_RULE = 3
"""Number of the rule by which pairs are judged: what an earlier version kept of another rule is not known."""
PART_OF = 0.4
"""Share of the shorter one that two quotations of one speaker have in common: fewer words may be a phrase that is said again."""
QUOTED = '"'
"""Before each word of a quotation, where the words of a claim are kept."""
_QUOTED = re.compile(
    r"[“\"]([^“”\"]{2,}?)(?:[”\"]|\Z)|(?<![\w'’])[‘']([^'‘’“”\"]{2,}(?:['’]\w[^'‘’“”\"]*)*)['’](?![^\W_])"
)


@dataclass(frozen=True, slots=True)
class Notes:
    """What the statements and copies of some documents are found by.

    Attributes:
        claims: A row for each claim that may report a statement.
        documents: A row for each document, with hashes of its words in a row.
        codes: Hashes of the words in a row of the claims, ascending.
        numbers: The claim of each.
    """

    claims: pa.Table
    documents: pa.Table
    codes: Codes
    numbers: Numbers

    @classmethod
    def joined(cls, pieces: Sequence[Notes]) -> Notes:
        """Return notes of consecutive documents as one."""
        import pyarrow as pa

        starts = np.cumsum([0, *(one.claims.num_rows for one in pieces)]).tolist()
        codes = np.concatenate([np.empty(0, np.uint64), *(one.codes for one in pieces)])
        numbers = np.concatenate(
            [
                np.empty(0, np.int64),
                *(one.numbers + start for one, start in zip(pieces, starts, strict=False)),
            ]
        )
        order = np.lexsort((numbers, codes))
        claims, documents = claim_schema().empty_table(), _document_schema().empty_table()
        return cls(
            pa.concat_tables([claims, *(one.claims for one in pieces)]),
            pa.concat_tables([documents, *(one.documents for one in pieces)]),
            codes[order],
            numbers[order],
        )


def take_notes(chunk: Chunk, patterns: MaskPatterns) -> Notes:
    """Return the notes of a chunk, which has at least the columns `COLUMNS`.

    Args:
        patterns: What counts as a mask in its texts.
    """
    import pyarrow as pa

    claims = list(_joined(chunk["claims"], _open_entities(chunk["appearances"])))
    words = [row.pop("words") for row in claims]
    codes = [np.unique(hash_rows([word.removeprefix(QUOTED) for word in own])) for own in words]
    numbers = np.repeat(np.arange(len(codes)), [len(own) for own in codes])
    every = np.concatenate([np.empty(0, np.uint64), *codes])
    order = np.lexsort((numbers, every))
    rows = [row | {"words": " ".join(own)} for row, own in zip(claims, words, strict=True)]
    rows = [row | {"seal": hash_text(f"{_RULE} {row!r}")} for row in rows]
    documents = [
        {
            "doc_id": doc_id,
            "day": _number(published),
            "hashes": shingle_hashes(text, find_gaps(text, patterns)),
        }
        for doc_id, published, text in zip(
            *(plain_values(chunk["documents"][name]) for name in COLUMNS["documents"]), strict=True
        )
    ]
    return Notes(
        pa.Table.from_pylist(rows, claim_schema()),
        pa.Table.from_pylist(documents, _document_schema()),
        every[order],
        numbers[order].astype(np.int64),
    )


def claim_schema() -> pa.Schema:
    """Return the columns of the claims of notes."""
    import pyarrow as pa

    kinds = (
        ("claim_id", pa.string()), ("document", pa.uint64()), ("day", pa.int64()), ("speaker", pa.uint64()), ("start", pa.int64()),
        ("end", pa.int64()), ("rejected", pa.bool_()), ("headline_of", pa.string()), ("words", pa.string()), ("seal", pa.uint64()),
    )  # fmt: skip
    return pa.schema(kinds)


def told_schema() -> pa.Schema:
    """Return the columns of what `Statements.find` returns."""
    import pyarrow as pa

    return pa.schema((("claim_id", pa.string()), ("statement_id", pa.string())))


def _document_schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema((("doc_id", pa.string()), ("day", pa.int64()), ("hashes", pa.list_(pa.uint64()))))


def _open_entities(table: pa.Table) -> set[tuple[str, str]]:
    """Return documents and entities of which it is open who they are."""
    rows = zip(*(plain_values(table[name]) for name in COLUMNS["appearances"]), strict=True)
    return {(doc_id, entity) for doc_id, entity, identity in rows if identity == "open"}


def _joined(table: pa.Table, unknown: set[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """Yield the claims that may report a statement; those that go on with a quotation are part of where it begins."""
    values = (plain_values(table[name]) for name in COLUMNS["claims"])
    rows = (dict(zip(COLUMNS["claims"], row, strict=True)) for row in zip(*values, strict=True))
    kept = {row["claim_id"]: row for row in rows if row["kept"]}
    pieces = grouped((_first_piece(claim_id, kept), row) for claim_id, row in kept.items())
    for first, own in pieces.items():
        # By place, not by cue: pieces without a cue stand before the others in the table.
        told = sorted((row for row in own if _states(row)), key=lambda row: row["content_start"] or 0)
        head = kept[first]
        speaker = head["source_entity_id"]
        places = [
            (row["content_start"], row["content_end"]) for row in told if row["content_start"] is not None
        ]
        yield {
            "claim_id": first,
            "document": hash_text(head["doc_id"]),
            "day": head["claim_date"].toordinal() if head["claim_date"] else 0,
            "speaker": hash_text(speaker) if speaker and (head["doc_id"], speaker) not in unknown else 0,
            "start": min((start for start, _ in places), default=-1),
            "end": max((end for _, end in places), default=-1),
            "rejected": head["polarity"] == "rejected",
            "headline_of": next((row["headline_of"] for row in own if row["headline_of"]), None),
            "words": list(islice(chain.from_iterable(map(_words, told)), LONGEST)),
        }


def _first_piece(claim_id: str, kept: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the claim in which a quotation begins that a claim goes on with."""
    seen = {claim_id}
    while (before := kept[claim_id]["continues"]) in kept and before not in seen:
        seen.add(before)
        claim_id = before
    return claim_id


def _states(row: Mapping[str, Any]) -> bool:
    """Return whether a claim states something that can be repeated: not a refusal, nor what nobody says, nor a line in capitals that leads elsewhere."""
    content = row["content_text"] or ""
    if row["claim_type"] == "non_response" or content.isupper():
        return False
    return bool(row["source_text"] or row["quote_kind"] == "direct")


def _words(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield the words of a content; those of quotations marked."""
    content = row["content_text"] or ""
    spans = [match.span() for match in _QUOTED.finditer(content)]
    for word, start, end in read_words(content):
        quoted = row["quote_kind"] == "direct" or any(first <= start and end <= last for first, last in spans)
        yield f"{QUOTED}{word}" if quoted else word


def _number(moment: dt.datetime | None) -> int:
    return moment.date().toordinal() if moment else 0


@dataclass(frozen=True, slots=True)
class ComparedPairs:
    """Pairs of claims that were compared, so that a run compares only pairs with a claim that changed.

    Attributes:
        pairs: A hash of each pair and of all that the comparison looks at, ascending.
        words: The words by which the two report one statement; 0 where they do not.
    """

    pairs: Codes
    words: Numbers

    @classmethod
    def none(cls) -> ComparedPairs:
        """Return what is known before the first run."""
        return cls(np.empty(0, np.uint64), np.empty(0, np.int64))

    def look_up(self, pairs: Codes) -> Numbers:
        """Return the words of some pairs; -1 for those that were not compared."""
        places = self.pairs.searchsorted(pairs)
        places[places == len(self.pairs)] = 0
        if not len(self.pairs):
            return np.full(len(pairs), -1)
        return np.where(self.pairs[places] == pairs, self.words[places], -1)


class Statements:
    """Groups the claims of all notes.

    Args:
        notes: Of all documents, in order.
        faults: Receives the claims that could not be compared.
        known: What was compared before.
    """

    def __init__(
        self, notes: Sequence[Notes], faults: list[Fault], known: ComparedPairs | None = None
    ) -> None:
        self._notes = notes
        self._faults = faults
        self._starts = np.cumsum([0, *(notes_of.claims.num_rows for notes_of in notes)])
        self._days, self._speakers, self._documents, self._seals = (
            self._column(name) for name in ("day", "speaker", "document", "seal")
        )
        self.compared = known or ComparedPairs.none()

    def _column(self, name: str) -> Any:
        return np.concatenate(
            [
                np.empty(0, np.uint64 if name != "day" else np.int64),
                *(one.claims[name].to_numpy() for one in self._notes),
            ]
        )

    def find(self) -> list[pa.Table]:
        """Return for each of the notes the claims that an earlier one reports, each with its statement: the id of the earliest."""
        one, other, words = self._same()
        order = np.lexsort((other, one, -words))
        told = np.concatenate([np.empty((0, 2), np.int64), *self._headlines()]).T
        pairs = np.concatenate([told, np.array([one, other])[:, order]], axis=1)
        is_sure = np.concatenate([np.full(told.shape[1], True), words[order] >= MANY])
        return self._told(self._groups(pairs[0], pairs[1], is_sure))

    def _same(self) -> tuple[Numbers, Numbers, Numbers]:
        """Return pairs of claims that report one statement, and the words that say so. Only what is not known is compared."""
        one, other = self._pairs()
        # The pair of the same two the other way round is another one.
        pairs = self._seals[one] * ODD + self._seals[other]
        words = self.compared.look_up(pairs)
        for place in np.flatnonzero(words < 0).tolist():
            with spared(self._faults, str(self._cell(int(one[place]), "claim_id"))):
                found = self._compare(int(one[place]), int(other[place]))
                words[place] = found.words if found else 0
        compared = words >= 0
        known, places = np.unique(pairs[compared], return_index=True)
        self.compared = ComparedPairs(known, words[compared][places])
        same = words > 0
        return one[same], other[same], words[same]

    def _groups(self, one: Numbers, other: Numbers, is_sure: npt.NDArray[np.bool_]) -> Numbers:
        """Return what stands for the group of each claim: one of those that pairs join with it, in order, unless two speakers keep them apart."""
        roots = connect(len(self._speakers), one, other)
        named = np.flatnonzero(self._speakers)
        told = np.unique(np.array([roots[named].astype(np.uint64), self._speakers[named]]), axis=1)
        several = told[0][1:][told[0][1:] == told[0][:-1]].astype(np.int64)
        odd = np.isin(roots, several)
        groups = _Groups(self._speakers.tolist())
        apart = odd[one]
        for mine, theirs, sure in zip(
            one[apart].tolist(), other[apart].tolist(), is_sure[apart].tolist(), strict=True
        ):
            groups.join(mine, theirs, sure=sure)
        return np.where(odd, groups.roots(), roots)

    def _told(self, roots: Numbers) -> list[pa.Table]:
        import pyarrow as pa
        import pyarrow.compute as pc

        every = pa.chunked_array(
            [one.claims["claim_id"].combine_chunks() for one in self._notes], pa.string()
        )
        members = np.flatnonzero(np.bincount(roots, minlength=len(roots))[roots] > 1)
        days = self._days[members]
        table = pa.table(
            {
                "root": roots[members],
                "day": np.where(days == 0, dt.date.max.toordinal(), days),
                "claim": every.take(pa.array(members)),
            }
        )
        order = table.sort_by([("root", "ascending"), ("day", "ascending"), ("claim", "ascending")])
        own = order["root"].to_numpy()
        firsts = order["claim"].take(pa.array(own.searchsorted(roots[members])))
        later = np.flatnonzero(pc.not_equal(table["claim"], firsts).to_numpy())
        columns = [column.take(pa.array(later)) for column in (table["claim"], firsts)]
        told = pa.table(columns, told_schema()).combine_chunks()
        return [
            told.slice(start, end - start)
            for start, end in pairwise(members[later].searchsorted(self._starts).tolist())
        ]

    def _headlines(self) -> Iterator[Numbers]:
        """Yield claims of headlines with those of the text that say the same, as rows of two numbers."""
        import pyarrow.compute as pc

        for notes, start in zip(self._notes, self._starts.tolist(), strict=False):
            places = pc.index_in(
                notes.claims["headline_of"],
                value_set=notes.claims["claim_id"].combine_chunks(),
                skip_nulls=True,
            )
            own = np.flatnonzero(places.is_valid().to_numpy())
            yield start + np.array([own, places.drop_null().to_numpy()]).T

    def _pairs(self) -> tuple[Numbers, Numbers]:
        """Return pairs of claims that share words in a row, may be of one speaker, and are of near days or one document."""
        one, other, shared = count_shared(self._sharing())
        mine, theirs = self._speakers[one], self._speakers[other]
        kept = (mine == theirs) | (mine == 0) | (theirs == 0) | (shared > MANY - ROW)
        return one[kept], other[kept]

    def _sharing(self) -> Iterator[tuple[Codes, Numbers]]:
        for low, high in spans_of([one.codes for one in self._notes]):
            cuts = [cut(one.codes, low, high) for one in self._notes]
            codes, numbers = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
            for one, own, start in zip(self._notes, cuts, self._starts.tolist(), strict=False):
                codes.append(one.codes[own])
                numbers.append(one.numbers[own] + start)
            yield from find_pairs(np.concatenate(codes), np.concatenate(numbers), self._days, LONG)

    def _row(self, number: int) -> dict[str, Any]:
        return {name: self._cell(number, name) for name in ("words", "start", "end", "rejected")}

    def _cell(self, number: int, name: str) -> Any:
        place = int(self._starts.searchsorted(number, side="right")) - 1
        return self._notes[place].claims[name][number - int(self._starts[place])].as_py()

    def _compare(self, one: int, other: int) -> Stretch | None:
        """Return the words by which two claims report one statement; None where they do not."""
        first, second = self._row(one), self._row(other)
        together = self._documents[one] == self._documents[other]
        if together and first["start"] < second["end"] and second["start"] < first["end"]:
            return None  # one holds the other
        if first["rejected"] != second["rejected"]:
            return None
        mine, theirs = first["words"].split(), second["words"].split()
        found = longest_stretch(*([word.removeprefix(QUOTED) for word in words] for words in (mine, theirs)))
        if found is None or not (together or self._is_near(one, other, found)):
            return None
        judge = self._judge(one, other)
        return found if judge(mine, theirs, found) else None

    def _is_near(self, one: int, other: int, found: Stretch) -> bool:
        """Return whether two reports are so few days apart that they may be of one occasion."""
        days = self._days[one], self._days[other]
        apart = abs(int(days[0]) - int(days[1])) if all(days) else LONG
        return apart <= (LONG if found.words >= MANY else SHORT)

    def _judge(self, one: int, other: int) -> Callable[[Sequence[str], Sequence[str], Stretch], bool]:
        """Return what decides of shared words, by the speakers."""
        speakers = self._speakers[one], self._speakers[other]
        if not all(speakers):
            return _is_quoted
        return _is_same if speakers[0] == speakers[1] else _is_quoted_at_length


def _is_same(mine: Sequence[str], theirs: Sequence[str], found: Stretch) -> bool:
    """Return whether two claims of one speaker report one statement: the words that both quote, or most of the shorter one."""
    quoted = [
        sum(words[pair[side]].startswith(QUOTED) for pair in found.pairs)
        for side, words in enumerate((mine, theirs))
    ]
    sizes = [
        sum(word.startswith(QUOTED) for word in words) if own >= LEAST else len(words)
        for own, words in zip(quoted, (mine, theirs), strict=True)
    ]
    if min(quoted) >= LEAST:
        return min(quoted) >= min(MANY, PART_OF * min(sizes))
    return found.words >= MOST_OF * min(sizes)


def _is_quoted(mine: Sequence[str], theirs: Sequence[str], found: Stretch, least: int = LEAST) -> bool:
    """Return whether two claims quote the words, so many that they are most of what one of them quotes."""
    both = sum(mine[i].startswith(QUOTED) and theirs[j].startswith(QUOTED) for i, j in found.pairs)
    shorter = min(sum(word.startswith(QUOTED) for word in words) for words in (mine, theirs))
    return both >= max(least, MUCH_OF * shorter)


_is_quoted_at_length = partial(_is_quoted, least=MANY)
"""The same of so many words that nobody else says them: the speaker is another one in one of the claims by mistake."""


class _Groups:
    """Claims joined to groups of one speaker each."""

    def __init__(self, speakers: list[int]) -> None:
        self._speakers = speakers
        self._parents = list(range(len(speakers)))

    def root(self, number: int) -> int:
        """Return what stands for the group of a claim."""
        while self._parents[number] != number:
            self._parents[number] = self._parents[self._parents[number]]
            number = self._parents[number]
        return number

    def roots(self) -> Numbers:
        """Return the same of all claims."""
        found = np.array(self._parents, np.int64)
        while (found[found] != found).any():
            found = found[found]
        return found

    def join(self, one: int, other: int, *, sure: bool = False) -> None:
        """Join the groups of two claims, unless they are of two speakers and it is not sure."""
        first, second = self.root(one), self.root(other)
        mine, theirs = self._speakers[first], self._speakers[second]
        if first == second or (mine and theirs and mine != theirs and not sure):
            return
        self._parents[first] = second
        self._speakers[second] = theirs or mine
