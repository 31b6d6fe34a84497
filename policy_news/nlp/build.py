"""Builds the loadable pipeline under `models/en_policy_news` from `models/config.cfg` and the rule data."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Collection, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from policy_news.core.atomic_files import new_folder
from policy_news.core.errors import ModelError
from policy_news.core.versions import package_version, tested_base_model
from policy_news.nlp.component_cache import NAMES
from policy_news.nlp.fingerprints import (
    CANONICAL_NAMES,
    FILE_SUMS,
    OFFICE_TERMS,
    PARSE_STAMP,
    PART_STAMPS,
    STAMP,
    TEXTS,
    is_intact,
    read_stamp,
    write_sums,
)
from policy_news.nlp.who.members import MEMBERS, all_members
from policy_news.nlp.who.terms import write_terms
from policy_news.rules.provenance import PROVENANCE, collect
from policy_news.rules.rule_files import RULES_DIR, find_misplaced, read_rule_file, rule_files
from policy_news.rules.rule_models import TermFile
from policy_news.rules.world import TABLE

if TYPE_CHECKING:
    from spacy.language import Language

    from policy_news.rules.lexicon import NameLexicon

MODELS_DIR = RULES_DIR.parent
RECIPE = MODELS_DIR / "config.cfg"
NORMS = "lexeme_norm"
"""spaCy's table of spellings."""


ORGANISATIONS = tuple(
    RULES_DIR / folder for folder in ("committees", "companies", "departments", "organisations")
)
OFFICES = (*(RULES_DIR / folder for folder in ("offices", "persons", "places")), TABLE)
GRAMMAR = (RULES_DIR / "grammar", RULES_DIR / "lists", MODELS_DIR / "entities")
DATES = (RULES_DIR / "dates",)
PEOPLE = (MEMBERS,)
CLAIMS = (RULES_DIR / "claims", MODELS_DIR / "claims")
UNREAD = {
    TEXTS: (*ORGANISATIONS, *OFFICES, *GRAMMAR, *DATES, *CLAIMS, *PEOPLE),
    NAMES: (*GRAMMAR, *DATES, *CLAIMS, *PEOPLE),
    "mentions": (*ORGANISATIONS, *DATES, *CLAIMS, *PEOPLE),
    "who": (*GRAMMAR, *DATES, *CLAIMS),
    "dates": (*ORGANISATIONS, *OFFICES, *GRAMMAR, *CLAIMS, *PEOPLE),
    "claims": (*ORGANISATIONS, *OFFICES, *GRAMMAR, *DATES),
}
"""Folders that a part reads nothing of: it sees what other parts found only on the Doc."""


def build_digest(base_model: str, without: Collection[Path] = ()) -> str:
    """Hash of all that the results depend on: recipe, rules, weights, code, spaCy, base model.

    Args:
        base_model: Name of the package.
        without: Folders that do not count.
    """
    digest = hashlib.sha256(base_model.encode())
    code = Path(__file__).parents[1]
    folders = [RULES_DIR, MODELS_DIR / "claims", MODELS_DIR / "entities", code]
    files = [
        RECIPE,
        MEMBERS,
        TABLE,
        *(path for folder in folders for path in sorted(folder.rglob("*")) if _counts(path)),
    ]
    for path in (path for path in files if not any(folder in (path, *path.parents) for folder in without)):
        digest.update(
            path.relative_to(MODELS_DIR if path.is_relative_to(MODELS_DIR) else code).as_posix().encode()
        )
        digest.update(path.read_bytes())
    digest.update(f"{package_version(base_model.replace('_', '-'))} {package_version('spacy')}".encode())
    return digest.hexdigest()


def _counts(path: Path) -> bool:
    return path.is_file() and path.suffix != ".pyc" and path.suffix != ".md"


def is_current(target: Path, base_model: str) -> bool:
    """Return whether the built pipeline is the one that would be built now, and none of its files changed since."""
    return is_stamped(target, base_model) and (target / FILE_SUMS).is_file() and is_intact(target)


def is_stamped(target: Path, base_model: str) -> bool:
    """Return whether the built pipeline was made from the rules, weights, code and packages that are there now."""
    stamp = target / STAMP
    return stamp.is_file() and read_stamp(stamp) == build_digest(base_model)


def build_model(target: Path, base_model: str) -> None:
    """Assemble the pipeline; the folder appears complete or stays as it was.

    Raises:
        ModelError: The base model is not installed, or its files are not the recorded ones.
        RuleError: A rule file does not fit.
        StageError: The target holds what `build` did not make, or cannot be written.
    """
    from policy_news.tables.labels import require_valid_labels
    from policy_news.text.layout.vocabulary import default_vocabulary

    # The target is looked at first: assembling takes a minute, and the folder may be the user's.
    with new_folder(target, "a built pipeline") as partial:
        require_valid_labels()
        check_base_model(base_model)
        default_vocabulary()  # a wrong file of the layout fails the build, not the first run
        lexicon = _assemble(partial, base_model)
        _write_stamps(partial, base_model, lexicon)
        write_terms(lexicon, partial / OFFICE_TERMS)
        provenance = json.dumps(collect(lexicon), ensure_ascii=False, sort_keys=True)
        (partial / PROVENANCE).write_text(provenance + "\n", encoding="utf-8")
        write_sums(partial)  # last, of all the others


