"""What stands before a colon: a speaker (`Kerr: "We go on"`, `SMITH: ...`), a topic, a label or a dateline; and signatures."""

from __future__ import annotations

from policy_news.nlp.claims.constructions.quotes import QuoteIndex
from policy_news.nlp.claims.cue_lexicon import Lexicon, Patterns
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import PHRASE, Tree
from policy_news.nlp.tags import FINITE

MAX_SPEAKER = 3
"""Most words of a speaker's name in capitals."""
MAX_SIGNATURE = 14
"""Most tokens from the dash of a signature to the end of its line."""
MIN_STATEMENT = 2
"""Fewest words after a colon."""
_AGAINST = frozenset({"v", "v.", "vs", "vs."})
"""Words between two who are in a matter: `Hexa vs Orr: ...`."""
_CLOSING_MARKS = '"”’'
_ASKING = frozenset({"WDT", "WP", "WRB"})
_PLACES = frozenset({"GPE", "LOC"})


def find_colon(tree: Tree, start: int, end: int, quotes: QuoteIndex) -> int | None:
    """Return the colon after the first words of a line, or None."""
    last = min(end - 1, start + PHRASE + 1)
    colon = next((i for i in range(start, last) if tree.lower[i] == ":"), None)
    return None if colon is None or colon == start or quotes.at(colon) is not None else colon


def find_colon_claim(
    tree: Tree, start: int, end: int, quotes: QuoteIndex, lexicon: Lexicon, *, headline: bool
) -> Draft | None:
    """Read `Name: statement` at the start of a line; outside headlines only before a quotation, or after a name in capitals."""
    colon = find_colon(tree, start, end, quotes)
    patterns = lexicon.patterns
    if colon is None or is_label(tree, start, colon, patterns) or is_place(tree, start, colon):
        return None
    after = next((i for i in range(colon + 1, end) if not tree.is_space(i)), end)
    if sum(tree.is_word(i) for i in range(after, end)) < MIN_STATEMENT:
        return None
    number = quotes.at(after)
    shouted = not headline and is_shouted(tree, start, colon, patterns)
    if not shouted and not _is_name(tree, start, colon, patterns):
        return None
    if number is None and headline and not _is_assertion(tree, start, colon, after, end, patterns):
        return None
    if number is None and not headline and not shouted:
        return None
    # In running text only the quotation is said; a headline and a line of a transcript are said to their end.
    last = end if number is None or headline or shouted else min(end, quotes.all[number].end)
    return Draft(colon, (colon, colon + 1), (start, colon), ((after, last),), "colon", "statement")


def is_label(tree: Tree, start: int, end: int, patterns: Patterns) -> bool:
    """Return whether the words are a label that no one says: `Analysis`, `Media caption`, `Read more`."""
    words = [tree.lower[i] for i in range(start, end) if tree.is_word(i)]
    if not words:
        return True
    return words[-1] in patterns.captions or words[0] in patterns.labels or words[-1] in patterns.labels


def is_caption(tree: Tree, draft: Draft, patterns: Patterns) -> bool:
    """Return whether a claim is the line under a picture or another label: `File photo: the minister leaves`."""
    if draft.source is None:
        return False
    end = draft.source[1]
    before_colon = tree.lower[draft.head] == ":" or tree.lower[end : end + 1] == [":"]
    captioned = tree.lower[end - 1] in patterns.captions
    return is_label(tree, *draft.source, patterns) and (before_colon or captioned)


def is_place(tree: Tree, start: int, end: int) -> bool:
    """Return whether all words of a phrase belong to names of places."""
    words = [i for i in range(start, end) if tree.is_word(i)]
    return bool(words) and all(
        i in tree.ents and tree.mentions[tree.ents[i]].label_ in _PLACES for i in words
    )


def is_shouted(tree: Tree, start: int, colon: int, patterns: Patterns) -> bool:
    """Return whether the words are a speaker's name in capitals, as in a transcript (`MR. BERG`)."""
    words = [tree.doc[i].text for i in range(start, colon) if tree.is_word(i)]
    # `MR` and `DR` are short, but no initials as `EU` and `US` are.
    names = [word for word in words if word.lower() not in patterns.honorifics]
    if not names or len(words) > MAX_SPEAKER:
        return False
    return all(word.isupper() for word in words) and all(len(word) > 2 for word in names)


