"""The pages in a real Chromium: actions, keys, undo, reload, two windows, a phone, a hostile document."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from policy_news.core.settings import AnnotateSettings, Settings
from policy_news.run.runner import run_all
from policy_news.tables.parquet import read_run
from tests.conftest import MODEL
from tests.outputs.test_report import PAYLOADS
from tests.review.conftest import Served, start, wait_until

pytestmark = pytest.mark.slow

DOC = "/doc?id=briefing%2Fcamera-policy-weekly"


@pytest.fixture
def page(served: Served, browser: Any) -> Iterator[Any]:
    """A window that has opened the printed address."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    own = context.new_page()
    own.errors = []
    own.on("pageerror", lambda error: own.errors.append(str(error)))
    own.on("console", lambda message: own.errors.append(message.text) if message.type == "error" else None)
    own.goto(served.address)
    yield own
    assert own.errors == []
    context.close()


def open_document(page: Any, served: Served, tab: str, path: str = DOC) -> None:
    page.goto(served.base + path)
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press({"claim": "1", "mention": "2"}[tab])


def press(page: Any, served: Served, *keys: str) -> None:
    """Press keys, and wait until the server kept what they decide."""
    for key in keys:
        page.keyboard.press(key)


def kept(served: Served, count: int) -> list[Any]:
    """The living decisions, once there are as many."""
    wait_until(lambda: served.decisions.exists() and len(served.live()) == count)
    return served.live()


def settle(page: Any, count: int) -> None:
    """Wait until the page shows as many decisions: what is chosen before would go with the old text."""
    wait_until(lambda: page.locator("#own").inner_text() == str(count))


def chosen(page: Any) -> str:
    return str(page.locator("#items .chosen").get_attribute("data-key"))


def select(page: Any, words: str) -> None:
    """Choose words of the text, as with a mouse."""
    page.evaluate(
        """(words) => {
          const walker = document.createTreeWalker(document.querySelector("#text"), NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const node = walker.currentNode, at = node.data.indexOf(words);
            if (at >= 0 && node.parentElement.closest("[data-o]")) return getSelection().setBaseAndExtent(node, at, node, at + words.length);
          }
          throw new Error("not there: " + words);
        }""",
        words,
    )


def test_a_click_means_the_innermost_claim(page: Any, served: Served) -> None:
    open_document(page, served, "claim")
    nested = page.evaluate(
        """() => {
          const size = (key) => [...document.querySelectorAll("#text [data-keys]")].filter((one) => one.dataset.keys.split(" ").includes(key))
            .reduce((sum, one) => sum + one.textContent.length, 0);
          for (const part of document.querySelectorAll("#text [data-keys]")) {
            const keys = part.dataset.keys.split(" ");
            if (keys.length > 1 && keys.every((key) => key[0] === "c")) {
              part.click();
              return [document.querySelector("#items .chosen").dataset.key, keys.map((key) => [size(key), key]).sort((a, b) => a[0] - b[0])[0][1]];
            }
          }
          return null;
        }"""
    )
    assert nested is None or nested[0] == nested[1]


def test_keys_for_names(page: Any, served: Served) -> None:
    open_document(page, served, "mention")
    first = page.locator("#items li:not([hidden]) .head").first.inner_text()
    press(page, served, "a")
    assert [d.do for d in kept(served, 1)] == ["mention.accept"]
    press(page, served, "x", "x")
    assert [d.do for d in kept(served, 3)][1:] == ["mention.reject"] * 2
    page.keyboard.press("l")
    page.wait_for_selector("#choose[open]")
    page.keyboard.press("1")
    (*_, relabelled) = kept(served, 4)
    assert relabelled.do in ("mention.relabel", "mention.accept")
    assert relabelled.label == "COMMITTEE"
    settle(page, 4)
    present = page.locator("#items .chosen").get_attribute("data-label")
    page.keyboard.press("l")
    page.wait_for_selector("#choose[open]")
    assert page.evaluate("document.activeElement.dataset.choice") == present, "the present label is chosen"
    page.keyboard.type("depa")
    assert page.evaluate("document.activeElement.dataset.choice") == "DEPARTMENT", "letters lead to a label"
    page.keyboard.press("Escape")
    page.wait_for_selector("#choose:not([open])", state="attached")
    assert page.locator("[aria-activedescendant]").count() == 0
    assert page.locator("#items [aria-current]").count() == 1
    assert served.live()[0].target.exact == first
    press(page, served, "u", "u")
    assert [d.do for d in kept(served, 2)] == ["mention.accept", "mention.reject"]
    settle(page, 2)
    page.reload()
    page.wait_for_selector("html[data-ready]")
    press(page, served, "u")
    assert len(kept(served, 1)) == 1, "what was decided can be undone after a reload"
    settle(page, 1)


