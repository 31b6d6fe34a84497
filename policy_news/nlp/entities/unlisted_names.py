"""Names that no list and no firm rule knows: finds those that the model overlooks and gives each its likely kind."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from policy_news.core.grouping import grouped
from policy_news.nlp.entities.document_names import AIMS as WITH_AIM
from policy_news.nlp.entities.document_names import GIVEN_BANKS, surface
from policy_news.nlp.entities.document_names import JUDGED_RULE as RULE
from policy_news.nlp.entities.full_names import is_built_as_person, is_given
from policy_news.nlp.entities.kind_model import KINDS, describe, log_probabilities, speaks_for_company
from policy_news.nlp.entities.linear_model import LinearModel
from policy_news.nlp.entities.mentions import ARTICLES, REACH, Mention, is_handle, is_people, tokens_of
from policy_news.nlp.tags import NAMES
from policy_news.nlp.tokens import Tokens
from policy_news.nlp.who.acronyms import MOST_LETTERS
from policy_news.nlp.who.words import usual_title
from policy_news.rules.name_forms import honorifics, name_words
from policy_news.rules.word_lists import gender_of, is_ordinary, is_spelled_lower, is_surname, towns
from policy_news.tables.labels import PEOPLE

JUDGED = frozenset({"PERSON", "ORG", "GPE", "COMPANY", "PRODUCT"})
"""Labels under which the model may hide a name of another kind."""
SINGLE = frozenset({"NORP", "WORK_OF_ART", "EVENT", "LAW", "LANGUAGE"})
"""The same for names of one word."""
SHORT = dict.fromkeys((*SINGLE, "LOC"), 1) | {"FAC": 2}
"""How many words a name of these labels may have to be in doubt."""
OTHER_KINDS = {"LOC": "GPE", "FAC": "FAC"}
"""Labels of the model to kinds of other names."""
SURE: Mapping[tuple[str, str], float] = {
    ("ORG", "COMPANY"): 0.7, ("PERSON", "COMPANY"): 0.7, ("GPE", "COMPANY"): 0.7, ("FAC", "COMPANY"): 0.7,
    ("OTHER", "COMPANY"): 0.7, ("ORG", "PERSON"): 0.95, ("PERSON", "ORG"): 0.95, ("ORG", "FAC"): 0.9,
    ("ORG", "OTHER"): 0.9, ("PERSON", "OTHER"): 0.95,
}  # fmt: skip
"""How sure a kind must be against what the model says, of the two; other changes are barred. What the model calls a place is never another
organisation. Companies are those of `UNBACKED` where nothing else speaks for one."""
UNBACKED = 0.95
"""The same for companies of which neither a construction, nor the build of the name, nor a word of business in a sentence speaks."""
HIDING = frozenset({"CARDINAL"}) | SINGLE
"""Labels of the model that do not hide an unknown word."""
MIN_UNKNOWN = 3
OVERLOOKED = {True: 0.7, False: 0.9}
"""How sure a company must be that the model does not see, with such a sign and without."""
_CODE = re.compile(r"[A-Z]{1,4}-?\d+[A-Z]?")
"""A weapon, an aircraft, a road (`AR-15`, `F-35`): no kind of name that is judged."""
_NO_WORD = re.compile(r"[$£€]|(?:^|\s)--|[A-Z]{2,}s$| [a-z]+$")
"""What no name has: a sum, a dash, the plural of an acronym (`PACs`), a last word in lower case."""
VERSUS = frozenset({"v", "v."})
"""Words between the parties of a case."""
AIMS = WITH_AIM | {"to"}
"""Words in the names of bodies that say what they are for (`Citizens Against Waste`, `Right to Read`); firms that no list has have none."""
AT_PLACES = frozenset({"at", "from", "in", "near"})
"""Words before a place."""
NO_MENTION = "NONE"
"""What a name is called that is none of ours."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the layers say of the spans of a doc."""

    seen: Mapping[tuple[int, int], str]
    rules: Mapping[tuple[int, int], tuple[str, ...]]


