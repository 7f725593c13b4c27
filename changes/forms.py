"""Forms over records: what is typed becomes the fields of one op, errors come back to the field."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db import models
from django.db.models.fields import BLANK_CHOICE_DASH

from core.edit_conflicts import EditConflictMixin
from core.forms import ServiceErrorsMixin


class RecordForm(EditConflictMixin, ServiceErrorsMixin, forms.ModelForm):
    """Plain fields of a record; of one that is there, only what this person changed is written."""

    def __init__(self, *args: Any, workspace_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workspace_id = workspace_id
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                field.queryset = field.queryset.filter(workspace=workspace_id)
                if not field.required:
                    field.empty_label = "None"
            elif (
                isinstance(field, forms.TypedChoiceField) and field.choices[:1] == BLANK_CHOICE_DASH
            ):
                field.choices = [("", "None"), *field.choices[1:]]
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs = {**field.widget.attrs, "rows": 3}

    @property
    def is_edit(self) -> bool:
        return not self.is_new

    @property
    def is_new(self) -> bool:
        return self.instance.workspace_id is None

    def changed_values(self) -> dict[str, Any]:
        """Return the fields for an op: all of a new record, else only the changed ones."""
        names = self.cleaned_data if self.is_new else self.changed_data
        own = self._meta.fields or ()
        return {name: to_json_value(self.cleaned_data[name]) for name in names if name in own}


def to_json_value(value: Any) -> Any:
    """Return a cleaned value as JSON sends it."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, date):
        return value.isoformat()
    return value


def keep_current_choice(field: Any, value: str) -> None:
    """Offer the present value too where an import or a program brought another one."""
    if value not in dict(field.choices):
        field.choices = [(value, value), *field.choices]
