"""Writes with rules about touchpoints; everything else about them goes through changes' apply_ops()."""

from touchpoints.sync import AlreadySynced, touchpoints_sync

__all__ = ["AlreadySynced", "touchpoints_sync"]
