"""Quotations and their cues: who says one, by the order of the words beside it, and which ones a claim holds.

The parser reads a quotation as a part of the writer's sentence, and often a wrong part. What stands between two quotations is
short and of few forms, so its words tell more: `said Ann Orr`, `Ann Orr, a judge, said on Friday`, `as she put it`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from policy_news.nlp.claims.constructions.phrases import noun_phrase, trim_phrase, verb_group
from policy_news.nlp.claims.constructions.quotes import MIN_PARAGRAPH, Quotation, QuoteIndex
from policy_news.nlp.claims.cue_lexicon import Lexicon
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import FEW, Spread, Tree, merge, overlap
from policy_news.nlp.tags import FINITE, NAMES, TENSED

_MARKS = "\"'“”‘’„«» \n"
_STOPS = frozenset({".", "!", "?", ";"})
_DASHES = frozenset({"-", "--", "–", "—"})
_NOUNS = frozenset({"NN", "NNP", "NNPS", "NNS", "PRP", "CD"})
_BEFORE_NOUN = frozenset({"DT", "JJ", "JJR", "JJS", "POS", "PRP$", "VBN", "VBG", "HYPH", *_NOUNS})
_CUE_TAGS = TENSED | {"VBN"}
"""Tags of a cue; the tagger takes many a past tense behind a quotation for a participle."""
_AUXILIARIES = frozenset({"had", "has", "have", "is", "was", "will", "would"})
_RELATIVES = frozenset({"who", "whose", "whom", "which", "where", "when", "that"})
_QUOTING = frozenset({"cite", "quote", "report"})
"""Verbs before `as saying`."""
_ADVERBIAL = frozenset({"after", "as", "at", "before", "during", "in", "on", "while"})
"""Words that open a phrase on when or where somebody spoke."""
_JOINING = frozenset({"and", "but", "as", "then"})


@dataclass(frozen=True, slots=True)
class BesideReport:
    """Quotations that one cue reports.

    Attributes:
        head: The verb.
        noun: The noun of who speaks; None where a mask hides it, or nobody is named.
        quotations: Their numbers, in order.
    """

    head: int
    noun: int | None
    quotations: tuple[int, ...]


def find_reports(tree: Tree, quotes: QuoteIndex, limit: Spread, lexicon: Lexicon) -> dict[int, BesideReport]:
    """Return the reports of the quotations of a section that a reporting clause follows, by their verb."""
    found: dict[int, BesideReport] = {}
    owned: int | None = None
    inside = [n for n in quotes.within(*limit) if quotes.all[n].start >= limit[0] and not quotes.all[n].open]
    known = frozenset(inside)
    for number in inside:
        quotation = quotes.all[number]
        led = _read_lead(tree, quotation, limit, lexicon)
        if led is not None:
            found[led[0]] = BesideReport(*led, (number,))
            continue
        if number != owned and not _opens_sentence(tree, quotation, limit):
            continue
        clause = _clause_behind(tree, quotes, number, limit)
        read = _read_clause(tree, clause, lexicon)
        if read is None:
            continue
        head, noun, end = read
        ends = not any(tree.words[head + 1 : clause[1]]) and tree.lower[head + 1 : head + 2] != [":"]
        said = ends and tree.lemmas[head] in lexicon.patterns.plain
        if not said and not _breaks_off(tree, quotation, clause):
            continue
        following = None
        if number + 1 in known and quotes.all[number + 1].start == clause[1]:
            goes_on = _goes_on(tree, (end, clause[1]), lexicon) and not _is_new(tree, quotes.all[number + 1])
            following = number + 1 if goes_on else None
        owned = following
        found[head] = BesideReport(head, noun, (number,) if following is None else (number, following))
    return found


def numbers_behind(tree: Tree, reports: Iterable[BesideReport], quotes: QuoteIndex) -> frozenset[int]:
    """Return the quotations that begin where the sentence of a report ends: `"We go," said Ann Orr. "Now."`."""
    found = set()
    for report in reports:
        number = report.quotations[-1]
        if number + 1 >= len(quotes.all):
            continue
        start, end = quotes.all[number].end, quotes.all[number + 1].start
        stops = [i for i in range(start, end) if tree.lower[i] in _STOPS]
        if not any(tree.is_word(i) for i in range(stops[0] if stops else start, end)):
            found.add(number + 1)
    return frozenset(found)


def report_claims(
    tree: Tree,
    drafts: Sequence[Draft],
    reports: Mapping[int, BesideReport],
    quotes: QuoteIndex,
    lexicon: Lexicon,
) -> tuple[list[Draft], list[Draft]]:
    """Return the claims of the reports, and the drafts of other cues.

    Args:
        drafts: What the parse says of all cues of a section.
    """
    by_head = {draft.head: draft for draft in drafts}
    claims = [_claim(tree, report, by_head.get(head), quotes, lexicon) for head, report in reports.items()]
    return claims, [draft for draft in drafts if draft.head not in reports]


def _claim(
    tree: Tree, report: BesideReport, draft: Draft | None, quotes: QuoteIndex, lexicon: Lexicon
) -> Draft:
    content = tuple((quotes.all[n].start, quotes.all[n].end) for n in report.quotations)
    head = report.head
    if draft is not None and _has_speaker(draft, report, quotes):
        return replace(draft, source=_free(tree, draft.source, quotes), content=content, kind="quote")
    source = None if report.noun is None else noun_phrase(tree, report.noun, lexicon.patterns, head)
    cue = lexicon.verbs.get(tree.lemmas[head])
    kind = "statement" if cue is None else cue.type_in("quote")
    return Draft(head, verb_group(tree, head), _free(tree, source, quotes), content, "quote", kind)


def _free(tree: Tree, source: Spread | None, quotes: QuoteIndex) -> Spread | None:
    """Return a source without the quotation that the parse hangs on it."""
    if source is None:
        return None
    end = next((i for i in range(*source) if i > source[0] and quotes.at(i) is not None), source[1])
    return trim_phrase(tree, source[0], end)


def _has_speaker(draft: Draft, report: BesideReport, quotes: QuoteIndex) -> bool:
    """Return whether the source of a draft is on the side of the verb where the words have it, outside quotations."""
    source = draft.source
    if source is None or quotes.at(source[0]) is not None or report.noun is None:
        return False
    return (source[0] > report.head) == (report.noun > report.head)


def _opens_sentence(tree: Tree, quotation: Quotation, limit: Spread) -> bool:
    """Return whether a quotation opens a sentence: it is no term in one of the writer."""
    before = next((i for i in range(quotation.start - 1, limit[0] - 1, -1) if not tree.is_space(i)), None)
    return before is None or tree.lower[before][-1:] in {*_STOPS, ":", "”", '"', "’", "»", "'", "“"}


def _clause_behind(tree: Tree, quotes: QuoteIndex, number: int, limit: Spread) -> Spread:
    """Return the writer's words from a quotation to the end of their sentence or to the next quotation."""
    start = quotes.all[number].end
    last = quotes.all[number + 1].start if number + 1 < len(quotes.all) else limit[1]
    last = min(last, limit[1])
    end = next((i for i in range(start, last) if tree.lower[i] in _STOPS and i not in tree.gaps), last)
    return start, end


