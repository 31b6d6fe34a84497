"""Titles that companies and clubs use too (`president`, `secretary`): which of them are offices of a government."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from policy_news.nlp.entities.countries import country_before, country_behind
from policy_news.nlp.entities.mentions import POSSESSIVES, Mention
from policy_news.nlp.entities.office_pairs import may_be_person
from policy_news.nlp.entities.pair_words import pair_words
from policy_news.nlp.tokens import Tokens
from policy_news.rules.lexicon import NameLexicon
from policy_news.rules.name_forms import name_words
from policy_news.tables.labels import PEOPLE, PLACES

HEADS = frozenset({"president", "premier"})
"""Titles that stand before the names of heads of government without a word on which country is meant."""
HEADS_OF_STATES = frozenset({"premier", "deputy premier", "chief minister"})
"""Titles of heads of government that states and provinces have too."""
VICE = frozenset({"deputy", "vice"})
BODIES = frozenset({"ORG", "COMPANY", "COMMITTEE", "DEPARTMENT"})
NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS"})
FALSE_STARTS = frozenset({"elect", "pro"})
"""`president-elect`, `president pro tempore` hold another title."""


def keep_ministerial(
    tokens: Tokens,
    mentions: Sequence[Mention],
    lexicon: NameLexicon,
    leaders: Collection[int],
    countries: Mapping[str, int],
) -> list[Mention]:
    """Return the mentions without the titles that stand for no ministerial post.

    Args:
        leaders: First tokens of what is the surname of a head of government.
        countries: What the document says of countries, by code.
    """
    titles = [m for m in mentions if m.label == "OFFICE"]
    reader = TitleReader(tokens, lexicon, mentions, leaders, countries)
    told = {m: reader.says(m) for m in titles}
    heads = {_title(tokens, m) for m in titles if told[m]} | reader.heads_of_leaders()
    kept = {m for m in titles if told[m] or (told[m] is None and reader.stands_for_known(m, heads))}
    return [m for m in mentions if m.label != "OFFICE" or m in kept]


def _title(tokens: Tokens, mention: Mention) -> str:
    return tokens.text(mention.start, mention.end).lower()


def with_under_secretaries(tokens: Tokens, candidates: Sequence[Mention]) -> list[Mention]:
    """Return the candidates with `Under Secretary` as a junior minister, never the secretary, and no vice president as the president."""
    offices = {(m.start, m.end) for m in candidates if m.label == "OFFICE"}
    of_vice = {
        (m.start + 1, m.end) for m in candidates if m.label == "OFFICE" and tokens.lower[m.start] in VICE
    }
    found = []
    for mention in candidates:
        if mention.label == "OFFICE" and (mention.start, mention.end) in of_vice:
            continue
        start = _under(tokens, mention)
        if start is None:
            found.append(mention)
        elif (start, mention.end) not in offices:
            found.append(replace(mention, start=start, method="rule", rule=JUNIOR, entry=""))
    return found


JUNIOR = "document.under-secretary"
"""Rule id of a secretary of state that no list has."""


def _under(tokens: Tokens, mention: Mention) -> int | None:
    """Return the `Under` right before a secretary, with a hyphen or without, or the `Deputy` before a minister; None where there is none."""
    before, words = mention.start - 1, tokens.lower[mention.start : mention.start + 2]
    if mention.label == "OFFICE" and words in (["minister", "of"], ["minister", "for"]):
        return before if before >= 0 and tokens.lower[before] in VICE else None
    if mention.label != "OFFICE" or tokens.lower[mention.start] != "secretary":
        return None
    if before > 0 and tokens.texts[before] in ("-", "‑", "–"):
        before -= 1
    return before if before >= 0 and tokens.lower[before] == "under" else None


@dataclass
class TitleReader:
    """What the words around a title say of it.

    Attributes:
        leaders: First tokens of surnames of heads of government.
        countries: What the document says of countries, by code.
    """

    tokens: Tokens
    lexicon: NameLexicon
    mentions: Sequence[Mention]
    leaders: Collection[int]
    countries: Mapping[str, int]
    _starts: dict[int, Mention] = field(init=False)
    _bodies: set[int] = field(init=False)
    _persons_end: set[int] = field(init=False)

    def __post_init__(self) -> None:
        self._persons_end = {m.end for m in self.mentions if m.label in PEOPLE}
        self._starts = {m.start: m for m in self.mentions if may_be_person(m)}
        self._bodies = {m.end for m in self.mentions if m.label in BODIES}

    def says(self, mention: Mention) -> bool | None:
        """Return whether a title is one of a government; None where the words beside it do not tell."""
        tokens = self.tokens
        title = _title(tokens, mention)
        if tokens.lower[max(mention.start - 2, 0) : mention.start] == ["secretary", "-"]:
            return False  # the secretary-treasurer of a union
        if mention.rule in tokens.rules_marked["initials"]:
            return tokens.text(mention.start, mention.end) == "PM" and not (
                mention.start and tokens.numbers[mention.start - 1]
            )
        if mention.rule in tokens.rules_marked["any-noun"]:
            label, word = tokens.ent_types[mention.start], tokens.lower[mention.start]
            return label not in ("GPE", "NORP", "LOC") and word not in pair_words().no_portfolio
        if title not in pair_words().bare_titles:
            return not self._is_of_official(mention, title)
        return self._says_bare(mention, title)

    def _is_of_official(self, mention: Mention, title: str) -> bool:
        """Return whether a title is that of an official in its country: `India's foreign secretary`."""
        countries = pair_words().titles_of_officials.get(title, frozenset())
        if not countries:
            return False
        country = self._modifier(mention.start)[1] or country_behind(
            self.tokens,
            mention.end + (self.tokens.lower[mention.end : mention.end + 1] == ["of"]),
            self.lexicon,
        )
        if country:
            return country in countries
        own = self.lexicon.countries_by_title.get(title, frozenset())
        if any(self.countries.get(country) for country in own - countries):
            return False  # where a minister has that title
        return any(self.countries.get(country) for country in countries)

    def _says_bare(self, mention: Mention, title: str) -> bool | None:
        if self._is_other_post(mention):
            return False
        behind = self._country_behind(mention)
        if behind is not None:
            return behind
        holder = self._holder_behind(mention)
        before, country = self._modifier(mention.start)
        if holder and title in self._titles_of(holder):
            return True
        if country is not None:
            return self._has_office(title, country)
        if before:
            return title in HEADS_OF_STATES and self._is_behind_place(mention.start)
        person = self._starts.get(mention.end)
        if person is None:
            return None
        if person.start in self.leaders:
            return True
        return title in HEADS and self.tokens.texts[mention.start][:1].isupper()

    def _is_other_post(self, mention: Mention) -> bool:
        """Return whether what follows makes a post in business or of the future of it (`president and chief executive`)."""
        tokens, i = self.tokens, mention.end
        if i + 1 >= len(tokens):
            return False
        if tokens.texts[i] == "-" or tokens.lower[i] in FALSE_STARTS:
            return tokens.lower[i + 1] in FALSE_STARTS or tokens.lower[i] in FALSE_STARTS
        return tokens.lower[i] in ("and", ",", "&") and tokens.lower[i + 1] in pair_words().posts_in_business

    def _country_behind(self, mention: Mention) -> bool | None:
        """Return whether `of` leads to a country or a place with a government; None if there is no `of`."""
        tokens, i = self.tokens, mention.end
        if i + 1 >= len(tokens) or tokens.lower[i] != "of":
            return None
        i += 1 + (tokens.lower[i + 1] == "the")
        if i >= len(tokens) or i in tokens.gaps:
            return False
        if tokens.ent_types[i] == "ORG":
            return False  # `president of the United States Hispanic Chamber`
        country = country_behind(tokens, i, self.lexicon)
        if country:
            return self._has_office(_title(tokens, mention), country)
        return _title(tokens, mention) in HEADS_OF_STATES and tokens.ent_types[i] in PLACES

    def _has_office(self, title: str, country: str) -> bool:
        """Return whether a country has an office of that title; of a country without any office in the data it is believed."""
        own = self.lexicon.countries_by_title.get(title, frozenset())
        if country in own or any(code.startswith(f"{country}-") for code in own):
            return True
        return not any(office.country == country for office in self.lexicon.office_by_id.values())

    def _modifier(self, start: int) -> tuple[bool, str | None]:
        """Return whether a noun or an owner stands before a title, and the country if that is one."""
        tokens, i = self.tokens, start - 1
        while i >= 0 and (tokens.lower[i].strip(".") in pair_words().of_time or tokens.texts[i] == "-"):
            i -= 1
        if i < 0 or i in tokens.gaps or tokens.spaces[i] or tokens.sentence_starts[i + 1]:
            return False, None
        country = country_before(tokens, i + 1, self.lexicon)
        if country:
            return True, country
        if tokens.texts[i] in POSSESSIVES:
            return True, country_before(tokens, i, self.lexicon)
        if tokens.lower[i] in name_words().calendar or i + 1 in self._persons_end:
            return False, None
        return i + 1 in self._bodies or tokens.tags[i] in NOUNS or tokens.tags[i] == "PRP$", None

    def _is_behind_place(self, start: int) -> bool:
        """Return whether a place, or its possessive, stands before a title: `Ontario premier`, `Ontario's premier`."""
        i = start - 1
        if i > 0 and self.tokens.texts[i] in POSSESSIVES:
            i -= 1
        return self.tokens.ent_types[i] in PLACES

    def _holder_behind(self, mention: Mention) -> Mention | None:
        """Return the known holder of an office whose name follows, after a comma or not."""
        tokens, end = self.tokens, mention.end
        for i in (end, end + 1 if end < len(tokens) and tokens.texts[end] == "," else end):
            person = self._starts.get(i)
            if person is not None and person.entry in self.lexicon.terms_of_office:
                return person
        return None

    def _titles_of(self, person: Mention) -> set[str]:
        return {
            name.lower()
            for office, _ in self.lexicon.terms_of_office[person.entry]
            for name in (office.title, *office.aliases, *office.any_case)
        }

    def heads_of_leaders(self) -> set[str]:
        """Return titles of those heads of government whom the document names."""
        named = {m.entry for m in self.mentions if m.entry in self.lexicon.terms_of_office}
        surnames = {self.tokens.texts[i] for i in self.leaders}
        rows = [row for surname in surnames for row in self.lexicon.leaders_by_surname.get(surname, ())]
        offices = [office for _, office, _ in rows]
        offices += [o for person in named for o, _ in self.lexicon.terms_of_office[person]]
        return {office.title.lower() for office in offices if office.head_of_government}

    def stands_for_known(self, mention: Mention, heads: Iterable[str]) -> bool:
        """Return whether a title alone stands for a head of government of the document: `the president`, `ran for president`."""
        tokens, title = self.tokens, _title(self.tokens, mention)
        if title not in heads and title.removeprefix("vice ").removeprefix("vice-") not in heads:
            return False
        if mention.start == 0 or title not in pair_words().titles_alone:
            return False
        i = mention.start - 1
        while i > 0 and tokens.tags[i].startswith("JJ"):
            i -= 1
        return tokens.lower[i] in pair_words().before_title
