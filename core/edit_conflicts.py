"""Forms that edit what is there already: nobody overwrites another person's change unaware."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from core.text import normalize_text

CONFLICT = "conflict"  # code of the error at a field that somebody else changed
TAKE_THEIRS_PREFIX = "theirs-"  # prefix of the checkbox that gives up one's own value


class EditConflictMixin:
    """Compare three values of each field: the one shown, the one sent, and the present one.

    The form carries what it showed in hidden `initial-<field>` inputs; `initial` holds the present
    values. A field that this person left alone follows the present value. One that they changed
    is written, unless somebody else changed it since: then it comes back with both values
    (`BoundField.theirs` is the other one in words). Sending the form again keeps one's own;
    ticking `theirs-<field>` takes the other's.
    """

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data.copy() if data else data, *args, **kwargs)  # type: ignore[call-arg]
        if self.is_edit:
            for field in self.fields.values():  # type: ignore[attr-defined]
                field.show_hidden_initial = True

    @property
    def is_edit(self) -> bool:
        return True

    def full_clean(self) -> None:
        is_compared = self.is_bound and self.is_edit  # type: ignore[attr-defined]
        if is_compared:
            self._take_present_values()
        super().full_clean()  # type: ignore[misc]
        if is_compared:
            self._find_conflicts()

    def _take_present_values(self) -> None:
        for bound in self:  # type: ignore[attr-defined]
            is_given_up = TAKE_THEIRS_PREFIX + bound.html_name in self.data  # type: ignore[attr-defined]
            is_left_alone = bound.html_initial_name in self.data and not bound._has_changed()  # type: ignore[attr-defined]
            if is_given_up or is_left_alone:
                present = _present_value(bound)
                self.data[bound.html_name] = present  # type: ignore[attr-defined]
                self.data[bound.html_initial_name] = present  # type: ignore[attr-defined]

    def _find_conflicts(self) -> None:
        for name in self.changed_data:  # type: ignore[attr-defined]
            bound = self[name]  # type: ignore[index]
            if bound.html_initial_name not in self.data:  # type: ignore[attr-defined]
                continue  # sent by a program, which does not say what it was shown
            present = _present_value(bound)
            if _equal(self.data[bound.html_initial_name], present) or _agrees(bound, present):  # type: ignore[attr-defined]
                continue
            bound.theirs = _format_value(bound, present)
            # What the person reads now is what the next save is compared with.
            self.data[bound.html_initial_name] = present  # type: ignore[attr-defined]
            self.add_error(  # type: ignore[attr-defined]
                name,
                forms.ValidationError(
                    "Somebody else changed this while you were editing. Save again to keep yours.",
                    code=CONFLICT,
                ),
            )


def _present_value(bound: BoundField) -> str:
    """Return the present value as a hidden input sends it."""
    value = bound.field.prepare_value(bound.initial)
    return str(bound.field.hidden_widget().format_value(value) or "")


def _agrees(bound: BoundField, present: str) -> bool:
    """Say whether both people came to the same value."""
    sent = bound.data
    is_text_same = _equal(str("" if sent is None else sent), present)
    return is_text_same or not bound.field.has_changed(bound.initial, sent)


def _equal(one: str, other: str) -> bool:
    return normalize_text(one) == normalize_text(other)


def _format_value(bound: BoundField, present: str) -> str:
    """Return a value as a person reads it: the label of a choice, yes or no, or the text."""
    if isinstance(bound.field, forms.BooleanField):
        return "Yes" if present == "True" else "No"
    for value, label in _flat_choices(getattr(bound.field, "choices", ())):
        if str(value) == present:
            return str(label)
    return present


def _flat_choices(choices: Any) -> Any:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat_choices(label)
        else:
            yield value, label
