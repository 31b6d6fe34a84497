"""Fills the templates: everything is escaped, every page is self-contained, and only our scripts run."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from policy_news.core.atomic_files import new_file
from policy_news.core.errors import StageError
from policy_news.outputs.report.views import label_words
from policy_news.tables.labels import LABELS

GENERATOR = b'name="generator" content="policy-news-pipeline"'
"""Text in the head of each page that we wrote."""
FOLDER = Path(__file__).parent / "templates"
SEARCHES = ("index.js", "claims.js")
"""Scripts that use what is in `search.js`."""


@cache
def environment() -> jinja2.Environment:
    """Return the templates, with escaping on for all of them and an error for an unknown name."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["words"] = label_words
    return made


def render(template: str, script: str, **values: Any) -> str:
    """Return one page."""
    style, code = _asset("report.css") + label_colours(), _asset(script)
    if script in SEARCHES:
        code = _asset("search.js") + code
    policy = f"default-src 'none'; style-src {_source(style)}; script-src {_source(code)}"
    policy += "; base-uri 'none'; form-action 'none'"
    page = environment().get_template(template)
    own = {"style": Markup(style), "code": Markup(code)}  # noqa: S704 - our own files
    return page.render(**own, policy=policy, **values)


def leave_page(page: str, target: Path) -> None:
    """Write one page where a user asked for it, and replace an older one."""
    check_page(target)
    with new_file(target) as partial:
        partial.write_text(page, encoding="utf-8", errors="replace", newline="\n")


def check_page(target: Path) -> None:
    """Refuse to replace a file that is not a page of this program."""
    if not os.path.lexists(target):
        return
    try:
        if not target.is_file():
            raise StageError(f"{target}: is not a file", "Name another file.")
        with target.open("rb") as file:
            is_ours = GENERATOR in file.read(1_000)
    except OSError as error:
        raise StageError(f"{target}: cannot be written: {error.strerror}", "Name another file.") from error
    if not is_ours:
        raise StageError(
            f"{target}: is a file that this program did not write", "Move it, or name another file."
        )


def embed_json(value: Any) -> Markup:
    """Return JSON for a `<script>` element: no character of it can end the element or begin a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - nothing that HTML reads as markup is left


def embed_chunks(rows: Sequence[Any], size: int) -> Iterable[Markup]:
    """Yield rows as several JSON lists, so that no element becomes too large for a browser."""
    for first in range(0, len(rows), size):
        yield embed_json(rows[first : first + size])


@cache
def label_colours() -> str:
    """Return the style of each label that has colours of its own, on light and on dark paper."""
    light, dark = [], []
    for label in LABELS.values():
        if label.colours:
            name = label.name.lower()
            light.append(f".is-{name} {{ --mention: {label.colours[0]}; }}")
            dark.append(f"  .is-{name} {{ --mention: {label.colours[1]}; }}")
    return "\n".join([*light, "@media (prefers-color-scheme: dark) {", *dark, "}", ""])


@cache
def _asset(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