def _write_stamps(folder: Path, base_model: str, lexicon: NameLexicon) -> None:
    from policy_news.nlp.fingerprints import hash_model_parts

    countries = lexicon.countries_of_ids()
    names = {member.entry: (member.name, None) for member in all_members()} | lexicon.canonical_names()
    rows = (
        f"{key}\t{' '.join(name.split())}\t{kb_id or ''}\t{countries.get(key, '')}"
        for key, (name, kb_id) in sorted(names.items())
    )
    (folder / CANONICAL_NAMES).write_text("\n".join(rows), encoding="utf-8")
    (folder / STAMP).write_text(build_digest(base_model) + "\n", encoding="utf-8")
    parts = {part: build_digest(base_model, unread) for part, unread in UNREAD.items()}
    parts[PARSE_STAMP] = hash_model_parts(folder)
    (folder / PART_STAMPS).write_text(json.dumps(parts, indent=1) + "\n", encoding="utf-8")


def misplaced_entries() -> Iterator[str]:
    """Yield what the tests would say of entries that are not sorted by id; the results do not depend on it."""
    from policy_news.rules.lexicon import TERM_FOLDERS

    for path in (path for folder in TERM_FOLDERS for path in rule_files(RULES_DIR / folder)):
        for entry, before in find_misplaced([term.id for term in read_rule_file(path, TermFile).terms]):
            yield f"{path}: '{entry}' stands out of order: after '{before}', which its id comes before"


def _assemble(target: Path, base_model: str) -> NameLexicon:
    """Return what `spacy assemble` does; returns the lexicon of the rules."""
    from spacy import util

    from policy_news.rules.lexicon import read_lexicon

    lexicon = read_lexicon(RULES_DIR)
    try:
        config = util.load_config(RECIPE, overrides={"paths.base": base_model}, interpolate=False)
        with tested_base_model():
            nlp = util.load_model_from_config(config, auto_fill=True)
    except (
        OSError,
        ImportError,
        AttributeError,
        TypeError,
        ValueError,
    ) as error:  # or it is no spaCy package
        raise ModelError(
            f"base model '{base_model}' cannot be loaded: {error}", "Install it, or set base_model."
        ) from error
    nlp._link_components()
    sourced = util.get_sourced_components(config.interpolate())
    with tested_base_model(), nlp.select_pipes(disable=[*sourced]):
        nlp.initialize()
    _copy_norms(nlp, base_model)
    _cut_names(nlp)
    _load_faster(nlp)
    nlp.to_disk(target)
    _drop_unread_strings(nlp, target)
    return lexicon


def _copy_norms(nlp: Language, base_model: str) -> None:
    """Take over the spellings that the base model was trained to see as one (`defence`, `defense`): they come with no component."""
    from spacy import util

    with tested_base_model():
        base = util.load_model(base_model, exclude=["strings", "vectors", *nlp.pipe_names])
    if base.vocab.lookups.has_table(NORMS):
        nlp.vocab.lookups.set_table(NORMS, base.vocab.lookups.get_table(NORMS))


def _cut_names(nlp: Language) -> None:
    """Cut words at names as the rules expect; the tokenizer of another language stays as it is."""
    from spacy.lang.en import English
    from spacy.tokenizer import Tokenizer

    from policy_news.nlp.inference.tokenizer import cut_names

    if isinstance(nlp, English) and type(nlp.tokenizer) is Tokenizer:
        cut_names(nlp.tokenizer)


def _load_faster(nlp: Language) -> None:
    """Keep word vectors and tokenizer in the forms that are loaded fastest."""
    from spacy.tokenizer import Tokenizer

    from policy_news.nlp.inference.tokenizer import STORED_TOKENIZER
    from policy_news.nlp.inference.vectors import SORTED_VECTORS, SortedVectors, can_be_sorted

    if can_be_sorted(nlp.vocab.vectors):
        nlp.vocab.vectors = SortedVectors.of(nlp.vocab.vectors)
        nlp.config["nlp"]["vectors"] = {"@vectors": SORTED_VECTORS}
    if type(nlp.tokenizer) is Tokenizer:
        nlp.config["nlp"]["tokenizer"] = {"@tokenizers": STORED_TOKENIZER}


def _drop_unread_strings(nlp: Language, target: Path) -> None:
    """Keep the labels alone: the words that have vectors, some hundred thousands, are found by their hashes."""
    labels = {label for _, pipe in nlp.pipeline for label in getattr(pipe, "labels", ())}
    (target / "vocab" / "strings.json").write_text(
        json.dumps(sorted(labels), ensure_ascii=False), encoding="utf-8"
    )


def check_base_model(base_model: str) -> None:
    """Compare the installed base model with the recorded sums, if there are any for it.

    Raises:
        ModelError: A file is missing or differs.
    """
    recorded = MODELS_DIR / f"{base_model}.sha256"
    if not recorded.is_file():
        return
    spec = find_spec(base_model)
    if spec is None or spec.origin is None:
        raise ModelError(f"base model '{base_model}' is not installed", _how_to_install(base_model))
    root = Path(spec.origin).parent
    for line in recorded.read_text(encoding="utf-8").splitlines():
        expected, name = line.split(maxsplit=1)
        file = root / name
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != expected:
            raise ModelError(
                f"base model '{base_model}': {name} is not the recorded file",
                _how_to_install(base_model, "--force-reinstall "),
            )


def _how_to_install(base_model: str, option: str = "") -> str:
    return f"Install it with `{sys.executable} -m pip install {option}{base_model.replace('_', '-')}`, or set base_model."
