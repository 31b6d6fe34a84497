"""The spaCy factory `policy_claims`: a thin shell around `find_claims`."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.components.claims.find import find_claims
from pipeline.components.claims.lexicon import read_lexicon
from pipeline.components.extensions import register
from pipeline.rules import RULES_DIR, rule_files


class PolicyClaims:
    """Writes `doc._.claims`.

    Args:
        rules: Folder with `verbs.yml`, `nouns.yml`, `patterns.yml`.
        weights: Folder of the learned layer; None means the one beside the rules of this package, if it is there.
        learned: Whether to use the learned layer at all.
    """

    def __init__(self, rules: Path | None = None, weights: Path | None = None, *, learned: bool = True) -> None:
        register()
        self.rules = rules or RULES_DIR / "claims"
        self.lexicon = read_lexicon(self.rules)

    def __call__(self, doc: Doc) -> Doc:
        """Fill `doc._.claims`."""
        doc._.claims = find_claims(doc, self.lexicon)
        return doc

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Copy rules and weights into a folder."""
        folder = Path(path) / "rules"
        folder.mkdir(parents=True, exist_ok=True)
        for file in rule_files(self.rules):
            shutil.copyfile(file, folder / file.name)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> PolicyClaims:
        """Read rules and weights from a folder that `to_disk` wrote."""
        self.rules = Path(path) / "rules"
        self.lexicon = read_lexicon(self.rules)
        return self


@Language.factory(
    "policy_claims",
    assigns=["doc._.claims"],
    requires=["doc.ents", "token.dep", "token.tag", "token.lemma"],
    default_config={"rules": None, "weights": None},
)
def make_policy_claims(nlp: Language, name: str, rules: str | None, weights: str | None) -> PolicyClaims:
    """The factory behind the entry point.

    Args:
        nlp: The pipeline.
        name: Name of the component in it.
        rules: Folder of the rule files; None means the ones of this package.
        weights: Folder of the learned weights; None means the ones of this package, if they are there.
    """
    return PolicyClaims(Path(rules) if rules else None, Path(weights) if weights else None)
