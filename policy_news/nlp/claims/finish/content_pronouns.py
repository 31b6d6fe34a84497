"""What pronouns and `the firm` in the content of a claim stand for, so that it can be read alone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from policy_news.core.single import only
from policy_news.nlp.claims.constructions.quotes import QuoteIndex
from policy_news.nlp.claims.cue_lexicon import Lexicon, Patterns
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.finish.source_entities import Antecedents
from policy_news.nlp.claims.tree import SUBJECTS, Spread, Tree
from policy_news.nlp.tags import PLURALS, SINGULARS
from policy_news.nlp.who.words import usual_title

Filling = tuple[int, int, str]
"""First and last-but-one character of a pronoun, and what it stands for."""


def fillings(
    tree: Tree,
    draft: Draft,
    speaker: str | None,
    quotes: QuoteIndex,
    lexicon: Lexicon,
    antecedents: Antecedents,
) -> list[Filling] | None:
    """Return what the pronouns and short forms of a content stand for, or None where one of them is unclear.

    Args:
        speaker: `start:end` (characters) of the mention that the source is, if it is known.

    Returns:
        Each pronoun with its name, or None.
    """
    found: list[Filling] = []
    for start, end in draft.content:
        index = start
        while index < end:
            phrase = _short_form(tree, index, end, lexicon.patterns)
            if phrase is None:
                index += 1
                continue
            if not _has_own_meaning(tree, phrase, draft, lexicon.patterns):
                name = _stands_for(tree, phrase, draft, speaker, quotes, lexicon.patterns, antecedents)
                if name is None:
                    return None
                found.append(
                    (tree.starts[phrase[0]], tree.ends[phrase[1] - 1], _inflected(tree, phrase, name))
                )
            index = phrase[1]
    return found


NEAREST = 200
"""Tokens of a content before a pronoun that are looked at: real ones are shorter, one line without a stop may be of any length."""


def _short_form(tree: Tree, index: int, end: int, patterns: Patterns) -> Spread | None:
    """Return the pronoun or `the firm` that begins at a token."""
    word = tree.lower[index]
    if word in patterns.resolved_pronouns:
        return index, index + 1
    if word != "the" or index + 1 >= end or index + 1 in tree.ents or tree.tags[index + 1] != "NN":
        return None
    alone = index + 2 >= len(tree) or not tree.tags[index + 2].startswith("NN")
    kids = [
        kid for kid in tree.kids[index + 1] if kid > index + 1 and tree.deps[kid] in {"prep", "relcl", "acl"}
    ]
    noun = tree.lemmas[index + 1]
    known = noun in patterns.body_heads or noun in patterns.person_heads
    return (index, index + 2) if alone and not kids and known else None


def _has_own_meaning(tree: Tree, phrase: Spread, draft: Draft, patterns: Patterns) -> bool:
    """Return whether a pronoun needs no name: `it is raining`, or one that something before it in the content may be meant by."""
    index = phrase[0]
    word = tree.lower[index]
    if word in _SPEAKERS:
        return word == "our" and tree.lemmas[tree.heads[index]] in patterns.shared_things
    if word == "it" and _is_expletive(tree, index):
        return True
    before = (i for start, end in draft.content for i in range(max(start, index - NEAREST), min(end, index)))
    if word in _PERSONS:
        return any(tree.lower[i] in _PERSONS or _is_person(tree, i) for i in before)
    return any(tree.tags[i].startswith("NN") or tree.lower[i] in {"it", "its", "they"} for i in before)


def _is_person(tree: Tree, index: int) -> bool:
    """Return whether a token is of a person's name or title: `the president and his team`."""
    number = tree.ents.get(index)
    if number is not None:
        return tree.mentions[number].label_ in {"MINISTER", "OFFICE", "PERSON"}
    return tree.tags[index] in SINGULARS and usual_title(tree.lemmas[index]) is not None


_PERSONS = frozenset({"he", "her", "hers", "him", "himself", "his", "she"})
_SPEAKERS = frozenset({"i", "me", "mine", "my", "our", "ours", "us", "we"})


def _is_expletive(tree: Tree, index: int) -> bool:
    """Return whether `it` only holds the place of a subject: `it is clear that`."""
    verb = tree.heads[index]
    if tree.deps[index] == "expl":
        return True
    shifted = (
        tree.child(verb, "acomp", "attr") is not None
        and tree.child(verb, "ccomp", "xcomp", "csubj", "advcl") is not None
    )
    return tree.deps[index] in {"nsubj", "nsubjpass"} and (
        shifted or (tree.child(verb, "auxpass") is not None and tree.child(verb, "ccomp") is not None)
    )


