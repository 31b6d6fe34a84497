"""Errors that the parser makes again and again with cues, mended before anybody asks the tree."""

from __future__ import annotations

from itertools import pairwise

from policy_news.nlp.claims.misparsed_cues import OF_DAYS, REACH, SUBJECTS, has_subject, mend_cue, near
from policy_news.nlp.tags import PLURALS, SINGULARS, TENSED

_OBJECTS = frozenset({"ccomp", "dobj"})
_BEFORE_NOUN = frozenset({"amod", "det", "nmod", "poss"})
_JOINING = frozenset({"and", "but"})
_ADDING = frozenset({"adding", "emphasising", "emphasizing", "noting", "stating", "stressing", "warning"})
_SAID = frozenset({"said", "say", "saying", "says"})
_REPORTING = frozenset({
    "admitted", "announced", "argued", "believe", "believes", "claim", "claimed", "claims", "conceded", "concluded", "confirmed", "insist",
    "insisted", "insists", "maintain", "maintained", "maintains", "noted", "reported", "reports", "revealed", "say", "said", "says", "state",
    "stated", "states", "warned", "warns",
})  # fmt: skip
"""Verbs behind which a clause is what they report."""
_HEARSAY = frozenset({"believed", "estimated", "expected", "reported", "said", "thought"})
_PRESENT = frozenset({"VBP", "VBZ"})
_OF_NIGHT = frozenset({"afternoon", "evening", "morning", "night", "today", "yesterday"})
_LEADING = frozenset({
    "besides", "because", "by", "contrary", "despite", "due", "for", "given", "like", "under", "unlike", "with", "without",
})  # fmt: skip
"""Prepositions right behind `said` that do not tell when or where."""
_TOLD = frozenset({"tell", "telling", "tells", "told"})
_INFORMED = _TOLD | {"advised", "assured", "informed", "notified", "reminded", "warned"}
"""Verbs with an object behind which a clause is what they report."""
_TALES = frozenset({"joke", "lie", "lies", "stories", "story", "tale", "tales", "thing", "things", "truth"})
"""Objects of these that a clause describes: `told a story that he had made up`."""
_WHERE = frozenset({"at", "during", "in", "on", "with"})
"""Words before where, or with what feeling, somebody is told something."""
_NO_NOUNS = frozenset({"allege", "argue", "believe", "deny", "insist", "reckon", "say"})
"""Cues that are no noun."""
_ASKING = frozenset({"ask", "asked", "asking", "asks"})


