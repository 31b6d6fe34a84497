"""Build time, memory and speed of own lists: `python benchmarks/gazetteer.py [NAMES ...]`, each size in a process of its own.

Names are invented. Both matchers are measured up to 100,000 names, above that the automaton alone.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import spacy

from policy_news.nlp.entities import large_gazetteer
from policy_news.rules.list_import import import_list

SYLLABLES = (
    "tar",
    "ver",
    "mon",
    "lin",
    "dor",
    "ka",
    "shel",
    "bri",
    "no",
    "fen",
    "gal",
    "wick",
    "hol",
    "pra",
    "su",
    "tek",
    "ri",
    "mar",
)
ENDINGS = (
    "Systems Ltd",
    "Group plc",
    "Holdings",
    "Energy Ltd",
    "Logistics Ltd",
    "& Sons Ltd",
    "Partners LLP",
    "Trading Company Ltd",
)
SIZES = (10_000, 100_000, 1_000_000)
MAX_PHRASES = 100_000


def make_name(chance: random.Random) -> str:
    """An invented company."""
    word = "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))).capitalize()
    return f"{word} {''.join(chance.choices(SYLLABLES, k=2)).capitalize()} {chance.choice(ENDINGS)}"


def make_list(folder: Path, count: int) -> list[str]:
    """A list of so many names, short forms included; returns some of them."""
    chance = random.Random(0)
    names = sorted({make_name(chance) for _ in range(count * 13 // 20)})[: count // 2]
    source = folder / "names.csv"
    with source.open("w", encoding="utf-8") as file:
        file.write("id,name,aliases,label,kb_id,country,from,to\n")
        file.writelines(f'{i},"{name}",,COMPANY,,GB,,\n' for i, name in enumerate(names))
    began, before = time.perf_counter(), memory()
    info, _ = import_list(source, folder / "list", "names")
    spent = time.perf_counter() - began
    print(f"  import       {spent:6.1f} s  {peak() - before:+6.0f} MB  {info.names:,} names", flush=True)
    return names[:: max(len(names) // 1000, 1)]


def measure(folder: Path, names: list[str], title: str) -> None:
    """Build a matcher and run it over text."""
    nlp = spacy.blank("en")
    chance = random.Random(1)
    filler = "The committee said on Tuesday that the ban on cameras would be reviewed, and that it had asked {} to reply."
    docs = [nlp.make_doc(" ".join(filler.format(chance.choice(names)) for _ in range(40))) for _ in range(50)]
    before, began = memory(), time.perf_counter()
    gazetteer = large_gazetteer.LargeGazetteer(nlp.vocab, nlp.tokenizer, [str(folder / "list")])
    gazetteer.find(docs[0])
    built, kept = time.perf_counter() - began, memory() - before
    began = time.perf_counter()
    found = sum(len(gazetteer.find(doc)) for doc in docs)
    words = sum(len(doc) for doc in docs) / (time.perf_counter() - began)
    print(f"  {title:<12} {built:6.1f} s  {kept:+6.0f} MB  {words:,.0f} tokens/s, {found} found", flush=True)


def memory() -> float:
    """Memory in use now, in MB."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return peak()
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def peak() -> float:
    """The most memory in use so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        count, large = int(sys.argv[2]), sys.argv[3] == "automaton"
        large_gazetteer.LARGE = 0 if large else 10**9
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), make_list(Path(folder), count), "automaton" if large else "phrases")
        return
    for count in [int(size) for size in sys.argv[1:]] or SIZES:
        print(f"{count:,} names", flush=True)
        for kind in ("phrases", "automaton") if count <= MAX_PHRASES else ("automaton",):
            subprocess.run([sys.executable, __file__, "--one", str(count), kind], check=True)


if __name__ == "__main__":
    main()
