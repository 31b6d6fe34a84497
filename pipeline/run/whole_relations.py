"""Relates all claims of a run whose tables are in parts, in tasks: what goes through all of them in one process are numbers.

The answers are those of `nlp.relations.corpus.Relations`. Claims are numbered through all parts. Pairs that may report one statement come
from the indexes of the parts; they are compared in tasks of some thousand. Pairs of one statement join claims to sets, and no two
sets bear on each other, so statements are made in tasks of whole sets. The turns of sources are found for some subjects at a time.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.core.open_files import hold_many_files
from pipeline.core.settings import Settings, find_model
from pipeline.nlp.relations import candidates, copies
from pipeline.nlp.relations.corpus import compare_claims, judge_pair
from pipeline.nlp.relations.facts import ClaimFacts
from pipeline.nlp.relations.lexicon import RelationRules, read_relation_rules
from pipeline.nlp.relations.positions import (
    Series,
    age,
    denied_series,
    find_turns,
    first_denial,
    refusals,
    series_of,
)
from pipeline.nlp.relations.statements import Same, group
from pipeline.run.claim_files import HEADED, NAMED, SAID, ClaimFile, key_of, linked_claims
from pipeline.run.claim_views import View
from pipeline.run.engines.local import Engine, do_all
from pipeline.run.program import Program, check_program
from pipeline.tables.chunks import build_table
from pipeline.tables.merging import in_order, leave_rows, merge_rows
from pipeline.tables.schema import TABLES, ClaimLinkRow, DocumentGroupRow, PositionRow, Row

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    Numbers = npt.NDArray[np.int64]
    Keys = npt.NDArray[np.uint64]

TOGETHER = 250_000
"""Keys of an index that are gone through at once; of speakers each gives some pairs."""
BLOCK = 20_000
"""Claims whose pairs are put together at once."""
PAIRS, CLAIMS, SUBJECTS = 10_000, 4_000, 4_000
"""Pairs of a task that compares; claims of one that makes statements; entries of one that finds turns."""
_FILES, _FIRST = "files.json", "first.npy"
_ALL = 2**64


@dataclass(frozen=True)
class Step:
    """A task.

    Attributes:
        folder: Of what the tasks read and write.
        settings: Those of the run.
        program: What is to do the work, the same wherever it is done.
        name: Of the files of the task.
        numbers: Tell what it is about, where the files do not.
    """

    folder: Path
    settings: Settings
    program: Program
    name: str
    numbers: tuple[int, ...] = ()

    def begin(self) -> tuple[Claims, RelationRules]:
        """All claims, and the rules."""
        check_program(self.program, self.settings)
        claims = _open_claims(self.folder)
        claims.forget()
        return claims, read_relation_rules(find_model(self.settings.annotate.model))

    def load(self, name: str) -> Any:
        """An array that was left for the task."""
        return np.load(self.folder / f"{self.name}.{name}.npy", allow_pickle=False)

    def save(self, name: str, array: Any) -> None:
        """Leave an array."""
        np.save(self.folder / f"{self.name}.{name}.npy", array, allow_pickle=False)


class Claims:
    """The claims of all parts, numbered through.

    Args:
        files: Of the parts, in order.
    """

    def __init__(self, files: Sequence[ClaimFile]) -> None:
        self.files = files
        self.starts = np.cumsum([0, *(len(file.claim_days) for file in files)])

    def __len__(self) -> int:
        return int(self.starts[-1])

    def __getitem__(self, number: int) -> ClaimFacts:
        place, own = self.place(number)
        return self.files[place].claim(own)

    def place(self, number: int) -> tuple[int, int]:
        """The number of the file of a claim, and that of the claim in it."""
        place = int(self.starts.searchsorted(number, side="right")) - 1
        return place, number - int(self.starts[place])

    def stems(self, number: int) -> Keys:
        """The stems of a claim, as `stem_codes` gives them."""
        place, own = self.place(number)
        return self.files[place].stems_of(own)

    def forget(self) -> None:
        """Drop what was read of them."""
        for file in self.files:
            file.forget()
            file.rest()

    def index(self, name: str, low: int = 0, high: int = _ALL) -> tuple[Keys, Numbers]:
        """The keys of an index from one on to another, ascending, and the claims that have them, ascending for each key."""
        return self._from(name, self.starts, low, high)

    def _from(self, name: str, starts: Numbers, low: int, high: int) -> tuple[Keys, Numbers]:
        keys, numbers = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
        for file, start in zip(self.files, starts.tolist(), strict=False):
            own, claims = file.index(name)
            first, end = own.searchsorted(np.uint64(low)), len(own)
            if high < _ALL:
                end = own.searchsorted(np.uint64(high))
            keys.append(own[first:end].copy())
            numbers.append(claims[first:end].astype(np.int64) + start)
            file.rest()
        joined = np.concatenate(keys)
        order = np.argsort(joined, kind="stable")  # of one key the claims stay in order
        return joined[order], np.concatenate(numbers)[order]

    def shingles(self, low: int, high: int) -> tuple[Keys, Numbers]:
        """The shingles from one on to another, ascending, and the documents that have them, numbered through all parts."""
        firsts = np.cumsum([0, *(file.count for file in self.files)])
        return self._from("shingles", firsts, low, high)

    def spans(self, name: str) -> list[tuple[int, int]]:
        """Bounds of keys of an index between which there are not too many."""
        total, seen = 0, [np.empty(0, np.uint64)]
        for file in self.files:
            keys, _ = file.index(name)
            total += len(keys)
            seen.append(keys[::64].copy())
            file.rest()
        count, sample = total // TOGETHER, np.sort(np.concatenate(seen))
        inner = {int(sample[len(sample) * i // (count + 1)]) for i in range(1, count + 1)}
        return list(pairwise([0, *sorted(inner - {0}), _ALL]))

    def pairs(self, name: str) -> Numbers:
        """The pairs that the parts tell of."""
        found = [np.empty((0, 2), np.int64)]
        for file, start in zip(self.files, self.starts.tolist(), strict=False):
            found.append(file.pairs(name).astype(np.int64) + start)
        return np.concatenate(found)


@lru_cache(1)
def _open_claims(folder: Path) -> Claims:
    """Those that the tasks of a run are about; opened once in each process."""
    hold_many_files()
    return Claims([ClaimFile(Path(path)) for path in json.loads((folder / _FILES).read_bytes())])


class WholeRelations:
    """Relates them.

    Args:
        files: The claims of the parts, in order.
        engine: What does the tasks.
        folder: An empty folder for what they read and write.
        settings: Those of the run.
        program: What is to do the work.
    """

    def __init__(
        self, files: Sequence[ClaimFile], engine: Engine, folder: Path, settings: Settings, program: Program
    ) -> None:
        self._claims = Claims(files)
        self._engine = engine
        self._folder = folder
        self._settings = settings
        self._program = program
        told = json.dumps([str(file.path.absolute()) for file in files])
        (folder / _FILES).write_text(told, encoding="utf-8")

    def _step(self, name: str, *numbers: int) -> Step:
        return Step(self._folder, self._settings, self._program, name, numbers)

    def relate(self) -> None:
        """Find the statement of each claim."""
        self._find_candidates()
        same, scores = self._compared()
        np.save(self._folder / _FIRST, self._grouped(same, scores, self._claims.pairs(SAID)))

    def _find_candidates(self) -> None:
        """Put pairs that may report one statement into files, by blocks of their first claims."""
        self._put(_coded(self._claims.pairs(HEADED)))
        for low, high in self._claims.spans("words"):
            self._put(_coded(candidates.neighbours(*self._claims.index("words", low, high), candidates.MOST)))
        large: list[Numbers] = []
        for low, high in self._claims.spans("speakers"):
            keys, numbers = self._claims.index("speakers", low, high)
            _, starts, sizes = np.unique(keys, return_index=True, return_counts=True)
            small = np.repeat(sizes <= candidates.SMALL, sizes)
            self._put(_coded(candidates.neighbours(keys[small], numbers[small], candidates.SMALL)))
            for place in np.flatnonzero(sizes > candidates.SMALL).tolist():
                large.append(numbers[starts[place] : starts[place] + sizes[place]])
        for codes in self._within(large):
            self._put(codes)

    def _block(self, number: int) -> Path:
        return self._folder / f"block-{number}"

    def _put(self, codes: Keys) -> None:
        """Add pairs to those of their blocks."""
        codes = _distinct(codes)
        blocks = (codes >> np.uint64(32)) // np.uint64(BLOCK)
        numbers, starts = np.unique(blocks, return_index=True)
        for number, (start, end) in zip(
            numbers.tolist(), pairwise([*starts.tolist(), len(codes)]), strict=True
        ):
            with self._block(number).open("ab") as file:
                file.write(codes[start:end].tobytes())

    def _within(self, groups: Sequence[Numbers]) -> Iterator[Keys]:
        """Pairs of the claims of speakers who said much."""
        steps: list[Step] = []
        for own in _batches(groups, len, CLAIMS):
            step = self._step(f"within-{len(steps)}")
            step.save("claims", np.concatenate(own))
            step.save("sizes", np.array([len(one) for one in own]))
            steps.append(step)
        do_all(self._engine, pair_speakers, steps)
        return (_coded(step.load("pairs")) for step in steps)

    def _compared(self) -> tuple[Numbers, npt.NDArray[np.float64]]:
        """The pairs of one statement, ascending, with their scores."""
        # By day, since claims of one statement are of near days: so a task reads few claims, and few tasks read the same.
        days = np.concatenate([np.empty(0, np.int32), *(file.claim_days for file in self._claims.files)])
        steps: list[Step] = []
        for number in range(len(self._claims) // BLOCK + 1):
            if not self._block(number).is_file():
                continue
            codes = _distinct(np.fromfile(self._block(number), np.uint64))
            self._block(number).unlink()
            pairs = _pairs_of(codes)
            order = np.argsort(days[pairs[:, 0]], kind="stable")
            for start in range(0, len(pairs), PAIRS):
                step = self._step(f"pairs-{len(steps)}")
                step.save("pairs", pairs[order[start : start + PAIRS]])
                steps.append(step)
        do_all(self._engine, compare_pairs, steps)
        same, scores = [np.empty(0, np.uint64)], [np.empty(0)]
        for step in steps:
            found = step.load("scores")
            same.append(_coded(step.load("pairs"))[found > 0])
            scores.append(found[found > 0])
        codes = np.concatenate(same)
        order = np.argsort(codes)
        return _pairs_of(codes[order]), np.concatenate(scores)[order]

    def _grouped(self, same: Numbers, scores: npt.NDArray[np.float64], said: Numbers) -> Numbers:
        """The number of the earliest claim of each claim's statement."""
        joined = np.concatenate([same, said])
        weights = np.concatenate([scores, np.ones(len(said))])
        sets = _join(len(self._claims), joined)
        first = np.arange(len(self._claims))
        steps = []
        for batch, number in _numbered_sets(sets, CLAIMS):
            claims = np.flatnonzero(batch)
            own = batch[joined[:, 0]]
            step = self._step(f"sets-{number}")
            step.save("claims", claims)
            step.save("pairs", np.searchsorted(claims, joined[own]))
            step.save("weights", weights[own])
            step.save("said", np.searchsorted(claims, said[batch[said[:, 0]]]))
            steps.append(step)
        do_all(self._engine, group_claims, steps)
        for step in steps:
            first[step.load("claims")] = step.load("first")
        return first

    def statements(self, number: int) -> dict[str, str]:
        """The statements of the claims of a part, by its number, once all are related."""
        return statements_of(self._folder, number)

    def tables(self) -> dict[str, Iterator[pa.Table]]:
        """The rows of the tables that belong to no document, once the claims are related, in ascending pieces."""
        entries = sum(file.entries("subjects") for file in self._claims.files)
        count = entries // SUBJECTS + 1
        turns = [self._step(f"turns-{number}", number, count) for number in range(count)]
        links = [self._step(f"links-{number}", number) for number in range(len(self._claims.files))]
        do_all(self._engine, find_series, turns)
        do_all(self._engine, list_links, links)
        groups = in_order("document_groups", build_table(TABLES["document_groups"], self._groups()))
        return {
            "claim_links": _merged("claim_links", links),
            "positions": _merged("positions", [*turns, *links]),
            "document_groups": iter([groups]),
        }

    def _groups(self) -> Iterator[DocumentGroupRow]:
        near, files = copies.Copies(), self._claims.files
        firsts = np.cumsum([0, *(file.count for file in files)])
        for number, own, count in self._shared_hashes():
            place = int(firsts.searchsorted(number, side="right")) - 1
            file, at = files[place], number - int(firsts[place])
            # Only who shares all of them may have the hashes of another one.
            whole = file.hashes_of(at).tobytes() if len(own) == count else b"%d" % number
            near.add_shared(file.ids[at], file.places[at], own, count, whole)
        for leader, ids in near.groups():
            for doc_id in ids:
                yield DocumentGroupRow(leader, doc_id)

    def _shared_hashes(self) -> Iterator[tuple[int, Keys, int]]:
        """The documents that may have copies, by number, with the hashes that others have too, and the number of all of theirs.

        Who shares fewer than a copy must is left out, but where it fills one of the places of a hash with many.
        """
        counts = np.concatenate([np.empty(0, np.int64), *(file.hash_counts for file in self._claims.files)])
        shared = np.zeros(len(counts), np.int64)
        spans = self._claims.spans("shingles")
        for low, high in spans:
            keys, numbers = self._claims.shingles(low, high)
            shared += np.bincount(numbers[_times(keys) > 1], minlength=len(counts))
        near = shared >= copies.LARGER * counts
        all_keys, all_numbers = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
        for low, high in spans:
            keys, numbers = self._claims.shingles(low, high)
            times = _times(keys)
            kept = ((times > 1) & near[numbers]) | (times > copies.MOST_LEADERS)
            all_keys.append(keys[kept])
            all_numbers.append(numbers[kept])
        keys, numbers = np.concatenate(all_keys), np.concatenate(all_numbers)
        order = np.argsort(numbers, kind="stable")
        keys, numbers = keys[order], numbers[order]
        found, starts = np.unique(numbers, return_index=True)
        for number, (start, end) in zip(found.tolist(), pairwise([*starts.tolist(), len(keys)]), strict=True):
            yield number, keys[start:end], int(counts[number])


