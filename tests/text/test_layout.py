from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_news.core.errors import RuleError
from policy_news.text.document import Source
from policy_news.text.layout import Layout, find_layout
from policy_news.text.layout.stamps import StampReader
from policy_news.text.layout.vocabulary import LineLabel, default_vocabulary, read_vocabulary
from tests.support.steps import grows_at_most_linearly

LONG = "The minister told members of the committee on Monday that the contract would end, and that no other one was planned."


def sections(text: str, **record: Any) -> list[str]:
    """Sections as `kind: text`, line breaks shown as `/`."""
    layout = find_layout(Source(text, **record))
    return [
        f"{section.kind}: {' / '.join(text[section.start : section.end].splitlines())}"
        for section in layout.sections
    ]


def comments(text: str) -> list[tuple[str, str, str | None, str | None]]:
    """Sections behind the comments header, with author and date."""
    whole = f"Camera ban\n\n{LONG}\n\n{LONG}\n\n{LONG}\n\n{text}"
    found = find_layout(Source(whole)).sections
    start = next(number for number, section in enumerate(found) if section.kind == "comment_header")
    return [
        (section.kind, whole[section.start : section.end], section.author, section.date)
        for section in found[start + 1 :]
    ]


HEADS = [
    ("Minister calls for ban\n\nPublished Sep 07, 2022 07:11 AM\n\nIt is over.", ["title", "published", "paragraph"]),
    ("Never ********\n\nBy: JANE ROE, Published on Jan 31, 2018\n\nPUBLIC - This article does not require a subscription.\n\nIt is over.",
     ["title", "byline", "published", "furniture", "paragraph"]),
    ("Minister calls for ban\nBy Jane Roe in Brussels | 3 May 2019\n\nIt is over.", ["title", "byline", "published", "paragraph"]),
    ("Minister calls for ban\nJane Roe\nPolitical correspondent\nPublished\n7 September 2022\n\nIt is over.",
     ["title", "byline", "byline", "published", "published", "paragraph"]),
    ("Minister calls for ban\n\nJane Roe, political editor\n\nIt is over.", ["title", "byline", "paragraph"]),
    ('Minister calls for ban\n\nIt is over.\n\nJane Roe, chief executive of Orbis, said:\n\n"It is over."', ["title", "paragraph", "paragraph", "paragraph"]),
    ("Minister calls for ban\n\nby JANE ROE IN BRUSSELS\n\nIt is over.", ["title", "byline", "paragraph"]),
    ("Minister calls for ban\n\nBy ***** ****\n\nIt is over.", ["title", "byline", "paragraph"]),
    ("Minister calls for ban\n\nUpdated 3 May 2019\n\nIt is over.", ["title", "published", "paragraph"]),
    ("Minister calls for ban\n\nBy the time it ended, it was over.\n\nIt is over.", ["title", "paragraph", "paragraph"]),
    ("Minister calls for ban\n\nBy George, it works\n\nIt is over.", ["title", "heading", "paragraph"]),
    ("Could the firm be banned?\n\nIt is over.", ["title", "paragraph"]),
    ("Firm joins Acme Inc.\n\nIt is over.", ["title", "paragraph"]),
    ("Firm Says Minister Never Called About Cameras.\n\nIt is over.", ["title", "paragraph"]),
    ("Firm says minister never called.\n\nLEEDS, Sept. 26 (XYZ) — It is over.", ["title", "published", "paragraph"]),
    ("Firm says minister never called.\n\nLEEDS - It is over.", ["title", "dateline", "paragraph"]),
    ("LEEDS - It is over\n\nIt is over.", ["title", "paragraph"]),
    ("Firm says minister never called.\n\nIt is over.", ["paragraph", "paragraph"]),
    ("ANKARA (Agency) - The minister said it was over.\n\nIt is over.", ["dateline", "paragraph", "paragraph"]),
    ("(Agency) - The minister said it was over\n\nIt is over.", ["dateline", "paragraph", "paragraph"]),
    ("The minister said:\n\nIt is over.", ["paragraph", "paragraph"]),
    ("# Minister calls for ban\n\nIt is over.", ["title", "paragraph"]),
    ("Minister calls for ban\n======\n\nIt is over.", ["title", "boilerplate", "paragraph"]),
    ("---\ntitle: Ban\ndate: 2020-01-02\n---\nBan\n\nIt is over.", [*["boilerplate"] * 4, "title", "paragraph"]),
    ("FILE PHOTO: A camera in Leeds, May 28, 2019.\nREUTERS/Jane Roe\nLEEDS (Agency) - It is over.",
     ["caption", "credit", "dateline", "paragraph"]),
    ("Camera ban\n12 comments\nBy Jane Roe, 3 May 2019\n\nIt is over.", ["title", "boilerplate", "byline", "published", "paragraph"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        (
            "It fell in Kyiv. Ana Moll/AFP/Getty Images The firm agreed.",
            ["caption: It fell in Kyiv.", "credit: Ana Moll/AFP/Getty Images", "paragraph: The firm agreed."],
        ),
        (
            "It is over.(Ana Moll/Reuters) The firm agreed.",
            ["caption: It is over.", "credit: (Ana Moll/Reuters)", "paragraph: The firm agreed."],
        ),
        ("It is over. Reuters and/or AP agreed.", ["paragraph: It is over. Reuters and/or AP agreed."]),
        ("It is over (Ana Moll).", ["paragraph: It is over (Ana Moll)."]),
    ],
)
def test_credits_inside_a_line_are_captions(line: str, parts: list[str]) -> None:
    assert sections(f"{LONG}\n\n{line}\n\n{LONG}")[1:-1] == parts


@pytest.mark.parametrize(("text", "kinds"), HEADS)
def test_head(text: str, kinds: list[str]) -> None:
    assert [line.split(":")[0] for line in sections(text)] == kinds


@pytest.mark.parametrize(
    ("text", "title", "published", "author"),
    [
        (
            "Camera ban\n\nPublished Sep 07, 2022 07:11 AM\n\nIt is over.",
            "Camera ban",
            dt.datetime(2022, 9, 7, 7, 11),
            None,
        ),
        (
            "## Camera  ban\n\nBy: JANE ROE, Published on Jan 31, 2018\n\nIt is.",
            "Camera ban",
            dt.datetime(2018, 1, 31),
            "JANE ROE",
        ),
        (
            "Camera ban\n\nUpdated 4 May 2019\nPublished 3 May 2019\n\nIt is over.",
            "Camera ban",
            dt.datetime(2019, 5, 3),
            None,
        ),
        ("Camera ban\n\nUpdated 4 May 2019\n\nIt is over.", "Camera ban", dt.datetime(2019, 5, 4), None),
        ("Camera ban\n\nPublished Sep **, 2022\n\nIt is over.", "Camera ban", None, None),
        ("It was over by 3 May 2019.\n\nIt is over.", None, None, None),
        (
            "Camera ban\n\nBy Jane Roe and John Doe in Leeds\n\nIt is over.",
            "Camera ban",
            None,
            "Jane Roe and John Doe",
        ),
        (
            "---\ntitle: 'A ban'\ndate: 2020-01-02\nauthor: Jane Roe\n---\nText.",
            "A ban",
            dt.datetime(2020, 1, 2),
            "Jane Roe",
        ),
        ("It is over.\n\n(Reporting by Jane Roe; Editing by John Doe)", None, None, "Jane Roe"),
    ],
)
def test_head_values(text: str, title: str | None, published: dt.datetime | None, author: str | None) -> None:
    layout = find_layout(Source(text))
    assert (layout.title, layout.published, layout.author) == (title, published, author)


DAY = "2019-05-03T00:00:00"
LINES_OF_HEADS = [
    # Emphasis and links of Markdown.
    ("*Published 3 May 2019. Written by Jane Roe.*",
     ["published: *Published 3 May 2019.", "byline: Written by Jane Roe.*"], DAY, "Jane Roe"),
    ("**By Jane Roe** | 3 May 2019", ["byline: **By Jane Roe** |", "published: 3 May 2019"], DAY, "Jane Roe"),
    ("3 May 2019 | __Jane Roe__", ["published: 3 May 2019 |", "byline: __Jane Roe__"], DAY, "Jane Roe"),
    ("**Published:** 3 May 2019", ["published: **Published:** 3 May 2019"], DAY, None),
    ("*3 May 2019*", ["published: *3 May 2019*"], DAY, None),
    ("_By Jane Roe_", ["byline: _By Jane Roe_"], None, "Jane Roe"),
    ("By [Jane Roe](https://example.org/roe), 3 May 2019",
     ["byline: By [Jane Roe](https://example.org/roe),", "published: 3 May 2019"], DAY, "Jane Roe"),
    # A date, then a byline.
    ("Published 3 May 2019 by Jane Roe", ["published: Published 3 May 2019", "byline: by Jane Roe"], DAY, "Jane Roe"),
    ("3 May 2019 - by Jane Roe and John Doe",
     ["published: 3 May 2019 -", "byline: by Jane Roe and John Doe"], DAY, "Jane Roe and John Doe"),
    ("3 May 2019. By Jane Roe, political editor", ["published: 3 May 2019.", "byline: By Jane Roe, political editor"], DAY, "Jane Roe"),
    ("May 3, 2019 By Jane Roe", ["published: May 3, 2019", "byline: By Jane Roe"], DAY, "Jane Roe"),
    ("Published: 3 May 2019 | Updated: 4 May 2019 | Author: Jane Roe",
     ["published: Published: 3 May 2019 | Updated: 4 May 2019 |", "byline: Author: Jane Roe"], DAY, "Jane Roe"),
    ("Published 3 May 2019 by Jane Roe, updated 4 May 2019",
     ["published: Published 3 May 2019", "byline: by Jane Roe,", "published: updated 4 May 2019"], DAY, "Jane Roe"),
    # A byline, then a date.
    ("Posted by Jane Roe on 3 May 2019", ["byline: Posted by Jane Roe", "published: on 3 May 2019"], DAY, "Jane Roe"),
    ("By Jane Roe - May 3, 2019", ["byline: By Jane Roe -", "published: May 3, 2019"], DAY, "Jane Roe"),
    ("Jane Roe | 3 May 2019", ["byline: Jane Roe |", "published: 3 May 2019"], DAY, "Jane Roe"),
    ("By Jane Roe. Published 3 May 2019.", ["byline: By Jane Roe.", "published: Published 3 May 2019."], DAY, "Jane Roe"),
    ("Author: Jane Roe | Published: 3 May 2019", ["byline: Author: Jane Roe |", "published: Published: 3 May 2019"], DAY, "Jane Roe"),
    ("By Jane Roe in Leeds, 3 May 2019", ["byline: By Jane Roe in Leeds,", "published: 3 May 2019"], DAY, "Jane Roe"),
    ("by admin · 3 May 2019", ["byline: by admin ·", "published: 3 May 2019"], DAY, "admin"),
    ("By Jane Roe - @post\nHarbour Daily Inquirer / 05:30 AM May 3, 2019",
     ["byline: By Jane Roe - @post", "published: Harbour Daily Inquirer / 05:30 AM May 3, 2019"], "2019-05-03T05:30:00", "Jane Roe"),
    ("Jane Roe\nNew York, May 3, 2019", ["byline: Jane Roe", "published: New York, May 3, 2019"], DAY, "Jane Roe"),
    # A desk as author.
    ("Prepared by the Leeds Trade Desk, 3 May 2019",
     ["byline: Prepared by the Leeds Trade Desk,", "published: 3 May 2019"], DAY, "Leeds Trade Desk"),
    ("Prepared by the desk of Jane Roe, 3 May 2019",
     ["byline: Prepared by the desk of Jane Roe,", "published: 3 May 2019"], DAY, "Jane Roe"),
    # A place, a paper or a column beside the date is no author.
    ("New York, 3 May 2019", ["published: New York, 3 May 2019"], DAY, None),
    ("3 May 2019, Leeds", ["published: 3 May 2019, Leeds"], DAY, None),
    ("Published 3 May 2019 | Politics", ["published: Published 3 May 2019 | Politics"], DAY, None),
    ("Published on 3 May 2019 in Politics", ["published: Published on 3 May 2019 in Politics"], DAY, None),
    # None of these.
    ("Published by the government on 3 May 2019", ["heading: Published by the government on 3 May 2019"], None, None),
    ("3 May 2019, it is over", ["heading: 3 May 2019, it is over"], None, None),
    ("3 May 2019 - Prime Minister Visits Leeds", ["heading: 3 May 2019 - Prime Minister Visits Leeds"], None, None),
    ("By the time it ended, 3 May 2019", ["heading: By the time it ended, 3 May 2019"], None, None),
    ("It was 3 May 2019.", ["paragraph: It was 3 May 2019."], None, None),
]  # fmt: skip


BESIDE_DATE = [
    ("Amina Bello\n3 May 2019", "Amina Bello"),
    ("3 May 2019\n\nAmina Bello", "Amina Bello"),
    ("Harbour FM\n3 May 2019", None),
    ("Tarn Star\n3 May 2019", None),
    ("3 May 2019\n\nHarbour Radio", None),
    ("3 May 2019\n\nLocal Politics", None),
]


@pytest.mark.parametrize(("lines", "author"), BESIDE_DATE)
def test_a_person_beside_the_date_is_the_author(lines: str, author: str | None) -> None:
    assert find_layout(Source(f"Camera ban\n\n{lines}\n\n{LONG}")).author == author


PLACED = [
    ("Amina Bello, Abuja", "Amina Bello"),
    ("From Amina Bello, Abuja", "Amina Bello"),
    ("Amina Bello/Port Harcourt", "Amina Bello"),
    ("Amina Bello | Lagos", "Amina Bello"),
    ("Amina Bello; Lagos", "Amina Bello"),
    ("By Amina Bello, New York", "Amina Bello"),
    ("By Amina Bello, Dar es Salaam", "Amina Bello"),
    ("By Amina Bello (Lagos)", "Amina Bello"),
    ("New York, United States", None),
    ("Amina Bello speaks, Leeds", None),
]


@pytest.mark.parametrize(("line", "author"), PLACED)
def test_a_name_with_a_place_above_the_text_is_a_byline(line: str, author: str | None) -> None:
    assert find_layout(Source(f"Camera ban\n\n{line}\n\n{LONG}")).author == author
    assert find_layout(Source(f"Camera ban\n\n{LONG}\n\n{line}\n\nShort.")).author in (None, author)


@pytest.mark.parametrize(
    "line",
    ["Also read: Roe warns of a strike", "READ NEXT: Roe warns", "Recommended: Roe warns", "ALSO READ | Roe warns", "[Read also] Roe warns", "Must read: Roe warns",
     "READ ALSO Roe warns of a strike", "Read next\n\nRoe warns of a strike"],
)  # fmt: skip
def test_links_to_other_articles_are_furniture(line: str) -> None:
    found = sections(f"{LONG}\n\n{line}\n\n{LONG}", title="Given elsewhere")
    assert {part.split(":")[0] for part in found[1:-1]} == {"furniture"}


@pytest.mark.parametrize(
    "line",
    ["Photo: Ana Roe/Wire News", "[Image: Ana Roe/Wire]", "Photo credit: Ana Roe", "© Ana Roe", "Ana Roe / Getty Images", "Ana Roe/Getty", "PHOTO: ANA ROE/WIRE"],
)  # fmt: skip
def test_who_took_a_picture_is_a_credit(line: str) -> None:
    assert sections(f"{LONG}\n\n{line}\n\n{LONG}", title="Given elsewhere")[1] == f"credit: {line}"


def test_text_after_a_link_without_a_headline_stays_text() -> None:
    found = sections(f"{LONG}\n\nREAD ALSO:\n\nShe spoke of it.\n\n{LONG}", title="Given elsewhere")
    assert found[1:3] == ["furniture: READ ALSO:", "paragraph: She spoke of it."]


@pytest.mark.parametrize(("line", "expected", "published", "author"), LINES_OF_HEADS)
def test_line_of_head(line: str, expected: list[str], published: str | None, author: str | None) -> None:
    text = f"Camera ban\n\n{line}\n\nIt is over."
    layout = find_layout(Source(text))
    assert sections(text) == ["title: Camera ban", *expected, "paragraph: It is over."]
    assert (layout.published.isoformat() if layout.published else None, layout.author) == (published, author)


DATELINES = [
    # Places of the world, with any sign after a full date.
    ("<HAARLEM, the Netherlands, 3 May 2019 –> The minister spoke.", "2019-05-03"),
    ("<Lyon, France – 3 May 2019 –> The minister spoke.", "2019-05-03"),
    ("<BASEL, 3 May 2019 |> The minister spoke.", "2019-05-03"),
    ("<Bergen, 3 May 2019:> The minister spoke.", "2019-05-03"),
    ("<[Thiès, 3 May 2019]> The minister spoke.", "2019-05-03"),
    ("<KISUMU, Kenya, 3 May 2019.> The minister spoke.", "2019-05-03"),
    ("<Port of Spain, Trinidad and Tobago, May 3, 2019 (XYZ) -> The minister spoke.", "2019-05-03"),
    ("<Oulu, Finland – 3 May 2019 at 08:00 EEST –> The minister spoke.", "2019-05-03"),
    ("<3 May 2019 – Turin –> The minister spoke.", "2019-05-03"),
    ("<Saint-Malo, France, 3 May 2019 –> The minister spoke.", "2019-05-03"),
    # The dateline in angle brackets; its date.
    ("<LEEDS, Feb 9, 2023 (North Desk) -> The minister spoke.", "2023-02-09"),
    ("<LEEDS, 3 March 2020 -> The minister spoke.", "2020-03-03"),
    ("<HELENA, Mont. (March 3, 2020) -> The House voted.", "2020-03-03"),
    ("<LEEDS — March 3, 2020 —> The minister spoke.", "2020-03-03"),
    ("<LEEDS, Tuesday 3 March 2020 (North Desk) —> “We agree,” he said.", "2020-03-03"),
    ("<WASHINGTON, D.C., March 3, 2020 /PRNewswire/ --> Acme spoke.", "2020-03-03"),
    ("<LEEDS and YORK, 2020-03-03 -> The minister spoke.", "2020-03-03"),
    ("<Brussels, 3 March 2020 –> The council spoke.", "2020-03-03"),
    ("<The Hague, 3 March 2020 –> The court spoke.", "2020-03-03"),
    ("<*****, Feb 9, 2023 (North Desk) -> ****** spoke.", "2023-02-09"),
    ("<**LEEDS, UK – 3 March 2020** –> Acme plc spoke.", "2020-03-03"),
    ("<*Oslo, Norway, 3 March 2020* -> Acme ASA spoke.", "2020-03-03"),
    # A date without its year, or masked.
    ("<BRUSSELS, May 11 (Reuters) -> The minister spoke.", None),
    ("<Dec 7 (Reuters) -> Acme spoke.", None),
    ("<New Delhi, May 3 (PTI)> The minister spoke.", None),
    ("<New Delhi [India], May 3 (ANI):> The minister spoke.", None),
    ("<LEEDS, Tuesday -> The minister spoke.", None),
    ("<LEEDS, Feb **, 2023 (North Desk) -> ****** spoke.", None),
]  # fmt: skip
PLACES = [
    "<ANKARA (Reuters) -> Turkey spoke.",
    "<(Reuters) -> Acme spoke.",
    "<SUN CITY, South Africa (North Desk) -> The minister spoke.",
    "<ST. PETERSBURG, Fla. (AP) —> The minister spoke.",
    "<LEEDS/RIO DE JANEIRO (North Desk) -> The minister spoke.",
    "<Mexico City (AFP) –> It spoke.",
    "<LONDON--(BUSINESS WIRE)-->Acme spoke.",
    "<LEEDS—>The minister spoke.",
    "<LEEDS -> The minister spoke.",
    "<RYE, N.H. -> The minister spoke.",
    "<MÁLAGA -> The minister\n  spoke again\n  and again.",
]
NO_DATELINES = [
    "Leeds, 3 May 2019: a day to forget.",
    "The Leeds Accord, 3 May 2019 – It ended the war.",
    "Roe was born in Leeds, 3 May 1960. She left.",
    "NATO - the alliance - spoke.",
    "BBC — the broadcaster — spoke.",
    "UK - China talks ended.",
    "U.S. - China talks ended.",
    "EXCLUSIVE - Ministers spoke.",
    "Correction, 3 May 2019 – An earlier version was wrong.",
    "Tuesday, 3 March 2020 – The minister spoke.",
    "In Leeds, 3 March 2020 – The minister spoke.",
    "3 March 2020 – The minister spoke.",
    "COVID-19 — What we know now.",
    "Jane Roe (Labour) - The minister spoke.",
    "President Roe — The minister spoke.",
    "The Press Association (PA) said it spoke.",
    "***** — *** spoke.",
    "LEEDS: The minister spoke.",
    "CAMERAS ARE NOT ALWAYS WRONG, BUT EARLY - Roe spoke.",
]


@pytest.mark.parametrize(("text", "day"), DATELINES)
def test_dateline_with_date(text: str, day: str | None) -> None:
    head, rest = text[1:].split("> ")
    layout = find_layout(Source(f"{head} {rest}\n\nIt is over.", title="Given elsewhere"))
    assert sections(f"{head} {rest}\n\nIt is over.", title="Given elsewhere") == [
        f"published: {head}", f"paragraph: {rest}", "paragraph: It is over."
    ]  # fmt: skip
    assert (layout.published.date().isoformat() if layout.published else None, layout.author) == (day, None)


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("LEEDS, Sept. 26 (XYZ) -", "no year in the date of publication: LEEDS, Sept. 26 (XYZ) -"),
        ("LEEDS, Sept. 26, 2022 (XYZ) -", None),
        ("LEEDS -", None),
    ],
)
def test_a_date_without_a_year_is_told(line: str, note: str | None) -> None:
    assert (
        find_layout(Source(f"{line} It is over, the minister said.", title="Given elsewhere")).notes == note
    )


