"""Large inputs, made by program from the sample articles: shuffled sentences, new names."""

from __future__ import annotations

import random
import re
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent.parent / "data" / "raw"
_ONSETS = [
    "b",
    "br",
    "d",
    "dr",
    "f",
    "fl",
    "g",
    "gr",
    "h",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "qu",
    "r",
    "s",
    "st",
    "t",
    "th",
    "tr",
    "v",
    "w",
]
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "oo"]
_CODAS = ["b", "ck", "ld", "ll", "m", "n", "nd", "r", "rn", "rth", "s", "st", "t", "x"]
_KNOWN = ("Dahua", "Hikvision", "Huawei", "ASML", "Microsoft", "Intel")


def make_name(rng: random.Random) -> str:
    """A name that nobody bears."""
    return "".join(rng.choice(part) for part in (_ONSETS, _VOWELS, _CODAS, _VOWELS, _CODAS)).capitalize()


def sample_sentences() -> list[str]:
    """The sentences of all text samples."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(SAMPLES.rglob("*.txt")))
    paragraphs = (paragraph for text in texts for paragraph in text.split("\n\n"))
    return [
        sentence
        for paragraph in paragraphs
        for sentence in re.split(r"(?<=[.!?]) ", paragraph)
        if 30 < len(sentence) < 400
    ]


def make_articles(folder: Path, count: int, *, paragraphs: int = 8, seed: int = 1) -> Path:
    """Write articles of four sentences a paragraph, a third of them about companies that are in no list."""
    rng, sentences = random.Random(seed), sample_sentences()
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        body = "\n\n".join(" ".join(rng.sample(sentences, 4)) for _ in range(paragraphs))
        for known in _KNOWN if number % 3 == 0 else ():
            body = body.replace(known, make_name(rng))
        title = f"{make_name(rng)} {make_name(rng)} answers question {number}"
        text = f"{title}\n\nPublished Sep {1 + number % 28:02d}, 2022 07:11 AM\n\n{body}\n"
        (folder / f"article-{number:06d}.txt").write_text(text, encoding="utf-8")
    return folder
