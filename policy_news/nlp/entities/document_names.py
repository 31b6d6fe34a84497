"""What a document knows of its names: surnames, acronyms and short forms follow the full name, one label for a name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from operator import itemgetter

from policy_news.core.grouping import grouped
from policy_news.nlp.entities.mentions import ARTICLES, Mention, is_people_alone
from policy_news.nlp.entities.spelled_names import SMALL
from policy_news.nlp.tokens import Tokens
from policy_news.nlp.who.acronyms import MIXED, MOST_LETTERS, find_stated_alias, initials, is_acronym_of
from policy_news.nlp.who.facts import COUNTRY
from policy_news.nlp.who.words import stands_first, usual_title
from policy_news.rules.name_forms import honorifics, is_legal_form, is_turned, name_words, surname_start
from policy_news.rules.word_lists import (
    first_name_rank,
    gender_of,
    is_given_somewhere,
    is_ordinary,
    ordinary_words,
)
from policy_news.tables.labels import ORGANISED, PEOPLE

WEIGHT = {"gazetteer": 100, "rule": 10, "document": 10, "weak": 3, "common": 3, "model": 1, "place": 3}
"""What a mention of each layer weighs when a form gets its label; what the model takes for a place weighs more than its other mentions."""
MAX_MODEL = 4
"""The model says the same of a name again and again: more of it is no more evidence."""
SURNAME = "document.surname"
"""Rule id of a surname whose full name the document has."""
SHORT = "document.short-name"
"""Rule id of the first word of a company."""
LAST = "document.last-word"
"""Rule id of the last word of a newspaper: `the Post`."""
SPELLING = "document.spelling"
"""Rule id of a company's name without its legal form, or with `and` for `&`."""
JUDGED_RULE = "model.kind"
"""Rule id of names whose kind the weights decided, all evidence seen: they are not voted on again."""
TOWN = "place.town"
"""Rule id of a town of the name of a firm, which its other mentions may mean."""
NO_VOTES: Counter[str] = Counter()
MAX_ACRONYM = 3
"""Letters of an acronym that a surname or a name of several words may spell by accident."""
SITES = (".com", "-TV", "-FM", "-AM")
"""Ends of the names of sites that sell something, and of stations."""
AIMS = frozenset({"against", "for"})
"""Words in the names of bodies that say what they are for (`Iowans for Clean Water`)."""
GIVEN_BANKS = ("Blood Bank", "Food Bank")
"""How the names of banks end that are no firms."""
FILLED = PEOPLE | ORGANISED | {"GPE"}


def surface(tokens: Tokens, mention: Mention) -> str:
    """Return the text of a mention."""
    return tokens.text(mention.start, mention.end)


@dataclass(frozen=True, slots=True)
class Name:
    """A form that stands for something in this document."""

    words: tuple[str, ...]
    label: str
    entry: str
    rule: str


def vote(
    tokens: Tokens, mentions: Iterable[Mention], candidates: Iterable[Mention], seen: Iterable[Mention]
) -> list[Mention]:
    """Give every form one label throughout the document.

    Args:
        candidates: All of them, also those that were not chosen.
        seen: The model's entities, likewise.

    Returns:
        The mentions; those of the gazetteer and of offices stay as they are.
    """
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    model: defaultdict[str, Counter[str]] = defaultdict(Counter)
    mentions = list(mentions)
    ends = {m.end: m.start for m in mentions}
    for item in chain(candidates, seen):
        if item.label in ("NONE", "OFFICE"):
            continue
        # A construction says nothing of the end of a longer name: `Friends of [Ana Moll], a super PAC`.
        if item.method in ("rule", "weak") and ends.get(item.end, item.start) < item.start:
            continue
        count = model if item.method == "model" else votes
        count[surface(tokens, item)][item.label] += WEIGHT[item.method]
        for (word,) in _short_forms_of_firm(tokens, item):
            votes[word]["COMPANY"] += WEIGHT[item.method]
    return [_relabelled(tokens, mention, votes, model) for mention in mentions]


