"""Claims that a verb reports: clause, infinitive, object, preposition, passive, and clauses that the verb stands in."""

from __future__ import annotations

from policy_news.nlp.claims.constructions.nouns import is_light
from policy_news.nlp.claims.constructions.phrases import (
    agent,
    find_source,
    is_passive,
    noun_phrase,
    speaks,
    verb_group,
)
from policy_news.nlp.claims.cue_lexicon import Lexicon, VerbCue
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import Spread, Tree, merge, subtract
from policy_news.nlp.tags import FINITE, RELATIVES, TENSED

_CONTENT_OF_OBJECT = frozenset({"xcomp", "oprd", "dative", "ccomp"})
_OF_OBJECTS = frozenset(
    {
        "about",
        "against",
        "behind",
        "between",
        "concerning",
        "including",
        "into",
        "of",
        "over",
        "regarding",
        "towards",
    }
)
"""Prepositions that lead to what an object is about."""
_OF_ACTS = frozenset({"by", "for", "from", "in", "of", "on"})
"""Prepositions that do so before a gerund: `welcomed interest | in building a port`."""
_WITH_TO = frozenset({
    "access", "adviser", "aide", "allegiance", "approach", "commitment", "contribution", "damage", "dedication", "end", "loyalty", "objection",
    "opposition", "readiness", "resistance", "response", "right", "secretary", "solution", "threat",
})  # fmt: skip
"""Nouns that `to` completes: `reaffirmed their commitment | to a free vote`."""
_LED_TO = frozenset({"advcl", "ccomp", "prep", "xcomp"})
_OPENING = frozenset({"how", "if", "that", "whether", "why"})
_CONDITIONS = frozenset({"if", "unless"})


def find_verb_claim(tree: Tree, head: int, lexicon: Lexicon) -> Draft | None:
    """Return the claim of a cue verb without a look at quotation marks; None where no construction fits.

    A draft without content is returned for a verb that takes a quotation: the quotation is found later.
    """
    cue = lexicon.verb_at(tree, head)
    if cue is None or not tree.tags[head].startswith("VB") or is_light(tree, head, lexicon):
        return None
    if is_passive(tree, head):
        return _passive(tree, head, cue, lexicon)
    start, last = verb_group(tree, head)
    group = start, max(last, cue.ends(tree, head) or last)
    source = _said_as(tree, head)
    if source is None:
        source = find_source(tree, head, lexicon.patterns)
    phrase = _source_phrase(tree, head, source, lexicon)
    if source is None:
        phrase = _name_before(tree, head, start, lexicon)
    frame, content, end = _content(tree, head, cue, source, lexicon)
    if phrase and phrase[0] < group[1] and group[0] < phrase[1]:
        phrase = None
    group = group[0], max(group[1], end)
    content = _without(content, (group, phrase))
    if not content and "quote" not in cue.frames:
        return None
    if not content:
        frame = "quote"
    return Draft(head, group, phrase, tuple(content), frame, cue.type_in(frame))


def _name_before(tree: Tree, head: int, start: int, lexicon: Lexicon) -> Spread | None:
    """Return the name right before a finite cue that the parse leaves without a subject: `On Friday Ford Motor announced`."""
    goes_on = tree.tags[head] in TENSED and not tree.doc[start].text[:1].isupper()
    number = tree.ents.get(start - 1) if goes_on and tree.deps[head] not in {"acl", "advcl"} else None
    labels = lexicon.patterns.person_labels | lexicon.patterns.organisation_labels
    if number is None or tree.mentions[number].label_ not in labels:
        return None
    first = tree.mentions[number].start
    alone = tree.lower[first - 1 : first] != ["by"] and tree.deps[tree.top(first, start)] != "conj"
    return (first, start) if alone else None


def _source_phrase(tree: Tree, head: int, source: int | None, lexicon: Lexicon) -> Spread | None:
    """Return the phrase of a source; none for the `there` of `there said to be`."""
    if source is None or tree.lower[source] == "there":
        return None
    return noun_phrase(tree, source, lexicon.patterns, head)


