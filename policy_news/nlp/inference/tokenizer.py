"""The tokenizer: made empty, since a built pipeline reads its rules from disk, and with finer cuts at names."""

from __future__ import annotations

from collections.abc import Callable

from spacy.attrs import ORTH
from spacy.lang.en import English
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.util import compile_infix_regex, compile_suffix_regex, registry

STORED_TOKENIZER = "policy_stored_tokenizer.v1"
"""Name in spaCy's registry of tokenizers."""
SUFFIXES = (r"(?<=[a-z&][A-Z])\.",)
"""The full stop after `SpaceX` and `AT&T`: spaCy takes a capital before it for an initial."""
STATES = ("R.I.", "S.D.", "Tex.", "Vt.", "W.Va.", "Wyo.")
"""Short forms of American states that spaCy does not know."""
TITLES = (
    "Adv.", "Alh.", "Amb.", "Arc.", "Assoc.", "Asst.", "Atty.", "Barr.", "Bldr.", "Brig.", "Cllr.", "Cmdr.", "Comdr.", "Cpl.", "Dcn.",
    "Engr.", "Esv.", "Evang.", "Fr.", "Hon.", "Insp.", "Mme.", "Msgr.", "Pharm.", "Pst.", "Pte.", "Pvt.", "Revd.", "Rt.", "Sgt.", "Supt.",
    "Surv.", "Tpl.", "Ven.",
)  # fmt: skip
"""Short forms before names that it does not know: it would end a sentence at `Hon. | Ann Orr`."""
INFIXES = (r"(?<=[A-Z]\.)[-–—](?=[A-Z])", r"(?<=[a-z]):(?=[\"“])")
"""The hyphen of `U.S.-China` and the dash of `D.C.—Today`, where spaCy cuts only between letters; the colon of `Moll:"We agree"`."""

UNITS = ("g.", "m.", "t.")
"""Units that spaCy takes for initials: the full stop of `£12m.` ends a sentence."""
CLOCKS = frozenset({"a.m.", "p.m."})
OPENINGS = frozenset((
    "a", "after", "all", "an", "and", "as", "at", "both", "but", "for", "from", "he", "her", "his",
    "if", "in", "it", "its", "no", "on", "one", "our", "she", "since", "so", "some", "that", "the",
    "their", "then", "there", "these", "they", "this", "those", "two", "we", "what", "when", "while",
    "with", "you",
))  # fmt: skip
"""Words that, with a capital after a time of day, open a sentence; `Tuesday` and `Eastern` do not."""


def cut_names(tokenizer: Tokenizer) -> None:
    """Make a tokenizer of English cut off what spaCy leaves attached to names."""
    defaults = English.Defaults
    tokenizer.suffix_search = compile_suffix_regex([*(defaults.suffixes or ()), *SUFFIXES]).search
    for word in (*STATES, *TITLES):
        tokenizer.add_special_case(word, [{ORTH: word}])
    tokenizer.infix_finditer = compile_infix_regex([*(defaults.infixes or ()), *INFIXES]).finditer
    tokenizer.rules = {word: parts for word, parts in tokenizer.rules.items() if word not in UNITS}


def part_at_clocks(doc: Doc) -> Doc:
    """Mark the sentences that begin after a time of day (`at 6 p.m. The mayor`), which the parser runs together.

    Args:
        doc: Not parsed yet: the parser keeps the starts that it finds.
    """
    for token in doc[:-1]:
        if token.lower_ in CLOCKS:
            behind = token.nbor()
            if behind.is_title and behind.lower_ in OPENINGS:
                behind.is_sent_start = True
    return doc


@registry.tokenizers(STORED_TOKENIZER)  # type: ignore[untyped-decorator]  # catalogue has no types
def make_stored_tokenizer() -> Callable[[Language], Tokenizer]:
    """Make spaCy's tokenizer without rules; `from_disk` fills it.

    `spacy.Tokenizer.v1` would first compile the rules of the language, only to replace them.
    """
    return lambda nlp: Tokenizer(nlp.vocab)
