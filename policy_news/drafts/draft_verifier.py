"""Verifies drafts: reads and annotates them as a run does articles, and collects all verdicts."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice, zip_longest
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from policy_news.core.errors import ReadError
from policy_news.core.settings import find_model
from policy_news.drafts.amounts import read_amounts, read_days
from policy_news.drafts.date_verdicts import judge_dates, judge_offices, leave_told
from policy_news.drafts.fact_verdicts import judge_facts
from policy_news.drafts.finding import DraftFinding
from policy_news.drafts.lexis import force_of, lemma
from policy_news.drafts.pile import Pile, blank
from policy_news.drafts.propositions import NO_PROPOSITION, judge_paraphrases
from policy_news.drafts.quotation_marks import find_quotes
from policy_news.drafts.quotation_verdicts import judge_quotations
from policy_news.drafts.slots import begins_condition, finite_verbs
from policy_news.drafts.sources import annotate, annotate_once
from policy_news.drafts.speaker_match import BODIES, PERSONS, PRONOUNS, UNNAMED, UNSURE, Said, Speaker
from policy_news.nlp.passages import cut_passages
from policy_news.rules.lexicon import NameLexicon, read_offices
from policy_news.rules.word_lists import is_spelled_lower
from policy_news.run.raw_files import RawFile
from policy_news.run.stages.annotate import annotator_of
from policy_news.run.stages.ingest import document_of, read_documents
from policy_news.tables.chunks import read_annotated
from policy_news.tables.schema import FailureRow
from policy_news.text.document import Document, Source

if TYPE_CHECKING:
    from policy_news.tables.chunks import Annotated, Chunk
    from policy_news.tables.schema import ClaimRow

T = TypeVar("T")
Spans = Sequence[tuple[int, int]]
_ACT = re.compile(r"\b(\w+(?:ed|es|s))\s(to\s[^\n.!?]+)")
"""A verb of will with what is agreed or refused."""
NEAR = 25
"""Characters from the beginning of a sentence in which the one who acts is named."""
_CLOSING = re.compile(r"[\"'”’»)\]]+")
_APPOSITION = re.compile(r",\s([^,.;:\n“”\"]{3,90})[,.](?!\d)")
_OWNER = re.compile(r"^.*\w['’]s\s(?=[^A-Z]+$)")
"""Who is named of somebody who is not (`Roe's lawyer`)."""
_HOLDER = re.compile(r"(?:The|A|An|Its|His|Her|Their|[\w’'-]+['’]s)\b")
"""How a title begins that stands before a name with a comma."""
_MARKS = re.compile(r"[,;:.“”\"()\n]")
_STOP = re.compile(r"[.!?\n]")
MARKS = 4
"""Characters of the marks of a quotation, with white space and a stop."""
OFFICES = "policy_document_pass"
"""The component that knows the offices."""
AT_ONCE = 200
"""Quotations or sentences that are looked up at once."""
LONGEST = 1_000_000
"""Characters of a draft: a book, which takes about a minute."""
BLOCK = 500
"""Characters of a block of the text, by which what touches a place is found."""
RUNNING = frozenset({"paragraph", "list_item", "caption"})
"""Kinds of section whose sentences state facts."""

_start = attrgetter("start")


def _blocks(start: int, end: int) -> range:
    """Return the blocks of the text between two offsets."""
    return range(start // BLOCK, end // BLOCK + 1)


def _by_block(items: Iterable[tuple[int, int, T]]) -> dict[int, list[T]]:
    """Return what touches each block of the text, of items with their offsets."""
    found: dict[int, list[T]] = {}
    for start, end, item in items:
        for block in _blocks(start, end):
            found.setdefault(block, []).append(item)
    return found


def _cues_at(taken: Mapping[int, Sequence[tuple[int, int, str]]], start: int, end: int) -> set[str]:
    """Return the cues of what touches a stretch of the text; that of a quotation is empty."""
    near = (span for block in _blocks(start, end) for span in taken.get(block, ()))
    return {cue for one, other, cue in near if one < end and start < other}


@dataclass(frozen=True)
class AnnotatedDraft:
    """A draft with what the pipeline finds in it.

    Attributes:
        file: Its name.
        text: The text that offsets refer to.
        rows: As an article has them.
        unclosed: Offsets of quotation marks that nothing closes.
    """

    file: str
    text: str
    rows: Annotated
    quotes: tuple[tuple[int, int], ...]
    unclosed: tuple[int, ...]

    @cached_property
    def speakers(self) -> dict[str, Speaker]:
        """The speakers by their ids in the draft."""
        return {row.entity_id: Speaker(row.name, frozenset([row.name, *row.forms]), row.entity_id, row.label) for row in self.rows.appearances}  # fmt: skip

    def speaker_of(self, claim: ClaimRow | None) -> Speaker | None:
        """To whom the draft gives a claim; None where that is not clear."""
        seen: set[str] = set()
        while claim is not None and claim.source_text is None and claim.continues not in seen | {None}:
            seen.add(claim.claim_id)
            claim = self._claims.get(claim.continues or "")
        if claim is None:
            return None
        name = claim.source_text or ""
        known = self.speakers.get("" if _OWNER.match(name) else claim.source_entity_id or "")
        if known is None and " and " not in name and not _OWNER.match(name):
            fitting = set().union(*(self._called.get(name[at:], ()) for at in range(len(name))))
            known = self.speakers[fitting.pop()] if len(fitting) == 1 else None
        is_name = not _OWNER.match(name) and any(
            word[:1].isupper() and not is_spelled_lower(word) for word in name.split()
        )
        if known or not name or name.lower() in PRONOUNS:
            return known
        return Speaker(name, frozenset([_OWNER.sub("", name)]), None, UNSURE if is_name else UNNAMED)

    @cached_property
    def _called(self) -> dict[str, set[str]]:
        """The ids of the speakers by their names."""
        found: dict[str, set[str]] = {}
        for one, speaker in self.speakers.items():
            for name in speaker.names:
                found.setdefault(name, set()).add(one)
        return found

    @cached_property
    def _claims(self) -> dict[str, ClaimRow]:
        return {one.claim_id: one for one in self.rows.claims}

    @cached_property
    def _claims_near(self) -> dict[int, list[ClaimRow]]:
        """The claims whose content touches each block of the text: a long draft has many of both."""
        return _by_block(
            (span.start, span.end, one) for one in self.rows.claims for span in one.content_spans
        )

    def _near(self, start: int, end: int) -> Iterable[ClaimRow]:
        """The claims whose content may touch a stretch of the text, each once."""
        near = (one for block in _blocks(start, end) for one in self._claims_near.get(block, ()))
        return {one.claim_id: one for one in near}.values()

    def claim_of(self, start: int, end: int) -> ClaimRow | None:
        """Return the claim of the draft that has most of the characters between two offsets, half of them at least."""
        sizes = [(sum(max(0, min(end, span.end) - max(start, span.start)) for span in one.content_spans), one.kept, one) for one in self._near(start, end)]  # fmt: skip
        best = max(sizes, key=lambda one: one[:2], default=None)
        return best[2] if best and best[0] * 2 >= end - start else None

    def quotations(self) -> Iterator[Said]:
        """Yield what it has in quotation marks."""
        for start, end in self.quotes:
            claim = self.claim_of(start, end)
            told = (self._description(claim), self._beside(claim)) if claim else ("", "")
            yield Said(
                start, end, self.text[start:end], self.speaker_of(claim), description=told[0], beside=told[1]
            )

    @cached_property
    def paraphrases(self) -> list[Said]:
        """What it has in its own words of what somebody says."""
        return [*self._paraphrases(), *self._acts()]

    def _paraphrases(self) -> Iterator[Said]:
        for claim in self.rows.claims:
            start, end, speaker = claim.content_start, claim.content_end, self.speaker_of(claim)
            if not claim.kept or speaker is None or start is None or end is None:
                continue
            if claim.quote_kind != "direct" and claim.claim_type not in NO_PROPOSITION:
                behind = self.text[end : self._sentence_end(end)]
                more = behind if begins_condition(behind) else ""
                rejected, cue = claim.polarity == "rejected", claim.cue_lemma or ""
                words = self._subject(claim) + " ".join(
                    self.text[span.start : span.end] for span in claim.content_spans
                )
                words += more + self._conjunct(claim)
                yield Said(start, end, self.text[start:end], speaker, rejected, cue, words, self._description(claim), self._beside(claim), claim.negated)  # fmt: skip

    def _acts(self) -> Iterator[Said]:
        """Yield what somebody agrees or refuses to do in a sentence that is no claim."""
        claimed = sorted(one.cue_start for one in self.rows.claims if one.kept and one.cue_start is not None)
        names = [one for one in self.rows.mentions if one.label in PERSONS or one.label in BODIES]
        names.sort(key=_start)
        for first, last in self.sentence_spans:
            act = _ACT.search(self.text, first, last)
            force = force_of(lemma(act[1].lower())) if act else ""
            near = names[
                bisect_left(names, first, key=_start) : bisect_right(names, first + NEAR, key=_start)
            ]
            who = [one for one in near if act and one.end <= act.start()]
            is_claim = bisect_left(claimed, first) < bisect_left(claimed, last)
            if act and who and force in {"agree", "refuse"} and not is_claim:
                name, end = who[0].text, act.end(2) - len(act[2]) + len(act[2].rstrip(" .!?\n"))
                speaker = self.speakers.get(who[0].entity_id) or Speaker(
                    name, frozenset([name]), None, who[0].label
                )
                text = self.text[act.start(2) : end]
                yield Said(act.start(2), end, text, speaker, force == "refuse", lemma(act[1].lower()), text)

    def _subject(self, claim: ClaimRow) -> str:
        """Return the words between cue and content, if that begins with its verb: they are who does it."""
        start, end = claim.content_start or 0, claim.content_end or 0
        before = [at for at in (claim.cue_end, claim.source_end) if at is not None and at <= start]
        between = self.text[max(before, default=start) : start].strip(" ,:")
        is_verb = self.text[start:end].split(" ")[0].lower() in finite_verbs()
        is_counted = claim.cue_lemma != "tell" and bool(read_amounts(between, read_days(between)))
        return f"{between} " if (is_verb or is_counted) and not _MARKS.search(between) else ""

    def _beside(self, claim: ClaimRow) -> str:
        """Return the sentence of a cue without the contents of claims."""
        at = claim.cue_start if claim.cue_start is not None else claim.start
        start, end = next((span for span in self.sentence_spans if span[0] <= at < span[1]), (at, at))
        return blank(self.text, start, end, ((span.start, span.end) for one in self._near(start, end) for span in one.content_spans))  # fmt: skip

    def _description(self, claim: ClaimRow) -> str:
        """Return what stands before the source as a title, and behind it between commas."""
        start, end = claim.source_start, claim.source_end
        if start is None or end is None:
            return ""
        place = bisect_left(self.sentence_spans, (start + 1,))
        spans = self.sentence_spans[max(place - 1, 0) : place]
        first = next((one for one, last in spans if start < last), start)
        told = [at for at in (claim.cue_end, claim.content_end) if at is not None and at <= start]
        title = self.text[max(first, *told) : start] if told else self.text[first:start]
        behind = _APPOSITION.match(self.text, end)
        is_own = behind is not None and not end <= (claim.content_start or 0) < behind.end()
        title = title.rstrip(", ") if _HOLDER.match(title) else title
        return f"{_MARKS.split(title)[-1]} {behind[1] if behind and is_own else ''}".strip()

    def _conjunct(self, claim: ClaimRow) -> str:
        """Return what a sentence says between a content and the source behind it."""
        end, source = claim.content_end, claim.source_start
        between = self.text[end:source] if end is not None and source is not None and end < source else ""
        return (
            between if between.lstrip(" ,").startswith(("and ", "but ")) and not _STOP.search(between) else ""
        )

    def _sentence_end(self, offset: int) -> int:
        place = bisect_left(self.sentence_spans, (offset,))
        near = self.sentence_spans[max(place - 1, 0) : place + 1]
        return next((last for first, last in near if first <= offset <= last), offset)

    @cached_property
    def sentence_spans(self) -> list[tuple[int, int]]:
        """First and last-plus-one offset of each sentence."""
        # A mark that closes a quotation belongs to the sentence before it.
        ends = {match.start(): match.end() for match in _CLOSING.finditer(self.text)}
        return [(start, ends.get(end, end)) for start, end in cut_passages(self.text)]

    def sentences(self) -> Iterator[Said]:
        """Yield its sentences without a quotation; those that touch a claim have its cue: all of that may be what somebody else says."""
        taken, judged = self._taken(), sorted(one.start for one in self.paraphrases)
        for section in self.rows.sections:
            if section.kind not in RUNNING:
                continue
            for first, last in cut_passages(self.text[section.start : section.end]):
                start, end = section.start + first, section.start + last
                cues = _cues_at(taken, start, end)
                if "" not in cues:
                    is_judged = bisect_left(judged, start) < bisect_left(judged, end)
                    yield Said(start, end, self.text[start:end], cue=max(cues, default=""), negated=is_judged)

    def _taken(self) -> dict[int, list[tuple[int, int, str]]]:
        """Return the quotations, and the parts of claims with their cues, that touch each block of the text."""
        spans = [(start, end, "") for start, end in self.quotes]
        for claim in self.rows.claims:
            spans += [(*span, claim.cue_lemma or "") for span in chain.from_iterable(claim.places.values())]
        return _by_block((start, end, (start, end, cue)) for start, end, cue in spans)


class Verifier:
    """Holds drafts against the documents of a run."""

    def __init__(self, pile: Pile) -> None:
        self._pile = pile
        self._settings = pile.settings

    def read(self, path: Path) -> AnnotatedDraft:
        """Read and annotate a draft.

        Raises:
            ReadError: It cannot be read, or has several texts.
            ModelError: The pipeline of the run cannot be loaded.
        """
        found = list(read_documents(RawFile(path, path.name), self._settings))
        if len(found) != 1:
            raise ReadError(f"{path}: has {len(found)} texts", "A draft is one text: name a file of one.")
        if isinstance(found[0], FailureRow):
            raise ReadError(f"{path}: {found[0].message}", found[0].hint or "")
        return _read_rows(str(path), annotate_once(_short(found[0], str(path)), self._settings))

    def read_text(self, text: str, file: str) -> AnnotatedDraft:
        """Annotate a draft that was read, as `read` does."""
        name = Path(file).stem or "draft"
        data = text.encode("utf-8", "surrogatepass")
        document = document_of(RawFile("draft.txt", f"{name}.txt"), data, Source(text), self._settings)
        return _read_rows(file, annotate(_short(document, file), self._settings))

    def verify(
        self, draft: AnnotatedDraft, among: Spans | None = None, only: Collection[str] = ()
    ) -> list[DraftFinding]:
        """Return all findings, in order of their places.

        Args:
            among: Stretches of the draft to look at; None for all of it.
            only: Documents to hold it against; empty for all.
        """
        pile = self._pile.only(only) if only else self._pile
        found = _without_told(list(self._findings(draft, pile, among)))
        if among is None:
            offices = list(judge_offices(draft.rows, _days_of(draft, found), self._lexicon, draft.file))
            found += pile.judge([leave_told(offices, pile)])
            found += judge_dates(draft.rows, pile, draft.file)
        return sorted(found, key=lambda one: (one.start, one.end, one.kind))

    def _lexicon(self) -> NameLexicon:
        """Return the offices that the pipeline knows, without loading it from a folder."""
        folder = find_model(self._settings.annotate.model) / OFFICES
        if folder.is_dir():
            return read_offices(folder)
        from policy_news.outputs.explain import lexicon_of

        return lexicon_of(annotator_of(self._settings))

    def _findings(self, draft: AnnotatedDraft, pile: Pile, among: Spans | None) -> Iterator[DraftFinding]:
        quoted, said, told = (
            _batches(one for one in many if among is None or any(a <= one.start < b for a, b in among))
            for many in (draft.quotations(), draft.paraphrases, draft.sentences())
        )
        for quotations, paraphrases, sentences in zip_longest(quoted, said, told, fillvalue=()):
            yield from pile.judge(
                [
                    judge_quotations(quotations, pile, draft.file),
                    judge_paraphrases(paraphrases, pile, draft.file),
                    judge_facts(sentences, pile, draft.file),
                ]
            )


def _without_told(found: Sequence[DraftFinding]) -> list[DraftFinding]:
    """Return findings without those on plain sentences in which a paraphrase has a verdict."""
    told = sorted(one.start for one in found if one.kind == "paraphrase" and one.verdict != "not_found")
    return [
        one
        for one in found
        if one.kind != "fact" or bisect_left(told, one.start) == bisect_left(told, one.end)
    ]


def _short(document: Document, file: str) -> Document:
    """Return a draft that is not too long."""
    if len(document.text) > LONGEST:
        raise ReadError(f"{file}: more than {LONGEST:,} characters", "Cut it into several drafts.")
    return document


def _read_rows(file: str, chunk: Chunk) -> AnnotatedDraft:
    rows = read_annotated(chunk)
    quotes, unclosed = find_quotes(rows.document.text)
    return AnnotatedDraft(file, rows.document.text, rows, tuple(quotes), tuple(unclosed))


def _days_of(draft: AnnotatedDraft, findings: Iterable[DraftFinding]) -> list[dt.date]:
    """The days of a draft: its own, or the latest of the documents that it quotes; those of the others; those that it names."""
    quoted = [dt.date.fromisoformat(place.day) for one in findings for place in one.places if place.day]
    published = draft.rows.document.published
    first = [published.date()] if published else sorted(quoted)[-1:]
    named = [day for row in draft.rows.dates for day in (row.earliest, row.latest) if day]
    return [*first, *quoted, *named] if first else []


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    stream = iter(items)
    while batch := list(islice(stream, AT_ONCE)):
        yield batch


def verify_draft(text: str, pile: Pile, file: str = "draft.txt") -> list[DraftFinding]:
    """Return all findings of a draft, in order of their places.

    Args:
        file: Its name, for the findings.

    Raises:
        ReadError: It is too long.
        ModelError: The pipeline of the run cannot be loaded.
    """
    verifier: Verifier = pile.verifier or Verifier(pile)
    pile.verifier = verifier
    return verifier.verify(verifier.read_text(text, file))


def verify_quotation(words: str, pile: Pile, speaker: str | None = None) -> DraftFinding | None:
    """Return the verdict on a quotation.

    Args:
        words: With or without quotation marks.
        speaker: Who is said to have said it.

    Returns:
        None for no words, or for a word or two that nobody is said to have said and no document has.
    """
    spans, _ = find_quotes(words)
    whole = len(spans) == 1 and len(words) - len(words[slice(*spans[0])].strip()) <= MARKS
    start, end = spans[0] if whole else (0, len(words))
    who = Speaker(speaker, frozenset([speaker])) if speaker else None
    found = pile.judge([judge_quotations([Said(start, end, words[start:end], who)], pile, "")])
    return found[0] if found else None
