"""Reads a file of expectations: errors name the line, and what may have been meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import ValidationError

from policy_news.checks.expectations import Expectations, ExpectedDocument
from policy_news.checks.outcomes import MAX_NAMED
from policy_news.core.data_files import page
from policy_news.core.errors import ExpectationError
from policy_news.core.messages import say, suggest, unread
from policy_news.core.yaml_loading import Step, YamlLines, parse_yaml
from policy_news.rules.rule_files import TAB, is_tab
from policy_news.tables import labels
from policy_news.tables.schema import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

FORM = f"See {page('docs/checks.md')} for the form of expectations."
LABEL_COLUMNS: dict[str, str] = {
    "documents": "format", "sections": "kind", "mentions": "label", "appearances": "label",
    "entities": "label", "entity_aliases": "reason", "offices": "office_id", "claims": "claim_type",
    "claim_mentions": "role", "claim_links": "relation", "document_groups": "group_id", "origins": "stance",
    "dates": "timex_type", "failures": "error",
}  # fmt: skip
"""The column of each table that `labels` counts."""
_CLOSED = {
    "mentions": labels.ENTITIES,
    "appearances": labels.ENTITIES,
    "entities": labels.ENTITIES,
    "claims": labels.CLAIMS,
    "dates": labels.TIMEXES,
}
"""Tables in which an unused label is probably a typing error."""


@dataclass(frozen=True, slots=True)
class ExpectationFile:
    """A file of expectations that was read.

    Attributes:
        path: As it was given.
    """

    path: Path
    expected: Expectations
    places: YamlLines

    def error(self, steps: Sequence[Step], message: str, hint: str = FORM) -> ExpectationError:
        """Make an error about an entry.

        Args:
            steps: Keys and numbers of list items on the way to the entry.

        Returns:
            An error that names file, line and entry.
        """
        line = self.places.line(steps)
        return ExpectationError(
            f"{self.path}:{line or 1}: {name_entry(steps)}: {message}", hint, file=str(self.path), line=line
        )


def read_expectations(path: Path) -> ExpectationFile:
    """Read a file of expectations.

    Raises:
        ExpectationError: It cannot be read, or has an unknown key, table or claim type, or a value of a wrong type.
    """
    try:
        file = parse_expectations(path, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ExpectationError(
            unread(path, error), "Give --expect an existing YAML file.", file=str(path)
        ) from error
    if file.expected == Expectations():
        raise ExpectationError(f"{path}: contains no expectations", FORM, file=str(path))
    return file


def parse_expectations(path: Path, text: str) -> ExpectationFile:
    """Read the text of a file of expectations, which may be empty; see `read_expectations`."""
    try:
        data, root = parse_yaml(text)
    except (yaml.YAMLError, RecursionError) as error:
        line, problem = _problem(error, text)
        where = str(path)
        if line:
            where = f"{path}:{line}"
        raise ExpectationError(
            f"{where}: is not YAML: {problem}",
            "Check indentation and quotation marks.",
            file=str(path),
            line=line,
        ) from error
    places = YamlLines(root)
    if data is None:  # empty, or all of it comments
        data = {}
    try:
        file = ExpectationFile(path, Expectations.model_validate(data), places)
    except ValidationError as error:
        raise _misfit(path, places, error) from error
    _check_tables(file)
    return file


def _problem(error: Exception, text: str) -> tuple[int | None, str]:
    if not isinstance(error, yaml.MarkedYAMLError):
        return None, " ".join(str(error).split())
    line = None
    mark = error.problem_mark or error.context_mark
    if mark:
        line = mark.line + 1
    # PyYAML's own words for a tab are hard to understand.
    if is_tab(error, text):
        return line, TAB
    return line, ", ".join(filter(None, (error.context, error.problem)))


def _misfit(path: Path, places: YamlLines, error: ValidationError) -> ExpectationError:
    """Return one error for everything that is invalid, in the order of the lines."""
    found = []
    for item in error.errors(include_url=False):
        steps = item["loc"]
        message = say(item)
        if item["type"] == "extra_forbidden":
            message = "unknown key" + suggest(str(steps[-1]), _keys_at(steps[:-1]))
        found.append((places.line(steps) or 1, f"{name_entry(steps)}: {message}"))
    found.sort()
    lines = [f"{path}:{line}: {message}" for line, message in found[:MAX_NAMED]]
    if len(found) > MAX_NAMED:
        lines.append(f"and {len(found) - MAX_NAMED} more")
    return ExpectationError("\n  ".join(lines), FORM, file=str(path), line=found[0][0])


def name_entry(steps: Sequence[Step]) -> str:
    """Return the way to an entry, items of a list counted from 1."""
    return " > ".join(f"item {step + 1}" if isinstance(step, int) else step for step in steps) or "the file"


def _keys_at(steps: Sequence[Step]) -> list[str]:
    """Return the keys that the model at `steps` knows."""
    schema = Expectations.model_json_schema()
    here: dict[str, Any] = schema
    for step in steps:
        inside = here.get("properties", {}).get(step) or here.get("additionalProperties") or here.get("items")
        here = inside or {}
        here = here.get("anyOf", [here])[0]  # of what may be missing
        if "$ref" in here:
            here = schema["$defs"][here["$ref"].rpartition("/")[2]]
    return list(here.get("properties", ()))


def _check_tables(file: ExpectationFile) -> None:
    for section, names in (("tables", file.expected.tables), ("drift", file.expected.drift.tables)):
        for name in names:
            if name not in TABLES:
                steps = [section, name] if section == "tables" else [section, "tables", name]
                message = "no such table" + suggest(name, TABLES)
                raise file.error(steps, message, f"Tables are {', '.join(TABLES)}.")


def check_labels(file: ExpectationFile, tables: Mapping[str, pa.Table]) -> None:
    """Refuse labels that neither the program nor the run knows: an expectation that forbids one would always pass.

    Raises:
        ExpectationError: A label is unknown; names its line.
    """
    known = {}
    for name, closed in _CLOSED.items():
        known[name] = closed | set(tables[name][LABEL_COLUMNS[name]].unique().to_pylist())
    for table, label, steps in _named_labels(file.expected):
        if table in known and label not in known[table]:
            # The hint lists all labels, so the message need not.
            meant = suggest(label, known[table]).partition("; there are ")[0]
            hint = f"Labels are {', '.join(sorted(known[table]))}."
            raise file.error(steps, f"no such label in {table}{meant}", hint)


_Named = tuple[str, str, tuple[Step, ...]]
"""Table, label and place of a label in the file."""


def _named_labels(expected: Expectations) -> Iterator[_Named]:
    """Yield all labels of the file."""
    for name, table in expected.tables.items():
        for label in table.labels:
            yield name, label, ("tables", name, "labels", label)
    for doc_id, document in expected.documents.items():
        yield from _labels_of(("documents", doc_id), document)


def _labels_of(steps: tuple[Step, ...], document: ExpectedDocument) -> Iterator[_Named]:
    for name in ("mentions", "claims", "dates"):
        for label in getattr(document, name).labels:
            yield name, label, (*steps, name, "labels", label)
    for key, items in (("have", document.mentions.have), ("not", document.mentions.not_)):
        for number, item in enumerate(items):
            if item.label is not None:
                yield "mentions", item.label, (*steps, "mentions", key, number, "label")
