"""The filters of the dashboard."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from core.pickers import PickerField
from journeys.models import Journey
from pages.queries.dashboard import DashboardFilters
from people.models import Department
from people.queries import DEPARTMENT_SEARCH


class DashboardFilterForm(forms.Form):
    """The kind of experience and the department that a dashboard covers. Values that don't match are ignored."""

    kind = forms.ChoiceField(
        label=_("Experience"),
        required=False,
        choices=[("", _("Every experience")), *Journey.Kind.choices],
    )
    department = PickerField(
        DEPARTMENT_SEARCH,
        label=_("Department"),
        required=False,
        empty_label=_("All departments"),
    )

    def __init__(self, data: Any, *, workspace_id: UUID) -> None:
        super().__init__(data, label_suffix="", auto_id="filter-%s")
        self.workspace_id = workspace_id
        departments = Department.objects.filter(workspace=workspace_id).order_by("name", "pk")
        for field in self.fields.values():
            field.widget.attrs["class"] = "input input-sm"
        self.fields["department"].offer(departments, workspace_id)  # type: ignore[attr-defined]

    @property
    def filters(self) -> DashboardFilters:
        self.full_clean()
        return DashboardFilters(
            self.workspace_id,
            self.cleaned_data.get("kind", ""),
            self.cleaned_data.get("department"),
        )
