"""How often a text is decoded right, beside charset-normalizer alone: `python benchmarks/encodings.py [JSONL]`.

Each text is written in each encoding that can hold it and has a character beyond ASCII, then read without a declaration. A
text is right if it comes out as it was; a wrong one is told if its notes say that the encoding was guessed, or if it fails.
Without a file of texts (`{"text": ...}` a line) it reads the invented ones of the tests.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import charset_normalizer

from policy_news.core.errors import ReadError
from policy_news.text.readers.decoding import decode
from tests.support.hostile.encodings import ENCODINGS

CODECS = ("utf-8", "cp1252", "mac-roman", "cp1250", "iso8859-15")
Reader = Callable[[bytes], tuple[str | None, bool]]
"""Bytes -> the text, or None where it fails; and whether a note tells that it was guessed."""


def read_here(data: bytes) -> tuple[str | None, bool]:
    """Read as `pipeline run` does."""
    try:
        decoded = decode(data)
    except ReadError:
        return None, True
    return decoded.text, bool(decoded.notes)


def read_alone(data: bytes) -> tuple[str | None, bool]:
    """Read with charset-normalizer's best guess, which it does not tell apart from a sure one."""
    best = charset_normalizer.from_bytes(data).best()
    return (None, True) if best is None else (str(best), False)


def count(texts: list[str], codec: str, read: Reader) -> Counter[str]:
    """Count what becomes of the texts in an encoding: `right`, `told` (wrong with a note, or failed) and `wrong`."""
    outcomes: Counter[str] = Counter()
    for text in texts:
        found, is_told = read(text.encode(codec))
        if found == text:
            outcomes["right"] += 1
        else:
            outcomes["told" if is_told else "wrong"] += 1
    return outcomes


def can_hold(codec: str, text: str) -> bool:
    """Whether an encoding has all characters of a text."""
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def main() -> None:
    """Print a row per encoding and reader."""
    if len(sys.argv) > 1:
        lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
        texts = [json.loads(line)["text"] for line in lines]
    else:
        texts = sorted({encoding.text for encoding in ENCODINGS})
    beyond = [text for text in texts if not text.isascii()]
    print(f"{len(texts)} texts, {len(beyond)} with characters beyond ASCII")
    print(f"{'encoding':12}{'reader':20}{'texts':>7}{'right':>7}{'told':>7}{'wrong, not told':>17}")
    for codec in CODECS:
        fitting = [text for text in beyond if can_hold(codec, text)]
        for name, read in (("pipeline", read_here), ("charset-normalizer", read_alone)):
            seen = count(fitting, codec, read)
            print(f"{codec:12}{name:20}{len(fitting):7}{seen['right']:7}{seen['told']:7}{seen['wrong']:17}")


if __name__ == "__main__":
    main()