def test_keys_for_claims(page: Any, served: Served) -> None:
    open_document(page, served, "claim")
    page.keyboard.press("l")
    page.wait_for_selector("#choose[open]")
    page.keyboard.press("Escape")
    press(page, served, "j", "k", "p")
    (decision,) = kept(served, 1)
    assert decision.set.given() == {"negated": True}
    settle(page, 1)

    def content_is_given() -> bool:
        """Choose the words and press the key, again if the page was drawn anew in between."""
        if "content" in served.live()[-1].set.given():
            return True
        page.keyboard.press("k")
        select(page, "the survey would help")
        press(page, served, "c")
        page.wait_for_timeout(1_000)
        return False

    wait_until(content_is_given)
    decision = served.live()[-1]
    assert [quote.exact for quote in decision.set.content] == ["the survey would help"]
    assert page.locator("#items .chosen").get_attribute("data-negated") == "yes"


def test_words_chosen_become_a_name_and_a_claim(page: Any, served: Served) -> None:
    open_document(page, served, "mention")
    select(page, "short letter")
    page.keyboard.press("m")
    page.wait_for_selector("#choose[open]")
    page.locator("[data-choice=ORG]").click()
    (decision,) = kept(served, 1)
    assert (decision.do, decision.target.exact, decision.label) == ("mention.add", "short letter", "ORG")
    settle(page, 1)
    wait_until(lambda: page.locator("#items .chosen .head").inner_text() == "short letter")
    select(page, "Everything below is free to read")
    page.keyboard.press("w")
    page.wait_for_selector("#choose[open]")
    page.locator("#choose-types [data-choice=statement]").click()
    (_, decision) = kept(served, 2)
    assert decision.claim.content[0].exact == "Everything below is free to read"
    settle(page, 2)
    select(page, "people who regulate them")
    press(page, served, "s")
    (*_, decision) = kept(served, 3)
    assert decision.set.source.exact == "people who regulate them"


def test_title_and_day_of_a_document(page: Any, served: Served) -> None:
    open_document(page, served, "claim")
    page.get_by_text("Correct title, author, day or language").click()
    page.get_by_label("Title").fill("Camera week")
    page.get_by_label("Published").fill("2024-02-29")
    page.get_by_role("button", name="Correct").click()
    (decision,) = kept(served, 1)
    assert decision.set.title == "Camera week"
    wait_until(lambda: page.locator("h1").inner_text() == "Camera week")
    page.wait_for_load_state()  # keys are read once the script has run
    page.keyboard.press("u")
    kept(served, 0)
    wait_until(lambda: page.locator("h1").inner_text() != "Camera week")


def test_edges_move_without_a_mouse(page: Any, served: Served) -> None:
    open_document(page, served, "mention")
    page.wait_for_selector("#items .chosen")
    first = page.locator("#items .chosen .head").inner_text()
    press(page, served, "v", "{", "e")
    (decision,) = kept(served, 1)
    assert decision.do == "mention.move"
    assert decision.to.exact.endswith(first)
    assert len(decision.to.exact) > len(first)


def test_clicks(page: Any, served: Served) -> None:
    open_document(page, served, "claim")
    page.locator("#text .mention", has_text="Tom Tugendhat").first.click()
    wait_until(lambda: chosen(page).startswith("m"))
    page.get_by_role("button", name="Reject").click()
    (decision,) = kept(served, 1)
    assert decision.target.exact == "Tom Tugendhat"
    page.locator("[data-undo]").first.click()
    kept(served, 0)
    page.locator("#text .cue").first.click()
    assert chosen(page).startswith("c")


def test_the_queue_goes_on_by_itself(page: Any, served: Served) -> None:
    page.goto(f"{served.base}/queue")
    page.get_by_role("link", name="Begin with the first").click()
    for number in range(1, 6):
        page.wait_for_selector("html[data-ready]")
        before = page.url
        page.keyboard.press("x")
        kept(served, number)
        page.wait_for_url(lambda url, before=before: url != before)
    page.wait_for_selector("html[data-ready]")
    before = page.url
    page.keyboard.press("n")
    page.wait_for_url(lambda url: "skip=1" in url and url != before)


