"""Cues and sources: verb groups, subjects and minimal noun phrases."""

from __future__ import annotations

from collections.abc import Sequence

from policy_news.nlp.claims.cue_lexicon import Patterns
from policy_news.nlp.claims.tree import PHRASE, Spread, Tree
from policy_news.nlp.tags import TENSED

_GROUP = frozenset({"aux", "auxpass", "neg"})
_SHARED = frozenset({"conj", "xcomp", "advcl", "dep", "pcomp", "ccomp"})
_CUT = frozenset({"appos", "relcl", "acl", "parataxis", "advcl", "punct"})
_RELATIVES = frozenset({"WDT", "WP", "WP$"})
_OF_POST = frozenset({",", "DT", "HYPH", "IN", "JJ", "NN", "NNP", "POS", "VBG", "VBN"})
"""Tags of what may stand between `whose` and a name: a post, an honorific."""


def verb_group(tree: Tree, head: int) -> Spread:
    """Return the verb with the auxiliaries, negation and adverbs that stand together with it, and its particle.

    An infinitive takes in the verbs that govern it where they stand together: `went on to promise`.
    """
    start = _leftmost(tree, head)
    end = head + 1
    while end < len(tree) and tree.heads[end] == head and tree.deps[end] in {"prt", "neg"}:
        end += 1
    governor = tree.heads[head]
    between = range(governor + 1, start)
    together = all(tree.deps[i] in {"prt", "advmod", "neg"} and tree.is_word(i) for i in between)
    if tree.deps[head] == "xcomp" and governor < start and together and tree.tags[head] not in TENSED:
        start = _leftmost(tree, governor)
    return start, end


def _leftmost(tree: Tree, head: int) -> int:
    """Start of the auxiliaries and adverbs before a verb; an adverb alone does not open a group."""
    start = at = head
    while at > 0 and tree.heads[at - 1] == head:
        at -= 1
        if tree.deps[at] in _GROUP:
            start = at
        elif _is_no_longer(tree, at):
            start = at = at - 1
        elif tree.deps[at] != "advmod" or tree.tags[at] == "WRB":
            break
    return start


def find_source(tree: Tree, head: int, patterns: Patterns) -> int | None:
    """Return the head of the noun phrase that is the source of a verb: its subject, the agent of a passive, or a shared subject."""
    if is_passive(tree, head):
        return agent(tree, head)
    teller = _teller(tree, head, patterns)
    if teller is not None:
        return teller
    for verb in (head, *tree.above(head)):
        if _is_own_content(tree, head, verb):
            continue
        subject = tree.subject(verb)
        if subject is not None:
            return _shared_subject(tree, head, verb, subject, patterns)
        if tree.deps[verb] in {"acl", "relcl"}:
            active = tree.tags[verb] == "VBG" or tree.deps[verb] == "relcl"
            return _behind_object(tree, head, tree.heads[verb], patterns) if active else None
        if not _shares_subject(tree, head, verb):
            return None
    return None


def _behind_object(tree: Tree, cue: int, noun: int, patterns: Patterns) -> int:
    """Return who goes on where the parse hangs a participle on an object: `rejected the plan, adding that`."""
    added = (
        tree.tags[cue] == "VBG" and tree.lemmas[cue] in patterns.adding and not speaks(tree, noun, patterns)
    )
    verb = tree.heads[noun]
    issued = tree.lemmas[noun] in patterns.issued and tree.lemmas[verb] in patterns.writing
    if not added or issued or tree.deps[cue] != "acl" or tree.deps[noun] not in {"dobj", "pobj"}:
        return noun
    subject = tree.subject(tree.heads[verb] if tree.deps[noun] == "pobj" else verb)
    return noun if subject is None or tree.tags[subject] in _RELATIVES else subject


def goes_on(tree: Tree, verb: int, patterns: Patterns) -> bool:
    """Return whether it is a participle by which only who has spoken goes on: `adding that`."""
    return tree.tags[verb] == "VBG" and tree.lemmas[verb] in patterns.going_on


