"""Writes a draft as Mermaid `journey` text, which Mermaid 11 reads as the same journey.

Characters that a Mermaid name can't contain are written as entity codes, which Mermaid shows as the
original characters. Two things can't be expressed: an empty name is written as `-`, and a task
without a score is written as UNSCORED, which is drawn in the middle.
"""

import re

from exchange.formats.draft import DraftJourney, DraftStage, DraftTask
from exchange.formats.mermaid_score import SCALE, UNSCORED, emotion_from_score
from exchange.formats.mermaid_source import SPACES

_LINE_END = re.compile(r"\r\n?|\n")
_BREAKS = (
    r"[#;]"
    r"|%(?=%)|(?<=%)%"  # comments and directives
    r'|(?<==)"'  # Mermaid replaces the quotes of attributes, and a tag may span several names
    r"|`(?=``)|~(?=~~)"  # Markdown fences
    r"|ﬂ(?=°)|¶(?=ß)"  # Mermaid's own marks for entity codes
    # Anywhere in the text, these words make it a C4 diagram.
    r"|C(?=4(?:Container|Component|Dynamic|Deployment))"
    rf"|\A[{SPACES}]|[{SPACES}]\Z"
)
_IN_NAME = re.compile(rf"{_BREAKS}|:")
_IN_ACTOR = re.compile(rf"{_BREAKS}|[:,]")
# Mermaid sanitizes titles as HTML before it draws them. A colon before a space is harmless.
_IN_TEXT = re.compile(rf"{_BREAKS}|[<}}\n]|:(?! )")
_KEYWORD = re.compile(
    r"\A(?:(?:title|section|journey|accTitle|accDescr)\b|%)", re.IGNORECASE | re.ASCII
)
_RAW_SCORE = re.compile(r"(?!.*%%)(?:[^#:;\n]|#\w+;)*", re.ASCII)


def write_draft(journey: DraftJourney) -> str:
    """Return the journey as Mermaid text.

    If the first stage has no title, its tasks come before the first section. A raw score is written
    if it still leads to the task's emotion. Otherwise the score is the emotion plus 3.
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
    name = _KEYWORD.sub(lambda match: _code(match[0][0]) + match[0][1:], _name(task.title))
    score = _score(task, raw_scores)
    actors = ", ".join(_actor(actor) for actor in task.actors if actor)
    if actors or not score:
        return f"    {name}: {score}: {actors}".rstrip(" ")
    return f"    {name}: {score}"


def _score(task: DraftTask, raw_scores: bool) -> str:
    raw = task.raw_score if raw_scores else None
    if raw is not None and emotion_from_score(raw) == task.emotion and _RAW_SCORE.fullmatch(raw):
        return raw
    return UNSCORED if task.emotion is None else str(task.emotion + 3)


def _title(title: str) -> str:
    return _escape(_IN_TEXT, _LINE_END.sub(" ", title))


def _name(name: str) -> str:
    return _escape(_IN_NAME, _LINE_END.sub("<br>", name)) or "-"


def _actor(name: str) -> str:
    return _escape(_IN_ACTOR, _LINE_END.sub("<br>", name))


def _escape(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: _code(match[0]), text)


def _code(char: str) -> str:
    """Return the entity code for a character.

    The writer puts a space after every colon. Otherwise, Mermaid would drop the last `;` of a line
    that contains `style`, a colon and then a code.
    """
    return f"#{ord(char)};"
