"""Base classes and fields for all forms: service errors, text direction, strict ids and numbers."""

import re
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from core.days import parse_day
from core.errors import AppError
from core.ids import parse_uuid
from core.numbers import decimal_separator, read_number, write_number


class ServiceErrorsMixin:
    """Mixin that shows errors of services at the form's fields. List it before Django's form class."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            if isinstance(field.widget, forms.TextInput | forms.Textarea | forms.Select):
                # What people write has its own direction, independent of the page's.
                field.widget.attrs.setdefault("dir", "auto")
                # Browsers silently truncate a longer paste. The server reports it instead.
                field.widget.attrs.pop("maxlength", None)
            if isinstance(field, forms.ModelChoiceField):
                read = partial(_read_choice, field, field.to_python)
                field.to_python = read  # type: ignore[method-assign]

    def add_service_error(self, refusal: AppError) -> None:
        """Add a service's error to the fields that it points to, or to the form as a whole."""
        for error in refusal.errors:
            name = error.pointer.rsplit("/", 1)[-1]
            self.add_error(name if name in self.fields else None, error.detail)  # type: ignore[attr-defined]
        if not refusal.errors:
            self.add_error(None, refusal.detail)  # type: ignore[attr-defined]


def _read_choice(field: forms.ModelChoiceField, to_python: Any, value: Any) -> Any:
    """Return the chosen object. Raise ValidationError for an id that is not in canonical form."""
    if isinstance(value, str) and value:
        try:
            parse_uuid(value)
        except ValueError:
            message = field.error_messages["invalid_choice"]
            raise forms.ValidationError(
                message, code="invalid_choice", params={"value": value}
            ) from None
    return to_python(value)


class SuggestionsInput(forms.TextInput):
    """A text input that suggests values, but also accepts others."""

    suggestions: Sequence[str] = ()

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        list_id = f"{(attrs or {}).get('id', name)}_suggestions"
        control = super().render(name, value, {**(attrs or {}), "list": list_id}, renderer)
        options = format_html_join("", '<option value="{}"></option>', zip(self.suggestions))
        return format_html('{}<datalist id="{}">{}</datalist>', control, list_id, options)


class ServiceForm(ServiceErrorsMixin, forms.Form):
    """Base class for forms that aren't model forms."""


class DayField(forms.DateField):
    """A date input, submitted as `2026-11-24`.

    With `from_today`, a script (frontend/src/lib/localTimes.ts) sets the initial value to that many
    days after today, in the reader's time zone.
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
        raise forms.ValidationError(gettext("Enter a date like 2026-11-24."), code="invalid")


class NumberField(forms.FloatField):
    """A number in a text input, because `type=number` discards input that it can't parse."""

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
        raise forms.ValidationError(
            gettext("“{number}” isn’t a whole number. Round it, then try again.").format(
                number=value
            ),
            code="invalid",
        )


class NumberListField(forms.CharField):
    """Numbers separated by semicolons, spaces, or commas followed by a space."""

    def prepare_value(self, value: Any) -> Any:
        separator = "; " if decimal_separator() == "," else ", "
        return separator.join(map(write_number, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        texts = [text for text in re.split(r"[;\s]+|,(?=\s|;|$)", value or "") if text]
        try:
            return [self.parse_text(text) for text in texts]
        except ValueError as error:
            detail = gettext("{error} Enter numbers like 38; 44.5; 61.").format(error=error)
            raise forms.ValidationError(detail, code="invalid") from None

    def parse_text(self, text: str) -> float | None:
        if "," in text and decimal_separator() != ",":
            raise ValueError(
                gettext(
                    "“{text}” could be one number or several. "
                    "Put a space after each comma between numbers, or use a decimal point."
                ).format(text=text)
            )
        return read_number(text)
