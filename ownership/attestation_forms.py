"""The form for an attestation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, ServiceForm


class AttestationForm(ServiceForm):
    last_met_customer_on = DayField(
        label=_("Last met a customer here on"),
        required=False,
        help_text=_("Leave empty if you haven’t met one in this stage."),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example, what the customer said. Everyone in the workspace can read it."),
    )
