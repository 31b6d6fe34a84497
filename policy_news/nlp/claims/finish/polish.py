"""What a reader of news corrects in a draft.

The speaker's name for his title, who is quoted for who quotes, the addressee, the next cue.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import replace

from spacy.tokens import Span

from policy_news.core.grouping import grouped
from policy_news.nlp.claims.constructions.phrases import is_called
from policy_news.nlp.claims.constructions.quotes import QuoteIndex
from policy_news.nlp.claims.constructions.verbs import quoted_by
from policy_news.nlp.claims.cue_lexicon import Patterns
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.finish.trimming import CONTRASTS
from policy_news.nlp.claims.tree import PHRASE, Spread, Tree
from policy_news.nlp.tags import FINITE, RELATIVES, TENSED

ORIGIN = 8
"""Most tokens from a name to the comma after where somebody is from."""
_JOINING = CONTRASTS | {"and", "but"}
_CLAUSE_TAGS = FINITE | RELATIVES | {"CC", "VBG", "VBN"}
"""Tags of words that show that another clause or name stands between a name and a cue."""


def polish(
    tree: Tree, drafts: Iterable[Draft], ruled: Sequence[Draft], quotes: QuoteIndex, patterns: Patterns
) -> list[Draft]:
    """Return the drafts, with the claims that the rules find in the clauses cut off."""
    polished: list[Draft] = []
    heads: set[int] = set()
    by_head = grouped((draft.head, draft) for draft in ruled)
    quoting: dict[int, Draft] = {}  # by the cue that they only quote
    for draft in ruled:
        quoted = quoted_by(tree, draft.head)
        if quoted is not None:
            quoting[quoted] = draft
    for own in drafts:
        draft = quoting.get(own.head, own)
        named = with_name(tree, draft, patterns)
        cut, tails = cut_next_cue(tree, named, quotes, by_head, patterns)
        polished.append(cut)
        heads.add(draft.head)
        # Claims of the rules in what was cut off, unless they are drafts already.
        places = [i for tail in tails for i in range(*tail) if i in by_head and i not in heads]
        polished += [other for place in places for other in by_head[place]]
        heads.update(places)
    return polished


def with_name(tree: Tree, draft: Draft, patterns: Patterns) -> Draft:
    """Return the draft with the name of its source where it has that and a title.

    `Ana Moll` for `the newly-appointed minister for ports` in `The newly-appointed minister for ports, Ana Moll, called ...`.
    """
    source, cue = draft.source, draft.cue
    if source is None:
        return draft
    called = _name_in_title(tree, source, patterns)
    comma = _comma_behind(tree, source, cue)
    while called is None and comma is not None:
        name = _name_at(tree, comma + 1, tree.top(*source), patterns)
        called = name if name is not None and _is_closed(tree, name[1], cue) else None
        comma = _comma_behind_body(tree, comma + 1, patterns)
    return draft if called is None else replace(draft, source=called)


def _comma_behind_body(tree: Tree, start: int, patterns: Patterns) -> int | None:
    """Return the comma behind a body between a title and a name: `Secretary, Farm Board (FB), Ann Orr`, `Secretary, Farm Board, FB, Ann Orr`."""
    body = _mention_at(tree, start)
    if body is None or body.label_ not in patterns.organisation_labels:
        return None
    end = body.end + 3 * (tree.lower[body.end : body.end + 3 : 2] == ["(", ")"])
    return end if tree.lower[end : end + 1] == [","] else None


def _name_in_title(tree: Tree, source: Spread, patterns: Patterns) -> Spread | None:
    """Return `Ana Moll` of `its executive director Ana Moll`, `the chairman of the council, Hon. Ana Moll`."""
    top = tree.top(*source)
    end = source[1] - 3 * (tree.lower[source[1] - 3 : source[1] : 2] == ["(", ")"])  # `Ana Moll (SAN)`
    number = tree.ents.get(end - 1)
    ent = tree.mentions[number] if number is not None else None
    if ent is None or ent.label_ not in patterns.person_labels or ent.end != end or top >= ent.start:
        return None
    if is_called(tree, top, (ent.start, ent.end)):
        return ent.start, ent.end
    comma = next((i for i in range(ent.start - 1, top, -1) if tree.lower[i] == ","), None)
    if comma is None or tree.lemmas[top] not in patterns.members or tree.child(top, "conj") is not None:
        return None
    return _name_at(tree, comma + 1, top, patterns)


def _name_at(tree: Tree, start: int, top: int, patterns: Patterns) -> Spread | None:
    """Return the name after a title or a common noun: a person's for any but a person, a body's for one (`The company, Kestrel Foods,`)."""
    number = tree.ents.get(top)
    own = tree.mentions[number].label_ if number is not None else ""
    ent = next((e for i in range(start, start + PHRASE + 1) if (e := _mention_at(tree, i))), None)
    # Between them only a title: `Mr`, `Rep.`, `Representative`.
    titles = range(start, ent.start if ent else start)
    if ent is None or not all(_may_title(tree, i, patterns) for i in titles):
        return None
    if ent.label_ in patterns.person_labels:
        # `Thugs loyal to the mayor, Ana Moll,` are not she.
        alone = tree.tags[top] == "NNS" and tree.child(tree.top(ent.start, ent.end), "conj") is None
        return None if alone or own in patterns.person_labels else (ent.start, ent.end)
    body = not own and tree.lemmas[top] in patterns.body_heads
    return (ent.start, ent.end) if body and ent.label_ in patterns.organisation_labels else None


def _may_title(tree: Tree, index: int, patterns: Patterns) -> bool:
    """Return whether a word may stand before a name in apposition: a title, a first name."""
    word = index - (tree.lower[index] == ".")
    return tree.lower[word] in patterns.honorifics or tree.tags[word] == "NNP"


def _is_closed(tree: Tree, end: int, cue: Spread | None) -> bool:
    """Return whether a name that is set off ends at a token, or after its origin: `, Ann Orr of Maine,`, `, Ann Orr (D-Me.),`.

    What tells when or where may stand between it and the cue: `, Ann Orr on Sunday said`.
    """
    if end >= len(tree):
        return False
    if cue is not None and end <= cue[0] <= end + PHRASE:
        between = range(end, cue[0])
        if all(tree.is_word(i) and tree.tags[i] not in _CLAUSE_TAGS for i in between):
            return True
    last = end
    if tree.lower[end] in {"of", "("}:
        last = next((i for i in range(end, min(end + ORIGIN, len(tree))) if tree.lower[i] == ","), end)
    return tree.lower[last] in {",", ".", "who"}


def _mention_at(tree: Tree, index: int) -> Span | None:
    """Return the mention that begins at a token."""
    number = tree.ents.get(index)
    return tree.mentions[number] if number is not None and tree.mentions[number].start == index else None


def _comma_behind(tree: Tree, source: Spread, cue: Spread | None) -> int | None:
    """Return the comma that closes a title, also after a few words that the source leaves out (`director for letters,`)."""
    near = range(source[1], min(source[1] + PHRASE, len(tree) - 1))
    stop = next((i for i in near if tree.lower[i] in {",", "."} or tree.is_space(i)), None)
    if stop is None or tree.lower[stop] != "," or (cue is not None and stop >= cue[0] > source[0]):
        return None
    return stop


def _cut_pieces(
    tree: Tree, draft: Draft, find: Callable[[int, int], int | None]
) -> tuple[Draft, list[Spread]]:
    """Return the draft with each piece of content cut before what joins on to it, and what was cut off.

    Args:
        find: Gives for the start and end of a piece the token after its joint, a comma or `and`; None where nothing is cut.
    """
    pieces, tails = [], []
    for start, end in draft.content:
        at = find(start, end)
        if at is None:
            pieces.append((start, end))
            continue
        # A mark that closes a quotation after its comma stays: `"by the truckload," | a charge`.
        joint = tree.lower[at - 1] in _JOINING or not (tree.is_word(at - 1) or tree.tags[at - 1] == "''")
        pieces.append((start, at - joint))
        tails.append((at, end))
    return draft.with_content(tuple(pieces)), tails


def cut_next_cue(
    tree: Tree, draft: Draft, quotes: QuoteIndex, cues: Container[int], patterns: Patterns
) -> tuple[Draft, list[Spread]]:
    """Return the draft without the next act of its source (`called on the firm to act | and promised a fund`), and that act.

    After an infinitive, an object or a clause in another tense, which have no verb in that form, a verb in the form of the cue goes on
    with the sentence of the cue.

    Args:
        cues: Tokens at which the rules find a cue.
    """
    if draft.cue is None:
        return draft, []
    behind = draft.cue[1]

    def going_on(start: int, end: int) -> int | None:
        rest = max(start, behind), end
        first = _next_cue(tree, draft.head, rest, quotes, cues)
        if first is None:
            first = _adding(tree, rest, quotes, cues, patterns)
        return first if first is not None and first - 1 > start else None

    return _cut_pieces(tree, draft, going_on)


def _next_cue(tree: Tree, head: int, span: Spread, quotes: QuoteIndex, cues: Container[int]) -> int | None:
    """Return the verb by which the sentence of a cue goes on inside of its content, or None."""
    form = _form(tree, head)
    if form not in TENSED:
        return None
    same = [
        i for i in range(*span) if tree.tags[i] == form and tree.deps[i] != "aux" and quotes.at(i) is None
    ]
    for i in same:
        first = _opening(tree, i)
        # After a verb of the content in that form nobody can tell which of both it goes on with.
        if i not in cues or first is None:
            continue
        if tree.lower[first - 1] in CONTRASTS or i == same[0]:
            return first
    return None


def _form(tree: Tree, head: int) -> str:
    """Return the form of a verb, or of its auxiliary: `has confirmed` goes on with `but denies`."""
    have = next((i for i in tree.children(head, "aux") if tree.lemmas[i] == "have"), None)
    return tree.tags[head] if have is None else tree.tags[have]


def _opening(tree: Tree, verb: int) -> int | None:
    """Return where a clause begins that `and` joins to the one before: at its verb or its speaker; else None."""
    subject = tree.subject(verb)
    if subject is None or subject > verb:
        return verb if subject is None and tree.lower[verb - 1] in _JOINING else None
    first = tree.left[subject]
    return first if subject in tree.ents and tree.lower[first - 1] in _JOINING else None


def _adding(
    tree: Tree, span: Spread, quotes: QuoteIndex, cues: Container[int], patterns: Patterns
) -> int | None:
    """Return the participle by which the writer goes on, or None: `urged a ban, | saying that prices had doubled`.

    A comma stands before it, or `that` close behind it.
    """
    for i in range(span[0] + 2, span[1] - 1):
        comma = i - 1 if tree.is_word(i - 2) or tree.lower[i - 1] == "," else i - 2
        paused = tree.lower[comma] == "," or (
            "that" in tree.lower[i + 1 : i + 3] and tree.deps[i] in {"acl", "advcl"}
        )
        cue = i in cues and tree.tags[i] == "VBG" and tree.lemmas[i] in patterns.adding
        if paused and cue and quotes.at(i) is None:
            return i
    return None
