"""Claims of headlines by their words and tags: a headline is rarely parsed right.

`Minister calls for ban`, `A snubs B, says C`, `X accused of Y by Z`, `C, inquiry finds`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policy_news.nlp.claims.constructions.acts import is_act
from policy_news.nlp.claims.constructions.colon_labels import find_colon, is_label
from policy_news.nlp.claims.constructions.quotes import QuoteIndex
from policy_news.nlp.claims.cue_lexicon import Lexicon, Patterns, VerbCue
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import FEW, PHRASE, Spread, Tree
from policy_news.nlp.tags import FINITE, PLURALS, TENSED

MAX_SUBJECT = 10
"""Most tokens of a headline before its verb."""
_PARTICIPLES = frozenset({"VBD", "VBN"})
_NOMINAL = frozenset({"CD", "DT", "JJ", "NN", "NNP", "NNPS", "NNS", "PRP", "PRP$"})
_VERBS = frozenset({"VB", "VBD", "VBN", "VBP", "VBZ"})
_SPLITTERS = frozenset({",", ";", "–", "—", "--"})
_BEHIND_PASSIVE = frozenset(
    {"about", "after", "as", "at", "by", "for", "if", "in", "of", "on", "over", "to", "whether", "with"}
)
_JOINING = frozenset({"after", "because", "before", "since", "until", "when"})
_ASKED = frozenset({"if", "whether"})


@dataclass(frozen=True, slots=True)
class _Clause:
    """A stretch of a headline between commas or before `as`: `China snubs Khan`, `says`, `as critics demand answers`."""

    start: int
    end: int
    subordinate: bool = False


def find_headline_claims(
    tree: Tree, start: int, end: int, lexicon: Lexicon, quotes: QuoteIndex
) -> list[Draft]:
    """Return the claims of a headline, in order."""
    parts = _at_semicolons(tree, start, end, quotes)
    return [draft for part in parts for draft in _in_part(tree, *part, lexicon, quotes)]


def _in_part(tree: Tree, start: int, end: int, lexicon: Lexicon, quotes: QuoteIndex) -> list[Draft]:
    """Return the claims of one headline of a line."""
    named = _source_at_end(tree, start, end, lexicon, quotes)
    if named is not None:
        return [named]
    colon = find_colon(tree, start, end, quotes)
    if colon is not None:
        # What stands before a colon is a topic or a label unless `find_colon_claim` took it for a speaker.
        return _in_part(tree, colon + 1, end, lexicon, quotes)
    tail = _attribution_behind(tree, start, end, lexicon) or _verb_before_speaker(
        tree, start, end, lexicon, quotes
    )
    return [tail] if tail is not None else _in_clauses(tree, start, end, lexicon, quotes)


def _in_clauses(tree: Tree, start: int, end: int, lexicon: Lexicon, quotes: QuoteIndex) -> list[Draft]:
    """Return the claims of the clauses of a headline, each of a verb and its subject."""
    clauses = list(_clauses(tree, start, end, quotes))
    if not clauses:
        return []
    verbs = [_verb(tree, clause, lexicon, quotes) for clause in clauses]
    if verbs[0] is None and any(verb == clause.start for verb, clause in zip(verbs, clauses, strict=True)):
        verbs[0] = _untagged_verb(tree, clauses[0])
    found: list[Draft] = []
    for number, (owner, verb) in enumerate(zip(_owners(tree, clauses, verbs), verbs, strict=True)):
        if verb is None or owner is None:
            continue
        draft = _claim(tree, owner, verb, _stop(clauses, verbs, number), lexicon)
        if draft is not None:
            found.append(draft)
    return found


def _at_semicolons(tree: Tree, start: int, end: int, quotes: QuoteIndex) -> list[Spread]:
    """Return the headlines of a line that semicolons part: `Levy "a blow", says Hale; ports vow to sue`."""
    cuts = [i for i in range(start + 1, end - 1) if tree.lower[i] == ";" and quotes.at(i) is None]
    return [*zip([start, *(i + 1 for i in cuts)], [*cuts, end], strict=True)]


def _owners(tree: Tree, clauses: Sequence[_Clause], verbs: Sequence[int | None]) -> Iterator[Spread | None]:
    """Yield the subject of each clause: its own, or that of the first main clause where it begins with its verb."""
    subject: Spread | None = None
    for clause, verb in zip(clauses, verbs, strict=True):
        if clause.start == verb:
            yield subject
            continue
        end = _end_of_subject(tree, clause) if verb is None else verb
        joined = (i + 1 for i in range(end - 2, clause.start - 1, -1) if tree.lower[i] in _JOINING)
        owner = (next(joined, clause.start), end)  # `Envoy to leave, weeks after | Peru | condemned him`
        if subject is None and not clause.subordinate:
            subject = owner
        yield owner


def _end_of_subject(tree: Tree, clause: _Clause) -> int:
    """Return where the subject of a clause without a verb ends: `Moe` of `Moe under fire`."""
    near = range(clause.start + 1, clause.end)
    return next((i for i in near if tree.tags[i] == "IN"), clause.end)


def _clauses(tree: Tree, start: int, end: int, quotes: QuoteIndex) -> Iterator[_Clause]:
    """Yield the clauses of a headline; nothing is split inside a quotation."""
    first, subordinate = start, False
    for index in range(start, end):
        if quotes.at(index) is not None or index == first:
            continue
        opens = tree.lower[index] in {"as", "while"} and tree.deps[index] in {"mark", "advmod"}
        if tree.lower[index] in _SPLITTERS or opens:
            yield _Clause(_behind_quotation(tree, first, index, quotes), index, subordinate)
            first, subordinate = index + 1, opens
    if first < end:
        yield _Clause(_behind_quotation(tree, first, end, quotes), end, subordinate)


def _behind_quotation(tree: Tree, start: int, end: int, quotes: QuoteIndex) -> int:
    """Return where a clause begins that a quoted word stands before: `'Jail!' Trump slams ...`."""
    number = quotes.at(start)
    behind = start if number is None else quotes.all[number].end
    return behind if any(tree.is_word(i) for i in range(behind, end)) else start


def _verb(tree: Tree, clause: _Clause, lexicon: Lexicon, quotes: QuoteIndex) -> int | None:
    """Return the verb of a clause: what it begins with, or the first finite verb or passive participle after a subject."""
    start, end = clause.start, min(clause.end, clause.start + MAX_SUBJECT + 1)
    if start >= end or quotes.at(start) is not None:
        return None
    if _begins(tree, start, lexicon):
        return start
    near = [index for index in range(start + 1, end) if quotes.at(index) is None and tree.is_word(index)]
    for index in near:
        if tree.tags[index] == "TO":
            return None  # `MPs to question minister` is still to come
        if tree.tags[index] in FINITE or _is_passive(tree, index, clause.end, lexicon):
            return index
    # The tagger takes a verb of a headline for a noun (`Court backs ban`): one that is listed and leads to more.
    return next((i for i in near if _present(tree, i, lexicon) and _leads_on(tree, i, clause.end)), None)


def _begins(tree: Tree, index: int, lexicon: Lexicon) -> bool:
    """Return whether a clause begins with its verb: `says ...`, `calling ...`, `accused of ...`."""
    if tree.tags[index] in {"VBG", "VBZ"} or (tree.tags[index] == "VBN" and tree.lower[index].endswith("ed")):
        return True
    cue = _present(tree, index, lexicon)
    # The bare form follows a plural subject: `Mayor and bishop visit shelter, urge calm`.
    return cue is not None and (tree.lower[index] == cue.lemma or tree.lower[index].endswith("s"))


def _present(tree: Tree, index: int, lexicon: Lexicon) -> VerbCue | None:
    """Return the headline verb that a word of any tag may be, in the present tense."""
    word = tree.lower[index]
    for stem in (word[:-1], word[:-2], f"{word[:-3]}y"):
        cue = lexicon.verbs.get(stem)
        if word.endswith("s") and cue is not None and cue.headline and word in _third_person(stem):
            return cue
    cue = lexicon.verbs.get(word)
    return cue if cue is not None and cue.headline else None


def _third_person(stem: str) -> tuple[str, ...]:
    if stem.endswith("y") and stem[-2:-1] not in {"a", "e", "o", "u"}:
        return (f"{stem[:-1]}ies",)
    return (f"{stem}es",) if stem.endswith(("s", "sh", "ch", "x")) else (f"{stem}s",)


def _leads_on(tree: Tree, index: int, end: int) -> bool:
    """Return whether a word in the third person can only be a verb: an object or preposition of its own follows, and no other verb."""
    after = index + 1
    # The bare form follows a plural: `Campaigners hail ruling`.
    third = tree.lower[index].endswith("s") or tree.tags[index - 1] in PLURALS
    if after >= end or not third or tree.tags[after] in _VERBS:
        return False
    return not any(tree.tags[i] in FINITE for i in range(after, min(end, after + 2)))


def _is_passive(tree: Tree, index: int, end: int, lexicon: Lexicon) -> bool:
    """Return whether a past form is passive: headlines tell in the present tense (`Hale accused of theft`, `firms told to act`)."""
    cue = lexicon.verbs.get(tree.lemmas[index])
    if cue is None or tree.tags[index] not in _PARTICIPLES or tree.lower[index - 1] in {"has", "have", "had"}:
        return False
    frames = set(cue.frames)
    if not frames & {"object", "object_as", "order"}:
        return False
    after = tree.lower[index + 1] if index + 1 < end else ""
    if after == "to":
        return "order" in frames or cue.lemma in lexicon.patterns.hearsay
    if after in _ASKED:
        return cue.lemma in lexicon.patterns.asked_verbs
    by = _agent(tree, index, end)
    if after in cue.preps and after != "of" and by is None:
        return False
    # Of `scheme branded a shambles by MPs` only the agent shows that it is passive.
    given = index + 1 < end and (
        cue.lemma in lexicon.patterns.giving_verbs or ("object_as" in frames and by is not None)
    )
    return after in _BEHIND_PASSIVE or not after or (given and tree.tags[index + 1] in _NOMINAL)


def _untagged_verb(tree: Tree, clause: _Clause) -> int | None:
    """Return the verb of a first clause whose subject a later one shares, where the tagger took it for a noun (`Turkey summons envoy, ...`)."""
    near = range(clause.start + 1, min(clause.end - 1, clause.start + MAX_SUBJECT))
    plain = (i for i in near if tree.tags[i] in {"NN", "NNS", "VB"} and tree.tags[i + 1] in _NOMINAL)
    third = (i for i in near if tree.tags[i] == "NNS" and tree.tags[i + 1] in _NOMINAL)
    joined = any(tree.deps[i] == "cc" for i in range(clause.start, clause.end))
    return next(third, None) or (next((i for i in plain if i > clause.start + 2), None) if joined else None)


def _stop(clauses: list[_Clause], verbs: list[int | None], number: int) -> int:
    """Return where the content of a clause's verb ends: before the next clause with a verb of its own, else with the headline."""
    for later, verb in zip(clauses[number + 1 :], verbs[number + 1 :], strict=True):
        if later.subordinate or verb == later.start:
            return later.start - 1
    return clauses[-1].end


