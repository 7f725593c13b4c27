"""Forms for proposals, mandates, deputies, claims, appointments and flags."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.edit_conflicts import EditConflictMixin
from core.forms import DayField, ServiceForm
from core.pickers import PickerField
from ownership.models import Claim
from people.models import Department, Person
from people.queries import PERSON_SEARCH, current_placements, present_persons


class PersonForm(ServiceForm):
    """Base form with a choice of the workspace's people who have not left."""

    person = PickerField(PERSON_SEARCH, label=_("Person"), empty_label=_("Choose a person"))

    def __init__(self, *args: Any, workspace_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].offer(present_persons(workspace_id), workspace_id)  # type: ignore[attr-defined]


class MandateForm(ServiceForm):
    decision_rights = forms.CharField(
        label=_("May decide"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What this person can change without asking, including across departments."),
    )
    budget = forms.CharField(label=_("Budget"), max_length=120, required=False)
    staff = forms.CharField(label=_("People"), max_length=120, required=False)


class MandateEditForm(EditConflictMixin, MandateForm):
    """Form for the mandate of an existing directorship. Detects conflicting edits."""


class ProposeForm(PersonForm, MandateForm):
    takes_over = forms.BooleanField(
        required=False,
        label=_("Hand over"),
        help_text=_("When this person accepts, the current directorship ends."),
    )
    field_order = ("person", "takes_over", "decision_rights", "budget", "staff")


class NoteForm(ServiceForm):
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Give the reason in one sentence. Everyone can read it in the history."),
    )


class DeputyForm(PersonForm):
    since = DayField(label=_("Since"), initial=timezone.localdate, from_today=0)
    until = DayField(label=_("Until"), required=False, help_text=_("Leave empty for no end date."))


class ClaimForm(ServiceForm):
    """Form to claim or disclaim a stage for one of the person's current departments."""

    kind = forms.ChoiceField(
        label=_("Statement"),
        choices=[
            (Claim.Kind.CLAIM, _("This stage is ours")),
            (Claim.Kind.DISCLAIMER, _("This stage isn’t ours")),
        ],
        widget=forms.RadioSelect,
        initial=Claim.Kind.CLAIM,
    )
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Department"), empty_label=None
    )
    statement = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, person: Person | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if person is not None:
            placements = current_placements(person.workspace_id).filter(person=person)
            departments = Department.objects.filter(pk__in=placements.values("department"))
            self.fields["department"].queryset = departments.order_by("name", "pk")  # type: ignore[attr-defined]


class DismissForm(ServiceForm):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Explain why this doesn’t need to be fixed for now."),
    )
    until = DayField(
        label=_("Until"),
        initial=lambda: timezone.localdate() + timedelta(days=90),
        help_text=_("The flag reopens after this day, or earlier if it becomes more severe."),
        from_today=90,
    )

    def clean_until(self) -> datetime:
        """Return the end of the chosen day in the current time zone, which is the workspace's."""
        day = self.cleaned_data["until"]
        return datetime.combine(day, time.max, timezone.get_current_timezone())
