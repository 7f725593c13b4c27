"""Forms for proposals, mandates, deputies, claims, appointments and flags."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.edit_conflicts import EditConflictMixin
from core.forms import DayField, ServiceForm
from core.pickers import PickerField
from ownership.models import Claim, Directorship
from people.models import Department, Person
from people.queries import (
    DEPARTMENT_SEARCH,
    PERSON_SEARCH,
    current_placements,
    department_choices,
    present_persons,
)


class DirectoryPickersMixin:
    """Form mixin that fills the pickers `person` and `department`, if the form has them.

    They offer the people of the workspace who haven't left, and its active departments.

    `department_id` is a department to offer even if it is archived.
    """

    def __init__(
        self, *args: Any, workspace_id: UUID, department_id: UUID | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields  # type: ignore[attr-defined]
        if "person" in fields:
            fields["person"].offer(present_persons(workspace_id), workspace_id)
        if "department" in fields:
            departments = department_choices(workspace_id, department_id)
            fields["department"].offer(departments, workspace_id)


class PersonForm(DirectoryPickersMixin, ServiceForm):
    person = PickerField(PERSON_SEARCH, label=_("Person"), empty_label=_("Choose a person"))


class MandateForm(DirectoryPickersMixin, ServiceForm):
    department = PickerField(
        DEPARTMENT_SEARCH,
        label=_("For department"),
        empty_label=_("No department"),
        required=False,
        help_text=_("The department for which they direct. They must be in it today."),
    )
    decision_rights = forms.CharField(
        label=_("May decide"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What this person can change without asking, including across departments."),
    )
    budget = forms.CharField(label=_("Budget"), max_length=120, required=False)
    staff = forms.CharField(label=_("People"), max_length=120, required=False)
    is_interim = forms.BooleanField(
        label=_("Interim"),
        required=False,
        help_text=_("Directs only until someone else is found."),
    )
    term_until = DayField(
        label=_("Term until"),
        required=False,
        help_text=_(
            "The last day. Leave it empty for no end date. The directorship doesn’t end on this day, but it is "
            "flagged until the term is extended or the stage is handed over."
        ),
    )


class MandateEditForm(EditConflictMixin, MandateForm):
    """Form for the mandate of an existing directorship. Detects conflicting edits."""


class AgreeForm(ServiceForm):
    """Form to agree to the version of a mandate that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, directorship: Directorship, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.directorship = directorship
        self.initial["version"] = directorship.version

    def clean(self) -> None:
        """Raise ValidationError if the version shown is outdated. The form then has the current version."""
        if self.cleaned_data.get("version") != self.directorship.version:
            self.data = {**self.data.dict(), "version": self.directorship.version}
            raise forms.ValidationError(
                gettext("The directorship has changed in the meantime. Read it again, then agree.")
            )


class ProposeForm(PersonForm, MandateForm):
    takes_over = forms.BooleanField(
        required=False,
        label=_("Hand over"),
        help_text=_("When this person accepts, the current directorship ends."),
    )
    starts_on = DayField(
        label=_("Hand over on"),
        required=False,
        help_text=_("Leave empty to hand over as soon as this person accepts."),
    )
    handover_reason = forms.CharField(
        label=_("Reason for the hand-over"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Required if you plan it for a later day."),
    )
    field_order = ("person", "takes_over", "starts_on", "handover_reason")


class NoteForm(ServiceForm):
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Give the reason in one sentence. Everyone can read it in the history."),
    )


class DeclineForm(ServiceForm):
    note = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Say what would have to change. Everyone can read it in the history."),
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