def _teller(tree: Tree, head: int, patterns: Patterns) -> int | None:
    """Return who goes on in `According to Ms Orr, the yard is shut, adding that`, or a holder: not the subject of the clause."""
    if tree.deps[head] != "advcl" or not goes_on(tree, head, patterns):
        return _holder(tree, head, patterns)
    clause = tree.heads[head]
    to = next((tree.child(kid, "prep") for kid in tree.kids[clause] if tree.lower[kid] == "according"), None)
    return None if to is None or to > head else tree.child(to, "pobj")


def _holder(tree: Tree, head: int, patterns: Patterns) -> int | None:
    """Return whom a clause with `whose` names before its verb, whatever the parse makes of it: `the bank, whose head, Ana Moll, said`."""
    end = head - (tree.lower[head - 1] == ",")
    number = tree.ents.get(end - 1)
    if number is None or tree.mentions[number].label_ not in patterns.person_labels:
        return None
    name = tree.mentions[number]
    for i in range(name.start - 1, max(name.start - PHRASE, -1), -1):
        if tree.tags[i] == "WP$":
            return tree.top(name.start, name.end)
        if i in tree.ents or tree.tags[i] not in _OF_POST:
            return None
    return None


def _reporter(tree: Tree, head: int, verb: int, subject: int, patterns: Patterns) -> int | None:
    """Return who reports a clause whose subject cannot be who goes on: `Ms Orr said the trial was unfair, saying that`."""
    if (
        tree.tags[head] != "VBG"
        or tree.deps[head] != "advcl"
        or verb == head
        or speaks(tree, subject, patterns)
    ):
        return None
    clause = next((up for up in (verb, *tree.above(verb)) if tree.deps[up] == "ccomp"), None)
    if clause is None or tree.heads[clause] > clause:
        return None
    teller = tree.subject(tree.heads[clause])
    return teller if teller is not None and speaks(tree, teller, patterns) else None


def speaks(tree: Tree, noun: int, patterns: Patterns) -> bool:
    """Return whether a noun is surely somebody who speaks: a name, a pronoun of persons, a word for a person or a body."""
    number = tree.ents.get(noun)
    if number is not None:
        return tree.mentions[number].label_ in patterns.named_labels
    if tree.tags[noun] in {"PRP", "WP"}:
        return tree.lower[noun] != "it"
    if tree.tags[noun].startswith("NNP"):  # a name that no mention has
        return True
    return tree.lemmas[noun] in patterns.speaking


def _is_own_content(tree: Tree, head: int, verb: int) -> bool:
    """Return whether a cue hangs on what the cue before it reports: `X claims its fall was a punishment and has vowed to sue`."""
    joined = tree.heads[head] == verb and tree.deps[head] == "conj" and tree.deps[verb] == "ccomp"
    return verb != head and joined and tree.subject(head) is None


def _shared_subject(tree: Tree, head: int, verb: int, subject: int, patterns: Patterns) -> int | None:
    """Return the subject of a verb above the cue, who reports the clause if it cannot speak, or the agent of a passive."""
    reporter = _reporter(tree, head, verb, subject, patterns)
    if reporter is not None:
        return reporter
    if verb != head and is_passive(tree, verb) and tree.deps[head] != "conj":
        step = next(i for i in (head, *tree.above(head)) if tree.heads[i] == verb)
        # `was mocked by the union for saying`, `was invited by the union to accept`: who was mocked, who was invited
        done = None if tree.deps[step] in {"prep", "xcomp"} else agent(tree, verb)
        return done or _real(tree, verb, subject, patterns)
    return _real(tree, verb, subject, patterns)


def _shares_subject(tree: Tree, head: int, verb: int) -> bool:
    """Return whether a verb without a subject has that of the verb above it."""
    if verb == head and tree.deps[verb] == "ccomp":
        return False
    return tree.deps[verb] in _SHARED or (tree.deps[verb] == "prep" and verb != head)


def _real(tree: Tree, verb: int, subject: int, patterns: Patterns) -> int | None:
    """Return the subject, or the noun that a relative pronoun stands for; None for `there`."""
    if tree.tags[subject] in _RELATIVES and tree.lower[subject] != "what":
        if tree.deps[verb] != "relcl":
            return None
        noun = tree.heads[verb]
        return _whose(tree, noun, patterns) if tree.lower[subject] == "who" else noun
    if tree.lower[subject] == "there":
        return None
    return subject