def _relabelled(
    tokens: Tokens, mention: Mention, votes: Mapping[str, Counter[str]], model: Mapping[str, Counter[str]]
) -> Mention:
    settled = mention.rule in (JUDGED_RULE, TOWN) or mention.rule in tokens.rules_marked["settled"]
    if settled or mention.method == "gazetteer" or mention.label in ("OFFICE", "MINISTER"):
        return mention
    form = surface(tokens, mention)
    if is_people_alone(form):
        return mention
    own, seen = votes.get(form, NO_VOTES), model.get(form, NO_VOTES)
    if mention.label != "ORG" and own.keys() | seen.keys() <= {mention.label}:
        return mention  # nothing else was said; of an ORG its name may say that it is a company
    score = Counter(own)
    for label, count in seen.items():
        score[label] += min(count, MAX_MODEL) * WEIGHT["place" if label == "GPE" else "model"]
    if "PERSON" in seen and mention.method in ("weak", "model") and _is_of_person(form, score):
        # Weak signs of a firm are also of its officers: `Firm names Ana Moll chief executive`
        score["COMPANY"] = 0
    if score["ORG"] and _is_company_name(form):
        score["COMPANY"] += score["ORG"] + 1
    if score["GPE"] and _is_in_place(tokens, mention.start):
        score["PERSON"] = 0  # `elected in Lancaster`
    best = max(score, key=lambda label: (score[label], label), default=mention.label)
    if best == mention.label:
        return mention
    return replace(mention, label=best, method="document", rule="document.vote")


def _is_of_person(form: str, score: Counter[str]) -> bool:
    """Return whether a form is a first name, a full name by its first, or of several words that nothing strong makes a company."""
    words = form.split()
    if len(words) < 2:
        return bool(gender_of(form))
    if _is_company_name(form):
        return False
    return first_name_rank(words[0]) is not None or score["COMPANY"] < WEIGHT["rule"]


def _is_company_name(form: str) -> bool:
    """Return whether businesses end so (`Vox.com`), and no body stands before `of` or `for` (`Tarn University of Technology`)."""
    words = form.split()
    if len(words) == 1:
        return form.endswith(SITES)
    if any(
        word.lower() in name_words().organisation_words and after in SMALL for word, after in pairwise(words)
    ):
        return False
    if not AIMS.isdisjoint(words) or form.endswith(GIVEN_BANKS):
        return False
    return words[-1].lower().strip(".,") in name_words().company_words | name_words().legal_forms


def with_listed(tokens: Tokens, candidates: Sequence[Mention]) -> list[Mention]:
    """Return the candidates; a listed company whose legal form the list has otherwise keeps its id with it."""
    companies = [m for m in candidates if m.method == "gazetteer" and m.label == "COMPANY"]
    listed = grouped((m.start, m) for m in companies)
    return [_listed_one(tokens, mention, listed.get(mention.start, ())) for mention in candidates]


def _listed_one(tokens: Tokens, mention: Mention, listed: Iterable[Mention]) -> Mention:
    if mention.rule not in tokens.rules_marked["legal-form"]:
        return mention
    for known in listed:
        rest = tokens.texts[known.end : mention.end]
        if rest and all(word in (",", "&") or is_legal_form(word) for word in rest):
            return replace(mention, method="gazetteer", rule=known.rule, entry=known.entry)
    return mention


def _short_forms_of_firm(tokens: Tokens, item: Mention) -> list[tuple[str, ...]]:
    """Return the first word of a firm with its legal form: `Norlane Ferries plc`, then `Norlane`."""
    if item.rule not in tokens.rules_marked["legal-form"]:
        return []
    return [form for form, rule in _forms(tokens, item) if rule == SHORT]


def find_names(tokens: Tokens, mentions: Iterable[Mention]) -> list[Name]:
    """Return the forms by which the document may name its things again, the longest first.

    Full names themselves (what only the model sees in a headline is none), the surname of a person, an acronym in
    brackets after a name, the first word of a company. A surname stands for the person of the full name, not for
    itself; where two persons share it, for neither of them.
    """
    names: dict[tuple[str, ...], list[Name]] = {}
    for mention in mentions:
        is_guess = mention.method == "model" and mention.start in tokens.headlines
        if is_guess or mention.label not in FILLED or mention.method in ("weak", "common"):
            continue
        for words, rule in _forms(tokens, mention):
            names.setdefault(words, []).append(Name(words, mention.label, mention.entry, rule))
    chosen = [_best(own) for own in names.values()]
    return sorted(chosen, key=lambda name: (-len(name.words), name.words))


