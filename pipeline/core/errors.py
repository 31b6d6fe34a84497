"""The errors that a user can meet: each says what is wrong, where, and what to do."""

from __future__ import annotations


class PipelineError(Exception):
    """Base of our errors.

    Args:
        message: What is wrong, naming the file, document or rule.
        hint: What the user can do about it.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        if self.hint:
            return f"{self.message}\n  {self.hint}"
        return self.message


class SettingsError(PipelineError):
    """A configuration file or environment variable that does not fit."""


class ArgumentError(SettingsError):
    """An argument of a command that does not fit what it is about."""


class ExpectationError(SettingsError):
    """A file of expectations that does not fit.

    Args:
        message: What is wrong, naming file, line and entry.
        hint: What the user can do about it.
        file: Path of the file, as it was given.
        line: Line of the entry, from 1, where it is known.
    """

    def __init__(self, message: str, hint: str = "", *, file: str = "", line: int | None = None) -> None:
        super().__init__(message, hint)
        self.file = file
        self.line = line


class GoldError(SettingsError):
    """A gold file that does not fit: names file, document and span."""


class RuleError(PipelineError):
    """A rule file that does not fit: names file and rule."""


class ReadError(PipelineError):
    """One input that cannot be read; it becomes a row of `failures`.

    Args:
        message: What is wrong.
        hint: What the user can do about it.
        line: Number of the line, from 1, of a record in a file of several; None where it is the file.
    """

    def __init__(self, message: str, hint: str = "", *, line: int | None = None) -> None:
        super().__init__(message, hint)
        self.line = line


class ModelError(PipelineError):
    """The spaCy pipeline is missing, or is not the one that was expected."""


class NamedModelError(ModelError, SettingsError):
    """The settings name a pipeline that is not there."""


class NamedListError(RuleError, SettingsError):
    """The settings name a list of names that is not there."""


class EmptyError(PipelineError):
    """A run of which no document came, since every input failed."""


class StageError(PipelineError):
    """A stage lacks its input, or cannot write its output."""
