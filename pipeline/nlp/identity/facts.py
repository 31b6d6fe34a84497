"""What the rule data say of ids: of which country a thing is, and how a body that many countries have is called there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from pipeline.nlp.fingerprints import CANONICAL_NAMES
from pipeline.nlp.identity.words import fold, identity_words

_SMALL = frozenset(
    {"the", "of", "federal", "national", "party", "republic", "united", "states", "kingdom", "uk", "eu", "s"}
)


@dataclass(frozen=True)
class Facts:
    """Names, countries and Wikidata ids of the ids of the rule data.

    Attributes:
        rows: Id to name, Wikidata id and country; the last two may be empty.
    """

    rows: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)

    def country(self, entry: str) -> str | None:
        """The country of a thing; none of what belongs to the whole world."""
        row = self.rows.get(entry)
        return row[2] or None if row and row[2] != "INT" else None

    def in_country(self, shared_name: str, country: str) -> str | None:
        """The body of a country that goes by such a name there, if the rule data have just one."""
        found = self._shared.get((_stems(shared_name), country), ())
        return found[0] if len(found) == 1 else None

    def same_title(self, office: str, country: str) -> str | None:
        """The office of another country with the title of one, if there is just one."""
        found = self._by_title.get((self.rows[office][0], country), ())
        return found[0] if len(found) == 1 else None

    @cached_property
    def _by_title(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for entry, (name, _, country) in self.rows.items():
            if country and entry.startswith(f"{country.lower()}-"):
                found[name, country] = (*found.get((name, country), ()), entry)
        return found

    @cached_property
    def _shared(self) -> Mapping[tuple[frozenset[str], str], tuple[str, ...]]:
        wanted = {_stems(name) for name in identity_words().shared_names}
        found: dict[tuple[frozenset[str], str], tuple[str, ...]] = {}
        peoples = {word for people in identity_words().peoples for word in people.split()}
        countries = {
            word for key, (name, _, country) in self.rows.items()
            if key.startswith("place-") and country for word in fold(name).split()
        }  # fmt: skip
        for entry, (name, _, country) in self.rows.items():
            stems = frozenset(_stems(name) - peoples - countries)
            if country and stems in wanted:
                found[stems, country] = (*found.get((stems, country), ()), entry)
        return found


def _stems(name: str) -> frozenset[str]:
    """The words of a name that tell bodies apart, without the plural."""
    words = [word.removesuffix("'s") for word in fold(name).split()]
    return frozenset(word.removesuffix("s") for word in words if word not in _SMALL)


NO_FACTS = Facts()


def read_facts(model: Path) -> Facts:
    """The facts that a built pipeline carries; none where it has no such file."""
    path = model / CANONICAL_NAMES
    stamp = path.stat().st_mtime_ns if path.is_file() else 0
    return _read_facts(path, stamp) if stamp else NO_FACTS


@lru_cache(2)
def _read_facts(path: Path, _stamp: int) -> Facts:
    rows: dict[str, tuple[str, str, str]] = {}
    for line in path.read_text(encoding="utf-8").split("\n"):
        key, name, kb_id, *rest = line.split("\t")
        rows[key] = (name, kb_id, rest[0] if rest else "")
    return Facts(rows)
