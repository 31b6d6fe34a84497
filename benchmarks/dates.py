"""Characters a second of `policy_dates` by rules alone, tokens given: `python benchmarks/dates.py [REPEATS]`."""

from __future__ import annotations

import sys
import time

import spacy
from spacy.language import Language
from spacy.tokens import Doc

import policy_news.nlp.dates  # noqa: F401 - registers the factory

TEXT = """The committee said on Tuesday that the ban, announced last month, would be reviewed by the end of the year.
A spokesman for the firm said it had sold 2,400 cameras to councils in the north of England, and that its staff were proud of their work.
Profit fell in the third quarter of 2021 to £3.4m, from £4.1m a year earlier, after three months of delays at the port of Hull.
The minister has asked officials to publish the letters that were sent to suppliers, many of whom had complained about the terms.
Between 2014 and 2016 the department bought twelve systems. None of them was tested before it was put to use in the courts.
"""


def measure(nlp: Language, doc: Doc, repeats: int) -> float:
    """Characters a second of the component alone."""
    component = nlp.get_pipe("policy_dates")
    start = time.perf_counter()
    for _ in range(repeats):
        component(doc)
    return repeats * len(doc.text) / (time.perf_counter() - start)


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    nlp = spacy.blank("en")
    nlp.add_pipe("policy_dates")
    doc = nlp.make_doc(TEXT * 50)
    doc._.published = "2022-09-07"
    measure(nlp, doc, 1)
    print(f"{measure(nlp, doc, repeats):,.0f} characters/s, {len(doc.text):,} characters, rules alone")


if __name__ == "__main__":
    main()