def _whose(tree: Tree, noun: int, patterns: Patterns) -> int:
    """Return whom `who` stands for where the parser hangs it on a body: `Ann Orr, a chairman of the Dairy Board, who said`."""
    number, of = tree.ents.get(noun), tree.heads[noun]
    label = tree.lemmas[noun] in patterns.body_heads and tree.tags[noun] == "NN"
    if number is not None:
        label = tree.mentions[number].label_ in patterns.named_labels - patterns.person_labels
    post = tree.heads[of]
    if (
        not label
        or tree.deps[noun] != "pobj"
        or tree.deps[of] != "prep"
        or not tree.tags[post].startswith("NN")
    ):
        return noun
    person = tree.ents.get(tree.heads[post]) if tree.deps[post] == "appos" else None
    is_person = person is not None and tree.mentions[person].label_ in patterns.person_labels
    return tree.heads[post] if is_person else post


def is_passive(tree: Tree, head: int) -> bool:
    """Return whether the verb is passive."""
    return tree.tags[head] == "VBN" and tree.child(head, "auxpass", "nsubjpass", "csubjpass") is not None


def agent(tree: Tree, head: int) -> int | None:
    """Return the noun after `by`."""
    for by in tree.children(head, "agent"):
        noun = tree.child(by, "pobj")
        if noun is not None:
            return noun
    return None


def noun_phrase(tree: Tree, head: int, patterns: Patterns, stop: int = -1) -> Spread:
    """Return the minimal noun phrase of a head: without apposition and what a comma sets off; a name without its titles.

    It ends before the phrase that holds the token `stop`, the cue: `67 MPs` in `67 MPs calling for a ban`.

    Args:
        stop: Token of the cue, which the phrase must not hold; -1 for none.
    """
    start, end = tree.left[head], tree.right[head] + 1
    for kid in tree.kids[head]:
        if kid > head and tree.deps[kid] in _CUT and _is_set_off(tree, kid, head, stop):
            end = min(end, tree.left[kid])
        elif kid > head and stop >= 0 and _is_setting(tree, kid, patterns):
            end = min(end, kid)
        elif (
            kid < head
            and tree.deps[kid] in {"punct", "cc", "advmod", "parataxis"}
            and tree.left[kid] == start
        ):
            start = tree.right[kid] + 1
    name = _apposed_person(tree, head, end, patterns)
    if name is not None and tree.is_word(tree.left[name] - 1):
        head = name
    start, end = _named(tree, head, start, end, patterns)
    return trim_phrase(tree, start, end)


def _apposed_person(tree: Tree, head: int, end: int, patterns: Patterns) -> int | None:
    """Return the person behind a noun in apposition; a body bears no such name: `the group, in a statement by Ann Orr, said`."""
    apposed = () if tree.lemmas[head] in patterns.body_heads else tree.children(head, "appos")
    people = (kid for kid in apposed if kid > head and is_person(tree, kid, patterns))
    return next((kid for kid in people if tree.left[kid] < end), None)


def _is_setting(tree: Tree, kid: int, patterns: Patterns) -> bool:
    """Return whether a phrase says where or when somebody spoke: `a spokesman | in a statement`, `the union | in May`."""
    noun = tree.child(kid, "pobj") if tree.lower[kid] in {"in", "on"} else None
    if noun is None:
        return False
    return tree.lemmas[noun] in patterns.media or len(tree.dates_within(kid + 1, noun + 1)) > 0


def is_person(tree: Tree, index: int, patterns: Patterns) -> bool:
    """Return whether a token is part of the name of a person."""
    return index in tree.ents and tree.mentions[tree.ents[index]].label_ in patterns.person_labels


def names_several(tree: Tree, head: int) -> bool:
    """Return whether a noun phrase with commas inside is a list of names up to its verb."""
    return any(_is_list(tree, kid, head) for kid in tree.kids[head] if kid > head)