def _content(
    tree: Tree, head: int, cue: VerbCue, source: int | None, lexicon: Lexicon
) -> tuple[str, list[Spread], int]:
    """Return the frame, the spans of the content, and the end of the cue where a preposition belongs to it.

    The frames are tried from what says most to what says least: a clause is the content whatever else there is, an object only
    where no clause, infinitive or preposition leads to it.
    """
    found = (
        _clause_frame(tree, head, cue, source, lexicon)
        or _infinitive_frame(tree, head, cue)
        or _object_frame(tree, head, cue)
        or _gerund_frame(tree, head, cue)
    )
    if found is not None:
        return found
    goal = tree.child(head, "xcomp", "ccomp")
    if "clause" in cue.frames and goal is not None and tree.deps[goal] == "ccomp":
        return "clause", [tree.subtree(goal)], 0
    return "quote", [], 0


Found = tuple[str, list[Spread], int]


def _clause_frame(tree: Tree, head: int, cue: VerbCue, source: int | None, lexicon: Lexicon) -> Found | None:
    """Read `said that ...`, `ordered it to be closed`, `The ban, the minister said, will stand`."""
    clause = _clause_of(tree, head)
    if "clause" not in cue.frames or (clause is not None and _is_named(tree, head, clause, cue)):
        return None
    of_noun = _of_noun(tree, head, source)
    if of_noun is not None:
        return "clause", of_noun, 0
    if clause is not None and (clause > head or not _is_order(tree, clause)):
        frame = "order" if "order" in cue.frames and _is_order(tree, clause) else "clause"
        return frame, [_through_garden_path(tree, head, clause, _reported(tree, clause, lexicon))], 0
    inserted = _around(tree, head, source)
    return ("clause", inserted, 0) if inserted else None


def _clause_of(tree: Tree, head: int) -> int | None:
    """Return the clause of a cue, of one on either side the one behind it: `Some fear a war; others expect it to end`."""
    clause = tree.child(head, "ccomp")
    if clause is None or clause > head:
        return clause
    clauses = (kid for kid in tree.children(head, "ccomp") if kid > head and tree.tags[kid] != "VBG")
    return next((kid for kid in clauses if _is_own_clause(tree, kid)), clause)


def _is_named(tree: Tree, head: int, clause: int, cue: VerbCue) -> bool:
    """Return whether what the parse makes a clause is somebody and what he is called: `described | him as unwell`."""
    first = tree.left[clause]
    return "object_as" in cue.frames and (first != head + 1 or tree.lower[first] not in _OPENING)


def _is_own_clause(tree: Tree, clause: int) -> bool:
    """Return whether a clause has a subject, which is no relative pronoun: not `"It failed," she said - which is true`."""
    subject = tree.subject(clause)
    return subject is not None and tree.tags[subject] not in RELATIVES


def _through_garden_path(tree: Tree, head: int, clause: int, span: Spread) -> Spread:
    """Return a clause with its own verb where the parse has two: `admitted the share of calls dropped | was greater`.

    A comma parts the second one from a clause that is whole: `whose head said it was late, | came out`.
    """
    start, end = span
    for kid in tree.children(head, "ccomp"):
        first = tree.left[kid] + (tree.lower[tree.left[kid]] == ",")
        comma = tree.lower[first - 1] == ","
        adjacent = end <= first <= end + comma
        whole = comma and tree.tags[clause] in FINITE and tree.lower[first] != "that"
        if kid > head and adjacent and not whole:
            end = tree.right[kid] + 1
    return start, end


def _infinitive_frame(tree: Tree, head: int, cue: VerbCue) -> Found | None:
    """Read `urged the firm to act`, `promised to act`."""
    goal = _goal(tree, head, cue)
    if goal is None or not (_is_to(tree, goal) or _is_done(tree, goal)):
        return None
    target = tree.child(head, "dobj", "dative")
    if "order" in cue.frames and (target is not None or tree.subject(goal) is not None):
        first = target if target is not None else goal
        return "order", [(tree.left[first], tree.right[goal] + 1)], 0
    if "infinitive" in cue.frames and target is None:
        return "infinitive", [tree.subtree(goal)], 0
    return None


