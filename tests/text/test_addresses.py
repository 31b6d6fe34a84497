"""The address that a text gives of itself."""

from __future__ import annotations

import pytest

from policy_news.text.layout.addresses import find_url

STORY = "Ferry talks stall\n\nThe operator said the talks had stalled."
URL = "https://news.example.org/2024/ferry"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (STORY, None),
        (f"{URL}\n\n{STORY}", URL),
        (f"{STORY}\n\nSource: {URL}", URL),
        (f"{STORY}\n\nOriginally published at: <{URL}>", URL),
        (f"URL: {URL}\n{STORY}\n\nhttps://other.example.org/page", URL),
        # A link in or below the story leads elsewhere.
        (f"{STORY}\n\nSee {URL} for more.", None),
        (f"{STORY}\n\n{URL}", None),
        # Two addresses: nobody can tell which is meant.
        (f"{URL}\nhttps://other.example.org/page\n{STORY}", None),
        # Masked or broken ones are none.
        (f"Source: https://news.example.org/****\n{STORY}", None),
        (f"Source: https://[broken\n{STORY}", None),
        (f"Source: ftp://news.example.org/a\n{STORY}", None),
    ],
)
def test_an_address_is_read_where_the_text_gives_its_own(text: str, url: str | None) -> None:
    assert find_url(text) == url


def test_a_long_text_is_no_trouble() -> None:
    assert find_url("https://" * 200_000) is None
    assert find_url("source : " * 200_000 + "://") is None
