"""The form with which somebody volunteers to direct a stage."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ServiceForm


class VolunteerForm(ServiceForm):
    note = forms.CharField(
        label=_("Why you"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What would you change here first? Everyone can read it."),
    )