@pytest.mark.parametrize("text", PLACES)
def test_dateline_without_date(text: str) -> None:
    head, rest = text[1:].split("> " if "> " in text else ">")
    found = sections(text[1:].replace(">", ""), title="Given elsewhere")
    assert found == [f"dateline: {head}", f"paragraph: {' / '.join(rest.splitlines())}"]


@pytest.mark.parametrize("text", NO_DATELINES)
def test_no_dateline(text: str) -> None:
    assert sections(f"{text}\n\nIt is over.", title="Given elsewhere") == [
        f"paragraph: {text}",
        "paragraph: It is over.",
    ]
    assert find_layout(Source(text)).published is None


def test_dateline_opens_one_of_the_first_paragraphs() -> None:
    body = f"{LONG}\n\n{LONG}\n\n{LONG}\n\nLEEDS, 3 May 2019 (North Desk) - {LONG}"
    assert {line.split(":")[0] for line in sections(body, title="Given elsewhere")} == {"paragraph"}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Camera ban\n\nPublished 4 May 2019\n\nLEEDS, 3 May 2019 - It is over.", 4),
        ("Camera ban\n\nUpdated 4 May 2019\n\nLEEDS, 3 May 2019 - It is over.", 3),
        ("Camera ban\n\nPublished 4 May 2019\n\nLEEDS, May 3 (Reuters) - It is over.", 4),
    ],
)
def test_date_line_and_dateline(text: str, day: int) -> None:
    assert find_layout(Source(text)).published == dt.datetime(2019, 5, day)


