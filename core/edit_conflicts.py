"""A form mixin that detects when two people edit the same field, so that neither change is lost."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext

from core.pickers import TEXT_SUFFIX
from core.text import normalize_text

CONFLICT = "conflict"  # error code of a field that someone else changed
TAKE_THEIRS_PREFIX = "theirs-"  # prefix of the checkbox that takes the other person's value


class EditConflictMixin:
    """Compare each field's value as shown, as submitted, and as stored now.

    The form shows the original values in hidden `initial-<field>` inputs; `initial` holds the
    stored ones. Fields that the person didn't change get the stored value. Fields that they changed
    are saved, unless someone else has changed them too. In that case the form is shown again, with
    both values (`BoundField.theirs` is the other person's, as text). Submitting it again keeps the
    person's own value; checking `theirs-<field>` takes the other person's.
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
                self.data.pop(bound.html_name + TEXT_SUFFIX, None)  # type: ignore[attr-defined]
                self.data[bound.html_initial_name] = present  # type: ignore[attr-defined]

    def _find_conflicts(self) -> None:
        for name in self.changed_data:  # type: ignore[attr-defined]
            bound = self[name]  # type: ignore[index]
            if bound.html_initial_name not in self.data:  # type: ignore[attr-defined]
                continue  # sent by a program, which has no hidden inputs
            present = _present_value(bound)
            if _equal(self.data[bound.html_initial_name], present) or _agrees(bound, present):  # type: ignore[attr-defined]
                continue
            bound.theirs = _format_value(bound, present)
            # The next submission is compared with the value that the person sees now.
            self.data[bound.html_initial_name] = present  # type: ignore[attr-defined]
            self.add_error(  # type: ignore[attr-defined]
                name,
                forms.ValidationError(
                    gettext(
                        "Someone else changed this while you were editing. Save again to keep yours."
                    ),
                    code=CONFLICT,
                ),
            )


def _present_value(bound: BoundField) -> str:
    """Return the stored value in the form in which a hidden input submits it."""
    value = bound.field.prepare_value(bound.initial)
    return str(bound.field.hidden_widget().format_value(value) or "")


def _agrees(bound: BoundField, present: str) -> bool:
    """Return whether both people entered the same value."""
    sent = bound.data
    is_text_same = _equal(str("" if sent is None else sent), present)
    return is_text_same or not bound.field.has_changed(bound.initial, sent)


def _equal(left: str, right: str) -> bool:
    return normalize_text(left) == normalize_text(right)


def _format_value(bound: BoundField, present: str) -> str:
    """Return a value as people read it: the label of a choice, “Yes” or “No”, or the value."""
    if isinstance(bound.field, forms.BooleanField):
        return gettext("Yes") if present == "True" else gettext("No")
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
