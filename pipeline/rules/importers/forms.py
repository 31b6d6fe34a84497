"""The forms by which texts name a thing of a list: case, legal form, and which of them need an anchor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from pipeline.rules.names import name_words, without_legal_form
from pipeline.rules.own_lists import ANCHORED, OwnName
from pipeline.rules.reading import RULES_DIR, read_rule_file
from pipeline.rules.schema import Strict
from pipeline.rules.word_lists import ordinary_words

MAX_NAME, MAX_ACRONYM = 200, 4
_LATIN = re.compile(r"[A-Za-z]")
_LETTERS = re.compile(r"[^\W\d_]+")


class ListWords(Strict):
    """Words that the importers go by; see `models/rules/lists/words.yml`."""

    small_words: frozenset[str]
    spelling: Mapping[str, str]
    schemas: Mapping[str, str]
    classifications: Mapping[str, str]
    left_out_categories: frozenset[str]
    plain_roles: frozenset[str]
    ministerial_titles: tuple[str, ...]
    not_ministerial: tuple[str, ...]
    governments: frozenset[str]
    government_titles: tuple[str, ...]


@cache
def list_words() -> ListWords:
    """The words of the rule data."""
    return read_rule_file(RULES_DIR / "lists" / "words.yml", ListWords)


def is_ministerial(title: str, classification: str) -> bool:
    """Whether the title of a post, of a body so classified, is a minister's."""
    words, known = f" {' '.join(title.lower().split())} ", list_words()
    if any(f" {word} " in words for word in known.not_ministerial):
        return False
    titles = known.ministerial_titles + (
        known.government_titles if classification.lower() in known.governments else ()
    )
    return any(f" {word} " in words.replace(",", " ") for word in titles)


def make_names(given: Iterable[str], label: str) -> tuple[OwnName, ...]:
    """All forms of the given names, without repeats, the first name first.

    Names in capitals also get the case of running text; companies and organisations also go without their legal form. What is
    not in Latin letters, or has no capital, would match nothing or anything: it is left out.
    """
    forms: dict[str, OwnName] = {}
    for text in given:
        for form in _forms(clean_name(text), label):
            forms.setdefault(form.text, form)
    return tuple(forms.values())


def clean_name(text: str) -> str:
    """A name on one line, without a mark of ours before it or a full stop behind its legal form; empty if it is no name."""
    name = " ".join(text.split()).lstrip(ANCHORED)
    if (
        not 1 < len(name) <= MAX_NAME
        or not name.isprintable()
        or not _LATIN.search(name)
        or name == name.lower()
    ):
        return ""
    return _with_plain_end(name)


def _with_plain_end(name: str) -> str:
    """`Tarn S.A.` -> `Tarn SA`: a legal form at the end without full stops."""
    head, _, last = name.rpartition(" ")
    plain = last.replace(".", "")
    if head and plain.lower() in name_words().legal_forms:
        return f"{head} {plain}"
    return name


def _forms(name: str, label: str) -> Iterator[OwnName]:
    for form in recase(name) if name else ():
        yield OwnName(form, _needs_anchor(form, label, cut=False))
        if label in ("COMPANY", "ORG"):
            short = without_legal_form(form)
        else:
            short = form
        if short != form and len(short) > 1:
            yield OwnName(short, _needs_anchor(short, label, cut=True))


def _needs_anchor(form: str, label: str, *, cut: bool) -> bool:
    """One ordinary word; a person by one name; of a name cut short, also any one word and ordinary words alone."""
    words = form.split()
    ordinary = all(word.lower() in ordinary_words() for word in words)
    if len(words) == 1:
        return ordinary or cut or label == "PERSON"
    return cut and ordinary


def recase(name: str) -> tuple[str, ...]:
    """A name in capitals in the case of running text; where short words may be acronyms, also with these in capitals."""
    words = name.split()
    if name != name.upper() or not any(len(word) > 1 for word in _LETTERS.findall(name)):
        return (name,)
    plain = " ".join(_recase_word(word, first=i == 0) for i, word in enumerate(words))
    kept = " ".join(
        word if _may_be_acronym(word) else _recase_word(word, first=i == 0) for i, word in enumerate(words)
    )
    if plain == kept:
        return (plain,)
    return (plain, kept)


def _recase_word(word: str, *, first: bool) -> str:
    low = word.lower()
    bare = low.strip(".,()")
    if any(c.isdigit() for c in word) or (
        not re.search(r"[AEIOUY]", word) and bare not in name_words().legal_forms
    ):
        return word
    if bare in list_words().spelling:
        return low.replace(bare, list_words().spelling[bare])
    if not first and low in list_words().small_words:
        return low
    return _LETTERS.sub(lambda match: _capital(low, match), low)


def _capital(word: str, match: re.Match[str]) -> str:
    """`mcdonald's` -> `McDonald's`, `o'neill` -> `O'Neill`."""
    part = match.group()
    if match.start() and word[match.start() - 1] in "'’" and len(part) < 3:
        return part
    if part.startswith("mc") and len(part) > 4:
        return "Mc" + part[2:].capitalize()
    return part.capitalize()


def _may_be_acronym(word: str) -> bool:
    bare = word.strip(".,()")
    if not bare.isalpha() or len(bare) > MAX_ACRONYM:
        return False
    known = bare.lower() in ordinary_words() or bare.lower() in name_words().legal_forms
    return not known or word.startswith("(")
