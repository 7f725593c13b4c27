"""Mermaid's score of a task, and the emotion it stands for."""

import math
import re

SCALE = "1..5"
# What is written of a task without an emotion: a number, so that Mermaid can draw it (in the
# middle), in a form that nobody else writes, so that we read it as no emotion again.
UNSCORED = "3e0"

_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
_BASED = re.compile(r"0(?:x[0-9a-f]+|o[0-7]+|b[01]+)", re.IGNORECASE | re.ASCII)


def number(raw: str) -> float | None:
    """Return what JavaScript's `Number()` makes of it: 0 for nothing, None for no finite number."""
    if not raw:
        return 0.0
    if _BASED.fullmatch(raw):
        return float(int(raw, 0))
    if not _DECIMAL.fullmatch(raw):
        return None
    value = float(raw)
    return value if math.isfinite(value) else None


def emotion_of(raw: str) -> int | None:
    """Return the emotion -2..+2 of a score as written.

    The rule: score - 3. Between two whole scores the nearer one counts, 3.5 the higher. A score
    outside 1..5 is the nearest end (the reader warns, and the raw score is kept). No score, or
    one that is no number, is None; so is UNSCORED.
    """
    value = number(raw)
    if value is None or not raw or raw == UNSCORED:
        return None
    return math.floor(min(max(value, 1), 5) + 0.5) - 3


def remark(raw: str) -> tuple[str, str] | None:
    """Return (code, sentence) where the emotion is not simply the score - 3."""
    value, emotion = number(raw), emotion_of(raw)
    if not raw:
        return "score-missing", "No score is written, so the emotion stays open."
    if value is None:
        return "score-not-a-number", f"The score “{raw}” is no number, so the emotion stays open."
    if not 1 <= value <= 5:
        return "score-outside", (
            f"The score {raw} is outside 1 to 5. It is kept, and the emotion is set to the "
            f"nearest end, {emotion:+d}."
        )
    if value != int(value):
        return "score-rounded", (
            f"The score {raw} is kept; the emotion is rounded to {emotion:+d} (halves go up)."
        )
    return None
