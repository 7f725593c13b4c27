"""Forms about who answers: proposals, mandates, deputies, claims, offices, flags."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from core.edit_conflicts import EditConflictMixin
from core.forms import DayField, ServiceForm
from ownership.models import Claim
from people.models import Department, Person
from people.queries import current_placements, present_persons


class PersonForm(ServiceForm):
    """Names somebody of the workspace who has not left."""

    person = forms.ModelChoiceField(Person.objects.none(), empty_label="Choose somebody")

    def __init__(self, *args: Any, workspace_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = present_persons(workspace_id)  # type: ignore[attr-defined]


class MandateForm(ServiceForm):
    decision_rights = forms.CharField(
        label="May decide",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What this person can change without asking, also across departments.",
    )
    budget = forms.CharField(max_length=120, required=False)
    staff = forms.CharField(label="People", max_length=120, required=False)


class MandateEditForm(EditConflictMixin, MandateForm):
    """The mandate of a directorship that is there."""


class ProposeForm(PersonForm, MandateForm):
    takes_over = forms.BooleanField(
        required=False,
        label="Hands over",
        help_text="Accepting ends the present directorship in the same moment.",
    )
    field_order = ("person", "takes_over", "decision_rights", "budget", "staff")


class NoteForm(ServiceForm):
    note = forms.CharField(
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Why, in a sentence. Everybody can read it in the history.",
    )


class DeputyForm(PersonForm):
    since = DayField(initial=timezone.localdate, from_today=0)
    until = DayField(required=False, help_text="Empty: until somebody ends it.")


class ClaimForm(ServiceForm):
    """A claim or disclaimer by one person, for one of the departments they are in today."""

    kind = forms.ChoiceField(
        label="We say",
        choices=[
            (Claim.Kind.CLAIM, "This stage is ours"),
            (Claim.Kind.DISCLAIMER, "This stage is not ours"),
        ],
        widget=forms.RadioSelect,
        initial=Claim.Kind.CLAIM,
    )
    department = forms.ModelChoiceField(Department.objects.none(), empty_label=None)
    statement = forms.CharField(
        label="Because",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, person: Person | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if person is not None:
            here = current_placements(person.workspace_id).filter(person=person)
            departments = Department.objects.filter(pk__in=here.values("department"))
            self.fields["department"].queryset = departments.order_by("name", "pk")  # type: ignore[attr-defined]


class DismissForm(ServiceForm):
    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why this may stay as it is for now.",
    )
    until = DayField(
        initial=lambda: timezone.localdate() + timedelta(days=90),
        help_text="It comes back after this day, or when it gets worse.",
        from_today=90,
    )

    def clean_until(self) -> datetime:
        """Return the end of that day where the workspace is: pages run in its time zone."""
        day = self.cleaned_data["until"]
        return datetime.combine(day, time.max, timezone.get_current_timezone())