def statements_of(folder: Path, number: int) -> dict[str, str]:
    """The statements of the claims of a part, once `relate` is done.

    Args:
        folder: What the tasks read and write.
        number: Of the part.
    """
    claims = _open_claims(folder)
    claims.forget()
    start, end = claims.starts[number : number + 2].tolist()
    first = np.load(folder / _FIRST, mmap_mode="r", allow_pickle=False)[start:end].tolist()
    return {claims[own].claim_id: claims[one].claim_id for own, one in enumerate(first, start)}


# Tasks


def pair_speakers(step: Step) -> None:
    """Find the pairs of the claims of some speakers."""
    claims, _ = step.begin()
    numbers, found = step.load("claims"), [np.empty((0, 2), np.int64)]
    for start, end in pairwise([0, *np.cumsum(step.load("sizes")).tolist()]):
        own = numbers[start:end]
        found.append(own[candidates.pairs_within([claims.stems(number) for number in own.tolist()])])
    step.save("pairs", np.concatenate(found))


def compare_pairs(step: Step) -> None:
    """Score pairs of claims."""
    claims, rules = step.begin()
    pairs = step.load("pairs")
    facts = {number: claims[number] for number in np.unique(pairs).tolist()}  # in a few pairs each
    scores = [compare_claims(facts[one], facts[other], rules) for one, other in pairs.tolist()]
    step.save("scores", np.array(scores, np.float64))


