"""Cues that the parser leaves without their clause or speaker, mended before anybody asks the tree."""

from __future__ import annotations

from policy_news.nlp.tags import PLURALS, SINGULARS, TENSED

REACH = 60
"""Most tokens from a verb to what hangs on it."""
_SUBJECTS = frozenset({"csubj", "csubjpass", "expl", "nsubj", "nsubjpass"})
_CALLED = frozenset({"call", "called", "calling", "calls"})
_CLOSING = frozenset({"announced", "reported", "reports", "said", "says"})
"""Cues that close a sentence behind their speaker."""
_INSERTED = _CLOSING | {"argued", "believes", "claimed", "claims", "noted"}
"""Cues that stand in a relative clause: `which she said, has failed`."""
_LED = _INSERTED | {
    "admitted",
    "confirmed",
    "confirms",
    "insisted",
    "maintained",
    "reveals",
    "stated",
    "warned",
}
"""Cues with their clause right behind them."""
_NOMINAL = frozenset({"CD", "DT", "HYPH", "JJ", "NN", "NNP", "NNPS", "NNS", "POS"})
_BRACKETS = frozenset({"-LRB-", "-RRB-"})
_OF_DAYS = frozenset({",", "CD", "IN", "NNP"})
_PARTICLES = frozenset({
    "about", "ahead", "along", "apart", "around", "aside", "away", "back", "by", "down", "forward", "in", "off", "on", "out", "over",
    "through", "together", "up",
})  # fmt: skip


