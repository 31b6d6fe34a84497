"""Articles of which the sentences are as different as in life, for large runs without the hours that annotating takes.

A template is an article of 90 to 150 words in sentences of our own, in which one word in three, all names and all numbers are places to
fill. A copy fills them with other ones of the same length, so that its rows are those of its template with these words replaced. What fills
them is drawn by the law of Zipf and Mandelbrot, from ordinary words and behind them made ones, so vocabulary and names grow by Heaps' law;
many articles have a speaker that others of the day have too, such as a ministry. Some are prints of an agency's report: the text of an earlier one of
the day under another title. Articles come in the order of their days, `PER_DAY` a day.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zlib import crc32

from policy_news.rules.word_lists import ordinary_words

PER_DAY = 500
WEEK = 7
TEMPLATES = 245
"""A multiple of seven: each template is of a day of the week, and so are its copies."""
PRINTED = 0.04
"""Share of the articles that are prints of another one."""
_FIRST = dt.date(2021, 1, 4)
_NOUNS = [
    "camera", "council", "budget", "report", "review", "tender", "bridge", "signal", "trial", "fault", "panel",
    "board", "union", "permit", "grant", "school", "clinic", "tower", "archive", "licence", "quarry", "runway",
    "terminal", "warehouse", "contract", "station", "ministry", "supplier", "harbour", "pipeline", "reservoir",
    "committee", "factory", "airport", "hospital", "railway", "network", "vaccine", "reactor", "battery", "customs",
    "election", "pension", "subsidy", "embargo", "auction", "merger", "quota", "tunnel", "orchard", "fishery",
    "refinery", "shipyard", "vineyard", "laboratory", "warrant", "petition", "inquiry", "treaty", "boycott",
    "curfew", "census",
]  # fmt: skip
_KINDS = [
    "rural", "urban", "costly", "modern", "recent", "narrow", "regional", "coastal", "national", "private",
    "foreign", "annual", "digital", "nuclear", "chemical", "municipal", "partial", "informal", "northern",
    "southern", "western", "eastern", "central", "critical", "medical", "legal", "liberal", "federal", "mobile",
    "fiscal", "marine", "military", "seasonal", "judicial", "academic", "economic", "electric", "external",
    "internal",
]  # fmt: skip
_BODIES = (
    "the Home Office", "the European Commission", "the Cabinet Office", "the Treasury", "the White House", "the Financial Times",
    "the Bank of England", "the World Health Organization", "the Environment Agency", "Microsoft", "Greenpeace",
)  # fmt: skip
_SPOKEN = (
    "{p}, the chairman of the {a} {n} {n}, said on {day} that the {a} {n} would cost {m} pounds more than the {n}.",
    "{p} told reporters that the {n} of the {a} {n} had been stopped because of a {n}.",
    '"We did not know of the {a} {n} when the {n} was signed," {s} said.',
    '"The {n} needs a {a} {n}, and no {n} can wait for it," {s} told the {a} {n}.',
    "{s} denied that the {n} had harmed the {a} {n}.",
    "{s} warned on {day} that a {a} {n} could end the {n} for good.",
    "According to {p}, the {a} {n} has {m} members and no {n}.",
    "{s} accused the {a} {n} of hiding the {n} from every {n}.",
)
_FIRMS = (
    "{f} said on {day} that its {a} {n} was safe and that the {n} had been told.",
    "{f} called the {n} a {a} {n} and announced an appeal.",
    "Shares in {f} fell after a {n} about the {a} {n} became known on {day}.",
    "The {a} {n} was sold to {f} for {m} pounds after the {n} had failed.",
    "{f} promised to repair the {n} before the {a} {n} opens.",
)
_OF_BODIES = (
    "{b} said that it would look at the {a} {n} and the {n}.",
    "{b} reported on {day} that the {n} had lost {m} workers to the {a} {n}.",
    "{b} urged every {a} {n} to give up the {n}.",
)
_TOLD = (
    "The {a} {n} has stood beside the {n} for {m} years.",
    "Nobody was hurt when the {n} met the {a} {n} near {t}.",
    "Residents of {t} had complained of the {a} {n} and of the {n}.",
    "In {t} the {n} was closed, and the {a} {n} followed on {day}.",
    "A {a} {n} with {m} seats was planned for {t}, where the {n} stands.",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_ONSETS, _VOWELS = "bdfghklmnprstvw", "aeiou"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TITLED = 3
"""Places of a title: the first of the template."""


@dataclass(frozen=True, slots=True)
class Law:
    """How often the words of a place are used: of rank r about `(r + flat) ** -steep`.

    Attributes:
        flat: Ranks at the top that are about equally frequent.
        steep: How fast the others fall off; of n draws about n to the power of its inverse are different.
    """

    flat: float
    steep: float

    def draw(self, rng: random.Random) -> int:
        """A rank, from 0 on."""
        return int(self.flat * ((1 - rng.random()) ** (-1 / (self.steep - 1)) - 1))


_WORDS, _PEOPLE, _COMPANIES, _TOWNS = Law(60, 1.6), Law(25, 1.45), Law(25, 1.45), Law(40, 1.8)


@dataclass(frozen=True, slots=True)
class Template:
    """An article whose places can be filled otherwise.

    Attributes:
        text: The text.
        places: What fills its places, with the kind of each: `word`, `given`, `family`, `firm`, `town`, `number`.
        day: When it was published.
    """

    text: str
    places: Mapping[str, str]
    day: dt.date


class _Filler:
    """Fills the places of a template with words that are in no other place of it."""

    def __init__(self, number: int) -> None:
        self._rng = random.Random(f"lifelike {number}")
        self._nouns, self._kinds = list(_NOUNS), list(_KINDS)
        self._rng.shuffle(self._nouns)
        self._rng.shuffle(self._kinds)
        self.places: dict[str, str] = {}
        self.title = f"The {self._place('a')} {self._place('n')} and a {self._place('n')}"
        self._people = [(self._name("given", 5, 8), self._name("family", 6, 10)) for _ in range(2)]
        self._firms = [self._name("firm", 6, 10) for _ in range(2)]
        self._towns = [self._name("town", 5, 9) for _ in range(2)]
        self._named: set[str] = set()

    def _name(self, kind: str, least: int, most: int) -> str:
        while True:
            name = _made(self._rng.randrange(least, most), self._rng.randrange(10**6)).capitalize()
            if name not in self.places:
                self.places[name] = kind
                return name

    def fill(self, frame: str) -> str:
        """A sentence."""
        person, firm = self._rng.choice(self._people), self._rng.choice(self._firms)
        known = {
            "p": " ".join(person),
            "s": person[1],
            "f": f"{firm} {'Energy' if len(firm) % 2 else 'Group'}",
        }
        if "{s}" in frame and person[1] not in self._named:
            known["s"] = known["p"]
        if "{p}" in frame or "{s}" in frame:
            self._named.add(person[1])
        known |= {
            "t": self._rng.choice(self._towns),
            "b": self._rng.choice(_BODIES),
            "day": self._rng.choice(_DAYS),
        }
        told = re.sub(r"\{(\w+)\}", lambda found: known.get(found[1]) or self._place(found[1]), frame)
        return told[0].upper() + told[1:]

    def _place(self, kind: str) -> str:
        if kind == "m":
            number = str(self._rng.randrange(1000, 10_000))
            while number in self.places:
                number = str(self._rng.randrange(1000, 10_000))
            self.places[number] = "number"
            return number
        word = (self._nouns if kind == "n" else self._kinds).pop()
        self.places[word] = "word"
        return word

    def article(self) -> str:
        """A title and some sentences."""
        rng = self._rng
        frames = [_SPOKEN[0], *rng.sample(_SPOKEN[1:], 3), *rng.sample(_FIRMS, rng.randrange(1, 3))]
        frames += [*rng.sample(_OF_BODIES, rng.randrange(2)), *rng.sample(_TOLD, rng.randrange(1, 4))]
        rng.shuffle(frames)
        return f"{self.title}\n\n{{head}}\n\n{' '.join(self.fill(frame) for frame in frames)}\n"


@lru_cache(TEMPLATES)
def template(number: int) -> Template:
    """A template, by its number."""
    filler, day = _Filler(number), _FIRST + dt.timedelta(number % WEEK)
    return Template(filler.article().format(head=f"Published {_written(day)} 07:11 AM"), filler.places, day)


def _written(day: dt.date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.day:02d}, {day.year}"


def _made(length: int, number: int) -> str:
    letters = random.Random(f"{length} {number}")
    return "".join(letters.choice(_VOWELS if i % 2 else _ONSETS) for i in range(length))


@lru_cache(1)
def _ordinary() -> Mapping[int, Sequence[str]]:
    """Ordinary words by length, always in the same order."""
    found: dict[int, list[str]] = {}
    for word in sorted(ordinary_words(), key=lambda word: (crc32(word.encode()), word)):
        if word.isascii() and word.isalpha():
            found.setdefault(len(word), []).append(word)
    return found


def _word(length: int, rank: int) -> str:
    known = _ordinary().get(length, ())
    return known[rank] if rank < len(known) else _made(length, rank)


def _filling(kind: str, old: str, rng: random.Random) -> str:
    if kind == "number":
        return str(rng.randrange(1000, 10_000))
    if kind == "word":
        return _word(len(old), _WORDS.draw(rng))
    law = {"firm": _COMPANIES, "town": _TOWNS}.get(kind, _PEOPLE)
    rank = law.draw(rng)
    return _made(len(old), 10 * rank + len(kind) % 10).capitalize()


@dataclass(frozen=True, slots=True)
class Lifelike:
    """Makes such articles, and tells what was made from what.

    Attributes:
        prints: Prints of each article; None for few of few, as in life.
    """

    templates: int = TEMPLATES
    prints: int | None = None

    def text(self, number: int) -> str:
        """The text of a template."""
        return template(number).text

    def write(self, folder: Path, count: int, start: int = 0) -> None:
        """Write articles, from a number on; behind the others come those of later days."""
        for number in range(start, start + count):
            day, own, printed = _about(number, self.prints)
            place = folder / f"{day:%Y-%m}"
            place.mkdir(parents=True, exist_ok=True)
            name = f"{day:%d}-{number:07d}-t{own:03d}-{printed:07d}"
            (place / f"{name}.txt").write_text(
                _filled(own, number, printed, day)(template(own).text), encoding="utf-8"
            )

    def renamed(self, doc_id: str) -> tuple[str, Callable[[str], str]]:
        """The template of an article, and what makes its rows of those of the template."""
        slug = doc_id.rpartition("/")[2]
        _, number, own, printed = slug.split("-")
        moved = _filled(int(own[1:]), int(number), int(printed), _about(int(number), self.prints)[0])
        return (
            own,
            lambda text: (
                moved(text).replace(f'"{own}', f'"{doc_id}').replace(f"-in-{own}", f"-in-{slug[:10]}")
            ),
        )


def _about(number: int, prints: int | None) -> tuple[dt.date, int, int]:
    """The day of an article, its template, and the article whose print it is, or itself."""
    rng, passed = random.Random(f"article {number}"), number // PER_DAY
    printed, first = number, passed * PER_DAY
    if prints is not None:
        printed = number - number % (prints + 1)
    elif number > first and rng.random() < PRINTED:
        printed = rng.randrange(first, number)
    own = random.Random(f"template {printed}").randrange(TEMPLATES // WEEK) * WEEK + passed % WEEK
    return _FIRST + dt.timedelta(passed), own, printed


def _filled(own: int, number: int, printed: int, day: dt.date) -> Callable[[str], str]:
    """What puts other words into a text with those of a template."""
    told = template(own)
    body, title = random.Random(f"words {printed}"), random.Random(f"words {number}")
    words = {
        old: _filling(kind, old, title if place < _TITLED else body)
        for place, (old, kind) in enumerate(told.places.items())
    }
    words |= {old.lower(): new.lower() for old, new in words.items()}
    words[_written(told.day)] = _written(day)
    moved = day - told.day

    def put(text: str) -> str:
        pieces = list(_pieces(own, text))
        for place in range(1, len(pieces), 2):
            old = pieces[place]
            pieces[place] = words.get(old) or (dt.date.fromisoformat(old) + moved).isoformat()
        return "".join(pieces)

    return put


@lru_cache(16 * TEMPLATES)
def _pieces(own: int, text: str) -> Sequence[str]:
    """A text with the words of a template: every second piece is one of them, or a day."""
    told = template(own)
    words = {*told.places, *map(str.lower, told.places), _written(told.day)}
    # In JSON a line feed before a word is a letter.
    places = "|".join(rf"(?:\b|(?<=\\n)){word}\b" for word in sorted(words))
    return re.split(rf"({places}|\b\d{{4}}-\d\d-\d\d\b)", text)
