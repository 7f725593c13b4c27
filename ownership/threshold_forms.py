"""The form for a workspace's thresholds."""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.edit_conflicts import EditConflictMixin
from core.forms import ServiceForm, WholeNumberField
from ownership.thresholds import THRESHOLDS, Threshold


class ThresholdsForm(EditConflictMixin, ServiceForm):
    """Form with a field for each threshold. Detects conflicting edits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.base_fields = {name: build_field(one) for name, one in THRESHOLDS.items()}
        super().__init__(*args, **kwargs)


def build_field(threshold: Threshold) -> WholeNumberField:
    """Return a field for a number in the threshold's range."""
    return WholeNumberField(
        label=threshold.label,
        required=True,
        min_value=threshold.minimum,
        max_value=threshold.maximum,
        help_text=format_lazy(
            "{range} {note}",
            range=format_lazy(
                _("{unit}, from {minimum} to {maximum}."),
                unit=threshold.unit.name,
                minimum=threshold.minimum,
                maximum=threshold.maximum,
            ),
            note=threshold.help_text,
        ),
    )