def _claim(tree: Tree, owner: Spread, verb: int, stop: int, lexicon: Lexicon) -> Draft | None:
    """Return the claim of a verb and its subject, or None if it reports nothing."""
    source = _noun_phrase(tree, *owner)
    cue = lexicon.verbs.get(tree.lemmas[verb]) or _present(tree, verb, lexicon)
    if source is None or cue is None or is_label(tree, *source, lexicon.patterns):
        return None
    if tree.tags[source[0]] == "JJ" and source[1] == source[0] + 1 == verb and source[0] not in tree.ents:
        return None  # `New rules for landlords`
    past = tree.tags[verb] in _PARTICIPLES and (verb == owner[1] or verb > owner[1])
    if past and _is_passive(tree, verb, stop, lexicon):
        return _passive(tree, source, verb, stop, cue, lexicon)
    return _active(tree, source, verb, stop, cue, lexicon)


def _active(tree: Tree, source: Spread, verb: int, stop: int, cue: VerbCue, lexicon: Lexicon) -> Draft | None:
    after = verb + 1
    if not cue.headline or after >= stop:
        return None
    frame = "object"
    if tree.lower[after] in cue.preps:
        frame, after = tree.lower[after], after + 1
    elif tree.lower[after] == "to":
        frame = "infinitive"
        if (
            cue.lemma in lexicon.patterns.refusals
            and after + 1 < stop
            and tree.lemmas[after + 1] in lexicon.patterns.refused
        ):
            return None  # a non-response, which has a construction of its own
    elif not {"object", "clause", "order"} & set(cue.frames):
        return None
    if after >= stop or not any(tree.is_word(i) for i in range(after, stop)):
        return None
    draft = Draft(
        verb,
        (verb, after if frame in cue.preps else verb + 1),
        source,
        ((after, stop),),
        "headline",
        cue.type_in(frame),
    )
    return None if is_act(tree, draft, lexicon) else draft


