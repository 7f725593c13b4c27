"""A journey that was read from a file but is not in the database yet."""

from dataclasses import dataclass, field

from core.text import Text


class FormatError(Exception):
    """Raised if a file can't be read.

    `line` is None if the error concerns the whole file. `reason` says what is wrong, and `hint`
    what to do about it; both are sentences for the person who imports the file.
    """

    def __init__(self, line: int | None, reason: str, hint: Text) -> None:
        super().__init__(f"line {line}: {reason}" if line else reason)
        self.line = line
        self.reason = reason
        self.hint = hint


@dataclass(frozen=True)
class DraftWarning:
    """Something in the file that was changed or left out. API clients may rely on `code`."""

    line: int
    code: str
    detail: str


@dataclass(frozen=True)
class DraftTask:
    """A step with one touchpoint. Comparisons ignore `line`.

    `raw_score` is the score as written, `score` is its value if it is a number, and `emotion` is
    from -2 to +2.
    """

    title: str
    raw_score: str | None = None
    score: float | None = None
    emotion: int | None = None
    actors: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class DraftStage:
    """A stage. The title is empty if the tasks come before the first section of the file."""

    title: str
    tasks: tuple[DraftTask, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class DraftJourney:
    """A journey with its stages. Comparisons ignore the warnings."""

    title: str = ""
    acc_title: str = ""
    acc_description: str = ""
    stages: tuple[DraftStage, ...] = ()
    source_format: str = ""
    source_scale: str = ""
    warnings: tuple[DraftWarning, ...] = field(default=(), compare=False)
