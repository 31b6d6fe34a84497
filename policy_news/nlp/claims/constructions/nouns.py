"""Claims that a noun reports: `Tory claims that`, `their promise to`."""

from __future__ import annotations

from policy_news.nlp.claims.constructions.phrases import find_source, noun_phrase, speaks, verb_group
from policy_news.nlp.claims.cue_lexicon import Lexicon, NounCue, Patterns
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import SUBJECTS, Spread, Tree
from policy_news.nlp.tags import FINITE, RELATIVES


def find_noun_claim(tree: Tree, head: int, lexicon: Lexicon) -> Draft | None:
    """Read `Tory claims that ...`, `their promise to ...`, `made a call for ...`; None where no content follows."""
    cue = lexicon.nouns.get(tree.lemmas[head])
    if cue is None or not tree.tags[head].startswith("NN"):
        return None
    content = _said(tree, head) if _is_told(tree, head) else _content(tree, head, cue, lexicon)
    if content is None:
        return None
    source, group = _source(tree, head, lexicon)
    if source is None and tree.lower[content[0]] in cue.preps:
        return None
    if tree.lower[content[0]] in cue.preps:
        content = content[0] + 1, content[1]
    return Draft(head, group, source, (content,), "noun", cue.type)


def is_light(tree: Tree, verb: int, lexicon: Lexicon) -> bool:
    """Return whether a verb only carries a noun that reports a claim: `expressed regret over the delay`."""
    noun = tree.child(verb, "dobj")
    light = tree.lemmas[verb] in lexicon.patterns.light_verbs
    return light and noun is not None and find_noun_claim(tree, noun, lexicon) is not None


def _content(tree: Tree, head: int, cue: NounCue, lexicon: Lexicon) -> Spread | None:
    """Return what a noun is about; the parse hangs much of that on a light verb."""
    verb, kids = tree.heads[head], tree.kids[head]
    if tree.deps[head] == "dobj" and tree.lemmas[verb] in lexicon.patterns.light_verbs:
        end = _behind_addressee(tree, verb, tree.right[head] + 1, cue)
        kids = [*kids, *(kid for kid in tree.kids[verb] if tree.left[kid] == end)]
    for kid in kids:
        if kid < head:
            continue
        if tree.deps[kid] in {"acl", "ccomp"} and (
            tree.lower[tree.left[kid]] == "that" or _is_bare(tree, kid, cue)
        ):
            return tree.subtree(kid)
        if tree.deps[kid] == "prep" and tree.lower[kid] in cue.preps and kid < tree.right[kid]:
            return tree.subtree(kid)
    return None


def _behind_addressee(tree: Tree, verb: int, end: int, cue: NounCue) -> int:
    """Return where what a noun is about may begin: `expressed thanks | to the mayor | for her work`."""
    to = next((kid for kid in tree.kids[verb] if tree.left[kid] == end and tree.lower[kid] == "to"), None)
    return end if to is None or "to" in cue.preps else tree.right[to] + 1


def _is_told(tree: Tree, head: int) -> bool:
    """Return whether a noun says what follows `is`: `The union's view is that it is late`."""
    return tree.deps[head] == "nsubj" and tree.lemmas[tree.heads[head]] == "be"


def _said(tree: Tree, head: int) -> Spread | None:
    clause = tree.child(tree.heads[head], "ccomp")
    return tree.subtree(clause) if clause is not None and tree.lower[tree.left[clause]] == "that" else None


def _is_bare(tree: Tree, verb: int, cue: NounCue) -> bool:
    """Return a clause without `that` but with a subject, or an infinitive that is no purpose, as of `a report | to end abuse`."""
    if tree.tags[verb] in FINITE:
        return any(tree.deps[kid] in SUBJECTS for kid in tree.kids[verb])
    asked = tree.tags[verb] == "VB" and cue.infinitive
    return asked and any(tree.lower[kid] == "to" for kid in tree.kids[verb])


def _carrier(tree: Tree, head: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """Return the verb that carries a noun and its subject: `Ms Orr expressed regret over`, `Ms Orr is of the view that`."""
    verb = tree.heads[head]
    if tree.deps[head] == "pobj" and tree.lower[verb] == "of":
        verb = tree.heads[verb]
        carries = tree.lemmas[verb] == "be"
    else:
        carries = tree.deps[head] == "dobj" and tree.lemmas[verb] in lexicon.patterns.light_verbs
    subject = find_source(tree, verb, lexicon.patterns) if carries else None
    if subject is None or tree.tags[subject] in RELATIVES or tree.lower[subject] == "it":
        return None
    return verb, subject


def _speaker(tree: Tree, preposition: int, patterns: Patterns) -> int | None:
    """Return whose claim a preposition says it is; `of` does so only of a speaker: `The conclusion of the board was that`."""
    target, word = tree.child(preposition, "pobj"), tree.lower[preposition]
    if target is None or word not in patterns.noun_source_preps:
        return None
    told = _is_told(tree, tree.heads[preposition]) and speaks(tree, target, patterns)
    return target if word != "of" or told else None


def _source(tree: Tree, head: int, lexicon: Lexicon) -> tuple[Spread | None, Spread]:
    """Return the owner of the claim and the cue: the noun, or the light verb with it."""
    patterns = lexicon.patterns
    noun = head, head + 1
    verb, subject = _carrier(tree, head, lexicon) or (head, None)
    owner = tree.child(head, "poss")
    if owner is not None:  # `Hexa expressed its belief that`
        own = subject if tree.tags[owner] == "PRP$" else None
        return noun_phrase(tree, owner if own is None else own, patterns), noun
    told = (_speaker(tree, kid, patterns) for kid in tree.children(head, "prep"))
    speaker = next((word for word in told if word is not None), None)
    if speaker is not None:
        return noun_phrase(tree, speaker, patterns), noun
    if subject is not None:
        return noun_phrase(tree, subject, patterns), (verb_group(tree, verb)[0], head + 1)
    modifier = tree.child(head, "compound", "nmod")
    if modifier is not None and modifier in tree.ents:
        return (tree.left[modifier], modifier + 1), noun
    return None, noun