def gather(candidates: Iterable[Mention], model: Iterable[Mention]) -> Evidence:
    """Return the evidence of the model and of the grammar, by span."""
    rules: dict[tuple[int, int], tuple[str, ...]] = {}
    for item in candidates:
        if item.method in ("rule", "weak"):
            key = (item.start, item.end)
            rules[key] = (*rules.get(key, ()), item.rule)
    return Evidence({(m.start, m.end): m.label for m in model}, rules)


def judge_unlisted(
    tokens: Tokens, mentions: list[Mention], evidence: Evidence, kinds: LinearModel
) -> list[Mention]:
    """Return the mentions with the likely kind of the unlisted ones, and with names that the model overlooked."""
    judged = [m for m in mentions if _is_judged(tokens, m)]
    doubtful = frozenset(judged)
    firm = {surface(tokens, m) for m in mentions if m not in doubtful}
    found = [m for m in find_overlooked(tokens, mentions) if surface(tokens, m) not in firm]
    judged += [m for m in found if _is_judged(tokens, m)]
    forms = _by_form(tokens, judged, firm)
    persons = _surnames_of(tokens, mentions)
    parts = _parts_of_names(tokens, mentions)
    decided = {form: _judge(tokens, own, evidence, kinds, persons, parts) for form, own in forms.items()}
    labels = {m: decided.get(surface(tokens, m), "") for m in judged}
    labelled = [_with_label(m, labels.get(m, "")) for m in [*mentions, *found]]
    return sorted((m for m in labelled if m.label not in ("", NO_MENTION)), key=lambda m: m.start)


def _with_label(mention: Mention, label: str) -> Mention:
    """Give a mention the label that was decided, if one was."""
    return replace(mention, label=label, method="model", rule=RULE) if label else mention


def _by_form(tokens: Tokens, judged: Iterable[Mention], firm: Container[str]) -> dict[str, list[Mention]]:
    """Return mentions by their form, without the forms that something surer has a kind for."""
    return grouped((form, m) for m in judged if (form := surface(tokens, m)) not in firm)


def _is_judged(tokens: Tokens, mention: Mention) -> bool:
    if mention.method not in ("model", "weak") or mention.entry:
        return False
    label, length = mention.label, mention.end - mention.start
    if label == "GPE" and length > 1 and tokens.lower[mention.end - 1] in name_words().place_words:
        return False
    if label == "PERSON" and length > 1 and _is_person(surface(tokens, mention)):
        return False
    return (not label or label in JUDGED or length <= SHORT.get(label, 0)) and _is_doubtful(
        surface(tokens, mention), label, length
    )


def _is_doubtful(form: str, label: str, length: int) -> bool:
    """Return whether a form can be a name that the model takes for something else."""
    if _CODE.fullmatch(form) or (form[:1].islower() and "-" in form) or "]" in form:
        return False
    if form.isupper() and (label == "GPE" or length > 1 or len(form) > MOST_LETTERS):
        return False
    if length == 1 and form.istitle() and is_ordinary(form):
        return False
    if _NO_WORD.search(form):
        return False
    lower = form.lower()
    is_of_people = is_people(lower) or lower.removesuffix("s") in name_words().nationalities  # `Cubans`
    return any(map(str.isalpha, form)) and not is_of_people


def _weigh(
    tokens: Tokens, own: list[Mention], evidence: Evidence, kinds: LinearModel
) -> tuple[dict[str, float], bool]:
    """Return the probability of each kind, and whether something else than the model speaks for a company."""
    totals = [0.0] * len(KINDS)
    backed = all(mention.start in tokens.headlines for mention in own)  # no body that could say more
    for mention in own:
        key = (mention.start, mention.end)
        headline = mention.start in tokens.headlines
        rules = evidence.rules.get(key, ())
        features = dict.fromkeys(describe(tokens, *key, evidence.seen.get(key, ""), rules, headline=headline))
        backed = backed or speaks_for_company(tokens, *key, rules) or _is_of_business(tokens, mention)
        for i, score in enumerate(log_probabilities(kinds.score(features))):
            totals[i] += score
    totals = [total / math.sqrt(len(own)) for total in totals]  # mentions of one document say much the same
    norm = sum(math.exp(total) for total in totals)
    return {kind: math.exp(total) / norm for kind, total in zip(KINDS, totals, strict=True)}, backed