def _stands_for(
    tree: Tree,
    phrase: Spread,
    draft: Draft,
    speaker: str | None,
    quotes: QuoteIndex,
    patterns: Patterns,
    antecedents: Antecedents,
) -> str | None:
    """Return the name after a short form: the speaker for `I` in quotations and for what agrees with him, else a mention before the claim."""
    word = tree.lower[phrase[0]]
    if word in _SPEAKERS:
        # Outside a quotation `we` is whose release it is, if `we` is the source too.
        itself = draft.source is not None and tree.lower[draft.source[0]] in _SPEAKERS
        if quotes.at(phrase[0]) is None and not itself:
            return None
        return _first_person(tree, word, draft, speaker, patterns, antecedents)
    if quotes.at(phrase[0]) is not None or word == "this":
        return None
    if word in _PERSONS and speaker is not None:
        return _person(tree, phrase, draft, speaker, antecedents)
    own = _own_subject(tree, phrase, draft, speaker, patterns, antecedents)
    if own is not None:
        return own
    mention = antecedents.of(*phrase, draft.content) if word == "the" else None
    return None if mention is None or mention == speaker else antecedents.full_name(mention)


def _person(tree: Tree, phrase: Spread, draft: Draft, speaker: str, antecedents: Antecedents) -> str | None:
    """Return whom `he` or `her` stands for in what a known speaker says."""
    # The object of the cue is not its subject: in `Hale attacked Moll, calling him weak` he is Moll.
    other = speaker if _is_object(tree, phrase[0], draft.head) else None
    person = antecedents.of(*phrase, draft.content, apart_from=other)
    if person is None or (other is None and antecedents.may_be_meant(speaker, person)):
        return None
    if person == speaker and tree.lower[phrase[0]] in _OBJECTS:
        # `Moll said of Hale that voters did not trust him`: as likely whom it is said of.
        between = range(draft.head + 1, draft.content[0][0] if draft.content else draft.head)
        if any(_is_person(tree, index) for index in between):
            return None
    return antecedents.full_name(person)


def _is_object(tree: Tree, index: int, cue: int) -> bool:
    """Return whether a pronoun is the object of a cue, or that of whom the cue wants something: `wants him gone`."""
    if tree.lower[index] not in _OBJECTS or tree.tags[index] == "PRP$":
        return False
    return tree.heads[index] == cue or tree.deps[index] in SUBJECTS


_OBJECTS = frozenset({"him", "her"})


def _own_subject(
    tree: Tree,
    phrase: Spread,
    draft: Draft,
    speaker: str | None,
    patterns: Patterns,
    antecedents: Antecedents,
) -> str | None:
    """Return the speaker's name where a short form is the subject of what is reported: `Kestrel said it would go`.

    Not where somebody else is named in between, nor of a call: in `demanded it cover the police` the subject is somebody else.
    """
    if draft.claim_type == "call" or tree.lower[phrase[0]] in {"him", "her", "them"}:
        return None
    if _is_several(tree, draft) and tree.lower[phrase[0]] in {"it", "its"}:
        return None
    if _is_thing(tree, phrase[0], patterns):
        return None
    own = _own_name(tree, draft, speaker, antecedents)
    if own is None or not _agrees(tree, phrase, draft, speaker, patterns):
        return None
    return own


def _is_thing(tree: Tree, index: int, patterns: Patterns) -> bool:
    """Return whether `it` may be what is spoken of rather than who speaks: `it amounts to a tax`, `it was a mistake`, `it was unfair`."""
    if tree.lower[index] != "it" or tree.deps[index] not in SUBJECTS:
        return False
    verb = tree.heads[index]
    if tree.lemmas[verb] != "be":
        return tree.lemmas[verb] in patterns.of_things
    said = tree.child(verb, "acomp", "attr")
    return said is not None and tree.lower[said] not in patterns.of_speakers


def _first_person(
    tree: Tree, word: str, draft: Draft, speaker: str | None, patterns: Patterns, antecedents: Antecedents
) -> str | None:
    """Return who `I` is, and `we` where a body speaks or somebody for it; what a speaker means by `it` is not to be told."""
    alone = word in _SINGULAR
    if speaker is None:
        return _unnamed_speaker(tree, draft, patterns, alone=alone)
    person = _label(tree, speaker) in patterns.person_labels
    if alone == person:
        return antecedents.full_name(speaker)
    return _body_of(tree, draft, patterns) if person else None


_SINGULAR = frozenset({"i", "me", "mine", "my"})