def _goal(tree: Tree, head: int, cue: VerbCue) -> int | None:
    """Return what a verb is followed by; of some the parser takes the infinitive for a purpose: `enjoined the dockers | to stay calm`."""
    goal = tree.child(head, "xcomp", "ccomp")
    adjacent = "infinitive" in cue.frames and tree.lower[head + 1 : head + 2] == ["to"]
    if goal is None and (adjacent or {"order", "quote"}.issuperset(cue.frames)):
        return next((kid for kid in tree.children(head, "advcl") if kid > head), None)
    return goal


def _object_frame(tree: Tree, head: int, cue: VerbCue) -> Found | None:
    """Read `called for a ban`, `denied the charge`, `described it as a mistake`."""
    target = tree.child(head, "dobj", "dative")
    gerund = tree.child(head, "xcomp")
    if target is not None and gerund is not None and head < gerund < target and tree.tags[head + 1] == "VBG":
        return None  # `denied taking the money, | a crime under the law`
    subject, charge = tree.subject(head), tree.heads[head]
    told = cue.type == "denial" and target is None and tree.deps[head] == "relcl" and charge < head
    if told and subject is not None and tree.tags[subject] not in RELATIVES:  # `a charge the firm denies`
        return "object", [(tree.left[charge], max(charge + 1, min(tree.left[head], head)))], 0
    found = _prepositional(tree, head, cue)
    # A verb with prepositions alone takes no object: `committed $3m to the clinic` says nothing.
    if found and (target is None or ("object" not in cue.frames and cue.frames)):
        return found
    particle = tree.child(head, "prt")
    if target is not None and particle is not None and tree.lower[particle] in cue.preps:
        return tree.lower[particle], [tree.subtree(target)], particle + 1  # `ruled out a rise`
    if target is None or not {"object", "object_as"} & set(cue.frames):
        return None
    # Of `promised us a helpline` the second object is what is promised.
    return _object(tree, head, tree.child(head, "dobj") or target, cue)


def _gerund_frame(tree: Tree, head: int, cue: VerbCue) -> Found | None:
    """Read `denies having been told`, `proposed closing the yard`: what else would be an object."""
    goal = tree.child(head, "xcomp")
    if goal is None or goal < head or "object" not in cue.frames:
        return None
    gerund = tree.tags[tree.left[goal]] == "VBG"
    return ("object", [tree.subtree(goal)], 0) if gerund else None


def _reported(tree: Tree, clause: int, lexicon: Lexicon) -> Spread:
    """Return the reported clause, up to a coordinated clause that is a cue with a content of its own."""
    start, end = tree.subtree(clause)
    for kid in tree.children(clause, "conj"):
        cue = lexicon.verb_at(tree, kid)
        if (
            cue is not None
            and kid > clause
            and tree.child(kid, "ccomp", "xcomp", "dobj") is not None
            and tree.child(kid, "mark") is None
            and tree.tags[kid] == tree.tags[tree.heads[clause]]
        ):
            end = min(end, tree.left[kid])
            while end > start and (tree.deps[end - 1] == "cc" or not tree.is_word(end - 1)):
                end -= 1
    return start, end


def _is_to(tree: Tree, verb: int) -> bool:
    """Return whether a verb is an infinitive with `to`, active or passive (`for all of them to be gone`)."""
    return tree.tags[verb] in {"VB", "VBN"} and any(
        tree.lower[kid] == "to" and tree.deps[kid] == "aux" for kid in tree.kids[verb]
    )


def _is_done(tree: Tree, verb: int) -> bool:
    """Return whether a clause says what should have been done: `wants | the yard closed`."""
    return (
        tree.tags[verb] == "VBN"
        and tree.subject(verb) is not None
        and tree.child(verb, "aux", "auxpass") is None
    )


