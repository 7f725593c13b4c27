"""Model fields for text without deceptive characters, lists of numbers, and order keys."""

import math
import re
import unicodedata
from textwrap import shorten
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.text import CONTROLS, CONTROLS_IN_PROSE, find_fault, is_visible, normalize_text

MAX_EXCERPT_LENGTH = 90  # characters
NOTHING_VISIBLE = _("This has no visible characters. Type at least one.")


def fold(value: str) -> str:
    """Return a text in a form for comparisons that ignore case, compatibility forms and the dot of the i.

    frontend/src/lib/fold.ts and the SQL function cxmap_fold do the same
    (tests/comments/fold_vectors.json). The result is decomposed, so that a base character and its
    marks fold to the same characters in every context.
    """
    folded = unicodedata.normalize("NFKD", value).casefold()
    folded = folded.replace("i\u0307", "i").replace("ı", "i")
    return unicodedata.normalize("NFKD", folded)


def is_combining_mark(char: str) -> bool:
    """Return whether a character modifies the one before it, like a combining accent."""
    return unicodedata.category(unicodedata.normalize("NFKD", char)[0])[0] == "M"


def excerpt(value: str) -> str:
    """Return the start of a text on a single line, at most MAX_EXCERPT_LENGTH characters long."""
    return shorten(value, MAX_EXCERPT_LENGTH, placeholder="…")


def check_characters(value: str, controls: re.Pattern[str] = CONTROLS_IN_PROSE) -> None:
    """Raise ValidationError for characters that can't be stored or that deceive readers."""
    if fault := find_fault(value, controls):
        raise ValidationError(fault.detail, code=fault.code)


class NameField(models.CharField):
    """A single line of text. Unless it is empty (`blank`), it has at least one visible character."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return normalize_text(value) if isinstance(value, str) else value

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        check_characters(value, CONTROLS)
        if value and not is_visible(value):
            raise ValidationError(NOTHING_VISIBLE, code="invisible")


class PathField(NameField):
    """Names separated by slashes, from the outermost to the innermost: “Consumer/Mobile”."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        if not isinstance(value, str):
            return value
        return "/".join(name for part in value.split("/") if (name := part.strip()))


class ProseField(models.TextField):
    """A text of several lines. `max_length` must be set.

    validate() enforces it, because the database column has no limit.
    """

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return normalize_text(value) if isinstance(value, str) else value

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        check_characters(value, CONTROLS_IN_PROSE)
        if self.max_length and len(value) > self.max_length:
            raise ValidationError(
                ngettext(
                    "This has {n} character. Use at most {limit}.",
                    "This has {n} characters. Use at most {limit}.",
                    len(value),
                ).format(n=len(value), limit=self.max_length),
                code="max_length",
            )


class NumberListField(models.JSONField):
    """A list of at most `most` numbers, oldest first."""

    def __init__(self, *args: Any, most: int = 100, **kwargs: Any) -> None:
        self.max_items = most
        super().__init__(*args, **kwargs)
        self.empty_values = [[]]

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, list(args), kwargs | {"most": self.max_items}

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        if not isinstance(value, list) or not all(map(is_number, value)):
            raise ValidationError(
                gettext("This isn’t a list of numbers. Use numbers from -1e15 to 1e15."),
                code="type",
            )
        if len(value) > self.max_items:
            raise ValidationError(
                ngettext(
                    "This has {n} number. Use at most {limit}.",
                    "This has {n} numbers. Use at most {limit}.",
                    len(value),
                ).format(n=len(value), limit=self.max_items),
                code="max_length",
            )


MAX_NUMBER = 1e15  # larger floats can differ from the same number read back from jsonb


def is_number(value: Any) -> bool:
    """Return whether a JSON value is a number that jsonb stores exactly and that can be drawn."""
    is_numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return is_numeric and math.isfinite(value) and abs(value) <= MAX_NUMBER


class OrderKeyField(models.CharField):
    """A fractional index, sorted by bytes so that SQL, Python and TypeScript agree."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 64
        kwargs["db_collation"] = "C"
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"], kwargs["db_collation"]
        return name, path, list(args), kwargs
