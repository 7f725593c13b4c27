"""The form that edits a journey's matrix of responsibilities."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.edit_conflicts import EditConflictMixin
from core.forms import ServiceForm
from core.pickers import PickerField
from ownership.contributors import Cell
from ownership.models import Contributor
from people.queries import (
    DEPARTMENT_SEARCH,
    PERSON_SEARCH,
    active_departments,
    present_persons,
)

PART_CHOICES = [("", "–"), *Contributor.Part.choices]


class MatrixForm(EditConflictMixin, ServiceForm):
    """A select for each cell of the matrix. The values of the cells that the person changed are `changed_parts`.

    `cells` has the name and the label of each cell's field, and `parts` the stored part of each cell.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        cells: Mapping[Cell, tuple[str, str]],
        parts: Mapping[Cell, str],
    ) -> None:
        self.names = {cell: name for cell, (name, _label) in cells.items()}
        self.base_fields = {
            name: forms.ChoiceField(label=label, choices=PART_CHOICES, required=False)
            for name, label in cells.values()
        }
        initial = {name: parts.get(cell, "") for cell, name in self.names.items()}
        super().__init__(data, initial=initial)

    def changed_parts(self) -> dict[Cell, str]:
        changed = set(self.changed_data)
        return {
            cell: self.cleaned_data[name] for cell, name in self.names.items() if name in changed
        }


class ColumnForm(ServiceForm):
    """Adds a department or a person to the columns of the matrix."""

    add_department = PickerField(
        DEPARTMENT_SEARCH,
        label=_("Add a department"),
        empty_label=_("Choose a department"),
        required=False,
    )
    add_person = PickerField(
        PERSON_SEARCH, label=_("Add a person"), empty_label=_("Choose a person"), required=False
    )

    def __init__(self, *args: Any, workspace_id: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["add_department"].offer(
            active_departments(workspace_id).order_by("name", "pk"), workspace_id
        )
        fields["add_person"].offer(present_persons(workspace_id), workspace_id)
