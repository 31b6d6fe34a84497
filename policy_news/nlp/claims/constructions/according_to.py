"""`According to a survey, ...`, `As Ms Orr explained, ...`: the clause around it is what is claimed."""

from __future__ import annotations

from policy_news.nlp.claims.constructions.phrases import goes_on, noun_phrase, speaks, verb_group
from policy_news.nlp.claims.cue_lexicon import Lexicon
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import Spread, Tree, subtract


def find_according_to(tree: Tree, head: int, lexicon: Lexicon) -> Draft | None:
    """Read `According to a survey, ...`: the clause around it is the content."""
    if tree.lower[head - 2 : head + 2] == ["in", "the", "words", "of"]:
        return _in_words_of(tree, head, lexicon)
    to = _leading(tree, head, lexicon)
    target = None if to is None else tree.child(to, "pobj")
    if to is None or (target is None and to + 1 not in tree.gaps):
        return None
    host = _host(tree, head)
    first = head - (tree.lower[head - 1 : head + 1] == ["as", "per"])
    phrase = (head, to + 2) if target is None else _phrase(tree, first, target)
    going_on = [
        tree.subtree(kid) for kid in tree.children(host, "advcl") if goes_on(tree, kid, lexicon.patterns)
    ]
    others = [tree.subtree(kid) for kid in tree.children(host, "conj") if _says_other(tree, kid, lexicon)]
    content = subtract(tree.subtree(host), [phrase, *going_on, *others])
    if not content:
        return None
    source = None if target is None else noun_phrase(tree, target, lexicon.patterns)
    return Draft(head, (first, to + 1), source, tuple(content), "according", "statement")


def _says_other(tree: Tree, verb: int, lexicon: Lexicon) -> bool:
    """Return whether a coordinated clause has a source of its own: `According to Ms Orr it is late, but the board said it was not`."""
    own = tree.subject(verb) is not None and tree.child(verb, "ccomp") is not None
    return own and lexicon.verb_at(tree, verb) is not None


def _leading(tree: Tree, head: int, lexicon: Lexicon) -> int | None:
    """Return the preposition that leads to who says so: `according | to`; `Per the report, prices fell`, not `30 per cent`."""
    if tree.lower[head] == "according":
        return next((kid for kid in tree.kids[head] if tree.lower[kid] == "to"), None)
    noun = tree.child(head, "pobj") if tree.lower[head] == "per" else None
    begins = head == tree.sents[head] or not tree.is_word(head - 1) or tree.lower[head - 1] == "as"
    if noun is None or not begins or head in tree.ents:
        return None
    # A name behind it may be the surname of somebody called Per.
    speaker = speaks(tree, noun, lexicon.patterns) and not tree.tags[noun].startswith("NNP")
    return head if speaker or tree.lemmas[noun] in lexicon.patterns.issued else None


def _in_words_of(tree: Tree, words: int, lexicon: Lexicon) -> Draft | None:
    """Read `It was, in the words of Ms Orr, a disgrace`."""
    start, target = words - 2, tree.child(words + 1, "pobj")
    host = _host(tree, start)
    if target is None or not speaks(tree, target, lexicon.patterns) or host in range(start, words):
        return None
    source = noun_phrase(tree, target, lexicon.patterns)
    content = subtract(tree.subtree(host), [(start, source[1])])
    if not content or not _is_set_off(tree, (start, source[1])):
        return None
    return Draft(words, (start, words + 2), source, tuple(content), "according", "statement")


def find_hearsay(tree: Tree, head: int, lexicon: Lexicon) -> Draft | None:
    """Read `The mayor has reportedly resigned`: nobody is named who says so.

    Only in the writer's own clause, and beside no cue: `reportedly said that it would` is a claim of who said it.
    """
    kind = lexicon.patterns.hearsay_adverbs.get(tree.lower[head])
    if kind is None or tree.deps[head] != "advmod":
        return None
    verb = tree.heads[head]
    clause = next((up for up in (verb, *tree.above(verb)) if tree.deps[up] != "conj"), verb)
    own = tree.tags[verb].startswith(("VB", "MD")) and tree.deps[clause] in {"ROOT", "parataxis"}
    if not own or lexicon.verb_at(tree, verb) is not None:
        return None
    start, end = tree.subtree(verb)
    subject = tree.subject(clause)
    shared = subject is not None and tree.subject(verb) is None and [tree.subtree(subject)]
    content = [*(shared or []), *subtract((start, end), [(head, head + 1)])]
    return Draft(head, (head, head + 1), None, tuple(content), "according", kind)


def find_as_clause(tree: Tree, head: int, lexicon: Lexicon) -> Draft | None:
    """Read `As Ms Orr explained, ...` and `..., as she put it`, with nothing behind the verb that it could report."""
    cue, subject = lexicon.verbs.get(tree.lemmas[head]), tree.subject(head)
    mark = next((kid for kid in tree.kids[head] if kid < head and tree.lower[kid] == "as"), None)
    if mark is None or subject is None or not mark < subject < head or tree.deps[head] not in _ADVERBIAL:
        return None
    if tree.lower[mark - 1 : mark] == ["even"] or tree.lower[subject] in lexicon.patterns.first_persons:
        return None  # `even as she said` goes on with what she said; `as we said` is the writer
    behind = [kid for kid in tree.kids[head] if kid > head and tree.deps[kid] in _REPORTED]
    put = tree.lemmas[head] == "put" and [tree.lower[kid] for kid in behind] == ["it"]
    if not put and (behind or cue is None or "clause" not in cue.frames or _is_supposed(tree, head)):
        return None
    own = tree.left[head], tree.right[head] + 1
    host = next((i for i in tree.above(head) if tree.subject(i) is not None), None)
    if host is None or not _is_set_off(tree, own) or tree.lower[tree.sent_ends[host] - 1] == "?":
        return None
    content = subtract(tree.subtree(host), [own])
    if not content:
        return None
    source = noun_phrase(tree, subject, lexicon.patterns, head)
    kind = "statement" if cue is None else cue.type_in("clause")
    return Draft(head, verb_group(tree, head), source, tuple(content), "according", kind)


_ADVERBIAL = frozenset({"advcl", "parataxis"})
_REPORTED = frozenset({"acl", "ccomp", "dobj", "oprd", "xcomp"})


def _is_supposed(tree: Tree, head: int) -> bool:
    """Return whether a modal makes a verb one that nobody has said: `as an uncle would say`."""
    return any(tree.tags[kid] == "MD" for kid in tree.kids[head])


def _is_set_off(tree: Tree, span: Spread) -> bool:
    """Return whether commas part a clause from its sentence."""
    start, end = span
    before = start - 1 if start > tree.sents[start] else None
    before_ok = before is None or not tree.is_word(before)
    return before_ok and not (tree.is_word(end - 1) and end < len(tree) and tree.is_word(end))


def _host(tree: Tree, head: int) -> int:
    """Return the clause that `according to` stands in: up to a finite clause whose own governor does not report it."""
    host = tree.heads[head]
    for above in tree.above(head):
        host = above
        if tree.deps[above] in {"ccomp", "relcl", "advcl"} and tree.tags[above].startswith(("VB", "MD")):
            break
    return host


def _phrase(tree: Tree, head: int, target: int) -> Spread:
    """Return the whole phrase with its relative clauses."""
    return min(head, tree.left[head]), max(tree.right[head], tree.right[target]) + 1
