"""Lines to train on, from golds in any format that `evaluate` reads, and from lists of lines with their claims."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from policy_news.core.errors import GoldError
from policy_news.core.messages import unread
from policy_news.outputs.formats.gold import GoldAttribution, GoldDocument, GoldSet
from policy_news.tables.labels import PLACES
from tools.training.claims import OPTIONAL
from tools.training.passages import read_articles, read_passages

TITLE = "Notes"
TAIL = "The weather was dry on the coast for most of the week, and the harbour stayed open."
"""What stands around a line of a list, so that it is read as a part of an article."""
LINES = ".tsv"
HINT = "A line is `h` or `b`, the words, and `source | content` for each claim, parted by tabs; `||` parts claims."
NAMES_HINT = "A passage is a line like `b: [Marlow & Finch|COMPANY] says ...`."
PASSAGES = ".txt"
_WORD = re.compile(r"\w+")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """How the lines of one gold are made.

    Attributes:
        weight: How much each of its claims counts.
        whole_quotations: Its annotators make a quotation on both sides of its cue one claim.
    """

    weight: float = 1.0
    whole_quotations: bool = False


def with_texts(gold: GoldSet, folder: Path | None) -> GoldSet:
    """Return the gold with the texts of documents that it leaves out: files `NAME` or `NAME.txt` of a folder."""
    documents = []
    for one in gold.documents:
        if one.text is None and folder is not None:
            paths = (folder / one.name, folder / f"{one.name}.txt")
            path = next((path for path in paths if path.is_file()), None)
            if path is None:
                raise GoldError(f"{folder}: no text of document '{one.name}'", "Add it as NAME or NAME.txt.")
            one = replace(one, text=path.read_bytes().decode("utf-8"))
        documents.append(one)
    return replace(gold, documents=tuple(documents))


def rows_of_gold(gold: GoldSet, plan: Plan) -> list[Row]:
    """Return one line for each document that annotates claims.

    Args:
        gold: The documents.
        plan: How they count.

    Returns:
        The lines, in the order of the gold.

    Raises:
        GoldError: No document has text and claims.
    """
    rows = []
    for document in gold.documents:
        # A document without any claim teaches what is not a claim; one that nobody annotated teaches nothing.
        if document.text and document.claims is not None:
            rows.append(_row(document, plan))
    if not rows:
        raise GoldError(
            f"{gold.path}: no document has both text and claims", "Annotate claims, or give --texts."
        )
    return rows


def rows_of_lines(path: Path, plan: Plan) -> list[Row]:
    """Return one line for each line of a list of headlines and sentences with their claims.

    Args:
        path: The list, with tabs.
        plan: How they count.

    Returns:
        The lines, in the order of the list.

    Raises:
        GoldError: The list cannot be read, or names words that a line does not have.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(unread(path, error), HINT) from error
    rows = []
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            rows.append(_row_of_line(f"{path.stem}{number:04d}", line, plan, f"{path}:{number}"))
    if not rows:
        raise GoldError(f"{path}: contains no lines", HINT)
    return rows


def _row(document: GoldDocument, plan: Plan) -> Row:
    row: Row = {
        "doc": document.name,
        "text": document.text,
        "claims": [_claim(claim) for claim in document.claims or ()],
        "optional_claims": [list(map(list, spans)) for spans in document.optional_contents],
        "names": _names(document),
        "weight": plan.weight,
        "whole_quotations": plan.whole_quotations,
    }
    if document.published:
        row["published"] = document.published
    return row


def _names(document: GoldDocument) -> list[list[Any]]:
    """Return start, end and label of each name; what a reader may or may not mark comes first."""
    names = [[start, end, OPTIONAL] for start, end in document.optional_entities]
    return names + [[name.start, name.end, name.label] for name in document.entities or ()]


def rows_of_names(path: Path) -> list[Row]:
    """Return one line for each invented passage or article of a file, whose claims nobody annotated.

    Raises:
        GoldError: The file cannot be read, or has none.
    """
    try:
        articles = [(article.text, article.names) for article in read_articles(path)]
        articles = articles or [(passage.text, passage.names) for passage in read_passages(path)]
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(unread(path, error), NAMES_HINT) from error
    if not articles:
        raise GoldError(f"{path}: contains no passages", NAMES_HINT)
    return [
        {
            "doc": f"{path.stem}{number:04d}",
            "text": text,
            "claims": None,
            "names": [[start, end, "GPE" if label in PLACES else label] for start, end, label in names],
        }
        for number, (text, names) in enumerate(articles, 1)
    ]


def _claim(claim: GoldAttribution) -> dict[str, list[list[int]]]:
    return {
        "source": list(map(list, claim.source)),
        "cue": list(map(list, claim.cue)),
        "content": list(map(list, claim.content)),
        "source_alt": list(map(list, claim.source_alt)),
    }


def _row_of_line(name: str, line: str, plan: Plan, place: str) -> Row:
    kind, words, wanted = [*line.split("\t"), "", ""][:3]
    words = words.replace("\\n", "\n")
    if kind not in {"b", "h"} or not words:
        raise GoldError(f"{place}: is not a headline or a line of text", HINT)
    # A headline is the first line of its document; a line of text stands below one.
    before = ""
    if kind == "b":
        before = f"{TITLE}\n\n"
    text = f"{before}{words}\n\n{TAIL}\n"
    claims, optional = [], []
    for part in filter(str.strip, wanted.split("||")):
        found = _written_claim(text, len(before), len(before) + len(words), part, place)
        if part.strip().startswith("?"):
            optional.append(found["content"])
        else:
            claims.append(found)
    row: Row = {"doc": name, "text": text, "claims": claims, "optional_claims": optional}
    return row | {"weight": plan.weight, "whole_quotations": plan.whole_quotations}


def _written_claim(text: str, start: int, end: int, part: str, place: str) -> dict[str, list[list[int]]]:
    """Return the places of the words of a claim; ` @ type` after it says nothing about them."""
    source, _, content = part.strip().removeprefix("?").strip().partition(" @ ")[0].partition(" | ")
    spans = _find(text, start, end, content, place)
    own = []
    if source.strip() != "-":
        own = _find(text, start, end, source, place)[:1]
    return {"source": own, "cue": [], "content": spans}


def _find(text: str, start: int, end: int, words: str, place: str) -> list[list[int]]:
    """Return where words stand, whatever signs stand between them.

    Returns:
        One span if they stand in a row; else those of the runs in which they follow each other, as around a cue.
    """
    wanted = _WORD.findall(words)
    found = list(_WORD.finditer(text, start, end))
    for first in range(len(found) - len(wanted) + 1):
        row = found[first : first + len(wanted)]
        if row and [match.group() for match in row] == wanted:
            return [[row[0].start(), row[-1].end()]]
    runs: list[list[int]] = []
    at, last = 0, -2
    for word in wanted:
        number = next((n for n in range(at, len(found)) if found[n].group() == word), None)
        if number is None:
            raise GoldError(f"{place}: does not say {words.strip()!r}", HINT)
        if number == last + 1:
            runs[-1][1] = found[number].end()
        else:
            runs.append([found[number].start(), found[number].end()])
        at, last = number + 1, number
    return runs


def numbered(parts: Sequence[Sequence[Row]]) -> Iterator[Row]:
    """Yield the lines of several golds in one file, each document with a name of its own."""
    for number, rows in enumerate(parts):
        for row in rows:
            yield row | {"doc": f"{number}-{row['doc']}"}
