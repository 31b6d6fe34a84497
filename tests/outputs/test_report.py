"""The offline report: nothing in it runs that is not ours, nothing of the text is lost, and it stays small."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from lxml import html
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.core.atomic_files import safe_stem
from policy_news.core.errors import StageError
from policy_news.outputs.report import write_report
from policy_news.outputs.report.render import embed_json
from policy_news.outputs.report.segments import mark_rows
from policy_news.outputs.report.views import web_address
from policy_news.tables.schema import FailureRow, SectionRow
from tests.conftest import ROOT
from tests.support.invented_run import MASKED, Draft, masked_draft, write_run

RUN = "console.log('PW'+'NED')"
PAYLOADS = [
    f"<script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"</SCRIPT ><ScRiPt>{RUN}</ScRiPt>",
    f"<scr<script>ipt>{RUN}</script>",
    f"<script/src='data:text/javascript,{RUN}'></script>",
    f"<script src=data:text/javascript,{RUN}>",
    f"<!--<script>{RUN}</script>-->",
    f"--><script>{RUN}</script><!--",
    f"]]><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</style><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"</bdi></a></td></table><script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f'"><img src=x onerror={RUN}>',
    f"'><img src=x onerror={RUN}>",
    f'" onmouseover="{RUN}" autofocus onfocus="{RUN}" x="',
    f"' onfocus='{RUN}' autofocus tabindex=1 x='",
    f"` onfocus=`{RUN}` autofocus",
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<body onload={RUN}>",
    f"<iframe srcdoc='<script>{RUN}</script>'></iframe>",
    f'<iframe src="javascript:{RUN}"></iframe>',
    f'<a href="javascript:{RUN}" autofocus>x</a>',
    f"<details open ontoggle={RUN}>x</details>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    f"<base href='javascript:{RUN}//'>",
    f"<object data='data:text/html,<script>{RUN}</script>'></object>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}>",
    "{{ 7 * 7 }}{% raw %}" + f"<script>{RUN}</script>",
    f"\u2028;{RUN};//\u2029",
    f"\\u003cscript>{RUN}\\u003c/script>",
]
LINKS = [
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f" javascript:{RUN}",
    f"java\tscript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f"vbscript:{RUN}",
    f'https://x.example/"onmouseover="{RUN}',
    f"//x.example/<script>{RUN}</script>",
    "file:///etc/hostname",
    "http://[broken",
    f"\x01javascript:{RUN}",
    f"java\nscript:{RUN}",
    f"javascript&colon;{RUN}",
    f"&#106;avascript:{RUN}",
    f"javascript://x.example/%0a{RUN}",
    f"view-source:javascript:{RUN}",
    f"blob:javascript:{RUN}",
    f"feed:javascript:{RUN}",
    f"data:image/svg+xml,<svg onload={RUN}>",
    f"data:text/html;base64,{base64.b64encode(f'<script>{RUN}</script>'.encode()).decode()}",
    *(f"https://x.example/{payload}" for payload in PAYLOADS[:14]),
]
"""As many as there are payloads: each document has a link of its own."""
VOID = {"meta", "input", "br", "hr", "img", "link"}
ALLOWED = re.compile(
    "html|head|meta|title|style|body|a|header|nav|h1|h2|h3|main|dl|div|dt|dd|p|b|i|span|section|form|label|input|datalist|select|option|button"
    "|noscript|table|thead|tbody|tr|th|td|small|bdi|svg|text|line|rect|path|circle|details|summary|ul|ol|li|aside|script"
)


def find_browser() -> str | None:
    """A Chromium that starts: what bears the name may be a mere pointer to a package."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if (
            path
            and subprocess.run([path, "--version"], capture_output=True, check=False, timeout=60).returncode
            == 0
        ):
            return path
    return None


CHROMIUM = find_browser()


