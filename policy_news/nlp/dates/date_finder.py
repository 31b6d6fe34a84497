"""From a Doc to its date expressions: match, read from left to right, join ranges."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from spacy.tokens import Doc, Span

from policy_news.core.errors import RuleError
from policy_news.nlp.dates.class_patterns import CompiledPatterns, Hit, literals, name_key
from policy_news.nlp.dates.context import Context, Reading
from policy_news.nlp.dates.date_rules import DateRules, Holiday
from policy_news.nlp.dates.lexer import Pieces, WordClasses
from policy_news.nlp.dates.normalisers.registry import READERS, NoSuchDateError, read_hit
from policy_news.nlp.dates.ranges import join_ranges
from policy_news.nlp.dates.timex import Timex
from policy_news.nlp.dates.view import DocView
from policy_news.nlp.extensions import DateData
from policy_news.nlp.tokens import Tokens
from policy_news.text.document import SILENT

_ROLES = {"published": "published", "comment_date": "comment"}
_HEADINGS = frozenset({"title", "heading", "caption"})
_NARRATIVE_YEARS = 5
"""Years in digits that a narrative has at least. Nearly all of them lie three or more years before its date, and it has
hardly a weekday, `today` or the like."""


@dataclass(frozen=True, slots=True)
class DateEngine:
    """The rules made ready, with the configuration."""

    lexicon: WordClasses
    grammar: CompiledPatterns
    holidays: dict[str, Holiday]
    day_first: bool = True


@dataclass(frozen=True, slots=True)
class DatedSection:
    """A section and what is needed to read it.

    Attributes:
        start: Offset of its first character in the doc's text.
        anchor: Day that its relative expressions are resolved against.
        clock: Time of day of the anchor, where it is known.
    """

    section: Span
    start: int
    end: int
    pieces: Pieces
    anchor: dt.date | None
    clock: dt.time | None


def build_engine(rules: DateRules, *, day_first: bool = True) -> DateEngine:
    """Compile rule data.

    Args:
        day_first: Whether `07/09/2022` is 7 September.

    Raises:
        RuleError: A pattern cannot be read or names a class, macro or kind that does not exist.
    """
    for pattern in rules.grammar.patterns:
        if pattern.kind not in READERS:
            raise RuleError(
                f"date pattern '{pattern.id}': unknown kind '{pattern.kind}'",
                f"One of {', '.join(sorted(READERS))}.",
            )
    classes: dict[str, Mapping[str, str | int]] = {}
    for name, words in rules.words.classes.items():
        if isinstance(words, dict):
            classes[name] = words
        else:
            classes[name] = dict.fromkeys(words, 0)
    # The lexicon needs the words that patterns spell out before it assigns letters: the grammar compiles to
    # these letters.
    lexicon = WordClasses(classes, rules.words.proper, literals(rules))
    holidays: dict[str, Holiday] = {}
    for holiday in rules.holidays.holidays:
        holidays.update(dict.fromkeys(map(name_key, holiday.names), holiday))
    return DateEngine(lexicon, CompiledPatterns(rules, lexicon), holidays, day_first)


def find_dates(doc: Doc, engine: DateEngine) -> list[DateData]:
    """Find the date expressions of a doc, in order of their start."""
    tokens = Tokens(doc)
    parts = _parts(tokens, engine)
    rows = [_row(part, reading) for part, reading in _read_parts(tokens, parts, engine)]
    return sorted(rows, key=lambda row: (row["start"], row["end"]))


def _parts(tokens: Tokens, engine: DateEngine) -> list[DatedSection]:
    """Return the sections that are annotated, with their pieces and anchors."""
    barriers: set[int] = set()
    for gap in tokens.gaps:
        barriers.update(range(tokens.starts[gap], tokens.starts[gap] + len(tokens.texts[gap])))
    published, dates = tokens.doc._.published, tokens.doc._.section_dates or ()
    parts = []
    for section, date in zip_longest(tokens.sections, dates[: len(tokens.sections)]):
        if section.label_ not in SILENT and len(section):
            start, end = section.start_char, section.end_char
            parts.append(
                DatedSection(
                    section,
                    start,
                    end,
                    engine.lexicon.split(tokens.whole, start, end, frozenset(barriers)),
                    *_anchor(date, published),
                )
            )
    return parts


def _read_parts(
    tokens: Tokens, parts: Sequence[DatedSection], engine: DateEngine
) -> Iterator[tuple[DatedSection, Reading]]:
    """Read section by section; forget what was mentioned where the anchor changes."""
    pieces = [part.pieces for part in parts]
    day = parts[0].anchor if parts else None
    narrative = day is not None and is_narrative(pieces, engine.lexicon, day.year)
    view, surnames = DocView(tokens, engine.lexicon), find_surnames(pieces, engine.lexicon)
    previous: Context | None = None
    for part in parts:
        context = _context(engine, view, part, narrative=narrative, surnames=surnames)
        # A date line (`_ROLES`) neither uses nor leaves a history: `the following day` refers to the story,
        # not to its stamp.
        if previous is not None and previous.anchor == part.anchor and part.section.label_ not in _ROLES:
            context.history, context.years = previous.history, previous.years
        readings = read_hits(engine.grammar.find(part.pieces), context)
        for reading in join_ranges(readings, part.pieces, context):
            yield part, reading
        if part.section.label_ not in _ROLES:
            previous = context


def _context(
    engine: DateEngine, view: DocView, part: DatedSection, *, narrative: bool, surnames: frozenset[str]
) -> Context:
    return Context(
        lexicon=engine.lexicon,
        holidays=engine.holidays,
        anchor=part.anchor,
        clock=part.clock,
        tense=view.tense,
        label=view.label,
        tag=view.tag,
        day_first=engine.day_first,
        narrative=narrative,
        heading=part.section.label_ in _HEADINGS,
        surnames=surnames,
    )


def read_hits(hits: Iterator[Hit], context: Context) -> list[Reading]:
    """Read matches from left to right.

    Args:
        hits: Matches in any order; they may overlap.

    Returns:
        Readings that do not overlap, in order of the text.
    """
    readings: list[Reading] = []
    at = 0
    # The longest match of a place comes first: `3 May 2021` must win over `3 May`. Readings go from left to
    # right because each
    # may refer to those before it.
    for hit in sorted(hits, key=lambda hit: (hit.first, -hit.last, -hit.pattern.priority)):
        if hit.first < at:
            continue
        try:
            reading = read_hit(hit, context)
        # Skip the whole match: a shorter one inside `31 February 2020` would read a date that the text does not mean.
        except NoSuchDateError:
            at = hit.last
            continue
        if reading is None or reading.first < at:
            continue
        readings.append(reading)
        at = reading.last
        day = reading.timex.earliest
        if day is not None and reading.timex.dated and reading.timex.granularity == "day":
            context.years[day.month, day.day] = day.year
        if _is_reference(reading.timex, context):
            context.history.append(reading.timex)
            context.recent = (reading.timex, hit.pieces.ends[reading.last - 1])
    return readings


def _is_reference(timex: Timex, context: Context) -> bool:
    """Return whether later expressions may refer to it; in a narrative, not to what was counted from the text's own date."""
    if not timex.known() or timex.type not in ("DATE", "TIME"):
        return False
    return not (context.narrative and timex.anchor is not None and timex.anchor == context.anchor)


