"""Writes with rules about touchpoints; everything else about them goes through changes' edit()."""

from touchpoints.sync import AnsweredBefore, touchpoints_sync

__all__ = ["AnsweredBefore", "touchpoints_sync"]
