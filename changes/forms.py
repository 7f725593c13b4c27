"""Forms over records: what is typed becomes the fields of one op, errors come back to the field."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db import models

from workspaces.edit_conflicts import EditConflictMixin
from workspaces.errors import Refused


class Refusable:
    """A form that can show what a service refused, at the field it concerns."""

    def refuse(self, refusal: Refused) -> None:
        for error in refusal.errors:
            name = error.pointer.rsplit("/", 1)[-1]
            self.add_error(name if name in self.fields else None, error.detail)  # type: ignore[attr-defined]
        if not refusal.errors:
            self.add_error(None, refusal.detail)  # type: ignore[attr-defined]


class PlainForm(Refusable, forms.Form):
    """A form that is no record's."""


class RecordForm(EditConflictMixin, Refusable, forms.ModelForm):
    """Plain fields of a record; of one that is there, only what this person changed is written."""

    def __init__(self, *args: Any, workspace_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workspace_id = workspace_id
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                field.queryset = field.queryset.filter(workspace=workspace_id)
                if not field.required:
                    field.empty_label = "None"
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs = {**field.widget.attrs, "rows": 3}

    @property
    def is_edit(self) -> bool:
        return not self.is_new

    @property
    def is_new(self) -> bool:
        return self.instance.workspace_id is None

    def values(self) -> dict[str, Any]:
        """Return the fields for an op: all of a new record, else only the changed ones."""
        names = self.cleaned_data if self.is_new else self.changed_data
        own = self._meta.fields or ()
        return {name: plain(self.cleaned_data[name]) for name in names if name in own}


def plain(value: Any) -> Any:
    """Return a cleaned value as JSON sends it."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, date):
        return value.isoformat()
    return value
