"""A whole journey as text formats know it, before anything of it is in the database."""

from dataclasses import dataclass, field


class FormatError(Exception):
    """A text that cannot be read: `line` (None: the whole file), `reason`, and `hint` (what to do).

    Reason and hint are sentences for the person who brought the file.
    """

    def __init__(self, line: int | None, reason: str, hint: str) -> None:
        super().__init__(f"line {line}: {reason}" if line else reason)
        self.line = line
        self.reason = reason
        self.hint = hint


@dataclass(frozen=True)
class DraftWarning:
    """Something that was read otherwise than its author may think. `code` is stable."""

    line: int
    code: str
    detail: str


@dataclass(frozen=True)
class DraftTask:
    """One step with one touchpoint. Where it stood (`line`) is no part of what it is.

    `raw_score` is the score as written, `score` its number (None: none), `emotion` -2..+2.
    """

    title: str
    raw_score: str | None = None
    score: float | None = None
    emotion: int | None = None
    actors: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class DraftStage:
    """A chapter. An empty title means that the text named none: its tasks came before any."""

    title: str
    tasks: tuple[DraftTask, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class DraftJourney:
    """A journey. Two drafts are equal when they say the same, whatever was warned about."""

    title: str = ""
    acc_title: str = ""
    acc_description: str = ""
    stages: tuple[DraftStage, ...] = ()
    source_format: str = ""
    source_scale: str = ""
    warnings: tuple[DraftWarning, ...] = field(default=(), compare=False)
