"""What a claim says by itself: its polarity (how its source stands to the content), what pronouns in it stand for, and which headline repeats it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.nlp.claims.constructions.phrases import is_negated
from pipeline.nlp.claims.constructions.quotes import QuoteIndex
from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.finish.source_entities import Antecedents
from pipeline.nlp.claims.lexicon import Lexicon, Patterns
from pipeline.nlp.claims.tree import SUBJECTS, Spread, Tree
from pipeline.nlp.who.words import usual_title

Filling = tuple[int, int, str]
"""First and last-but-one character of a pronoun, and what it stands for."""
LEAST_SHARED, LEAST_BELOW = 0.5, 0.8
"""Share of the words of a headline's claim that the same claim of the text has, among its first ones; further below, or where the sources
share a word only, there must be more."""
FIRST = 2
"""So many claims of a text mostly have what its headline says."""
_MEANING = ("NN", "VB", "JJ", "CD")
_POSSESSIVE = frozenset({"PRP$"})


def polarity(tree: Tree, draft: Draft, patterns: Patterns) -> str | None:
    """`asserted` or `rejected`: how the source stands to the content as it is written; None where it says neither.

    Args:
        tree: The doc.
        draft: The claim.
        patterns: The closed lists of the rule data.

    Returns:
        The polarity, or None.
    """
    if draft.claim_type in {"non_response", "question"}:
        return None
    if draft.cue is None:
        return "asserted"
    lemma, negated = tree.lemmas[draft.head], is_negated(tree, draft.head)
    particles = patterns.rejecting_particles.get(lemma, frozenset())
    rejects = lemma in patterns.rejecting or any(
        tree.lower[i] in particles
        for i in range(draft.head, min(draft.head + 3, draft.cue[1] + 1, len(tree)))
    )
    if rejects or lemma in patterns.negation_raising:
        return "rejected" if rejects != negated else "asserted"
    return "asserted"


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
        tree: The doc.
        draft: The claim.
        speaker: `start:end` (characters) of the mention that the source is, if it is known.
        quotes: The quotations of the doc.
        lexicon: The rule data.
        antecedents: Finds whom a phrase stands for.

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
    before = [i for start, end in draft.content for i in range(start, min(end, index))]
    if word in _PERSONS:
        return any(tree.lower[i] in _PERSONS or _is_person(tree, i) for i in before)
    return any(tree.tags[i].startswith("NN") or tree.lower[i] in {"it", "its", "they"} for i in before)


def _is_person(tree: Tree, index: int) -> bool:
    """Return whether a token is of a person's name or title: `the president and his team`."""
    number = tree.ents.get(index)
    if number is not None:
        return tree.mentions[number].label_ in {"MINISTER", "OFFICE", "PERSON"}
    return tree.tags[index] in {"NN", "NNP"} and usual_title(tree.lemmas[index]) is not None


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
    # `Moll said of Hale that voters did not trust him`: as likely whom it is said of.
    if person == speaker and tree.lower[phrase[0]] in _OBJECTS and _names_another(tree, draft):
        return None
    return antecedents.full_name(person)


def _names_another(tree: Tree, draft: Draft) -> bool:
    """Return whether a person stands between a cue and its content."""
    first = draft.content[0][0] if draft.content else draft.head
    return any(_is_person(tree, index) for index in range(draft.head + 1, first))


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
    tree: Tree,
    word: str,
    draft: Draft,
    speaker: str | None,
    patterns: Patterns,
    antecedents: Antecedents,
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
    plural = tree.tags[top] in {"NNS", "NNPS"} or tree.child(top, "conj") is not None
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
    return found.pop() if len(found) == 1 else None


def _bodies_at(tree: Tree, head: int, patterns: Patterns) -> Iterator[str]:
    """Yield the names of bodies that stand by a noun as its owner, or after `of`, `at` or `for`."""
    nouns = [tree.child(prep, "pobj") for prep in tree.children(head, "prep") if tree.lower[prep] in _OF]
    for noun in (tree.child(head, "poss"), *nouns):
        number = None if noun is None else tree.ents.get(noun)
        if number is not None and tree.mentions[number].label_ in patterns.organisation_labels:
            yield tree.mentions[number].text


