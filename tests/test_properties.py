"""Whatever the text: no exception, and what the tables promise holds.

`PROPERTY_EXAMPLES=100000 pytest tests/test_properties.py -k masks` runs more examples of the mask stage.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from policy_news.checks import checking
from policy_news.core.settings import AnnotateSettings, MaskSettings, Settings
from policy_news.run.runner import run_all
from policy_news.tables.parquet import load_tables
from policy_news.text.document import Document, Source
from policy_news.text.layout import find_layout
from policy_news.text.masking import compile_patterns, unmask
from policy_news.text.readers.decoding import valid_text
from tests.conftest import MODEL
from tests.support.invariants import check_document, check_unmasked

EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "1000"))
BATCH = 50
WORDS = [
    *(
        "Tom Tugendhat",
        "Hikvision",
        "Dahua",
        "the Home Secretary",
        "Mrs May",
        "The firm",
        "MPs",
        "EU",
        "O'Brien",
        "Smith-Jones",
        "Reuters",
    ),
    *(
        "said",
        "denied that",
        "according to",
        "told reporters",
        "called for",
        "“We will not,”",
        'it "poses any',
        'risk"',
        "’s cameras",
        "which",
        "he",
    ),
    *(
        "on Monday",
        "last week",
        "3 May 2019",
        "07/09/2022",
        "in 2019-20",
        "the 1990s",
        "31 February",
        "10.15pm BST",
        "two days ago",
        "9999-12-31",
    ),
    *(
        "***",
        "*** ****** **",
        "£**.* *******",
        "the****",
        "█████ ██",
        "[redacted]",
        "****'s",
        "**bold**",
        "* * *",
        "*",
        "f***",
    ),
    *(
        "Published",
        "By Jane Roe, Political Editor",
        "Comments (2)",
        "Ann Moll",
        "3 days ago",
        "Advertisement",
        "LONDON (Reuters) -",
        "---",
        "# Head",
    ),
]
ODDITIES = [
    *(
        "\u200b",
        "Hik\u00advision",
        "\u202eDahua\u202c",
        "\u2066x\u2069",
        "\ufeff",
        "\u0301",
        "e\u0301\u0302",
        "\x00",
        "\x07",
        "\x1b[31m",
        "\x85",
        "\u2028",
    ),
    *(
        "\ud800",
        "\udfff\ud800",
        "👩‍👩‍👧",
        "🇬🇧",
        "報告する",
        "сказал",
        "قالت الوزيرة",
        "שר",
        "ß",
        "İ",
        "ſ",
        "ﬁ",
        "½",
        "①",
        "\u3000",
        "\xa0",
    ),
    *(
        "x" * 1_200,
        '"' * 60,
        "!?" * 40,
        "=" * 30,
        "-" * 70,
        "A." * 40,
        "(" * 40,
        "'" * 25,
        "1" * 400,
        "1," * 30,
        "@" * 25,
        "\t" * 30,
    ),
    *(
        "<p>",
        "</p>",
        "<b>Ann</b>",
        "&amp;",
        "&#x41;",
        "[a](http://x.example)",
        "http://x.example/" + "y" * 90,
        "a@b.example",
        "{{x}}",
        "=cmd()",
    ),
]
PARTS = st.sampled_from(WORDS) | st.sampled_from(WORDS) | st.sampled_from(ODDITIES) | st.text(max_size=5)
GAPS = st.sampled_from([" ", " ", " ", " ", "", "\n", "\n\n", ". ", ", ", "\r\n", "\t"])
TEXTS = st.lists(st.tuples(PARTS, GAPS), max_size=25).map(
    lambda parts: "".join(part + gap for part, gap in parts)
)
MASKS = MaskSettings()
PATTERNS = compile_patterns(MASKS)
CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


@pytest.mark.slow
@settings(max_examples=EXAMPLES, suppress_health_check=CHECKS)
@given(TEXTS, st.booleans())
def test_layout_and_masks_keep_their_promises(text: str, twice: bool) -> None:
    source = Source(valid_text(text + " *** ****** ** " + text if twice else text))
    document = Document("d", "d.txt", "txt", "", source.text, find_layout(source).sections)
    check_document(document)
    check_unmasked(document, unmask(document, PATTERNS, MASKS.placeholder), PATTERNS.characters)


MOMENTS = st.sampled_from(["2022-11-25", "0001-01-01", "9999-12-31T23:59:59-14:00", "soon"])
RECORDS = st.fixed_dictionaries(
    {"text": TEXTS}, optional={"title": TEXTS, "author": TEXTS, "url": TEXTS, "published": MOMENTS}
)


# Without shrinking: an example costs half a second, and a finding names the document.
@pytest.mark.slow
@settings(
    max_examples=1_000 // BATCH,
    suppress_health_check=CHECKS,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(st.lists(RECORDS, min_size=BATCH, max_size=BATCH))
def test_a_run_keeps_the_promises_of_the_tables(records: Sequence[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        raw, out = Path(folder, "raw"), Path(folder, "out")
        raw.mkdir()
        inputs = write_inputs(raw, records)
        run_all(raw, out, Settings(annotate=AnnotateSettings(model=str(MODEL))))
        assert {one.check for one in checking.run(out).findings} <= {"empty"}
        tables = load_tables(out, verify=True)
    documents, failures = tables["documents"], tables["failures"]
    assert len(documents) + len(failures) == inputs
    assert set(failures["stage"]) <= {"ingest"}, failures[failures["stage"] != "ingest"].to_dict("records")
    assert failures["hint"].notna().all()
    lengths = documents.set_index("doc_id")["n_chars"]
    for name, start, end in (
        *(("mentions", "start", "end"), ("dates", "start", "end"), ("sections", "start", "end")),
        *CLAIM_SPANS,
    ):
        rows = tables[name].dropna(subset=[start])
        assert (
            (rows[start] >= 0) & (rows[start] < rows[end]) & (rows[end] <= rows["doc_id"].map(lengths))
        ).all(), name


CLAIM_SPANS = tuple(("claims", f"{part}_start", f"{part}_end") for part in ("source", "cue", "content"))


def write_inputs(raw: Path, records: Sequence[dict[str, str]]) -> int:
    """Half of the records as lines of one file, the others as files; returns how many inputs there are."""
    lines = [json.dumps({"id": f"r {number}", **record}) for number, record in enumerate(records[::2])]
    (raw / "feed.jsonl").write_text("\n".join(lines), encoding="utf-8")
    for number, record in enumerate(records[1::2]):
        path = raw / f"{number}.{'md' if number % 3 else 'txt'}"
        path.write_bytes(record["text"].encode("utf-8", "surrogatepass" if number % 2 else "replace"))
    return len(records)


@pytest.mark.parametrize("text", ["", " ", "\n", "*", "*** ***** **", "\u200b", ";", '"', "."])
def test_the_smallest_texts(text: str) -> None:
    source = Source(text)
    document = Document("d", "d.txt", "txt", "", text, find_layout(source).sections)
    check_document(document)
    check_unmasked(document, unmask(document, PATTERNS, MASKS.placeholder), PATTERNS.characters)