def _surnames_of(tokens: Tokens, mentions: Iterable[Mention]) -> frozenset[str]:
    """Return the last words of the persons of the doc in running text."""
    return frozenset(
        tokens.texts[m.end - 1]
        for m in mentions
        if m.label == "PERSON"
        and m.start not in tokens.headlines
        and not is_ordinary(tokens.texts[m.end - 1])
    )


def _parts_of_names(tokens: Tokens, mentions: Iterable[Mention]) -> dict[str, bool]:
    """Return the first and last words of longer names of people and firms, and whether they are people's."""
    full = [m for m in mentions if m.label in PEOPLE | {"COMPANY"} and m.end - m.start > 1]
    return {tokens.texts[i]: m.label in PEOPLE for m in full for i in (m.start, m.end - 1)}


def _judge(
    tokens: Tokens,
    own: list[Mention],
    evidence: Evidence,
    kinds: LinearModel,
    persons: Container[str],
    parts: Mapping[str, bool],
) -> str:
    """Return the label of a form: that of a person after a post or by its build, else what the weights say."""
    if any(_follows_post(tokens, m) for m in own) or _is_built_as_person(tokens, own, evidence, persons):
        return "PERSON"
    form = surface(tokens, own[0])
    if form not in parts and (form in towns() or any(_is_where(tokens, m) for m in own)):
        return "GPE"
    label = _decide(tokens, own, evidence, kinds)
    # `Atiku` of Atiku Abubakar is no firm.
    return "PERSON" if label == "COMPANY" and parts.get(surface(tokens, own[0])) else label


def _is_where(tokens: Tokens, mention: Mention) -> bool:
    """Return whether a person of the model stands where a place does, without a first name: `a farm at Tura`."""
    start = mention.start
    return (
        mention.label == "PERSON"
        and tokens.lower[start - 1] in AT_PLACES - {"from"}
        and tokens.lower[mention.end : mention.end + 1] not in (["'s"], ["’s"])
        and not is_given(tokens.texts[start])
    )


def _decide(tokens: Tokens, own: list[Mention], evidence: Evidence, kinds: LinearModel) -> str:
    """Return the label of a form if its mentions speak for another one than the model's; else nothing."""
    shares, backed = _weigh(tokens, own, evidence, kinds)
    labels = Counter(OTHER_KINDS.get(m.label, m.label) for m in own if m.label)
    best = max(KINDS, key=shares.__getitem__)
    if not labels:
        if best != "COMPANY" or any(_is_cut(tokens, m) for m in own):
            return ""
        return best if shares[best] > OVERLOOKED[backed] else ""
    current = min(labels, key=lambda label: (-labels[label], label))
    single = own[0].end - own[0].start == 1
    if single and {current, best} == {"ORG", "PERSON"}:
        return ""  # a bare word that the model calls an organisation is a team, a school, a paper; a person, a surname
    if best == "COMPANY" and (
        any(_is_no_firm(tokens, m) or _is_cut(tokens, m) for m in own)
        or (current == "PERSON" and _is_person(surface(tokens, own[0])))
    ):
        return ""
    return _overrule(current, best, shares, backed=backed)


def _follows_post(tokens: Tokens, mention: Mention) -> bool:
    """Return whether a post in lower case stands right before two words of a name: `bank governor Henrik Aas`."""
    start, end = mention.start, mention.end
    if end - start != 2 or not start or start - 1 in tokens.gaps or start in tokens.headlines:
        return False
    post, words = tokens.texts[start - 1], tokens.texts[start:end]
    if not post.islower() or not all(map(str.istitle, words)):
        return False
    if usual_title(post) is not None:
        return True
    known = name_words()
    return post in known.firm_roles and (known.company_words | known.organisation_words).isdisjoint(
        tokens.lower[start:end]
    )


