"""Hostile records: broken lines, wrong types, ids that are missing, repeated or cannot be printed, dates that are none."""

from __future__ import annotations

import json
from typing import Any

from tests.support.hostile.cases import Case, Failed, File, Kept, records_case

TEXT = "It is over."


def line(doc_id: Any = "{name}", **fields: Any) -> str:
    """A record; its id is that of the case."""
    return json.dumps({"id": doc_id, "text": TEXT, **fields})


def good(doc_id: str = "{name}", **expected: Any) -> Kept:
    """That record, kept."""
    return Kept(doc_id, **{"text": TEXT, **expected})


def bad(message: str, number: int = 1, hint: str = r"\w{3}") -> Failed:
    """The failure of a line."""
    return Failed(message, hint, f"a.jsonl:{number}")


def _broken(name: str, record: str | bytes, message: str, hint: str = r"\w{3}") -> Case:
    """A broken line between two good ones costs nothing but itself."""
    gives = (good("{name} 1"), bad(f"line 2: .*{message}", 2, hint), good("{name} 3"))
    return records_case(name, line("{name} 1"), record, line("{name} 3"), gives=gives)


def _dated(name: str, published: str, day: str | None, notes: str = "") -> Case:
    return records_case(name, line(published=published), gives=(good(published=day, notes=notes),))


RECORDS: tuple[Case, ...] = (
    _broken("not JSON", "no record", "not JSON", '{"id"'),
    _broken("record cut off", '{"id": "x", "text": "It is', "not JSON"),
    _broken("two records in a line", '{"id": "x", "text": "a"}{"id": "y", "text": "b"}', "not JSON"),
    _broken("list in place of a record", "[1, 2]", "not a JSON object"),
    _broken("number in place of a record", "17", "not a JSON object"),
    _broken("null in place of a record", "null", "not a JSON object"),
    _broken("too deep", "[" * 100_000, "too deep|not JSON"),
    _broken("number of 5,000 digits", '{"id": "x", "text": "a", "n": ' + "9" * 5_000 + "}", "not JSON"),
    _broken("line that is no UTF-8", b'{"id": "x", "text": "caf\xe9"}', "not UTF-8", "UTF-8"),
    _broken("no id", '{"text": "a"}', "'id' is missing"),
    _broken("id null", line(None), "'id' is not a string"),
    _broken("id a number", line(17), "'id' is not a string"),
    _broken("id empty", line(" "), "'id' is empty"),
    _broken("id with a line break", line("a\nb"), "cannot be printed", "short, plain id"),
    _broken("id with NUL", line("a\0b"), "cannot be printed"),
    _broken("id with a lone surrogate", line("a\ud800b"), "cannot be printed"),
    _broken("id turned around", line("a\u202eb"), "cannot be printed"),
    _broken("id of 501 characters", line("x" * 501), "more than 500 characters"),
    _broken("no text", '{"id": "x"}', "'text' is missing"),
    _broken("text a list", '{"id": "x", "text": ["a"]}', "'text' is not a string"),
    _broken("text empty", '{"id": "x", "text": "\\n"}', "'text' is empty"),
    _broken("text of NUL", '{"id": "x", "text": "a\\u0000b"}', "binary", "UTF-8"),
    _broken("title a number", line("x", title=3), "'title' is not a string"),
    _broken("date a number", line("x", published=1662537600), "'published' is not a string"),
    _broken("author an object", line("x", author={"name": "Roe"}), "'author' is not a string"),
    records_case(
        "id repeated",
        line(),
        line(text="x"),
        gives=(good(), bad("duplicate id .* already used by .*a.jsonl:1", 2, "id of its own")),
    ),
    records_case("id of a path", line("../../etc/{name}"), gives=(good("../../etc/{name}"),)),
    records_case("id of a script", line("<script>{name}</script>"), gives=(good("<script>{name}</script>"),)),
    records_case(
        "lone surrogate in a text",
        '{"id": "{name}", "text": "a \\ud800 b"}',
        gives=(good(text="a \ufffd b", notes="surrogates"),),
    ),
    records_case(
        "pair of surrogates in a text",
        '{"id": "{name}", "text": "\\ud83d\\ude00"}',
        gives=(good(text="\U0001f600"),),
    ),
    records_case("NUL in a title", line(title="\0", author="a\0\ud800"), gives=(good(),)),
    records_case(
        "keys twice", '{"id": "x", "text": "a", "id": "{name}", "text": "b"}', gives=(good(text="b"),)
    ),
    records_case(
        "line ends of another system",
        line("{name} 1") + "\r",
        "",
        line("{name} 2") + "\r",
        gives=(good("{name} 1"), good("{name} 2")),
    ),
    records_case("no record", "", " ", gives=(Failed("empty: no record", '{"id"', "a.jsonl"),)),
    records_case(
        "array in place of lines",
        "[",
        line("x") + ",",
        line("y"),
        "]",
        gives=(Failed("JSON array", "jq", "a.jsonl"),),
    ),
    records_case(
        "something else", *["word"] * 200, gives=(Failed("no record in 200 lines", '{"id"', "a.jsonl"),)
    ),
    records_case(
        "binary", b"\x93NUMPY\0\1" + bytes(range(256)) * 9, gives=(Failed("binary", path="a.jsonl"),)
    ),
    Case(
        "records in UTF-16",
        (File("a.jsonl", f"{line('wide')}\n".encode("utf-16")),),
        (good("wide", encoding="utf-16"),),
    ),
    Case(
        "records with a mark",
        (File("a.jsonl", b"\xef\xbb\xbf" + line().encode()),),
        (good(encoding="utf-8-sig"),),
    ),
    Case(
        "id of a file and a record",
        (File("a.txt", TEXT.encode()), File("b.jsonl", line("{}/a").encode())),
        (Kept("{}/a", TEXT), Failed("duplicate id .* already used by .*a.txt", path="b.jsonl:1")),
    ),
    Case(
        "id in two files",
        (File("a.jsonl", line().encode()), File("b.jsonl", line().encode())),
        (good(), Failed("duplicate id .* already used by .*a.jsonl:1", path="b.jsonl:1")),
    ),
    _dated("a day", "2022-09-07", "2022-09-07"),
    _dated("a moment elsewhere", "2022-09-07T23:30:00-05:00", "2022-09-08"),
    _dated("a date in words", "7 September 2022", "2022-09-07"),
    _dated("a date of mail", "Wed, 07 Sep 2022 07:11:00 GMT", "2022-09-07"),
    _dated("no date", "soon", None, "not understood: soon"),
    _dated("no such day in a record", "2022-02-30", None, "not understood"),
    _dated("date of zeros", "0000-00-00", None, "not understood"),
    _dated("seconds of a clock", "1662537600", None, "not understood"),
    _dated("the first year in a record", "0001-01-01T00:00:00Z", None, "not understood"),
    _dated("the last year in a record", "9999-12-31T23:59:59-14:00", None, "not understood"),
    _dated("formula for a date", "=1+1", None, "not understood"),
    _dated("a date of 100,000 characters", "2022-09-07" * 10_000, None, "not understood"),
)
