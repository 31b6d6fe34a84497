"""Runs one fuzz target with atheris: `python -m fuzz masks build/fuzz -max_total_time=600`.

Arguments behind the folder are libFuzzer's. What it finds is written to the folder; the run ends with it.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parent.parent
INSTRUMENTED = ["policy_news", "pypdf", "docx"]

with atheris.instrument_imports(include=INSTRUMENTED):
    from fuzz.targets import TARGETS, dictionary, seeds

    # What the readers import when they are first used, so that it is instrumented.
    for name in (
        "docx",
        "pypdf",
        "policy_news.text.readers.docx",
        "policy_news.text.readers.html",
        "policy_news.text.readers.pdf",
    ):
        import_module(name)


def main() -> None:
    """Fuzz until libFuzzer's limits or the first find."""
    target, folder = sys.argv[1], Path(sys.argv[2])
    begin, corpus = folder / target / "seeds", folder / target / "corpus"
    for place in (begin, corpus):
        place.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds(target, ROOT / "data" / "raw")):
        (begin / f"{number:03d}").write_bytes(data)
    words = folder / "words.dict"
    words.write_text(dictionary(), encoding="latin-1")
    limits = ["-timeout=20", "-rss_limit_mb=3000", "-max_len=30000"]
    places = [f"-dict={words}", f"-artifact_prefix={folder / target}/", str(corpus), str(begin)]
    atheris.Setup([sys.argv[0], *limits, *sys.argv[3:], *places], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
