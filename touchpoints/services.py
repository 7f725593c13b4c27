"""Writes with rules about touchpoints; everything else about them goes through changes' apply_ops()."""

from touchpoints.sync import AnsweredBefore, touchpoints_sync

__all__ = ["AnsweredBefore", "touchpoints_sync"]
