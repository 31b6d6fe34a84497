"""The errors that a user can meet: each says what is wrong, where, and what to do."""

from __future__ import annotations


class PipelineError(Exception):
    """Base of our errors.

    Args:
        message: What is wrong, naming the file, document or rule.
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
    """A wrong configuration file or environment variable."""


class ArgumentError(SettingsError):
    """An argument of a command that contradicts its input."""


class ExpectationError(SettingsError):
    """A wrong file of expectations."""

    def __init__(self, message: str, hint: str = "", *, file: str = "", line: int | None = None) -> None:
        super().__init__(message, hint)
        self.file = file
        self.line = line


class GoldError(SettingsError):
    """A wrong gold file: names file, document and span."""


class RuleError(PipelineError):
    """A wrong rule file: names file and rule."""


class ReadError(PipelineError):
    """One input that cannot be read; it becomes a row of `failures`.

    Args:
        line: Line of the record in a file of several, from 1; None if the whole file cannot be read.
    """

    def __init__(self, message: str, hint: str = "", *, line: int | None = None) -> None:
        super().__init__(message, hint)
        self.line = line


class ModelError(PipelineError):
    """The spaCy pipeline is missing, or is another one than expected."""


class NamedModelError(ModelError, SettingsError):
    """The settings name a pipeline that does not exist."""


class NamedListError(RuleError, SettingsError):
    """The settings name a list of names that does not exist."""


class EmptyError(PipelineError):
    """A run without documents, because every input failed."""


class StageError(PipelineError):
    """A stage lacks its input, or cannot write its output."""


class DamagedError(StageError):
    """A file of what a run keeps is missing or damaged: it is made again from what is sound."""
