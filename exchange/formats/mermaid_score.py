"""Mermaid's task scores, and how they map to emotions."""

import math
import re

from django.utils.translation import gettext

SCALE = "1..5"
# The score that is written for a task without an emotion. It is a number, so that Mermaid can draw it (in the
# middle). Its unusual form lets the reader recognize it.
UNSCORED = "3e0"

_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
_BASED = re.compile(r"0(?:x[0-9a-f]+|o[0-7]+|b[01]+)", re.IGNORECASE | re.ASCII)


def js_number(raw: str) -> float | None:
    """Convert a score as JavaScript's `Number()` does: 0 if empty, None if not a finite number."""
    if not raw:
        return 0.0
    if _BASED.fullmatch(raw):
        return float(int(raw, 0))
    if not _DECIMAL.fullmatch(raw):
        return None
    value = float(raw)
    return value if math.isfinite(value) else None


def emotion_from_score(raw: str) -> int | None:
    """Return the emotion, from -2 to +2, for a score as written.

    The emotion is the score minus 3, rounded to the nearest integer (halves up). A score below 1 or
    above 5 counts as 1 or 5; the reader warns about it and keeps the raw score. The emotion is None
    for UNSCORED, an empty score, and a score that isn't a number.
    """
    value = js_number(raw)
    if value is None or not raw or raw == UNSCORED:
        return None
    return math.floor(min(max(value, 1), 5) + 0.5) - 3


def score_warning(raw: str) -> tuple[str, str] | None:
    """Return a warning (code, detail), or None if the emotion is exactly the score minus 3."""
    value, emotion = js_number(raw), emotion_from_score(raw)
    if not raw:
        return "score-missing", gettext("There is no score, so the touchpoint has no emotion.")
    if value is None:
        return (
            "score-not-a-number",
            gettext("The score “{score}” isn’t a number, so the touchpoint has no emotion.").format(
                score=raw
            ),
        )
    if not 1 <= value <= 5:
        return "score-outside", (
            gettext(
                "The score {score} is outside 1 to 5. It was kept, and the emotion was set to "
                "the nearest value, {emotion}."
            ).format(score=raw, emotion=f"{emotion:+d}")
        )
    if value != int(value):
        return "score-rounded", (
            gettext(
                "The score {score} was kept, and the emotion was rounded to {emotion} (halves up)."
            ).format(score=raw, emotion=f"{emotion:+d}")
        )
    return None
