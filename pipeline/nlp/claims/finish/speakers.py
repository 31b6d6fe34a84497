"""Who cannot be the speaker: who is spoken of in a passive, a label, a dateline, who is asked; and what reports nothing.

These checks come after rules and encoder, for drafts of both alike: each makes the errors of the parse.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.nlp.claims.constructions.acts import is_act
from pipeline.nlp.claims.constructions.headlines import FINITE
from pipeline.nlp.claims.constructions.labels import is_caption, is_dateline
from pipeline.nlp.claims.constructions.phrases import agent, noun_phrase
from pipeline.nlp.claims.constructions.quotes import QuoteIndex
from pipeline.nlp.claims.constructions.verbs import quoted_by
from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.lexicon import Lexicon
from pipeline.nlp.claims.model.readings import Reading
from pipeline.nlp.claims.tree import Spread, Tree, subtract

BY_WORDS = frozenset({"colon", "headline", "headline_passive", "turn"})
"""Constructions whose parts are those of the rules, whatever the encoder reads."""
_TELLING = frozenset({"CD", "NN", "VB"})
"""How the tags of words begin that tell a topic."""
_REDUCED = frozenset({"acl", "advcl"})


def check_speakers(
    tree: Tree,
    drafts: Iterable[Draft],
    ruled: Sequence[Draft],
    quotes: QuoteIndex,
    lexicon: Lexicon,
) -> list[Draft]:
    """Return the drafts that report something, none with a source that is only spoken of.

    Args:
        tree: The doc.
        drafts: Those of rules and encoder.
        ruled: What the rules alone found.
        quotes: The quotations of the doc.
        lexicon: The rule data.

    Returns:
        The claims that are left.
    """
    by_words = {draft.head: draft for draft in ruled if draft.kind in BY_WORDS}
    drafts = list(drafts)
    cues = {draft.head for draft in drafts if draft.cue is not None}
    read = [_as_read(draft, by_words.get(draft.head)) for draft in drafts]
    reported = [draft for draft in read if not _reports_nothing(tree, draft, quotes, lexicon)]
    checked = []
    for draft in reported:
        if not _is_deed(tree, draft, quotes, lexicon) and not _introduces(tree, draft, cues, lexicon):
            spoken = _without_spoken_of(tree, draft, lexicon)
            checked += [spoken] if spoken is not None else []
    return checked


def _as_read(draft: Draft, read: Draft | None) -> Draft:
    """Return a claim with the parts that a rule of headlines, labels or turns gives it, if one does, whatever the encoder reads."""
    if read is None:
        return draft
    return replace(read, method=draft.method, score=draft.score, source_sure=draft.source_sure)


def without_headlines(tree: Tree, readings: Iterable[Reading]) -> list[Reading]:
    """Drop the readings of verbs and colons in headlines: there, only the rules are trusted.

    Args:
        tree: The doc.
        readings: What the encoder reads beside the rules.
    """
    headlines = [limit for limit, headline in tree.limits if headline]
    return [one for one in readings if not _is_doubtful(tree, one, headlines)]


def _is_doubtful(tree: Tree, reading: Reading, headlines: Sequence[Spread]) -> bool:
    head, source = reading.head, reading.source
    if not any(start <= head < end for start, end in headlines):
        return False
    verbal = tree.tags[head].startswith("VB") or tree.tags[head] == ":"
    return verbal or (source is not None and _holds_verb(tree, source))


def _holds_verb(tree: Tree, span: Spread) -> bool:
    return any(tree.tags[i] in FINITE for i in range(*span))


def _reports_nothing(tree: Tree, draft: Draft, quotes: QuoteIndex, lexicon: Lexicon) -> bool:
    """Return whether a draft is a caption, a dateline, a request to the reader or a question without an answer."""
    if is_caption(tree, draft, lexicon.patterns) or is_dateline(tree, draft):
        return True
    if (
        draft.source is not None
        and tree.tags[draft.source[0]] == "WP"
        and _opens_question(tree, draft.source[0])
    ):
        return True
    if draft.source is not None and _is_participle(tree, draft.source[0]):
        return True
    if _is_undecided(tree, draft, lexicon) or _says_so(tree, draft):
        return True
    if _is_advice(tree, draft) or _is_left_unsaid(tree, draft) or _asks_nothing(tree, draft, lexicon):
        return True
    return not _has_quoted(draft, quotes) and _is_request_to_reader(tree, draft)


def _is_deed(tree: Tree, draft: Draft, quotes: QuoteIndex, lexicon: Lexicon) -> bool:
    """Return whether it is told what somebody does, not what he says: `launched an inquiry`, `talked to thirty sources`."""
    # Words in quotation marks anywhere in it are somebody's: `called the vote "a farce"` is no vote that is called.
    if any(not _is_title(tree, quotes.all[n].start, quotes.all[n].end) for n in _quoted(draft, quotes)):
        return is_act(tree, draft, lexicon, quoted=True)
    return (
        (draft.kind != "silence" and is_act(tree, draft, lexicon))
        or _is_talk(tree, draft, lexicon)
        or _is_weak(tree, draft, quotes, lexicon)
    )


def _has_quoted(draft: Draft, quotes: QuoteIndex) -> bool:
    return any(quotes.within(*span) for span in draft.content)


def _quoted(draft: Draft, quotes: QuoteIndex) -> list[int]:
    """Return the numbers of the quotations in a content."""
    return [number for span in draft.content for number in quotes.within(*span)]


def _is_title(tree: Tree, start: int, end: int) -> bool:
    """Return whether words in quotation marks are where somebody speaks: `discusses the raid on 'Larkmere Tonight.'`."""
    return start > 0 and tree.lower[start - 1] in _PLACING and _is_titled(tree, start, end)


def _is_titled(tree: Tree, start: int, end: int) -> bool:
    """Return whether all words begin with a capital, but for the small ones."""
    words = [i for i in range(start, end) if tree.is_word(i)]
    return all(tree.text[tree.starts[i]].isupper() or tree.lower[i] in _SMALL for i in words)


def _introduces(tree: Tree, draft: Draft, cues: set[int], lexicon: Lexicon) -> bool:
    """Return whether a participle only leads to the cue that it hangs on: `Commenting on the sale, she said`, `Asked about it, he said`."""
    head = draft.head
    if tree.lemmas[head] in lexicon.patterns.asked_verbs and _is_topic(tree, draft):
        return False  # a question, which the cue answers
    participle = tree.deps[head] == "advcl" and tree.tags[head] in {"VBG", "VBN"}
    return participle and tree.heads[head] in cues and tree.lemmas[head] in lexicon.patterns.introducing


def _is_topic(tree: Tree, draft: Draft) -> bool:
    """Return whether a content tells what somebody is asked about: not `Asked about it`, nor `Asked to describe the device`."""
    tags = [tree.tags[i][:2] for start, end in draft.content for i in range(start, end)]
    return not _TELLING.isdisjoint(tags) and tree.lower[draft.content[0][0]] != "to"


def _asks_nothing(tree: Tree, draft: Draft, lexicon: Lexicon) -> bool:
    """Return whether it is told but where somebody is asked: `Asked on "Meet the Nation,"`, not `Asked "Will you run?"`."""
    if tree.lemmas[draft.head] not in lexicon.patterns.asked_verbs or not draft.content:
        return False
    start, end = draft.content[0][0], draft.content[-1][1]
    first = start + (tree.lower[start] in _PLACING)
    placed = first > start or (start > 0 and tree.lower[start - 1] in _PLACING | _SHOWS)
    close = next((i for i in range(first + 1, end) if tree.lower[i] in _CLOSING), end)
    behind = [i for i in range(close, end) if tree.is_word(i)]
    titled = _is_titled(tree, first, close)
    # `"Meet the Nation," a programme on Sundays`, but not `"Meet the Nation" about the toll`.
    alone = not behind or tree.tags[behind[0]] == "DT"
    return placed and titled and alone and not tree.is_word(first) and "?" not in tree.lower[first:close]


_CLOSING = frozenset({'"', "”", "''", "'", "’"})
_PLACING = frozenset({"at", "during", "in", "on"})
"""What leads to where somebody speaks."""
_SHOWS = frozenset({"'s", "broadcast", "podcast", "program", "programme", "show", "’s"})
"""What stands before its title."""
_SMALL = frozenset({"a", "an", "and", "for", "in", "of", "on", "the", "this", "to", "with"})
"""Words of a title that begin with a small letter."""


def _is_weak(tree: Tree, draft: Draft, quotes: QuoteIndex, lexicon: Lexicon) -> bool:
    """Return whether a word that hardly ever reports is said to report no clause: `The weather was dry on the coast`."""
    if draft.method != "model" or tree.lemmas[draft.head] not in lexicon.patterns.weak_cues:
        return False
    top = tree.top(*draft.content[0]) if draft.content else draft.head
    clause = tree.tags[top].startswith("VB") and top > draft.head and tree.deps[top] == "ccomp"
    return not clause and not _has_quoted(draft, quotes)


def _is_talk(tree: Tree, draft: Draft, lexicon: Lexicon) -> bool:
    """Return whether it is only said whom somebody speaks with: `talked to thirty sources`."""
    if (
        draft.cue is None
        or draft.method != "model"
        or tree.lemmas[draft.head] not in lexicon.patterns.conversing
    ):
        return False
    if tree.lower[draft.cue[1] - 1] in {"to", "with"}:
        return True
    # `talks to The Courier about silt`
    first = draft.content[0][0] if draft.content else draft.cue[1]
    return (
        first > draft.cue[1] and tree.lower[first] == "about" and tree.lower[draft.cue[1]] in {"to", "with"}
    )


def _is_undecided(tree: Tree, draft: Draft, lexicon: Lexicon) -> bool:
    """Return whether somebody makes up his mind: `are considering whether to sue`."""
    starts = [tree.lower[start] for start, _ in draft.content]
    return tree.lemmas[draft.head] in lexicon.patterns.pondering and starts[:1] == ["whether"]


def _is_advice(tree: Tree, draft: Draft) -> bool:
    """Return whether it is told how nobody in particular does something: `You do not win by blaming the judge`."""
    if draft.source is None or tree.lower[draft.source[0]] not in {"nobody", "one", "you"}:
        return False
    means = tree.tags[draft.head] == "VBG" and tree.deps[draft.head] == "pcomp"
    return means and tree.lower[tree.heads[draft.head]] == "by"


def _is_left_unsaid(tree: Tree, draft: Draft) -> bool:
    """Return whether somebody does all but say it: `She stopped short of calling for a ban`."""
    of = tree.heads[draft.head]
    said = tree.tags[draft.head] == "VBG" and tree.deps[draft.head] == "pcomp"
    return said and tree.lower[of] == "of" and tree.lower[of - 1 : of] == ["short"]


def _says_so(tree: Tree, draft: Draft) -> bool:
    """Return whether what is said stands elsewhere: `Summers said so in June`, not `said so many had left`."""
    if not draft.content or tree.lower[draft.content[0][0]] != "so":
        return False
    after = draft.content[0][0] + 1
    return after == len(tree) or tree.tags[after] in {"IN", "TO"} or not tree.is_word(after)


def _is_participle(tree: Tree, index: int) -> bool:
    """Return whether a source begins with a verb of its own, which nobody is: `citing security | fears`."""
    return tree.tags[index] == "VBG" and tree.deps[index] in {
        "acl",
        "advcl",
        "conj",
        "pcomp",
        "ROOT",
        "xcomp",
    }


def _opens_question(tree: Tree, index: int) -> bool:
    """Return whether a `who` asks: `Who said what`, not `a man who said`."""
    return tree.deps[index] in {"nsubj", "nsubjpass"} and tree.deps[tree.heads[index]] not in {
        "relcl",
        "ccomp",
        "acl",
    }


def _is_request_to_reader(tree: Tree, draft: Draft) -> bool:
    """`Please note that ...`, `Tell us what you think`."""
    head = draft.head
    if draft.source is not None or tree.tags[head] not in {"VB", "VBP"} or tree.subject(head) is not None:
        return False
    alone = tree.deps[head] in {"ROOT", "conj"} and tree.child(head, "aux", "auxpass") is None
    return alone and draft.cue is not None and draft.kind != "silence"


def _without_spoken_of(tree: Tree, draft: Draft, lexicon: Lexicon) -> Draft | None:
    """Return a passive with its agent as source and who is spoken of in its content; None where nothing is claimed."""
    head = draft.head
    if _is_asked(tree, draft):
        return None  # what somebody answers is the claim
    if tree.tags[head] != "VBN" or draft.kind in _OWN_GRAMMAR or draft.cue is None:
        return draft
    subject = _passive_subject(tree, head)
    if subject is None:
        return draft
    if draft.source is None:
        return None if _is_aside(tree, draft, subject, lexicon) else draft
    if not draft.source[0] <= subject < draft.source[1]:
        return draft
    if tree.lower[subject] in lexicon.patterns.no_source:
        return replace(draft, source=None)  # `it is understood that`
    if any(quoted_by(tree, kid) == head for prep in tree.kids[head] for kid in tree.kids[prep]):
        return draft  # `was reported as saying`
    return _with_agent(tree, draft, lexicon)


def _is_asked(tree: Tree, draft: Draft) -> bool:
    """Return whether a comma between source and cue makes the source the one who is asked: `Ms Moll, asked if it could fail, replied`."""
    if draft.source is None or draft.cue is None or tree.lemmas[draft.head] != "ask":
        return False
    return draft.cue[0] == draft.head == draft.source[1] + 1 and tree.lower[draft.source[1]] == ","


_OWN_GRAMMAR = frozenset({"headline", "headline_passive", "silence"})
"""Constructions whose source is right in a passive too."""


def _with_agent(tree: Tree, draft: Draft, lexicon: Lexicon) -> Draft | None:
    """Return the passive with its agent as the source, and what was the source in the content."""
    assert draft.source is not None
    assert draft.cue is not None
    by, cue = agent(tree, draft.head), lexicon.verbs.get(tree.lemmas[draft.head])
    if by is None and (cue is None or cue.lemma not in lexicon.patterns.sourceless_passives):
        return None
    holes, source = [draft.cue], None
    if by is not None:
        source = noun_phrase(tree, by, lexicon.patterns, draft.head)
        holes.append((source[0] - 1, source[1]))
    rest = [piece for span in draft.content for piece in subtract(span, holes)]
    return replace(draft, source=source, content=tuple(sorted([draft.source, *rest])))


def _is_aside(tree: Tree, draft: Draft, subject: int, lexicon: Lexicon) -> bool:
    """Return whether a passive without a speaker only says what was done: `who were asked to vote`, `the firm could be listed`."""
    if draft.method != "model" or agent(tree, draft.head) is not None:
        return False
    lemma = tree.lemmas[draft.head]
    reported = lemma in lexicon.patterns.hearsay or lemma in lexicon.verbs
    return tree.tags[subject] in {"WDT", "WP"} or not reported


def _passive_subject(tree: Tree, head: int) -> int | None:
    """Return who a passive speaks of: its subject, or what a participle hangs on (`Hale, accused of theft, ...`)."""
    subject = tree.child(head, "nsubjpass", "csubjpass")
    if subject is not None or tree.child(head, "auxpass") is not None:
        return subject
    if tree.child(head, "aux", "dobj", "nsubj") is not None or tree.deps[head] not in _REDUCED:
        return None
    if tree.deps[head] == "acl":
        return tree.heads[head]
    return tree.subject(tree.heads[head])
