"""Settings: one frozen object, read from a TOML file and the environment, and passed as an argument."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from policy_news.core.data_files import IS_INSTALLED, page
from policy_news.core.errors import SettingsError
from policy_news.core.mask_characters import CHARACTERS, PLACEHOLDER, WORDS
from policy_news.core.messages import say, suggest, unread
from policy_news.core.plain_data import parse_json, read_toml
from policy_news.core.versions import find_base_model

PREFIX = "POLICY_NEWS__"
"""Prefix of environment variables that are settings; two underscores also separate a group from its key."""


def _read_list(value: Any) -> Any:
    """Read a list, which is JSON in the environment."""
    if isinstance(value, str):
        return parse_json(value)
    return value


BUILT = "models/en_policy_news"
"""The pipeline that `pipeline build` makes; for an installed package, the folder of that name in the user's cache."""
PROJECT = Path(__file__).resolve().parents[2]
"""The clone that contains this program; for an installed package, a folder without `models`."""
CACHE = "policy-news"
"""Folder of the program below the user's cache folder."""

Strings = Annotated[tuple[str, ...], BeforeValidator(_read_list)]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MaskSettings(_Frozen):
    """What counts as masked text.

    Attributes:
        characters: Characters that print a masked word. All but blocks also have ordinary uses and count only in a
            document that shows the pattern of a paywall.
        words: Literal marks that stand for masked text in any document (`[redacted]`).
        placeholder: What the model reads in place of a masked run.
    """

    characters: str = Field(default=CHARACTERS, min_length=1, max_length=100)
    words: Strings = WORDS
    placeholder: str = Field(default=PLACEHOLDER, min_length=1, max_length=20)

    @field_validator("characters", "placeholder")
    @classmethod
    def _without_space(cls, value: str) -> str:
        """Refuse white space: as a mask it would mask everything, and a placeholder must be one word."""
        if any(character.isspace() or not character.isprintable() for character in value):
            raise ValueError("must not contain white space or characters that cannot be printed")
        return value

    @field_validator("words")
    @classmethod
    def _with_words(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(not word.strip() or "\n" in word for word in value):
            raise ValueError("each must contain a visible character and no line break")
        return value

    @model_validator(mode="after")
    def _placeholder_is_seen(self) -> MaskSettings:
        if set(self.placeholder) & set(self.characters):
            raise ValueError("placeholder must not contain mask characters")
        return self


class IngestSettings(_Frozen):
    """Limits of reading.

    Attributes:
        max_bytes: Size of the largest file that is read; a larger one fails at once.
        reader_seconds: Time limit for one HTML, PDF or docx file.
        reader_megabytes: Memory limit of the process that reads these files.
    """

    max_bytes: int = Field(default=10_000_000, gt=0, le=10**12)
    reader_seconds: float = Field(default=20.0, gt=0, le=86_400)
    reader_megabytes: int = Field(default=2_000, gt=0, le=10**6)


class AnnotateSettings(_Frozen):
    """How the spaCy pipeline runs.

    Attributes:
        model: A built pipeline: a folder, or the name of an installed package. `find_model` resolves it.
        batch_size: Sections per batch.
        shard_documents: Documents per shard, the unit of work of one process; a shard has at most twice as many.
        own_lists: Folders of custom name lists, made by `pipeline rules import`. The rule data win over the lists, and
            earlier lists over later ones.
    """

    model: str = BUILT
    batch_size: int = Field(default=256, gt=0, le=10**6)
    shard_documents: int = Field(default=16, gt=0, le=10**6)
    own_lists: Strings = ()


class ClaimSettings(_Frozen):
    """How claims are found, and which are shown.

    Attributes:
        mode: `fast`: rules; `accurate`: a small transformer (extra `accurate`) reads names and claims beside them, at a higher cost.
        least_score: Lowest score of a claim that counts. One below it is in the tables, but not in reports, exports and counts.
    """

    mode: Literal["fast", "accurate"] = "fast"
    least_score: float = Field(default=0.5, ge=0, le=1)


class TableSettings(_Frozen):
    """How large tables are cut into files.

    Attributes:
        single_file_documents: With at most so many documents, a table is one file; with more, a folder of parts.
        part_documents: Documents of a part, on average.
    """

    single_file_documents: int = Field(default=4_096, ge=0, le=10**9)
    part_documents: int = Field(default=512, gt=0, le=10**6)


class Settings(_Frozen):
    """All settings. `POLICY_NEWS__MASK__CHARACTERS` and the like override the file.

    Attributes:
        base_model: Installed spaCy package that the built pipeline takes its statistical components from; `auto` for the first
            of `BASE_MODELS` that is installed.
        day_first: Whether `07/09/2022` is 7 September.
        decisions: File of the corrections made by people; if empty, `decisions.jsonl` beside the raw folder.
    """

    base_model: str = Field(default="auto", pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    day_first: bool = True
    decisions: str = ""
    mask: MaskSettings = MaskSettings()
    ingest: IngestSettings = IngestSettings()
    annotate: AnnotateSettings = AnnotateSettings()
    claims: ClaimSettings = ClaimSettings()
    tables: TableSettings = TableSettings()

    @property
    def base(self) -> str:
        """The package of the base model."""
        return find_base_model() if self.base_model == "auto" else self.base_model


def read_settings(path: Path | None = None) -> Settings:
    """Read settings from a TOML file (all keys optional) and the environment.

    Raises:
        SettingsError: The file is missing or not TOML, a key is unknown, or a value is wrong.
    """
    data: dict[str, Any] = {}
    try:
        if path:
            data = read_toml(path)
    except (OSError, ValueError) as error:
        raise SettingsError(unread(path, error, "TOML"), "Give --config an existing TOML file.") from error
    variables = _from_environment(os.environ)
    try:
        return Settings(**_merged(data, variables))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = str(path)
        if _has(variables, first["loc"]):
            where = "environment"
        key = ".".join(str(step) for step in first["loc"])
        message = say(first)
        if first["type"] == "extra_forbidden":
            message = _describe_unknown(first["loc"])
        raise SettingsError(
            f"{where}: {key}: {message}", f"See {page('docs/commands.md')} for the keys."
        ) from error


def _describe_unknown(place: tuple[int | str, ...]) -> str:
    """Say that a key is unknown, and what may have been meant."""
    *groups, key = map(str, place)
    # The usual slip is a right key in the wrong group, which no spelling would suggest.
    for name, own in _groups().items():
        if key in own and name not in groups:
            return f"unknown key; it belongs under [{name}]"
    known: Mapping[str, Any] = _groups().get(groups[0], {}) if groups else Settings.model_fields
    return f"unknown key{suggest(key, known)}"


def _groups() -> dict[str, Mapping[str, Any]]:
    """Return the keys of each group of settings."""
    kinds = {name: field.annotation for name, field in Settings.model_fields.items()}
    return {
        name: kind.model_fields
        for name, kind in kinds.items()
        if isinstance(kind, type) and issubclass(kind, _Frozen)
    }


def find_model(model: str) -> Path:
    """Return the folder that `annotate.model` means.

    A folder below the working folder wins over one below the clone; the name of a package stays. The default always means
    the clone: a folder of that name below the working folder may have come with the articles, and loading a pipeline runs
    its code. For an installed package the default is in the user's cache folder.
    """
    if model == BUILT and IS_INSTALLED:
        from platformdirs import user_cache_path

        return user_cache_path(CACHE, appauthor=False) / Path(BUILT).name
    own = PROJECT / model
    if model == BUILT and Path.cwd() != PROJECT and own.is_dir():
        return own
    if Path(model).is_dir() or Path.cwd() == PROJECT:
        return Path(model)
    if own.is_dir() or (model == BUILT and own.parent.is_dir()):
        return own
    return Path(model)


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """Read the settings of the environment: `POLICY_NEWS__MASK__CHARACTERS` is `characters` of the group `mask`."""
    settings: dict[str, Any] = {}
    for name in sorted(environment):
        if name.startswith(PREFIX):
            *groups, key = name.removeprefix(PREFIX).lower().split("__")
            own = settings
            for group in groups:
                if not isinstance(own.get(group), dict):
                    own[group] = {}
                own = own[group]
            own[key] = environment[name]
    return settings


def _merged(file: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
    """Merge both; the environment wins, key by key within a group."""
    both = [key for key in variables if isinstance(variables[key], dict) and isinstance(file.get(key), dict)]
    return {**file, **variables, **{key: {**file[key], **variables[key]} for key in both}}


def _has(settings: Any, place: tuple[int | str, ...]) -> bool:
    """Return whether nested settings have a value at a place."""
    for step in place:
        if not isinstance(settings, dict) or step not in settings:
            return False
        settings = settings[step]
    return True