def _breaks_off(tree: Tree, quotation: Quotation, clause: Spread) -> bool:
    """Return whether the sentence goes on behind a quotation: no full stop closes it, or what follows begins small."""
    first = next((i for i in range(*clause) if tree.is_word(i)), None)
    if first is None:
        return False
    last = next(
        (i for i in range(quotation.end - 1, quotation.start, -1) if tree.lower[i].strip("\"'“”‘’«»` \n")), 0
    )
    return tree.lower[last][-1:] != "." or tree.doc[first].text[:1].islower()


def _read_clause(tree: Tree, clause: Spread, lexicon: Lexicon) -> tuple[int, int | None, int] | None:
    """Return the verb of a reporting clause, the noun of who speaks, and where the clause ends; None where it is none."""
    start, end = clause
    while start < end and (not tree.is_word(start) or tree.lower[start] in _JOINING):
        start += 1
    if tree.lower[start : start + 2] in (["is", "how"], ["was", "how"]):
        start += 2  # `"A farce" was how Ann Orr put it`
    first = start
    while first < end and tree.tags[first] == "RB":
        first += 1
    if first < end and _is_cue(tree, first, lexicon):
        cue = lexicon.verb_at(tree, first)
        last = (cue and cue.ends(tree, first)) or first + 1
        noun = _noun_from(tree, last, end)
        return first, noun, last if noun is None else noun + 1
    noun = _noun_from(tree, start, end)
    if noun is None:
        return None
    head = _verb_from(tree, noun + 1, end, lexicon)
    if head is None or any(
        head < kid < end for kid in tree.children(head, *_own_content(tree, head, lexicon))
    ):
        return None  # `"Who pays?" Ann Orr replied that nobody would`
    quoting = next((i for i in range(noun + 1, head) if tree.lemmas[i] in _QUOTING), head)
    quoted = _noun_from(tree, quoting + 1, head) if tree.tags[head] == "VBG" else None
    return head, noun if quoted is None else quoted, head + 1