class Checker(HTMLParser):
    """Collects what could run or load, and checks that elements nest."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.scripts: list[str] = []
        self.data: list[str] = []
        self.links: list[str] = []
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert ALLOWED.fullmatch(tag), tag
        found = {name: value or "" for name, value in attrs}
        assert len(found) == len(attrs), "an attribute stands twice"
        assert not any(
            name.startswith("on") or name in ("style", "src", "srcdoc", "data", "action", "formaction")
            for name in found
        ), found
        if found.get("http-equiv"):
            assert found["http-equiv"] == "Content-Security-Policy"
            self.policy = found["content"]
        if "href" in found:
            self.links.append(found["href"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"line", "rect", "path", "circle"}, tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["script"]:
            (self.data if data.startswith(("[", "{")) else self.scripts).append(data)


def check_page(path: Path) -> Checker:
    checker = Checker()
    checker.feed(path.read_text(encoding="utf-8"))
    checker.close()
    assert checker.open == []
    assert len(checker.scripts) <= 1
    assert "default-src 'none'" in checker.policy
    assert "unsafe" not in checker.policy
    for link in checker.links:
        assert re.fullmatch(
            r"https?://[^\s]+|#[\w%.\-]*|#(?:entity|label|note|masked)=[^\s]*|(?:\.\./)?(?:[a-z0-9-]+/)?[a-z0-9-]+\.html(?:#.*)?",
            link,
        ), link
        target = path.parent / link.split("#")[0]
        assert link.startswith(("http", "#")) or target.is_file(), link
    for named in html.fromstring(path.read_bytes()).xpath("//a[@aria-label] | //th"):
        words = " ".join(named.text_content().split())
        assert words or named.get("aria-label"), "a heading of a table without words"
        assert words in named.get("aria-label", words), (
            "a name that is spoken must hold the words that are seen"
        )
    for text in checker.data:
        assert not set(text) & set("<>&\u2028\u2029")
        json.loads(text)
    return checker


def hostile_drafts() -> tuple[list[Draft], dict[str, str]]:
    drafts, names = [], {}
    for number, payload in enumerate(PAYLOADS):
        text = f"{payload}\n\nThe firm {payload} said that {payload} would stop.\n\n{payload}"
        draft = Draft(f"{number} {payload}", text, payload, payload, LINKS[number])
        draft.section(payload, "title")
        draft.section(text.split("\n\n")[1])
        begin = text.rindex(payload)
        draft.sections.append(
            SectionRow(f"{draft.doc_id}#s2", draft.doc_id, payload, begin, len(text), payload, None, 0.0)
        )
        draft.mention(payload, payload, f"entity-{number} {payload}")
        draft.claim(
            "The firm",
            "said",
            [f"that {payload} would stop"],
            payload,
            f"entity-{number} {payload}",
            [payload],
        )
        names[f"entity-{number} {payload}"] = payload
        drafts.append(draft)
    return drafts, names


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    drafts, names = hostile_drafts()
    failures = [FailureRow(f"{payload}.txt", "ingest", payload, payload, payload) for payload in PAYLOADS]
    out = write_run(tmp_path_factory.mktemp("hostile") / "out", drafts, failures, names)
    write_report(out)
    return out / "report"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = write_run(
        tmp_path_factory.mktemp("plain") / "out",
        [masked_draft()],
        [FailureRow("b.pdf", "ingest", "E", "broken", "Save it anew.")],
    )
    result = CliRunner().invoke(app, ["report", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "1 document, open" in result.output
    return out / "report"


def test_hostile_texts_make_no_markup(hostile: Path) -> None:
    pages = sorted(hostile.rglob("*.html"))
    assert len(pages) == len(PAYLOADS) + 3
    for page in pages:
        check_page(page)


def test_each_payload_stands_in_title_body_author_label_and_link(hostile: Path) -> None:
    assert len(PAYLOADS) == len(LINKS) == len({*PAYLOADS}) == len({*LINKS}) >= 30
    for number, (payload, link) in enumerate(zip(PAYLOADS, LINKS, strict=True)):
        page = html.parse(
            str(hostile / "documents" / f"{safe_stem(f'{number} {payload}')}.html"),
            html.HTMLParser(encoding="utf-8"),
        )
        shown = page.getroot().text_content()
        assert shown.count(payload.strip()) >= 6
        assert payload in [tag.text_content() for tag in page.xpath("//*[@class='tag']")]
        assert link.strip() in shown or link in page.xpath("//a/@href") or not web_address(link)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: install one to see that no payload runs")
def test_hostile_texts_do_not_run(hostile: Path, tmp_path: Path) -> None:
    (tmp_path / "control.html").write_text(f"<p>{PAYLOADS[13]}", encoding="utf-8")
    assert "PWNED" in console_of(tmp_path / "control.html", ""), "the browser must show what a script writes"
    (tmp_path / "frame.html").write_text("<script>console.log('FRAMES ' + 'LOAD')</script>", encoding="utf-8")
    said = console_of(hostile / "index.html", f"#entity={quote(f'entity-0 {PAYLOADS[0]}')}")
    frames = "".join(
        f"<iframe src='{page.as_uri()}#claim-1'></iframe>"
        for page in [*sorted((hostile / "documents").glob("*.html")), tmp_path / "frame.html"]
    )
    (tmp_path / "frames.html").write_text(frames, encoding="utf-8")
    said += console_of(tmp_path / "frames.html", "")
    assert "FRAMES LOAD" in said
    assert "PWNED" not in said
    assert "Refused" not in said, "our own script or style was refused"
    assert "Error" not in said


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: install one to see that the search works")
def test_search_finds_the_documents_of_an_entity(hostile: Path) -> None:
    dom = browse(hostile / "index.html", f"#entity={quote(f'entity-3 {PAYLOADS[3]}')}", "--dump-dom")
    found = html.fromstring(dom.stdout)
    assert found.get_element_by_id("state").text_content() == f"1 of {len(PAYLOADS)} documents."
    assert [cell.text_content() for cell in found.xpath("//table[@id='found']/tbody//bdi")] == [
        PAYLOADS[3],
        f"3 {PAYLOADS[3]}.txt",
    ]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: install one to see that filters work together")
@pytest.mark.parametrize(
    ("fragment", "found"),
    [
        ("#label=MINISTER&masked=25", "1 of 1"),
        ("#masked=0", "0 of 1"),
        ("#words=TARNWICKS", "1 of 1"),
        ("#entity=nobody", "0 of 1"),
        ("#words=orla+camera&from=2023-03-06&to=2023-03-06", "1 of 1"),
        ("#from=2023-03-07", "0 of 1"),
    ],
)
def test_filters_narrow_together_and_stand_in_the_address(fragment: str, found: str, report: Path) -> None:
    dom = html.fromstring(browse(report / "index.html", fragment, "--dump-dom").stdout)
    assert dom.get_element_by_id("state").text_content() == f"{found} documents."


def test_the_start_page_begins_with_the_news_and_ends_with_the_counts(report: Path) -> None:
    tree = html.parse(report / "index.html")
    sections = tree.xpath("//section/@id")
    assert (sections[0], sections[-1]) == ("news", "counts")
    (speaker,) = tree.xpath("//section[@id='news']//tbody/tr")
    assert speaker.xpath("string(th)") == "Tarnwick Optics"
    assert speaker.xpath("string(td[@data-name='first day'])") == "2023-03-06"
    assert "of the words are masked" in tree.xpath("string(//section[@id='news'])")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: install one to see that filters work together")
@pytest.mark.parametrize(
    ("fragment", "found"),
    [("#source=tarnwick", "1 of 1"), ("#outlet=lens", "1 of 1"), ("#source=hale", "0 of 1")],
)
def test_the_address_of_the_claims_page_shows_the_same_claims(
    fragment: str, found: str, report: Path
) -> None:
    dom = html.fromstring(browse(report / "claims.html", fragment, "--dump-dom").stdout)
    assert dom.get_element_by_id("state").text_content().startswith(f"{found} statements")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: install one to see how wide the pages are")
def test_no_page_is_wider_than_a_phone(report: Path, hostile: Path, tmp_path: Path) -> None:
    pages = [
        page
        for folder in (report, hostile)
        for page in (folder / "index.html", folder / "claims.html", min((folder / "documents").iterdir()))
    ]
    links = "...[...document.querySelectorAll('nav a')].map((link) => Math.ceil(link.getBoundingClientRect().right))"
    tell = f"<script>onload = () => parent.postMessage(Math.max(document.scrollingElement.scrollWidth, {links}) - innerWidth, '*')</script>"
    frames = []
    for number, page in enumerate(pages):
        freed = re.sub(r"<meta http-equiv[^>]*>", tell, page.read_text(encoding="utf-8"))
        (tmp_path / f"{number}.html").write_text(freed, encoding="utf-8")
        frames.append(f"<iframe src='{number}.html' width=375 height=800 style='border:0'></iframe>")
    count = "<script>onmessage = (event) => document.body.append(` beyond ${event.data} `)</script>"
    (tmp_path / "phones.html").write_text(count + "".join(frames), encoding="utf-8")
    beyond = re.findall(r" beyond (-?\d+) ", browse(tmp_path / "phones.html", "", "--dump-dom").stdout)
    assert [int(width) <= 0 for width in beyond] == [True] * len(pages), beyond


def console_of(page: Path, fragment: str) -> str:
    return "\n".join(
        line
        for line in browse(page, fragment, "--enable-logging=stderr", "--dump-dom").stderr.splitlines()
        if "CONSOLE" in line
    )


def browse(page: Path, fragment: str, *options: str) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        fixed = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={profile}",
            "--virtual-time-budget=4000",
        ]
        return subprocess.run(
            [str(CHROMIUM), *fixed, *options, page.as_uri() + fragment],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


def test_the_whole_text_stands_on_the_page(report: Path) -> None:
    (page,) = (report / "documents").glob("*.html")
    check_page(page)
    tree = html.parse(str(page), html.HTMLParser(encoding="utf-8"))
    for extra in tree.xpath("//div[@class='text']//*[@class='tag' or @class='ref' or @class='kind']"):
        extra.drop_tree()
    shown = [part.text_content() for part in tree.xpath("//div[@class='text']//p")]
    assert shown == [part.strip() for part in MASKED.split("\n\n")]


def test_marks_claims_gaps_and_comments(report: Path) -> None:
    (page,) = (report / "documents").glob("*.html")
    tree = html.parse(str(page), html.HTMLParser(encoding="utf-8"))
    inside = tree.xpath("//span[@class='content mention is-minister']")[0]
    assert (inside.text, inside.get("data-claims")) == ("Orla Fenn", "1")
    assert inside.getnext().text_content() == "minister"
    assert [link.get("href") for link in tree.xpath("//a[@class='ref']")] == ["#claim-1"]
    assert tree.xpath("//li[@id='claim-1']//a[@href='#c1']")
    gaps = tree.xpath("//div[@class='text']//span[@class='gap']")
    assert gaps[0].get("aria-label") == "masked, 4 words"
    assert all(gap.text_content().strip("*.,() ") == "" for gap in gaps)
    comment = tree.xpath(
        "//div[contains(@class, 'section comment')][.//p[contains(., 'doubt')]]/div[@class='kind']"
    )[0]
    assert comment.text_content() == "comment by Brigid Moss, 2023-03-07"
    address = tree.xpath("//a[@rel='noreferrer noopener']/@href")
    assert address == ["https://news.example.org/camera-rule"]


@pytest.mark.parametrize(
    ("text", "kind", "gaps", "hidden"),
    [
        ("## In this *week*", "heading", [], ["## ", "*", "*"]),
        ("* **Quay House** wants [more](https://quay.example/1)", "list_item", [], ["* ", "**", "**", "[", "](https://quay.example/1)"]),
        ("She owns 3 * 4 boats_and_nets", "paragraph", [], []),
        ("* *the* **** said", "list_item", [(8, 12)], []),
    ],
)  # fmt: skip
def test_marks_of_markdown_are_hidden_where_no_word_is_masked(
    text: str, kind: Any, gaps: list[tuple[int, int]], hidden: list[str]
) -> None:
    section = SectionRow("a#s1", "a", kind, 0, len(text), None, None, 0.0)
    marks = mark_rows((), (), (), gaps, text, [section])
    found = sorted((mark.start, mark.end) for mark in marks if mark.kind == "markup")
    assert [text[start:end] for start, end in found] == hidden


def test_start_page_tells_totals_relations_and_failures(report: Path) -> None:
    checker = check_page(report / "index.html")
    tree = html.parse(str(report / "index.html"), html.HTMLParser(encoding="utf-8"))
    totals = dict(
        zip(
            *([one.text_content() for one in tree.xpath(f"//dl//{tag}")] for tag in ("dt", "dd")), strict=True
        )
    )
    assert totals["mentions"] == "3"
    assert totals["failed"] == "1"
    told = [cell.text_content() for cell in tree.xpath("//section[@id='about']//tbody/tr/td")]
    assert told[:4] == ["Tarnwick Optics", "denial", "Orla Fenn", "1"]
    assert "Save it anew." in tree.xpath("//section[@id='failures']//i/text()")
    (names, rows) = (json.loads(text) for text in checker.data)
    assert [entity[1] for entity in names["entities"]] == ["Tarnwick Optics", "Orla Fenn"]
    assert rows[0][8:] == [[0, 1], [], 0]


@pytest.mark.parametrize("doc_id", ["../../up", "報告", "x" * 300, "a\nb", "con", "a?b#c%d", "\u202ebidi"])
def test_any_id_gives_a_safe_file_name(doc_id: str, tmp_path: Path) -> None:
    assert re.fullmatch(r"[a-z0-9-]{10,80}", safe_stem(doc_id))
    out = write_run(tmp_path / "out", [masked_draft(doc_id), masked_draft(doc_id + "2")])
    page, documents = write_report(out)
    assert documents == 2
    check_page(page)
    assert len(list((out / "report" / "documents").iterdir())) == 2


def test_the_same_tables_give_the_same_report_and_old_pages_go(tmp_path: Path) -> None:
    out = write_run(tmp_path / "out", [masked_draft("one"), masked_draft("two")])
    write_report(out)
    first = {path.name: path.read_bytes() for path in (out / "report").rglob("*.html")}
    write_report(out)
    assert {path.name: path.read_bytes() for path in (out / "report").rglob("*.html")} == first
    write_run(out, [masked_draft("one")])
    write_report(out)
    assert len(list((out / "report" / "documents").iterdir())) == 1
    assert not [path for path in out.iterdir() if path.name.startswith(".report")]


def test_what_is_not_ours_is_not_replaced(tmp_path: Path) -> None:
    out = write_run(tmp_path / "out", [masked_draft()])
    (out / "report").mkdir()
    (out / "report" / "thesis.doc").write_text("years of work", encoding="utf-8")
    with pytest.raises(StageError, match="did not write"):
        write_report(out)
    assert (out / "report" / "thesis.doc").is_file()


@pytest.mark.parametrize(
    ("failures", "said"),
    [
        ([], "None. The folder of articles held nothing to read."),
        (
            [FailureRow("b.pdf", "ingest", "E", "broken", "Save it anew.")],
            "None. Everything that was given was failed.",
        ),
    ],
)
def test_a_run_without_documents_has_a_report_that_says_why(
    failures: list[FailureRow], said: str, tmp_path: Path
) -> None:
    page, documents = write_report(write_run(tmp_path / "out", [], failures))
    assert documents == 0
    check_page(page)
    tree = html.parse(str(page), html.HTMLParser(encoding="utf-8"))
    assert tree.xpath("//section[@id='documents']/p")[0].text_content() == said
    assert len(tree.xpath("//section[@id='failures']//li")) == len(failures)
    assert tree.xpath("//section/@id") == ["documents", "failures", "counts"]


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.example/x?y=1", True),
        ("HTTP://a.example", True),
        *((link, False) for link in LINKS if not link.startswith("https")),
        ("", False),
    ],
)
def test_only_web_addresses_are_links(url: str, kept: bool) -> None:
    assert (web_address(url) == url) is kept


def test_json_cannot_leave_its_element() -> None:
    value = ["</script>", "<!--", "&amp;", "\u2028\u2029"]
    assert not set(embed_json(value)) & set("<>&\u2028\u2029")
    assert json.loads(embed_json(value)) == value


def test_no_value_of_a_template_has_the_name_of_a_method() -> None:
    """Templates read dicts by attribute, where `row.items` is the method and not the value."""
    methods = "|".join(name for name in dir(dict) if not name.startswith("_"))
    read = re.compile(rf"\.(?:{methods})\b(?!\()")
    templates = sorted((ROOT / "policy_news").rglob("*.j2"))
    assert len(templates) > 10
    assert {path.name: found for path in templates if (found := read.findall(path.read_text("utf-8")))} == {}
