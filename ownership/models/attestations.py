"""Attestations: directors confirm that they still direct a stage, and that its map is true."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from changes.models import ProseField, Record
from core.plurals import Plural
from ownership.models.directorships import Directorship


class Attestation(Record):
    """A director's statement that they still direct the stage and that its map is true.

    `last_met_customer_on` is the day on which the director last met a customer in this stage, or null if they haven't.
    """

    slug: ClassVar = "attestation"
    counted: ClassVar = Plural("an attestation", "{n} attestations")
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "attestation.make": _(
            "attested that the directorship and the map are true: {directorship}"
        ),
    }

    directorship = models.ForeignKey(
        Directorship,
        models.CASCADE,
        related_name="attestations",
        verbose_name=_("directorship"),
    )
    made_at = models.DateTimeField(_("made at"))
    last_met_customer_on = models.DateField(_("last met a customer on"), null=True, blank=True)
    note = ProseField(_("note"), max_length=500, blank=True, default="")

    class Meta(Record.Meta):
        verbose_name = _("attestation")
