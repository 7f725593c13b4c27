"""Form for a member's e-mail preferences: the timing of each topic, the hour of the digest, and quiet hours."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from core.forms import ServiceForm
from core.notices import Topic
from notifications.models import LAST_HOUR, Preference
from notifications.timing import MemberTiming

HOURS = [(hour, f"{hour:02}:00") for hour in range(LAST_HOUR + 1)]


def _parse_hour(value: str) -> int | None:
    return int(value) if value else None


class PreferencesForm(ServiceForm):
    """E-mail preferences. Has a field for each topic, with the topic's name."""

    digest_hour = forms.TypedChoiceField(
        label=_("Daily digest"), choices=HOURS, coerce=int, help_text=_("Sent once a day.")
    )
    quiet_from = forms.TypedChoiceField(
        label=_("Quiet hours from"),
        choices=[("", _("No quiet hours")), *HOURS],
        coerce=_parse_hour,
        empty_value=None,
        required=False,
    )
    quiet_until = forms.TypedChoiceField(
        label=_("Quiet hours until"),
        choices=[("", _("No quiet hours")), *HOURS],
        coerce=_parse_hour,
        empty_value=None,
        required=False,
    )

    def __init__(self, *args: Any, timing: MemberTiming, **kwargs: Any) -> None:
        initial = {
            "digest_hour": timing.digest_hour,
            "quiet_from": timing.quiet_from,
            "quiet_until": timing.quiet_until,
        }
        super().__init__(*args, initial=initial, **kwargs)
        for topic in Topic:
            self.fields[topic.value] = forms.ChoiceField(
                label=topic.label,
                choices=Preference.Timing.choices,
                initial=timing.timings[topic],
            )

    def topic_fields(self) -> Iterator[BoundField]:
        return (self[topic.value] for topic in Topic)

    def hour_fields(self) -> Iterator[BoundField]:
        return (self[name] for name in ("digest_hour", "quiet_from", "quiet_until"))

    def service_arguments(self) -> dict[str, Any]:
        """Return the form's values as arguments for services.preferences_set()."""
        values = self.cleaned_data
        hours = {name: values[name] for name in ("digest_hour", "quiet_from", "quiet_until")}
        return {"timings": {topic.value: values[topic.value] for topic in Topic}, **hours}