def _labels(tree: Tree, start: int, end: int) -> set[str]:
    return {tree.mentions[tree.ents[i]].label_ for i in range(start, end) if i in tree.ents}


def _is_name(tree: Tree, start: int, colon: int, patterns: Patterns) -> bool:
    """Return whether the words before the colon name a person, an office or an organisation, or a kind of report or speaker."""
    if tree.lemmas[colon - 1] in patterns.colon_sources:
        return all(tree.tags[i].startswith(("NN", "DT", "JJ", "POS")) for i in range(start, colon))
    labels = _labels(tree, start, colon)
    if not _AGAINST.isdisjoint(tree.lower[start:colon]) or not all(
        tree.tags[i].startswith(("NN", "DT", "JJ", "POS", "IN", "CC", ",", "HYPH")) or i in tree.ents
        for i in range(start, colon)
    ):
        return False
    if not labels & (patterns.person_labels | patterns.organisation_labels | {"OFFICE"}):
        # `Kerr: 'We go on'`: the tagger knows a name where the recogniser does not.
        return all(tree.tags[i].startswith("NNP") for i in range(start, colon)) and colon - start <= 2
    # `Glenmore strike: talks go on` names a matter, not who speaks: the last word has to be of the name.
    return colon - 1 in tree.ents or tree.lower[start] in patterns.honorifics


def _is_assertion(tree: Tree, start: int, colon: int, after: int, end: int, patterns: Patterns) -> bool:
    """Return whether what follows the colon of a headline is said by whom it names, and no news about him."""
    if tree.tags[after] in _ASKING or tree.tags[end - 1] in _ASKING or tree.lower[end - 1] == "?":
        return False
    if tree.tags[after] == "CD" and not patterns.counted.isdisjoint(tree.lower[after + 1 : after + 2]):
        return False  # `five things to know`
    labels = _labels(tree, start, colon)
    speaks = tree.lemmas[colon - 1] in patterns.colon_sources or bool(labels & patterns.organisation_labels)
    if speaks and labels & (patterns.company_labels | patterns.committee_labels):
        # `Kestrel Foods: Half-year results`, `Transport Committee: Opening statement` are titles of releases.
        return any(tree.tags[i] in FINITE for i in range(after, end))
    if speaks:
        return True
    own = (i for i in range(after, end) if tree.deps[tree.heads[i]] != "relcl")
    return any(
        tree.lower[i] in patterns.first_persons
        or tree.lower[i] in patterns.call_modals
        or tree.tags[i] == "MD"
        for i in own
    )


def find_signature(tree: Tree, start: int, end: int, quotes: QuoteIndex, lexicon: Lexicon) -> Draft | None:
    """Read `"..." - Anna Smith` at the end of a line or on the line below the quotation."""
    dashes = lexicon.patterns.dashes
    near = range(end - 1, max(start, end - MAX_SIGNATURE) - 1, -1)
    dash = next((i for i in near if tree.lower[i].lstrip(_CLOSING_MARKS) in dashes), None)
    if dash is None or dash + 1 >= end:
        return None
    glued = tree.lower[dash] not in dashes  # the closing mark and the dash are one token
    last = dash if glued else _word_before(tree, dash)
    number = None if last is None else quotes.at(last)
    if number is None or last is None or last < start or quotes.all[number].end != last + 1:
        return None
    stop = _end_of_name(tree, dash + 1, end, lexicon.patterns)
    if not dash + 1 < stop <= dash + 1 + PHRASE or not tree.doc[dash + 1].text[0].isupper():
        return None
    content = quotes.all[number].start, dash if glued else quotes.all[number].end
    return Draft(dash, (dash, dash + 1), (dash + 1, stop), (content,), "signature", "statement")


def _word_before(tree: Tree, index: int) -> int | None:
    """Return the last token before one that is no white space and no mark of a quotation."""
    before = range(index - 1, max(-1, index - 4), -1)
    return next((i for i in before if not tree.is_space(i) and tree.lower[i] != ">"), None)


def _end_of_name(tree: Tree, start: int, end: int, patterns: Patterns) -> int:
    behind = (
        i
        for i in range(start, end)
        if not tree.tags[i].startswith("NN") and tree.lower[i] not in patterns.honorifics
    )
    return next(behind, end)
