"""Cues that the parser leaves without their clause or speaker, mended before anybody asks the tree."""

from __future__ import annotations

from policy_news.nlp.tags import PLURALS, SINGULARS, TENSED

REACH = 60
"""Most tokens from a verb to what hangs on it."""
SUBJECTS = frozenset({"csubj", "csubjpass", "expl", "nsubj", "nsubjpass"})
_CALLED = frozenset({"call", "called", "calling", "calls"})
_CLOSING = frozenset({"announced", "reported", "reports", "said", "says"})
"""Cues that close a sentence behind their speaker."""
_INSERTED = _CLOSING | {"argued", "believes", "claimed", "claims", "noted"}
"""Cues of a relative clause: `which she said, has failed`."""
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
OF_DAYS = frozenset({",", "CD", "IN", "NNP"})
"""Tags of the words of a day behind a cue."""
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
    if objects and verb > saying and not has_subject(verb, deps, heads):
        heads[before] = before if heads[verb] == verb else heads[verb]
        deps[before], deps[verb], heads[verb] = deps[verb], "ccomp", saying
        heads[objects[0]], deps[objects[0]] = verb, "nsubj"


def near(index: int, heads: list[int]) -> range:
    """Return the tokens that may hang on one."""
    return range(max(index - REACH, 0), min(index + REACH, len(heads)))


def has_subject(verb: int, deps: list[str], heads: list[int], after: int = 0) -> bool:
    """Return whether a subject of a verb is found before it, and not before token `after`."""
    return any(heads[kid] == verb and deps[kid] in SUBJECTS for kid in range(max(after, verb - REACH), verb))


def _root(index: int, heads: list[int]) -> int | None:
    """Return the head of a sentence above a token, if it is not far; a mended parse may run in a circle."""
    for _ in range(REACH):
        index = heads[index]
    return index if heads[index] == index else None


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
    top = _root(verb, heads)
    if top is None or not heads[verb] < verb > top or top >= comma:
        return
    _report(top, verb, deps, heads)
    _speak(words, noun, verb, deps, heads)
    for i in range(verb + 1, _end(verb, lower)):
        if heads[i] < verb:
            heads[i] = verb


def _report(clause: int, cue: int, deps: list[str], heads: list[int]) -> None:
    """Make a cue the head of a sentence, and the head that it had what it reports."""
    heads[clause], deps[clause], heads[cue], deps[cue] = cue, "ccomp", cue, "ROOT"


def _speak(words: range, noun: int, cue: int, deps: list[str], heads: list[int]) -> None:
    """Make a noun the subject of a cue, and hang the words around it on the noun."""
    for i in words:
        if heads[i] not in words:
            heads[i], deps[i] = noun, "appos" if i > noun else "compound"
    heads[noun], deps[noun] = cue, "nsubj"


def _named_behind_title(
    verb: int, lower: list[str], tags: list[str], deps: list[str], heads: list[int]
) -> None:
    """Give a cue without a subject who is named before it: `The port will open, the governor of Larkwell, Ann Orr, has said`."""
    cue = heads[verb] if deps[verb] == "aux" else verb
    if lower[cue] not in _LED or lower[verb - 1] != "," or has_subject(cue, deps, heads):
        return
    commas = [i for i in range(verb - 1, max(verb - REACH, 0), -1) if lower[i] == ","][:3]
    if len(commas) < 3:
        return
    name, title = range(commas[1] + 1, commas[0]), range(commas[2] + 1, commas[1])
    noun = next((i for i in title if tags[i + 1] not in SINGULARS), commas[2])
    called = all(tags[i] in {"NNP", "HYPH"} for i in name) and lower[title[0]] in {"a", "an", "the"}
    if called and tags[noun] in SINGULARS:
        heads[noun], deps[noun] = cue, "nsubj"
        heads[name[-1]], deps[name[-1]] = noun, "appos"


def _told_outlet(told: int, lower: list[str], tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Make a speaker of who is named with a post before `told`: `He was held, Ann Orr, head of the station, told the Herald`."""
    if lower[told] not in {"told", "tells"} or tags[told - 1] not in {",", "-RRB-"}:
        return
    name = _named_before(told - 1, lower, tags) if _ends(told, lower, tags) else None
    main = None if name is None else _verb_before(name[0] - 1, told, deps, heads)
    if name is None or main is None or not tags[main].startswith(("MD", "VB")):
        return
    _report(main, told, deps, heads)
    _speak(range(name[0], told), name[1], told, deps, heads)
    heads[_end(told, lower)] = told
    for i in range(told + 1, _end(told, lower)):
        if heads[i] == told and deps[i] == "nsubj":
            deps[i] = "dobj"


def _verb_before(comma: int, told: int, deps: list[str], heads: list[int]) -> int | None:
    """Return the verb of the clause that ends at a comma, if it has a subject."""
    verb = comma
    for _ in range(REACH):  # a mended parse may run in a circle
        verb = verb if heads[verb] == told and deps[verb] == "ccomp" else heads[verb]
    return verb if verb < comma and has_subject(verb, deps, heads) else None


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
    return end > 0 and all(tags[i] in OF_DAYS | _NOMINAL | _BRACKETS for i in range(verb + 1, end))


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
    spoken = lower[cue + 1 : cue + 2] == [","] and has_subject(cue, deps, heads, which + 1)
    follows = tags[which - 2] in SINGULARS | PLURALS
    if spoken and follows and verb > cue and not has_subject(verb, deps, heads, cue):
        heads[verb], deps[verb], heads[which], deps[which] = cue, "ccomp", verb, "nsubj"
        heads[cue], deps[cue] = which - 2, "relcl"
