"""Forms for share links and for guest comments."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from comments.mentions import find_mentions, mentionable_members
from comments.models import MAX_BODY_LENGTH
from core.forms import ServiceForm
from core.text import normalize_text
from sharing.guest_comments import MAX_NAME_LENGTH
from sharing.models import ShareLink
from sharing.services import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from workspaces.models import Member

LIFETIME_CHOICES = [(7, _("A week")), (30, _("30 days")), (90, _("90 days")), (366, _("A year"))]


class ShareLinkForm(ServiceForm):
    can = forms.ChoiceField(label=_("People with the link can"), choices=ShareLink.Can.choices)
    days = forms.TypedChoiceField(
        label=_("Valid for"), choices=LIFETIME_CHOICES, coerce=int, initial=30
    )
    version = forms.TypedChoiceField(
        label=_("Version"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("A fixed version doesn’t show later changes."),
    )
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        min_length=MIN_PASSWORD_LENGTH,
        max_length=MAX_PASSWORD_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=format_lazy(
            _("{n} characters or more. Send it separately from the link."), n=MIN_PASSWORD_LENGTH
        ),
    )
    embed = forms.BooleanField(label=_("Allow embedding on other sites"), required=False)

    def __init__(self, *args: Any, versions: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].choices = versions  # type: ignore[attr-defined]

    def service_kwargs(self) -> dict[str, Any]:
        """Return the form's values as arguments for share_create(), except for the expiry."""
        return {name: value for name, value in self.cleaned_data.items() if name != "days"}


class GuestCommentForm(ServiceForm):
    guest_name = forms.CharField(
        label=_("Your name"),
        max_length=MAX_NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    body = forms.CharField(
        label=_("Comment"), max_length=MAX_BODY_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, members: QuerySet[Member] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = Member.objects.none() if members is None else members

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        # No autocomplete of member names: guests should not see who is a member.
        body = normalize_text(cleaned.get("body", ""))
        cleaned["mentions"] = find_mentions(body, mentionable_members(self.members, body))
        return cleaned


class SharePasswordForm(ServiceForm):
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=MAX_PASSWORD_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
