"""Form to volunteer to direct a stage."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ServiceForm


class VolunteerForm(ServiceForm):
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Say why you, and what you would change first. Everyone can read it."),
    )