def test_record_wins_over_text() -> None:
    source = Source(
        "Camera ban\n\nBy Jane Roe\n\nPublished 3 May 2019\n\nIt is over.",
        title="Ban",
        published="2020-01-02T03:04:05+01:00",
        author="X",
    )
    layout = find_layout(source)
    zone = dt.timezone(dt.timedelta(hours=1))
    assert (layout.title, layout.author) == ("Ban", "X")
    assert layout.published == dt.datetime(2020, 1, 2, 3, 4, 5, tzinfo=zone)
    assert [section.kind for section in layout.sections] == ["heading", "byline", "published", "paragraph"]


@pytest.mark.parametrize(
    ("title", "text", "kinds"),
    [
        ("Camera ban", "Camera ban\n\nIt is over.", ["title", "paragraph"]),
        (
            "Minister calls for a camera ban | Wire",
            "News\n\nMinister calls for a camera ban\n\nIt is over.",
            ["heading", "title", "paragraph"],
        ),
        ("Ministers say no.", "Ministers say no.\n\nIt is over.", ["title", "paragraph"]),
        ("Another title", "LEEDS (Agency) - It is over.", ["dateline", "paragraph"]),
        ("Another title", "It is over.\nAnd done.", ["paragraph", "paragraph"]),
    ],
)
def test_title_of_record(title: str, text: str, kinds: list[str]) -> None:
    assert [line.split(":")[0] for line in sections(text, title=title)] == kinds


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("2022-09-07", dt.datetime(2022, 9, 7)),
        ("2022-09-07T07:11:00Z", dt.datetime(2022, 9, 7, 7, 11, tzinfo=dt.UTC)),
        ("Sep 07, 2022 07:11 AM", dt.datetime(2022, 9, 7, 7, 11)),
        ("7 September 2022", dt.datetime(2022, 9, 7)),
        ("last week", None),
        ("", None),
    ],
)
def test_published_of_record(published: str, expected: dt.datetime | None) -> None:
    assert find_layout(Source("It is over.", published=published)).published == expected


