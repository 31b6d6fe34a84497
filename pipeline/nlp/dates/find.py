"""From a Doc to its date expressions: match, read from left to right, join, unite with the model's entities."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from spacy.tokens import Doc, Span

from pipeline.core.errors import RuleError
from pipeline.nlp.dates.context import Context, Reading
from pipeline.nlp.dates.entities import Found, find_unread
from pipeline.nlp.dates.grammar import Grammar, Hit, literals, name_key
from pipeline.nlp.dates.lexer import Lexicon, Pieces
from pipeline.nlp.dates.ranges import join_ranges
from pipeline.nlp.dates.readers.registry import READERS, NoSuchDateError, read_hit
from pipeline.nlp.dates.rules import DateRules, Holiday
from pipeline.nlp.dates.timex import Timex
from pipeline.nlp.dates.view import DocView
from pipeline.nlp.extensions import DateData
from pipeline.nlp.tokens import Tokens
from pipeline.text.document import SILENT

_ROLES = {"published": "published", "comment_date": "comment"}
_HEADINGS = frozenset({"title", "heading", "caption"})
_NARRATIVE_YEARS = 5
"""A text is a narrative with at least so many years in digits, nearly all of them at least three before its date, and
hardly a weekday, `today` or the like."""


@dataclass(frozen=True, slots=True)
class Engine:
    """The rules made ready, with the configuration."""

    lexicon: Lexicon
    grammar: Grammar
    holidays: dict[str, Holiday]
    day_first: bool = True
    fiscal_start: int = 1


@dataclass(frozen=True, slots=True)
class Part:
    """A section with what it is read with: `start` and `end` are characters, `anchor` and `clock` what it is resolved against."""

    section: Span
    start: int
    end: int
    pieces: Pieces
    anchor: dt.date | None
    clock: dt.time | None


def build_engine(rules: DateRules, *, day_first: bool = True, fiscal_start: int = 1) -> Engine:
    """Compile rule data.

    Raises:
        RuleError: A pattern cannot be read or names a class, macro or kind that does not exist.
    """
    for pattern in rules.grammar.patterns:
        if pattern.kind not in READERS:
            raise RuleError(
                f"date pattern '{pattern.id}': no kind '{pattern.kind}'",
                f"One of {', '.join(sorted(READERS))}.",
            )
    classes = {
        name: words if isinstance(words, dict) else dict.fromkeys(words, 0)
        for name, words in rules.words.classes.items()
    }
    lexicon = Lexicon(classes, rules.words.proper, literals(rules))
    holidays = {name_key(name): holiday for holiday in rules.holidays.holidays for name in holiday.names}
    return Engine(lexicon, Grammar(rules, lexicon), holidays, day_first, fiscal_start)


def find_dates(doc: Doc, engine: Engine) -> list[DateData]:
    """The date expressions of a doc, in order of their start."""
    tokens = Tokens(doc)
    parts = _parts(tokens, engine)
    rows = [_row(found, part.section) for part, found in _read_parts(tokens, parts, engine)]
    taken = [(row["start"], row["end"]) for row in rows]
    for found in find_unread(tokens, taken, engine.lexicon):
        owner = next(
            (part.section for part in parts if part.start <= found.start and found.end <= part.end), None
        )
        rows += [_row(found, owner)] if owner is not None else []
    return sorted(rows, key=lambda row: (row["start"], row["end"]))


def _parts(tokens: Tokens, engine: Engine) -> list[Part]:
    """The sections that are annotated, with their pieces and anchors."""
    barriers = frozenset(
        tokens.starts[gap] + at for gap in tokens.gaps for at in range(len(tokens.texts[gap]))
    )
    published, dates = tokens.doc._.published, tokens.doc._.section_dates or ()
    parts = []
    for section, date in zip_longest(tokens.sections, dates[: len(tokens.sections)]):
        if section.label_ not in SILENT and len(section):
            start, end = section.start_char, section.end_char
            parts.append(
                Part(
                    section,
                    start,
                    end,
                    engine.lexicon.split(tokens.whole, start, end, barriers),
                    *_anchor(date, published),
                )
            )
    return parts


def _read_parts(tokens: Tokens, parts: Sequence[Part], engine: Engine) -> Iterator[tuple[Part, Found]]:
    """Read section by section; what was mentioned is forgotten where the anchor changes."""
    pieces = [part.pieces for part in parts]
    if parts and parts[0].anchor:
        year = parts[0].anchor.year
    else:
        year = None
    narrative = year is not None and is_narrative(pieces, engine.lexicon, year)
    view, surnames = DocView(tokens, engine.lexicon), find_surnames(pieces, engine.lexicon)
    previous: Context | None = None
    for part in parts:
        context = _context(engine, view, part, narrative=narrative, surnames=surnames)
        if previous is not None and previous.anchor == part.anchor and part.section.label_ not in _ROLES:
            context.history = previous.history
        for found in _find_in_section(part.pieces, context, engine):
            yield part, found
        if part.section.label_ not in _ROLES:
            previous = context


def _context(
    engine: Engine, view: DocView, part: Part, *, narrative: bool, surnames: frozenset[str]
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
        fiscal_start=engine.fiscal_start,
        narrative=narrative,
        heading=part.section.label_ in _HEADINGS,
        surnames=surnames,
    )


def _find_in_section(pieces: Pieces, context: Context, engine: Engine) -> Iterator[Found]:
    readings = read_hits(engine.grammar.find(pieces), context, read_hit)
    for reading in join_ranges(readings, pieces, context):
        yield Found(pieces.starts[reading.first], pieces.ends[reading.last - 1], reading.timex)


def read_hits(
    hits: Iterator[Hit], context: Context, read: Callable[[Hit, Context], Reading | None]
) -> list[Reading]:
    """Read matches from left to right, the longest first where several begin together; none overlap."""
    readings: list[Reading] = []
    at = 0
    for hit in sorted(hits, key=lambda hit: (hit.first, -hit.last, -hit.pattern.priority)):
        if hit.first < at:
            continue
        try:
            reading = read(hit, context)
        except NoSuchDateError:
            at = hit.last
            continue
        if reading is None or reading.first < at:
            continue
        readings.append(reading)
        at = reading.last
        if _is_reference(reading.timex, context):
            context.history.append(reading.timex)
            context.recent = (reading.timex, hit.pieces.ends[reading.last - 1])
    return readings


def _is_reference(timex: Timex, context: Context) -> bool:
    """Whether later expressions may refer to it; in a narrative, what was counted from the text's own date is aside."""
    if not timex.known() or timex.type not in ("DATE", "TIME"):
        return False
    return not (context.narrative and timex.anchor is not None and timex.anchor == context.anchor)


