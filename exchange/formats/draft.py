"""A journey as read from text, before it is written to the database."""

from dataclasses import dataclass, field

from core.text import Text


class FormatError(Exception):
    """Raised for text that can't be read.

    `line` is None if the error is about the whole file. `reason` says what is wrong and `hint`
    what to do, in sentences for the person who imports the file.
    """

    def __init__(self, line: int | None, reason: str, hint: Text) -> None:
        super().__init__(f"line {line}: {reason}" if line else reason)
        self.line = line
        self.reason = reason
        self.hint = hint


@dataclass(frozen=True)
class DraftWarning:
    """A construct that was read differently from how it was written. `code` is stable."""

    line: int
    code: str
    detail: str


@dataclass(frozen=True)
class DraftTask:
    """One step with one touchpoint. `line` doesn't count when tasks are compared.

    `raw_score` is the score as written, and `score` its number, if it is one. `emotion` is
    between -2 and +2.
    """

    title: str
    raw_score: str | None = None
    score: float | None = None
    emotion: int | None = None
    actors: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class DraftStage:
    """A stage. Its title is empty if its tasks came before the first section of the text."""

    title: str
    tasks: tuple[DraftTask, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class DraftJourney:
    """A journey. Warnings don't count when drafts are compared."""

    title: str = ""
    acc_title: str = ""
    acc_description: str = ""
    stages: tuple[DraftStage, ...] = ()
    source_format: str = ""
    source_scale: str = ""
    warnings: tuple[DraftWarning, ...] = field(default=(), compare=False)