_OF = frozenset({"at", "for", "from", "of"})


def _label(tree: Tree, mention: str) -> str:
    start = int(mention.split(":")[0])
    return next((ent.label_ for ent in tree.mentions if ent.start_char == start), "")


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
    own = tree.tags[phrase[0]] in _POSSESSIVE
    return f"{name}’s" if own and not name.endswith("s") else f"{name}’" if own else name


def link_headlines(tree: Tree, drafts: Sequence[Draft], speakers: Sequence[str | None]) -> list[int | None]:
    """For each claim of a headline the number of the claim of the text that says the same, else None.

    Args:
        tree: The doc.
        drafts: The claims, in order.
        speakers: Parallel to them, `start:end` of the mention that the source is.

    Returns:
        Parallel to the claims.
    """
    headlines = [limit for limit, headline in tree.limits if headline]
    above = [any(a <= draft.head < b for a, b in headlines) for draft in drafts]
    body = [number for number, headline in enumerate(above) if not headline]
    return [
        _same_statement(tree, drafts, speakers, number, body) if headline else None
        for number, headline in enumerate(above)
    ]


def _same_statement(
    tree: Tree, drafts: Sequence[Draft], speakers: Sequence[str | None], number: int, body: Sequence[int]
) -> int | None:
    best: tuple[float, int] | None = None
    for rank, other in enumerate(body):
        least = _least_shared(tree, drafts, speakers, number, other)
        if least is None:
            continue
        share = _shared(tree, drafts[number], drafts[other])
        if share >= (least if rank < FIRST else LEAST_BELOW) and (best is None or share > best[0]):
            best = share, other
    return None if best is None else best[1]


def _shared(tree: Tree, headline: Draft, other: Draft) -> float:
    """Return the share of the words of a headline that a claim has; none of one word after another verb, or beside another number."""
    own, theirs = _words(tree, headline.content), _words(tree, other.content)
    shared = own & theirs
    if not shared or (len(shared) == 1 and not _same_cue(tree, headline, other)):
        return 0.0
    numbers, others = (_words(tree, draft.content, ("CD",)) for draft in (headline, other))
    return 0.0 if numbers and others and numbers.isdisjoint(others) else len(shared) / len(own)


def _words(tree: Tree, content: Sequence[Spread], tags: tuple[str, ...] = _MEANING) -> set[str]:
    return {
        tree.lemmas[i]
        for start, end in content
        for i in range(start, end)
        if tree.tags[i].startswith(tags) and tree.is_word(i)
    }


def _same_cue(tree: Tree, one: Draft, two: Draft) -> bool:
    return tree.lemmas[one.head] == tree.lemmas[two.head]


def _least_shared(
    tree: Tree, drafts: Sequence[Draft], speakers: Sequence[str | None], number: int, other: int
) -> float | None:
    """Return which share of words makes two claims one, by how likely their sources are one; None where they are two."""
    one, two = drafts[number].source, drafts[other].source
    if one is None or two is None:
        return LEAST_SHARED if one is None and _same_cue(tree, drafts[number], drafts[other]) else None
    last, their_last = _last_word(tree, speakers[number]), _last_word(tree, speakers[other])
    if last and last == their_last:
        return LEAST_SHARED
    words, theirs = _words(tree, [one]), _words(tree, [two])
    if tree.lemmas[tree.top(*one)] in theirs or tree.lemmas[tree.top(*two)] in words:
        return LEAST_SHARED
    return LEAST_BELOW if words & theirs else None


def _last_word(tree: Tree, mention: str | None) -> str:
    start, end = map(int, (mention or "0:0").split(":"))
    return tree.text[start:end].lower().rpartition(" ")[2]
