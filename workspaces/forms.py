"""Forms for members, invitations, tokens, time zones and a user's own preferences."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.edit_conflicts import EditConflictMixin
from core.forms import ServiceForm
from core.scopes import token_scopes
from workspaces.models import Role, Token

ROLE_CHOICES = [
    (Role.VIEWER, _("Viewer: can read, comment and claim")),
    (Role.EDITOR, _("Editor: can also edit journeys")),
    (Role.EXECUTIVE, _("Executive: can sponsor journeys and handle flags")),
    (Role.OMBUDSMAN, _("Ombudsman: represents customers and can handle flags")),
    (Role.ADMIN, _("Admin: can also manage people, members and tokens")),
]
LIFETIME_CHOICES = [(30, _("30 days")), (90, _("90 days")), (366, _("1 year"))]


class InvitationForm(ServiceForm):
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=ROLE_CHOICES, initial=Role.EDITOR)


TIME_ZONES = [(name, name.replace("_", " ")) for name in sorted(available_timezones())]


class TimeZoneForm(EditConflictMixin, ServiceForm):
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=TIME_ZONES,
        help_text=_(
            "Days begin and end at midnight in this time zone. "
            "A person keeps their responsibilities until the end of their last day."
        ),
    )


class AccountForm(ServiceForm):
    """A user's language and time zone. A blank field means that the browser's setting is used."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("The browser’s language")), *settings.LANGUAGES],
        required=False,
        help_text=_("Dates and numbers also have this language’s format."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[("", _("The browser’s time zone")), *TIME_ZONES],
        required=False,
        help_text=_("Times are shown in this time zone."),
    )


class RoleForm(EditConflictMixin, ServiceForm):
    role = forms.ChoiceField(label=_("Role"), choices=ROLE_CHOICES)


class TokenForm(ServiceForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("The program that will use it, for example “CRM sync”."),
    )
    kind = forms.ChoiceField(
        label=_("Belongs to"),
        choices=[(Token.Kind.PERSONAL, _("Me")), (Token.Kind.SERVICE, _("The workspace"))],
    )
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"),
        choices=[(name, scope.label) for name, scope in token_scopes().items()],
        widget=forms.CheckboxSelectMultiple,
        initial=[name for name in token_scopes() if name.endswith(":read")],
    )
    days = forms.TypedChoiceField(
        label=_("Expires after"), choices=LIFETIME_CHOICES, coerce=int, initial=90
    )

    def __init__(self, *args: Any, may_serve: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_serve:
            del self.fields["kind"]


class SignupForm(ServiceForm):
    name = forms.CharField(label=_("Your name"), max_length=120)
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters."),
    )