def _best(names: list[Name]) -> Name:
    """Return of what a form may stand for a full name's surname, then a known thing, then the first; no id where they differ."""
    if len(names) == 1:
        return names[0]
    full = [name for name in names if name.rule == SURNAME]
    pool = full or [name for name in names if name.entry] or names
    ids = {name.entry for name in pool}
    label = "MINISTER" if any(name.label == "MINISTER" for name in pool) else pool[0].label
    return replace(pool[0], label=label, entry=pool[0].entry if len(ids) == 1 else "")


def _forms(tokens: Tokens, mention: Mention) -> Iterator[tuple[tuple[str, ...], str]]:
    words = tuple(tokens.texts[mention.start : mention.end])
    if len(words) > 1 or words[0].lower() not in ordinary_words():
        yield words, "document.repeat"
    if mention.label in PEOPLE and len(words) > 1:
        yield from surname_forms(words, mention.entry)
    if mention.label == "COMPANY":
        yield from ((form, SPELLING) for form in other_spellings(words))
    if mention.label in ORGANISED:
        acronym = _told_acronym(tokens, mention, words)
        if acronym:
            yield (acronym,), "document.acronym"
        elif len(words) > 2 and _is_sure_of_body(mention, words):
            yield from (((form,), "document.acronym") for form in initials(words))
    if (
        mention.label == "COMPANY"
        and len(words) > 1
        and len(words[0]) > 3
        and not is_ordinary(words[0])
        and words[0] != "National"
        and words[0].lower() not in name_words().nationalities
    ):
        yield words[:1], SHORT
    if mention.method in ("gazetteer", "rule") or mention.rule == JUDGED_RULE:
        yield from _in_passing(mention.label, words)


