"""Articles that report one statement are joined where one may have it from another."""

from __future__ import annotations

import pytest

from policy_news.outputs.origins import ReportingArticle, find_origins, named_sources

ALIKE = "The mill on the lower river has lost money in each of the last seven years and its owner wants to close it before the summer."


def told(name: str, text: str, url: str = "", group: str = "", author: str | None = None) -> ReportingArticle:
    return ReportingArticle(
        name,
        group or name,
        url or f"https://{name}.example/1",
        f"{name}.txt",
        author,
        text,
        tuple(text.split("\n\n")),
    )


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (told("a", "Ida Brandt said no."), told("b", "She said no."), None),
        (told("a", "One.", group="a"), told("b", "Two.", group="a"), "copy"),
        (told("a", f"Mills.\n\n{ALIKE}"), told("b", f"Jobs go.\n\n{ALIKE} More."), "verbatim"),
        (told("a", f"“{ALIKE}” she said."), told("b", f"She said: “{ALIKE}”"), None),
        (told("a", "HALM (Reuters) - The mill closes."), told("b", "Mill to close. (Reuters)"), "agency"),
        (told("a", "HALM (Reuters) - The mill closes."), told("b", "HALM (AFP) - The mill closes."), None),
        (told("a", "She told Reuters that it closes."), told("b", "Reuters moved house (Reuters)."), None),
        (told("a", "Mill.", author="Jo Bell, Associated Press"), told("b", "Mill (Associated Press)."), None),
        (
            told("a", "One.", "https://www.bbc.co.uk/1"),
            told("b", "Two.", "https://www.bbc.com/2"),
            "publisher",
        ),
        (told("a", "One.", "https://www.wsj.com/1"), told("b", "Two.", "https://edition.cnn.com/2"), None),
    ],
)
def test_two_articles_are_one_origin_for_a_reason(
    one: ReportingArticle, other: ReportingArticle, reason: str | None
) -> None:
    found = find_origins([one, other])
    assert [why for _, _, why, _ in found.reasons] == ([reason] if reason else [])
    assert len(found.groups) == (1 if reason else 2)


def test_origins_are_joined_through_a_third() -> None:
    found = find_origins(
        [told("a", ALIKE), told("b", f"{ALIKE} (AFP)"), told("c", "The mill closes. (AFP)"), told("d", "No.")]
    )
    assert found.groups == [["a", "b", "c"], ["d"]]


def test_sources_without_a_name_do_not_count() -> None:
    assert named_sources([("p", "Ida Brandt"), ("p", "Ida Brandt"), (None, "officials"), ("q", None)]) == [
        "Ida Brandt"
    ]
