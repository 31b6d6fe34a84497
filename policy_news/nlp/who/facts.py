"""What the rule data say of ids: of which country a thing is, and how a body that many countries have is called there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path

from policy_news.core.grouping import grouped
from policy_news.core.single import only
from policy_news.nlp.fingerprints import CANONICAL_NAMES
from policy_news.nlp.who.words import fold, identity_words, peoples
from policy_news.rules.demonyms import MAX_COUNTRY_WORDS
from policy_news.rules.name_forms import slug

COUNTRY = re.compile(r"place-[a-z]{2}")
"""The id of a country."""
_SMALL = frozenset(
    {"the", "of", "federal", "national", "party", "republic", "united", "states", "kingdom", "uk", "us", "eu", "s"}
)  # fmt: skip


_KINDS = ("ministry", "department")
_SPELLED = {"defense": "defence", "labor": "labour"}


@dataclass(frozen=True)
class Facts:
    """Names, countries and Wikidata ids of the ids of the rule data.

    Attributes:
        rows: Id to name, Wikidata id and country; the last two may be empty.
    """

    rows: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)

    def country(self, entry: str) -> str | None:
        """Return the country of a thing; none of what belongs to the whole world."""
        row = self.rows.get(entry)
        if row is None or row[2] == "INT":
            return None
        return row[2] or None

    def in_country(self, shared_name: str, country: str) -> str | None:
        """Return the body of a country that goes by such a name there, if the rule data have just one."""
        names = (shared_name, *identity_words().in_full.get(fold(shared_name), ()))
        return only({entry for name in names for entry in self._in(country).by_stems.get(_stems(name), ())})

    @cached_property
    def countries(self) -> Mapping[str, str]:
        """What countries are called, folded, to their codes."""
        names = {fold(name): code for key, name, code in self._places if COUNTRY.fullmatch(key)}
        return names | identity_words().called

    def without_country(self, name: str) -> tuple[str, str | None]:
        """Return the name of a body without the country in it, and that country: `Georgian Finance Ministry`, `Ministry of Health in Gaza`."""
        words = name.split()
        for size in range(1, min(len(words), MAX_COUNTRY_WORDS)):
            begin = fold(" ".join(words[:size])).removesuffix("'s")
            if country := peoples().get(begin) or self.countries.get(begin):
                return " ".join(words[size:]), country
            rest, link, end = words[: -size - 1], words[-size - 1].lower(), fold(" ".join(words[-size:]))
            if link in ("of", "in", "the") and (country := self.countries.get(end)):
                return " ".join(rest).removesuffix(" of"), country
        return name, None

    def kind(self, ministry: str) -> str:
        """Return the kind of a ministry by its name, as ids have it: `foreign-ministry`."""
        words = [_SPELLED.get(word, word) for word in fold(self.without_country(ministry)[0]).split()]
        last = next((kind for kind in _KINDS if kind in words), "")
        kind = slug(" ".join(word for word in words if word not in ("affairs", "for", "of", "the", last)))
        kind = f"{kind}-{last}" if last else kind
        return identity_words().kinds.get(kind, kind)

    def of_kind(self, kind: str, country: str) -> str | None:
        """Return the ministry of a kind that the rule data have of a country, if it is just one."""
        if country not in self._by_kind:
            self._by_kind[country] = grouped(
                (self.kind(name), entry)
                for entry, name in self._in(country).names.items()
                if not entry.startswith("place-") and any(last in name.lower() for last in _KINDS)
            )
        return only(self._by_kind[country].get(kind, ()))

    @cached_property
    def _by_kind(self) -> dict[str, Mapping[str, Sequence[str]]]:
        """Country to kinds of ministries to ids; a country is read when it is asked for."""
        return {}

    def is_country(self, entry: str) -> bool:
        """Return whether an id is that of a country."""
        return bool(COUNTRY.fullmatch(entry))

    def country_called(self, place: str) -> str | None:
        """Return the country of a place by its name, or None where several have such a place."""
        return identity_words().called.get(fold(place)) or only(self._by_place.get(fold(place), ()))

    def town_in(self, town: str, region: str) -> str | None:
        """Return the town of a state or country, as the rule data tell it from others of its name: `Birmingham, Alabama`.

        Args:
            town: As the text has it, in any case.
        """
        row = self.rows.get(region)
        return self._towns.get(fold(f"{town}, {row[0]}")) if row else None

    @cached_property
    def _places(self) -> list[tuple[str, str, str]]:
        """Id, name and country of all places."""
        return [(key, row[0], row[2]) for key, row in self.rows.items() if key.startswith("place-")]

    @cached_property
    def _towns(self) -> Mapping[str, str]:
        return {fold(name): key for key, name, _ in self._places if "," in name}

    @cached_property
    def _by_place(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, set[str]] = {}
        for _, name, country in self._places:
            if country:
                found.setdefault(fold(name), set()).add(country)
        return {name: tuple(sorted(countries)) for name, countries in found.items()}

    def _in(self, country: str) -> _Country:
        return self._by_country.get(country, _NO_COUNTRY)

    @cached_property
    def _by_country(self) -> Mapping[str, _Country]:
        found: dict[str, _Country] = {}
        for entry, (name, _, country) in self.rows.items():
            if country and not entry.startswith("person-"):
                if country not in found:
                    found[country] = _Country(country, {})
                found[country].names[entry] = name
        return found


@dataclass(frozen=True)
class _Country:
    """The things of a country. What they are called is found when it is asked for: most texts speak of few countries.

    Attributes:
        code: As the rule data have it.
    """

    code: str
    names: dict[str, str]

    @cached_property
    def by_stems(self) -> Mapping[frozenset[str], Sequence[str]]:
        """Names that many countries share, by their words, to the ids of the bodies."""
        wanted, own = _shared_stems(), self._own_words()
        forms = {f"{word}{ending}" for stems in wanted for word in stems for ending in ("", "s", "'s")}
        found = dict[frozenset[str], list[str]]()
        for entry, name in self.names.items():
            if forms.isdisjoint(name.lower().split()) or entry.startswith("place-"):
                continue  # most at a glance
            if (stems := _stems(name) - own) in wanted:
                found.setdefault(stems, []).append(entry)
        return found

    def _own_words(self) -> set[str]:
        """Return the words for the country and its people: `British Parliament` and `Parliament of Canada` are what both call `Parliament`.

        `Georgia Supreme Court` is not what the United States do.
        """
        own = (people for people, country in peoples().items() if country == self.code)
        places = (fold(name) for entry, name in self.names.items() if COUNTRY.fullmatch(entry))
        return {word for name in (*own, *places) for word in name.split()}


_NO_COUNTRY = _Country("", {})


@cache
def _shared_stems() -> frozenset[frozenset[str]]:
    return frozenset(map(_stems, identity_words().shared_names))


def _stems(name: str) -> frozenset[str]:
    """Return the words of a name that tell bodies apart, without the plural."""
    words = [word.removesuffix("'s") for word in fold(name).split()]
    return frozenset(word.removesuffix("s") for word in words if word not in _SMALL)


NO_FACTS = Facts()


def read_facts(model: Path) -> Facts:
    """Return the facts that a built pipeline carries; none where it has no such file."""
    path = model / CANONICAL_NAMES
    if not path.is_file():
        return NO_FACTS
    return _read_facts(path, path.stat().st_mtime_ns)


@lru_cache(2)
def _read_facts(path: Path, _stamp: int) -> Facts:
    rows: dict[str, tuple[str, str, str]] = {}
    for line in path.read_text(encoding="utf-8").split("\n"):
        key, name, kb_id, country = line.split("\t")
        rows[key] = (name, kb_id, country)
    return Facts(rows)