def _is_built_as_person(
    tokens: Tokens, own: Iterable[Mention], evidence: Evidence, persons: Container[str]
) -> bool:
    """Return whether a form has a given name or the surname of a person of the doc, and nothing shows a company."""
    return all(
        is_built_as_person(surface(tokens, m).split(), persons)
        and tokens.listed.isdisjoint(range(m.start, m.end))
        and tokens.lower[m.start - 1] not in ARTICLES
        and not (m.label == "GPE" and tokens.lower[m.start - 1] in AT_PLACES)
        and (is_given(tokens.texts[m.start]) or not _is_of_business(tokens, m))
        and not speaks_for_company(tokens, m.start, m.end, evidence.rules.get((m.start, m.end), ()))
        for m in own
    )


@lru_cache(maxsize=10_000)
def _is_person(form: str) -> bool:
    """Return whether a form is a first name that only men or only women bear, alone or with a surname."""
    words = form.split()
    return len(words) < 3 and bool(gender_of(words[0])) and all(map(is_surname, words[1:]))


def _is_no_firm(tokens: Tokens, mention: Mention) -> bool:
    """Return whether a name is that of a body or street (`... University Hospital`, `Mollow Lane`, `Birchers.org`), or only the word for one (`Union`)."""
    known, last = name_words(), tokens.lower[mention.end - 1]
    if mention.end - mention.start == 1:
        is_adjective = tokens.tags[mention.start] == "JJ" and mention.start not in tokens.headlines
        return (
            is_adjective
            or last.endswith(".org")
            or last in known.organisation_words
            or _is_bare_name(tokens, mention)
        )
    return (
        last in known.body_words
        or last in known.street_words
        or surface(tokens, mention).endswith(GIVEN_BANKS)
        or not AIMS.isdisjoint(tokens.lower[mention.start : mention.end])
        or _is_of_listed(tokens, mention)
    )


def _is_of_listed(tokens: Tokens, mention: Mention) -> bool:
    """Return whether a name in running text is a listed place or firm and ordinary words: a body (`Texas Riders`), a product (`Verodyne Live`)."""
    known, start, end = name_words(), mention.start, mention.end
    last = tokens.lower[end - 1]
    if start in tokens.headlines or last in known.company_words | known.legal_forms | known.second_words:
        return False
    return any(
        span.label_ in ("GPE", "COMPANY")
        and span.id_.startswith("gazetteer:")
        and (span.start == start or span.end == end)
        and start <= span.start
        and span.end <= end
        and all(map(is_spelled_lower, [*tokens.texts[start : span.start], *tokens.texts[span.end : end]]))
        for span in tokens.candidates
    )


def _is_bare_name(tokens: Tokens, mention: Mention) -> bool:
    """Return whether a word in running text is a surname or a first name of one gender, and nothing shows a firm."""
    word = tokens.texts[mention.start]
    if mention.start in tokens.headlines or not (is_surname(word) or gender_of(word)):
        return False
    return not is_ordinary(word)


def _is_cut(tokens: Tokens, mention: Mention) -> bool:
    """Return whether a name goes on after it (`Commissioner`), or a party of a case stands there (`X v. Y`)."""
    start, end = mention.start, mention.end
    before, after = tokens.lower[start - 1 : start], tokens.lower[end : end + 1]
    if not VERSUS.isdisjoint((*before, *tokens.lower[start:end], *after)):
        return True
    if start in tokens.headlines:
        return False  # there all words have capitals
    # A word that is tagged and written as one of a name, and belongs to none that the model sees.
    return (
        bool(after)
        and tokens.texts[end].istitle()
        and tokens.tags[end] in NAMES
        and not tokens.ent_types[end]
    )


def _is_of_business(tokens: Tokens, mention: Mention) -> bool:
    """Return whether a word of business stands near, in the sentence."""
    start, end = tokens.sentence_of(mention.start)
    near = tokens.lemmas[max(start, mention.start - REACH) : min(end, mention.end + REACH)]
    return not name_words().business_words.isdisjoint(near)