def _is_order(tree: Tree, clause: int) -> bool:
    return _is_to(tree, clause) and tree.subject(clause) is not None


def _around(tree: Tree, head: int, source: int | None) -> list[Spread] | None:
    """Return the clause that a verb is inserted in: `The ban, the minister said, will stand`."""
    if tree.deps[head] != "parataxis" or source is None:
        return None
    host = tree.heads[head]
    if tree.subject(tree.heads[host]) == host:
        host = tree.heads[host]  # `On Monday, Orr suggests, protests can help`
    own = tree.subtree(head)
    return (
        subtract(tree.subtree(host), [own])
        if tree.tags[host] in FINITE or tree.tags[host].startswith("VB")
        else None
    )


def _of_noun(tree: Tree, head: int, source: int | None) -> list[Spread] | None:
    """Return a noun and what is said of it: `the rules | she said | hamper trade`."""
    verb = tree.child(head, "xcomp", "ccomp")
    if (
        source is None
        or verb is None
        or not source < head < verb
        or tree.deps[head] not in {"ccomp", "relcl"}
    ):
        return None
    noun = tree.left[source] - 1
    finite = tree.tags[verb] in FINITE | {"VB"} and not _is_to(tree, verb) and tree.subject(verb) is None
    if not finite or not tree.tags[noun].startswith("NN"):
        return None
    return [(tree.left[noun], noun + 1), tree.subtree(verb)]


def _prepositional(tree: Tree, head: int, cue: VerbCue) -> tuple[str, list[Spread], int] | None:
    """Return the content after a preposition of the cue: `called for a ban`, `called for the UK to stop`."""
    for kid in _led_to(tree, head):
        first = tree.left[kid]
        if tree.lower[first] in cue.preps and first < tree.right[kid]:
            end = first + 1 if first == cue.ends(tree, head) or tree.deps[head + 1] == "prt" else 0
            others = (other for other in tree.kids[head] if other > kid and _ends_content(tree, other))
            last = max(tree.right[other] for other in (kid, *others))
            return tree.lower[first], [(first + 1, last + 1)], end
    return None


def _led_to(tree: Tree, head: int) -> list[int]:
    """Return what a verb may lead to: clauses and phrases behind it, but no day."""
    return [
        kid for kid in tree.kids[head] if kid > head and tree.deps[kid] in _LED_TO and not _is_date(tree, kid)
    ]


def _is_goal(tree: Tree, index: int) -> bool:
    return tree.deps[index] in {"xcomp", "advcl"} and _is_to(tree, index)


def _ends_content(tree: Tree, index: int) -> bool:
    """Return whether what stands behind a preposition's noun belongs to the content: `pointed to the sale | as an example`."""
    place = tree.lower[index] == "in" and tree.is_word(index - 1) and not _is_date(tree, index)
    goal = _is_goal(tree, index) or tree.tags[index] == "TO"
    # `hit out at her | for lying`
    deed = tree.lower[index] == "over" or (
        tree.lower[index] == "for" and tree.child(index, "pcomp") is not None
    )
    return goal or deed or _is_condition(tree, index) or tree.lower[index] == "as" or place


def _is_condition(tree: Tree, index: int) -> bool:
    """Return whether a clause says on what condition: `warns of action | if talks fail`."""
    marks = (tree.lower[kid] for kid in tree.children(index, "mark"))
    return tree.deps[index] == "advcl" and any(mark in _CONDITIONS for mark in marks)


def _is_date(tree: Tree, preposition: int) -> bool:
    """Return whether a preposition only leads to a day: `called | on Monday | for a ban`."""
    return (
        tree.child(preposition, "pobj") is not None
        and len(tree.dates_within(preposition + 1, preposition + 2)) > 0
    )


