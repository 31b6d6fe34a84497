"""The spaCy component `policy_dates`: a thin shell around `find_dates`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from policy_news.core.errors import RuleError
from policy_news.nlp.dates.date_finder import DateEngine, build_engine, find_dates
from policy_news.nlp.dates.date_rules import DateRules, read_date_rules
from policy_news.nlp.extensions import register
from policy_news.rules.rule_files import RULES_DIR

_DATA = "rules.json"


class PolicyDates:
    """Writes `doc._.dates` and `doc.spans["dates"]`.

    Args:
        rules: Rule data, or a folder to read on first use; None if `from_disk` will load it.
        day_first: Whether `07/09/2022` is 7 September.
    """

    def __init__(self, rules: DateRules | Path | None, *, day_first: bool = True) -> None:
        register()
        self.day_first = day_first
        self._folder: Path | None = None
        self._rules: DateRules | None = None
        self._engine: DateEngine | None = None
        if isinstance(rules, DateRules):
            self.use(rules)
        elif rules is not None:
            # Reading waits for the first document: `spacy.load` makes the component and then brings the stored rules.
            self._folder = rules

    def use(self, rules: DateRules) -> None:
        """Use new rule data.

        Raises:
            RuleError: A pattern cannot be read.
        """
        self._rules = rules
        self._engine = build_engine(rules, day_first=self.day_first)

    def read_days_first(self, day_first: bool) -> None:
        """Set how `07/09/2022` is read."""
        if day_first != self.day_first:
            self.day_first = day_first
            if self._rules is not None:
                self.use(self._rules)

    @property
    def engine(self) -> DateEngine:
        """The compiled rules.

        Raises:
            RuleError: The component has no rules, or a rule cannot be read.
        """
        self._load()
        if self._engine is None:
            raise RuleError(
                "policy_dates has no rules",
                "Give the folder of the rule data as `rules`, or load a built pipeline.",
            )
        return self._engine

    def _load(self) -> None:
        """Read the folder, unless a built pipeline has brought its own rules."""
        if self._rules is None and self._folder is not None:
            self.use(read_date_rules(self._folder))

    def __call__(self, doc: Doc) -> Doc:
        """Find and normalise the dates of a doc."""
        rows = find_dates(doc, self.engine)
        doc._.dates = rows
        spans: list[Span] = []
        for row in rows:
            # Expand: an expression may begin inside a token (`9.30pm`), and a span consists of whole ones.
            span = doc.char_span(row["start"], row["end"], label=row["timex_type"], alignment_mode="expand")
            if span is not None:
                spans.append(span)
        doc.spans["dates"] = SpanGroup(doc, name="dates", spans=spans)
        return doc

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the rule data as JSON into a folder."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _DATA).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> PolicyDates:
        """Read the rule data that `to_disk` wrote.

        Raises:
            RuleError: The folder does not hold rule data.
        """
        file = Path(path) / _DATA
        if not file.is_file():
            raise RuleError(f"{file}: the date rules are missing", "Build the pipeline again.")
        return self.from_bytes(file.read_bytes())

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Return the rule data as JSON."""
        self._load()
        if self._rules is None:
            data = None
        else:
            data = self._rules.model_dump(mode="json")
        return json.dumps(data, ensure_ascii=False, sort_keys=True).encode()

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> PolicyDates:
        """Use the rule data that `to_bytes` wrote."""
        # A component saved before it got rules writes null; what it has been given since then stays.
        if data != b"null":
            self.use(DateRules.model_validate_json(data))
        return self


@Language.factory(
    "policy_dates", assigns=["doc._.dates", "doc.spans"], default_config={"rules": None, "day_first": True}
)
def make_policy_dates(nlp: Language, name: str, rules: str | None, day_first: bool) -> PolicyDates:
    """Build the component.

    Args:
        rules: Folder of the rule data. Null means the rules that came with the package, if they are installed; a built pipeline
            loads its own.
        day_first: Whether `07/09/2022` is 7 September.
    """
    folder = Path(rules) if rules else RULES_DIR / "dates"
    known = folder if rules or folder.is_dir() else None
    return PolicyDates(known, day_first=day_first)
