"""Forms over records: what is typed becomes the fields of one op, errors come back to the field."""

import re
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db import models
from django.db.models.fields import BLANK_CHOICE_DASH

from changes.numbers import decimal_separator, read_number, write_number
from workspaces.base_forms import ServiceErrorsMixin
from workspaces.days import parse_day
from workspaces.edit_conflicts import EditConflictMixin


class ServiceForm(ServiceErrorsMixin, forms.Form):
    """A form that is no record's."""


class DayField(forms.DateField):
    """A day, shown as a calendar and sent as `2026-11-24`.

    One that starts `from_today` days from now starts so by the reader's own calendar, where the
    browser runs scripts (frontend/src/lib/times.ts).
    """

    def __init__(self, *, from_today: int | None = None, **kwargs: Any) -> None:
        attrs = {"type": "date"} | (
            {} if from_today is None else {"data-from-today": str(from_today)}
        )
        super().__init__(widget=forms.DateInput(attrs=attrs, format="%Y-%m-%d"), **kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        if day := parse_day(value):
            return day
        raise forms.ValidationError("Give a day like 2026-11-24.", code="invalid")


class NumberField(forms.FloatField):
    """A number as people write it, in a text field: `type=number` drops what it does not like."""

    inputmode = "decimal"

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": self.inputmode, "autocomplete": "off"}
        super().__init__(**{"required": False, "widget": forms.TextInput(attrs=attrs), **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return write_number(value) if isinstance(value, int | float) else value

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, int | float):
            return value
        try:
            return read_number(str(value))
        except ValueError as error:
            raise forms.ValidationError(str(error), code="invalid") from None


class WholeNumberField(NumberField):
    inputmode = "numeric"

    def to_python(self, value: Any) -> Any:
        number = super().to_python(value)
        if number is None or number == int(number):
            return None if number is None else int(number)
        raise forms.ValidationError(f"“{value}” isn’t a whole number. Round it.", code="invalid")


class NumberListField(forms.CharField):
    """Numbers in a row. Between them stand semicolons, spaces, or commas with a space."""

    def prepare_value(self, value: Any) -> Any:
        between = "; " if decimal_separator() == "," else ", "
        return between.join(map(write_number, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        texts = [one for one in re.split(r"[;\s]+|,(?=\s|;|$)", value or "") if one]
        try:
            return [self.parse_text(text) for text in texts]
        except ValueError as error:
            detail = f"{error} Give numbers like 38; 44.5; 61."
            raise forms.ValidationError(detail, code="invalid") from None

    def parse_text(self, text: str) -> float | None:
        if "," in text and decimal_separator() != ",":
            raise ValueError(
                f"“{text}” can be one number or several. Put a space after each comma, or write a "
                "decimal point."
            )
        return read_number(text)


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