def _object(tree: Tree, head: int, target: int, cue: VerbCue) -> tuple[str, list[Spread], int]:
    """Return an object with what completes it: `accused the firm of lying`, `a vote, which she described as a farce`."""
    last = head if target < head else _end_of_named(tree, head, target, cue)
    described = False
    for kid in tree.kids[head]:
        if kid <= max(target, head) or any(tree.is_word(i) for i in range(last + 1, tree.left[kid])):
            continue
        if not _completes(tree, kid, target, cue):
            continue
        described = described or tree.lower[tree.left[kid]] == "as" or tree.deps[kid] in {"dobj", "oprd"}
        last = max(last, tree.right[kid])
    if "object_as" in cue.frames:
        named = _named_in_marks(tree, target)
        described, last = described or named > 0, max(last, named)
    if "object" not in cue.frames and not described:
        return "quote", [], 0
    spans = [(tree.left[target], last + 1)] if target > head else _before_cue(tree, head, target, last)
    return ("object" if spans else "quote"), spans, 0


def _end_of_named(tree: Tree, head: int, target: int, cue: VerbCue) -> int:
    """Return the last word of an object, with all before its name: `described the government under President Orr | as the best`."""
    end = tree.right[target]
    names = (kid - 1 for kid in tree.children(head, "prep") if tree.lower[kid] == "as" and kid > end)
    return next(names, end) if "object_as" in cue.frames else end


def _before_cue(tree: Tree, head: int, target: int, last: int) -> list[Spread]:
    """Return an object before its verb with what follows the verb; a bare `what` says nothing: `what she called | a farce`."""
    spans = [] if tree.tags[target] == "WP" else [tree.subtree(target)]
    return [*spans, (head + 1, last + 1)] if last > head else spans


def _completes(tree: Tree, kid: int, target: int, cue: VerbCue) -> bool:
    """Return whether what stands behind an object belongs to it, though the parse hangs it on the cue.

    Not where or when somebody spoke, nor to whom: `rejected the findings | in a letter`.
    """
    if tree.deps[kid] == "prep":
        if tree.lower[kid] == "to":
            return tree.lemmas[target] in _WITH_TO or "to" in cue.preps
        gerund = tree.child(kid, "pcomp") is not None and tree.lower[kid] in _OF_ACTS
        due = cue.type_in("object") == "call" and tree.lower[kid] in {"before", "by"}
        # `wants a meeting | before the vote`
        return gerund or due or tree.lower[kid] in {"as", "for", *_OF_OBJECTS, *cue.preps}
    if tree.deps[kid] == "dobj":
        return "object_as" in cue.frames  # `labelled the raid | a success`
    # `described it | as marred by fraud`
    called = tree.deps[kid] == "advcl" and tree.lower[tree.left[kid]] == "as" and tree.subject(kid) is None
    return called or tree.deps[kid] in _CONTENT_OF_OBJECT or _is_goal(tree, kid) or _is_condition(tree, kid)


def _named_in_marks(tree: Tree, target: int) -> int:
    """Return the first word in quotation marks right behind a noun, 0 for none: `called the vote "reckless"`."""
    if any(tree.doc[i].is_quote for i in range(tree.left[target], target)) or target + 2 >= len(tree):
        return 0
    return target + 2 if tree.doc[target + 1].is_quote else 0


def _passive(tree: Tree, head: int, cue: VerbCue, lexicon: Lexicon) -> Draft | None:
    """Read `is alleged to`, `it was announced that`, `was criticised by`."""
    by = agent(tree, head)
    source = None if by is None else noun_phrase(tree, by, lexicon.patterns)
    content, frame = _passive_content(tree, head, cue)
    outside = source
    if source is None and len(content) > 1:
        source, content[-1] = _accuser(tree, content[-1], lexicon)
    if not content or (source is None and not _without_agent(tree, head, cue, content, frame, lexicon)):
        return None
    asked = frame == "infinitive" and "order" in cue.frames
    group = verb_group(tree, head)
    kind = cue.type_in("order" if asked else frame)
    if source is None:
        kind = lexicon.patterns.hearsay.get(cue.lemma, kind)
    return Draft(head, group, source, tuple(_without(content, (group, outside))), "passive", kind)