def _overrule(current: str, best: str, shares: Mapping[str, float], *, backed: bool) -> str:
    """Return the kind that wins against what the model says, or nothing."""
    kind = current if current in KINDS else "OTHER"
    least = SURE.get((kind, best), math.inf)
    if best == "COMPANY" and not backed:
        least = max(least, UNBACKED)
    if best == kind or shares[best] / (shares[best] + shares[kind]) < least:
        return ""
    return NO_MENTION if best == "OTHER" else best


def without_rare_word(tokens: Tokens, seen: Mention) -> Mention | None:
    """Return an entity of the model; None for a rare word that opens a headline (`Reservoir Chiefs Resign`) or is shouted (`NEVER again`)."""
    i, headlines = seen.start, tokens.headlines
    if _is_sentence_in_capitals(tokens, seen):
        return None
    if seen.end - i > 1:
        return seen
    opens = i in headlines and (i - 1 not in headlines or tokens.spaces[i - 1])
    is_word = (opens and is_spelled_lower(tokens.texts[i])) or _is_shouted(tokens, i)
    return None if is_word else seen


def _is_sentence_in_capitals(tokens: Tokens, mention: Mention) -> bool:
    """Return whether a name is made of ordinary words in capitals, and more of them stand beside it: `TELL US WHY`."""
    inside = tokens.texts[mention.start : mention.end]
    if mention.label == "GPE" and not any(
        tag[:2] == "VB" for tag in tokens.tags[mention.start : mention.end]
    ):
        return False  # a place of ordinary words in a dateline
    beside = tokens.beside(mention.start, mention.end)
    return all(map(is_shouted_word, inside)) and any(map(is_shouted_word, beside))


@lru_cache(maxsize=10_000)
def is_shouted_word(text: str) -> bool:
    """Return whether a text is an ordinary word in capitals."""
    return len(text) > 1 and text.isalpha() and text.isupper() and is_ordinary(text)


def _is_shouted(tokens: Tokens, i: int) -> bool:
    """Return whether an ordinary word is in capitals and no article or bracket before it shows an acronym."""
    text, before = tokens.texts[i], tokens.lower[i - 1] if i else ""
    return len(text) > MIN_UNKNOWN and text.isupper() and before not in ("the", "(") and is_ordinary(text)


def find_overlooked(tokens: Tokens, mentions: Iterable[Mention]) -> Iterator[Mention]:
    """Yield capitalised words that are no ordinary words and that nothing covers; runs of them are one name."""
    taken = tokens_of(mentions) | tokens.gaps
    covered = taken.union(
        *(range(start, end) for start, end, label in tokens.entities if label not in HIDING)
    )
    unknown = [i for i in tokens.capitals if i not in covered and _is_unknown(tokens.texts[i])]
    none = name_words().no_names | honorifics().single
    unknown = [i for i in unknown if not is_handle(tokens, i) and tokens.lower[i] not in none]
    unknown = [i for i in unknown if i not in tokens.headlines or not is_spelled_lower(tokens.texts[i])]
    at = 0
    while at < len(unknown):
        first = last = unknown[at]
        at += 1
        while at < len(unknown) and unknown[at] == last + 1:
            last = unknown[at]
            at += 1
        end = last + 1
        end += end < len(tokens) and end not in taken and _closes_coined(tokens, end)
        yield Mention(first, end, "", "model", RULE)


def _closes_coined(tokens: Tokens, i: int) -> bool:
    """Return whether a capitalised word is one that follows coined names (`Halvorsen Grid`, `Optera Nine`)."""
    known, lower = name_words(), tokens.lower[i]
    return tokens.texts[i][:1].isupper() and (lower in known.company_words or lower in known.second_words)


@lru_cache(maxsize=50_000)
def _is_unknown(text: str) -> bool:
    words, lower = name_words(), text.lower()
    if not text[:1].isupper() or len(text) <= MIN_UNKNOWN or not text.isalpha() or text.isupper():
        return False
    others = (words.nationalities, words.calendar, words.party_words)
    return not is_ordinary(text) and not any(lower in known for known in others)
