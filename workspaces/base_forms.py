"""What every form of the product has: refusals at their fields, direction of text, strict ids."""

from functools import partial
from typing import Any

from django import forms

from workspaces.errors import AppError
from workspaces.ids import parse_uuid


class ServiceErrorsMixin:
    """Goes before Django's own form class."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            if isinstance(field.widget, forms.TextInput | forms.Textarea | forms.Select):
                # What people write has its own direction, whatever that of the page is.
                field.widget.attrs.setdefault("dir", "auto")
                # A browser cuts a longer paste without a word; the server says what is too long.
                field.widget.attrs.pop("maxlength", None)
            if isinstance(field, forms.ModelChoiceField):
                read = partial(_read_choice, field, field.to_python)
                field.to_python = read  # type: ignore[method-assign]

    def add_service_error(self, refusal: AppError) -> None:
        """Show what the service refused, at the field it concerns."""
        for error in refusal.errors:
            name = error.pointer.rsplit("/", 1)[-1]
            self.add_error(name if name in self.fields else None, error.detail)  # type: ignore[attr-defined]
        if not refusal.errors:
            self.add_error(None, refusal.detail)  # type: ignore[attr-defined]


def _read_choice(field: forms.ModelChoiceField, to_python: Any, value: Any) -> Any:
    """Return the row that was chosen; an id that is not in its canonical form is no choice."""
    if isinstance(value, str) and value:
        try:
            parse_uuid(value)
        except ValueError:
            message = field.error_messages["invalid_choice"]
            raise forms.ValidationError(
                message, code="invalid_choice", params={"value": value}
            ) from None
    return to_python(value)
