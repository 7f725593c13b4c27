"""Forms of the pages that show several apps."""

from django import forms

from core.forms import ServiceForm


class NamedVersionForm(ServiceForm):
    name = forms.CharField(max_length=120, help_text="As people will look for it: “Board, May”.")