def find_surnames(parts: Sequence[Pieces], lexicon: WordClasses) -> frozenset[str]:
    """Find the months that follow a title or first name somewhere in the text (`Mrs May`)."""
    form = re.compile(f"[{lexicon.letters('title')}][{lexicon.letters('month_doubtful')}]")
    names: set[str] = set()
    for part in parts:
        names.update(part.word(match.end() - 1) for match in form.finditer(part.letters))
    return frozenset(names)


def is_narrative(parts: Sequence[Pieces], lexicon: WordClasses, year: int) -> bool:
    """Return whether a text tells of a past time, so that its dates refer to each other rather than to its own date.

    Args:
        year: Year of the document's own date.
    """
    letters = re.compile(f"[{lexicon.letters('year')}]")
    years: list[int] = []
    for part in parts:
        years.extend(int(part.word(match.start())[:4]) for match in letters.finditer(part.letters))
    past = [value for value in years if value < year - 2]
    news = re.compile(f"[{lexicon.letters('weekday')}{lexicon.letters('today')}{lexicon.letters('tonight')}]")
    current = sum(len(news.findall(part.letters)) for part in parts)
    return len(past) >= _NARRATIVE_YEARS and len(past) >= 0.9 * len(years) and current <= 0.1 * len(past)


def _anchor(own: str | None, published: str | None) -> tuple[dt.date | None, dt.time | None]:
    """Return date and, where known, time of day that a section is resolved against: its own, else the document's."""
    for text in (own, published):
        if text and (moment := _parse_iso(str(text))):
            return moment
    return None, None


def _parse_iso(text: str) -> tuple[dt.date, dt.time | None] | None:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    # `fromisoformat` gives midnight to a bare date, which would be mistaken for a known time.
    if len(text) > 10:
        return moment.date(), moment.time()
    return moment.date(), None


def _row(part: DatedSection, reading: Reading) -> DateData:
    timex = reading.timex
    return {
        "start": part.pieces.starts[reading.first],
        "end": part.pieces.ends[reading.last - 1],
        "timex_type": timex.type,
        "value": timex.value,
        "earliest": _iso(timex.earliest),
        "latest": _iso(timex.latest),
        "granularity": timex.granularity,
        "role": _ROLES.get(part.section.label_, "mentioned"),
        "anchor": _iso(timex.anchor),
    }


def _iso(day: dt.date | None) -> str | None:
    if day is None:
        return None
    return day.isoformat()