def group_claims(step: Step) -> None:
    """Make the statements of some sets of claims."""
    claims, rules = step.begin()
    numbers = step.load("claims")
    facts = [claims[number] for number in numbers.tolist()]
    pairs = [(one, other) for one, other in step.load("pairs").tolist()]
    weights = step.load("weights").tolist()
    known: dict[tuple[int, int], float] = dict(zip(pairs, weights, strict=True))
    known |= dict.fromkeys(map(tuple, step.load("said").tolist()), 1.0)

    def judge(one: int, other: int) -> float:
        pair = min(one, other), max(one, other)
        if pair not in known:
            known[pair] = compare_claims(facts[pair[0]], facts[pair[1]], rules)
        return judge_pair(facts[pair[0]], facts[pair[1]], known[pair], rules)

    same = [Same(one, other, weight) for (one, other), weight in zip(pairs, weights, strict=True)]
    firsts = group(facts, same, judge)
    step.save("first", numbers[[firsts[number] for number in range(len(facts))]])


def find_series(step: Step) -> None:
    """Find the turns of sources, and their first denials, on some subjects."""
    claims, rules = step.begin()
    number, count = step.numbers
    low, high = (_ALL * one // count for one in (number, number + 1))
    first = np.load(step.folder / _FIRST, mmap_mode="r", allow_pickle=False)
    keys, numbers = claims.index("subjects", low, high)
    series: defaultdict[Series, list[int]] = defaultdict(list)
    for code, one in _repeated(keys, numbers):
        for key in series_of(claims[one]):
            if key_of(key[1]) == code:
                series[key].append(one)
    view = View(claims.files)
    several = {key: own for key, own in series.items() if len(own) > 1}
    view.load(NAMED, (key_of(subject) for _, subject in several))
    rows: list[Row] = []
    for key, own in several.items():
        facts = [claims[one] for one in own]
        statements = {claim.claim_id: str(first[one]) for claim, one in zip(facts, own, strict=True)}
        rows += find_turns(key, facts, statements, view.name(key[1]), rules)
    rows += _denials(claims, rules, low, high)
    _leave(step, "positions", rows)


def _denials(claims: Claims, rules: RelationRules, low: int, high: int) -> Iterator[PositionRow]:
    """The first denial of each series with a key in some bounds."""
    _, numbers = claims.index("denials", low, high)
    found: dict[Series, tuple[ClaimFacts, ClaimFacts]] = {}
    documents = set()
    for number in np.unique(numbers).tolist():
        place, own = claims.place(number)
        documents.add((place, claims.files[place].document_of(own)))
    for place, document in sorted(documents):
        for claim, other, relation in linked_claims(claims.files[place].document(document)):
            for key in denied_series(claim, other, relation, rules):
                if low <= key_of(*key) < high and (key not in found or age(claim) < age(found[key][0])):
                    found[key] = claim, other
    for key, (claim, other) in found.items():
        yield first_denial(key, claim, other)


def list_links(step: Step) -> None:
    """Collect the links of a part, and the refusals to comment that they tell of."""
    claims, _ = step.begin()
    file = claims.files[step.numbers[0]]
    links: list[ClaimLinkRow] = []
    rows: list[PositionRow] = []
    for number in range(file.count):
        if not file.has_links(number):
            continue
        document = file.document(number)
        links += document.links
        for claim, other, relation in linked_claims(document):
            rows += refusals(claim, other, relation)
    _leave(step, "claim_links", links)
    _leave(step, "positions", rows)


def _leave(step: Step, name: str, rows: Iterable[Row]) -> None:
    leave_rows(_left(step, name), name, build_table(TABLES[name], rows))


def _left(step: Step, name: str) -> Path:
    return step.folder / f"{step.name}.{name}"


def _merged(name: str, steps: Iterable[Step]) -> Iterator[pa.Table]:
    return merge_rows(name, [_left(step, name) for step in steps])


# Numbers


def _coded(pairs: Numbers) -> Keys:
    """Pairs as one number each, which are in the order of the pairs."""
    codes: Keys = (pairs[:, 0].astype(np.uint64) << np.uint64(32)) | pairs[:, 1].astype(np.uint64)
    return codes


def _pairs_of(codes: Keys) -> Numbers:
    """The pairs again."""
    return np.stack([codes >> np.uint64(32), codes & np.uint64(2**32 - 1)], axis=1).astype(np.int64)


def _distinct(codes: Keys) -> Keys:
    """Numbers once each, ascending; `numpy.unique` takes some times as long."""
    ordered = np.sort(codes)
    is_first = np.ones(len(ordered), bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return ordered[is_first]


def _times(keys: Keys) -> Numbers:
    """How often each of some ascending keys occurs."""
    _, places, counts = np.unique(keys, return_inverse=True, return_counts=True)
    found: Numbers = counts[places]
    return found


def _repeated(keys: Keys, numbers: Numbers) -> Iterator[tuple[int, int]]:
    """The keys that occur more than once, with all their numbers."""
    several = np.zeros(len(keys), bool)
    if len(keys) > 1:
        same = keys[1:] == keys[:-1]
        several[1:] |= same
        several[:-1] |= same
    return zip(keys[several].tolist(), numbers[several].tolist(), strict=True)


def _join(count: int, pairs: Numbers) -> Numbers:
    """For each number the smallest one that pairs join it to."""
    heads = np.arange(count)
    one, other = pairs[:, 0], pairs[:, 1]
    while True:
        # A head of each is the smallest of its set so far; of two that a pair joins the greater one follows the smaller.
        first, second = heads[one], heads[other]
        apart = first != second
        if not apart.any():
            return heads
        one, other, first, second = one[apart], other[apart], first[apart], second[apart]
        np.minimum.at(heads, np.maximum(first, second), np.minimum(first, second))
        while (heads != heads[heads]).any():
            heads = heads[heads]


def _numbered_sets(sets: Numbers, most: int) -> Iterator[tuple[npt.NDArray[np.bool_], int]]:
    """Which numbers are in each of some batches of whole sets of several; with the number of the batch."""
    heads, sizes = np.unique(sets, return_counts=True)
    heads, sizes = heads[sizes > 1], sizes[sizes > 1]
    batches = np.full(len(sets), -1)
    batches[heads] = np.cumsum(sizes) // most
    own = batches[sets]
    for number in np.unique(own[own >= 0]).tolist():
        yield own == number, number


def _batches(items: Sequence[Any], size: Callable[[Any], int], most: int) -> Iterator[list[Any]]:
    """Items together until there is enough of them."""
    own: list[Any] = []
    for item in items:
        own.append(item)
        if sum(map(size, own)) >= most:
            yield own
            own = []
    if own:
        yield own