def mend_cue(index: int, lower: list[str], tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Change tags, labels and heads around a token in place where it is a cue, or belongs to one, in a wrong way."""
    word, head = lower[index], heads[index]
    if tags[index] in TENSED:
        _right_behind(index, lower, tags, deps, heads)
        _closing(index, lower, tags, deps, heads)
        _named_behind_title(index, lower, tags, deps, heads)
        _told_outlet(index, lower, tags, deps, heads)
    elif word == "saying" and deps[index] == "advcl":
        _said_behind(index, deps, heads)
    elif (
        word in {"on", "upon"} and lower[index - 1] in _CALLED and deps[index] == "prep" and head == index - 1
    ):
        _called_on(index, deps, heads)
    elif word == "which" and deps[index] in {"dobj", "nsubj"} and lower[head] in _INSERTED:
        _which_she_said(index, lower, tags, deps, heads)
    elif (
        tags[index] == "RP"
        and word not in _PARTICLES
        and (deps[index - 1], heads[index - 1]) == ("dobj", head)
    ):
        # `praised Governor | Lalong`
        tags[index], deps[index], deps[index - 1], heads[index - 1] = "NNP", "dobj", "compound", index


def _said_behind(saying: int, deps: list[str], heads: list[int]) -> None:
    """Hang on `saying` the verb behind it, which the parse makes the head of the sentence.

    `urged calm, saying without peace, there was no hope`; `warned them, saying any attempt, as all knew, would fail`.
    """
    before = heads[saying]
    verb = before if before > saying else heads[before]
    if verb == before > saying > heads[verb]:
        heads[saying], heads[verb], deps[verb] = heads[verb], saying, "ccomp"
        return
    objects = [kid for kid in range(saying + 1, verb) if heads[kid] == saying and deps[kid] == "dobj"]
    if objects and verb > saying and not _has_subject(verb, deps, heads):
        heads[before] = before if heads[verb] == verb else heads[verb]
        deps[before], deps[verb], heads[verb] = deps[verb], "ccomp", saying
        heads[objects[0]], deps[objects[0]] = verb, "nsubj"


def _has_subject(verb: int, deps: list[str], heads: list[int], after: int = 0) -> bool:
    return any(heads[kid] == verb and deps[kid] in _SUBJECTS for kid in range(max(after, verb - REACH), verb))


def _right_behind(verb: int, lower: list[str], tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Hang a clause on the cue right before it: `While the teachers confirmed | her hair was black, she was sent home`."""
    if deps[verb] not in {"advcl", "ccomp"}:
        return
    before = range(max(verb - REACH, 0), verb)
    subject = next((kid for kid in before if heads[kid] == verb and deps[kid] == "nsubj"), verb)
    own = (kid for kid in range(max(subject - 3, 0), subject) if heads[kid] == subject)
    cue = min(own, default=subject) - 1
    if lower[cue] not in _LED or tags[cue] not in TENSED or heads[cue] not in {verb, heads[verb]}:
        return
    if not any(heads[kid] == cue and deps[kid] in {"ccomp", "dobj"} for kid in range(cue, verb)):
        heads[cue] = heads[verb]
        heads[verb], deps[verb] = cue, "ccomp"


def _closing(verb: int, lower: list[str], tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Make the head of a sentence of the cue that closes it: `He was sent home when it rained, the Times news site reported`."""
    if lower[verb] not in _CLOSING or deps[verb] not in {"advcl", "ccomp", "dep", "relcl"}:
        return
    comma = next((i for i in range(verb - 1, max(verb - REACH, 0), -1) if lower[i] == ","), verb)
    words, noun = range(comma + 1, verb), verb - 1
    if not _is_speaker(words, lower, tags) or not _ends(verb, lower, tags):
        return
    top = verb
    for _ in range(REACH):  # a mended parse may run in a circle
        top = heads[top]
    if heads[top] != top or not heads[verb] < verb > top or top >= comma:
        return
    heads[top], deps[top], heads[verb], deps[verb] = verb, "ccomp", verb, "ROOT"
    for i in words:
        if heads[i] not in words:
            heads[i], deps[i] = noun, "compound"
    for i in range(verb + 1, _end(verb, lower)):
        if heads[i] < verb:
            heads[i] = verb
    heads[noun], deps[noun] = verb, "nsubj"


def _named_behind_title(
    verb: int, lower: list[str], tags: list[str], deps: list[str], heads: list[int]
) -> None:
    """Give a cue without a subject who stands before it: `The port will open, the governor of Larkwell, Ann Orr, has said`."""
    cue = heads[verb] if deps[verb] == "aux" else verb
    commas = [i for i in range(verb - 1, max(verb - REACH, 0), -1) if lower[i] == ","][:3]
    if lower[cue] not in _LED or len(commas) < 3 or commas[0] != verb - 1 or _has_subject(cue, deps, heads):
        return
    name, title = range(commas[1] + 1, commas[0]), range(commas[2] + 1, commas[1])
    noun = next((i for i in title if tags[i + 1] not in SINGULARS), commas[2])
    called = all(tags[i] in {"NNP", "HYPH"} for i in name) and lower[title[0]] in {"a", "an", "the"}
    if called and tags[noun] in SINGULARS:
        heads[noun], deps[noun] = cue, "nsubj"
        heads[name[-1]], deps[name[-1]] = noun, "appos"


def _told_outlet(told: int, lower: list[str], tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Make the speaker of who stands with a post before `told`: `He was held, Ann Orr, head of the station, told the Herald`."""
    if lower[told] not in {"told", "tells"} or lower[told - 1] != "," or not _ends(told, lower, tags):
        return
    name = _named_before(told - 1, lower, tags)
    if name is None:
        return
    first, noun = name
    main = first - 1
    for _ in range(REACH):  # a mended parse may run in a circle
        main = main if heads[main] == told and deps[main] == "ccomp" else heads[main]
    if main >= first - 1 or not tags[main].startswith(("MD", "VB")) or not _has_subject(main, deps, heads):
        return
    heads[told], deps[told], heads[main], deps[main] = told, "ROOT", told, "ccomp"
    own = range(first, told)
    for i in own:
        if heads[i] not in own:
            heads[i], deps[i] = noun, "appos" if i > noun else "compound"
    heads[noun], deps[noun] = told, "nsubj"
    for i in range(told + 1, _end(told, lower)):
        if heads[i] == told and deps[i] == "nsubj":
            deps[i] = "dobj"


def _named_before(end: int, lower: list[str], tags: list[str]) -> tuple[int, int] | None:
    """Return first and last token of a name between commas with nothing but a noun phrase between it and `end`."""
    comma = 0
    for i in range(end - 1, max(end - REACH, 0), -1):
        if tags[i] in TENSED or tags[i] == "MD":
            return None
        if lower[i] == "," and comma and all(tag == "NNP" for tag in tags[i + 1 : comma]) and comma - i > 2:
            return i + 1, comma - 1
        comma = i if lower[i] == "," else comma
    return None


def _is_speaker(words: range, lower: list[str], tags: list[str]) -> bool:
    """Return whether words are a noun phrase that says who speaks; one with `a` goes on with what was said: `an error the board reported`."""
    if not words or lower[words[0]] in {"a", "an"} or tags[words[-1]] not in SINGULARS | PLURALS:
        return False
    return all(tags[i] in _NOMINAL for i in words)


def _ends(verb: int, lower: list[str], tags: list[str]) -> bool:
    """Return whether only a day or a place stands between a verb and the full stop."""
    end = _end(verb, lower)
    return end > 0 and all(tags[i] in _OF_DAYS | _NOMINAL | _BRACKETS for i in range(verb + 1, end))


def _end(verb: int, lower: list[str]) -> int:
    """Return the full stop right behind a verb and a few words, 0 for none."""
    return next((i for i in range(verb + 1, min(verb + REACH, len(lower))) if lower[i] == "."), 0)


def _called_on(on: int, deps: list[str], heads: list[int]) -> None:
    """Hang on the preposition whom the parse makes an object: `called on | President Orr to act`."""
    near = range(on + 1, min(on + REACH, len(heads)))
    noun = next((i for i in near if heads[i] == heads[on] and deps[i] == "dobj"), None)
    if noun is not None and not any(heads[i] == on for i in near):
        heads[noun], deps[noun] = on, "pobj"


def _which_she_said(which: int, lower: list[str], tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Hang on a cue between commas the verb behind it: `the ruling, which she said, has given them hope`."""
    cue = heads[which]
    after = range(cue + 2, min(cue + 4, len(heads)))
    verbs = (heads[i] if deps[i].startswith("aux") else i for i in after if tags[i] in TENSED | {"MD"})
    verb = next(verbs, cue)
    spoken = lower[cue + 1 : cue + 2] == [","] and _has_subject(cue, deps, heads, which + 1)
    follows = tags[which - 2] in SINGULARS | PLURALS
    if spoken and follows and verb > cue and not _has_subject(verb, deps, heads, cue):
        heads[verb], deps[verb], heads[which], deps[which] = cue, "ccomp", verb, "nsubj"
        heads[cue], deps[cue] = which - 2, "relcl"
