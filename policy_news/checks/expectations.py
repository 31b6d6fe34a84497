"""The form of a file of expectations: documents, tables, shares, drift. `docs/checks.md` explains it to users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar

from pydantic import AfterValidator, Field, model_validator

from policy_news.checks.outcomes import Severity
from policy_news.rules.rule_models import Strict

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
ClaimType = Literal[
    "statement", "denial", "call", "allegation", "commitment", "opinion", "question", "non_response"
]


def one_line(text: str) -> str:
    """Return text with each run of white space as one space: an article may break a line anywhere."""
    return " ".join(text.split())


Words = Annotated[str, Field(min_length=1), AfterValidator(one_line)]


class Expected(Strict):
    """What one row must be like: keys that are not given do not matter.

    Attributes:
        known_failure: It is known not to be met yet: not a finding, but an error once it is met, so that the mark is removed.
        severity: Default is that of the document.
    """

    IDENTIFYING: ClassVar[frozenset[str]]
    """Keys of which one must match for a row to be listed as the nearest."""
    PARTS: ClassVar[frozenset[str]] = frozenset()
    """Keys whose value must be contained in that of the row."""

    known_failure: bool = False
    severity: Severity | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Expected:
        if not self.given():
            keys = [name for name in type(self).model_fields if name not in Expected.model_fields]
            raise ValueError(f"give at least one of {', '.join(keys)}")
        return self

    def given(self) -> dict[str, str]:
        """Return the keys that describe the row."""
        return self.model_dump(exclude_none=True, exclude=set(Expected.model_fields), by_alias=True)

    def compare(self, row: Mapping[str, Any]) -> dict[str, bool]:
        """Return which of the keys fit a row."""
        return {
            name: value in (row[name] or ()) if name in self.PARTS else row[name] == value
            for name, value in self.given().items()
        }

    def fits(self, row: Mapping[str, Any]) -> bool:
        """Return whether all keys fit a row."""
        return all(self.compare(row).values())

    def shown(self) -> str:
        """Return the expectation in one line."""
        return ", ".join(f"{name}={value}" for name, value in self.given().items())


class ExpectedMention(Expected):
    """A mention. `entity` is the id of its entity, the Wikidata id or the name."""

    IDENTIFYING = frozenset({"text", "entity"})
    PARTS = frozenset({"entity"})

    text: Words | None = None
    label: Words | None = None
    entity: Words | None = None
    office: Words | None = None


class ExpectedClaim(Expected):
    """A claim: words of its source, cue and content, its type."""

    IDENTIFYING = frozenset({"source", "cue", "content"})
    PARTS = frozenset({"source", "cue", "content"})

    source: Words | None = None
    cue: Words | None = None
    type: ClaimType | None = None
    content: Words | None = None


class ExpectedDate(Expected):
    """A date expression by its text, its value."""

    IDENTIFYING = frozenset({"text"})

    text: Words | None = None
    value: Words | None = None


class ExpectedLink(Expected):
    """A link from a claim of the document: words of the claim, words of the one that it is about, the relation."""

    IDENTIFYING = frozenset({"from", "to"})
    PARTS = frozenset({"from", "to"})

    from_: Words | None = Field(default=None, alias="from")
    to: Words | None = None
    relation: Literal["supports", "denies", "answers"] | None = None


E = TypeVar("E", bound=Expected)


def check_order(least: float | None, greatest: float | None) -> None:
    """Refuse limits that nothing can meet, and missing limits.

    Raises:
        ValueError: There is no limit, or the least is above the greatest.
    """
    if least is None and greatest is None:
        raise ValueError("give at least one limit")
    if least is not None and greatest is not None and least > greatest:
        raise ValueError(f"the least ({least}) is above the greatest ({greatest})")


class Bounds(Strict):
    """Least and greatest value."""

    min: float | None = None
    max: float | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Bounds:
        check_order(self.min, self.max)
        return self

    def misses(self, value: float) -> bool:
        """Return whether a number is out of bounds."""
        return (self.min is not None and value < self.min) or (self.max is not None and value > self.max)

    def shown(self) -> str:
        """Return the limits in one line."""
        limits = (("min", self.min), ("max", self.max))
        return ", ".join(f"{name}={value:g}" for name, value in limits if value is not None)


class CountBounds(Bounds):
    """Least and greatest number of rows."""

    min: Count | None = None
    max: Count | None = None


class ShareBounds(Bounds):
    """Least and greatest share, from 0 to 1."""

    min: Share | None = None
    max: Share | None = None
    severity: Severity | None = None


class RowLimits(Strict):
    """Numbers of rows, in all and by label."""

    min_rows: Count | None = None
    max_rows: Count | None = None
    labels: Mapping[str, CountBounds] = {}

    @model_validator(mode="after")
    def _in_order(self) -> RowLimits:
        if self.rows is not None:
            check_order(self.min_rows, self.max_rows)
        return self

    @property
    def rows(self) -> CountBounds | None:
        """Limits of the number of rows, if there are any."""
        if self.min_rows is None and self.max_rows is None:
            return None
        return CountBounds.model_construct(min=self.min_rows, max=self.max_rows)


class ItemSet(RowLimits, Generic[E]):
    """Rows of a document that must be there, that must not, and how many."""

    have: tuple[E, ...] = ()
    not_: tuple[E, ...] = Field(default=(), alias="not")


class DocumentShares(Strict):
    """Shares within one document.

    Attributes:
        masked: Masked words, of all words.
        unresolved: Ministers and offices whose office is `unresolved` or in `conflict`, of all ministers and offices.
        unattributed: Claims whose source has no entity, of all claims.
    """

    masked: ShareBounds | None = None
    unresolved: ShareBounds | None = None
    unattributed: ShareBounds | None = None


class Shares(DocumentShares):
    """Shares of a whole run.

    Attributes:
        failures: Failed inputs, of all inputs.
    """

    failures: ShareBounds | None = None


class ExpectedDocument(Strict):
    """What is expected of one document."""

    severity: Severity = "error"
    mentions: ItemSet[ExpectedMention] = ItemSet()
    claims: ItemSet[ExpectedClaim] = ItemSet()
    dates: ItemSet[ExpectedDate] = ItemSet()
    links: ItemSet[ExpectedLink] = ItemSet()
    shares: DocumentShares = DocumentShares()


class ExpectedTable(RowLimits):
    """Numbers of a table."""

    severity: Severity = "error"


class DriftLimit(Strict):
    """How many rows may have been added, removed or changed: as a number, or as a share of the earlier run's rows."""

    max: Count | None = None
    max_share: Annotated[float, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> DriftLimit:
        if self.max is None and self.max_share is None:
            raise ValueError("give at least one limit")
        return self

    def exceeded(self, count: int, before: int) -> bool:
        """Return whether a number of rows is above a limit."""
        if self.max is not None and count > self.max:
            return True
        # An empty table counts as one row: otherwise no share would allow its first row.
        return self.max_share is not None and count > self.max_share * max(before, 1)

    def shown(self) -> str:
        """Return the limits in one line."""
        return ", ".join(f"{name}={value}" for name, value in self.model_dump(exclude_none=True).items())


class TableDriftLimits(Strict):
    """Limits of one table."""

    came: DriftLimit | None = None
    went: DriftLimit | None = None
    changed: DriftLimit | None = None
    severity: Severity = "error"


class DriftLimits(Strict):
    """Limits of the difference from an earlier run.

    Attributes:
        scope: `all` rows, or only those of documents that both runs have with the `same_texts`.
    """

    scope: Literal["all", "same_texts"] = "all"
    tables: Mapping[str, TableDriftLimits] = {}


class Expectations(Strict):
    """A file of expectations."""

    @model_validator(mode="before")
    @classmethod
    def _without_empty_sections(cls, data: Any) -> Any:
        """Drop keys without a value, e.g. if all entries below them are commented out."""
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if value is not None}
        return data

    documents: Mapping[str, ExpectedDocument] = {}
    tables: Mapping[str, ExpectedTable] = {}
    shares: Shares = Shares()
    drift: DriftLimits = DriftLimits()
