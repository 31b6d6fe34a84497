"""The spaCy factory `policy_claims`: a thin shell around `find_claims`."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from policy_news.core.data_files import ENCODER_DIR
from policy_news.core.errors import ModelError
from policy_news.nlp.claims.claim_steps import find_claims
from policy_news.nlp.claims.cue_lexicon import Lexicon, read_lexicon
from policy_news.nlp.claims.finish.claim_scores import FILE as SCORES
from policy_news.nlp.claims.finish.claim_scores import Weights, read_weights
from policy_news.nlp.encoder.encoder_files import check_encoder
from policy_news.nlp.encoder.transformer import Encoder, load_encoder
from policy_news.nlp.extensions import check_annotated, register
from policy_news.rules.rule_files import RULES_DIR, rule_files

NEEDED = {"DEP": "parser", "TAG": "tagger", "LEMMA": "lemmatizer"}


class PolicyClaims:
    """Writes `doc._.claims`.

    Args:
        rules: Folder with `verbs.yml`, `nouns.yml`, `patterns.yml`.
        weights: Folder of the weights of the scores; None means the one beside the rules of this package, if it is there.
        learned: Whether to use scores and encoder.
        mode: `fast` or `accurate`, see `use_mode`.
    """

    def __init__(
        self,
        rules: Path | None = None,
        weights: Path | None = None,
        *,
        learned: bool = True,
        mode: str = "fast",
    ) -> None:
        register()
        self.use_mode(mode)
        self.rules = rules or RULES_DIR / "claims"
        self.weights = (weights or self._beside_rules()) if learned else None
        self._lexicon: Lexicon | None = None
        self._scores: Weights | None = None
        if rules is not None:
            self._lexicon = read_lexicon(rules)
        if weights is not None and self.weights and self.scores is None:
            raise ModelError(
                f"{weights}: {SCORES} is missing", "Train the scores first, or leave `weights` out."
            )

    def use_mode(self, mode: str) -> None:
        """Find claims in another mode from now on.

        Args:
            mode: `fast`, or `accurate`.

        Raises:
            ModelError: In the accurate mode, the package that runs the encoder or its weights are missing.
        """
        if mode == "accurate":
            check_encoder(ENCODER_DIR)
        self.accurate = mode == "accurate"
        self._encoder: Encoder | None = None

    @property
    def lexicon(self) -> Lexicon:
        """The rules, read when first used: a built pipeline brings its own."""
        self._lexicon = self._lexicon or read_lexicon(self.rules)
        return self._lexicon

    @property
    def encoder(self) -> Encoder | None:
        """The encoder, read when first used; None in the fast mode."""
        if self._encoder is None and self.weights and self.accurate:
            self._encoder = load_encoder(ENCODER_DIR)
        return self._encoder

    @property
    def scores(self) -> Weights | None:
        """The weights of the scores, read when first used; None if they are not there."""
        if self._scores is None and self.weights:
            self._scores = read_weights(self.weights)
        return self._scores

    @staticmethod
    def _beside_rules() -> Path:
        return RULES_DIR.parent / "claims"

    def __call__(self, doc: Doc) -> Doc:
        """Fill `doc._.claims`.

        Raises:
            ModelError: The doc is not parsed.
        """
        check_annotated(doc, "policy_claims", NEEDED)
        doc._.claims = find_claims(doc, self.lexicon, self.encoder, self.scores)
        return doc

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Copy rules and weights into a folder."""
        folder = Path(path) / "rules"
        folder.mkdir(parents=True, exist_ok=True)
        for file in rule_files(self.rules):
            shutil.copyfile(file, folder / file.name)
        weights = Path(path) / "weights"
        weights.mkdir(exist_ok=True)
        scores = (self.weights or Path()) / SCORES
        if scores.is_file():
            shutil.copyfile(scores, weights / SCORES)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> PolicyClaims:
        """Read rules and weights from a folder that `to_disk` wrote."""
        self.rules, self._lexicon = Path(path) / "rules", None
        self.weights, self._scores = Path(path) / "weights", None
        return self


@Language.factory(
    "policy_claims",
    assigns=["doc._.claims"],
    requires=["token.dep", "token.tag", "token.lemma"],
    default_config={"rules": None, "weights": None, "learned": True, "mode": "fast"},
)
def make_policy_claims(
    nlp: Language, name: str, rules: str | None, weights: str | None, learned: bool, mode: str
) -> PolicyClaims:
    """Return the factory behind the entry point.

    Args:
        rules: Folder of the rule files; None means the ones of this package.
        weights: Folder of the weights of the scores; None means the ones of this package, if they are there.
        learned: Whether to use scores and encoder.
        mode: `fast`, or `accurate`: the encoder finds claims beside the rules.
    """
    return PolicyClaims(
        Path(rules) if rules else None, Path(weights) if weights else None, learned=learned, mode=mode
    )
