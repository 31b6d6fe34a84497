"""An error that the parser makes again and again with cues, corrected before anybody asks the tree."""

from __future__ import annotations

REACH = 60
"""Most tokens from a verb to what hangs on it."""
_FINITE = frozenset({"VBD", "VBP", "VBZ"})


def join_to_cues(tags: list[str], deps: list[str], heads: list[int]) -> None:
    """Change heads of a parse in place: a verb in the tense of the cue goes on with the cue, not with what it reports.

    `has confirmed that he heard a name, but denies it`.

    Args:
        tags: Fine part-of-speech tags.
        deps: Dependency labels.
        heads: Index of each token's head; a root is its own.
    """
    for verb, (tag, dep, reported) in enumerate(zip(tags, deps, heads, strict=True)):
        cue = heads[reported]
        if dep != "conj" or tag not in _FINITE or deps[reported] != "ccomp" or reported < cue:
            continue
        if tags[reported] not in _FINITE - {tag}:
            continue
        near = range(max(cue - REACH, 0), min(cue + REACH, len(heads)))
        forms = {tags[cue], *(tags[kid] for kid in near if heads[kid] == cue and deps[kid] == "aux")}
        near = range(max(verb - REACH, 0), min(verb + REACH, len(heads)))
        has_subject = any(heads[kid] == verb and deps[kid] in {"nsubj", "nsubjpass"} for kid in near)
        if tag in forms and not has_subject:
            heads[verb] = cue
