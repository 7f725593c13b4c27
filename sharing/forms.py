"""Forms of share links, and of guests who follow one."""

from collections.abc import Sequence
from typing import Any

from django import forms

from comments.mentions import find_mentions
from comments.models import MAX_BODY_LENGTH
from core.forms import ServiceForm
from core.text import normalize_text
from sharing.guest_comments import MAX_NAME_LENGTH
from sharing.models import ShareLink
from sharing.services import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from workspaces.models import Member

LIFETIME_CHOICES = [(7, "A week"), (30, "30 days"), (90, "90 days"), (366, "A year")]


class ShareLinkForm(ServiceForm):
    can = forms.ChoiceField(label="Whoever has the link may", choices=ShareLink.Can.choices)
    days = forms.TypedChoiceField(
        label="It works for", choices=LIFETIME_CHOICES, coerce=int, initial=30
    )
    version = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        help_text="One version stays as it was, whatever is drawn later.",
    )
    password = forms.CharField(
        required=False,
        strip=False,
        min_length=MIN_PASSWORD_LENGTH,
        max_length=MAX_PASSWORD_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=f"{MIN_PASSWORD_LENGTH} characters or more. Send it separately from the link.",
    )
    embed = forms.BooleanField(label="Allow embedding on other sites", required=False)

    def __init__(self, *args: Any, versions: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].choices = versions  # type: ignore[attr-defined]

    def service_kwargs(self) -> dict[str, Any]:
        """Return what the service takes, but for the time."""
        return {name: value for name, value in self.cleaned_data.items() if name != "days"}


class GuestCommentForm(ServiceForm):
    guest_name = forms.CharField(
        label="Your name",
        max_length=MAX_NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    body = forms.CharField(
        label="Comment", max_length=MAX_BODY_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, members: Sequence[Member] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = members

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        # No hint says who could be mentioned: a guest knows their names, or does not.
        cleaned["mentions"] = find_mentions(normalize_text(cleaned.get("body", "")), self.members)
        return cleaned


class SharePasswordForm(ServiceForm):
    password = forms.CharField(
        strip=False,
        max_length=MAX_PASSWORD_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