def _passive(
    tree: Tree, subject: Spread, verb: int, stop: int, cue: VerbCue, lexicon: Lexicon
) -> Draft | None:
    """Return what is said of a subject in the passive; without `by` nobody is its source."""
    by = _agent(tree, verb, stop)
    if by is None and cue.lemma not in lexicon.patterns.sourceless_passives:
        return None
    rest = [(verb + 1, stop)] if by is None else [(verb + 1, by[0] - 1), (by[1], stop)]
    asked = tree.lower[verb + 1 : verb + 2] in (["if"], ["whether"])
    content = [(a, b) for a, b in ([] if asked else [subject]) + rest if a < b]
    frame = "order" if tree.lower[verb + 1 : verb + 2] == ["to"] else "object"
    kind = cue.type_in("clause" if asked else frame)
    return Draft(verb, (verb, verb + 1), by, tuple(content), "headline_passive", kind)


def _agent(tree: Tree, verb: int, stop: int) -> Spread | None:
    """Return the noun phrase after the last `by` that names no date, amount or action."""
    for by in range(stop - 2, verb, -1):
        if tree.lower[by] != "by":
            continue
        last = by + 1
        while last < stop and tree.tags[last] in _NOMINAL | {"CC", "HYPH", "POS"} and tree.tags[last] != "CD":
            last += 1
        dated = any(tree.dates_within(by + 1, last)) or bool(tree.dates_within(by + 1, last))
        if last > by + 1 and not dated:
            return by + 1, last
    return None


