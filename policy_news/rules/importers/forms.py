"""The forms by which texts name an entry of a list: case, legal form, and which forms need context."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from policy_news.rules.name_forms import name_words, without_legal_form
from policy_news.rules.own_lists import ANCHORED, OwnName
from policy_news.rules.rule_files import RULES_DIR, read_rule_file
from policy_news.rules.rule_models import Strict
from policy_news.rules.word_lists import ordinary_words

MAX_NAME, MAX_ACRONYM = 200, 4
_LATIN = re.compile(r"[A-Za-z]")
_LETTERS = re.compile(r"[^\W\d_]+")


class ListWords(Strict):
    """Words that decide how rows are read; see `models/rules/lists/words.yml`."""

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
    """Read the words of the rule data, once per process."""
    return read_rule_file(RULES_DIR / "lists" / "words.yml", ListWords)


def is_ministerial(title: str, classification: str) -> bool:
    """Return whether the title of a post in a body of that classification is a minister's."""
    words, known = f" {' '.join(title.lower().split())} ", list_words()
    if any(f" {word} " in words for word in known.not_ministerial):
        return False
    titles = known.ministerial_titles
    # `Chair` and the like are ministers only in a government.
    if classification.lower() in known.governments:
        titles += known.government_titles
    return any(f" {word} " in words.replace(",", " ") for word in titles)


def make_names(given: Iterable[str], label: str) -> tuple[OwnName, ...]:
    """Return all forms of names, without repeats, the forms of the first name first.

    Names in capitals also get the case of running text; companies and organisations also appear without their legal form.
    A name without Latin letters would not match anything, and one without a capital too much: both are left out.
    """
    forms: dict[str, OwnName] = {}
    for text in given:
        for form in _forms(clean_name(text), label):
            forms.setdefault(form.text, form)
    return tuple(forms.values())


def clean_name(text: str) -> str:
    """Put a name on one line, without our own mark and the full stops of its legal form; empty if no name."""
    name = " ".join(text.split()).lstrip(ANCHORED)
    if not 1 < len(name) <= MAX_NAME or not name.isprintable():
        return ""
    if not _LATIN.search(name) or name == name.lower():
        return ""
    return _with_plain_end(name)


def _with_plain_end(name: str) -> str:
    """Write a legal form at the end without full stops: `Tarn S.A.` -> `Tarn SA`."""
    head, _, last = name.rpartition(" ")
    plain = last.replace(".", "")
    if head and plain.lower() in name_words().legal_forms:
        return f"{head} {plain}"
    return name


def _forms(name: str, label: str) -> Iterator[OwnName]:
    if not name:
        return
    for form in recase(name):
        yield OwnName(form, _needs_anchor(form, label, cut=False))
        if label not in ("COMPANY", "ORG"):
            continue
        short = without_legal_form(form)
        if short != form and len(short) > 1:
            yield OwnName(short, _needs_anchor(short, label, cut=True))


def _needs_anchor(form: str, label: str, *, cut: bool) -> bool:
    """Return whether a form is ambiguous: one ordinary word, one name of a person; if cut short, any one word or only ordinary words."""
    words = form.split()
    ordinary = all(word.lower() in ordinary_words() for word in words)
    if len(words) == 1:
        return ordinary or cut or label == "PERSON"
    return cut and ordinary


def recase(name: str) -> tuple[str, ...]:
    """Write a name in capitals in the case of running text; if short words may be acronyms, also with these in capitals."""
    words = name.split()
    if name != name.upper() or not any(len(word) > 1 for word in _LETTERS.findall(name)):
        return (name,)
    recased = [_recase_word(word, first=i == 0) for i, word in enumerate(words)]
    plain = " ".join(recased)
    for i, word in enumerate(words):
        if _is_maybe_acronym(word):
            recased[i] = word
    kept = " ".join(recased)
    if plain == kept:
        return (plain,)
    return (plain, kept)


def _recase_word(word: str, *, first: bool) -> str:
    low = word.lower()
    bare = low.strip(".,()")
    has_vowel = re.search(r"[AEIOUY]", word)
    # Codes and words without a vowel (`3M`, `BMW`) are not words to recase.
    if any(c.isdigit() for c in word) or (not has_vowel and bare not in name_words().legal_forms):
        return word
    if bare in list_words().spelling:
        return low.replace(bare, list_words().spelling[bare])
    if not first and low in list_words().small_words:
        return low
    return _LETTERS.sub(lambda match: _capital(low, match), low)


def _capital(word: str, match: re.Match[str]) -> str:
    """Write a part of a word with a capital: `mcdonald's` -> `McDonald's`, `o'neill` -> `O'Neill`."""
    part = match.group()
    if match.start() and word[match.start() - 1] in "'’" and len(part) < 3:
        return part
    if part.startswith("mc") and len(part) > 4:
        return "Mc" + part[2:].capitalize()
    return part.capitalize()


def _is_maybe_acronym(word: str) -> bool:
    """Return whether a short word in capitals may be an acronym; one in brackets is (`(UK)`)."""
    bare = word.strip(".,()")
    if not bare.isalpha() or len(bare) > MAX_ACRONYM:
        return False
    known = bare.lower() in ordinary_words() or bare.lower() in name_words().legal_forms
    return not known or word.startswith("(")
