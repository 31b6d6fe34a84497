"""Makes the terms of British offices from the appointments: which post is which office, and by which name a person is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from policy_news.core.errors import RuleError
from tools.reference.appointments import Appointment
from tools.reference.tables import Problems, read_day, read_table

POSTS = "gb_posts.csv"
PEOPLE = "gb_people.csv"
PORTFOLIOS = "gb_portfolios.csv"
EXCEPTIONS = "exceptions.csv"
ANY_POST = "*"
"""In the table of posts: all posts without a line of their own."""
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Post:
    """The offices that a post stands for, if the appointment has the rank and begins within the time; none to leave it out."""

    rank: str
    start: dt.date | None
    end: dt.date | None
    offices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exceptional:
    """A line of the exceptions, where the rule data differ from their source.

    Attributes:
        entry: Id of the office or term.
        name: The person.
        start: First day of the row in question.
        what: `end`: it ended on `value`; `skip`: leave out the source's row; `hand`: the source does not have it.
    """

    entry: str
    name: str
    start: dt.date | None
    what: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables that say how the source is read."""

    posts: Mapping[tuple[str, str], tuple[Post, ...]]
    people: Mapping[str, str]
    portfolios: Mapping[tuple[str, str, str, dt.date], tuple[str, ...]]
    exceptions: tuple[Exceptional, ...] = ()


@dataclass(slots=True)
class Term:
    """A person in an office."""

    person: str
    start: dt.date
    end: dt.date | None
    line: int = 0
    problems: list[str] = field(default_factory=list)


def read_tables(folder: Path) -> Tables:
    """Read the tables that say how to read the source.

    Raises:
        RuleError: One of them is wrong.
    """
    posts: dict[tuple[str, str], list[Post]] = {}
    columns = ("post", "organisation", "rank", "from", "to", "offices")
    for line, row in read_table(folder / POSTS, columns).rows:
        offices = tuple(filter(None, row["offices"].split("|")))
        bounds = (_day(folder / POSTS, line, row["from"]), _day(folder / POSTS, line, row["to"]))
        posts.setdefault((row["post"], row["organisation"]), []).append(Post(row["rank"], *bounds, offices))
    people = {
        row["mnis_id"] or row["source_name"]: row["name"]
        for _, row in read_table(folder / PEOPLE, ("mnis_id", "source_name", "name")).rows
    }
    return Tables(
        {key: tuple(found) for key, found in posts.items()},
        people,
        _read_portfolios(folder / PORTFOLIOS),
        read_exceptions(folder / EXCEPTIONS, "gb-ministers"),
    )


def _read_portfolios(path: Path) -> dict[tuple[str, str, str, dt.date], tuple[str, ...]]:
    found = {}
    for line, row in read_table(path, ("mnis_id", "person", "post", "organisation", "from", "offices")).rows:
        day = _day(path, line, row["from"])
        if day is not None:
            key = (row["mnis_id"] or row["person"], row["post"], row["organisation"], day)
            found[key] = tuple(row["offices"].split("|"))
    return found


def read_exceptions(path: Path, table: str) -> tuple[Exceptional, ...]:
    """Return the exceptions of one table.

    Raises:
        RuleError: The file is wrong, or a line does not give a reason.
    """
    found = []
    for line, row in read_table(path, ("table", "entry", "name", "from", "what", "value", "reason")).rows:
        if not row["reason"]:
            raise RuleError(f"{path}: line {line}: no reason", "Say why the table differs from its source.")
        if row["table"] == table:
            start = _day(path, line, row["from"])
            found.append(
                Exceptional(row["entry"], row["name"], start, row["what"], row["value"], row["reason"])
            )
    return tuple(found)


def _day(path: Path, line: int, text: str) -> dt.date | None:
    try:
        return read_day(text)
    except ValueError as error:
        raise RuleError(f"{path}: line {line}: {error}", "Dates are written 2026-07-20.") from error


def make_terms(
    appointments: Iterable[Appointment], tables: Tables, problems: Problems
) -> dict[str, list[Term]]:
    """Make the terms of offices from appointments.

    Args:
        appointments: The rows of the source.
        tables: How to read them.
        problems: Receives posts that no table knows.

    Returns:
        Office id to its terms, in order.
    """
    terms: dict[str, list[Term]] = {}
    used: set[tuple[str, str, str, dt.date]] = set()
    skipped = {(e.entry, e.name, e.start) for e in tables.exceptions if e.what == "skip"}
    for one in appointments:
        name = tables.people.get(one.key, one.person)
        key = (one.key, one.post, one.organisation, one.start)
        used.add(key)
        for office in (*find_offices(one, tables, problems), *tables.portfolios.get(key, ())):
            if (office, name, one.start) not in skipped:
                terms.setdefault(office, []).append(Term(name, one.start, one.end, one.line))
    for key in sorted(tables.portfolios.keys() - used, key=str):
        problems.lines.append(f"{PORTFOLIOS}: the source has no {key[1]} ({key[2]}) of {key[3]} any more")
    # Joined first: an exception names the first day of the whole term.
    joined = {office: _join(own) for office, own in terms.items()}
    _end(joined, tables.exceptions, problems)
    return joined


def find_offices(one: Appointment, tables: Tables, problems: Problems) -> tuple[str, ...]:
    """Return the offices of an appointment; for a new post, those of its rank.

    Args:
        one: The appointment.
        tables: How to read it.
        problems: Receives the appointment if the post is new.
    """
    known = tables.posts.get((one.post, one.organisation))
    offices = _of_posts(known or tables.posts.get((ANY_POST, one.organisation), ()), one)
    if known is None:
        taken = "left out"
        if offices:
            taken = f"taken as {offices[0]}"
        problems.add(one.line, f"{one.shown}: a post that {POSTS} does not have; {taken}")
    return offices


def _of_posts(posts: Iterable[Post], one: Appointment) -> tuple[str, ...]:
    for post in posts:
        has_begun = post.start is None or post.start <= one.start
        has_ended = post.end is not None and post.end < one.start
        if post.rank in ("", one.rank) and has_begun and not has_ended:
            return post.offices
    return ()


def _join(terms: list[Term]) -> list[Term]:
    """Join successive terms of one person: a department was renamed, or the title changed a little."""
    own: dict[str, list[Term]] = {}
    for term in sorted(terms, key=lambda term: (term.start, term.end or dt.date.max, term.person)):
        before = own.setdefault(term.person, [])
        if before and (before[-1].end is None or term.start <= before[-1].end + DAY):
            if before[-1].end is not None:
                before[-1].end = term.end and max(term.end, before[-1].end)
        else:
            before.append(term)
    return sorted(chain.from_iterable(own.values()), key=lambda term: (term.start, term.person))


def _end(terms: Mapping[str, list[Term]], exceptions: Iterable[Exceptional], problems: Problems) -> None:
    """End terms as other sources say, and report exceptions that the source has made superfluous."""
    for one in exceptions:
        if one.what != "end":
            continue
        found = [t for t in terms.get(one.entry, ()) if t.person == one.name and t.start == one.start]
        if not found:
            problems.lines.append(f"{EXCEPTIONS}: {one.entry} has no term of {one.name} from {one.start}")
        for term in found:
            end = dt.date.fromisoformat(one.value)
            if term.end is not None and abs(term.end - end) <= DAY:
                problems.lines.append(
                    f"{EXCEPTIONS}: the source now ends {one.entry} of {one.name} on {term.end}"
                )
            term.end = end
