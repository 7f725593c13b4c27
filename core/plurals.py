"""Texts that depend on a number."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import ngettext


@dataclass(frozen=True)
class Plural:
    """A pair of messages, translated when called: Plural("a step", "{n} steps")(3) is “3 steps”.

    Languages with more forms have them in their catalogue.
    """

    singular: str
    plural: str

    def __call__(self, n: int) -> str:
        return ngettext(self.singular, self.plural, n).format(
            n=number_format(n, force_grouping=True)
        )
