"""Articles and drafts made to stall: each pattern again and again, in paragraphs and in one line, takes work in proportion to its length."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import product
from pathlib import Path

from spacy.language import Language

from policy_news.drafts.draft_report import verify_text
from policy_news.drafts.inputs import DraftText
from policy_news.drafts.pile import Pile
from policy_news.drafts.sources import SourceText, open_sources
from policy_news.nlp.annotator import load_pipeline
from tests.conftest import MODEL
from tests.support.annotating import annotate_texts
from tests.support.standing.runs import make_settings
from tests.support.steps import growing_modules

UNITS = 200
"""Times that a pattern is repeated in the smaller text: beyond some hundred names, sentences or tokens nothing looks further."""
LONGER = 8
"""Times that a text is longer in which a module is looked at again: what a parse of a line governs grows by leaps until it is as long as a claim may be."""
SPARE = 20_000
"""Lines of a module that do not count: some look only so far back, and remember what they have seen."""
MEANING = (
    "Ann {a} told Carl {b} that she",
    "The minister said that he",
    "the Home Office said its minister {a}",
    "{a} Optics, which said it",
    "The mayor warned that he and his deputy",
    "Mr Ashby wrote that his sister said that she",
    "The chairwoman of Ofcom hoped that her aide",
    "he asked her whether he",
    "Its spokesman added that it",
    "The company promised that it would pay the firm, and the firm",
    "Ms {a} and Mr {b} agreed that they",
    "the former minister told the new minister that the minister",
    "When he spoke, Mr Ashby, who was ill, said that his",
)
"""What pronouns and descriptions mean is looked for in all that stands before."""
PATTERNS = (
    *MEANING,
    "Carl {a} said that the bridge was closed. Ann {b} denied the claim.",
    "Tarnwick Optics accused the council of fraud number {n}. The council denied the allegations.",
    "He denied it.",
    "Ofcom denied on Monday that it had lied.",
    "said Mrs May,",
    "{n} March {y},",
    "It will end three weeks after the Friday before last month.",
    "From {n} to 28 May between 1990 and 1995 and 1996-97 to 2001/2/3.",
    "Mr {a} met Ms {b}.",
    "A. K. {a} wrote to J {a}.",
    "former deputy assistant minister for",
    "chairman of Ofcom, head of the Home Office,",
    "Ann {a},",
    "{a} Smith and Mr Smith,",
    "“I said “no,",
    "“It went on and the towns too",
    "‘It’s {a}’s,",
    "*** ******** ** *** Home ****** (*****)",
    "████ said [redacted] XXXX that … ████ would *** XXXX.",
    "App\u200ble\u200b said\u200d that\u2060 it\ufeff \u202ewould\u202c.",
    "Q{n}: Did he say that?\nMR LOWE: Yes, he said that it rained.",
    "user{n}\n3 days ago\nI think it is wrong.\nReply\nLike (3)",
    "Ofcom (",
    "https://example.com/{n}/a-b-c?d=e@f.g",
    "Carl Lowe said that",
    "👩‍👩‍👧‍👦 said 🇬🇧 no.",
    "MINISTER OF STATE FOR TRADE SAYS BRITISH STEEL PLC DENIES CLAIM",
    "the committee of the department of the ministry of",
    "• Lowe: “no” – Ofcom ({n}%)",
    "Carl Lowe said that the new rules on cameras would cost the towns too much.",
    "Ofcom said on Monday that rule {n} on cameras was wrong. He rejected the claims made by Ofcom.",
    "The {a} Committee and the Committee on {b} said no. The committee agreed.",
    "well-",
)
"""What is repeated; `{a}` and `{b}` are other surnames each time, `{n}` and `{y}` other numbers."""
DRAFT = "; "
"""Joins those of a draft, which is verified."""
JOINTS = ("\n\n", " ", DRAFT)
SOURCE = "The council met. The minister said that he would pay. “There are no more excuses,” said Ann Lowe. Ofcom denied on Friday that it had lied about 300 cameras."


def check_stalling(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Count the lines of our code that texts of one length and of twice the length run; all patterns, or some of them."""
    cases = list(product(PATTERNS, JOINTS))
    for pattern, joint in random.Random(seed).sample(cases, min(tries, len(cases))):
        growing = growing_modules(partial(_work, pattern, joint, UNITS), SPARE)
        if growing:
            later = growing_modules(partial(_work, pattern, joint, UNITS * LONGER), SPARE)
            growing = [module for module in growing if module in later]
        if growing:
            place = f"{pattern!a} joined by {joint!a}"
            yield f"{place} takes more than twice the work for twice the text in {', '.join(growing)}"


def _work(pattern: str, joint: str, units: int, times: int) -> Callable[[], object]:
    names = [
        "".join(letters) for letters in product("BDKLMT", "aeiou", "lmnr", ("ton", "field", "well", "by"))
    ]
    parts = (
        pattern.format(a=names[n % len(names)], b=names[-1 - n % len(names)], n=n % 28, y=1900 + n % 120)
        for n in range(units * times)
    )
    text = "Cameras under review\n\n" + joint.join(parts).replace("\n", joint)
    if joint == DRAFT:
        return lambda: verify_text(DraftText("draft", text), _pile())
    return lambda: annotate_texts(_model(), [text], dt.datetime(2024, 5, 14))


@cache
def _pile() -> Pile:
    return open_sources([SourceText("a", SOURCE)], make_settings())


@cache
def _model() -> Language:
    return load_pipeline(str(MODEL))
