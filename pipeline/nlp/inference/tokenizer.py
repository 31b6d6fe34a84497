"""A tokenizer that is made empty, since a built pipeline reads all that it knows from the disk."""

from __future__ import annotations

from collections.abc import Callable

from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.util import registry

STORED_TOKENIZER = "policy_stored_tokenizer.v1"
"""Name in spaCy's registry of tokenizers."""


@registry.tokenizers(STORED_TOKENIZER)  # type: ignore[untyped-decorator]  # catalogue has no types
def make_stored_tokenizer() -> Callable[[Language], Tokenizer]:
    """Makes spaCy's tokenizer without rules, which `from_disk` fills; that of `spacy.Tokenizer.v1` first gets those of the language."""
    return lambda nlp: Tokenizer(nlp.vocab)
