"""Claims of headlines and labels: `Minister calls for ban`, `Minister: ban is wrong`, `SMITH: ...`, `"..." - Anna Smith`."""

from __future__ import annotations

from pipeline.nlp.claims.constructions.quotes import QuoteIndex
from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.lexicon import Lexicon, Patterns, VerbCue
from pipeline.nlp.claims.tree import Spread, Tree

MAX_NAME = 6
"""Most tokens of a name before a colon."""
MAX_SPEAKER = 3
"""Most words of a speaker's name in capitals."""
MAX_SIGNATURE = 14
"""Most tokens from the dash of a signature to the end of its line."""
MIN_STATEMENT = 2
"""Fewest words after a colon."""
MAX_SUBJECT = 8
"""Most tokens of a headline before its verb."""


def find_headline_claim(
    tree: Tree, start: int, end: int, lexicon: Lexicon, quotes: QuoteIndex
) -> Draft | None:
    """The claim of a headline by its words alone: a headline in title case is rarely parsed right."""
    for index in range(start + 1, min(end, start + MAX_SUBJECT + 1)):
        cue = None if quotes.at(index) is not None else _present(tree, index, lexicon)
        if (
            cue is None
            or not tree.is_word(index - 1)
            or index + 1 >= end
            or tree.lower[index - 1] in lexicon.patterns.never_before_headline_verb
        ):
            continue
        after = index + 1
        if tree.lower[after] in cue.preps:
            after += 1
        elif not {"object", "clause", "infinitive", "order"} & set(cue.frames):
            continue
        if after >= end or not any(tree.is_word(i) for i in range(after, end)):
            continue
        frame = (
            tree.lower[after - 1]
            if after > index + 1
            else "infinitive"
            if tree.lower[after] == "to"
            else "object"
        )
        source = _name(tree, start, index)
        return Draft(index, (index, after), source, ((after, end),), "headline", cue.type_in(frame))
    return None


def _present(tree: Tree, index: int, lexicon: Lexicon) -> VerbCue | None:
    """The headline verb that a word in any case may be: third person, or plural after a plural."""
    word = tree.lower[index]
    for stem in (word[:-1], word[:-2], f"{word[:-3]}y"):
        cue = lexicon.verbs.get(stem)
        if word.endswith("s") and cue is not None and cue.headline and word in _third_person(stem):
            return cue
    cue = lexicon.verbs.get(word)
    plural = tree.lower[index - 1].endswith("s") and tree.tags[index - 1] != "POS"
    return cue if cue is not None and cue.headline and plural else None


def _third_person(stem: str) -> tuple[str, ...]:
    if stem.endswith("y") and stem[-2:-1] not in {"a", "e", "o", "u"}:
        return (f"{stem[:-1]}ies",)
    return (f"{stem}es",) if stem.endswith(("s", "sh", "ch", "x")) else (f"{stem}s",)


def _name(tree: Tree, start: int, end: int) -> Spread:
    """The words before the verb, cut after a label (`Update: Minister calls ...`)."""
    for index in range(end - 1, start, -1):
        if tree.lower[index] in {":", "|", ","} and end - index > 1:
            return index + 1, end
    return start, end


_CLOSING_MARKS = '"”’'


def find_colon_claim(
    tree: Tree, start: int, end: int, quotes: QuoteIndex, lexicon: Lexicon, *, headline: bool
) -> Draft | None:
    """`Name: statement` at the start of a line; outside headlines only before a quotation, or after a name in capitals."""
    colon = next((i for i in range(start, min(end, start + MAX_NAME + 1)) if tree.lower[i] == ":"), None)
    if colon is None or colon == start or colon + 1 >= end:
        return None
    shouted = not headline and _is_shouted(tree, start, colon)
    if not (shouted or _is_name(tree, start, colon, lexicon.patterns)):
        return None
    after = next((i for i in range(colon + 1, end) if not tree.is_space(i)), end)
    number = quotes.at(after) if after < end else None
    if sum(tree.is_word(i) for i in range(after, end)) < MIN_STATEMENT or not (
        number is not None or headline or shouted
    ):
        return None
    last = end if number is None or headline or shouted else quotes.all[number].end
    return Draft(colon, (colon, colon + 1), (start, colon), ((after, min(last, end)),), "colon", "statement")


def is_caption(tree: Tree, draft: Draft, patterns: Patterns) -> bool:
    """Whether a claim is the line under a picture: `File photo: the minister leaves`."""
    return (
        draft.source is not None
        and tree.lower[draft.head] == ":"
        and tree.lower[draft.source[1] - 1] in patterns.captions
    )


def _is_shouted(tree: Tree, start: int, colon: int) -> bool:
    """Whether the words are a speaker's name in capitals, as in a transcript."""
    words = [tree.doc[i].text for i in range(start, colon) if tree.is_word(i)]
    return (
        bool(words) and all(word.isupper() and len(word) > 2 for word in words) and len(words) <= MAX_SPEAKER
    )


def _is_name(tree: Tree, start: int, colon: int, patterns: Patterns) -> bool:
    """Whether the words before the colon name a person, an office or an organisation, or a kind of report."""
    if colon - start == 1 and tree.lower[start] in patterns.colon_sources:
        return True
    if not all(
        tree.tags[i].startswith(("NN", "DT", "JJ", "POS", "IN", "CC", ",", "HYPH"))
        for i in range(start, colon)
    ):
        return False
    labels = {tree.mentions[tree.ents[i]].label_ for i in range(start, colon) if i in tree.ents}
    return bool(labels & (patterns.person_labels | patterns.organisation_labels | {"OFFICE"}))


def find_signature(tree: Tree, start: int, end: int, quotes: QuoteIndex, lexicon: Lexicon) -> Draft | None:
    """`"..." - Anna Smith` at the end of a line or on the line below the quotation."""
    near = range(end - 1, max(start, end - MAX_SIGNATURE) - 1, -1)
    dash = next((i for i in near if tree.lower[i].lstrip(_CLOSING_MARKS) in lexicon.patterns.dashes), None)
    if dash is None or dash + 1 >= end:
        return None
    glued = tree.lower[dash] not in lexicon.patterns.dashes
    last = (
        dash
        if glued
        else next((i for i in range(dash - 1, max(-1, dash - 4), -1) if not tree.is_space(i)), None)
    )
    number = None if last is None else quotes.at(last)
    if number is None or quotes.all[number].end != (last or 0) + 1:
        return None
    stop = next(
        (
            i
            for i in range(dash + 1, end)
            if not tree.tags[i].startswith("NN") and tree.lower[i] not in lexicon.patterns.honorifics
        ),
        end,
    )
    if not dash + 1 < stop <= dash + 1 + MAX_NAME or not tree.doc[dash + 1].text[0].isupper():
        return None
    content = quotes.all[number].start, dash if glued else quotes.all[number].end
    return Draft(dash, (dash, dash + 1), (dash + 1, stop), (content,), "signature", "statement")
