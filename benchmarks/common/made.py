"""Made articles of 60 to 100 words: names and words are drawn from pools that grow with the number of articles, as vocabularies do.

Unlike the copies of `fabricated.py` each has sentences of its own, and all of them are annotated.
"""

from __future__ import annotations

import random
from pathlib import Path

from benchmarks.common.fabricated import Pool

DAYS = 730
_NOUNS = [
    "camera",
    "contract",
    "council",
    "budget",
    "station",
    "report",
    "ministry",
    "review",
    "tender",
    "supplier",
    "harbour",
    "bridge",
    "signal",
    "fine",
    "delay",
    "plant",
    "trial",
    "fault",
    "panel",
    "committee",
    "board",
    "union",
    "permit",
    "levy",
    "grant",
    "school",
    "clinic",
    "road",
    "depot",
    "tower",
    "archive",
    "licence",
    "mast",
    "grid",
    "pipeline",
    "quarry",
    "reservoir",
    "runway",
    "terminal",
    "warehouse",
]
_DOES = ("approve", "delay", "review", "cancel", "extend", "publish", "oppose", "fund", "inspect", "renew")
_PLACES = ("London", "Leeds", "Cardiff", "Glasgow", "Bristol", "Norwich", "York", "Derby", "Hull", "Exeter")
_OFFICES = (
    "chairman of the Transport Committee",
    "minister in the Home Office",
    "director of {firm}",
    "councillor in {place}",
)
_SENTENCES = (
    "{person}, the {office}, said on Monday that the {noun} {word} would {does} the {other} in {place}.",
    '"We will {does} the {noun} {word} before the {other} is ready," {surname} told reporters in {place}.',
    "{firm} denied on Friday that its {noun} had harmed the {word} {other}.",
    "The {word} {noun} was sold to {firm} after the {other} failed in {place}.",
    "A report by {person} says that {firm} did not {does} the {noun} for the {word} {other}.",
    "{surname} asked the European Commission to {does} the {other} of the {word} {noun}.",
    "Residents of {place} had complained of the {word} {noun} and the {other} since the spring.",
    "{firm} has called for the {other} to be reviewed, and said the {word} {noun} was safe.",
)


class Makers:
    """What makes one article after the other.

    Args:
        seed: Decides them all.
    """

    def __init__(self, seed: int = 7) -> None:
        self._rng = random.Random(seed)
        self._given, self._family = Pool(6, seed + 1), Pool(8, seed + 2)
        self._firms, self._words = Pool(8, seed + 3), Pool(7, seed + 4)

    def article(self, number: int) -> str:
        """The text of the next article."""
        rng, lines = self._rng, []
        length, words = rng.randrange(60, 100), 0
        given, family = self._given.draw(rng), self._family.draw(rng)
        firm, place = (
            f"{self._firms.draw(rng)} {rng.choice(('Optics', 'Group', 'Energy', 'Ltd'))}",
            rng.choice(_PLACES),
        )
        while words < length:
            office = rng.choice(_OFFICES).format(firm=firm, place=place)
            told = rng.choice(_SENTENCES).format(
                person=f"{given} {family}",
                surname=family,
                office=office,
                firm=firm,
                place=place,
                noun=rng.choice(_NOUNS),
                other=rng.choice(_NOUNS),
                does=rng.choice(_DOES),
                word=self._words.draw(rng).lower(),
            )
            lines.append(told)
            words += len(told.split())
        year, day = divmod(number * 17 % DAYS, 365)
        month, rest = divmod(day, 31)
        name = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[
            month % 12
        ]
        head = f"{rng.choice(_NOUNS).capitalize()} {rng.choice(_NOUNS)} under review in {place}"
        return (
            f"{head}\n\nPublished {name} {1 + rest % 28:02d}, {2021 + year} 07:11 AM\n\n{' '.join(lines)}\n"
        )


def make_corpus(folder: Path, count: int) -> None:
    """Write so many articles, a thousand in a folder."""
    makers = Makers()
    for number in range(count):
        place = folder / f"{number // 1000:04d}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"a{number:07d}.txt").write_text(makers.article(number), encoding="utf-8")