def _is_list(tree: Tree, kid: int, head: int) -> bool:
    """Return whether what looks set off goes on to another name that no comma closes: `Hexa, Sea Watch and the port said`.

    Not so: `Hexa, a firm, and Sea Watch said`.
    """
    behind = tree.right[head] + 1
    if tree.deps[kid] == "punct" or behind == len(tree) or not tree.is_word(behind):
        return False
    for other in (*tree.children(head, "conj"), *tree.children(kid, "conj")):
        if other > kid and tree.right[other] == tree.right[head]:
            return other in tree.ents or kid in tree.ents
    return False


def _is_set_off(tree: Tree, kid: int, head: int, stop: int) -> bool:
    """Return whether what hangs on a noun from the right is no part of its minimal phrase."""
    if _is_list(tree, kid, head):
        return False
    if tree.deps[kid] == "punct":
        return not _closes_name(tree, kid, head) and not names_several(tree, head)
    if tree.left[kid] <= stop <= tree.right[kid]:
        return True
    return not tree.is_word(tree.left[kid] - 1) or not tree.is_word(tree.left[kid])


def _closes_name(tree: Tree, kid: int, head: int) -> bool:
    """Return whether punctuation belongs inside a noun phrase: a hyphen, or a comma of an enumeration."""
    return any(other > kid and tree.deps[other] in {"conj", "cc"} for other in tree.kids[head]) or tree.lower[
        kid
    ] in {"-", "&"}


def _named(tree: Tree, head: int, start: int, end: int, patterns: Patterns) -> Spread:
    """Cut what stands before a person's name, keeping an honorific."""
    number = tree.ents.get(head)
    if number is None:
        return start, end
    ent = tree.mentions[number]
    if ent.label_ not in patterns.person_labels or ent.start < start or tree.child(head, "conj") is not None:
        return start, end
    if any(tree.tags[i] in {"POS", "PRP$"} for i in range(start, ent.start)):
        # `the bank's Anna Brown`: whose she is belongs to the phrase, unlike a title.
        return start, end
    first = ent.start
    while first > start and tree.lower[first - 1] in patterns.honorifics:
        first -= 1
    return first, max(min(end, ent.end), head + 1)


def trim_phrase(tree: Tree, start: int, end: int) -> Spread:
    """Cut punctuation and the possessive mark at the edges of a noun phrase."""
    while (
        end - start > 1
        and (not tree.is_word(end - 1) or tree.tags[end - 1] == "POS")
        and tree.lower[end - 1] != ")"
    ):
        end -= 1
    while end - start > 1 and not tree.is_word(start):
        start += 1
    return start, end


def is_negated(tree: Tree, head: int) -> bool:
    """Return whether a verb is negated, or an adjective with its verb: `did not say`, `no longer says`, `no one said`, `is not sure`."""
    if tree.deps[head] == "acomp":
        head = tree.heads[head]
    elif tree.tags[head].startswith("NN"):  # `has no doubt`, `did not express concern`
        bare = any(tree.lower[kid] == "no" for kid in tree.kids[head])
        return bare or (tree.deps[head] == "dobj" and is_negated(tree, tree.heads[head]))
    if any(tree.deps[kid] == "neg" or _is_no_longer(tree, kid) for kid in tree.kids[head]):
        return True
    subject = tree.subject(head)
    if subject is None:
        return False
    first = tree.left[subject]
    # `No 10` and `No Labels` are names.
    named = tree.tags[first + 1 : first + 2] == ["CD"] or (
        first in tree.ents and tree.ents[first] == tree.ents.get(subject)
    )
    return tree.lower[subject] in {"nobody", "none"} or (
        not named and tree.lower[first] in {"neither", "no", "none"}
    )


def _is_no_longer(tree: Tree, index: int) -> bool:
    return tree.lower[index] == "longer" and tree.lower[index - 1] == "no"


def is_clause(tree: Tree, content: Sequence[Spread]) -> bool:
    """Return whether a verb of its own governs a content: what somebody says, not what he does something to."""
    return bool(content) and tree.tags[tree.top(*content[0])].startswith(("VB", "MD"))


def is_called(tree: Tree, noun: int, name: Spread) -> bool:
    """Return whether a name follows a noun that it belongs to, without a comma: `its executive director Ana Moll`."""
    root = tree.top(*name)
    return name[0] == noun + 1 and tree.deps[root] == "appos" and tree.heads[root] == noun
