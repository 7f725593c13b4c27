"""Forms for cases: opening, answering and closing one."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ServiceForm
from core.pickers import PickerField
from ownership.models import Case
from people.queries import DEPARTMENT_SEARCH, active_departments


class CaseOpenForm(ServiceForm):
    kind = forms.ChoiceField(label=_("What is it?"), choices=Case.Kind.choices)
    account = forms.CharField(
        label=_("What happened to the customer"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("How do you know? Name letters, calls or figures."),
    )
    department = PickerField(
        DEPARTMENT_SEARCH,
        label=_("Department concerned"),
        empty_label=_("Choose a department"),
        help_text=_("Its members can’t close the case."),
    )

    def __init__(self, *args: Any, workspace_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["department"].offer(
            active_departments(workspace_id).order_by("name", "pk"), workspace_id
        )


class CaseAnswerForm(ServiceForm):
    text = forms.CharField(
        label=_("Your answer"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What did you do for this customer, and what will you change for the next?"),
    )


class CaseCloseForm(ServiceForm):
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=Case.Outcome.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Everyone involved reads it, and it is kept in the history."),
    )
