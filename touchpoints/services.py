"""Touchpoint services that enforce rules. All other writes go through apply_ops()."""

from touchpoints.sync import AlreadySynced, touchpoints_sync

__all__ = ["AlreadySynced", "touchpoints_sync"]
