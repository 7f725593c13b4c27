"""Appointments of a journey's producer and sponsor."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from changes.models import Record
from core.plurals import Plural
from journeys.models import Journey
from people.models import Person


class Appointment(Record):
    """The appointment of a person as the producer or the sponsor of a journey.

    The producer is responsible for the whole journey. The sponsor is an executive who backs it.
    """

    class Office(models.TextChoices):
        PRODUCER = "producer", _("Producer")
        SPONSOR = "sponsor", _("Sponsor")

    slug: ClassVar = "appointment"
    counted: ClassVar = Plural("an appointment", "{n} appointments")
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "producer.appoint": _("appointed {person} as producer"),
        "sponsor.appoint": _("appointed {person} as sponsor"),
        "producer.end": _("ended {person}’s appointment as producer"),
        "sponsor.end": _("ended {person}’s appointment as sponsor"),
    }

    journey = models.ForeignKey(
        Journey, models.CASCADE, related_name="+", verbose_name=_("journey")
    )
    office = models.CharField(_("office"), max_length=8, choices=Office.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    appointed_at = models.DateTimeField(_("appointed at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("appointment")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["journey", "office"],
                condition=models.Q(ended_at=None),
                name="one_holder_per_office",
                violation_error_message=_(
                    "Someone already holds this office. End that appointment first."
                ),
            ),
        ]