BODIES = [
    # One paragraph a line, without any blank line.
    ("It is over.\nIt was done.\nSo he said.", ["paragraph: It is over.", "paragraph: It was done.", "paragraph: So he said."]),
    ("It is over.\nNEW MEASURES\nSo he said.", ["paragraph: It is over.", "heading: NEW MEASURES", "paragraph: So he said."]),
    # Line ends of other systems, and white space around.
    ("It is over.\r\n\r\n  So he said. \r\n", ["paragraph: It is over.", "paragraph: So he said."]),
    # A line that goes on with a small letter is no paragraph.
    ("He said the editor\nregularly\nleft.\nSo he said.", ["paragraph: He said the editor / regularly / left.", "paragraph: So he said."]),
    # Text that is wrapped at a width, with blank lines and without.
    (
        "The minister told members of the committee\non Monday that the contract would end. No\nOther one was planned, the\nMinister said."
        "\n\nIt is over.",
        [
            "paragraph: The minister told members of the committee / on Monday that the contract would end. No / "
            "Other one was planned, the / Minister said.",
            "paragraph: It is over.",
        ],
    ),
    (
        "The minister told members of the committee\nOn Monday that the contract with Acme will\nEnd soon.\n"
        "Another one with the firm was not planned\nBefore the end of the year, Roe said then.",
        [
            "paragraph: The minister told members of the committee / On Monday that the contract with Acme will / End soon.",
            "paragraph: Another one with the firm was not planned / Before the end of the year, Roe said then.",
        ],
    ),
    # Headings between paragraphs, half masked ones included.
    (
        f"{LONG}\n\nSays WSJ ****** ** *******\n\n*** **** ** *** ********.\n\n"
        "Could **** ** *** ******\n\n*** ****.\n\nRoe **********: ***/*** ** ***\n\n** ***.",
        [
            f"paragraph: {LONG}",
            "heading: Says WSJ ****** ** *******",
            "paragraph: *** **** ** *** ********.",
            "heading: Could **** ** *** ******",
            "paragraph: *** ****.",
            "heading: Roe **********: ***/*** ** ***",
            "paragraph: ** ***.",
        ],
    ),
    (f"{LONG}\n\nWhy is it so?\n\nBecause.", [f"paragraph: {LONG}", "heading: Why is it so?", "paragraph: Because."]),
    (f"{LONG}\n\nQ: Is it so?\n\nYes.", [f"paragraph: {LONG}", "paragraph: Q: Is it so?", "paragraph: Yes."]),
    (f"{LONG}\n\nOther end", [f"paragraph: {LONG}", "paragraph: Other end"]),
    # Labels that repeat are no text; captions are.
    (
        f"{LONG}\n\nXYZ Image\n\n{LONG}\n\nXYZ Image\n\nPhoto: Roe\n\nIt is.\n\nPhoto: Roe",
        [
            f"paragraph: {LONG}",
            "boilerplate: XYZ Image",
            f"paragraph: {LONG}",
            "boilerplate: XYZ Image",
            "boilerplate: Photo: Roe",
            "paragraph: It is.",
            "boilerplate: Photo: Roe",
        ],
    ),
    (
        "It is over.\n\nImage caption\n\nA camera in Leeds\n\nCaption: Another one\n\n![A third](c.png)\n\nPhoto: Roe",
        [
            "paragraph: It is over.",
            "boilerplate: Image caption",
            "caption: A camera in Leeds",
            "caption: Caption: Another one",
            "caption: ![A third](c.png)",
            "credit: Photo: Roe",
        ],
    ),
    ("It is.\n\nMore below\n\nIt is.\n\nMore below\n\nIt is.\n\nMore below", ["paragraph: It is.", "boilerplate: More below"] * 3),
    # Lists, quotations, rules.
    (
        "It is:\n* one\n* two goes\n  on\n- three\n\n• four\n1. five\n2) six\n(a) seven",
        [
            "paragraph: It is:",
            "list_item: * one",
            "list_item: * two goes /   on",
            "list_item: - three",
            "list_item: • four",
            "list_item: 1. five",
            "list_item: 2) six",
            "list_item: (a) seven",
        ],
    ),
    (
        "It is.\n\n> We say\n> so\n>\n> and so",
        ["paragraph: It is.", "block_quote: > We say / > so", "boilerplate: >", "block_quote: > and so"],
    ),
    (
        "It is.\n\n* * *\n\n***\n\n---\n\nIt is.",
        ["paragraph: It is.", "boilerplate: * * *", "boilerplate: ***", "boilerplate: ---", "paragraph: It is."],
    ),
    ("It is.\n\n• **** *** *********\n• *** ****", ["paragraph: It is.", "list_item: • **** *** *********", "list_item: • *** ****"]),
    # A masked word of one letter is no bullet.
    ("It is **** ****** so.\n\n* ****** ***** said.", ["paragraph: It is **** ****** so.", "paragraph: * ****** ***** said."]),
    ("It is **** ****** so.\n\n* Roe ***** said.", ["paragraph: It is **** ****** so.", "list_item: * Roe ***** said."]),
    # A date inside the text is text.
    (f"{LONG}\n\n" * 4 + "3 May 2019\n\nIt is.", [*[f"paragraph: {LONG}"] * 4, "heading: 3 May 2019", "paragraph: It is."]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), BODIES)
