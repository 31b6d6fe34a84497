"""Articles that nobody wrote: the samples shuffled, masked, glued, spliced and sprinkled with odd signs."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.conftest import ROOT

SAMPLES = ROOT / "data" / "raw"
MAX_CHARACTERS = 20_000
SIGNS = [
    *("\u200b", "\u200d", "\u2060", "\u00ad", "\ufeff", "\u202e", "\u2066", "\u0301", "\u20dd", "\u0430", "\u03bf"),
    *("\u00a0", "\u2003", "\u2028", "\u2029", "\u0085", "\x0b", "\x0c", "\x1c", "\x07", "\ufffd", "\ufb01", "\u0130"),
    *("“", "”", "‘", "’", '"', "'", "«", "»", "—", "–", "…", "\t", "  ", "\n", "\n\n", "* ", "**", "█", "▇", "_", "\x00"),
    *("[redacted]", "f***", "(*****)", "#", "- ", "> ", "| ", "£5m", "12/13/2022", "31 February 2021", "last year", "99:99"),
]  # fmt: skip
Change = Callable[[random.Random, str], str]


def by_word(text: str, change: Callable[[str], str]) -> str:
    """The text with each word changed and all space as it is."""
    return "".join(change(part) if not part.isspace() else part for part in re.split(r"(\s+)", text))


def mask_words(rng: random.Random, text: str) -> str:
    """Some words masked."""
    sign, share = rng.choice("*█▇_"), rng.random()
    return by_word(text, lambda word: re.sub(r"\w", sign, word) if rng.random() < share else word)


def mask_the_end(rng: random.Random, text: str) -> str:
    """All words from some line on masked, as behind a paywall."""
    lines = text.split("\n")
    cut = rng.randrange(len(lines))
    return "\n".join([*lines[:cut], *(re.sub(r"\w", "*", line) for line in lines[cut:])])


def glue_masks(rng: random.Random, text: str) -> str:
    """Masks that run into the next word."""
    return re.sub(r"\* +(?=\w)", lambda match: "*" if rng.random() < 0.5 else match.group(), text)


def shuffle_lines(rng: random.Random, text: str) -> str:
    """The lines in another order."""
    lines = text.split("\n")
    rng.shuffle(lines)
    return "\n".join(lines)


def shuffle_words(rng: random.Random, text: str) -> str:
    """The words of some lines in another order."""
    lines = []
    for line in text.split("\n"):
        words = line.split(" ")
        if rng.random() < 0.4:
            rng.shuffle(words)
        lines.append(" ".join(words))
    return "\n".join(lines)


def glue_words(rng: random.Random, text: str) -> str:
    """Some spaces gone."""
    share = rng.random() / 2
    return re.sub(" ", lambda _: "" if rng.random() < share else " ", text)


def change_case(rng: random.Random, text: str) -> str:
    """Some words in another case."""
    share, forms = rng.random(), (str.upper, str.lower, str.title, str.swapcase)
    return by_word(text, lambda word: rng.choice(forms)(word) if rng.random() < share else word)


def sprinkle(rng: random.Random, text: str) -> str:
    """Odd signs anywhere."""
    characters = list(text)
    for _ in range(min(rng.choice([3, 20, 200]), len(text))):
        characters.insert(rng.randrange(len(characters) + 1), rng.choice(SIGNS))
    return "".join(characters)


def drop_characters(rng: random.Random, text: str) -> str:
    """Some characters gone."""
    share = rng.random() * 0.3
    return "".join(character for character in text if rng.random() > share)


def repeat(rng: random.Random, text: str) -> str:
    """A stretch of it again."""
    start, end = sorted(rng.randrange(len(text) + 1) for _ in range(2))
    return text[:end] + text[start:end] * rng.choice([1, 3]) + text[end:]


def join_lines(rng: random.Random, text: str) -> str:
    """Some line ends gone."""
    return re.sub(r"\n+", lambda match: " " if rng.random() < 0.6 else match.group(), text)


def change_quotes(rng: random.Random, text: str) -> str:
    """Quotation marks of other kinds, or none."""
    marks = ['"', "“", "”", "‘", "’", "''", "``", "«", "", '""', "'"]
    return re.sub(r"[\"“”‘’']", lambda _: rng.choice(marks), text)


CHANGES: tuple[Change, ...] = (
    mask_words, mask_the_end, glue_masks, shuffle_lines, shuffle_words, glue_words, change_case, sprinkle, drop_characters,
    repeat, join_lines, change_quotes,
)  # fmt: skip


def sample_texts() -> list[str]:
    """The texts of the sample articles."""
    texts = []
    for path in sorted(SAMPLES.rglob("*.*")):
        if path.suffix in {".txt", ".md"}:
            texts.append(path.read_text(encoding="utf-8"))
        elif path.suffix == ".jsonl":
            lines = path.read_text(encoding="utf-8").split("\n")
            texts += [json.loads(line)["text"] for line in lines if line.strip()]
    return texts


def mutant(rng: random.Random, texts: Sequence[str]) -> str:
    """One of the texts after one to four changes."""
    text = rng.choice(texts)
    for _ in range(rng.choice([1, 1, 2, 3, 4])):
        if rng.random() < 0.1:
            other = rng.choice(texts)
            text = text[: rng.randrange(len(text) + 1)] + other[rng.randrange(len(other) + 1) :]
        else:
            text = rng.choice(CHANGES)(rng, text)
        text = text[:MAX_CHARACTERS]
    return text


def write_mutants(raw: Path, count: int, rng: random.Random) -> int:
    """Write mutants as files and as records of a feed; returns how many inputs there are."""
    texts, records = sample_texts(), []
    for number in range(count):
        text = mutant(rng, texts)
        if number % 4 == 3:
            published = rng.choice(
                [None, "2022-11-25", "2022-11-25T10:00:00Z", "7 September 2022", "x", "1/2/2022"]
            )
            record = {
                "id": f"r{number:05d}",
                "text": text,
                "published": published,
                "author": rng.choice([None, "Jane Doe", "=1+1"]),
            }
            records.append(json.dumps(record, ensure_ascii=rng.random() < 0.5))
        else:
            path = raw / f"d{number % 7}" / f"m{number:05d}.{rng.choice(['txt', 'txt', 'md'])}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8", "replace"))
    (raw / "feed.jsonl").write_text("\n".join(records), encoding="utf-8")
    return count


def check_mutants(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Whatever the articles say, the tables hold what they promise."""
    from tests.support.standing.promises import broken_promises
    from tests.support.standing.runs import run_local

    rng = random.Random(seed)
    for first in range(0, tries, 100):
        raw, out = folder / f"raw{first}", folder / f"out{first}"
        raw.mkdir(parents=True)
        inputs = write_mutants(raw, min(100, tries - first), rng)
        run_local(raw, out)
        yield from (f"{raw.name}: {fault}" for fault in broken_promises(out, inputs))