def _own_content(tree: Tree, head: int, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the labels of what a verb reports beside no quotation: a clause, of some verbs an object."""
    cue = lexicon.verb_at(tree, head)
    return ("ccomp", "dobj") if cue is not None and "object" in cue.frames else ("ccomp",)


def _read_lead(tree: Tree, quotation: Quotation, limit: Spread, lexicon: Lexicon) -> tuple[int, int] | None:
    """Return verb and noun of a clause that opens with its verb and leads to a quotation: `Said Ann Orr: "We go."`."""
    colon = quotation.start - 1
    if colon <= limit[0] or tree.lower[colon] not in {":", ","}:
        return None
    before = range(colon - 1, limit[0] - 1, -1)
    first = next((i for i in before if not tree.words[i] and tree.lower[i] != ","), limit[0] - 1) + 1
    if not tree.doc[first].text[:1].isupper() or not _is_cue(tree, first, lexicon):
        return None
    noun = _noun_from(tree, first + 1, colon)
    return None if noun is None else (first, noun)


def _is_cue(tree: Tree, index: int, lexicon: Lexicon) -> bool:
    """Return whether a finite verb takes quotations."""
    cue = lexicon.verb_at(tree, index)
    quoting = cue is not None and "quote" in cue.frames
    if tree.tags[index] == "VBG":
        return quoting and tree.lower[index - 1] == "as"  # `was quoted as saying`
    # Nobody can tell the forms of `read` apart.
    finite = tree.tags[index] in _CUE_TAGS or tree.lower[index] == "read"
    as_put = tree.lemmas[index] == "put" and tree.lower[index + 1 : index + 2] == ["it"]
    return finite and (quoting or as_put)


def _noun_from(tree: Tree, start: int, end: int) -> int | None:
    """Return the last noun of the noun phrase that begins at a token."""
    noun = None
    for i in range(start, end):
        adverb = tree.tags[i] == "RB" and noun is None and (i > start or tree.tags[i + 1] == "HYPH")
        if (tree.tags[i] not in _BEFORE_NOUN and not adverb) or (noun is not None and _is_day(tree, i)):
            break
        aged = tree.tags[i] == "JJ" and tree.tags[i - 1] == "HYPH"  # `the 34-year-old`
        if tree.tags[i] in _NOUNS or aged:
            noun = i
            if tree.tags[i] == "PRP":
                break
    return noun


def _is_day(tree: Tree, index: int) -> bool:
    """Return whether a date begins at a token: `said Ann Orr | Friday`."""
    return len(tree.dates_within(index, index + 1)) > 0


def _verb_from(tree: Tree, start: int, end: int, lexicon: Lexicon) -> int | None:
    """Return the cue behind a noun phrase, past what hangs on it, appositions and auxiliaries."""
    closed = True  # no comma is open
    relative = False
    for i in range(start, end):
        word = tree.lower[i]
        if word == ",":
            closed, relative = not closed, False
        elif word in _RELATIVES:
            relative = True
        elif not relative and _is_cue(tree, i, lexicon) and (closed or _is_last_verb(tree, i, end)):
            return i
        elif not relative and closed and tree.tags[i] in FINITE and not _leads_on(tree, i):
            return None
    return None


def _leads_on(tree: Tree, verb: int) -> bool:
    """Return whether a verb goes before a cue: `has` said, `was quoted` as saying."""
    return tree.lower[verb] in _AUXILIARIES or tree.lemmas[verb] in _QUOTING


def _is_last_verb(tree: Tree, verb: int, end: int) -> bool:
    """Return whether no verb follows, so that what a comma has opened ends here: `Ann Orr, a judge of Larkmere said`."""
    return FINITE.isdisjoint(tree.tags[verb + 1 : end])


def _goes_on(tree: Tree, rest: Spread, lexicon: Lexicon) -> bool:
    """Return whether the next quotation goes on with the one before the clause: a comma or dash leads to it, and no other cue."""
    start, end = rest
    words = [i for i in range(start, end) if tree.is_word(i)]
    last = next((i for i in range(end - 1, start - 1, -1) if not tree.is_space(i)), None)
    mark = "" if last is None else tree.lower[last]
    if mark not in {",", ":"} | _DASHES and words:
        return False
    return not any(_has_cue(tree, chunk, lexicon) for chunk in _chunks(tree, (start, end)))


def _is_new(tree: Tree, quotation: Quotation) -> bool:
    """Return whether a quotation begins a sentence of its own: with a capital, at no name and not at `I`."""
    first = next((i for i in range(quotation.start, quotation.end) if tree.is_word(i)), quotation.start)
    is_small = not tree.doc[first].text[:1].isupper()
    return not (is_small or tree.lower[first] == "i" or tree.tags[first] in NAMES)


def _chunks(tree: Tree, span: Spread) -> Iterator[Spread]:
    """Yield what commas part."""
    start = span[0]
    for i in range(*span):
        if tree.lower[i] == ",":
            yield start, i
            start = i + 1
    yield start, span[1]


def _has_cue(tree: Tree, chunk: Spread, lexicon: Lexicon) -> bool:
    """Return whether a chunk reports something of its own: `adding`, but not `who said so in May`."""
    words = [i for i in range(*chunk) if tree.is_word(i)]
    if not words or tree.lower[words[0]] in _RELATIVES | _ADVERBIAL:
        return False
    return any(tree.tags[i].startswith("VB") and lexicon.verb_at(tree, i) is not None for i in words)


def take_quotations(
    tree: Tree, draft: Draft, quotes: QuoteIndex, limit: Spread, taken: set[int]
) -> Draft | None:
    """Return the draft with the quotations of its section that belong to it; None if it needs one and has none.

    Args:
        taken: Numbers of the quotations that claims hold already; it is added to.
    """
    content = list(draft.content)
    if not content or (
        max(content)[1] <= draft.head and tree.lower[draft.head + 1 : draft.head + 2] == [":"]
    ):
        # `When asked about the levy, she said: "It failed."`
        content = _behind(tree, draft, quotes, limit, taken) or content
    if not content:
        return None
    whole = [_without_next(tree, draft, stretch(draft, span, quotes), quotes) for span in content]
    taken.update(number for span in whole for number in quotes.within(*span))
    return draft.with_content(tuple(join(tree, whole, draft)))


def _without_next(tree: Tree, draft: Draft, span: Spread, quotes: QuoteIndex) -> Spread:
    """Return a content behind its cue without the writer's sentence after a quotation: `said: "We go." | Asked why, he left`."""
    for number in quotes.within(*span) if span[0] > draft.head else ():
        end = quotes.all[number].end
        if end < span[1] and tree.lower[end - 2][-1:] in {".", "!", "?"} and tree.doc[end].text[0].isupper():
            return span[0], end
    return span


def _behind(tree: Tree, draft: Draft, quotes: QuoteIndex, limit: Spread, taken: set[int]) -> list[Spread]:
    """Return the quotations behind a cue in its sentence, or right after the colon or comma that ends it."""
    last = tree.sent_ends[draft.head]
    while last < limit[1] and tree.is_space(last):
        last += 1
    if last < limit[1] and _last_mark(tree, last) in {":", ","}:
        last += 1
    near = (
        quotes.all[number] for number in quotes.within(draft.head, min(last, limit[1])) if number not in taken
    )
    whole = (one for one in near if words(tree, one) >= FEW or tree.lower[one.end - 2] in {"!", "?"})
    return [(one.start, one.end) for one in whole if one.start > draft.head]


def _last_mark(tree: Tree, end: int) -> str:
    """Return the last token before `end` that is no space."""
    return next((tree.lower[i] for i in range(end - 1, max(-1, end - 4), -1) if not tree.is_space(i)), "")


def stretch(draft: Draft, span: Spread, quotes: QuoteIndex) -> Spread:
    """Return a span of content stretched to the whole of each quotation that it runs into, unless cue or source overlap it."""
    start, end = span
    parts = [part for part in (draft.cue, draft.source) if part]
    for number in quotes.within(start, end):
        quotation = quotes.all[number]
        if not overlap([(quotation.start, quotation.end)], parts):
            start, end = min(start, quotation.start), max(end, quotation.end)
    return start, end


def join(tree: Tree, spans: Sequence[Spread], draft: Draft) -> list[Spread]:
    """Return spans merged where nothing but punctuation stands between them, and kept off cue and source."""
    joined: list[Spread] = []
    for start, end in merge(spans):
        if (
            joined
            and not any(tree.is_word(i) for i in range(joined[-1][1], start))
            and start - joined[-1][1] <= FEW
        ):
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


def find_going_on(
    tree: Tree, quotes: QuoteIndex, limit: Spread, taken: set[int], behind: Container[int] = ()
) -> list[Draft]:
    """Return quotations of whole sentences that no cue introduces: the speaker before goes on. They have no source of their own.

    Args:
        taken: Numbers of the quotations that claims hold already; it is added to.
        behind: Numbers of those right behind a clause that reports one; they may be short.
    """
    found = []
    for number in quotes.within(*limit):
        quotation = quotes.all[number]
        least = 1 if number in behind else MIN_PARAGRAPH
        if number in taken or quotation.start < limit[0] or not _is_sentence(tree, quotation, limit, least):
            continue
        taken.add(number)
        found.append(
            Draft(
                quotation.start,
                None,
                None,
                ((quotation.start, min(quotation.end, limit[1])),),
                "going_on",
                "statement",
            )
        )
    return found


def _is_sentence(tree: Tree, quotation: Quotation, limit: Spread, least: int) -> bool:
    """Return whether a quotation is a sentence of at least so many words, standing on its own."""
    first = next((i for i in range(quotation.start, quotation.end) if tree.is_word(i)), None)
    if first is None or words(tree, quotation) < least or not tree.doc[first].text[0].isupper():
        return False
    before = next(
        (tree.lower[i] for i in range(quotation.start - 1, limit[0] - 1, -1) if not tree.is_space(i)), "."
    )
    # Marks of a quotation inside it may stand after its last full stop: `the 'nearest port.'"`
    last = next(i for i in range(quotation.end - 1, first - 1, -1) if tree.lower[i].strip(_MARKS))
    ends = {tree.lower[i][-1:] for i in range(last, min(len(tree), quotation.end + 1))}
    return before[-1:] in {".", "!", "?", '"', "”", "’"} and (
        quotation.open or bool(ends & {".", "!", "?", "…", ","})
    )


def words(tree: Tree, quotation: Quotation) -> int:
    """Return the number of words in a quotation."""
    return sum(tree.is_word(i) for i in range(quotation.start, quotation.end))


def run_on(drafts: Sequence[Draft], quotes: QuoteIndex) -> list[Draft]:
    """Return the drafts with what their quotations go on to in the next paragraphs, where a mark opens them again and none has closed them.

    A quotation that has a cue of its own stays with that; one that has none is no claim of its own any more.
    """
    cued = {
        number
        for draft in drafts
        if draft.cue is not None
        for span in draft.content
        for number in quotes.within(*span)
    }
    longer: list[Draft] = []
    used = set(cued)
    for draft in drafts:
        if draft.kind == "going_on" and quotes.at(draft.content[0][0]) in used:
            continue
        rest = _rest(draft, quotes, cued)
        used.update(rest)
        spans = [(quotes.all[number].start, quotes.all[number].end) for number in rest]
        longer.append(draft.with_content((*draft.content, *spans)))
    return [
        draft for draft in longer if draft.kind != "going_on" or quotes.at(draft.content[0][0]) not in used
    ]


def _rest(draft: Draft, quotes: QuoteIndex, cued: set[int]) -> list[int]:
    """Return numbers of the quotations by which the last one of a content runs on."""
    if not draft.content:
        return []
    number = quotes.at(draft.content[-1][1] - 1)
    rest: list[int] = []
    while number is not None and quotes.all[number].open and number + 1 < len(quotes.all):
        number += 1
        if number in cued:
            break
        rest.append(number)
    return rest
