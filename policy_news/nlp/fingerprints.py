"""Hashes that stand for the model, its rules, weights and code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from policy_news.core.atomic_files import MARK
from policy_news.core.data_files import ENCODER_DIR
from policy_news.core.errors import ModelError, NamedModelError
from policy_news.core.settings import PROJECT, Settings, find_model
from policy_news.core.versions import package_version
from policy_news.nlp.component_cache import NAMES, PARTS
from policy_news.nlp.encoder.encoder_files import check_encoder, encoder_stamp


def model_parts_fingerprint(model: Path) -> str:
    """Hash of the statistical part of a built pipeline: the stamp of its build, else its files."""
    return read_stamps(model).get(PARSE_STAMP) or hash_model_parts(model)


def hash_model_parts(model: Path) -> str:
    """Hash of all files of a built pipeline but those of our components, the configuration and the stamps.

    The strings are left out too: the names of the rules stand among them.
    """
    parts = [
        part for part in sorted(model.iterdir()) if part.is_dir() and not part.name.startswith("policy_")
    ]
    files = [path for part in parts for path in _files(part) if path.name != "strings.json"]
    tokenizer = [path for path in (model / "tokenizer",) if path.is_file()]
    return hash_files(model, [*files, *tokenizer])


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


STAMP = "inputs.sha256"
"""File of a built pipeline that stands for all its others."""

PART_STAMPS = "parts.json"
"""File of a built pipeline: for the texts, the names and each part of `component_cache`, a hash of its code, rules and weights."""

CANONICAL_NAMES = "names.tsv"
"""File of a built pipeline: id, canonical name, Wikidata id and country of all that the rule data know."""

OFFICE_TERMS = "terms.jsonl"
"""File of a built pipeline: the offices, with who held them when."""

FILE_SUMS = "files.sha256"
"""File of a built pipeline: the sha256 of each of its others, as `sha256sum` writes them."""

PARSE_STAMP = "parses"
"""The stamp in it that stands for the statistical model."""

TEXTS = "texts"
"""The part that cuts documents into sections and finds masks."""

HOW_TO_BUILD = "Build it with `pipeline build`, or name another one in the configuration."


def check_model(model: str) -> None:
    """See whether there is a built pipeline, without loading it.

    Raises:
        ModelError: There is neither such a folder nor such a package.
    """
    folder = find_model(model)
    if (folder / "meta.json").is_file() or (not folder.is_dir() and package_version(model)):
        return
    if folder.is_dir():
        raise NamedModelError(f"model '{folder}' is not a spaCy pipeline: it has no meta.json", HOW_TO_BUILD)
    places = f"no such package is installed, and there is no folder {' or '.join(_places(model))}"
    raise NamedModelError(f"model '{model}' does not exist: {places}", HOW_TO_BUILD)


def check_mode(settings: Settings) -> None:
    """See whether what the mode of the claims needs is there, before hours of work begin.

    Raises:
        ModelError: Something is missing.
    """
    if settings.claims.mode == "accurate":
        check_encoder(ENCODER_DIR)


def write_sums(model: Path) -> None:
    """Write `FILE_SUMS` of a built pipeline, when all its other files are there."""
    lines = (f"{digest}  {name}\n" for name, digest in _sums(model).items())
    (model / FILE_SUMS).write_text("".join(lines), encoding="utf-8")


def is_intact(model: Path) -> bool:
    """Return whether the files of a built pipeline are those that were built; a pipeline of another origin always is."""
    sums = model / FILE_SUMS
    if not sums.is_file():
        return True
    lines = sums.read_text(encoding="utf-8", errors="replace").splitlines()
    # As lines, so that one that is cut or garbled differs too.
    return sorted(lines) == sorted(f"{digest}  {name}" for name, digest in _sums(model).items())


def require_intact(model: str) -> None:
    """Refuse a built pipeline of which a file changed since it was built: its rows would not be what its stamp says.

    Raises:
        ModelError: One changed.
    """
    folder = find_model(model)
    if not is_intact(folder):
        raise ModelError(
            f"model '{folder}' is damaged: a file is not as it was built", "Run `pipeline build`."
        )


def _sums(model: Path) -> Mapping[str, str]:
    """Return the sums of the files of a pipeline; hashed once in a process for as long as sizes and times are the same."""
    files = [path for path in _files(model) if path.name not in (FILE_SUMS, MARK)]
    return _sums_of(model, tuple((path, path.stat().st_size, path.stat().st_mtime_ns) for path in files))


@lru_cache(1)
def _sums_of(model: Path, files: Sequence[tuple[Path, int, int]]) -> Mapping[str, str]:
    return {
        path.relative_to(model).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path, _, _ in files
    }


def _places(model: str) -> list[str]:
    return list(dict.fromkeys(str(root / model) for root in (Path.cwd(), PROJECT)))


def read_stamp(path: Path) -> str:
    """Return what a stamp says; of a damaged one something that no stamp says."""
    return path.read_text(encoding="utf-8", errors="replace").strip()


def model_fingerprint(model: Path) -> str:
    """Hash that stands for a pipeline with its rules: a built one's stamp, else its files, else its name."""
    if not model.is_dir():
        return hashlib.sha256(str(model).encode()).hexdigest()
    stamp = model / STAMP
    if stamp.is_file():
        return read_stamp(stamp)
    return hash_files(model, sorted(path for path in model.rglob("*") if path.is_file()))


def pipeline_fingerprint(settings: Settings) -> str:
    """Hash of all that decides the rows of a text: the pipeline with its rules, the user's own lists, how dates are read."""
    annotate = settings.annotate
    return f"{model_fingerprint(find_model(annotate.model))} {_own_lists(settings)} {_date_order(settings)} {_readers(settings)} {settings.claims.least_score}"


def _own_lists(settings: Settings) -> str:
    folders = settings.annotate.own_lists
    if not folders:  # most runs have none, and those that find nothing new should not import what reads them
        return ""
    from policy_news.rules.own_lists import fingerprint

    return fingerprint(folders)


def _date_order(settings: Settings) -> str:
    return "day-first" if settings.day_first else "month-first"


def _readers(settings: Settings) -> str:
    """Return who reads names and claims; in the accurate mode with the weights of the encoder and what runs it."""
    if settings.claims.mode == "fast":
        return settings.claims.mode
    return f"{settings.claims.mode} {encoder_stamp(ENCODER_DIR)}"


def part_fingerprints(settings: Settings) -> Mapping[str, str]:
    """Return for `TEXTS`, the names and each part of `component_cache` a hash of the program, the rules and the settings that it works with."""
    model = find_model(settings.annotate.model)
    stamps = read_stamps(model) or dict.fromkeys((TEXTS, NAMES, *PARTS), model_fingerprint(model))
    stamps["mentions"] += f" {_own_lists(settings)} {_readers(settings)}"
    stamps["claims"] += f" {_readers(settings)}"
    return {part: f"{stamp} {_date_order(settings)}" for part, stamp in stamps.items()}


def read_stamps(model: Path) -> dict[str, str]:
    """Return the stamps of the parts of a built pipeline; none of another one."""
    file = model / PART_STAMPS
    try:
        return dict[str, str](json.loads(file.read_bytes()))
    except (OSError, ValueError, TypeError):
        return {}


def hash_files(root: Path, files: Sequence[Path]) -> str:
    """Hash of the names and contents of files."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