def _unnamed_speaker(tree: Tree, draft: Draft, patterns: Patterns, *, alone: bool) -> str | None:
    """Return the words of a source without a name: `the chairman` for `I`, `the union and the bank` for `we`."""
    if draft.source is None or tree.tags[tree.top(*draft.source)].startswith("PRP"):
        return None
    top = tree.top(*draft.source)
    if draft.kind == "turn" and len(tree.lower[top]) == 1:
        return None  # `A`
    plural = tree.tags[top] in PLURALS or tree.child(top, "conj") is not None
    bodies = patterns.body_heads
    if alone:
        fits = not plural and tree.lemmas[top] not in bodies
        return _source_words(tree, draft) if fits else None
    body = _body_of(tree, draft, patterns)
    if body is None and (plural or tree.lemmas[top] in bodies):
        body = _source_words(tree, draft)
    return body


def _body_of(tree: Tree, draft: Draft, patterns: Patterns) -> str | None:
    """Return the body that a source speaks for: `Anna Moll, chief executive of Tarsus`, `analysts at Orbis Bank`, `the Treasury's Jon Berg`."""
    if draft.source is None:
        return None
    top = tree.top(*draft.source)
    heads = [top, *(kid for kid in tree.children(top, "appos") if tree.lemmas[kid] in patterns.members)]
    found = {name for head in heads for name in _bodies_at(tree, head, patterns)}
    return only(found)


def _bodies_at(tree: Tree, head: int, patterns: Patterns) -> Iterator[str]:
    """Yield the names of bodies that stand by a noun as its owner, or after `of`, `at` or `for`."""
    nouns = [tree.child(prep, "pobj") for prep in tree.children(head, "prep") if tree.lower[prep] in _OF]
    for noun in (tree.child(head, "poss"), *nouns):
        number = None if noun is None else tree.ents.get(noun)
        if number is not None and tree.mentions[number].label_ in patterns.organisation_labels:
            yield tree.mentions[number].text


_OF = frozenset({"at", "for", "from", "of"})


def _label(tree: Tree, mention: str) -> str:
    number = tree.ents.get(bisect_left(tree.starts, int(mention.split(":")[0])))
    return "" if number is None else tree.mentions[number].label_


def _own_name(tree: Tree, draft: Draft, speaker: str | None, antecedents: Antecedents) -> str | None:
    """Return the name of the source, or its words where it has none or several (`the minister`, `Orbis and Tarsus`)."""
    if speaker is not None and not _is_several(tree, draft):
        return antecedents.full_name(speaker)
    return _source_words(tree, draft)


def _is_several(tree: Tree, draft: Draft) -> bool:
    """Return whether a source is a coordination: `Orbis and Tarsus`."""
    if draft.source is None:
        return False
    start, end = draft.source
    return any(start <= kid < end for kid in tree.children(tree.top(start, end), "conj"))


def _source_words(tree: Tree, draft: Draft) -> str | None:
    """Return the words of the source; None for a pronoun."""
    if draft.source is None or tree.tags[tree.top(*draft.source)].startswith("PRP"):
        return None
    words = tree.text[tree.starts[draft.source[0]] : tree.ends[draft.source[1] - 1]]
    return words[0].lower() + words[1:] if tree.lower[draft.source[0]] in {"a", "an", "the"} else words


def _agrees(tree: Tree, phrase: Spread, draft: Draft, speaker: str | None, patterns: Patterns) -> bool:
    """Return whether a short form may stand for the speaker by its kind."""
    word = tree.lower[phrase[0]]
    if speaker is None:
        return _fits_words(tree, phrase, draft, patterns)
    label = _label(tree, speaker)
    if word in _PERSONS:
        return label in patterns.person_labels
    if word in patterns.group_pronouns or word in {"they", "their"}:
        return label in patterns.organisation_labels or label == "GPE"
    return False


def _fits_words(tree: Tree, phrase: Spread, draft: Draft, patterns: Patterns) -> bool:
    """Return whether a short form may be of a source that is not a name: `a Dutch firm said it`, `the minister said he`."""
    assert draft.source is not None
    word, top = tree.lower[phrase[0]], tree.top(*draft.source)
    if word == "the":
        return tree.lemmas[phrase[1] - 1] == tree.lemmas[top]
    people = patterns.person_heads | patterns.office_heads | patterns.spokes_heads | patterns.unnamed
    return (word in _PERSONS) == (tree.lemmas[top] in people)


def _inflected(tree: Tree, phrase: Spread, name: str) -> str:
    own = tree.tags[phrase[0]] == "PRP$"
    return f"{name}’s" if own and not name.endswith("s") else f"{name}’" if own else name
