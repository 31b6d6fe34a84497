"""How many independent voices say something: the articles that report a statement, joined where one may have it from another.

It counts these articles only and says nothing of truth: ten articles of one agency are one origin, and so is one article that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from typing import Literal, NamedTuple

from policy_news.core.data_files import RULES_DIR
from policy_news.nlp.passages import cut_passages
from policy_news.nlp.text_reuse import plain_words
from policy_news.rules.rule_files import read_rule_file
from policy_news.rules.rule_models import Strict
from policy_news.tables.outlets import UNKNOWN, outlet_of

Reason = Literal["copy", "verbatim", "agency", "publisher"]
LEAST = 18
"""Words of a sentence that two articles do not write alike by chance."""
CREDIT = 200
"""Characters at both ends of an article in which an agency is credited."""
_QUOTED = re.compile(r"[“\"][^”\"\n]{0,2000}[”\"]")


class Publisher(Strict):
    """A publisher with the hosts of its outlets."""

    id: str
    hosts: tuple[str, ...]


class PublisherFile(Strict):
    """The file `verify/publishers.yml`."""

    publishers: tuple[Publisher, ...]
    agencies: tuple[str, ...]


class ReportingArticle(NamedTuple):
    """An article that reports a statement.

    Attributes:
        group: The group of near copies that it is in, or its own id.
        body: Its paragraphs, without page furniture.
    """

    doc_id: str
    group: str
    url: str | None
    path: str
    author: str | None
    text: str
    body: tuple[str, ...]


@dataclass
class Origins:
    """Articles joined to origins.

    Attributes:
        groups: The ids of the articles of each origin, in order.
        reasons: Why two articles count as one: both ids, the reason, and what shows it.
    """

    groups: list[list[str]] = field(default_factory=list)
    reasons: list[tuple[str, str, Reason, str]] = field(default_factory=list)


@cache
def _publishers() -> tuple[Mapping[str, str], re.Pattern[str]]:
    read = read_rule_file(RULES_DIR / "verify" / "publishers.yml", PublisherFile)
    names = "|".join(map(re.escape, sorted(read.agencies, key=len, reverse=True)))
    # `LONDON (Reuters) -`, `Source: AFP`, `By Jo Bell, Associated Press`, `(NAN)` at the end.
    credit = re.compile(rf"\((?P<a>{names})\)|(?i:source|credit|reporting by|by)[^\n.]{{0,40}}?\b(?P<b>{names})\b|^\W*(?P<c>{names})\W*$", re.MULTILINE)  # fmt: skip
    return {host: one.id for one in read.publishers for host in one.hosts}, credit


def find_origins(articles: Sequence[ReportingArticle]) -> Origins:
    """Return the origins of articles that report one statement.

    Two articles are one origin if they are near copies, have a long sentence alike that is no quotation, credit the same agency, or are of
    one publisher.
    """
    leader = {one.doc_id: one.doc_id for one in articles}
    found = Origins()
    marks = {one.doc_id: list(_marks(one)) for one in articles}
    for one, other in combinations(articles, 2):
        shared = next((mark for mark in marks[one.doc_id] if mark in marks[other.doc_id]), None)
        if shared is not None:
            found.reasons.append((one.doc_id, other.doc_id, *shared))
            first, second = sorted((_root(leader, one.doc_id), _root(leader, other.doc_id)))
            leader[second] = first
    roots: dict[str, list[str]] = {}
    for one in articles:
        roots.setdefault(_root(leader, one.doc_id), []).append(one.doc_id)
    found.groups = [sorted(ids) for _, ids in sorted(roots.items())]
    return found


def _root(leader: Mapping[str, str], doc_id: str) -> str:
    while leader[doc_id] != doc_id:
        doc_id = leader[doc_id]
    return doc_id


def _marks(one: ReportingArticle) -> Iterator[tuple[Reason, str]]:
    """Yield what makes an article one origin with others that have it, the surest first."""
    hosts, credit = _publishers()
    yield "copy", one.group
    for paragraph in one.body:
        for start, end in cut_passages(paragraph):
            words = plain_words(_QUOTED.sub(" ", paragraph[start:end]))
            if len(words) >= LEAST:
                yield "verbatim", " ".join(words)
    ends = f"{one.author or ''}\n{one.text[:CREDIT]}\n{one.text[-CREDIT:]}"
    for match in credit.finditer(ends):
        yield "agency", str(match["a"] or match["b"] or match["c"]).upper()
    outlet = outlet_of(one.url, one.path)
    if outlet != UNKNOWN:
        yield "publisher", hosts.get(outlet, outlet)


def named_sources(sources: Iterable[tuple[str | None, str | None]]) -> list[str]:
    """Return the names of those who say it, each once; sources that no entity names do not count.

    Args:
        sources: Id and name of the entity of each claim.
    """
    return sorted({str(name) for entity_id, name in sources if entity_id and name})
