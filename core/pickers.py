"""A form field to pick one object: a select if there are few, otherwise a search by name.

The search is a text input beside the hidden id. Without JavaScript, a text that doesn't identify a single
object shows the form again with the matches to choose from. With JavaScript, the input is a combobox that
searches while the person types (frontend/src/lib/pickers.ts).
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.ids import parse_uuid
from core.search import NameSearch
from core.text import normalize_text

MAX_PLAIN_CHOICES = 20
TEXT_SUFFIX = "-text"


class PickerIterator(ModelChoiceIterator):
    """The choices of the select: the extra ones, then the objects."""

    def __iter__(self) -> Iterator[Any]:
        yield from self.field.extra.items()  # type: ignore[attr-defined]
        yield from super().__iter__()


class PickerWidget(forms.Select):
    """The widget of a PickerField. Its value is an id, or a text that doesn't identify a single object."""

    choices: PickerIterator
    template_name = "parts/picker.html"
    search_url = ""

    @property
    def field(self) -> "PickerField":
        return self.choices.field  # type: ignore[return-value]

    def use_required_attribute(self, initial: Any) -> bool:
        return forms.Widget.use_required_attribute(self, initial)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value, text = data.get(name), data.get(name + TEXT_SUFFIX)
        if text is None:  # a plain select, or a program
            return value
        text = normalize_text(text).strip()
        return self.field.resolve(value or "", text) if text else ""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        if self.field.is_short():
            context = self.get_context(name, value, attrs)
            return self._render(forms.Select.template_name, context, renderer)  # type: ignore[attr-defined,no-any-return]
        return render_to_string(self.template_name, self.get_search_context(name, value, attrs))

    def get_search_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:
        value = str(value or "")
        label = self.field.label_of(value)
        text = value if label is None else label
        hits = self.field.best(text) if label is None else []
        return forms.Widget.get_context(self, name, value, attrs) | {
            "search_url": self.search_url,
            "text_name": name + TEXT_SUFFIX,
            "text": text,
            "picked": value if label else "",
            "matches": [(hit.pk, self.field.describe(hit)) for hit in hits],
            "has_no_match": label is None and not hits,
        }


class PickerField(forms.ModelChoiceField):
    """A field to choose an object by its name, from those that offer() sets."""

    widget = PickerWidget
    iterator = PickerIterator
    default_error_messages = {  # noqa: RUF012  (as in Django's fields)
        "invalid_choice": _("Choose one of the matches, or type more of the name."),
    }

    def __init__(self, name_search: NameSearch, **kwargs: Any) -> None:
        self.name_search = name_search
        self.extra: Mapping[str, str] = {}
        super().__init__(None, **kwargs)

    def offer(
        self,
        rows: Any,
        workspace_id: UUID,
        extra: Mapping[str, str] | None = None,
        **search_filters: str,
    ) -> None:
        """Set the choices: objects, and `extra` values with their labels.

        `search_filters` are query parameters with which the API finds the same objects.
        """
        self.extra = extra or {}
        self.queryset = rows
        query = urlencode({"workspace": workspace_id, **search_filters})
        self.widget.search_url = f"{reverse(self.name_search.url_name)}?{query}"

    def clean(self, value: Any) -> Any:
        return value if value in self.extra else super().clean(value)

    @property
    def rows(self) -> QuerySet[Any]:
        """The objects to choose from. offer() sets them."""
        return cast("QuerySet[Any]", self.queryset)

    def is_short(self) -> bool:
        """Return whether there are so few objects that a select can show them all."""
        return len(self.rows[: MAX_PLAIN_CHOICES + 1]) <= MAX_PLAIN_CHOICES

    def find(self, text: str) -> Any:
        """Return the objects whose name matches a text."""
        return self.name_search.find(self.rows, text)

    def best(self, text: str) -> list[Any]:
        """Return the best matches for a text."""
        return self.name_search.best(self.rows, text)

    def label_of(self, value: str) -> str | None:
        """Return the label of a value: "" if it is empty or unknown, None if it is free text."""
        if not value or value in self.extra:
            return self.extra.get(value, "")
        try:
            picked = self.rows.filter(pk=parse_uuid(value)).first()
        except ValueError:
            return None
        return self.label_from_instance(picked) if picked else ""

    def resolve(self, value: str, text: str) -> str:
        """Return the value that a text identifies, or the text itself.

        The picked value is used if its label still matches the text. Otherwise, the text must be the full label
        of an extra value or of a single object.
        """
        if value and self._is_named(value, text):
            return value
        labels = {label: extra for extra, label in self.extra.items()}
        hits = [(str(hit.pk), self.label_from_instance(hit)) for hit in self.find(text)[:2]]
        labels |= {label: pk for pk, label in hits if len(hits) == 1}
        return labels.get(text, text)

    def _is_named(self, value: str, text: str) -> bool:
        if value in self.extra:
            return text == self.extra[value]
        return bool(self.label_of(value)) and self.find(text).filter(pk=value).exists()

    def describe(self, row: Any) -> str:
        """Return an object's name with the detail that distinguishes it from others of that name."""
        name, detail = self.label_from_instance(row), self.name_search.detail(row)
        return gettext("{name} ({detail})").format(name=name, detail=detail) if detail else name