def _attribution_behind(tree: Tree, start: int, end: int, lexicon: Lexicon) -> Draft | None:
    """Read `Ferry was unsafe, inquiry finds`: the headline up to the comma, as somebody says."""
    last = end - 1
    while last > start and not tree.is_word(last):
        last -= 1
    if last - start < 3:
        return None
    last = _before_addressee(tree, start, last)
    word, lemma = tree.lower[last], tree.lemmas[last]
    if lemma not in lexicon.patterns.closing_verbs and word.rstrip("s") not in lexicon.patterns.closing_verbs:
        return None
    comma = next(
        (i for i in range(last - 1, max(start, last - PHRASE - 1), -1) if tree.lower[i] == ","), None
    )
    if comma is None or comma + 1 >= last or comma - start < 2:
        return None
    source = (comma + 1, last)
    if any(tree.tags[i] in FINITE for i in range(*source)):
        return None
    cue = lexicon.verbs.get(lemma) or lexicon.verbs.get(word.rstrip("s"))
    kind = cue.type if cue is not None else "statement"
    return Draft(last, (last, last + 1), source, ((start, comma),), "headline", kind)


def _before_addressee(tree: Tree, start: int, last: int) -> int:
    """Return the verb before who is told: `Board knew of fire, Hale | tells | MPs`."""
    near = range(last - 1, max(start, last - PHRASE - 1), -1)
    verb = next((i for i in near if tree.lower[i] in {"tell", "tells", "told"}), last)
    named = all(tree.tags[i].startswith(("NN", "DT", "JJ")) for i in range(verb + 1, last + 1))
    return verb if named else last


def _verb_before_speaker(
    tree: Tree, start: int, end: int, lexicon: Lexicon, quotes: QuoteIndex
) -> Draft | None:
    """Read `'No plans' to raise fees, says minister`: the headline up to the comma or quotation mark, as a verb and its subject say."""
    comma = next(
        (
            i
            for i in range(end - 2, max(start, end - PHRASE - 2), -1)
            if not tree.is_word(i) and tree.lower[i] in _BEFORE_SPEAKER
        ),
        None,
    )
    if comma is None or comma - start < 2 or comma + 2 >= end:
        return None
    verb, source = comma + 1, (comma + 2, end)
    # A body of which nothing is said before what is quoted can only be who says it.
    speakers = lexicon.patterns.person_labels
    if quotes.at(start) is not None:
        speakers |= lexicon.patterns.organisation_labels
    if tree.tags[verb] not in TENSED or not _is_speaker(
        tree, start, verb, source, lexicon.patterns, speakers
    ):
        return None
    cue = lexicon.verbs.get(tree.lemmas[verb])
    if cue is None:
        return None
    last = comma if tree.lower[comma] == "," else verb
    return Draft(verb, (verb, verb + 1), source, ((start, last),), "headline", cue.type)


