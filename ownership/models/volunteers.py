"""People who offer to direct a stage."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.models import ProseField, Record
from core.plurals import Plural
from core.text import isolated
from journeys.models import Stage
from people.models import Person


class Volunteer(Record):
    """A person's offer to direct a stage that has no director, or whose director is absent.

    An offer is open until the person withdraws it or somebody accepts the directorship. Unlike a claim, it never makes
    a stage claimed or contested.
    """

    class EndReason(models.TextChoices):
        WITHDRAWN = "withdrawn", _("Withdrawn")
        DIRECTED = "directed", _("Somebody accepted to direct the stage")

    slug: ClassVar = "volunteer"
    counted: ClassVar = Plural("a volunteer", "{n} volunteers")
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "volunteer.offer": _("offered to direct “{stage}”"),
        "volunteer.withdraw": _("withdrew the offer to direct “{stage}”"),
    }

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="+", verbose_name=_("stage"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    note = ProseField(_("note"), max_length=500, blank=True, default="")
    offered_at = models.DateTimeField(_("offered at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    end_reason = models.CharField(
        _("end reason"), max_length=9, choices=EndReason.choices, blank=True, default=""
    )

    class Meta(Record.Meta):
        verbose_name = _("volunteer")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ended_at=None, end_reason="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(end_reason="")),
                name="an_ended_offer_has_a_reason",
            ),
            models.UniqueConstraint(
                fields=["stage", "person"],
                condition=models.Q(ended_at=None),
                name="one_open_offer_per_person",
                violation_error_message=_(
                    "You have already offered to direct this stage. Withdraw that offer first."
                ),
            ),
        ]

    @property
    def label(self) -> str:
        return gettext("{person} for {stage}").format(
            person=isolated(self.person.name), stage=isolated(self.stage.title)
        )