def test_body(text: str, expected: list[str]) -> None:
    assert sections(text, title="Given elsewhere") == expected


JANE = "Jane Roe"
COMMENTS = [
    (
        "Comments (2)\nJane Roe\nSep 07, 2022\n\n*** *** *****.\n\nUndisclosed #1\nSep **, 2022\n\n****** *** * ***** ***",
        [
            ("comment_author", JANE, JANE, "2022-09-07"),
            ("comment_date", "Sep 07, 2022", JANE, "2022-09-07"),
            ("comment", "*** *** *****.", JANE, "2022-09-07"),
            ("comment_author", "Undisclosed #1", "Undisclosed #1", None),
            ("comment_date", "Sep **, 2022", "Undisclosed #1", None),
            ("comment", "****** *** * ***** ***", "Undisclosed #1", None),
        ],
    ),
    (
        "12 comments\n\nJane Roe, Sep 07, 2022 10:15 AM\nI agree\n\nJohn Doe · 3 days ago\n\nMe too.\nReally.",
        [
            ("comment_author", "Jane Roe,", JANE, "2022-09-07T10:15"),
            ("comment_date", "Sep 07, 2022 10:15 AM", JANE, "2022-09-07T10:15"),
            ("comment", "I agree", JANE, "2022-09-07T10:15"),
            ("comment_author", "John Doe ·", "John Doe", None),
            ("comment_date", "3 days ago", "John Doe", None),
            ("comment", "Me too.", "John Doe", None),
            ("comment", "Really.", "John Doe", None),
        ],
    ),
    (
        "Comments:\n\nUndisclosed Manufacturer #2\nSep 08, 2022\n\nNo.\n\nJohn Doe\nAcme Ltd\nSep 09, 2022\n\nYes.",
        [
            ("comment_author", "Undisclosed Manufacturer #2", "Undisclosed Manufacturer #2", "2022-09-08"),
            ("comment_date", "Sep 08, 2022", "Undisclosed Manufacturer #2", "2022-09-08"),
            ("comment", "No.", "Undisclosed Manufacturer #2", "2022-09-08"),
            ("comment_author", "John Doe", "John Doe", "2022-09-09"),
            ("comment_author", "Acme Ltd", "John Doe", "2022-09-09"),
            ("comment_date", "Sep 09, 2022", "John Doe", "2022-09-09"),
            ("comment", "Yes.", "John Doe", "2022-09-09"),
        ],
    ),
    # Without authors every paragraph is a comment; a short one is no author.
    (
        "Comments (45)\n\nI agree\n\n**** ***\n\nJane Roe\n\nIt is so.",
        [("comment", text, None, None) for text in ("I agree", "**** ***", JANE, "It is so.")],
    ),
    (
        "3 Comments\nJane Roe says:\nSeptember 7, 2022 at 7:11 am\n> So it is\nReply\n**** *****\n7 September 2022\nNo.",
        [
            ("comment_author", "Jane Roe says:", JANE, "2022-09-07T07:11"),
            ("comment_date", "September 7, 2022 at 7:11 am", JANE, "2022-09-07T07:11"),
            ("comment", "> So it is", JANE, "2022-09-07T07:11"),
            ("boilerplate", "Reply", JANE, "2022-09-07T07:11"),
            ("comment_author", "**** *****", None, "2022-09-07"),
            ("comment_date", "7 September 2022", None, "2022-09-07"),
            ("comment", "No.", None, "2022-09-07"),
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), COMMENTS)
def test_comments(text: str, expected: list[tuple[str, str, str | None, str | None]]) -> None:
    assert comments(text) == expected


STAMPS = [
    ("Published Sep 07, 2022 07:11 AM", "2022-09-07T07:11"),
    ("Published: 12:01 BST, 3 May 2019", "2019-05-03T12:01+01:00"),
    ("Published: 12:01 BST, 3 May 2019 | Updated: 13:00 BST, 4 May 2019", "2019-05-03T12:01+01:00"),
    ("Wed 7 Sep 2022 07.11 BST", "2022-09-07T07:11+01:00"),
    ("Sept. 7, 2022, 7:11 p.m. ET", "2022-09-07T19:11"),
    ("7th September 2022", "2022-09-07"),
    ("2022-09-07T07:11:30Z", "2022-09-07T07:11:30+00:00"),
    ("2022-09-07 07:11 +0530", "2022-09-07T07:11+05:30"),
    ("07/09/2022", "2022-09-07"),
    ("7.9.2022", "2022-09-07"),
    ("03/25/2019", "2019-03-25"),
    ("Sep 07, 2022 • 5 min read", "2022-09-07"),
    ("12:05 AM, 3 May 2019", "2019-05-03T00:05"),
    ("Last updated on 3 May 2019 at 12.01 BST", "2019-05-03T12:01+01:00"),
    ("Page last updated at 12:01 GMT, Friday, 3 May 2019", "2019-05-03T12:01+00:00"),
    ("3 May 2019 | 12:01", "2019-05-03T12:01"),
    ("Date: 2019-05-03", "2019-05-03"),
    ("Tuesday 3 May 2019 12.01 BST", "2019-05-03T12:01+01:00"),
    ("First published on Tue 3 May 2019 12.01 BST", "2019-05-03T12:01+01:00"),
    ("(Published: 3rd May 2019)", "2019-05-03"),
    ("[Posted on 3 May 2019]", "2019-05-03"),
    ("Published: Friday, May 3rd 2019 @ 12:01", "2019-05-03T12:01"),
    ("Published 3 May 2019.", "2019-05-03"),
    ("on 3 May 2019", "2019-05-03"),
    ("3 May 2019 12:01 PM Eastern Time", "2019-05-03T12:01"),
    ("2019/05/03", "2019-05-03"),
    ("Published 03/05/19", "2019-05-03"),
    ("Published 03.05.98", "1998-05-03"),
    ("Sep **, 2022", None),
    ("** September 2022", None),
    ("Sep 07, ****", None),
    ("Published Sep **, 2022 **:** AM", None),
    ("3 days ago", None),
    ("Updated yesterday", None),
]


@pytest.mark.parametrize(("line", "iso"), STAMPS)
def test_date_lines(line: str, iso: str | None) -> None:
    stamp = StampReader(default_vocabulary().stamps).parse(line)
    assert stamp is not None
    assert stamp.iso == iso


@pytest.mark.parametrize(
    "line",
    [
        "31 February 2022",
        "May 2020",
        "May *** ****",
        "**** ***",
        "12:30",
        "1980",
        "5",
        "It met on 3 May 2019",
        "3 May 2019; more",
        "Sep 07",
        "03/05/19",
        "3 May 2019.",
        "",
    ],
)
def test_no_date_lines(line: str) -> None:
    assert StampReader(default_vocabulary().stamps).parse(line) is None


def test_month_first() -> None:
    reader = StampReader(default_vocabulary().stamps, day_first=False)
    assert [stamp.iso for line in ("07/09/2022", "25/03/2019") if (stamp := reader.parse(line))] == [
        "2022-07-09",
        "2019-03-25",
    ]


@pytest.mark.parametrize("label", default_vocabulary().labels, ids=lambda label: label.id)
def test_labels_match_their_examples(label: LineLabel) -> None:
    assert [text for text in label.examples if not label.regex.fullmatch(text)] == []
    assert [text for text in label.counterexamples if label.regex.fullmatch(text)] == []
    assert all(default_vocabulary().find_label(text, repeated=True) for text in label.examples)


def test_rule_files_are_strict(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"stamps\.yml"):
        read_vocabulary(tmp_path)


LINES = st.sampled_from(
    ["", " ", "Jane Roe", "Sep 07, 2022", "Comments (2)", "XYZ Image", "* item", "> quote", "---", "# Head", LONG, "*** **.",
     "By Jane Roe, 3 May 2019", "\u200b", "goes on", "Published", "Image caption", "Undisclosed #1", "1. one", "|"]
)  # fmt: skip


def check_sections(text: str, layout: Layout) -> None:
    at = 0
    for section in layout.sections:
        assert not text[at : section.start].strip()
        piece = text[section.start : section.end]
        assert piece
        assert piece == piece.strip()
        at = section.end
    assert not text[at:].strip()


@given(st.text(st.sampled_from("aB1.* \t\n\r#>-•:?\u2028\x85\u00a0é\U0001f600"), max_size=200))
def test_sections_hold_all_text(text: str) -> None:
    check_sections(text, find_layout(Source(text)))


@given(
    st.lists(LINES, max_size=30),
    st.sampled_from(["\n", "\r\n", "\n\n"]),
    st.sampled_from([None, "Jane Roe", "# Head"]),
)
def test_sections_hold_all_lines(lines: list[str], end: str, title: str | None) -> None:
    text = end.join(lines)
    check_sections(text, find_layout(Source(text, title=title)))


@pytest.mark.parametrize(
    "text",
    [
        "word *** it, " * 4_000,
        "*" * 20_000,
        "a" + "\n" * 10_000 + "b",
        "* " * 10_000,
        "x" * 100_000,
        "(" * 20_000,
        "A/" * 190 + "\n" + "1 " * 70,
    ],
    ids=["one line", "asterisks", "blank lines", "bullets", "one word", "brackets", "patterns"],
)
def test_work_grows_with_the_text(text: str) -> None:
    check_sections(text, find_layout(Source(text)))
    assert grows_at_most_linearly(lambda times: lambda: find_layout(Source(text * times)))


def test_a_masked_article_at_the_start_of_a_paragraph_is_no_bullet() -> None:
    text = "Lamp rules\n\nThe **** said on *******.\n\n* spokesperson *** the **** said that ** ****.\n\n*** lamps **** **.\n"
    layout = find_layout(Source(text))
    assert [section.kind for section in layout.sections] == ["title", "paragraph", "paragraph", "paragraph"]


def test_short_lines_above_long_paragraphs_are_not_wrapped_text() -> None:
    long = "The chancellor tells the committee that prices have halved, and that nobody will pay more than before the war broke out."
    text = "LIVE: Hale faces committee\n\n" + "\n\n".join(
        f"{time} {head}\n{long}"
        for time, head in (
            ("12:41", "Hale says corner was turned"),
            ("12:20", "Union says members worse off"),
            ("11:58", "Bank rejects claims of haste"),
        )
    )
    parts = [text[section.start : section.end] for section in find_layout(Source(text)).sections]
    assert parts.count(long) == 3
