"""Forms for webhooks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.event_types import event_types
from core.forms import ServiceForm
from webhooks.models import Delivery
from webhooks.services import MAX_NAME_LENGTH, TEST_EVENT
from webhooks.targets import MAX_URL_LENGTH


def event_type_choices() -> list[tuple[str, Any]]:
    return [(kind.name, kind.label) for kind in event_types().values()]


class WebhookForm(ServiceForm):
    """The URL, the name and the event types of a webhook. The service checks whether the URL is allowed."""

    url = forms.CharField(
        label=_("URL"),
        max_length=MAX_URL_LENGTH,
        help_text=_(
            "An https URL on the public internet, such as https://example.com/webhooks. It gets a POST "
            "request for each event."
        ),
        widget=forms.URLInput,
    )
    name = forms.CharField(label=_("Name"), max_length=MAX_NAME_LENGTH, required=False)
    event_types = forms.MultipleChoiceField(
        label=_("Events"), choices=event_type_choices, widget=forms.CheckboxSelectMultiple
    )


class ReplayForm(ServiceForm):
    days = forms.TypedChoiceField(
        label=_("Failed in the last"),
        coerce=int,
        choices=[(1, _("day")), (7, _("7 days")), (30, _("30 days"))],
    )


class DeliveryFilterForm(forms.Form):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All states")), *Delivery.State.choices],
        widget=forms.Select(attrs={"class": "input input-sm"}),
    )
    type = forms.ChoiceField(
        label=_("Event"), required=False, widget=forms.Select(attrs={"class": "input input-sm"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(name, name) for name in (*event_types(), TEST_EVENT)]
        self.fields["type"].choices = [("", _("All events")), *names]  # type: ignore[attr-defined]
