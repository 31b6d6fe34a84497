"""Scores statements and links against a gold standard: which claims report one statement, and which are about which.

The gold is JSON lines, one for a set of documents that belong together:

    {"docs": ["a", "b"], "claims": {"c1": {"doc": "a", "source": [[0, 4]], "cue": [[5, 9]], "content": [[10, 30]]}, ...},
     "same": [{"members": ["c1", "c7"]}, ...], "pairs": [{"from": "c3", "to": "c1", "relation": "denies"}, ...]}

`"optional": true` in a group or pair: it may be found or not. A claim of the gold is met by the claim of the document with the largest overlap of
contents; a link also counts where an end of it is another report of the same statement.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from policy_news.core.data_files import page
from policy_news.core.errors import GoldError
from policy_news.core.grouping import grouped
from policy_news.core.messages import first_misfit
from policy_news.core.plain_data import parse_json
from policy_news.tables.parquet import read_table

RELATIONS = ("supports", "denies", "answers")
LEAST_OVERLAP = 0.4
"""Overlap of contents from which a claim is the one of the gold."""
Pair = tuple[str, str]
Row = Mapping[str, Any]


class GoldClaim(BaseModel):
    """A claim of the gold; each part in pieces."""

    model_config = ConfigDict(frozen=True)

    doc: str
    source: tuple[tuple[int, int], ...] = ()
    cue: tuple[tuple[int, int], ...] = ()
    content: tuple[tuple[int, int], ...] = ()


class GoldGroup(BaseModel):
    """Claims that report one statement."""

    members: tuple[str, ...]
    optional: bool = False


class GoldPair(BaseModel):
    """A claim that is about another."""

    start: str = Field(alias="from")
    end: str = Field(alias="to")
    relation: str
    optional: bool = False


class GoldEvent(BaseModel):
    """Documents that belong together, with their claims and how these relate."""

    docs: tuple[str, ...]
    claims: dict[str, GoldClaim]
    same: tuple[GoldGroup, ...] = ()
    pairs: tuple[GoldPair, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkScore:
    """Precision and recall of statements or of a relation."""

    right: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of what was found that is right."""
        return _ratio(self.right, self.right + self.false)

    @property
    def recall(self) -> float:
        """Share of what there is that was found."""
        return _ratio(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        return _ratio(2 * self.precision * self.recall, self.precision + self.recall)


def _ratio(part: float, whole: float) -> float:
    if not whole:
        return 0.0
    return part / whole


@dataclass(frozen=True, slots=True)
class LinkScores:
    """The whole result.

    Attributes:
        scores: By `same`, the relations, and `any` for links whatever their relation.
        met: Claims of the gold that a claim of the run is.
    """

    scores: Mapping[str, LinkScore]
    met: int
    claims: int


def is_link_gold(path: Path) -> bool:
    """Return whether a gold file is one of links: its lines hold `claims` by name."""
    if path.suffix != ".jsonl" or not path.is_file():
        return False
    with path.open(encoding="utf-8") as file:
        try:
            first = parse_json(file.readline())
        except ValueError:
            return False
    return isinstance(first, dict) and isinstance(first.get("claims"), dict)


def read_link_gold(path: Path) -> list[GoldEvent]:
    """Return the events of a gold file.

    Raises:
        GoldError: A line is not an event.
    """
    events = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            events.append(GoldEvent.model_validate_json(line))
        except ValidationError as error:
            raise GoldError(
                f"{path}:{number}: {first_misfit(error)}",
                f"See {page('docs/evaluate.md')} for the form of a gold of links.",
            ) from error
    return events


def score_run(events: Sequence[GoldEvent], out: Path) -> LinkScores:
    """Score the tables of a finished run.

    Raises:
        StageError: There is no finished run.
    """
    claims = read_table(out, "claims").to_pylist()
    return score_links(events, claims, read_table(out, "claim_links").to_pylist())


def score_links(events: Iterable[GoldEvent], claims: Sequence[Row], links: Sequence[Row]) -> LinkScores:
    """Score statements and links."""
    counts: Counter[tuple[str, str]] = Counter()
    by_document = grouped((row["doc_id"], row) for row in claims)
    met = total = 0
    for event in events:
        matched = _Event(event, by_document)
        counts += matched.score_same()
        counts += matched.score_pairs(links)
        met += len(set().union(*matched.names.values()))
        total += len(event.claims)
    scores = {}
    for name in ("same", *RELATIONS, "any"):
        scores[name] = LinkScore(counts[name, "right"], counts[name, "false"], counts[name, "missed"])
    return LinkScores(scores, met, total)


def _meet(claim: GoldClaim, rows: Iterable[Row]) -> str | None:
    """Return the claim of the document that shares most with one of the gold, if it is enough."""
    content, cue = _cover(claim.content), _cover(claim.cue)
    best: tuple[float, str | None] = (LEAST_OVERLAP, None)
    for row in rows:
        own = _cover((span["start"], span["end"]) for span in row["content_spans"] or ())
        has_same_cue = row["cue_start"] is not None and bool(
            cue & _cover([(row["cue_start"], row["cue_end"])])
        )
        value = len(content & own) / len(content | own) if content and own else 0.0
        if not content and not own and has_same_cue:  # a non-response has a cue alone
            value = 1.0
        # Of two claims with much the same content, the one with the cue of the gold is meant.
        best = max(best, (value + 0.05 * has_same_cue, row["claim_id"]), key=lambda one: one[0])
    return best[1]


def _cover(spans: Iterable[tuple[int, int]]) -> set[int]:
    return {place for start, end in spans for place in range(start, end)}


def _pairs_of(groups: Iterable[Iterable[str]]) -> set[Pair]:
    return {pair for group in groups for pair in combinations(sorted(set(group)), 2)}


class _Event:
    """An event with the claims of a run that its claims are."""

    def __init__(self, event: GoldEvent, by_document: Mapping[str, Sequence[Row]]) -> None:
        self.event = event
        self.rows = [row for doc in event.docs for row in by_document.get(doc, ())]
        self.names: defaultdict[str, set[str]] = defaultdict(set)
        for name, claim in event.claims.items():
            found = _meet(claim, by_document.get(claim.doc, ()))
            if found is not None:
                self.names[found].add(name)
        self.same = _pairs_of(group.members for group in event.same if not group.optional)
        self.mates = {name: {name} for name in event.claims}
        for one, other in self.same:
            self.mates[one].add(other)
            self.mates[other].add(one)

    def score_same(self) -> Counter[tuple[str, str]]:
        """Count pairs of claims of one statement."""
        optional = _pairs_of(group.members for group in self.event.same if group.optional)
        told = [row for row in self.rows if row["statement_id"] is not None]
        statements = grouped((row["statement_id"], row["claim_id"]) for row in told)
        right: set[Pair] = set()
        false = 0
        for one, other in _pairs_of(statements.values()):
            named = {(min(a, b), max(a, b)) for a in self.names[one] for b in self.names[other] if a != b}
            right |= named & self.same
            # Also where the gold has neither claim: a statement of two claims that are none is wrong.
            false += not named & (self.same | optional)
        missed = len(self.same - right)
        return Counter({("same", "right"): len(right), ("same", "false"): false, ("same", "missed"): missed})

    def _inside(self, links: Iterable[Row]) -> Iterator[Row]:
        """Return the links inside the documents of the event: of others the gold says nothing."""
        own = {row["claim_id"] for row in self.rows}
        return (link for link in links if link["claim_id"] in own and link["other_claim_id"] in own)

    def _reports(self, claim_id: str) -> set[str]:
        """Return the claims of the gold that report what a claim of the run reports."""
        return {mate for name in self.names[claim_id] for mate in self.mates[name]}

    def score_pairs(self, links: Sequence[Row]) -> Counter[tuple[str, str]]:
        """Count links. One between other reports of the same two statements is as good as the one of the gold."""
        sure, spare = ([pair for pair in self.event.pairs if pair.optional is kind] for kind in (False, True))
        wanted = {(pair.start, pair.end): pair.relation for pair in sure}
        optional = {(pair.start, pair.end) for pair in spare}
        counts: Counter[tuple[str, str]] = Counter()
        found: set[Pair] = set()
        met: set[Pair] = set()
        for link in self._inside(links):
            starts, ends = (self._reports(link[end]) for end in ("claim_id", "other_claim_id"))
            hit = _between(wanted, starts, ends)
            right = {pair for pair in hit if wanted[pair] == link["relation"]}
            met |= hit
            found |= right
            free = bool(_between(optional, starts, ends))
            counts[link["relation"], "false"] += not right and not free
            counts["any", "false"] += not hit and not free
        for pair, relation in wanted.items():
            counts[relation, "right" if pair in found else "missed"] += 1
            counts["any", "right" if pair in met else "missed"] += 1
        return counts


def _between(pairs: Iterable[Pair], starts: set[str], ends: set[str]) -> set[Pair]:
    return {(start, end) for start, end in pairs if start in starts and end in ends}


def show_scores(result: LinkScores) -> str:
    """Return the scores as text."""
    lines = [f"{'':<10} {'precision':>9} {'recall':>7} {'F1':>6} {'right':>6} {'false':>6} {'missed':>7}"]
    for name, score in result.scores.items():
        shares = f"{score.precision:9.3f} {score.recall:7.3f} {score.f1:6.3f}"
        lines.append(f"{name:<10} {shares} {score.right:6} {score.false:6} {score.missed:7}")
    return "\n".join([*lines, f"claims of the gold found: {result.met} of {result.claims}"])


def scores_as_json(result: LinkScores) -> dict[str, Any]:
    """Return the scores for other programs."""
    named = {
        name: {"precision": score.precision, "recall": score.recall, "f1": score.f1, **asdict(score)}
        for name, score in result.scores.items()
    }
    return {"links": named, "claims": {"met": result.met, "gold": result.claims}}
