"""Forms of the pages that show several apps."""

from typing import Any

from django import forms

from changes.forms import PlainForm
from exchange.models import ShareLink
from exchange.sharing import LONGEST_PASSWORD, SHORTEST_PASSWORD

DAYS = [(7, "A week"), (30, "30 days"), (90, "90 days"), (366, "A year")]


class NameForm(PlainForm):
    name = forms.CharField(max_length=120, help_text="As people will look for it: “Board, May”.")


class ShareForm(PlainForm):
    can = forms.ChoiceField(label="Who has the link may", choices=ShareLink.Can.choices)
    days = forms.TypedChoiceField(label="It works for", choices=DAYS, coerce=int, initial=30)
    version = forms.IntegerField(
        required=False,
        min_value=1,
        help_text="The number of one version, to show that one for good. Empty: always the latest.",
    )
    password = forms.CharField(
        required=False,
        strip=False,
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=f"{SHORTEST_PASSWORD} characters or more. Tell it by another way than the link.",
    )
    embed = forms.BooleanField(label="May stand inside other web pages", required=False)

    def said(self) -> dict[str, Any]:
        """Return what the service takes, but for the time."""
        return {name: value for name, value in self.cleaned_data.items() if name != "days"}


class PasswordForm(PlainForm):
    password = forms.CharField(
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
