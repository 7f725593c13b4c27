"""Messages that depend on a number."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import ngettext


@dataclass(frozen=True)
class Plural:
    """A singular and a plural message, translated when called.

    For example, `Plural("a step", "{n} steps")(3)` returns “3 steps”. For languages with more
    forms, the catalog has all of them.
    """

    singular: str
    plural: str

    def __call__(self, n: int) -> str:
        return ngettext(self.singular, self.plural, n).format(
            n=number_format(n, force_grouping=True)
        )
