"""Model forms for records. They return their values as fields of an op, and show an op's errors at the form fields."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db import models
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.translation import gettext

from core.edit_conflicts import EditConflictMixin
from core.forms import ServiceErrorsMixin


class RecordForm(EditConflictMixin, ServiceErrorsMixin, forms.ModelForm):
    """Base class for forms that edit a record. Only the fields that the person changed are written.

    A new record is written with all its fields.
    """

    def __init__(self, *args: Any, workspace_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workspace_id = workspace_id
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                field.queryset = field.queryset.filter(workspace=workspace_id)
                if not field.required:
                    field.empty_label = gettext("None")
            elif (
                isinstance(field, forms.TypedChoiceField) and field.choices[:1] == BLANK_CHOICE_DASH
            ):
                field.choices = [("", gettext("None")), *field.choices[1:]]
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs = {**field.widget.attrs, "rows": 3}

    @property
    def is_edit(self) -> bool:
        return not self.is_new

    @property
    def is_new(self) -> bool:
        return self.instance.workspace_id is None

    def changed_values(self) -> dict[str, Any]:
        """Return the form's values as fields of an op: all for a new record, otherwise only the changed ones."""
        names = self.cleaned_data if self.is_new else self.changed_data
        own = self._meta.fields or ()
        return {name: to_json_value(self.cleaned_data[name]) for name in names if name in own}


def to_json_value(value: Any) -> Any:
    """Return a cleaned form value in the form in which JSON clients send it."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, date):
        return value.isoformat()
    return value


def keep_current_choice(field: Any, value: str) -> None:
    """Add the current value to the field's choices if it is missing.

    Imports and API clients may have set a value that the form doesn't offer.
    """
    if value not in dict(field.choices):
        field.choices = [(value, value), *field.choices]
