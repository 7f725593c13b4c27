"""Forms of the pages that show several apps."""

from django import forms

from core.forms import ServiceForm


class NamedVersionForm(ServiceForm):
    name = forms.CharField(
        max_length=120, help_text="A name that people will recognize, such as “Board, May”."
    )
