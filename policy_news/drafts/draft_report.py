"""`policy_news.verify`: a draft held against sources, one record for each of its sentences."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from policy_news.core.settings import Settings
from policy_news.drafts.draft_verifier import AnnotatedDraft, Verifier
from policy_news.drafts.finding import FAILING, GOOD, SEVERITY, DraftFinding, Verdict
from policy_news.drafts.inputs import DraftText, citations_at, read_answer
from policy_news.drafts.pile import Pile
from policy_news.drafts.sources import SourceText, open_sources
from policy_news.text.layout.languages import default_languages

FEWEST = 8
"""Words of a sentence by which its language can be told."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a draft with what was found in it.

    Attributes:
        start: First code point in the text of the draft.
        end: One past the last.
        line: Its line, from 1.
        verdict: The gravest one of its findings; None if it has nothing to verify.
        cited: Ids of the sources that it cites.
        findings: In order.
        is_english: False if it is in another language, so that nothing can be said of it.
    """

    file: str
    start: int
    end: int
    line: int
    text: str
    verdict: Verdict | None
    cited: tuple[str, ...]
    findings: tuple[DraftFinding, ...]
    is_english: bool = True

    def row(self) -> dict[str, Any]:
        """Return it as plain data, as `docs/verify.schema.json` says."""
        names = ("file", "start", "end", "line", "text", "verdict", "is_english")
        own = {name: getattr(self, name) for name in names}
        return {**own, "cited": list(self.cited), "findings": [one.row() for one in self.findings]}


@dataclass(frozen=True, slots=True)
class DraftReport:
    """A draft held against sources.

    Attributes:
        file: Name of the draft.
        text: The text that offsets refer to.
        sentences: One for each sentence, in order.
        findings: All findings, in order.
        unclosed: Offsets of quotation marks that nothing closes.
    """

    file: str
    text: str
    sentences: tuple[Sentence, ...]
    findings: tuple[DraftFinding, ...]
    unclosed: tuple[int, ...] = ()

    def failing(self, verdicts: Collection[str] = FAILING) -> list[DraftFinding]:
        """Return the findings by which the draft fails; that no claim is near a paraphrase proves nothing."""
        return [one for one in self.findings if one.fails(verdicts)]

    @property
    def is_sound(self) -> bool:
        """Whether it has no finding by which drafts fail."""
        return not self.failing()

    def rows(self) -> list[dict[str, Any]]:
        """Return a record for each sentence."""
        return [one.row() for one in self.sentences]


def verify(
    text: str,
    sources: Path | SourceText | Iterable[str | Path | SourceText] = (),
    *,
    name: str = "draft.txt",
    settings: Settings | None = None,
) -> DraftReport:
    """Hold a text against sources.

    Args:
        text: The draft. If it is the JSON of an answer with citations, these are sources too.
        sources: Files and folders as `Path`, texts as `str`, one or several. They are annotated once, and kept in the user's cache.
        settings: With which sources and draft are read; the defaults if left out.

    Raises:
        ReadError: A source cannot be read, there is none, or the draft is too long.
        ModelError: The pipeline cannot be loaded.
    """
    draft = read_answer(text, name) or DraftText(name, text)
    given = (sources,) if isinstance(sources, str | Path | SourceText) else sources
    pile = _open((*draft.citations, *given), settings)
    return verify_text(draft, pile)


@lru_cache(maxsize=4)
def _opened(
    state: tuple[object, ...], sources: tuple[str | Path | SourceText, ...], settings: Settings | None
) -> Pile:
    return open_sources(sources, settings)


def _open(sources: tuple[str | Path | SourceText, ...], settings: Settings | None) -> Pile:
    """Open sources, or take those of the last calls if no file has changed since."""
    paths = [path for source in sources if isinstance(source, Path) for path in (source.rglob("*") if source.is_dir() else [source])]  # fmt: skip
    state = tuple(
        (str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in paths if path.is_file()
    )
    return _opened(state, sources, settings)


def verify_text(draft: DraftText, pile: Pile) -> DraftReport:
    """Hold a draft against a pile: what cites a source against that source first.

    Args:
        pile: The documents, those that it cites among them.
    """
    verifier: Verifier = pile.verifier or Verifier(pile)
    pile.verifier = verifier
    read = verifier.read_text(draft.shown, draft.file)
    return make_report(read, verifier, {one.name for one in draft.citations}, draft.text)


def make_report(
    draft: AnnotatedDraft, verifier: Verifier, citations: Collection[str] = (), text: str = ""
) -> DraftReport:
    """Hold a draft that was read against the documents of a verifier.

    Args:
        citations: Ids that `[1]` and the like in the draft name.
        text: The draft with its marks; the text of the draft if left out.
    """
    whole = text or draft.text
    found = verifier.verify(draft)
    cited = {
        span: citations_at(whole, span, draft.sentence_spans, citations) for span in draft.sentence_spans
    }
    for ids in sorted({ids for ids in cited.values() if ids}):
        spans = [span for span, own in cited.items() if own == ids]
        found = _held_first(found, verifier.verify(draft, spans, ids), spans, ids)
    sentences = []
    ordered = sorted(found, key=attrgetter("start"))
    starts = [one.start for one in ordered]
    for start, end in draft.sentence_spans:
        own = tuple(ordered[bisect_left(starts, start) : bisect_left(starts, end)])
        verdict = min((one.verdict for one in own), key=SEVERITY.index, default=None)
        line = whole.count("\n", 0, start) + 1
        told = whole[start:end]
        english = default_languages().find_foreign(told, FEWEST) is None
        sentences.append(
            Sentence(draft.file, start, end, line, told, verdict, cited[start, end], own, english)
        )
    return DraftReport(draft.file, whole, tuple(sentences), tuple(found), draft.unclosed)


def _held_first(
    found: Sequence[DraftFinding],
    first: Sequence[DraftFinding],
    spans: Sequence[tuple[int, int]],
    ids: Sequence[str],
) -> list[DraftFinding]:
    """Return findings in which those of some sentences are of the sources that these cite."""
    every = {(one.kind, one.start, one.end): one for one in found}
    kept = [
        one for one in found if one.kind in {"name", "date"} or not any(a <= one.start < b for a, b in spans)
    ]
    for one in first:
        other = every.get((one.kind, one.start, one.end))
        if other is not None and other.verdict in GOOD and one.verdict not in GOOD:
            named = ", ".join(sorted({place.doc_id for place in other.places}))
            note = f"not in {', '.join(ids)}, which it cites; {named} has it"
            one = replace(other, verdict="elsewhere", notes=(*other.notes, note))
        kept.append(one)
    return sorted(kept, key=lambda one: (one.start, one.end, one.kind))
