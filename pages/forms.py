"""Forms for pages that combine several apps."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ServiceForm


class NamedVersionForm(ServiceForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("A name that people will recognize, such as “Board, May”."),
    )