def _in_passing(label: str, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the word by which a newspaper is called where the words beside it allow."""
    if label == "COMPANY" and len(words) > 1 and words[-1].lower() in name_words().paper_words:
        yield words[-1:], LAST


def _told_acronym(tokens: Tokens, mention: Mention, words: tuple[str, ...]) -> str | None:
    """Return the acronym that the text gives a body right after its name."""
    told = find_stated_alias(
        tokens.whole, tokens.starts[mention.start], tokens.starts[mention.end - 1] + len(words[-1])
    )
    if told is None or told.way == "open":
        return None
    if told.way == "said" or is_acronym_of(told.form, words):
        return told.form
    is_defined = len(told.form) <= MOST_LETTERS and MIXED.match(told.form)
    return told.form if is_defined and mention.label != "COMPANY" else None


def _is_sure_of_body(mention: Mention, words: Sequence[str]) -> bool:
    """Return whether a name is one of a body for sure: by a rule or the lists, or by its last word."""
    if mention.method in ("rule", "gazetteer") or mention.rule == JUDGED_RULE:
        return True
    if sum(word[0].isupper() for word in words) > MAX_ACRONYM:
        return True  # so many letters are no probability
    return mention.label == "ORG" and words[-1].lower() in name_words().organisation_words


def other_spellings(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield a company's name of several words without its legal form, and with `and` for `&`; of one word without `.com`."""
    end = len(words)
    if end == 1 and words[0].endswith(".com"):
        yield (words[0].removesuffix(".com"),)
    while end > 1 and (is_legal_form(words[end - 1]) or words[end - 1] in (",", "&")):
        end -= 1
    for form in {words, words[:end]}:
        if len(form) > 1 and form != words:
            yield form
        if "&" in form:
            yield tuple("and" if word == "&" else word for word in form)


def surname_forms(words: tuple[str, ...], entry: str = "") -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the forms of the surname of a full name, each with the rule id."""
    whole = " ".join(words).replace(" - ", "-").split()
    if len(whole) in (2, 3) and (stands_first(whole) or is_turned(whole, entry)):  # `Ban` of `Ban Ki-moon`
        # `Gao` of `GAO Weiming`
        yield from (((form,), SURNAME) for form in {whole[0], whole[0].capitalize()})
    for start in {surname_start(words), len(words) - 1}:
        form = words[start:]
        if len(form[-1]) > 2 and form[-1][:1].isupper():
            yield form, SURNAME
            yield from (
                ((*form[:-1], form[-1].replace(one, other)), SURNAME)  # `James O’Neill ... O'Neill`
                for one, other in (("'", "’"), ("’", "'"))
                if one in form[-1]
            )
            if form[0].islower():  # `De Ruyter` of `André de Ruyter`
                yield (form[0].capitalize(), *form[1:]), SURNAME
            if len(form) == 1 and len(form[0]) > MAX_ACRONYM and not is_ordinary(form[0]):
                yield (form[0].upper(),), SURNAME  # as a transcript has it: `TRUMP: ...`


def fill(tokens: Tokens, mentions: list[Mention], names: Iterable[Name]) -> list[Mention]:
    """Mark the further places where the document uses its names; existing mentions of that place give way if weaker.

    Args:
        names: Names of the document, the preferred one of several with the same first word before the others.

    Returns:
        All mentions, ascending by first token.
    """
    known = _KnownNames(names)
    taken = {i: mention for mention in mentions for i in range(mention.start, mention.end)}
    result = {(mention.start, mention.end): mention for mention in mentions}
    reached = 0
    for i, name in known.find_in(tokens.texts):
        if i < reached or not _is_meant(tokens, name, i):
            continue
        part = _as_part(tokens, name, i, taken)
        reached = i + len(part.words)
        if tokens.are_together(i, reached):
            _place(tokens, part, i, result, taken)
    return sorted(result.values(), key=lambda mention: mention.start)


class _KnownNames:
    """Names of a document by their words.

    The lengths are kept by first word: a text may have a thousand names that begin with `Ann`.

    Args:
        names: The preferred one of several with the same first word before the others.
    """

    def __init__(self, names: Iterable[Name]) -> None:
        self._names: dict[tuple[str, ...], tuple[int, Name]] = {}
        self._lengths: dict[str, set[int]] = {}
        for place, name in enumerate(names):
            self._names.setdefault(name.words, (place, name))
            self._lengths.setdefault(name.words[0], set()).add(len(name.words))

    def find_in(self, texts: Sequence[str]) -> Iterator[tuple[int, Name]]:
        """Find the tokens at which a name may begin, each with the preferred one of these names."""
        for i, text in enumerate(texts):
            found = [self._names.get(tuple(texts[i : i + length])) for length in self._lengths.get(text, ())]
            best = min(filter(None, found), default=None, key=itemgetter(0))
            if best is not None:
                yield i, best[1]


def _is_meant(tokens: Tokens, name: Name, i: int) -> bool:
    """Return whether a form stands for its name here, and not for another word or thing."""
    if name.rule == LAST:
        return _is_paper(tokens, i)
    if name.rule == SURNAME and _is_in_place(tokens, i):
        return False
    if tokens.tags[i] == "PRP" and (
        tokens.sentence_starts[i] or tokens.lower[i - 1].strip("abcdefghijklmnopqrstuvwxyz,")
    ):
        return False  # `He`, where a text names He Lifeng
    return not _is_town(tokens, name, i)


def _is_paper(tokens: Tokens, i: int) -> bool:
    """Return whether the last word of a newspaper stands for it: after an article and inside a sentence in lower case."""
    if not i or i in tokens.headlines or tokens.lower[i - 1] not in ARTICLES:
        return False
    behind = tokens.texts[i + 1] if i + 1 < len(tokens) else ""
    if behind.lower() in name_words().calendar:
        return True  # `told the Journal Friday`
    return not behind[:1].isupper() and behind != "-"


def _is_town(tokens: Tokens, name: Name, i: int) -> bool:
    """Return whether the first word of an unlisted company stands where a place does: `near Hexworth`, `people in Hexworth`."""
    if name.rule != SHORT or name.entry or i < 2:
        return False
    if tokens.lower[i - 1] == "in":
        return tokens.lower[i - 2] not in name_words().stakes
    return tokens.lower[i - 1] in ("near", "outside")


def _is_in_place(tokens: Tokens, i: int) -> bool:
    """Return whether a word stands where a place does: `elected in Lancaster`, `the Duke of Carrick`, but not `trust in Lancaster`."""
    if i < 2 or tokens.lower[i + 1 : i + 2] in (["'s"], ["’s"]):
        return False
    if tokens.lower[i - 1] == "of":
        return tokens.lower[i - 2] in name_words().styles_of_places
    return tokens.lower[i - 1] in ("in", "near") and tokens.lower[i - 2] not in name_words().trusting


def _as_part(tokens: Tokens, name: Name, start: int, taken: Mapping[int, Mention]) -> Name:
    """Return the name, or the longer one that a company's first word begins here: `Tarn Care` is not Tarn."""
    end = start + len(name.words)
    if name.label != "COMPANY" or len(name.words) > 1 or start in tokens.headlines or start in taken:
        return name
    while end < len(tokens) and end not in taken and _goes_on(tokens, end):
        end += 1
    if end == start + 1:
        return name
    return Name(tuple(tokens.texts[start:end]), "COMPANY", "", SHORT)


def _goes_on(tokens: Tokens, i: int) -> bool:
    """Return whether a word is part of the name before it: a name in running text, and not a title of the person that follows."""
    text = tokens.texts[i]
    if not tokens.tags[i].startswith("NNP") or not text[:1].isupper() or text.isupper():
        return False
    return (
        not tokens.sentence_starts[i]
        and text.lower() not in honorifics().single
        and usual_title(text) is None
    )


def _place(
    tokens: Tokens, name: Name, start: int, result: dict[tuple[int, int], Mention], taken: dict[int, Mention]
) -> None:
    end = start + len(name.words)
    old = [taken[start]] if start in taken else []
    old += [taken[i] for i in range(start + 1, end) if i in taken and taken[i] not in old]
    if any(_says_same(mention, name, start, end) for mention in old):
        return
    new = Mention(start, end, name.label, "document", name.rule, name.entry)
    # `Grace Orr quits` stays a full name where the text has `Ms Orr` alone.
    given = any(
        m.label == name.label and m.end == end and is_given_somewhere(tokens.texts[m.start]) for m in old
    )
    in_headline = start in tokens.headlines and not given
    if any(not _gives_way(m, new, in_headline=in_headline) for m in old):
        return
    for mention in old:
        result.pop((mention.start, mention.end), None)
    result[start, end] = new
    taken.update(dict.fromkeys(range(start, end), new))


def _says_same(old: Mention, name: Name, start: int, end: int) -> bool:
    """Return whether the mention of a place is that of a name already, as most are from which names are taken."""
    same = (old.start, old.end, old.label) == (start, end, name.label)
    return same and (bool(old.entry) or not name.entry)


def join_partners(tokens: Tokens, mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions; two listed companies in a row are one (`Sony Ericsson`), and so are a firm and its country."""
    joined: list[Mention] = []
    for mention in mentions:
        if joined and _are_partners(tokens, joined[-1], mention):
            mention = Mention(joined.pop().start, mention.end, "COMPANY", "document", "document.partners")
        joined.append(mention)
    return joined


def _are_partners(tokens: Tokens, one: Mention, other: Mention) -> bool:
    """Return whether a listed company or a country follows another in running text; in a headline one may act on the other."""
    if one.end != other.start or one.label != "COMPANY" or other.label not in ("COMPANY", "GPE"):
        return False
    if one.end in tokens.gaps or one.start in tokens.headlines or not tokens.followed_by_space(one.end - 1):
        return False
    behind = tokens.texts[other.end] if other.end < len(tokens) else ""
    if other.end - one.start > 2 or behind[:1].isupper() or behind[:1].isdigit():
        return False  # `an Asiana Boeing 777`
    if other.label == "GPE":
        return COUNTRY.fullmatch(other.entry) is not None  # `Access Bank Ghana`
    return bool(one.entry and other.entry) and one.entry != other.entry


def _gives_way(old: Mention, new: Mention, *, in_headline: bool) -> bool:
    """Return whether a mention in the place of a known name yields: a bare one of the model or a weak rule."""
    same = (old.start, old.end) == (new.start, new.end)
    if same and old.label == new.label:
        return bool(new.entry) and not old.entry
    if new.rule == LAST:
        return same
    if old.method == "rule" and old.label == new.label == "COMPANY" and new.rule == SPELLING:
        return new.covers(old)  # `chief executive of [Tarn] and Hale`: the text has named the firm in full
    if new.rule == SPELLING and old.label == "GPE" and old.end == new.end and new.covers(old):
        return True  # `Swiftride London` where the text has `Swiftride London Ltd`
    if old.method in ("gazetteer", "rule"):
        return same and old.method == "rule" and old.label == "PERSON" and new.label == "MINISTER"
    return same or in_headline or new.covers(old)
