"""Appointments of British ministers, as the Institute for Government publishes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from policy_news.core.errors import RuleError
from tools.reference.tables import Problems, Table, read_day, read_table

COLUMNS = (
    "person",
    "other_names",
    "mnis_id",
    "post",
    "organisation",
    "org_short",
    "rank",
    "from",
    "to_exclusive",
    "cabinet_status",
    "acting",
    "on_leave",
    "note",
)
REQUIRED = ("person", "mnis_id", "post", "org_short", "rank", "from", "to_exclusive")
YES = {"1": "yes", "true": "yes", "1.0": "yes"}


@dataclass(frozen=True, slots=True)
class Appointment:
    """A person in a post.

    Attributes:
        line: Line in the file, from 1.
        key: Id of the person in the source, or the name if the source has no id.
        end: Last day, inclusive, or None.
    """

    line: int
    key: str
    person: str
    post: str
    organisation: str
    rank: str
    start: dt.date
    end: dt.date | None

    @property
    def shown(self) -> str:
        """Person and post."""
        return f"{self.person}, {self.post} ({self.organisation})"


def read_source(path: Path, problems: Problems) -> Table:
    """Read the appointments of a file in our own format, or of a folder with the tables that the source publishes.

    Raises:
        RuleError: A table cannot be read.
    """
    if path.is_dir():
        return _join(path)
    return read_table(path, REQUIRED, problems)


def parse(table: Table, problems: Problems) -> list[Appointment]:
    """Read the valid rows; leave out and report those with a wrong date, or that end before they begin."""
    found: list[Appointment] = []
    held: dict[tuple[str, str, str], list[Appointment]] = {}
    for line, row in table.rows:
        try:
            start, behind = read_day(row["from"]), read_day(row["to_exclusive"])
        except ValueError as error:
            problems.add(line, f"{row['person']}, {row['post']}: {error}")
            continue
        if start is None or not row["person"] or not row["post"]:
            problems.add(line, "no person, post or begin")
            continue
        if behind is not None and behind < start:
            problems.add(line, f"{row['person']}, {row['post']}: ends ({behind}) before it begins ({start})")
            continue
        end: dt.date | None = None
        if behind is not None:
            # The source gives the first day without the post. Where it equals the start, it means a term of
            # one day.
            end = max(start, behind - dt.timedelta(days=1))
        new = Appointment(
            line,
            row["mnis_id"] or row["person"],
            row["person"],
            row["post"],
            row["org_short"],
            row["rank"],
            start,
            end,
        )
        same = held.setdefault((new.key, new.post, new.organisation), [])
        if any(_overlap(old, new) for old in same):
            problems.add(
                line, f"{new.shown}: overlaps with an earlier row of the same post; taken as one term"
            )
        same.append(new)
        found.append(new)
    return found


def _overlap(old: Appointment, new: Appointment) -> bool:
    return (old.end is None or new.start <= old.end) and (new.end is None or old.start <= new.end)


def latest_day(appointments: list[Appointment], today: dt.date) -> dt.date:
    """Return the last day on which an appointment began or ended: up to it, the source is known."""
    latest = dt.date.min
    for one in appointments:
        for day in (one.start, one.end):
            if day is not None and day <= today:
                latest = max(latest, day)
    return latest


def _join(folder: Path) -> Table:
    """Join the source's own tables (`data/` of its repository) to the table of appointments."""
    posts = _by_id(folder, "post.csv", ("id", "name", "organisation_id", "rank_equivalence"))
    bodies = _by_id(folder, "organisation.csv", ("id", "name", "short_name"))
    people: dict[str, list[Mapping[str, str]]] = {}
    for _, row in read_table(folder / "person.csv", ("id", "id_parliament", "name")).rows:
        people.setdefault(row["id"], []).append(row)
    spans = read_table(
        folder / "appointment_characteristics.csv", ("appointment_id", "is_acting", "is_on_leave")
    )
    traits = {row["appointment_id"]: row for _, row in spans.rows}
    needed = ("id", "person_id", "post_id", "start_date", "end_date")
    rows = []
    for line, row in read_table(folder / "appointment.csv", needed).rows:
        if row["post_id"] not in posts or row["person_id"] not in people:
            raise RuleError(
                f"{folder}/appointment.csv: line {line}: the post or person does not exist",
                "All tables must be of the same day.",
            )
        post = posts[row["post_id"]]
        body = bodies[post["organisation_id"]]
        names = people[row["person_id"]]
        traced = traits.get(row["id"], {})
        first = _name_on(names, row["start_date"])
        rows.append(
            (
                line,
                {
                    "person": first,
                    "other_names": "|".join(sorted({name["name"] for name in names} - {first})),
                    "mnis_id": names[0]["id_parliament"].removesuffix(".0"),
                    "post": post["name"],
                    "organisation": body["name"],
                    "org_short": body["short_name"],
                    "rank": post["rank_equivalence"],
                    "from": row["start_date"][:10],
                    "to_exclusive": row["end_date"][:10],
                    "cabinet_status": traced.get("cabinet_status", ""),
                    "acting": YES.get(traced.get("is_acting", "").lower(), ""),
                    "on_leave": YES.get(traced.get("is_on_leave", "").lower(), ""),
                    "note": "",
                },
            )
        )
    rows.sort(key=lambda row: (row[1]["from"], row[1]["person"], row[1]["post"]))
    return Table(COLUMNS, tuple(rows))


def _by_id(folder: Path, name: str, columns: tuple[str, ...]) -> dict[str, Mapping[str, str]]:
    return {row["id"]: row for _, row in read_table(folder / name, columns).rows}


def _name_on(names: list[Mapping[str, str]], day: str) -> str:
    """Return the name of a person on a day: the source has a row for each name."""
    for name in names:
        if name.get("start_date", "") <= day < (name.get("end_date") or "9999"):
            return name["name"]
    return names[0]["name"]


def canonical(table: Table) -> Iterator[dict[str, str]]:
    """Yield the rows with the columns that we keep."""
    for _, row in table.rows:
        yield {name: row.get(name, "") for name in COLUMNS}