_BEFORE_SPEAKER = frozenset({",", "'", "’", '"', "”", "''"})


def _is_speaker(
    tree: Tree, start: int, verb: int, span: Spread, patterns: Patterns, speakers: frozenset[str]
) -> bool:
    """Return whether what stands after a verb at the end is who speaks, not what is said (`..., says dispute belongs in court`)."""
    if any(tree.tags[i] in {"IN", "MD", "TO", "VBD", "VBG", "VBZ"} for i in range(*span)):
        return False
    if any(tree.tags[i] == "MD" for i in range(start, verb)):
        return tree.lemmas[verb] in patterns.closing_verbs  # nobody `must rise` and `warns`
    if any(tree.tags[i] in _VERBS for i in range(*span)):
        return False
    if tree.lemmas[verb] == "say":
        return True  # what is said would be a clause
    last = span[1] - 1
    people = patterns.colon_sources | patterns.unnamed | patterns.person_heads
    labels = {tree.mentions[tree.ents[i]].label_ if i in tree.ents else "" for i in range(*span)}
    return tree.lemmas[verb] in patterns.closing_verbs and (tree.lemmas[last] in people or labels <= speakers)


def _source_at_end(tree: Tree, start: int, end: int, lexicon: Lexicon, quotes: QuoteIndex) -> Draft | None:
    """Read who says it after a colon or a dash: `Women paid a fifth less: study`, `Strike: We are broke - Gov Orr`."""
    sign = next(
        (i for i in range(end - 2, max(start + FEW, end - PHRASE), -1) if tree.lower[i] in _SIGNS), None
    )
    if sign is None:
        return None
    is_colon = tree.lower[sign] == ":"
    last = tree.lemmas[end - 1] in lexicon.patterns.colon_sources
    if not last and (is_colon or not _is_told_below(tree, end, lexicon.patterns)):
        return None
    inside = tree.ends[sign - 1] == tree.starts[sign] and tree.ends[sign] == tree.starts[sign + 1]
    named = all(tree.tags[i].startswith(("NN", "JJ", "DT")) for i in range(sign + 1, end - 1))
    if not named or (inside and not is_colon):  # `ex-minister`
        return None
    topic = find_colon(tree, start, sign, quotes)
    first = start if topic is None else topic + 1
    return Draft(sign, (sign, sign + 1), (sign + 1, end), ((first, sign),), "headline", "statement")


def _is_told_below(tree: Tree, end: int, patterns: Patterns) -> bool:
    """Return whether a headline ends with a person or body that the text below names: `- Lawan`, not the name of the paper."""
    number = tree.ents.get(end - 1)
    labels = patterns.named_labels - patterns.company_labels
    if number is None or tree.mentions[number].label_ not in labels:
        return False
    if not patterns.papers.isdisjoint(tree.lower[tree.mentions[number].start : end]):
        return False
    name = tree.lower[end - 1]
    return any(tree.lower[i] == name and i in tree.ents for i in range(end, len(tree)))


_SIGNS = frozenset({":", "-", "–", "—"})


def _noun_phrase(tree: Tree, start: int, end: int) -> Spread | None:
    """Return the words of a subject without what a comma or a label cuts off; None if no noun is among them."""
    while start < end and (not tree.is_word(start) or tree.tags[start] in {"CC", "RB"}):
        start += 1
    while start < end and (not tree.is_word(end - 1) or tree.tags[end - 1] == "RB"):
        end -= 1
    nouns = any(tree.tags[i].startswith(("NN", "PRP")) or tree.tags[i] == "JJ" for i in range(start, end))
    asks = any(tree.tags[i] in {"WP", "WDT", "WRB"} for i in range(start, end))
    return (start, end) if nouns and not asks else None