def test_two_windows(page: Any, served: Served) -> None:
    open_document(page, served, "mention")
    other = page.context.new_page()
    open_document(other, served, "mention")
    other.keyboard.press("x")
    kept(served, 1)
    page.keyboard.press("a")
    wait_until(lambda: "changed meanwhile" in page.locator("#told").inner_text())
    page.errors.clear()  # the browser tells of the answer 409
    assert len(served.live()) == 1
    page.keyboard.press("a")
    assert [d.do for d in kept(served, 2)] == ["mention.reject", "mention.accept"]


def test_a_server_that_is_gone_is_told(page: Any, served: Served) -> None:
    open_document(page, served, "mention")
    page.route("**/decide", lambda route: route.abort())
    page.keyboard.press("x")
    wait_until(lambda: "nothing was kept" in page.locator("#told").inner_text())
    page.errors.clear()
    page.unroute("**/decide")
    page.keyboard.press("x")
    kept(served, 1)


def test_entities(page: Any, served: Served) -> None:
    page.goto(f"{served.base}/entity?id=dahua")
    page.fill("[data-entity-action=rename] input", "Dahua Technology")
    page.get_by_role("button", name="Rename").click()
    kept(served, 1)
    page.wait_for_selector(".waiting")
    page.locator("[data-names]").press_sequentially("hikvis")
    page.wait_for_selector(".names-found li")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Merge").click()
    (_, merge) = kept(served, 2)
    assert (merge.entities[0].id, merge.into.id) == ("dahua", "hikvision")
    page.wait_for_selector(".decisions li:nth-child(2)")
    page.locator("h3 input").first.check()
    page.get_by_role("button", name="Split").click()
    kept(served, 3)
    page.wait_for_selector(".decisions li:nth-child(3)")
    page.locator("[data-undo]").first.click()
    kept(served, 2)


PAGES = [
    "/",
    "/?q=cameras",
    DOC,
    "/claims",
    "/entities",
    "/entity?id=hikvision",
    "/queue",
    "/queue?kind=lost",
    "/decisions",
]


@pytest.mark.parametrize("width", [375, 1280])
def test_no_page_is_wider_than_the_screen(page: Any, served: Served, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in PAGES:
        page.goto(served.base + path)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width, path
    open_document(page, served, "mention")
    if width == 375:
        page.locator("#text .mention").first.click()
    page.get_by_role("button", name="Reject").click()
    kept(served, 1)


def test_read_only_decides_nothing(reading: Served, browser: Any) -> None:
    page = browser.new_page()
    page.goto(reading.address)
    page.goto(reading.base + DOC)
    page.wait_for_selector("html[data-ready]")
    for key in "axlegscpmwud":
        page.keyboard.press(key)
    page.keyboard.press("j")
    assert page.locator("#items .chosen").count() == 1
    assert page.locator("[data-do], [data-undo], form[data-entity-action]").count() == 0
    assert not reading.decisions.exists()
    page.close()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Iterator[Served]:
    """A server over documents that are made of attacks."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "raw").mkdir()
    with (folder / "raw" / "news.jsonl").open("w", encoding="utf-8") as file:
        for number, payload in enumerate(PAYLOADS):
            text = f"Hikvision {payload} rule\n\nOrla Fenn said {payload} of Hikvision.\n\n{payload} denied it.\n"
            row = {
                "id": f"{number} {payload}",
                "title": payload,
                "author": payload,
                "text": text,
                "url": "javascript:alert(1)",
            }
            file.write(json.dumps(row) + "\n")
    settings = Settings(annotate=AnnotateSettings(model=str(MODEL)))
    run_all(folder / "raw", folder / "out", settings)
    yield from start(folder / "out", folder)
    shutil.rmtree(folder / "out")


def test_hostile_documents_run_nothing(hostile: Served, browser: Any) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(f"PWNED {dialog.message}"))
    page.goto(hostile.address)
    links = page.locator(".rows > li > a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert len(links) == read_run(hostile.out)["counts"]["documents"] > 30
    for link in links:
        page.goto(hostile.base + link)
        page.wait_for_selector("html[data-ready]")
        assert page.locator("script").count() == 1
        assert page.locator("#rows iframe, #rows img, #rows svg, #rows object, #rows form").count() == 0
        page.keyboard.press("2")
        page.keyboard.press("x")
    wait_until(lambda: len(hostile.live()) >= len(links) - 3)
    for path in ("/claims", "/entities", "/queue", "/decisions", "/claims?q=%3Cscript%3E", "/?q=script"):
        page.goto(hostile.base + path)
    for link in page.locator("a").evaluate_all("all => all.map(one => one.href)"):
        assert not link.startswith("javascript:")
    assert not [text for text in said if "PWNED" in text or "Refused" in text], said
    assert "Traceback" not in hostile.errors
    page.close()