def _without_agent(
    tree: Tree, head: int, cue: VerbCue, content: list[Spread], frame: str, lexicon: Lexicon
) -> bool:
    """Return whether a passive makes a claim though it does not say whose."""
    whole, hearsay = len(content) > 1, cue.lemma in lexicon.patterns.hearsay
    if whole and tree.tags[content[-1][0]] == "VBG":
        return False  # `Nurses were seen | running to the hall`
    if frame == "object":  # `is accused | of theft`
        return whole and (cue.type == "allegation" or (hearsay and _is_as(tree, head, content[-1])))
    # `Residents were told | to stay off the roads`
    asked = whole and {"clause", "order", "quote"} <= set(cue.frames)
    return frame != "infinitive" or hearsay or asked


def _is_as(tree: Tree, head: int, named: Spread) -> bool:
    """Return whether a passive says what its subject is taken for: `is seen | as a warning`, `is considered | a farce`."""
    goal = tree.child(head, "oprd")
    if any(tree.tags[kid] == "MD" for kid in tree.children(head, "aux")):
        return False
    return tree.lower[named[0]] == "as" or (goal is not None and tree.left[goal] == named[0])


def _accuser(tree: Tree, charge: Spread, lexicon: Lexicon) -> tuple[Spread | None, Spread]:
    """Return who accuses where the parse hangs that on the charge, and the charge without: `is accused of theft | by the union`."""
    for by in range(charge[0] + 2, charge[1] - 1):
        noun = tree.child(by, "pobj") if tree.lower[by] == "by" else None
        if noun is not None and tree.right[by] == charge[1] - 1 and speaks(tree, noun, lexicon.patterns):
            return noun_phrase(tree, noun, lexicon.patterns), (charge[0], by)
    return None, charge


def _passive_content(tree: Tree, head: int, cue: VerbCue) -> tuple[list[Spread], str]:
    subject = tree.subject(head)
    clause = tree.child(head, "ccomp")
    if clause is not None and {"clause", "heard"} & set(cue.frames):
        return [tree.subtree(clause)], "clause"
    goal = tree.child(head, "xcomp", "oprd")
    if subject is None or tree.tags[subject] in RELATIVES:
        return (
            ([tree.subtree(goal)], "infinitive")
            if goal is not None and tree.deps[goal] == "xcomp"
            else ([], "")
        )
    if tree.lower[subject] in {"it", "there"} and clause is None and goal is None:
        return [], ""
    parts = [tree.subtree(subject)]
    if goal is not None:
        return [*parts, tree.subtree(goal)], _frame_of_goal(tree, goal)
    parts += [
        tree.subtree(kid)
        for kid in tree.kids[head]
        if tree.deps[kid] == "prep" and tree.lower[kid] in {"as", "for", *cue.preps}
    ]
    return (parts, "object") if {"object", "object_as", "heard"} & set(cue.frames) else ([], "")


def _frame_of_goal(tree: Tree, goal: int) -> str:
    """Return the frame of a passive: `was called a scandal by` names an object, `was urged to act by` has an infinitive."""
    named = tree.deps[goal] == "oprd" and tree.lower[tree.left[goal]] != "to"
    return "object" if named else "infinitive"


def _said_as(tree: Tree, head: int) -> int | None:
    """Return the speaker in `quoted the minister as saying`, `was reported as saying`."""
    quoting = quoted_by(tree, head)
    return None if quoting is None else tree.child(quoting, "dobj", "nsubjpass")


def quoted_by(tree: Tree, head: int) -> int | None:
    """Return the verb `quoted` of `quoted the minister as saying`, by its `saying`."""
    as_ = tree.heads[head]
    return tree.heads[as_] if tree.deps[head] in {"pcomp", "advcl"} and tree.lower[as_] == "as" else None


def _without(content: list[Spread], parts: tuple[Spread | None, ...]) -> list[Spread]:
    """Return the content without cue and source and what stands between them."""
    holes = merge(part for part in parts if part)
    if len(holes) == 2 and holes[1][0] - holes[0][1] <= 3:
        holes = [(holes[0][0], holes[1][1])]
    return [piece for span in content for piece in subtract(span, holes)]
