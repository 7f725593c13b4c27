"""A draft to Mermaid `journey` text that Mermaid 11 reads as the same.

What Mermaid cannot say in a name goes out as an entity code, which its drawing shows as the
character meant. Two things cannot be said at all: an empty name (written `-`) and a task without
a score (written as UNSCORED, which Mermaid draws in the middle).
"""

import re

from exchange.formats.draft import DraftJourney, DraftStage, DraftTask
from exchange.formats.mermaid_score import SCALE, UNSCORED, emotion_of
from exchange.formats.mermaid_source import SPACES

_LINE_END = re.compile(r"\r\n?|\n")
_BREAKS = (
    r"[#;]"
    r"|%(?=%)|(?<=%)%"  # comments and directives
    r'|(?<==)"'  # Mermaid turns the quotes of attributes, and a tag may span names
    r"|`(?=``)|~(?=~~)"  # Markdown fences
    r"|ﬂ(?=°)|¶(?=ß)"  # Mermaid's own marks for entity codes
    r"|C(?=4(?:Container|Component|Dynamic|Deployment))"  # anywhere, these make a C4 diagram
    rf"|\A[{SPACES}]|[{SPACES}]\Z"
)
_IN_NAME = re.compile(rf"{_BREAKS}|:")
_IN_ACTOR = re.compile(rf"{_BREAKS}|[:,]")
# Titles are cleaned as HTML before they are drawn. A colon before a space harms nothing.
_IN_TEXT = re.compile(rf"{_BREAKS}|[<}}\n]|:(?! )")
_KEYWORD = re.compile(
    r"\A(?:(?:title|section|journey|accTitle|accDescr)\b|%)", re.IGNORECASE | re.ASCII
)
_RAW_SCORE = re.compile(r"(?!.*%%)(?:[^#:;\n]|#\w+;)*", re.ASCII)


def write(journey: DraftJourney) -> str:
    """Return the journey as Mermaid text.

    Tasks of a first stage without title stand before any section. The raw score is written as it
    was read while it still says the task's emotion; after that the score is the emotion + 3.
    """
    lines = ["journey"]
    if journey.title:
        lines.append(f"  title {_title(journey.title)}")
    if journey.acc_title:
        lines.append(f"  accTitle: {_title(journey.acc_title)}")
    if journey.acc_description:
        lines.append(f"  accDescr: {_escape(_IN_TEXT, journey.acc_description)}")
    for position, stage in enumerate(journey.stages):
        lines += _stage(stage, position, journey.source_scale == SCALE)
    return "\n".join(lines) + "\n"


def _stage(stage: DraftStage, position: int, raw_scores: bool) -> list[str]:
    unnamed = position == 0 and not stage.title
    heading = [] if unnamed else [f"  section {_name(stage.title)}"]
    return heading + [_task(task, raw_scores) for task in stage.tasks]


def _task(task: DraftTask, raw_scores: bool) -> str:
    name = _KEYWORD.sub(lambda found: _code(found[0][0]) + found[0][1:], _name(task.title))
    score = _score(task, raw_scores)
    actors = ", ".join(_actor(actor) for actor in task.actors if actor)
    if actors or not score:
        return f"    {name}: {score}: {actors}".rstrip(" ")
    return f"    {name}: {score}"


def _score(task: DraftTask, raw_scores: bool) -> str:
    raw = task.raw_score if raw_scores else None
    if raw is not None and emotion_of(raw) == task.emotion and _RAW_SCORE.fullmatch(raw):
        return raw
    return UNSCORED if task.emotion is None else str(task.emotion + 3)


def _title(title: str) -> str:
    return _escape(_IN_TEXT, _LINE_END.sub(" ", title))


def _name(name: str) -> str:
    return _escape(_IN_NAME, _LINE_END.sub("<br>", name)) or "-"


def _actor(name: str) -> str:
    return _escape(_IN_ACTOR, _LINE_END.sub("<br>", name))


def _escape(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda found: _code(found[0]), text)


def _code(char: str) -> str:
    """Return the entity code. Always a space stands before what may hold one, and that matters:

    Mermaid drops the last `;` of a line with `style`, then a colon, then a code without a space.
    """
    return f"#{ord(char)};"