def mend(lower: list[str], tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Change tags, labels and heads of a parse in place where they cannot be right.

    Args:
        heads: Index of each token's head; a root is its own.
    """
    for index, (tag, head) in enumerate(zip(tags, heads, strict=True)):
        if tag == "NNS" and deps[index] in {"advcl", "relcl"}:
            tags[index] = "VBZ"  # `which the firm disputes`
        elif tag in {"NN", "NNS"} and head == index:
            _noun_for_verb(index, tags, deps, heads)
        elif deps[index] == "conj" and tag in TENSED:
            _tense_of_cue(index, tags, deps, heads)
        elif deps[index] == "pcomp" and lower[head] == "of":
            _of_behind_agent(index, tags, deps, heads)
        mend_cue(index, lower, tags, deps, heads)
        _clause_of_cue(index, lower, tags, deps, heads)
        _by_word(index, lower, tags, deps, heads)
        _apposed_to_participle(index, tags, deps, heads)
        _of_passive(index, lower, tags, deps, heads)
        _of_clause(index, lower, tags, deps, heads)
    for that, (word, after) in enumerate(pairwise(lower), start=1):
        if after == "that" and word in _JOINING:
            _second_that(that, lower, deps, heads)


def _by_word(index: int, lower: list[str], tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Mend what hangs on single words and on commas before cues."""
    word, tag, head, comma = lower[index], tags[index], heads[index], lower[index - 1] == ","
    if tag in {"VBD", "VBZ"} and comma and deps[index] != "acl":
        _inverted(index, deps, heads)
    elif word in _ADDING and lower[index + 1 : index + 2] == ["that"] and deps[index] == "pcomp":
        _adding(index, tags, deps, heads)
    elif word in _ADDING and comma and deps[head] == "ccomp" and heads[head] < head:
        # `said it was late, adding that`: who said so adds. In `The mayor spoke of it, adding that, the agency said` the mayor does.
        heads[index] = heads[head]
    elif word == "that" and deps[head] in {"acl", "relcl"}:
        _that_clause(index, lower, tags, deps, heads)
    elif tag in {"VBD", "VBN"} and deps[index] == "acl" and comma:
        _said_clause(index, lower, tags, deps, heads)
    else:
        _by_small_word(index, lower, tags, deps, heads)


def _by_small_word(index: int, lower: list[str], tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Mend what hangs on conjunctions, on question words and on the `of` of sums."""
    word, tag, head = lower[index], tags[index], heads[index]
    if word == "because" and deps[head] == "advcl":
        _said_reason(head, lower, tags, deps, heads)
    elif tag == "WRB" and deps[head] == "advcl" and lower[heads[head]] in _ASKING and lower[index - 1] != ",":
        deps[head] = "ccomp"  # `asked the firm when it would pay`
    elif word == "of" and deps[index] == "quantmod" and heads[index - 1] == heads[heads[head]]:
        heads[index - 1], deps[index - 1] = heads[head], "nmod"  # `A total of 300 farms are expected`
    elif word == "said" and tag == "NNP" and head == index:
        tags[index] = "VBD"  # `Said Ann Orr:`
    elif word in _NO_NOUNS and tag == "NN" and deps[index] == "compound":
        _no_noun(index, tags, deps, heads)
    elif word == "whose":
        _whose_speaker(index, tags, deps, heads)
    else:
        _by_clause(index, lower, tags, deps, heads)


def _by_clause(index: int, lower: list[str], tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Mend the edges of what somebody says: `that`, a part of the day, marks."""
    word, before, head = lower[index], index - 1, heads[index]
    cue = heads[head]
    if word == "that" and deps[index] == "nsubj" and (deps[head], deps[cue]) == ("ccomp", "relcl"):
        tags[index] = "WDT"  # `a plan that the union says ignores the risks`
    elif tags[index] == "." and head < cue < index - 1 and heads[cue + 1] == cue:
        heads[index] = cue  # `Orbis expects a loss, it said in May.`
    elif word in _OF_NIGHT and (deps[index], deps[head]) == ("npadvmod", "ccomp") and lower[cue] in _SAID:
        behind = cue < index < min(head, cue + 3) and lower[index + 1] != ","
        heads[index] = cue if behind else head  # `said last night there was no plan`
    elif tags[index] == ":" and deps[before] == "nsubj" and has_subject(heads[before], deps, heads, index):
        deps[before] = "npadvmod"  # `LARKMERE: The board has said`, `Port Ellis - After a vote, Hexa agreed`
    elif lower[before] == "-" and deps[before] == deps[index] == deps[index - 2] == "dobj":
        heads[index - 2 : index] = [index] * 2  # `proposed some counter-measures`
        deps[index - 2 : index] = "compound", "punct"


def _no_noun(cue: int, tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Make a cue of a verb that the parse joins to the name behind it: `Prosecutors allege | Vega took bribes`."""
    noun = heads[cue]
    verb = heads[noun]
    if deps[noun] != "nsubj" or not cue < noun < verb or tags[cue - 1] not in PLURALS | SINGULARS:
        return
    tags[cue], heads[cue], deps[cue] = "VBP", cue if heads[verb] == verb else heads[verb], deps[verb]
    heads[verb], deps[verb], heads[cue - 1], deps[cue - 1] = cue, "ccomp", cue, "nsubj"


def _adding(participle: int, tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Hang a participle on the verb before it, and what it took for its subject on the preposition: `for the whole state adding that`."""
    noun, preposition = participle - 1, heads[participle]
    verb = preposition
    while tags[verb] not in TENSED and heads[verb] < verb:
        verb = heads[verb]
    if heads[noun] == participle and deps[noun] == "nsubj" and tags[noun] == "NN":
        heads[noun], deps[noun] = preposition, "pobj"
        heads[participle], deps[participle] = verb, "advcl"


def _that_clause(index: int, lower: list[str], tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Mend a clause that hangs on a noun as if `that` stood for the noun, or as if the noun said it."""
    head = heads[index]
    on = heads[heads[head]]
    while deps[heads[on]] == "pobj" and heads[heads[on]] < on:
        on = heads[heads[on]]
    cue = heads[on]
    is_cue = lower[cue] in _TOLD | _REPORTING or (deps[head] == "relcl" and tags[cue] in TENSED | {"VBN"})
    is_where = deps[on] == "prep" and lower[on] in _WHERE
    if is_cue and is_where and deps[index] == "mark" and lower[index - 1] != ",":
        # `said in a statement that`, `told analysts on a call that`, `had alleged in a post on X that`
        heads[head], deps[head] = cue, "ccomp"
    elif (
        deps[heads[head]] == "dobj"
        and lower[heads[heads[head]]] in _INFORMED
        and _is_told(index, lower, deps, heads)
    ):
        # `told Ann Orr, the mayor, that`, `informed a committee that`, `told a local paper that she would run`
        heads[head], deps[head], deps[index], tags[index] = heads[heads[head]], "ccomp", "mark", "IN"
    elif deps[head] == "acl":
        return
    elif tags[index] == "IN":
        _dated_clause(index, tags, deps, heads)


def _is_told(that: int, lower: list[str], deps: list[str], heads: list[int]) -> bool:
    """Return whether a clause behind an object has a subject of its own, and does not describe the object."""
    verb = heads[that]
    return has_subject(verb, deps, heads, that + 1) and lower[heads[verb]] not in _TALES


def _clause_of_cue(verb: int, lower: list[str], tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Make what a cue reports of a verb that nothing joins to it, whichever of the two is the head."""
    head = heads[verb]
    if tags[verb] not in TENSED:
        return
    if lower[head] in _REPORTING and verb > head:
        _clause_behind(verb, tags, deps, heads)
    elif lower[verb] in _REPORTING and verb < head and deps[verb] in {"advcl", "ccomp"}:
        _clause_above(verb, lower, deps, heads)


def _clause_behind(verb: int, tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Hang a verb on the cue before it; without a subject it takes the object of the cue: `maintained an inquiry | is under way`."""
    cue = heads[verb]
    labels = {"WRB" if tags[kid] == "WRB" else deps[kid] for kid in near(verb, heads) if heads[kid] == verb}
    own = {deps[kid]: kid for kid in range(cue + 1, verb) if heads[kid] == cue}
    if labels & {"mark", "WRB"} or own.keys() & {"cc", "ccomp"}:
        return
    if labels & SUBJECTS:
        if deps[verb] == "advcl" and "dobj" not in own:
            deps[verb] = "ccomp"  # `reported, citing a survey, | there were`
    elif deps[verb] in {"advcl", "conj"} and "dobj" in own:
        deps[verb], deps[own["dobj"]], heads[own["dobj"]] = "ccomp", "nsubj", verb


def _clause_above(cue: int, lower: list[str], deps: list[str], heads: list[int]) -> None:
    """Turn a cue and what it reports around: `Novania claimed, as of May, it was free of debt`."""
    verb = heads[cue]
    labels = {deps[kid] for kid in near(cue, heads) if heads[kid] == cue}
    subjects = [kid for kid in near(verb, heads) if heads[kid] == verb and deps[kid] in SUBJECTS]
    bare = "nsubj" in labels and labels.isdisjoint({"advmod", "ccomp", "dobj", "mark"})
    if bare and lower[verb] not in _REPORTING | _TOLD and len(subjects) == 1 and cue < subjects[0] < verb:
        deps[cue], heads[cue] = deps[verb], cue if heads[verb] == verb else heads[verb]
        deps[verb], heads[verb] = "ccomp", cue


def _of_passive(noun: int, lower: list[str], tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Give passives their subject, also behind a comma: `Yuki Tanabe | is convinced`, `These levies, expected to bring in $3m, rose`."""
    head = heads[noun]
    verb = heads[head]
    comma = lower[head - 1] == "," and noun < head < verb and deps[noun] == "nsubj"
    if comma and (tags[head], deps[head]) == ("VBG", "advcl"):
        if not has_subject(verb, deps, heads, noun):
            heads[noun] = verb  # `Ann Orr, appearing for the firm, submitted that`
    elif deps[noun] == "nsubj" and deps[head] in {"aux", "auxpass"}:
        # `The union had on May 2, 2022 announced`
        heads[noun], deps[noun] = heads[head], "nsubj" if deps[head] == "aux" else "nsubjpass"
    elif deps[noun] == "nsubj" and lower[head] in _HEARSAY and tags[head] == "VBN" and lower[head - 1] == ",":
        deps[noun] = "nsubjpass"


def _of_clause(index: int, lower: list[str], tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Hang on what is said, not on the cue, a clause of a list, and a phrase right behind the cue.

    `said the fire was out, the pumps were back and nobody was hurt`; `said by law only the council can close it`.
    """
    cue = heads[index]
    if lower[cue] not in _SAID or deps[index] not in {"ccomp", "conj", "prep"}:
        return
    kids = (kid for kid in near(cue, heads) if heads[kid] == cue < kid and deps[kid] == "ccomp")
    clause = next(kids, None)
    if clause is None:
        return
    leading = deps[index] == "prep" and index == cue + 1 and lower[index] in _LEADING
    if leading or (deps[index] != "prep" and _is_listed(index, clause, lower, tags, deps, heads)):
        heads[index] = clause
        deps[index] = deps[index].replace("ccomp", "conj")


def _is_listed(
    verb: int, clause: int, lower: list[str], tags: list[str], deps: list[str], heads: list[int]
) -> bool:
    """Return whether a clause behind a comma goes on with the one before, with a subject of its own."""
    comma = next((i for i in range(verb, clause, -1) if lower[i] == ","), clause)
    noun = next((i for i in near(verb, heads) if heads[i] == verb and deps[i] == "nsubj"), clause)
    joined = any(not comma < heads[i] <= noun for i in range(comma + 1, noun))
    return tags[verb] in TENSED and clause < comma < noun and not joined


def _said_clause(verb: int, lower: list[str], tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Make a clause of an object of `said` and of the verb behind its apposition: `said her first novel, "Salt", told of a family`."""
    noun = heads[heads[verb]] if deps[heads[verb]] == "appos" else heads[verb]
    cue = heads[noun]
    if deps[noun] == "dobj" and cue < noun and lower[cue] in _SAID:
        tags[verb], deps[verb], heads[verb] = "VBD", "ccomp", cue
        deps[noun], heads[noun] = "nsubj", verb


def _said_reason(verb: int, lower: list[str], tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Hang a reason on what is said, not on the cue: `The plan will fail, Ann Orr said, because the money is gone`."""
    cue = heads[verb]
    if lower[cue] not in _SAID or cue > verb:
        return
    clause = next((kid for kid in near(cue, heads) if heads[kid] == cue and deps[kid] == "ccomp"), None)
    if clause is not None:
        heads[verb] = clause


def _noun_for_verb(root: int, tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Make a verb of a noun that governs a sentence and a clause or object."""
    kids = [kid for kid in near(root, heads) if heads[kid] == root != kid]
    before = {deps[kid] for kid in kids if kid < root}
    _verb_with_clause(root, kids, tags, deps)
    if tags[root] == "NN" and _has_plural_subject(root, kids, tags, deps):
        tags[root] = "VBP"  # `Supporters dispute that`
    elif tags[root] == "NN" and {"ccomp", "nsubj"} <= before:
        tags[root] = "VBD"  # `"We object," the statement read`
    elif tags[root] == "NNS" and "ccomp" in before:
        _plural_behind_clause(root, kids, tags, deps, heads)


def _plural_behind_clause(
    root: int, kids: list[int], tags: list[str], deps: list[str], heads: list[int]
) -> None:
    """Make a verb of a plural between a clause and a subject: `The levy will fail, laments Ann Orr`, `"It failed," the report states`."""
    nouns = [kid for kid in kids if kid < root and deps[kid] == "compound"]
    if any(deps[kid] == "nsubj" and kid > root for kid in kids):
        tags[root] = "VBZ"
    elif nouns == [root - 1] and all(deps[kid] != "nsubj" for kid in kids):
        tags[root], deps[root - 1] = "VBZ", "nsubj"
        for kid in kids:
            if deps[kid] in _BEFORE_NOUN and kid < root:
                heads[kid] = root - 1


def _verb_with_clause(root: int, kids: list[int], tags: list[str], deps: list[str]) -> None:
    """Make a verb of a noun with a clause behind it, and the noun before it its subject: `Hexa and Orbis report that prices fell`."""
    before = [kid for kid in kids if kid < root and deps[kid] in {"compound", "nmod", "nsubj"}]
    if before and any(deps[kid] == "ccomp" and kid > root for kid in kids):
        tags[root], deps[before[-1]] = "VBZ" if tags[root] == "NNS" else "VBP", "nsubj"


def _has_plural_subject(root: int, kids: list[int], tags: list[str], deps: list[str]) -> bool:
    subjects = [kid for kid in kids if deps[kid] == "nsubj" and kid < root]
    objects = any(deps[kid] in _OBJECTS and kid > root for kid in kids)
    return objects and len(subjects) == 1 and tags[subjects[0]] in PLURALS


def _tense_of_cue(verb: int, tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Attach a verb in the tense of the cue to the cue: `has confirmed that he heard a name, but denies it`."""
    reported = heads[verb]
    cue = heads[reported]
    if tags[reported] == "VBD" and tags[verb] in _PRESENT:
        _tense_of_clause(verb, tags, deps, heads)
        return
    if deps[reported] != "ccomp" or reported < cue or tags[reported] not in TENSED - {tags[verb]}:
        return
    forms = {tags[cue], *(tags[kid] for kid in near(cue, heads) if heads[kid] == cue and deps[kid] == "aux")}
    subjects = any(heads[kid] == verb and deps[kid] in {"nsubj", "nsubjpass"} for kid in near(verb, heads))
    if tags[verb] in forms and not subjects:
        heads[verb] = cue


def _tense_of_clause(verb: int, tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Attach a verb in the tense of a clause to the clause: `confirmed that the risk is low, and there is no leak`."""
    cue = heads[verb]
    clauses = range(max(cue + 1, verb - REACH), verb)
    clause = next((kid for kid in clauses if heads[kid] == cue and deps[kid] == "ccomp"), None)
    if clause is not None and tags[clause] in _PRESENT and has_subject(verb, deps, heads, clause + 1):
        heads[verb] = clause


def _apposed_to_participle(noun: int, tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Make who stands behind a participle the subject: `Reacting, the chairman, Ann Orr, said`."""
    participle = heads[noun]
    verb = heads[participle]
    if deps[noun] != "appos" or tags[participle] != "VBG" or participle > noun:
        return
    if deps[participle] == "nsubj" and tags[verb] in TENSED and verb > noun:
        deps[participle], deps[noun], heads[noun] = "advcl", "nsubj", verb


def _of_behind_agent(gerund: int, tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Hang what somebody is accused of on the verb: `was accused by the union of hiding the letter`."""
    of = heads[gerund]
    noun = heads[of]
    by = heads[noun]
    if (
        tags[gerund] == "VBG"
        and deps[of] == "prep"
        and deps[noun] == "pobj"
        and deps[by] == "agent"
        and noun < of
    ):
        heads[of] = heads[by]


def _inverted(verb: int, deps: list[str], heads: list[int]) -> None:
    """Give the clause around an inserted cue its own subject: `The levy, said Ann Orr, has failed`."""
    kids = [kid for kid in near(verb, heads) if heads[kid] == verb]
    subjects = [kid for kid in kids if deps[kid] == "nsubj"]
    if not subjects and verb > 2 and heads[verb] == verb and deps[verb - 2] == "appos":
        deps[verb - 2], heads[verb - 2] = "nsubj", verb  # `Speaking to a trader, Mrs Ann Orr, she said`
        return
    clause = next((kid for kid in kids if deps[kid] == "ccomp" and kid > verb), heads[verb])
    if len(subjects) == 2 and subjects[0] < verb < subjects[1] < clause:
        heads[subjects[0]] = clause


def _dated_clause(that: int, tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Hang a clause behind a day on the cue, not on the day: `warned on Tuesday, 6 August, that it would fail`."""
    cue = next((i for i in range(that - 1, max(that - REACH, -1), -1) if tags[i] not in OF_DAYS), -1)
    if cue < 0 or tags[cue] not in TENSED or tags[cue + 1] != "IN" or that - cue < 3:
        return
    heads[heads[that]], deps[heads[that]] = cue, "ccomp"
    if deps[cue] == "acl":
        deps[cue] = "relcl"  # `The mayor, Ann Orr, announced`


def _whose_speaker(whose: int, tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Make the speaker of a relative clause the subject of its cue: `rejected by Hexa, whose chairman, Ann Orr, said`."""
    after = range(whose + 1, min(whose + REACH, len(heads)))
    cue = next((i for i in after if tags[i] in TENSED), 0)
    names = [i for i in range(whose + 1, cue) if tags[i] in SINGULARS]
    before = range(max(whose - REACH, 0), whose)
    owner = next((i for i in reversed(before) if tags[i].startswith("NN")), None)
    if owner is None or not names or whose < heads[cue] < cue:
        return
    for i in before:
        if heads[i] == cue and deps[i] == "ccomp":
            heads[i], deps[i] = i, "ROOT"
    if heads[cue] <= whose or heads[cue] == cue:
        heads[cue], deps[cue] = owner, "relcl"
        heads[names[-1]], deps[names[-1]] = cue, "nsubj"


def _second_that(that: int, lower: list[str], deps: list[str], heads: list[int]) -> None:
    """Hang the second clause on the cue too: `told the BBC that she had heard, but that there was no money`."""
    verb = heads[that]
    cue = heads[verb]
    if deps[that] != "mark" or deps[verb] != "conj" or cue >= that:
        return
    first = next((i for i in range(that - 1, cue, -1) if heads[i] == cue and deps[i] == "ccomp"), None)
    if first is None:
        return
    heads[verb] = first
    if heads[that - 1] == cue:
        heads[that - 1] = first