def find_surnames(parts: Sequence[Pieces], lexicon: Lexicon) -> frozenset[str]:
    """Months that follow a title or first name somewhere in the text (`Mrs May`)."""
    form = re.compile(f"[{lexicon.letters('title')}][{lexicon.letters('month_doubtful')}]")
    return frozenset(part.word(match.end() - 1) for part in parts for match in form.finditer(part.letters))


def is_narrative(parts: Sequence[Pieces], lexicon: Lexicon, year: int) -> bool:
    """Whether a text tells of a past time: then its dates refer to each other rather than to its own date."""
    letters = re.compile(f"[{lexicon.letters('year')}]")
    years = [int(part.word(match.start())[:4]) for part in parts for match in letters.finditer(part.letters)]
    past = [value for value in years if value < year - 2]
    news = re.compile(f"[{lexicon.letters('weekday')}{lexicon.letters('today')}{lexicon.letters('tonight')}]")
    current = sum(len(news.findall(part.letters)) for part in parts)
    return len(past) >= _NARRATIVE_YEARS and len(past) >= 0.9 * len(years) and current <= 0.1 * len(past)


def _anchor(own: str | None, published: str | None) -> tuple[dt.date | None, dt.time | None]:
    """Date and, where known, clock time that a section is resolved against: its own, else the document's."""
    for text in (own, published):
        if text and (moment := _parse_iso(str(text))):
            return moment
    return None, None


def _parse_iso(text: str) -> tuple[dt.date, dt.time | None] | None:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.date(), moment.time() if len(text) > 10 else None


def _row(found: Found, section: Span) -> DateData:
    timex = found.timex
    return {
        "start": found.start,
        "end": found.end,
        "timex_type": timex.type,
        "value": timex.value,
        "earliest": timex.earliest.isoformat() if timex.earliest else None,
        "latest": timex.latest.isoformat() if timex.latest else None,
        "granularity": timex.granularity,
        "role": _ROLES.get(section.label_, "mentioned"),
        "anchor": timex.anchor.isoformat() if timex.anchor else None,
    }
